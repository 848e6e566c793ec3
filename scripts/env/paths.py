"""Where everything lies: one git-ignored folder of the project holds it all."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDON = ROOT / "iconic_connector"
#: For shops that sell kits: Odoo installs it by itself beside the add-on and sale_mrp.
KITS_ADDON = ROOT / "iconic_connector_mrp"
#: For shops with many accounts, beside OCA's queue_job.
QUEUE_ADDON = ROOT / "iconic_connector_queue_job"
ADDONS = (ADDON, KITS_ADDON, QUEUE_ADDON)
PINS = ROOT / "pins"

RUN = ROOT / ".run"
LOGS = RUN / "log"
VENV = RUN / "venv"
ODOO = RUN / "odoo"
ODOO_DATA = RUN / "data"
ODOO_CONFIG = RUN / "odoo.conf"
APT = RUN / "apt"
POSTGRES = RUN / "postgres"
#: OCA's queue_job, installed apart from Odoo and from the Python environment.
QUEUE = RUN / "queue_job"
QUEUE_ADDONS = QUEUE / "odoo" / "addons"

#: Inherited by every process that the scripts start, so that `make clean` finds those
#: of this clone, and no others, by their environment.
MARKER = "ICONIC_CONNECTOR_RUN"
os.environ[MARKER] = str(RUN)
# Odoo and the sandbox talk over loopback, which no proxy reaches.
os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"


def log_file(name):
    """Give the path of a log file, in a folder that exists.

    :param name: the log's name, without folder and suffix
    :return: the path
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    return LOGS / f"{name}.log"
