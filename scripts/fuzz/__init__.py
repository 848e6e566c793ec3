"""Answers that are made up, for whatever reads answers: `make fuzz`."""

import sys
from types import ModuleType

from scripts.env import paths

if "iconic_connector" not in sys.modules:
    # The add-on's own `__init__` would load Odoo: only its pure packages are wanted.
    _package = ModuleType("iconic_connector")
    _package.__path__ = [str(paths.ADDON)]
    sys.modules["iconic_connector"] = _package
