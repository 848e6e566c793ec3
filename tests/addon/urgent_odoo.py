"""Runs Odoo with crons that wait for nobody else on this machine."""

import os

from odoo.cli import main
from odoo.service.server import WorkerCron
from odoo.tools import config

_process_work = WorkerCron.process_work


def process_work(worker):
    """Run crons, unless those of other databases alone are to run."""
    notified = worker.dbcursor._cnx.notifies
    if notified and all(one.payload not in config["db_name"] for one in notified):
        notified.clear()
        return
    _process_work(worker)


if __name__ == "__main__":
    WorkerCron.process_work = process_work
    os.nice = lambda _increment: 0
    main()
