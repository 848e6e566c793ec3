"""An Odoo with OCA's job runner, to be killed and started again by a test."""

from scripts import runtime
from scripts.killable_odoo import KillableOdoo

RUNNER = "--load=base,web,rpc,queue_job"
OURS = "method_name = '_run_turn'"


class QueueOdoo(KillableOdoo):
    """The Odoo process of one database, with or without a job runner.

    :param database: a database of one's own
    """

    def start(self, has_runner=True):
        """Override to load the job runner with Odoo, or to leave it out.

        :param has_runner: whether it is loaded
        """
        options = ["--max-cron-threads=1", *([RUNNER] if has_runner else [])]
        self._server = runtime.start_odoo(self.database, *options)
        self.query(f"UPDATE iconic_account SET image_base_url = '{self.url}'")

    def stop(self):
        """End it as an administrator does."""
        self._server.stop()

    def turns(self, state):
        """Count the queue's jobs for rows that are in a state.

        :param state: a value of `queue.job.state`
        """
        ((count,),) = self.query(
            f"SELECT count(*) FROM queue_job WHERE {OURS} AND state = '{state}'"
        )
        return int(count)

    def let_a_minute_pass(self):
        """Have the runner look at once for jobs whose worker is gone."""
        self.query(
            "UPDATE queue_job SET date_enqueued = date_enqueued - interval '1 minute'"
        )

    def let_six_minutes_pass(self):
        """Move what the queue knows into the past."""
        self.query(
            "UPDATE queue_job SET date_created = date_created - interval '6 minutes',"
            " date_started = date_started - interval '6 minutes'"
        )
