"""Another connector beside: the Odoo Community Association's for Shopify.

It is installed from the Python index, into a folder and a database of its own.
"""

import configparser
import os

from benchmarks.odoo_process import OdooProcess
from scripts.env import console, odoo_server, paths, processes, python_env

LOCK = paths.PINS / "peer.txt"
FOLDER = paths.RUN / "peer"
MODULE = "shopify_connector"
STEPS = (
    "floor_price",
    "peer_price",
    "peer_price_single",
    "floor_stock",
    "peer_stock",
)
ORDERS = ("peer_order_confirmed", "peer_order_invoiced", "peer_order_paid")
#: The groups of steps that its process knows.
GROUPS = {"peer": STEPS, "peer_orders": ORDERS}


def start(database, url):
    """Install the connector, and start an Odoo with it.

    :param database: a database with the goods, of its own
    :param url: where the marketplace is
    :return: the :class:`OdooProcess`; None where the connector cannot be had
    """
    try:
        python_env.add_to(FOLDER, LOCK)
    except console.Trouble as trouble:
        console.say(f"{trouble}\n    no other connector is measured: see above")
        return None
    console.step("Installing the other connector")
    options = ["-d", database, "-i", MODULE, "--stop-after-init", "--no-http"]
    command = odoo_server.command(*options, _addons())
    processes.run(
        command, "bench-peer", "installing it", cwd=paths.ROOT, env=_environment()
    )
    return OdooProcess(
        database,
        "benchmarks.peer_steps",
        url,
        arguments=[_addons()],
        env=_environment(),
    )


def _addons():
    config = configparser.ConfigParser(interpolation=None)
    config.read(paths.ODOO_CONFIG)
    return f"--addons-path={config['options']['addons_path']},{FOLDER / 'odoo/addons'}"


def _environment():
    return {**os.environ, "PYTHONPATH": str(FOLDER)}
