"""Runs Odoo with crons that wait for nobody else on this machine."""

import os

from odoo.cli import main

if __name__ == "__main__":
    os.nice = lambda _increment: 0
    main()
