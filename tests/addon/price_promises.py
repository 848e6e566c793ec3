"""What shoppers have to pay at every moment, told by Odoo itself and the design."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from unittest.mock import patch

from odoo.addons.iconic_connector.domain.moments import to_odoo_datetime, to_utc
from odoo.addons.iconic_connector.models.listing.listing_jobs import CompareSoon

CENT = Decimal("0.01")
SECOND = timedelta(seconds=1)
#: A promotion with less time left is not begun (design, section 6).
NOT_BEGUN = timedelta(minutes=15)
#: How long before its start a promotion is sent.
AHEAD = timedelta(days=3)
#: So long a sale may go on that runs out.
RUNS_OUT = timedelta(minutes=10)
#: What ends later counts as lasting: a sale is two years long at most.
LASTING = timedelta(days=729)
#: How far ahead it is checked what happens while Odoo is down.
FAR = timedelta(days=1000)


def in_cents(amount):
    """Return an amount of Odoo in cents."""
    return Decimal(str(round(amount, 6))).quantize(CENT, ROUND_HALF_UP)


class Promises:
    """What holds at every moment, and after every comparison."""

    def odoo_price(self, listing, moment):
        """Return what shoppers are to pay by Odoo itself, None if there is no price."""
        if listing.price:
            return in_cents(listing.price)
        price = self.listed_by(self.account.pricelist_id, listing, moment)
        return price if price > 0 else None

    def listed_by(self, pricelist, listing, moment):
        """Return the price in a list, taxes included; the same until people do more."""
        key = pricelist.id, listing.id, moment
        if key not in self.known_prices:
            self.known_prices[key] = self._listed_by(pricelist, listing, moment)
        return self.known_prices[key]

    def _listed_by(self, pricelist, listing, moment):
        product = listing.product_id
        price = pricelist._get_product_price(product, 1.0, date=moment)
        if product.taxes_id:
            price = product.taxes_id.compute_all(
                price, pricelist.currency_id, 1.0, product
            )["total_included"]
        return in_cents(price)

    def outside(self, listing):
        """Return the marketplace's product."""
        return self.sandbox.products[listing.sku]

    def charged(self, listing, moment):
        return self.outside(listing).charged(to_utc(moment))

    def sale_end(self, listing):
        """Return when the sale at the marketplace ends, if it runs."""
        one, now = self.outside(listing), to_utc(self.moment)
        if one.sale_price is not None and one.sale_start <= now < one.sale_end:
            return to_odoo_datetime(one.sale_end)
        return None

    def check_paid(self):
        """Check that shoppers pay what Odoo says, as far as that is promised."""
        for listing in self.listings:
            if self.is_excused(listing):
                continue
            price = self.odoo_price(listing, self.moment)
            if self.charged(listing, self.moment) != price:
                self.check_deviation(listing, price)
            else:
                self.running_out.pop(listing.sku, None)

    def note_wanted(self):
        """Override to remember what was compared."""

    def check_thresholds(self):
        """Override to check that nothing passed that had to wait."""

    def is_excused(self, listing):
        """Tell whether nothing is promised, since nothing may be sent."""
        return listing.protect_price or not self.odoo_price(listing, self.moment)

    def may_be_in_error(self, listing):
        """Tell whether the price of a listing has to wait for a person."""
        return not self.odoo_price(listing, self.moment)

    def check_deviation(self, listing, price):
        """Check that another price than Odoo's is one of the two that are allowed."""
        if self.is_too_short(listing, price):
            return
        end = self.sale_end(listing)
        # The end is set once.
        known = self.running_out.setdefault(listing.sku, end)
        if not self.is_running_out(listing) or end > known:
            self.fail(f"Another price is paid: {self.describe(listing)}")

    def is_too_short(self, listing, price):
        """Tell whether shoppers pay already what they are to pay in some minutes."""
        charged = self.charged(listing, self.moment)
        soon = [
            one
            for one in self.rule_moments()
            if self.moment < one < self.moment + NOT_BEGUN
        ]
        return charged > price and charged in [
            self.odoo_price(listing, one) for one in soon
        ]

    def describe(self, listing):
        """Return everything that explains a wrong price."""
        one = self.outside(listing)
        rules = [
            (
                rule.pricelist_id.name,
                rule.applied_on,
                rule.price,
                str(rule.date_start),
                str(rule.date_end),
                rule.min_quantity,
            )
            for rule in self._rules()
        ]
        return (
            f"{listing.sku} at {self.moment}: "
            f"Odoo {self.odoo_price(listing, self.moment)}, "
            f"charged {self.charged(listing, self.moment)} of {one.price} "
            f"{one.sale_price} {one.sale_start} {one.sale_end}; "
            f"next {listing.next_comparison_at}, {listing.price_status} "
            f"{listing.price_error}; RRP {self.rrp(listing)}, "
            f"{self.account.sale_ending}, rules {rules}"
        )

    def check_quiet(self):
        """Check that a comparison after a comparison marks and sends nothing."""
        self.check_marks()
        sent = self.feeds()
        self.listings._detect()
        self.check_marks()
        self.exchange()
        self.assertEqual(self.feeds(), sent)
        due = self.env["iconic.listing"].search(CompareSoon._due())
        self.assertFalse(due, [self.describe(one) for one in due])

    def check_marks(self):
        """Check that nothing is to be sent, and that only missing prices are errors."""
        for listing in self.listings:
            marks = self.marked(listing)
            marks.pop("quantity", None)
            errors = dict.fromkeys(marks, "error")
            waits = self.may_be_in_error(listing)
            if marks != errors or marks and not waits:
                self.fail(f"Marked after all: {marks}; {self.describe(listing)}")
            unpriced = not self.odoo_price(listing, self.moment)
            if unpriced and not listing.protect_price:
                self.assertIn("price is 0", listing.price_error or "")
            coming = listing.next_comparison_at
            self.assertTrue(not coming or coming > self.moment, coming)

    def check_remembered(self):
        """Check that listings store what the marketplace has, but for ended sales."""
        for listing in self.listings:
            one = self.outside(listing)
            listed = listing._listed_offer(self.moment).holding(self.moment)
            self.assertEqual(listed.price, one.price)
            end = one.sale_price is not None and to_odoo_datetime(one.sale_end)
            if listed.sale or end and end > self.moment:
                start = to_odoo_datetime(one.sale_start)
                self.assertEqual(listed.sale, (one.sale_price, start, end))

    def check_struck(self):
        """Check the price that is struck through, where there is one."""
        for listing in self.listings:
            price = self.odoo_price(listing, self.moment)
            if (
                self.is_excused(listing)
                or self.charged(listing, self.moment) != price
                or self.is_running_out(listing)
            ):
                continue
            tops = self.tops(listing, price)
            self.check_end(listing, price)
            if self.outside(listing).price not in tops:
                self.fail(f"Struck through is not {tops}: {self.describe(listing)}")

    def check_end(self, listing, price):
        """Check that a sale that runs ends when Odoo's price rises, not earlier."""
        end = self.sale_end(listing)
        if not end or listing.price:
            return
        latest = self.moment + LASTING
        rises = [
            moment
            for moment in self.rule_moments()
            if self.moment < moment <= latest
            and (self.odoo_price(listing, moment) or 0) > price
        ]
        # Sales of two years are renewed a month before they end.
        earliest = self.moment + timedelta(days=30)
        if rises and end != min(rises) or not rises and end < earliest:
            self.fail(f"Ends at another moment: {self.describe(listing)}")

    def check_dates(self):
        """Check that a sale begins within three days, and never for a few minutes.

        Which goes for a new sale: one that was there already may be near its end.
        """
        for listing in self.listings:
            one = self.outside(listing)
            sale = one.sale_price, to_odoo_datetime(one.sale_start)
            known = self.sales.get(listing.sku, (None, False))
            self.sales[listing.sku] = sale
            if self.is_excused(listing):
                continue
            if sale[0] is not None and sale != known:
                self.check_new_sale(listing, one, known)
            self.check_sent_ahead(listing)

    def check_new_sale(self, listing, one, known):
        """Check the dates of a sale that was not there at the last comparison."""
        start, end = map(to_odoo_datetime, (one.sale_start, one.sale_end))
        goes_on = known[0] == one.sale_price and known[1] <= self.moment
        if start > self.moment + AHEAD or not (
            goes_on or end >= self.moment + NOT_BEGUN
        ):
            self.fail(f"No sale to begin: {self.describe(listing)}")

    def check_sent_ahead(self, listing):
        """Check that a promotion is there before it begins, if the slot is free."""
        price, one = self.odoo_price(listing, self.moment), self.outside(listing)
        later = [
            (moment, self.odoo_price(listing, moment))
            for moment in sorted(self.rule_moments())
            if moment > self.moment
        ]
        changes = [(moment, new) for moment, new in later if new != price]
        if not changes or self.sale_end(listing) or one.price != price:
            return
        start, fallen = changes[0]
        rise = next((m for m, new in changes if not new or new > (fallen or 0)), None)
        if (
            fallen
            and fallen < price
            and start <= self.moment + AHEAD
            and rise
            and self.moment + NOT_BEGUN <= rise <= self.moment + LASTING
            and self.odoo_price(listing, rise)
            and self.charged(listing, start) != fallen
        ):
            self.fail(f"Not sent ahead: {self.describe(listing)}")

    def first_change(self, listing):
        """Return the price after the next change, None without one."""
        return self.change_after(listing, self.moment)

    def change_after(self, listing, start):
        """Return the price after the next change that follows some moment, or None."""
        price = self.odoo_price(listing, start)
        for moment in sorted(self.rule_moments()):
            later = self.odoo_price(listing, moment)
            if moment > start and later != price:
                return later
        return None

    def check_ended_sales(self):
        """Check that nothing is sent because of a sale that is over."""
        for listing in self.listings:
            one, price = self.outside(listing), self.odoo_price(listing, self.moment)
            if (
                one.sale_price is not None
                and one.sale_end <= to_utc(self.moment)
                and not self.is_excused(listing)
                and one.price == price == self.top(listing, price)
                and (self.first_change(listing) or price) >= price
                and listing.price_status != "not_needed"
            ):
                self.fail(f"Sent in vain: {self.describe(listing)}")

    def top(self, listing, price):
        """Return the price that is to be struck through, or the same price."""
        return max(price, self.lasting(listing) or 0, self.rrp(listing) or 0)

    def tops(self, listing, price):
        """Return which prices may be struck through.

        Near a promotion that runs by itself that may be the RRP all the same: where
        another rule sets the price.
        """
        found = {self.top(listing, price)}
        if self.runs_alone(listing):
            found.add(max(*found, self.recommended(listing) or 0))
        return found

    def is_running_out(self, listing):
        end = self.sale_end(listing)
        return (
            self.account.sale_ending == "expire"
            and end is not None
            and end <= self.moment + RUNS_OUT
        )

    def lasting(self, listing):
        """Return Odoo's price now without rules that have an end."""
        if listing.price:
            return in_cents(listing.price)
        key = "lasting", listing.id, self.moment
        if key not in self.known_prices:
            with self.without_ending_rules():
                self.known_prices[key] = self._listed_by(
                    self.account.pricelist_id, listing, self.moment
                )
        return self.known_prices[key]

    def without_ending_rules(self):
        """Let Odoo apply no rules with an end, of any list."""
        Pricelist = type(self.pricelist)
        original = Pricelist._get_applicable_rules_domain

        def domain(pricelist, *args, **kwargs):
            return [("date_end", "=", False), *original(pricelist, *args, **kwargs)]

        return patch.object(Pricelist, "_get_applicable_rules_domain", domain)

    def rrp(self, listing):
        """Return the recommended price that is to be shown, if there is one."""
        return None if self.runs_alone(listing) else self.recommended(listing)

    def recommended(self, listing):
        """Return the recommended price, if there is one."""
        product, account = listing.product_id, self.account
        if not account.send_rrp:
            return None
        if listing.rrp or product.iconic_rrp:
            return in_cents(listing.rrp or product.iconic_rrp)
        if not account.rrp_pricelist_id:
            return None
        return self.listed_by(account.rrp_pricelist_id, listing, self.moment)

    def runs_alone(self, listing):
        """Tell whether a promotion that runs by itself is near, or under way."""
        if listing.price:
            return False
        ahead = timedelta(hours=self.account.promotion_alone_hours)
        return any(
            (not rule.date_start or rule.date_start - ahead <= self.moment)
            and self.moment <= rule.date_end
            for rule in self._rules()
            if rule.iconic_runs_by_itself
            and rule.date_end
            and self.concerns(rule, listing)
        )

    def concerns(self, rule, listing):
        """Tell whether a rule can apply to one piece of a listing's product."""
        lists = self.account.pricelist_id
        if any(
            one.base == "pricelist" and self.concerns_product(one, listing)
            for one in self._rules()
            if one.pricelist_id == lists
        ):
            lists |= self.lists["base"]
        return rule.pricelist_id in lists and self.concerns_product(rule, listing)

    def concerns_product(self, rule, listing):
        product = listing.product_id
        return (
            rule.min_quantity <= 1
            and rule.product_id in (product.browse(), product)
            and not (rule.date_end and rule.date_end < self.moment)
        )

    def check_odoo_down(self):
        """Check that, with Odoo down, shoppers never pay too little.

        Late are a rise above the listed price, and a sale that is running out.
        """
        for listing in self.listings:
            if self.is_excused(listing):
                continue
            for later in self.probes(listing):
                self.check_not_too_cheap(listing, later)

    def probes(self, listing):
        one = self.outside(listing)
        moments = {*self.rule_moments(), self.moment + FAR}
        if one.sale_price is not None:
            moments |= {
                to_odoo_datetime(one.sale_start),
                to_odoo_datetime(one.sale_end),
            }
        around = {moment + n * SECOND for moment in moments for n in (-1, 0)}
        return sorted(m for m in around if self.moment < m <= self.moment + FAR)

    def check_not_too_cheap(self, listing, later):
        charged, price = self.charged(listing, later), self.odoo_price(listing, later)
        if price is None or charged >= price or price > self.outside(listing).price:
            return
        if not self.is_running_out(listing) or later >= self.moment + RUNS_OUT:
            words = self.describe(listing)
            self.fail(f"Too cheap at {later}: {charged}, not {price}; {words}")


class Thresholds:
    """What a person has to approve, told from nothing but Odoo's prices."""

    def begin_waiting(self):
        """Begin with what shoppers pay: that is known, and nothing is approved."""
        paid = {one.sku: self.charged(one, self.moment) for one in self.listings}
        #: The last price that was wanted and did not wait.
        self.known = dict(paid)
        self.approved = {}
        self.seen = {}
        #: What shoppers pay, or are going to without another document.
        self.passed = {sku: {price} for sku, price in paid.items()}

    def step_approve(self, number):
        """Approve what waits, whatever it is."""
        listing = self.listings[number]
        listing.action_send_anyway()
        self.note_approval(listing)

    def step_approve_seen(self, number):
        """Approve what waited when it was looked at last: nothing else may pass."""
        listing = self.listings[number]
        seen = self.seen.get(listing.sku)
        if seen is not None:
            listing.with_context(seen_price=float(seen)).action_send_anyway()
            self.note_approval(listing)
            self.assertEqual(self.approved[listing.sku], seen)

    def note_approval(self, listing):
        price = self.odoo_price(listing, self.moment)
        approved = in_cents(listing.approved_price)
        if price and self.exceeds(listing, price):
            self.assertEqual(approved, price)
        else:
            # Approved before, wanted again after another price: that is asked again.
            self.assertIn(approved, {price, *self.coming(listing)})
        self.approved[listing.sku] = approved

    def exceeds(self, listing, price):
        """Tell whether a price may not pass by itself."""
        sku, account = listing.sku, self.account
        if price in (self.known[sku], self.approved.get(sku)):
            return False
        floor = listing.minimum_price or account.minimum_price
        cost = account.hold_below_cost and listing.product_id.standard_price
        limit = account.max_price_fall
        return (
            price < in_cents(floor)
            or price < in_cents(cost or 0)
            or bool(limit)
            and price * 100 < self.known[sku] * (100 - limit)
        )

    def coming(self, listing):
        """Return which prices may be sent ahead.

        What ends in a few minutes is passed over: then what follows it may be.
        """
        soon = [
            moment
            for moment in self.rule_moments()
            if self.moment < moment < self.moment + NOT_BEGUN
        ]
        return {self.change_after(listing, one) for one in (self.moment, *soon)}

    def note_wanted(self):
        """Remember what Odoo wants, unless that waits; approvals of others end."""
        for listing in self.listings:
            sku, price = listing.sku, self.odoo_price(listing, self.moment)
            self.seen[sku] = None
            if self.approved.get(sku) not in {price, *self.coming(listing)}:
                self.approved.pop(sku, None)
            if price and not self.exceeds(listing, price):
                self.known[sku] = price
            elif price:
                self.seen[sku] = price

    def is_excused(self, listing):
        """Override: what waits is not paid; what was approved once may wait again."""
        price = self.odoo_price(listing, self.moment)
        return super().is_excused(listing) or (
            self.exceeds(listing, price)
            or listing.price_status == "error"
            and price == self.approved.get(listing.sku)
        )

    def check_sent_ahead(self, listing):
        """Override: not what waits."""
        coming = self.first_change(listing)
        if coming and not self.exceeds(listing, coming):
            super().check_sent_ahead(listing)

    def may_be_in_error(self, listing):
        """Override: what waits is shown, a promotion that is to come as well."""
        price, approved = (
            self.odoo_price(listing, self.moment),
            self.approved.get(listing.sku),
        )
        return (
            not price
            or self.is_excused(listing)
            or any(
                self.exceeds(listing, one) or one == approved
                for one in self.coming(listing)
                if one
            )
        )

    def check_thresholds(self):
        """Check that every price that is new may pass, and none is paid that waits.

        What was paid, or was to come, before it waits has been approved then.
        """
        for listing in self.listings:
            passing = {
                self.charged(listing, later)
                for later in (self.moment, *self.probes(listing))
            }
            for new in passing - self.passed[listing.sku]:
                if self.exceeds(listing, new):
                    words = self.describe(listing)
                    self.fail(f"{new} after {self.known[listing.sku]}: {words}")
            self.passed[listing.sku] = passing
