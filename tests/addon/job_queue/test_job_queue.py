"""Beside OCA's queue_job, each row of the scheduled jobs is a job of the queue."""

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
        """The queue's jobs for the row, of any state."""
        mine = [("identity_key", "=", f"iconic_connector.turn.{self.row.id}")]
        return self.env["queue.job"].search(mine)

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

    def let_it_wait(self, **time):
        """Let all that the queue knows have been some time ago."""
        self.env.flush_all()
        ago = fields.Datetime.now() - timedelta(**time)
        for moment in ("date_created", "date_started"):
            self.env.cr.execute(
                f"UPDATE queue_job SET {moment} = %s WHERE {moment} IS NOT NULL", [ago]
            )
        self.env.invalidate_all()


class TestTurnsOnTheQueue(QueueCase):
    def test_it_is_installed_by_itself(self):
        module = self.env["ir.module.module"].search(
            [("name", "=", "iconic_connector_queue_job")]
        )
        self.assertEqual(module.state, "installed")

    def test_the_cron_only_enqueues_and_the_queue_does_the_work(self):
        self.trigger()
        self.assertTrue(self.pending())
        self.assertEqual(self.queued.state, "pending")
        self.work()
        self.assertFalse(self.pending())
        self.assertEqual(self.queued.state, "done")
        self.assertEqual(self.row.result, "success")

    def test_a_row_is_queued_once_however_often_the_cron_runs(self):
        for _time in range(3):
            self.trigger()
        self.assertEqual(len(self.queued), 1)

    def test_each_account_has_a_channel_of_its_own(self):
        self.trigger()
        name = f"root.iconic_connector.account_{self.account.id}"
        self.assertEqual(self.queued.channel, name)
        channel = self.env["queue.job.channel"].search([("complete_name", "=", name)])
        self.assertEqual(channel.removal_interval, 2)

    def test_the_job_is_called_as_people_know_it(self):
        self.trigger()
        self.assertEqual(self.queued.name, "Queued: Update Prices")

    def test_what_the_marketplace_refuses_is_queued_until_it_may_be_tried_again(self):
        self.add_fault("status", "ProductUpdate", code=429, times=None, retry_after=600)
        self.trigger()
        self.work()
        self.assertEqual(self.queued.state, "pending")
        self.assertIn("cannot accept calls", self.queued.result)
        self.assertTrue(self.queued.eta >= self.account.retry_at - timedelta(seconds=2))

    def test_run_now_does_not_wait_for_the_next_try(self):
        self.trigger()
        self.queued.eta = fields.Datetime.now() + timedelta(hours=1)
        self.row.action_run_now()
        self.trigger()
        self.assertFalse(self.queued.eta)
        self.work()
        self.assertFalse(self.pending())


class TestWorkerKilled(QueueCase):
    def test_the_turn_is_given_again_once_its_lease_is_over(self):
        self.trigger()
        lease = fields.Datetime.now() + timedelta(minutes=5)
        self.row.write({"owner": "killed", "lease_until": lease, "waiting": True})
        self.work()
        self.assertTrue(self.pending())
        self.assertEqual(self.queued.state, "pending")
        self.assertTrue(self.queued.eta >= lease - timedelta(seconds=2))
        self.row.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        self.queued.eta = False
        self.work()
        self.assertEqual(self.row.result, "interrupted")
        self.assertIn("killed", self.row.error)
        self.row.next_try_at = self.queued.eta = False
        self.work()
        self.assertEqual(self.row.result, "success")
        self.assertFalse(self.pending())


class TestRunnerNotLoaded(QueueCase):
    def test_after_five_minutes_the_cron_does_the_work_and_the_account_says_so(self):
        self.trigger()
        self.assertNotIn(NOT_LOADED, self.problems())
        self.let_it_wait(minutes=4)
        self.trigger()
        self.assertTrue(self.pending())
        self.let_it_wait(minutes=6)
        self.assertIn(NOT_LOADED, self.problems())
        self.trigger()
        self.assertFalse(self.pending())

    def test_a_queue_that_is_busy_is_not_asleep(self):
        self.trigger()
        self.let_it_wait(minutes=6)
        with self._other_cursors(), self.registry.cursor() as cursor:
            self.env(cr=cursor)["res.partner"].with_delay()._compute_display_name()
        other = self.env["queue.job"].search([("model_name", "=", "res.partner")])
        other.write({"state": "started", "date_started": fields.Datetime.now()})
        self.assertNotIn(NOT_LOADED, self.problems())
        self.trigger()
        self.assertTrue(self.pending())

    def test_a_job_that_waits_for_its_next_try_says_nothing(self):
        self.trigger()
        self.let_it_wait(minutes=6)
        self.queued.eta = fields.Datetime.now() + timedelta(hours=1)
        self.assertNotIn(NOT_LOADED, self.problems())

    def test_once_the_runner_is_loaded_nothing_is_said_and_nothing_done_twice(self):
        self.trigger()
        self.let_it_wait(minutes=6)
        self.trigger()
        feeds = self.env["iconic.feed"].search_count([])
        self.work()
        self.assertEqual(self.env["iconic.feed"].search_count([]), feeds)
        self.assertNotIn(NOT_LOADED, self.problems())
