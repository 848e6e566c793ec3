"""The demo and the figures call the add-on by names that it has."""

import re

import pytest

from scripts.env import paths

CRON = re.compile(r"\bir_cron_[a-z_]+\b")
BUTTON = re.compile(r'"(action_[a-z_]+)"')
DATA = paths.ADDON / "data" / "ir_cron_data.xml"
DEMO = sorted((paths.ROOT / "scripts" / "demo").glob("*.py"))
#: Buttons of Odoo itself.
OF_ODOO = {"action_apply_inventory", "action_confirm"}


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_scheduled_jobs_exist(path):
    known = set(CRON.findall(DATA.read_text()))
    assert set(CRON.findall(path.read_text())) <= known


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_buttons_exist(path):
    code = "\n".join(one.read_text() for one in paths.ADDON.rglob("*.py"))
    known = set(re.findall(r"def (action_[a-z_]+)\(", code)) | OF_ODOO
    assert set(BUTTON.findall(path.read_text())) <= known
