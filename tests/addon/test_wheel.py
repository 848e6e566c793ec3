"""The add-ons as wheels: whatever Odoo loads of them is in there, and is loaded."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

import odoo

from scripts.env import paths

#: Read by an Odoo of its own, which knows no folder of add-ons but those it comes with.
LOOK = """
import importlib
import json
import sys
from odoo.tools import config
config.parse_config([])
from odoo.modules.module import Manifest, initialize_sys_path
from odoo.tools import file_path
initialize_sys_path()
from odoo.orm.models import MetaModel
name = sys.argv[1]
addon = importlib.import_module(f"odoo.addons.{name}")
manifest = Manifest.for_addon(name)
manifest.check_manifest_dependencies()
print(json.dumps({
    "file": addon.__file__,
    "manifest": manifest.path,
    "listed": [one.name for one in Manifest.all_addon_manifests()],
    "classes": len(MetaModel._module_to_models__[name]),
    "data": [
        file_path(f"{name}/{file}") for file in manifest["data"] + manifest["demo"]
    ],
}))
"""


@pytest.fixture(scope="module", params=paths.ADDONS, ids=lambda addon: addon.name)
def addon(request):
    """Give the folder of each add-on."""
    return request.param


@pytest.fixture(scope="module")
def wheel(addon, tmp_path_factory):
    """Build the wheel of an add-on, without the network.

    It is built from a copy: a checkout's wheel holds what git knows, and what is being
    written may not have been added yet.
    """
    return build(addon, tmp_path_factory)


@pytest.fixture(scope="module")
def site(addon, wheel, tmp_path_factory):
    """Install the wheel into an empty folder, with that of the add-on it is beside."""
    site = tmp_path_factory.mktemp("site")
    beside = [build(paths.ADDON, tmp_path_factory)] if addon != paths.ADDON else []
    pip("install", "--target", site, wheel, *beside)
    return site


def build(addon, tmp_path_factory):
    """Build a wheel from a copy of an add-on.

    :param addon: its folder
    :return: the wheel's path
    """
    source = tmp_path_factory.mktemp("source") / addon.name
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(addon, source, ignore=ignored)
    target = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--wheel-dir", target, source)
    (wheel,) = target.iterdir()
    return wheel


def pip(command, *arguments):
    """Run pip on an add-on alone."""
    alone = ("--no-deps", "--no-index", "--quiet")
    line = [sys.executable, "-m", "pip", command, *alone, *arguments]
    subprocess.run(line, check=True)


def test_the_wheel_holds_every_file_of_the_add_on(addon, wheel):
    root = f"odoo/addons/{addon.name}/"
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name.removeprefix(root)
            for name in archive.namelist()
            if name.startswith(root)
        }
    files = {
        str(file.relative_to(addon))
        for file in addon.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert packed == files - {"pyproject.toml"}


def test_the_wheel_is_for_this_odoo_and_has_the_add_ons_version(addon, wheel):
    name = f"odoo_addon_{addon.name}-19.0.1.0.0"
    assert wheel.name == f"{name}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{name}.dist-info/METADATA").decode()
    assert "Requires-Dist: odoo==19.0.*\n" in metadata


def test_odoo_finds_and_loads_the_installed_wheel_by_itself(addon, site, tmp_path):
    """No `addons_path` names it: it lies beside Odoo's own on Python's path."""
    # OCA's queue_job lies apart from Odoo.
    homes = map(os.path.dirname, odoo.__path__)
    path = ":".join(map(str, (site, *homes)))
    environment = dict(os.environ, PYTHONPATH=path, HOME=str(tmp_path))
    environment.pop("ODOO_RC", None)
    command = [sys.executable, "-c", LOOK, addon.name]
    answer = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    seen = json.loads(answer.stdout)
    installed = site / "odoo" / "addons" / addon.name
    assert seen["file"] == str(installed / "__init__.py")
    assert seen["manifest"] == str(installed)
    assert addon.name in seen["listed"]
    assert seen["classes"] > (20 if addon == paths.ADDON else 0)
    assert len(seen["data"]) > 20 or addon != paths.ADDON
    assert all(name.startswith(f"{installed}/") for name in seen["data"])
