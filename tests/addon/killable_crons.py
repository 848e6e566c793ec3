"""The crons' process alone is killed: what takes its place need not load Odoo anew."""

import os
import signal
from contextlib import contextmanager

import psutil
from common import picture
from servers import PictureServer

from scripts.env import databases, odoo_server, paths, processes
from scripts.killable_odoo import KillableOdoo, wait_for


class KillableCrons(KillableOdoo):
    """An Odoo without HTTP, whose crons' process is killed and forked again.

    What it has loaded stays, for several databases one after the other.

    :param database: as above; copies of the same one may take its place
    :param picture_url: where pictures are fetched from
    """

    def __init__(self, database, picture_url):
        super().__init__(database)
        self._picture_url, self._crons = picture_url, None

    @property
    def runs(self):
        """Override to tell whether the crons' process is the one that was started."""
        return bool(self._server) and self._found() == self._crons

    def start(self):
        """Override to start all of it at first, and to use what was forked later."""
        if not self._server:
            # The crons of a server are to yield to its users; here they are alone.
            options = ["-d", self.database, "--no-http", "--workers=1"]
            line = odoo_server.command(
                *options, "--max-cron-threads=1", module=("tests.addon.urgent_odoo",)
            )
            name = f"odoo-{self.database}"
            self._server = processes.Process(line, name, cwd=paths.ROOT)
            self._wait_for_another_than(None)
        self._crons = self._found()
        self.query(f"UPDATE iconic_account SET image_base_url = '{self._picture_url}'")

    def kill(self):
        """Override to end the crons' process alone; another waits until it is woken."""
        crons = self._found()
        os.kill(crons, signal.SIGKILL)
        self._wait_for_another_than(crons)
        wait_for(lambda: not self._connections(), "the end of its connections")

    def stop(self):
        """End all of it."""
        if self._server:
            self._server.stop()

    def _wait_for_another_than(self, old):
        wait_for(lambda: self._found() not in (None, old), "the crons' process")

    def _found(self):
        children = psutil.Process(self._server.pid).children()
        return next((one.pid for one in children if one.status() != "zombie"), None)


@contextmanager
def killable_crons(database):
    """Have an Odoo that lets crons run, and a server of pictures for it.

    :param database: copied before it starts, and dropped at the end
    :return: a context manager that gives the :class:`KillableCrons`
    """
    pictures = PictureServer(picture()).start()
    killable = KillableCrons(database, pictures.url)
    try:
        yield killable
    finally:
        killable.stop()
        databases.drop(database)
        pictures.stop()
