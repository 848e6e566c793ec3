"""Beside OCA's queue_job, each row of the scheduled jobs is a job of the queue."""

from datetime import timedelta

from queueing import NOT_LOADED, QueueCase

from odoo import fields


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
        again, first = self.queued
        self.assertEqual((first.state, again.state), ("done", "pending"))
        self.assertIn("cannot accept calls", first.result)
        self.assertEqual(again.eta, self.account.retry_at)

    def test_run_now_does_not_wait_for_the_next_try(self):
        self.trigger()
        self.queued.eta = fields.Datetime.now() + timedelta(hours=1)
        self.row.action_run_now()
        self.trigger()
        self.assertLessEqual(self.queued.eta, fields.Datetime.now())
        self.work()
        self.assertFalse(self.pending())


class TestWorkerKilled(QueueCase):
    def test_the_turn_is_given_again_once_its_lease_is_over(self):
        self.trigger()
        lease = fields.Datetime.now() + timedelta(minutes=5)
        self.row.write({"owner": "killed", "lease_until": lease, "waiting": True})
        self.work()
        self.assertTrue(self.pending())
        again = self.queued[0]
        self.assertEqual((again.state, again.eta), ("pending", lease))
        self.row.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        again.eta = False
        self.work()
        self.assertEqual(self.row.result, "interrupted")
        self.assertIn("killed", self.row.error)
        self.row.next_try_at = self.queued[0].eta = False
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
        self.add_job_of_others(state="started", date_started=fields.Datetime.now())
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
