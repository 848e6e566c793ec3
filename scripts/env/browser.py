"""A browser for the tests that click through Odoo's web client."""

import os
import shutil

from scripts.env import console, system

#: The programs that Odoo's test base looks for.
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure():
    """Have Chromium, unless `BROWSER=no` asks to do without."""
    if os.environ.get("BROWSER") == "no":
        console.say("    BROWSER=no: the browser tests are skipped")
        return
    if not any(shutil.which(program) for program in PROGRAMS):
        system.install(["chromium"], "Chromium, for the browser tests")
