"""Two transactions that conflict on a row: one of them is repeated."""

from types import SimpleNamespace
from unittest.mock import Mock, patch

import psycopg2.errors

from odoo.tests import BaseCase, tagged

from odoo.addons.iconic_connector import transactions
from odoo.addons.iconic_connector.transactions import (
    ATTEMPTS,
    FIRST_PAUSE,
    commit_with_retry,
    ends_run,
    retry_on_conflict,
)

CONFLICT = psycopg2.errors.SerializationFailure("could not serialize access")


@tagged("post_install", "-at_install")
class TestConflictingTransactions(BaseCase):
    def setUp(self):
        super().setUp()
        self.cron = SimpleNamespace(_commit_progress=Mock())
        self.cron.with_context = Mock(return_value=self.cron)
        self.jobs_env = Mock(cr=Mock(), flush_all=Mock())
        self.jobs_env.__getitem__ = Mock(return_value=self.cron)
        self.pauses = []
        self.startPatcher(patch.object(transactions.time, "sleep", self.pauses.append))

    def test_work_without_a_conflict_is_done_once(self):
        work = Mock(return_value="done")
        self.assertEqual(retry_on_conflict(self.jobs_env, work), "done")
        work.assert_called_once_with()
        self.jobs_env.cr.rollback.assert_not_called()

    def test_after_a_conflict_work_is_rolled_back_and_repeated(self):
        work = Mock(side_effect=[CONFLICT, "done"])
        self.assertEqual(retry_on_conflict(self.jobs_env, work), "done")
        self.jobs_env.cr.rollback.assert_called_once_with()

    def test_a_row_that_another_transaction_has_created_is_a_conflict_too(self):
        work = Mock(side_effect=[psycopg2.errors.UniqueViolation("twice"), "done"])
        self.assertEqual(retry_on_conflict(self.jobs_env, work), "done")
        self.jobs_env.cr.rollback.assert_called_once_with()

    def test_a_conflict_on_flushing_counts_too(self):
        self.jobs_env.flush_all.side_effect = [CONFLICT, None]
        work = Mock(return_value="done")
        self.assertEqual(retry_on_conflict(self.jobs_env, work), "done")
        self.assertEqual(work.call_count, 2)

    def test_a_conflict_without_end_is_raised(self):
        work = Mock(side_effect=CONFLICT)
        with self.assertRaises(psycopg2.errors.SerializationFailure):
            retry_on_conflict(self.jobs_env, work)
        self.assertEqual(work.call_count, ATTEMPTS)

    def test_the_pauses_between_attempts_grow_and_are_random(self):
        """Of many transactions that want the same row, each gets its turn."""
        longest = []
        with patch.object(
            transactions.random, "uniform", lambda _low, high: longest.append(high)
        ):
            work = Mock(side_effect=[CONFLICT] * (ATTEMPTS - 1) + ["done"])
            self.assertEqual(retry_on_conflict(self.jobs_env, work), "done")
        self.assertEqual(len(self.pauses), ATTEMPTS - 1)
        self.assertEqual(
            longest, [FIRST_PAUSE * 2**place for place in range(ATTEMPTS - 1)]
        )

    def test_a_lost_connection_and_the_cpu_limit_end_a_run(self):
        self.jobs_env.cr.closed = False
        self.assertFalse(ends_run(self.jobs_env, ValueError("no")))
        self.assertFalse(ends_run(self.jobs_env, CONFLICT))
        limit = Exception("CPU time limit exceeded.")
        self.assertTrue(ends_run(self.jobs_env, limit))
        self.jobs_env.cr.closed = True
        self.assertTrue(ends_run(self.jobs_env, ValueError("no")))

    def test_any_other_error_is_not_repeated(self):
        work = Mock(side_effect=ValueError("no"))
        with self.assertRaises(ValueError):
            retry_on_conflict(self.jobs_env, work)
        work.assert_called_once_with()

    def test_the_work_is_committed_afterwards(self):
        done = []
        self.cron._commit_progress.side_effect = lambda: done.append("commit")
        self.assertEqual(
            commit_with_retry(self.jobs_env, lambda: done.append("work")), None
        )
        self.assertEqual(done, ["work", "commit"])
