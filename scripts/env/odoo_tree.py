"""A real Odoo 19: the user's own tree, Debian's package, or a checkout."""

import ast
import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.env import console, debian, paths, processes, system

SERIES = (19, 0)
SOURCE = "https://github.com/odoo/odoo.git"
CHECKOUT = paths.RUN / "checkout"
#: Holds the version of the unpacked package.
STAMP = paths.ODOO / "unpacked"
PACKAGES = paths.ODOO / "usr" / "lib" / "python3" / "dist-packages"


@dataclass(frozen=True)
class OdooTree:
    """Where Odoo lies.

    `home` holds the `odoo` package, `addons` the further add-on folders, `version`
    tells releases apart.
    """

    home: Path
    addons: tuple
    version: str


def ensure():
    """Find or fetch Odoo 19.

    :return: an :class:`OdooTree`
    :raise console.Trouble: when it is another release, or cannot be fetched
    """
    own = os.environ.get("ODOO_HOME")
    if own:
        return _tree(Path(own).expanduser().resolve())
    if STAMP.exists():
        return OdooTree(PACKAGES, (), STAMP.read_text())
    if not system.has_apt():
        _ensure_checkout()
        return _tree(CHECKOUT)
    shutil.rmtree(paths.ODOO, ignore_errors=True)
    version = debian.unpack(paths.ODOO)
    STAMP.write_text(version)
    return OdooTree(PACKAGES, (), version)


def _ensure_checkout():
    if CHECKOUT.exists():
        return
    console.step("Fetching Odoo 19 (about 1 GB)")
    branch = ".".join(map(str, SERIES))
    unfinished = CHECKOUT.with_name("unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    command = ["git", "clone", "--depth=1", f"--branch={branch}", SOURCE, unfinished]
    processes.run(command, "git", "cloning Odoo 19; ODOO_HOME may name one of your own")
    unfinished.rename(CHECKOUT)


def _tree(home):
    release = home / "odoo" / "release.py"
    if not release.is_file():
        raise console.Trouble(
            f"ODOO_HOME={home} holds no odoo/release.py: point it at a checkout of"
            " Odoo 19, or at the folder that holds the odoo package."
        )
    version = _release_version(release)
    if version[:2] != SERIES:
        found = ".".join(str(part) for part in version[:2])
        raise console.Trouble(f"ODOO_HOME={home} is Odoo {found}; 19.0 is needed.")
    beside = home / "addons"
    addons = (beside,) if (beside / "web").is_dir() else ()
    # A checkout moves; its release file alone would not tell.
    text = f"{home} {version} {_commit(home)}"
    return OdooTree(home, addons, hashlib.sha256(text.encode()).hexdigest()[:12])


def _release_version(release):
    for node in ast.parse(release.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "version_info":
            numbers = node.value.elts[:3]
            return tuple(getattr(number, "value", None) for number in numbers)
    return ()


def _commit(home):
    if not (home / ".git").exists():
        return ""
    command = ["git", "-C", home, "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()
