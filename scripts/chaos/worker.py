"""Somebody who acts again and again, in a thread."""

import threading


class Worker(threading.Thread):
    """Acts again and again, until it is time to rest."""

    #: Seconds between two actions.
    pause = 1

    def __init__(self):
        super().__init__(daemon=True)
        self._rest = threading.Event()
        self._failure = None

    def run(self):
        """Override to act; what nobody foresaw ends it, and is kept."""
        try:
            while not self._rest.wait(self.pause):
                self.act()
        except Exception as failure:
            self._failure = failure
            raise

    def rest(self):
        """Let it end what it is at.

        :raise Exception: what has ended it before
        """
        self._rest.set()
        self.join()
        if self._failure:
            raise self._failure

    def act(self):
        """Override to do one thing."""
        raise NotImplementedError
