from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ... import const
from ...domain.moments import to_utc
from ...seller_center.const import (
    FEED_CANCELED,
    FEED_ERROR,
    FEED_FINISHED,
    FEED_QUEUED,
    IMAGE,
    PRODUCT_REMOVE,
    PRODUCT_UPDATE,
    STATUS_DELETED,
)
from ...seller_center.errors import Refused, SellerCenterError
from ...seller_center.records import Feed
from ...transactions import commit_with_retry


class IconicFeed(models.Model):
    """The feed reader: asks what became of feeds and tells each listing."""

    _inherit = "iconic.feed"

    @api.model
    def _cron_read(self):
        """Recover lost feeds, then look at those in process, the oldest first."""
        commit = self.env["ir.cron"]._commit_progress
        accounts = self.env["iconic.account"]._ready_to_call()
        commit(remaining=self.search_count(self._due_domain(accounts)))
        for account in accounts:
            if not self._read_account(account):
                return
        commit(remaining=0)
        self._schedule_next_poll()

    @api.model
    def _due_domain(self, accounts):
        """Return the feeds of some accounts that need a look now."""
        return self._lease_expired_domain(accounts) | Domain(
            [
                ("account_id", "in", accounts.ids),
                ("state", "=", "processing"),
                ("next_poll_at", "<=", fields.Datetime.now()),
            ]
        )

    @api.model
    def _read_account(self, account):
        """Look at every feed of an account that is due.

        :return: whether there is time left for the next account
        """
        feed_ids = self.search(self._due_domain(account), order="id").ids
        with account._connect() as client:
            for feed_id in feed_ids:
                feed = self.browse(feed_id)
                if feed.state == "sending":
                    feed._recover(client)
                elif feed.state == "processing":
                    feed._poll(client)
                time_left = self.env["ir.cron"]._commit_progress(1)
                if not time_left:
                    return False
                if not account._is_ready():
                    break
        commit_with_retry(self.env, account._sync_error_activity)
        return True

    @api.model
    def _schedule_next_poll(self):
        """Wake the reader again when the next feed is due."""
        waiting = self.search(
            [("state", "=", "processing"), ("next_poll_at", "!=", False)],
            order="next_poll_at",
            limit=1,
        )
        if waiting:
            self._schedule_reading(waiting.next_poll_at)

    def _poll(self, client):
        """Ask the marketplace how far the feed is, and act on the answer.

        :param client: what `iconic.account._connect` gives
        """
        self.ensure_one()
        commit_with_retry(self.env, self._postpone)
        try:
            answer = self._ask(client)
            seen = self._read_back(client, answer)
            cancelled = self._cancel_if_stuck(client, answer)
        except SellerCenterError as error:
            commit_with_retry(self.env, partial(self.write, {"message": str(error)}))
            self._report_to_account(error)
            return
        commit_with_retry(self.env, partial(self._apply, answer, seen, cancelled))
        self._report_to_account()

    def _ask(self, client):
        """Return the marketplace's view of the feed.

        A feed that it does not know any more is left open until it counts as stuck.
        """
        try:
            return client.feed_status(self.external_id)
        except Refused:
            if not self._is_stuck():
                raise
            return Feed(self.external_id, "Unknown", self.action)

    def _cancel_if_stuck(self, client, answer):
        """Cancel a feed that waited too long in the queue.

        :return: whether it was cancelled
        """
        if answer.status != FEED_QUEUED or not self._is_stuck():
            return False
        try:
            client.cancel_feed(self.external_id)
        except Refused:
            # It left the queue meanwhile: the next look sees what became of it.
            return False
        return True

    def _postpone(self):
        """Set the next look, later and later."""
        delays = const.POLL_DELAYS
        seconds = delays[min(self.poll_count + 1, len(delays) - 1)]
        self.write(
            {
                "poll_count": self.poll_count + 1,
                "next_poll_at": fields.Datetime.now() + timedelta(seconds=seconds),
            }
        )

    def _is_stuck(self):
        """Tell whether the marketplace has had more than enough time."""
        return (
            self.submitted_at
            and self.submitted_at <= fields.Datetime.now() - const.FEED_STUCK_AFTER
        )

    def _read_back(self, client, answer):
        """Return which SKUs the marketplace really has, where the answer does not say.

        An error that names no SKU, or more failures than named SKUs, must not let a
        product pass unseen; nor can a stuck feed be decided otherwise.

        :param answer: a `seller_center.records.Feed`
        :return: a set of SKUs; None if there was no need to ask
        """
        named = {message.seller_sku for message in answer.errors if message.seller_sku}
        anonymous = any(not message.seller_sku for message in answer.errors)
        doubtful = answer.status == FEED_FINISHED and (
            anonymous or answer.failed > len(named)
        )
        stuck = answer.status not in (FEED_FINISHED, FEED_ERROR, FEED_CANCELED) and (
            self._is_stuck() and answer.status != FEED_QUEUED
        )
        if not doubtful and not stuck:
            return None
        lines = self._open_lines()
        skus = [sku for sku in lines.mapped("seller_sku") if sku not in named]
        return self._seen_outside(client, skus)

    def _seen_outside(self, client, skus, recent=False):
        """Return which of these SKUs are at the marketplace as this feed wanted.

        :param bool recent: count only what was changed there since this feed was sent
        """
        seen = set()
        lines = {line.seller_sku: line for line in self.line_ids}
        for start in range(0, len(skus), const.READ_BACK_SIZE):
            some = skus[start : start + const.READ_BACK_SIZE]
            page = client.products(seller_skus=some, limit=const.READ_BACK_SIZE)
            seen.update(
                product.seller_sku
                for product in page.records
                if product.seller_sku in lines
                and self._shows_effect(product, lines[product.seller_sku], recent)
            )
        # What a removal wanted is that nothing is there any more.
        return set(skus) - seen if self.action == PRODUCT_REMOVE else seen

    def _shows_effect(self, product, line, recent=False):
        """Tell whether a product at the marketplace is as this feed wanted it.

        Of an update only price and quantity can be seen from outside, and of pictures
        only that there are some: a change of others is never sure.

        :param product: a `seller_center.records.ListedProduct`
        :param line: the product's `iconic.feed.line`
        :param bool recent: as for `_seen_outside`
        """
        if product.status == STATUS_DELETED or line._changes_unseen():
            return False
        if recent and not (self._is_since(product) and line._has_values_of(product)):
            return False
        if self.action == IMAGE:
            return bool(product.main_image or product.images)
        return self.action != PRODUCT_UPDATE or line._has_values_of(product)

    def _is_since(self, product):
        """Tell whether a product was made or changed since this feed was stored."""
        moments = filter(None, (product.created_at, product.updated_at))
        since = to_utc(self.create_date - const.RECOVERY_CLOCK_MARGIN)
        return any(moment >= since for moment in moments)

    def _apply(self, answer, seen, cancelled):
        """Decide the lines by the marketplace's answer. No calls from here on.

        :param answer: a `seller_center.records.Feed`
        :param seen: the SKUs read back, or None
        :param bool cancelled: whether the feed was just taken out of the queue
        """
        self.write(
            {"external_status": answer.status, "processed_count": answer.processed}
        )
        if cancelled:
            self._apply_cancelling()
        elif answer.status == FEED_FINISHED:
            self._apply_results(answer, seen)
        elif answer.status in (FEED_ERROR, FEED_CANCELED):
            self._apply_failure(answer)
        elif seen is not None:
            self._apply_results(answer, seen, stuck=True)

    def _lockable_lines(self):
        """Return the open lines whose listings nobody else holds; the others wait."""
        lines = self._open_lines()
        locked = lines.listing_id.try_lock_for_update(allow_referencing=True)
        return lines.filtered(lambda line: line.listing_id in locked)

    def _apply_results(self, answer, seen, stuck=False):
        """Give every product its own result (product feeds spec, Response Reader).

        :param bool stuck: the marketplace gave no result; `seen` decides alone
        """
        errors = _by_sku(answer.errors)
        warnings = _by_sku(answer.warnings)
        general = errors.pop("", "") or self._unexplained(stuck)
        lines = self._lockable_lines()
        failed = set()
        for line in lines:
            sku = line.seller_sku
            if sku in errors:
                line._close_with_error(errors[sku])
            elif _is_exclusion(warnings.get(sku, "")):
                line._close_with_error(warnings[sku], state="excluded")
            elif seen is not None and sku not in seen:
                line._close_with_error(general)
            else:
                continue
            failed.add(line.id)
        passed = lines.filtered(lambda line: line.id not in failed)
        passed._close_with_success({sku: text for sku, text in warnings.items() if sku})
        self._finish_if_complete("done", warnings.get("") or (stuck and general))

    def _unexplained(self, stuck):
        if stuck:
            return self.env._(
                "THE ICONIC gave no result for this feed within %d hours, and nothing "
                "shows that it took this product. Press Retry to send it again.",
                const.FEED_STUCK_AFTER.total_seconds() // 3600,
            )
        return self.env._(
            "THE ICONIC reports a failure without saying for which product, and "
            "nothing shows that it took this one. Press Retry to send it again."
        )

    def _apply_failure(self, answer):
        """Put every product in error: the feed as a whole failed or was cancelled."""
        errors = _by_sku(answer.errors)
        general = errors.pop("", "") or self.env._(
            "THE ICONIC ended this feed with the status %s. Press Retry to send the "
            "product again.",
            answer.status,
        )
        for line in self._lockable_lines():
            line._close_with_error(errors.get(line.seller_sku) or general)
        self._finish_if_complete("error", general)

    def _apply_cancelling(self):
        """Put the products of a feed back that we took out of the queue ourselves."""
        self._lockable_lines()._close_unsent()
        self._finish_if_complete(
            "cancelled",
            self.env._(
                "It waited in the queue too long, was cancelled and goes again."
            ),
        )

    def _finish_if_complete(self, state, message=False):
        """End the feed, unless lines of locked listings are left for the next look."""
        if self._open_lines():
            self.next_poll_at = fields.Datetime.now() + const.LOCKED_RETRY
            return
        self._finish(state, message)


class IconicFeedLine(models.Model):
    """How a line ends, and what that means for its listing."""

    _inherit = "iconic.feed.line"

    def _changes_unseen(self):
        """Tell whether the line changes what nobody can see from outside."""
        if self.flow == "picture":
            return True
        listed = self.listing_id.content_digest
        return self.flow == "update" and self.content_digest != listed

    def _has_values_of(self, product):
        """Tell whether price and quantity, if sent, are what the marketplace has.

        :param product: a `seller_center.records.ListedProduct`
        """
        written = self.feed_id._flow.writes
        compare = self.feed_id.account_id.currency_id.compare_amounts
        if "quantity" in written and product.quantity not in (None, self.quantity):
            return False
        return "price" not in written or not (
            compare(float(product.price or 0), self.price)
            or compare(float(product.sale_price or 0), self.sale_price)
        )

    def _close_with_success(self, warnings):
        """Close lines that the marketplace took, and remember what it took.

        :param warnings: SKU -> what it remarked nevertheless
        """
        if not self:
            return
        self.write({"state": "success"})
        remarks = {}
        for line in self.filtered(lambda one: one.seller_sku in warnings):
            line.message = warnings[line.seller_sku]
            remarks[line.listing_id.id] = line.message
        self._remember_listed_values()
        self.listing_id._succeed(self.feed_id._flow, remarks)
        self._trigger_next_flow()

    def _remember_listed_values(self):
        """Copy what was sent to the listings, in one query: that is listed now."""
        self.flush_recordset()
        self.listing_id.flush_recordset()
        written = self.feed_id._flow.writes
        columns = []
        if "price" in written:
            columns += [
                ("listed_price", "price"),
                ("listed_sale_price", "sale_price"),
                ("listed_sale_start", "sale_start"),
                ("listed_sale_end", "sale_end"),
            ]
        if "quantity" in written:
            columns.append(("listed_quantity", "quantity"))
        if "content" in written:
            columns.append(("content_digest", "content_digest"))
        # A removed product takes its pictures along.
        if self.feed_id.action in (IMAGE, PRODUCT_REMOVE):
            columns.append(("image_digest", "image_digest"))
        self.env.cr.execute(
            SQL(
                """UPDATE iconic_listing AS listing SET %s
                     FROM iconic_feed_line AS line
                    WHERE line.id IN %s AND listing.id = line.listing_id""",
                SQL(", ").join(
                    SQL(
                        "%s = %s",
                        SQL.identifier(target),
                        SQL.identifier("line", source),
                    )
                    for target, source in columns
                ),
                tuple(self.ids),
            )
        )
        self.listing_id.invalidate_recordset([target for target, source in columns])

    def _close_with_error(self, message, state="error"):
        """Close a line that the marketplace did not take.

        :param str message: for the user
        :param str state: error, or excluded
        """
        self.write({"state": state, "message": message})
        self.listing_id._fail(self.feed_id._flow, message)

    def _close_unsent(self):
        """Close lines of a feed that never was, and put their listings back."""
        if self:
            self.write({"state": "cancelled"})
            self.listing_id._reset_to_pending(self.feed_id._flow)

    def _trigger_next_flow(self):
        if self.feed_id.flow == "create":
            self.env.ref("iconic_connector.ir_cron_image")._trigger()


def _by_sku(messages):
    """Return the texts of messages by SKU, those without one under an empty SKU.

    :param messages: `seller_center.records.FeedMessage` records
    """
    texts = {}
    for message in messages:
        texts.setdefault(message.seller_sku, []).append(message.message)
    return {sku: "\n".join(parts) for sku, parts in texts.items()}


def _is_exclusion(text):
    """Tell whether a warning says that the SKU was left out.

    Product feeds spec, FeedWarnings: "The following SKUs have been excluded".
    """
    return "exclu" in text.lower()
