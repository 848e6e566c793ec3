"""What may happen to prices while time goes on."""

from contextlib import contextmanager, suppress
from datetime import timedelta

from price_exchange import Clock, Exchange
from price_promises import SECOND, Promises

from odoo.exceptions import UserError
from odoo.fields import Command

SKUS = ("DRESS-Navy-S", "DRESS-Navy-M")
#: Sales of two years are renewed a month before: so often all is compared at least.
OFTEN = timedelta(days=29)
#: More comparisons than that between two moments are an endless loop.
ENDLESS = 400


class PeopleSteps:
    """What people do about prices: each method that begins with `step_` is a step."""

    def do_step(self, name, *arguments):
        """Do a step; what is not allowed now is refused without effect."""
        with suppress(UserError), self.env.cr.savepoint():
            getattr(self, f"step_{name}")(*arguments)
        self.env.flush_all()
        self.known_prices.clear()

    def make_lists(self):
        """Make a list that the account's list may be based on, and one of RRPs."""
        lists = self.env["product.pricelist"].create(
            [{"name": name, "company_id": False} for name in ("Base", "RRP")]
        )
        self.lists = {"main": self.pricelist, "base": lists[0], "rrp": lists[1]}
        self.made = []

    def step_rule(self, list_name, scope, way, dates, quantity, alone):
        """Add a rule to a price list.

        :param scope: a value of `applied_on`
        :param way: values of how it computes the price
        :param dates: as for `_dates`
        """
        variant = self.listings[0].product_id
        self.made.append(
            self.env["product.pricelist.item"].create(
                {
                    "pricelist_id": self.lists[list_name].id,
                    "applied_on": scope,
                    "categ_id": scope == "2_product_category" and self.category.id,
                    "product_tmpl_id": scope == "1_product" and self.style.id,
                    "product_id": scope == "0_product_variant" and variant.id,
                    "min_quantity": quantity,
                    "iconic_runs_by_itself": alone,
                    **self._way(list_name, way),
                    **self._dates(dates),
                }
            )
        )

    def _way(self, list_name, way):
        values = {"base": "list_price", **way}
        if values["base"] == "pricelist":
            values["base_pricelist_id"] = self.lists["base"].id
            if list_name != "main":
                values["base"] = "list_price"
        return values

    def _dates(self, dates):
        """Return start and end of a rule.

        :param dates: minutes from now until the start, None without one, or "after" to
            begin when another rule ends; and minutes until the end, None without one
        """
        start, length = dates
        begin = self.moment
        if start == "after":
            ends = [rule.date_end for rule in self._rules() if rule.date_end]
            begin = start = max(ends, default=self.moment)
        elif start is not None:
            begin = start = self.moment + timedelta(minutes=start)
        return {
            "date_start": start or False,
            "date_end": length is not None and begin + timedelta(minutes=length),
        }

    def _rules(self):
        return [rule for rule in self.made if rule.exists()]

    def _rule(self, number):
        rules = self._rules()
        return rules[number % len(rules)] if rules else self.pricelist.item_ids

    def step_rewrite(self, number, way):
        rule = self._rule(number)
        names = {one: name for name, one in self.lists.items()}
        rule.write(self._way(names.get(rule.pricelist_id), way))

    def step_redate(self, number, dates):
        self._rule(number).write(self._dates(dates))

    def step_end_rule(self, number, minutes):
        self._rule(number).write({"date_end": self.moment + timedelta(minutes=minutes)})

    def step_mark_rule(self, number, alone):
        self._rule(number).write({"iconic_runs_by_itself": alone})

    def step_delete_rule(self, number):
        self._rule(number).unlink()

    def step_style(self, values):
        self.style.write(values)

    def step_cost(self, cost):
        self.style.product_variant_ids.standard_price = cost

    def step_product(self, number, values):
        self.listings[number].product_id.write(values)

    def step_listing(self, number, values):
        self.listings[number].write(values)

    def step_account(self, values):
        self.account.write(values)

    def step_account_list(self, name):
        self.account.pricelist_id = self.lists[name]

    def step_rrp_list(self, used):
        self.account.rrp_pricelist_id = used and self.lists["rrp"]

    def step_tax(self, kind):
        self.style.taxes_id = [Command.set(self.taxes[kind].ids if kind else [])]

    def make_taxes(self):
        """Make a tax on top and one that is included."""
        country = self.company.account_fiscal_country_id or self.env.ref("base.au")
        group = self.env["account.tax.group"].create(
            {"name": "GST", "country_id": country.id, "company_id": self.company.id}
        )
        self.taxes = {
            kind: self.env["account.tax"].create(
                {
                    "name": f"GST {kind}",
                    "amount": 10.0,
                    "type_tax_use": "sale",
                    "price_include_override": kind,
                    "country_id": country.id,
                    "tax_group_id": group.id,
                    "company_id": self.company.id,
                }
            )
            for kind in ("tax_excluded", "tax_included")
        }

    def step_update_now(self, number):
        self.listings[number].action_update_now()


class TimeSteps:
    """Time goes on, and scheduled comparisons run when they are due."""

    def step_wait(self, minutes):
        self.go_to(self.moment + timedelta(minutes=minutes))

    def step_next(self, seconds):
        """Wait for the next scheduled comparison, or until some seconds around it."""
        if due := self.next_due():
            self.go_to(max(self.moment, due + timedelta(seconds=seconds)))

    def step_down(self, minutes):
        """Let time go on while Odoo is down; then it runs what it has missed."""
        self.moment += timedelta(minutes=minutes)
        self.run_job("compare")
        self.exchange()
        self.compare("detect")

    def next_due(self):
        """Return when prices are compared next, apart from every ten minutes."""
        return min(
            filter(None, self.listings.mapped("next_comparison_at")), default=None
        )

    def go_to(self, target):
        """Let time go on, with all scheduled comparisons until then."""
        for _round in range(ENDLESS):
            due = self.next_due() or target
            following = min(due, self.moment + OFTEN, target)
            self.look_around(following)
            self.moment = following
            self.compare("compare" if following == due else "detect")
            if following == target:
                return
        self.fail(f"Compared {ENDLESS} times: {self.moment}")

    def look_around(self, following):
        """Check what shoppers pay at moments between two comparisons."""
        before = self.moment
        between = {following - SECOND, *self.rule_moments()}
        for self.moment in sorted(between):
            if before < self.moment < following:
                self.check_paid()
        self.moment = before

    def rule_moments(self):
        """Return the moments at which some rule begins or has ended."""
        rules = self.env["product.pricelist.item"].search(
            [("pricelist_id", "in", [one.id for one in self.lists.values()])]
        )
        ends = [end + SECOND for end in rules.mapped("date_end") if end]
        return {*filter(None, rules.mapped("date_start")), *ends}

    def compare(self, kind):
        """Run a comparison, have everything sent, and check what there is then."""
        self.run_job(kind)
        self.check_triggered()
        self.note_wanted()
        self.check_ended_sales()
        self.exchange()
        self.check_paid()
        self.check_quiet()
        self.check_remembered()
        self.check_thresholds()
        self.check_struck()
        self.check_dates()
        self.check_odoo_down()


class PriceSequences(Clock, Exchange, PeopleSteps, TimeSteps, Promises):
    """A story about prices, from a dress in two sizes that is on sale."""

    @contextmanager
    def story(self, start, **values):
        """Begin with the published dress, and forget everything at the end.

        :param start: the moment at which the story begins
        :param values: of the account
        """
        savepoint = self.env.cr.savepoint()
        self._begun.restore()
        self.moment = start
        self.running_out = {}
        self.known_prices = {}
        self.sales = {}
        try:
            with self.clocks():
                self.listings = self.listing(SKUS[0]) + self.listing(SKUS[1])
                self.account.write({**self.thresholds, **values})
                self.make_lists()
                self.make_taxes()
                self.style.product_variant_ids.standard_price = 45.0
                yield
        finally:
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def settle(self, seconds):
        """Let the comparison run that comes within ten minutes of any change."""
        self.moment += timedelta(seconds=seconds)
        self.compare("detect")

    def do_time(self, name, *arguments):
        """Do a step of time; nothing of it may be refused."""
        getattr(self, f"step_{name}")(*arguments)
