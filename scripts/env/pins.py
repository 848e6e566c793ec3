"""Reads the pinned versions: everything that is downloaded is named in `pins/`."""

from dataclasses import dataclass

from scripts.env import paths

PYTHON_LOCK = paths.PINS / "python.txt"
DEBIAN = paths.PINS / "debian.txt"
ODOO_PACKAGE = "odoo-19"
ODOO_SERIES = (19, 0)
#: Python releases that Odoo 19 and the locked packages run on.
PYTHON_FROM, PYTHON_TO = (3, 10), (3, 13)


@dataclass(frozen=True)
class DebianPin:
    """A Debian package at one version."""

    package: str
    version: str
    suite: str
    sha256: str


def debian_pins():
    """Read the pinned Debian packages.

    :return: a list of :class:`DebianPin`
    """
    lines = DEBIAN.read_text().splitlines()
    return [DebianPin(*line.split()) for line in lines if line and line[0] != "#"]
