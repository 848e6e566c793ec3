"""Runs the scheduled jobs: the one loop, and the one place that catches (section 13).

Every job of every account goes through here. One that raises, takes long, meets a
conflict or ends its process costs its own turn and nobody else's.
"""

import logging
import os
import secrets
import socket
import time
from contextlib import contextmanager
from copy import deepcopy
from datetime import datetime, timezone
from functools import partial

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...error_messages import describe
from ...seller_center.errors import (
    AccessRefused,
    NoProgress,
    Refused,
    SellerCenterError,
    Unreadable,
)
from ...transactions import CONFLICTS, commit, ends_run, retry_on_conflict
from ..filestore import StorageFailure
from .iconic_account_feature import is_not_offered
from .job import JOBS

_logger = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another process works on the row; whoever notices stops at once."""


# Errors that say nothing about the account: its other calls may well succeed.
ABOUT_ONE_CALL = (Refused, Unreadable, NoProgress)

# Errors that end a turn: no other record would fare better.
NO_RECORDS_FAULT = (LeaseLost, SellerCenterError, StorageFailure)


class JobRunner:
    """One run of one kind of job, for all accounts.

    :param env: the environment of the cron
    :param str kind: a value of `iconic.account.job.kind`
    """

    def __init__(self, env, kind):
        """Prepare the run."""
        self.env = env
        self.kind = kind
        self._rows = env["iconic.account.job"]
        self._left = 0
        #: How many Odoo knows to be left.
        self._reported = None

    def run(self):
        """Have every account with something to do get its turn."""
        for step in (self._note_interrupted, self._queue):
            self._retry_and_tell(step)
        self._rows._give_turns(self)
        self.retry(self._schedule)

    def give_turns(self):
        """Give every row that is due its turn, longest waiting first."""
        while row := self.retry(self._claim):
            if not Turn(self, row).run():
                self._left = self._count_due()
                break

    def give_turn(self, row):
        """Give one row its turn, if it is due.

        :param row: an `iconic.account.job` of this kind
        :return: when the turn began, or None if there was none
        """
        self._retry_and_tell(self._note_interrupted)
        claimed = self.retry(partial(self._claim, row))
        if not claimed:
            return None
        began = claimed.started_at
        Turn(self, claimed).run()
        self.retry(self._schedule)
        return began

    def due_rows(self):
        """Return the rows that are due, longest waiting first."""
        return self._rows.search(
            self._due_domain(), order="started_at ASC NULLS FIRST, id"
        )

    def commit(self, batches=0):
        """Commit, and report how many rows are left, if anything has been done.

        :param int batches: how many were done
        :return: whether there is time left
        """
        if not batches and self._left == self._reported:
            commit(self.env)
            return True
        self._reported = self._left
        report = self.env["ir.cron"]._commit_progress
        return bool(report(batches, remaining=self._left))

    def row_ended(self):
        """Count one row less that is due."""
        self._left = max(self._left - 1, 0)

    def tell_people(self, account):
        """Raise, update or close the activity about the jobs of an account.

        Nothing that goes wrong with that stops a run: the row has the sentence already.
        """
        try:
            self.retry(account._sync_job_activity)
        except Exception as error:  # pylint: disable=broad-exception-caught
            if ends_run(self.env, error):
                raise
            self.env.cr.rollback()
            _logger.error("Nobody could be told", exc_info=error)

    def _retry_and_tell(self, step):
        """Do a step, and tell people about the accounts that it returns."""
        for account in self.retry(step):
            self.tell_people(account)

    def retry(self, work):
        """Do some work, also after conflicts, and commit it.

        :return: the result of `work`
        """
        result = retry_on_conflict(self.env, work)
        self.commit()
        return result

    def _note_interrupted(self):
        """Note the rows whose process ended without a word, of any kind of job.

        :return: their accounts
        """
        expired = self._rows.search(
            Domain("owner", "!=", False)
            & Domain("lease_until", "<=", fields.Datetime.now())
        )
        rows = expired.try_lock_for_update(allow_referencing=True)
        for row in rows:
            row._end("interrupted", self._interrupted_words(row))
        return rows.account_id

    def _interrupted_words(self, row):
        place = row.current or self.env._("the beginning")
        return self.env._(
            "The last run ended without an answer at: %(place)s. Its process was "
            "killed, reached a time limit or lost the database. It is tried again by "
            "itself; if this repeats, look at the server log of %(time)s UTC.",
            place=place,
            time=row.started_at,
        )

    def _queue(self):
        """Mark the rows with something to do, unless a round is still under way.

        :return: the accounts with a problem that is over
        """
        accounts = self._accounts()
        self._rows._ensure(accounts, [self.kind])
        is_under_way = self._rows._in_rounds and self._count_due(accounts)
        rows = self._rows.search(
            Domain("kind", "=", self.kind)
            & Domain("account_id", "in", self._not_paused(accounts).ids)
            & self._rows._idle_domain()
        ).try_lock_for_update(allow_referencing=True)
        # What people ask for does not wait for the end of a round.
        asked = rows.filtered("request_ids")
        asked.write({"waiting": True, "next_try_at": False})
        if is_under_way:
            return accounts.browse()
        busy = JOBS[self.kind].with_work(self._offered(rows)) | asked
        busy.filtered(lambda row: not row.waiting).waiting = True
        return self._note_nothing_to_do(rows - busy)

    def _offered(self, rows):
        """Return the rows whose account is offered what this job is about."""
        feature = JOBS[self.kind].feature
        return rows.filtered(lambda row: row.account_id._is_offered(feature))

    def _note_nothing_to_do(self, rows):
        """Store that some rows were looked at and had nothing to do.

        :return: the accounts with a problem that is over
        """
        now = fields.Datetime.now()
        # Their feeds may all be with the reader, and nobody has seen yet what happened.
        rows -= rows.filtered(
            lambda row: row.result == "interrupted" and (row.next_try_at or now) > now
        )
        # An error whose cause has gone with the work is over.
        healed = rows.filtered(lambda row: row.failure_count or row.waiting)
        for row in healed:
            row._end("success", position=without_round(row.position))
        (rows - healed).write({"ended_at": now, "succeeded_at": now})
        return healed.account_id

    def _accounts(self):
        """Return the accounts that may run this job."""
        Account = self.env["iconic.account"]
        if JOBS[self.kind].needs_connection:
            return Account._ready_to_call()
        return Account.with_context(active_test=False).search([])

    def _not_paused(self, accounts):
        return accounts.filtered(lambda account: not account._pause_of(self.kind))

    def _due_domain(self, accounts=None):
        accounts = self._accounts() if accounts is None else accounts
        return self._rows._due_domain(self.kind, self._not_paused(accounts))

    def _count_due(self, accounts=None):
        return self._rows.search_count(self._due_domain(accounts))

    def _claim(self, only=None):
        """Claim the row that has waited longest, and put it at the end of the queue.

        :param only: the row that alone may be claimed, if not any
        :return: the row, or None
        """
        due = self.due_rows()
        self._left = len(due)
        if only is not None:
            due &= only
        for row in due:
            if row.try_lock_for_update(allow_referencing=True):
                row.write(
                    {
                        "owner": f"{socket.gethostname()}/{os.getpid()}/"
                        f"{secrets.token_hex(8)}",
                        "lease_until": fields.Datetime.now() + const.JOB_LEASE,
                        "attempt_count": row.attempt_count + 1,
                        # With fractions of a second, since rows are ordered by it.
                        "started_at": datetime.now(timezone.utc).replace(tzinfo=None),
                    }
                )
                return row
        return None

    def _schedule(self):
        """Have the cron run again when a row, an account or the job itself is due."""
        rows = self._rows.search(
            Domain("kind", "=", self.kind) & Domain("account_id.active", "=", True)
        )
        now = fields.Datetime.now()
        moments = [JOBS[self.kind].next_moment(self.env)]
        moments += rows.mapped("next_try_at") + rows.mapped("lease_until")
        moments += rows.filtered("waiting").account_id.mapped("retry_at")
        later = [moment for moment in moments if moment and moment > now]
        if later:
            self._rows._trigger_at(self.kind, min(later))


class Turn:
    """One row's turn: batch after batch, until it is done or has to stop.

    :param runner: the `JobRunner`
    :param row: the claimed `iconic.account.job`
    """

    def __init__(self, runner, row):
        """Prepare the turn."""
        self.env = row.env
        self.row = row
        self.account = row.account_id
        self._runner = runner
        self._owner = row.owner
        self._requests = row.request_ids.ids
        self._job = None
        self._time_left = True
        #: How many batches are done, but not reported yet; and the last one of them.
        self._batches = 0
        self._news = None
        self._told_at = None
        # Several turns may be needed until it is done.
        goes_on = "done" in (row.position or {})
        self._failed_before = row.result == "failed"
        self._left_out = (row.left_out or "").splitlines() if goes_on else []
        self._left_out_count = row.left_out_count if goes_on else 0

    def run(self):
        """Work for the account of the row. Whatever fails ends this turn only.

        :return: whether there is time for the next row
        """
        try:
            self._attempt()
        except Exception as error:  # pylint: disable=broad-exception-caught
            self._end_with_failure(error)
        self._runner.row_ended()
        return self._time_left

    def _attempt(self):
        try:
            self._job = JOBS[self.row.kind](self.row)
            with self._connection():
                self._work()
        except LeaseLost:
            self.env.cr.rollback()
            _logger.warning("%s is done by another process", self._name())
        except SellerCenterError as error:
            self._end_with_marketplace_error(error)

    @contextmanager
    def _connection(self):
        """Provide the client of a job that calls the marketplace."""
        if not self._job.needs_connection:
            yield
            return
        with self.account._connect() as client:
            self._job.client = client
            yield

    def _work(self):
        """Do batch after batch, and stop between two if somebody wants that."""
        job = self._job
        self._commit_step(self._begin)
        # The first batch is worth telling, too, however soon it is done.
        self._told_at = None
        while self._may_go_on():
            batch = job.next_batch()
            if batch is None:
                self._finish()
                return
            # Of a batch that is done at once, screens are told with the next one.
            self._save(not job.slow_to_choose, current=job.name_of(batch))
            # What was done may have used up the time.
            if not self._time_left:
                break
            job.ask(batch)
            self._do(batch)
            self._note_done(batch)
            if not self._time_left:
                break
        self._save(owner=False, lease_until=False, current=False)

    def _begin(self):
        """Begin, and store that."""
        job = self._job
        job.start()
        if job.position.setdefault("done", 0) == 0:
            job.position["total"] = job.count()
        # With the position, so that none is taken up twice.
        self.row.request_ids.browse(self._requests).unlink()
        self._write_progress({"current": False, "error": False})
        # Otherwise the name of the first batch is stored, and told, in a moment.
        if job.slow_to_choose:
            self._tell_screens()

    def _note_done(self, batch):
        """Note that a batch is done: at once, or together with what comes next."""
        self._job.advance(batch)
        self._job.position["done"] += len(batch)
        self._batches += 1
        self._news = batch
        if self._job.slow_to_choose:
            self._save()
        # What was read for one batch is not needed for the next: memory stays flat.
        self.env.invalidate_all()

    def _may_go_on(self):
        """Tell whether nobody has paused the job or put the account on hold."""
        self.account.invalidate_recordset()
        if self.account._pause_of(self._job.kind):
            return False
        return not self._job.needs_connection or self.account._is_ready()

    def _do(self, batch):
        """Handle a batch; if it fails, find the records that fail alone.

        :raise Exception: if everything fails, which is the fault of no record. The next
            turn that comes to this leaves the batch out, for the sake of those behind.
        """
        error = self._try(batch)
        # Samples are handled before what stands in front of them.
        may_sample = len(batch) > 1 and not self._job.keeps_order
        if error and may_sample and all(map(self._try, _samples(batch))):
            if not self._failed_before:
                raise error
            self._leave_out(batch, error)
        elif error:
            self._halve(batch, error)

    def _try(self, batch):
        """Handle a batch.

        :return: the error that undid it, None if it succeeded
        """
        try:
            result = self._commit_step(self._job.do, batch)
        except NO_RECORDS_FAULT:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught
            self._roll_back(error)
            return error
        for part in self._job.parts_outside(batch, result):
            self._finish_outside(part, result)
        return None

    def _halve(self, batch, error):
        """Handle the halves of a failed batch, or leave out its only record."""
        if not batch:
            raise error
        if len(batch) == 1:
            self._leave_out(batch, error)
            return
        middle = len(batch) // 2
        for half in (batch[:middle], batch[middle:]):
            if second := self._try(half):
                self._halve(half, second)
            self._save()

    def _finish_outside(self, batch, result):
        """Do what comes once a batch is committed, which is never repeated."""
        try:
            self._job.finish_outside(batch, result)
        except NO_RECORDS_FAULT:
            raise
        except Exception as error:  # pylint: disable=broad-exception-caught
            self._roll_back(error)
            if len(batch) != 1:
                raise
            self._leave_out(batch, error)

    def _leave_out(self, batch, error):
        """Store why records were left out, on themselves or on the row.

        :param batch: one record, or several that fail in the same way
        """
        reason = self._words_of(error)
        name = self._job.name_of(batch)
        _logger.error("%s leaves out %s", self._name(), name, exc_info=error)
        try:
            told = self._commit_step(self._job.hold, batch, reason)
        except Exception as second:  # pylint: disable=broad-exception-caught
            self._roll_back(second)
            told = False
        if told:
            return
        self._left_out_count += len(batch)
        if len(self._left_out) < const.LEFT_OUT_NAMED:
            self._left_out.append(f"{name}: {reason}" if name else reason)

    def _finish(self):
        """End a turn that has done everything."""
        outcome = self._commit_step(self._job.finish)
        self._job.position = without_round(self._job.position)
        if feature := self._job.feature:
            switch_on = self.env["iconic.account.feature"]._switch_on
            self._commit(partial(switch_on, self.account, feature))
        self._end("success", **({"outcome": outcome} if outcome else {}))

    def _end_with_marketplace_error(self, error):
        """End the turn because the marketplace refuses, or does not answer.

        :param SellerCenterError error: the error of the call
        """
        self.env.cr.rollback()
        words = describe(self.env, error)
        if self._switched_off(error):
            self._end("success", outcome=self.env._("Switched off: %s", words))
            return
        if not self._job.feature or isinstance(error, AccessRefused):
            self._commit(partial(self.account._note_failure, error))
        if isinstance(error, ABOUT_ONE_CALL):
            self._end("failed", words)
        elif self._job.feature:
            # Trouble with a feature makes only its own job wait.
            self._end("delayed", words)
        else:
            # The account decides when the next call is made.
            self._end("delayed", words, next_try_at=False)

    def _switched_off(self, error):
        """Switch off the feature of the job, if the shop does not offer that.

        :param SellerCenterError error: the error of the call
        :return: whether it is switched off now
        """
        feature = self._job.feature
        if not feature or not is_not_offered(error):
            return False
        switch_off = self.env["iconic.account.feature"]._switch_off
        self._commit(partial(switch_off, self.account, feature, error))
        return True

    def _end_with_failure(self, error):
        """End the turn because of something that nobody foresaw."""
        self._roll_back(error)
        _logger.error("%s failed", self._name(), exc_info=error)
        self._end("failed", self._words_of(error))

    def _end(self, result, error=False, **values):
        """Store how the turn ended, and tell people.

        :param str result: a value of `iconic.account.job.result`
        :param error: what went wrong, as a sentence
        :param values: of other fields of the row
        """
        try:
            self._commit(partial(self._write_end, result, error, values))
        except LeaseLost:
            self.env.cr.rollback()
            return
        except Exception as second:  # pylint: disable=broad-exception-caught
            # The lease runs out, and the next run reports that.
            self._roll_back(second)
            _logger.error("%s could not be ended", self._name(), exc_info=second)
            return
        self._runner.tell_people(self.account)
        self._told_at = None
        self._commit(self._tell_screens)

    def _write_end(self, result, error, values):
        self._check_lease()
        left_out = {
            "left_out": "\n".join(self._left_out) or False,
            "left_out_count": self._left_out_count,
        }
        if self._job:
            left_out["position"] = self._job.position
        self.row._end(result, error, **left_out, **values)

    def _save(self, tells=True, **values):
        """Renew the lease, and store position and progress in their own transaction.

        :param bool tells: whether open screens are told
        :param values: of other fields of the row
        """
        self._commit(partial(self._write_and_tell, tells, values))

    def _write_and_tell(self, tells, values):
        self._write_progress(values)
        if tells:
            self._tell_screens()

    def _write_progress(self, values):
        """Renew the lease, and store position and progress.

        :raise LeaseLost: if another process has taken over the row
        """
        position = self._job.position
        owned = self.row._write_if_owned(
            self._owner,
            {
                "lease_until": fields.Datetime.now() + const.JOB_LEASE,
                "position": position,
                "done_count": position["done"],
                "total_count": position.get("total") or 0,
                **values,
            },
        )
        if not owned:
            raise LeaseLost

    def _check_lease(self):
        """Check that no other process has taken over the row.

        :raise LeaseLost: if one has
        """
        self.row.invalidate_recordset()
        if self.row.owner != self._owner:
            raise LeaseLost

    def _commit(self, work):
        """Do some work, also after conflicts, commit it and report what was done."""
        retry_on_conflict(self.env, work)
        batches, self._batches = self._batches, 0
        time_left = self._runner.commit(batches)
        # One batch is done in any case.
        if batches:
            self._time_left = time_left

    def _commit_step(self, step, *arguments):
        """Do a step of the job, also after conflicts, and commit it.

        :param step: a method of the job, which may change its position
        :return: the result of `step`
        """
        position = deepcopy(self._job.position)

        def attempt():
            self._job.position = deepcopy(position)
            return step(*arguments)

        try:
            result = retry_on_conflict(self.env, attempt)
            self._runner.commit()
        except Exception:
            self._job.position = position
            raise
        return result

    def _roll_back(self, error):
        """Roll back, unless the error ends the whole run.

        :raise Exception: the error, if it does
        """
        if ends_run(self.env, error):
            raise error
        self.env.cr.rollback()

    def _words_of(self, error):
        """Return an error that nobody foresaw as a sentence."""
        if isinstance(error, UserError):
            return str(error)
        if isinstance(error, CONFLICTS):
            return self.env._(
                "Somebody else was changing it again and again. It is tried again by "
                "itself."
            )
        return self.env._(
            "Something unforeseen went wrong (%(kind)s: %(text)s). It is tried again "
            "by itself; the server log has the details.",
            kind=type(error).__name__,
            text=str(error).strip(),
        )

    def _tell_screens(self):
        """Have open screens show the progress once it is committed.

        At most once a second. The last batch is named, if it consists of records.
        """
        now = time.monotonic()
        if self._told_at is not None:
            if now - self._told_at < const.SECONDS_BETWEEN_NEWS:
                return
        self._told_at = now
        self.account._tell_screens(self.row, self._news)

    def _name(self):
        return f"Job {self.row.kind} of account {self.account.id}"


def without_round(position):
    """Return a position without the progress of the round that has ended."""
    left = dict(position or {})
    for name in ("done", "total"):
        left.pop(name, None)
    return left


def _samples(batch):
    """Return some records from all over a batch, each as a batch of one."""
    step = max(len(batch) // const.SAMPLES, 1)
    places = range(0, len(batch), step)[: const.SAMPLES]
    return [batch[place : place + 1] for place in places]
