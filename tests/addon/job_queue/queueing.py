"""What tests of the job queue share: one row, and a queue that runs by hand."""

from datetime import timedelta

from common import MarketplaceCase
from queue_jobs import run_queue_job, waiting_jobs
from selling import Selling

from odoo import SUPERUSER_ID, fields

KIND = "price"
NOT_LOADED = "The job queue does not run"


class QueueCase(Selling, MarketplaceCase):
    """An account with a product whose price has changed; the queue runs by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", "S M")

    def begin(self):
        super().begin()
        self.account.write({"name": "Queued", "connection_state": "connected"})
        self.list_published(self.style)
        self.style.list_price = 89.0
        self.run_cron("detect")

    @property
    def row(self):
        return self.account._job(KIND)

    @property
    def queued(self):
        """The queue's jobs for the row, of any state, the newest first."""
        return self.queued_for(self.row)

    def queued_for(self, row):
        """Return the queue's jobs for a row, of any state, the newest first."""
        mine = [("identity_key", "=", f"iconic_connector.turn.{row.id}")]
        return self.env["queue.job"].search(mine, order="id desc")

    def trigger(self, kind=KIND):
        """Run the cron, and nothing of the queue."""
        with self._other_cursors():
            self.env.ref(f"iconic_connector.ir_cron_{kind}").method_direct_trigger()

    def work(self):
        """Run the jobs of the queue that wait, once."""
        with self._other_cursors(), self.registry.cursor() as cursor:
            env = self.env(cr=cursor, user=SUPERUSER_ID)
            for job in waiting_jobs(env):
                run_queue_job(env, job)

    def pending(self):
        """Tell whether the price of any listing is yet to be sent."""
        return set(self.account.listing_ids.mapped("price_status")) == {"pending"}

    def problems(self):
        """Return what is said on the account about its settings."""
        self.env.invalidate_all()
        return self.account.setting_problems or ""

    def add_job_of_others(self, **values):
        """Have a job of another module in the queue.

        :param values: of the `queue.job`
        """
        with self._other_cursors(), self.registry.cursor() as cursor:
            self.env(cr=cursor)["res.partner"].with_delay()._compute_display_name()
        others = self.env["queue.job"].search([("model_name", "=", "res.partner")])
        others.write(values)

    def let_it_wait(self, **time):
        """Let all that the queue knows have been some time ago."""
        self.env.flush_all()
        ago = fields.Datetime.now() - timedelta(**time)
        for moment in ("date_created", "date_started"):
            self.env.cr.execute(
                f"UPDATE queue_job SET {moment} = %s WHERE {moment} IS NOT NULL", [ago]
            )
        self.env.invalidate_all()
