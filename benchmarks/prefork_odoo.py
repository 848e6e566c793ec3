"""Runs Odoo with processes: what it starts anew has to be a file, and no module."""

from odoo.cli import main

if __name__ == "__main__":
    main()
