"""Nothing in the queue runs for ever or is lost, and nobody cries wolf."""

from datetime import timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure
from queueing import KIND, NOT_LOADED, QueueCase

from odoo import fields

from odoo.addons.iconic_connector import transactions
from odoo.addons.iconic_connector.models.account.job import JOBS
from odoo.addons.iconic_connector.models.account.job_runner import Turn
from odoo.addons.iconic_connector_queue_job import uninstall_hook
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID


def moment(**shift):
    """Return a moment before or after now."""
    return fields.Datetime.now() + timedelta(**shift)


class TestNothingForEver(QueueCase):
    def fail_before(self):
        """Have a turn fail whose next try is due, and its job wait for that."""
        self.trigger()
        self.row.write(
            {"waiting": True, "result": "failed", "next_try_at": moment(seconds=-5)}
        )

    def assert_queue_ends(self):
        self.work()
        self.assertEqual(set(self.queued.mapped("state")), {"done"})
        self.assertTrue(self.pending())

    def test_a_paused_row_is_left_alone(self):
        self.fail_before()
        pause = {"account_id": self.account.id, "job": "all"}
        self.env["iconic.account.pause"].create(pause)
        self.assert_queue_ends()

    def test_an_account_on_hold_is_left_alone(self):
        self.fail_before()
        self.account.write({"connection_state": "on_hold", "hold_reason": "Key"})
        self.assert_queue_ends()

    def test_an_archived_account_is_left_alone(self):
        self.fail_before()
        self.account.active = False
        self.assert_queue_ends()

    def test_a_deleted_row_is_no_failure(self):
        self.trigger()
        job = self.queued
        self.row.unlink()
        self.work()
        self.assertEqual(job.state, "done")

    def test_a_row_that_is_looked_at_is_tried_again_in_a_moment(self):
        self.trigger()
        Row = type(self.row)
        locked = patch.object(Row, "try_lock_for_update", lambda rows, **_: rows[:0])
        with locked:
            for _time in range(4):
                self.work()
        self.assertEqual(self.queued.mapped("state"), ["pending", "done"])

    def test_what_waits_when_the_add_on_goes_is_cancelled(self):
        self.trigger()
        self.add_job_of_others(state="pending")
        uninstall_hook(self.env)
        self.assertEqual(self.queued.state, "cancelled")
        others = self.env["queue.job"].search([("model_name", "=", "res.partner")])
        self.assertEqual(others.state, "pending")


class TestNothingIsLost(QueueCase):
    def test_a_conflict_does_not_end_the_cron(self):
        Row = type(self.row)
        enqueue, calls = Row._have_channels, []

        def conflict_once(rows):
            calls.append(rows)
            if len(calls) == 1:
                raise SerializationFailure
            return enqueue(rows)

        with (
            patch.object(transactions.time, "sleep", lambda _seconds: None),
            patch.object(Row, "_have_channels", conflict_once),
        ):
            self.trigger()
        self.assertEqual(self.queued.state, "pending")

    def test_run_now_during_a_turn_is_followed_by_another(self):
        self.trigger()
        finish = Turn._finish

        def press_first(turn):
            turn.row.action_run_now()
            turn.env["ir.cron.trigger"].search([]).unlink()
            return finish(turn)

        with patch.object(Turn, "_finish", press_first):
            self.work()
        self.env.invalidate_all()
        self.assertTrue(self.row.request_ids)
        self.assert_cron_is_triggered()

    def test_a_cron_that_came_during_a_turn_comes_again(self):
        self.trigger()
        self.env["ir.cron.trigger"].search([]).unlink()
        finish = Turn._finish

        def come_first(turn):
            turn.row._cron(KIND).lastcall = moment(seconds=1)
            return finish(turn)

        with patch.object(Turn, "_finish", come_first):
            self.work()
        self.assert_cron_is_triggered()

    def assert_cron_is_triggered(self):
        """Check that the cron of the row runs in a moment."""
        cron = self.env.ref(f"iconic_connector.ir_cron_{KIND}")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertLessEqual(min(triggers.mapped("call_at")), moment(seconds=1))

    def test_the_cron_holds_no_row_that_waits_for_its_turn(self):
        looked_at = []

        def note(_class, rows):
            looked_at.append(self.row in rows)
            return rows

        self.row.waiting = False
        with patch.object(JOBS[KIND], "with_work", classmethod(note)):
            self.trigger()
            self.trigger()
        self.assertEqual(looked_at, [True, False])

    def test_a_row_that_waits_keeps_no_other_from_waiting(self):
        self.trigger()
        other = self.account.copy({"name": "Second"})
        other.write({"api_key": "key", "user_login": "second@example.com"})
        other.connection_state = "connected"
        all_busy = classmethod(lambda _class, rows: rows)
        with patch.object(JOBS[KIND], "with_work", all_busy):
            self.trigger()
        self.assertEqual(self.queued_for(other._job(KIND)).state, "pending")


class TestNoFalseAlarm(QueueCase):
    def test_a_long_job_of_others_is_no_sleep_while_a_runner_watches(self):
        self.trigger()
        self.let_it_wait(minutes=6)
        self.add_job_of_others(state="started", date_started=moment(minutes=-6))
        self.assertIn(NOT_LOADED, self.problems())
        lock = "SELECT pg_advisory_xact_lock(%s)"
        self.env.cr.execute(lock, [PG_ADVISORY_LOCK_ID])
        self.assertNotIn(NOT_LOADED, self.problems())

    def test_what_may_go_on_since_a_moment_has_not_waited_for_long(self):
        self.trigger()
        self.queued.eta = moment(hours=1)
        self.let_it_wait(minutes=30)
        self.row.action_run_now()
        self.trigger()
        self.assertNotIn(NOT_LOADED, self.problems())

    def test_what_is_put_back_has_begun(self):
        self.add_fault("status", "ProductUpdate", code=429, times=None, retry_after=600)
        self.trigger()
        self.work()
        row = self.account._job("stock")
        with self._other_cursors(), self.registry.cursor() as cursor:
            row.with_env(self.env(cr=cursor))._enqueue()
        self.queued_for(row).flush_recordset()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = %s WHERE id = %s",
            [moment(minutes=-6), self.queued_for(row).id],
        )
        self.assertNotIn(NOT_LOADED, self.problems())


class TestCost(QueueCase):
    def test_what_is_enqueued_already_costs_the_same_for_few_and_many(self):
        rows = self.account.job_ids
        for number in range(20):
            rows |= self.account.copy({"name": f"Account {number}"}).job_ids
        rows._enqueue()
        costs = []
        for some in (rows[:3], rows):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._enqueue()
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*costs)
