"""The scheduled jobs that compare listings: with Odoo, and with the marketplace."""

from datetime import datetime

from odoo import fields
from odoo.fields import Domain

from ... import const
from ...domain.moments import precise_now
from ...error_messages import describe
from ...seller_center.const import MAX_QUALITY_STATES
from ..account.job import Job, PageByPage, rows_having, runs


class CompareListings(Job):
    """What comparisons of listings with Odoo have in common."""

    def do(self, batch):
        """Override to compare listings, and mark what differs."""
        # Listings that somebody else has locked are compared in the next run.
        batch.try_lock_for_update(allow_referencing=True)._detect()

    def hold(self, batch, reason):
        """Override to show the reason in an error field that comparing clears."""
        return len(batch) == 1 and batch._hold_comparison(reason)


@runs("detect")
class DetectChanges(CompareListings):
    """Compares the listings of an account that may differ, slice by slice.

    Once a day it compares all of them, and reports what its first pass has missed.
    """

    def __init__(self, row):
        """Prepare the run."""
        super().__init__(row)
        self._ids = []

    def start(self):
        """Override to find what to compare, and whether sell-outs are held back."""
        changed, after = self._find_changed(), self.position.get("after") or 0
        if not after:
            self.account._apply_sell_out_threshold(changed)
            self.position |= self._plan()
        self._ids = self._chosen(changed, after)

    def count(self):
        """Override to return how many listings are to be compared."""
        return len(self._ids)

    def next_batch(self):
        """Override to return the next slice, without listings that are gone."""
        while self._ids:
            ids = self._ids[: const.DETECTION_SLICE]
            self._ids = self._ids[const.DETECTION_SLICE :]
            domain = self.account._comparison_domain() & Domain("id", "in", ids)
            if batch := self.env["iconic.listing"].search(domain, order="id"):
                return batch
        return None

    def do(self, batch):
        """Override to compare listings.

        :return: the SKUs of those that the first pass would have missed
        """
        if not self.position.get("proving"):
            super().do(batch)
            return []
        expected = self._find_changed(Domain("id", "in", batch.ids))
        before = batch._flag_states()
        super().do(batch)
        after = batch._flag_states()
        return [
            one.sku
            for one in batch
            if one.id not in expected and before[one.id] != after[one.id]
        ]

    def finish_outside(self, batch, result):
        """Override to remember what the first pass would have missed."""
        self.position["missed_count"] += len(result)
        known = [*self.position["missed"], *result]
        self.position["missed"] = known[: const.LEFT_OUT_NAMED]

    def advance(self, batch):
        """Override to move behind the last listing."""
        self.position["after"] = batch[-1].id

    def finish(self):
        """Override to have the differences sent, and return what was compared."""
        self.position.pop("after", None)
        outcome = self._outcome()
        self.account._sync_error_activity()
        self.account._trigger_flows_with_work()
        if moment := CompareSoon.next_moment(self.env):
            self.env["iconic.account.job"]._trigger_at("compare", moment)
        return outcome

    def _plan(self):
        """Return whether all listings are compared: once a day, and if need be.

        :return: values of `position`: `all`, and `proving` if the first pass has to
            expect whatever is found
        """
        last = self.position.get("all_at")
        is_known = self.env["iconic.listing.comparison"]._is_known_enough(self.account)
        is_old = last and datetime.fromisoformat(last) <= (
            fields.Datetime.now() - const.COMPARE_ALL_AFTER
        )
        return {
            "all": not last or not is_known or is_old,
            "proving": bool(is_known and is_old),
            "missed": [],
            "missed_count": 0,
        }

    def _find_changed(self, domain=Domain.TRUE):
        """Return the ids of listings that may be wanted otherwise than at last."""
        account = self.account._with_company_and_language()
        return account.env["iconic.listing.comparison"]._find_changed(
            account, account._comparison_domain() & domain
        )

    def _chosen(self, changed, after):
        """Return the ids of the listings to compare, in their order.

        :param changed: what `_find_changed` returned
        :param int after: the last one that was compared already
        """
        domain = self.account._comparison_domain()
        if not self.position["all"]:
            # What waits to be sent is held back now.
            held = self.account.sell_out_threshold_exceeded
            domain &= Domain(held) & Domain("quantity_status", "=", "pending")
        found = self.env["iconic.listing"].search(domain, order="id")
        return sorted(id_ for id_ in {*changed, *found._ids} if id_ > after)

    def _outcome(self):
        plan = {name: self.position.pop(name) for name in self._plan()}
        done = self.position["done"]
        if not plan["all"]:
            return self.env._(
                "Listings compared with Odoo, since something may have changed: %s.",
                done,
            )
        self.position["all_at"] = fields.Datetime.now().isoformat()
        self.account._report_missed(plan["missed"], plan["missed_count"])
        return self.env._("Listings compared with Odoo: %s.", done)


@runs("compare")
class CompareSoon(CompareListings):
    """Compares listings whose stock has just changed, and those due at this moment.

    A product was sold, delivered or received; a price changes; a season goes on sale.
    What differs is sent before everything else.
    """

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with such listings."""
        asked = rows_having(rows, "iconic.compare.request", Domain.TRUE)
        return asked | rows_having(rows, "iconic.listing", cls._due())

    @classmethod
    def next_moment(cls, env):
        """Override to return when the next price changes, or a season opens."""
        later = Domain("next_comparison_at", ">", fields.Datetime.now())
        first = env["iconic.listing"].search(later, order="next_comparison_at", limit=1)
        return first.next_comparison_at

    @classmethod
    def _due(cls):
        return Domain("next_comparison_at", "<=", fields.Datetime.now())

    def start(self):
        """Override to begin with the first listing."""
        self.position.pop("after", None)
        self._locked = False

    def next_batch(self):
        """Override to return the next of them."""
        requests = self.env["iconic.compare.request"]._search(
            Domain("account_id", "=", self.account.id)
        )
        return (
            self.env["iconic.listing"].search(
                Domain("account_id", "=", self.account.id)
                & Domain("id", ">", self.position.get("after") or 0)
                & (Domain("id", "in", requests.subselect("listing_id")) | self._due()),
                order="id",
                limit=const.DETECTION_SLICE,
            )
            or None
        )

    def do(self, batch):
        """Override to compare listings at once, and have the differences sent first.

        What somebody else has locked is compared a little later, and what is in a feed
        once more when that is answered.
        """
        free = batch.try_lock_for_update(allow_referencing=True)
        self._locked = self._locked or free != batch
        self._forget(free.filtered(lambda one: not one._is_being_sent()))
        free._detect()
        urgent = free.filtered(lambda one: one.quantity_status == "pending")
        urgent.filtered(lambda one: not one.send_first).send_first = True
        self.account._trigger_flows_with_work()

    def advance(self, batch):
        """Override to move behind the last listing."""
        self.position["after"] = batch[-1].id

    def hold(self, batch, reason):
        """Override to leave the listings to the next comparison of all."""
        self._forget(batch)
        return super().hold(batch, reason)

    def finish(self):
        """Override to come back for what others had locked."""
        self.position.pop("after", None)
        if self._locked:
            self.env["iconic.account.job"]._trigger_at(
                self.kind, fields.Datetime.now() + const.LOCKED_RETRY
            )

    def _forget(self, listings):
        """Remove the requests for some listings, and the moment that was due."""
        self.env["iconic.compare.request"].search(
            [("listing_id", "in", listings.ids)]
        ).unlink()
        # Of listings that are not compared now, nothing is due.
        listings.filtered("next_comparison_at").next_comparison_at = False


@runs("quality")
class ReadQuality(Job):
    """Reads the quality reviews of listings that are not approved yet."""

    feature = "quality"

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with such listings."""
        domain = rows.env["iconic.listing"]._quality_domain()
        return rows_having(rows, "iconic.listing", domain)

    def count(self):
        """Override to return how many listings wait for approval."""
        return self.env["iconic.listing"].search_count(self._domain())

    def next_batch(self):
        """Override to read the reviews of as many listings as one call allows."""
        listings = self.env["iconic.listing"].search(
            self._domain(), order="id", limit=MAX_QUALITY_STATES
        )
        self._states = listings._request_quality(self.client) if listings else {}
        return listings or None

    def do(self, batch):
        """Override to store the reviews."""
        batch._store_quality(self._states)

    def advance(self, batch):
        """Override to move behind the last listing."""
        self.position["after"] = batch[-1].id

    def finish(self):
        """Override to return how many reviews were read."""
        self.position.pop("after", None)
        self.account._sync_error_activity()
        return self.env._("Reviews read: %s.", self.position["done"])

    def _domain(self):
        return (
            Domain("account_id", "=", self.account.id)
            & self.env["iconic.listing"]._quality_domain()
            & Domain("id", ">", self.position.get("after") or 0)
        )


class NamesLost:
    """What jobs have in common that name products which they could not read."""

    def _note_unreadable(self, page):
        """Remember what of a page cannot be read, for the report."""
        self._note_lost(
            f"{one.name or '?'} ({describe(self.env, one.problem)})"
            for one in page.unreadable
        )

    def _note_lost(self, names):
        """Remember what is left as it is, for the report."""
        known = self.position.get("lost", [])
        self.position["lost"] = list(dict.fromkeys([*known, *names]))

    def _report(self, report):
        """Return a report, with what could not be read."""
        lost = self.position.pop("lost", [])
        if not lost:
            return report
        words = self.env._(
            "Products that could not be read, and are left as they are: %(count)s. "
            "%(names)s Read them again later; if that does not help, report them to "
            "THE ICONIC.",
            count=len(lost),
            names="; ".join(lost[: const.LEFT_OUT_NAMED]),
        )
        return f"{report}\n{words}"


@runs("production")
class ReadProduction(NamesLost, Job):
    """Looks whether THE ICONIC has pictured the products that wait for that."""

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with such listings."""
        domain = rows.env["iconic.listing"]._awaiting_domain()
        return rows_having(rows, "iconic.listing", domain)

    def count(self):
        """Override to return how many listings wait."""
        return self.env["iconic.listing"].search_count(self._domain())

    def next_batch(self):
        """Override to read the next of them by their SKUs."""
        listings = self.env["iconic.listing"].search(
            self._domain(), order="id", limit=const.READ_BACK_SIZE
        )
        if not listings:
            return None
        self._asked_at = precise_now()
        page = self.client.products(
            seller_skus=listings.mapped("sku"), limit=const.READ_BACK_SIZE
        )
        self._records = {record.seller_sku: record for record in page.records}
        self._note_unreadable(page)
        self._note_missing(listings, page)
        return listings

    def _note_missing(self, listings, page):
        """Remember which listings the answer to their SKUs says nothing about."""
        answered = {*self._records, *(one.name for one in page.unreadable)}
        self._note_lost(
            self.env._("%s (not shown by THE ICONIC)", sku)
            for sku in listings.mapped("sku")
            if sku not in answered
        )

    def do(self, batch):
        """Override to publish those that are pictured."""
        self.account._note_success()
        free = batch.try_lock_for_update(allow_referencing=True)
        pictured = free._unmoved_since(self._asked_at)._apply_production(self._records)
        count = self.position.get("pictured", 0)
        self.position["pictured"] = count + len(pictured)

    def advance(self, batch):
        """Override to move behind the last listing."""
        self.position["after"] = batch[-1].id

    def finish(self):
        """Override to return how many were pictured, and how many still wait."""
        self.position.pop("after", None)
        self.account._sync_error_activity()
        report = self.env._(
            "Pictured by THE ICONIC and published: %(pictured)s. Still waiting: "
            "%(waiting)s.",
            pictured=self.position.pop("pictured", 0),
            waiting=self.env["iconic.listing"].search_count(self._domain()),
        )
        return self._report(report)

    def _domain(self):
        return (
            Domain("account_id", "=", self.account.id)
            & self.env["iconic.listing"]._awaiting_domain()
            & Domain("id", ">", self.position.get("after") or 0)
        )


@runs("readback")
class ReadBack(NamesLost, PageByPage):
    """Reads the marketplace's products, to link them or to find mismatches.

    A listing that its list does not have is asked for by its SKU, before it counts as
    gone (design, section 4).
    """

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with a reading under way."""
        return rows.filtered(lambda row: (row.position or {}).get("purpose"))

    def start(self):
        """Override to begin what a user has asked for, unless one is under way."""
        if self.position.get("purpose") or not self.requests:
            return
        purpose = self.requests[0]
        if purpose == "mismatch":
            known = [("account_id", "=", self.account.id)]
            self.env["iconic.mismatch"].search(known).unlink()
        self.position |= {
            "purpose": purpose,
            "offset": 0,
            "read": 0,
            "after": 0,
            "gone": [],
            "lost": [],
            "since": precise_now().isoformat(),
        }

    def next_batch(self):
        """Override to read the next page, then listings that no page had by SKU.

        :return: products of the marketplace, then listings
        """
        purpose = self.position.get("purpose")
        if not purpose:
            return None
        self._asked_at = precise_now()
        self._page = None
        if self.position["offset"] is not None:
            self._page = self.read_page(const.READ_BACK_SIZE)
            self._note_unreadable(self._page)
            return self._page.records
        return self._next_unseen() if purpose == "mismatch" else None

    def ask_page(self, offset, limit):
        """Override to read a page of products."""
        return self.client.products(offset=offset, limit=limit)

    def _next_unseen(self):
        """Read the next listings that the list did not have, by their SKUs."""
        listings = self.env["iconic.mismatch"]._unseen(
            self.account, self._since, self.position["after"], const.READ_BACK_SIZE
        )
        if not listings:
            return None
        skus = listings.mapped("seller_sku")
        page = self.client.products(seller_skus=skus, limit=const.READ_BACK_SIZE)
        self._answers = {record.seller_sku: record for record in page.records}
        self._is_whole = not page.unreadable
        self._note_unreadable(page)
        return listings

    @property
    def _since(self):
        return datetime.fromisoformat(self.position["since"])

    def do(self, batch):
        """Override to link or compare the products."""
        self.account._note_success()
        if self._page is None:
            self._compare_unseen(batch)
        elif self.position["purpose"] == "link":
            self.env["iconic.unmatched.product"]._link(self.account, batch)
        else:
            self.env["iconic.mismatch"]._find(self.account, batch, self._asked_at)

    def _compare_unseen(self, listings):
        """Compare listings that were read by SKU, and note those that are gone."""
        here = [
            self._answers[sku]
            for sku in listings.mapped("seller_sku")
            if sku in self._answers
        ]
        self.env["iconic.mismatch"]._find(self.account, here, self._asked_at)
        if self._is_whole:
            gone = listings.filtered(lambda one: one.seller_sku not in self._answers)
            self.position["gone"] += gone.ids

    def advance(self, batch):
        """Override to move on to the next page, or behind the last listing."""
        if self._page is not None:
            self.position["offset"] = self._page.next_offset
            self.position["total"] = self._page.total
            self.position["read"] += len(batch)
        else:
            self.position["after"] = batch[-1].id

    def record_name(self, record):
        """Override to return the SKU."""
        return record.seller_sku

    def finish(self):
        """Override to return what was found."""
        purpose = self.position.pop("purpose", None)
        if not purpose:
            return None
        count = self.position["read"]
        if purpose == "link":
            return self._report(self.account._linking_report(count))
        # What was answered since the reading began may be there again.
        self.env["iconic.mismatch"]._store_missing(
            self.account, self.position.pop("gone"), self._since
        )
        return self._report(self.account._mismatch_report(count))
