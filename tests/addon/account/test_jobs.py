"""The scheduled jobs of several accounts: what hurts one of them stops no other."""

from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import psycopg2.errors
from common import (
    CREDENTIALS,
    CRON_LOG,
    RUNNER_LOG,
    MarketplaceCase,
    contract,
    over_both_apis,
)
from lxml import etree
from queue_jobs import QUEUE_LOG
from selling import Selling

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.base.models import ir_cron
from odoo.addons.iconic_connector import const, transactions
from odoo.addons.iconic_connector.domain.flows import FLOWS
from odoo.addons.iconic_connector.models.account import job_runner
from odoo.addons.iconic_connector.models.account.iconic_account_job import KINDS
from odoo.addons.iconic_connector.models.account.job import JOBS
from odoo.addons.iconic_connector.models.listing.listing_jobs import DetectChanges

from seller_center_sandbox import Sandbox, SandboxServer, Snapshot

CONFLICT = psycopg2.errors.SerializationFailure("could not serialize access")


class JobsCase(Selling, MarketplaceCase):
    """Three accounts with published listings; the one in the middle causes trouble."""

    #: How the marketplaces of the further accounts begin.
    elsewhere = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("DRESS", "S M")

    def begin(self):
        super().begin()
        self.account.write({"name": "First", "connection_state": "connected"})
        self.list_published(self.style)
        self.culprit = self.add_account("Culprit")
        self.last = self.add_account("Last")
        self.others = self.account | self.last
        self.accounts = self.others | self.culprit

    def setUp(self):
        super().setUp()
        for before in self.elsewhere:
            before.restore()
        # Nobody has to wait for the pauses between two attempts.
        self.startPatcher(patch.object(transactions.time, "sleep", lambda _s: None))

    def add_account(self, name, sizes="S M L"):
        """Add an account with a marketplace of its own, and published listings."""
        server = SandboxServer(Sandbox(processing_delay=0, auto_process=False)).start()
        self.addClassCleanup(server.stop)
        self.elsewhere = (*self.elsewhere, Snapshot(server.sandbox))
        account = self.account.copy({"name": name, "lang": "en_US"})
        account.write({"api_url": server.url, **CREDENTIALS[self.api_type]})
        account.connection_state = "connected"
        self.mapping.copy({"account_id": account.id, "categ_id": self.category.id})
        style = self.make_style(name.upper(), sizes)
        self.as_published(
            self.list_products(style.product_variant_ids, account_id=account.id)
        )
        return account

    @property
    def log_of_runs(self):
        """The log that tells how a run ended: the cron's, or the queue's."""
        return QUEUE_LOG if "queue.job" in self.env else CRON_LOG

    def leave_little_time(self):
        """Let the time of each run be over after one batch."""
        self.startPatcher(patch.object(ir_cron, "MIN_TIME_PER_JOB", 0))
        if "queue.job" in self.env:
            limit = "odoo.addons.iconic_connector_queue_job.queued_runner.LONGEST_TURN"
            self.startPatcher(patch(limit, 0))

    def change_prices(self):
        """Let all listings of all accounts have another price in Odoo."""
        self.accounts.listing_ids.product_id.product_tmpl_id.list_price = 89.0

    def pending(self, accounts, part="price"):
        """Tell of each listing whether a change is pending or sent."""
        statuses = set(accounts.listing_ids.mapped(f"{part}_status"))
        return statuses <= {"pending", "sent"}

    def job(self, account, kind="detect"):
        return account._job(kind)

    def tell(self, account):
        """Return the activity about jobs with problems, its title and its text."""
        activity = account.activity_search(["iconic_connector.mail_activity_type_jobs"])
        return activity.summary, str(activity.note)

    @contextmanager
    def failing(self, step, error, account=None):
        """Let a step of the comparison raise an error at one account.

        :param str step: the name of a method of the job
        """
        original = getattr(DetectChanges, step)
        account = account or self.culprit

        def fail(job, *arguments):
            if job.account == account:
                raise error
            return original(job, *arguments)

        with patch.object(DetectChanges, step, fail), mute_logger(RUNNER_LOG):
            yield

    def later(self, minutes=61):
        """Continue when every back-off is over."""
        return self.at(fields.Datetime.now() + timedelta(minutes=minutes))

    def assert_told(self, words, account=None, result="failed"):
        """Fail unless row and activity of an account say what is wrong."""
        account = account or self.culprit
        job = self.job(account)
        self.assertEqual(job.result, result)
        self.assertIn(words, job.error)
        summary, note = self.tell(account)
        self.assertEqual(summary, "1 job needs you")
        self.assertIn("Detect Changes", note)
        self.assertIn(words, note)

    def assert_healed(self, account=None):
        """Fail unless nothing is left of a problem, and the work is done."""
        account = account or self.culprit
        job = self.job(account)
        self.assertEqual((job.result, job.error), ("success", False))
        self.assertFalse(job.failure_count or job.left_out_count)
        self.assertEqual(self.tell(account), (False, "False"))
        self.assertTrue(self.pending(account))


@over_both_apis
class TestOneAccountFails(JobsCase):
    def test_an_archived_language_stops_no_price(self):
        language = self.env["res.lang"]._activate_lang("fr_FR")
        self.culprit.lang = "fr_FR"
        language.active = False
        self.change_prices()
        self.detect()
        self.assertTrue(self.pending(self.others))
        self.assertNotIn("pending", self.culprit.listing_ids.mapped("content_status"))
        self.assert_healed()

    def test_an_error_that_nobody_foresaw_stops_only_its_account(self):
        self.change_prices()
        with self.failing("start", ZeroDivisionError("division by zero")):
            self.detect()
        self.assertTrue(self.pending(self.others))
        self.assert_told("ZeroDivisionError: division by zero")
        self.assertEqual(self.tell(self.account), (False, "False"))
        with self.later():
            self.detect()
        self.assert_healed()

    def test_after_a_failure_it_waits_longer_each_time(self):
        waits = []
        with self.failing("start", ValueError("no")):
            for _time in range(4):
                with self.later(len(waits) * 300):
                    self.detect()
                    job = self.job(self.culprit)
                    waits.append(job.next_try_at - fields.Datetime.now())
        self.assertEqual(waits, sorted(waits))
        self.assertGreater(waits[-1], 4 * waits[0])
        self.assertEqual(job.failure_count, 4)

    def test_before_its_next_try_it_is_left_alone(self):
        with self.failing("start", ValueError("no")):
            self.detect()
        self.detect()
        self.assertEqual(self.job(self.culprit).result, "failed")

    def test_the_cron_runs_again_at_the_next_try(self):
        with self.failing("start", ValueError("no")):
            self.detect()
        cron = self.env.ref("iconic_connector.ir_cron_detect")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(self.job(self.culprit).next_try_at, triggers.mapped("call_at"))

    def test_run_now_does_not_wait_for_the_next_try(self):
        with self.failing("start", ValueError("no")):
            self.detect()
        self.change_prices()
        self.job(self.culprit).action_run_now()
        self.detect()
        self.assert_healed()

    def test_run_now_says_why_the_account_cannot_call(self):
        later = fields.Datetime.now() + timedelta(hours=1)
        self.culprit.retry_at = later
        with self.assertRaisesRegex(UserError, "cannot accept calls"):
            self.job(self.culprit).action_run_now()
        self.culprit.retry_at = False
        self.culprit._hold("Wrong key")
        with self.assertRaisesRegex(UserError, "Wrong key"):
            self.job(self.culprit).action_run_now()
        self.job(self.culprit, "order_process").action_run_now()

    def test_what_heals_without_work_leaves_no_progress_behind(self):
        job = self.job(self.culprit, "end")
        job.write({"position": {"done": 5, "total": 9}, "failure_count": 1})
        self.run_cron("end")
        self.assertEqual(job.result, "success")
        self.assertFalse(job.position)

    def test_conflicts_without_end_stop_only_their_account(self):
        self.change_prices()
        with self.failing("do", CONFLICT):
            self.detect()
        self.assertTrue(self.pending(self.others))
        self.assert_told("changing it again and again")
        with self.later():
            self.detect()
        self.assert_healed()

    def test_a_responsible_who_cannot_be_told_stops_nobody(self):
        self.change_prices()
        tell = type(self.account)._raise_activity

        def refuse(account, *arguments):
            if account == self.culprit:
                raise UserError("no such user")
            return tell(account, *arguments)

        with (
            self.failing("start", ValueError("no")),
            patch.object(type(self.account), "_raise_activity", refuse),
        ):
            self.detect()
        self.assertTrue(self.pending(self.others))
        self.assertIn("ValueError", self.job(self.culprit).error)

    def test_an_interrupted_run_that_cannot_be_told_stops_nobody(self):
        job = self.job(self.culprit)
        long_ago = fields.Datetime.now() - timedelta(hours=1)
        job.write({"owner": "killed", "waiting": True, "lease_until": long_ago})
        self.change_prices()
        with (
            patch.object(
                type(self.account), "_raise_activity", side_effect=UserError("no user")
            ),
            mute_logger(RUNNER_LOG),
        ):
            self.detect()
        self.assertTrue(self.pending(self.others))
        self.assertEqual(job.result, "interrupted")

    @contract
    def test_a_marketplace_that_does_not_answer_stops_only_its_account(self):
        self.change_prices()
        self.detect()
        self.culprit.api_url = "http://127.0.0.1:9/"
        self.run_cron("price")
        self.assertEqual(set(self.others.listing_ids.mapped("price_status")), {"sent"})
        self.assertEqual(
            set(self.culprit.listing_ids.mapped("price_status")), {"pending"}
        )
        self.assertTrue(self.culprit.retry_at)


class TestOneRecordFails(JobsCase):
    def poison(self, *listings):
        """Let the comparison of some listings fail."""
        bad = self.env["iconic.listing"].union(*listings)
        wanted = type(bad)._wanted_now

        def fail(listings):
            if listings & bad:
                raise ZeroDivisionError("division by zero")
            return wanted(listings)

        return patch.object(type(bad), "_wanted_now", fail)

    def test_it_is_left_out_with_its_reason_and_all_others_are_done(self):
        self.change_prices()
        bad, *good = self.culprit.listing_ids
        with self.poison(bad), mute_logger(RUNNER_LOG):
            self.detect()
        self.assertEqual({one.price_status for one in good}, {"pending"})
        self.assertEqual(bad.content_status, "error")
        self.assertIn("ZeroDivisionError", bad.content_error)
        self.assertTrue(self.pending(self.others))
        self.assertEqual(self.job(self.culprit).result, "success")
        self.assertIn(
            "1 listing with errors", self.culprit.activity_ids.mapped("summary")
        )

    def test_it_heals_by_itself(self):
        bad = self.culprit.listing_ids[1]
        with self.poison(bad), mute_logger(RUNNER_LOG):
            self.detect()
        self.detect()
        self.assertEqual((bad.content_status, bad.content_error), ("not_needed", False))

    def test_without_an_error_field_of_its_own_the_row_names_it(self):
        bad = self.culprit.listing_ids[1]
        bad.write({f"protect_{part}": True for part in ("content", "images")})
        bad.write({"protect_price": True, "protect_quantity": True})
        with self.poison(bad), mute_logger(RUNNER_LOG):
            self.detect()
        job = self.job(self.culprit)
        self.assertEqual((job.result, job.left_out_count), ("success", 1))
        self.assertIn(bad.display_name, job.left_out)
        self.assertIn("ZeroDivisionError", self.tell(self.culprit)[1])
        self.detect()
        self.assertFalse(self.job(self.culprit).left_out_count)
        self.assertEqual(self.tell(self.culprit), (False, "False"))

    def test_a_whole_batch_that_fails_does_not_block_those_behind_it(self):
        self.patch(const, "DETECTION_SLICE", 2)
        self.change_prices()
        first, second, third = self.culprit.listing_ids.sorted("id")
        with self.poison(first, second), mute_logger(RUNNER_LOG):
            self.detect()
            self.assertEqual(self.job(self.culprit).result, "failed")
            with self.later():
                self.detect()
        self.assertEqual(third.price_status, "pending")
        job = self.job(self.culprit)
        self.assertEqual((job.result, job.left_out_count), ("success", 2))


class TestTakingTurns(JobsCase):
    def setUp(self):
        super().setUp()
        self.patch(const, "DETECTION_SLICE", 1)
        self.served = []
        original = DetectChanges.do

        def note(job, batch):
            self.served.append(job.account)
            return original(job, batch)

        self.startPatcher(patch.object(DetectChanges, "do", note))

    def test_who_has_waited_longest_is_next(self):
        self.leave_little_time()
        self.detect()
        self.assertEqual(set(self.served[:3]), set(self.accounts))
        self.assertEqual(set(self.served[3:6]), set(self.accounts))

    def test_a_request_does_not_wait_for_the_end_of_a_round(self):
        later = fields.Datetime.now() + timedelta(hours=1)
        self.job(self.culprit).write({"waiting": True, "next_try_at": later})
        self.job(self.last).waiting = True
        self.job(self.culprit)._request()
        self.detect()
        self.assertIn(self.culprit, self.served)
        if self.env["iconic.account.job"]._in_rounds:
            self.assertNotIn(self.account, self.served)

    def test_every_listing_is_compared_once(self):
        self.detect()
        self.assertEqual(len(self.served), len(self.accounts.listing_ids))
        self.assertEqual(
            self.job(self.culprit).outcome, "Listings compared with Odoo: 3."
        )

    def test_with_little_time_every_listing_is_compared_once_too(self):
        self.leave_little_time()
        self.detect()
        self.assertEqual(len(self.served), len(self.accounts.listing_ids))
        self.assertEqual(
            self.job(self.culprit).outcome, "Listings compared with Odoo: 3."
        )

    def test_a_row_of_another_process_is_left_alone(self):
        job = self.job(self.culprit)
        lease = fields.Datetime.now() + timedelta(minutes=5)
        job.write({"owner": "elsewhere", "lease_until": lease, "waiting": True})
        self.detect()
        self.assertNotIn(self.culprit, self.served)
        self.assertEqual(job.owner, "elsewhere")

    def test_whoever_has_lost_its_lease_stops_before_the_next_batch(self):
        original = DetectChanges.advance

        def lose(job, batch):
            original(job, batch)
            if job.account == self.culprit:
                self.env["iconic.account.job"].browse(
                    self.job(self.culprit).id
                ).owner = "elsewhere"
                self.env.flush_all()

        with patch.object(DetectChanges, "advance", lose), mute_logger(RUNNER_LOG):
            self.detect()
        self.assertEqual(self.served.count(self.culprit), 1)
        self.assertEqual(self.served.count(self.last), 3)

    def test_a_run_without_an_answer_is_reported_by_any_other_job(self):
        job = self.job(self.culprit)
        long_ago = fields.Datetime.now() - timedelta(hours=1)
        job.write(
            {
                "owner": "killed",
                "waiting": True,
                "started_at": long_ago,
                "lease_until": long_ago,
                "current": "Dress 12",
            }
        )
        self.run_cron("quality")
        self.assert_told("without an answer at: Dress 12", result="interrupted")
        self.change_prices()
        with self.later():
            self.detect()
        self.assert_healed()


@over_both_apis
class TestStopping(JobsCase):
    def begin(self):
        super().begin()
        self.change_prices()
        self.detect()
        self.accounts.batch_size = 1

    def sent(self, account):
        return account.listing_ids.mapped("price_status").count("sent")

    def after_first_feed(self, action):
        """Do something as soon as the first feed of an account is sent."""
        send = type(self.env["iconic.feed"])._send

        def send_and_act(feed, client):
            send(feed, client)
            if feed.account_id == self.culprit and self.sent(self.culprit) == 1:
                action()
                self.env.flush_all()

        return patch.object(type(self.env["iconic.feed"]), "_send", send_and_act)

    def assert_stopped_after_one(self):
        self.assertEqual(self.sent(self.culprit), 1)
        self.assertEqual(self.sent(self.account), 2)
        self.assertEqual(self.sent(self.last), 3)

    def test_a_pause_is_read_before_every_batch(self):
        with self.after_first_feed(
            lambda: self.env["iconic.account.pause"].create(
                {
                    "account_id": self.culprit.id,
                    "job": "price",
                    "until": fields.Datetime.now() + timedelta(hours=1),
                }
            )
        ):
            self.run_cron("price")
        self.assert_stopped_after_one()
        self.assertEqual(self.job(self.culprit, "price").state, "paused")
        with self.later():
            self.run_cron("price")
        self.assertEqual(self.sent(self.culprit), 3)

    def test_stopping_everything_is_read_before_every_batch(self):
        with self.after_first_feed(self.culprit.action_stop_jobs):
            self.run_cron("price")
        self.assert_stopped_after_one()
        self.assertTrue(self.culprit.is_stopped)
        self.run_cron("price")
        self.assert_stopped_after_one()
        self.culprit.action_resume_jobs()
        self.run_cron("price")
        self.assertEqual(self.sent(self.culprit), 3)

    def test_the_jobs_page_stops_and_resumes_all_accounts_or_those_of_chosen_jobs(self):
        jobs = self.env["iconic.account.job"]
        self.job(self.culprit).action_stop_all()
        self.assertEqual(self.accounts.filtered("is_stopped"), self.culprit)
        jobs.action_stop_all()
        self.assertEqual(self.accounts.filtered("is_stopped"), self.accounts)
        self.assertEqual(len(self.culprit.pause_ids), 1)
        jobs.action_resume_all()
        self.assertFalse(self.accounts.filtered("is_stopped"))

    @contract
    def test_a_hold_is_read_before_every_batch(self):
        with self.after_first_feed(lambda: self.culprit._hold("Wrong key")):
            self.run_cron("price")
        self.assert_stopped_after_one()
        self.culprit._resume()
        self.run_cron("price")
        self.assertEqual(self.sent(self.culprit), 3)

    def test_a_paused_job_says_so_and_does_not_run_on_demand(self):
        self.env["iconic.account.pause"].create(
            {"account_id": self.culprit.id, "job": "price", "reason": "Stocktake"}
        )
        job = self.job(self.culprit, "price")
        self.assertEqual(job.status, "Stopped until somebody resumes. Stocktake")
        with self.assertRaisesRegex(UserError, "Resume"):
            job.action_run_now()
        job.action_resume()
        job.invalidate_recordset()
        self.assertNotEqual(job.state, "paused")

    def test_the_row_says_how_many_were_sent_and_refused(self):
        self.culprit.listing_ids[0].product_id.barcode = False
        self.accounts.batch_size = 500
        self.run_cron("price")
        job = self.job(self.culprit, "price")
        self.assertEqual(job.result, "success")
        self.assertIn("Sent: 3.", job.outcome)


class TestRows(JobsCase):
    def test_the_filter_finds_all_jobs_that_need_attention(self):
        kinds = ("end", "price", "stock", "detect")
        jobs = [self.job(self.culprit, kind) for kind in kinds]
        jobs[0].result = "failed"
        jobs[1].left_out_count = 1
        jobs[2].failure_count = const.JOB_FAILURES_IN_A_ROW
        arch = self.env.ref("iconic_connector.iconic_account_job_view_search").arch
        attention = etree.fromstring(arch).find(".//filter[@name='attention']")
        found = jobs[0].search(safe_eval(attention.get("domain")))
        for job in jobs:
            with self.subTest(kind=job.kind):
                self.assertEqual(job in found, job._needs_attention())

    def test_each_kind_has_a_class_and_a_cron(self):
        kinds = {kind for kind, _label in KINDS}
        self.assertEqual(kinds, set(JOBS))
        self.assertLessEqual(set(FLOWS), kinds)
        for kind in kinds:
            cron = self.env["iconic.account.job"]._cron(kind)
            self.assertEqual(cron.code, f'model._run_jobs("{kind}")')

    def test_with_nothing_to_do_the_success_is_noted_with_few_queries(self):
        self.run_cron("end")
        counts = []
        for number in range(2):
            if number:
                self.add_account("More")
                self.add_account("Even More")
                self.run_cron("end")
            before = self.env.cr.sql_log_count
            self.run_cron("end")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertTrue(all(self.job(one, "end").succeeded_at for one in self.accounts))
        self.assertLessEqual(counts[1] - counts[0], 6)

    def test_users_see_jobs_but_only_the_runner_writes_them(self):
        user = new_test_user(
            self.env, "seller", "iconic_connector.iconic_connector_group_user"
        )
        job = self.job(self.culprit).with_user(user)
        self.assertTrue(job.state)
        self.assertFalse(job.has_access("write"))
        self.assertFalse(job.has_access("create"))
        job.action_run_now()
        self.assertEqual(len(self.job(self.culprit).request_ids), 1)

    def test_people_of_another_company_see_none_of_it(self):
        company = self.env["res.company"].create({"name": "Other"})
        user = new_test_user(
            self.env,
            "stranger",
            "iconic_connector.iconic_connector_group_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        jobs = self.env["iconic.account.job"].with_user(user)
        self.assertFalse(jobs.search([("account_id", "in", self.accounts.ids)]))

    def test_screens_are_told_which_records_have_changed(self):
        told = []
        group = type(self.env["res.groups"])
        with patch.object(
            group,
            "_bus_send",
            lambda _group, name, message: told.append((name, message)),
        ):
            self.detect()
        models = {message["model"] for _name, message in told}
        self.assertEqual(
            {name for name, _message in told}, {"iconic_connector/changed"}
        )
        self.assertEqual(
            models, {"iconic.account", "iconic.account.job", "iconic.listing"}
        )


class TestConnectionLost(JobsCase):
    def test_a_dead_connection_ends_the_run_and_is_not_caught(self):
        class Dead(Exception):
            pass

        def closed(_env, error):
            return isinstance(error, Dead)

        with (
            self.failing("start", Dead("server closed the connection")),
            patch.object(job_runner, "ends_run", closed),
            self.assertLogs(self.log_of_runs, "ERROR"),
        ):
            self._trigger_cron("detect")
        self.assertEqual(self.job(self.culprit).owner[:1] == "", False)
