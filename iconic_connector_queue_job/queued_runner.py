"""A runner whose turns are given by queue jobs, one row each."""

import time

from odoo.addons.iconic_connector.models.account.job_runner import JobRunner

#: Seconds after which a turn ends and queues up again: others wait, and an HTTP worker
#: has a CPU limit of 60 seconds by default.
LONGEST_TURN = 30


class QueuedRunner(JobRunner):
    """Gives one row its turn, for a limited time.

    :param env: the environment of the queue job
    :param str kind: a value of `iconic.account.job.kind`
    """

    def __init__(self, env, kind):
        """Override to begin to count the time."""
        super().__init__(env, kind)
        self._ends = time.monotonic() + LONGEST_TURN

    def commit(self, batches=0):
        """Override to have the time end: there is no cron that would say so."""
        return super().commit(batches) and time.monotonic() < self._ends
