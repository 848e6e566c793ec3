"""A check of an account's products: at once, or batch after batch in a job."""

from collections import Counter, defaultdict

from odoo import fields

from ...error_messages import plural


class ProductCheck:
    """One check of the products of an account, as far as it has come.

    :param account: an `iconic.account`
    :param state: what `as_json` has returned after the batches before, if any
    """

    def __init__(self, account, state=None):
        """Begin a check, or go on."""
        state = state or {}
        self.account = account
        self.env = account.env
        self.checked = state.get("checked", 0)
        self.failing = state.get("failing", 0)
        self._tally = Tally(state.get("tally", ()))

    def as_json(self):
        """Return what another `ProductCheck` needs to go on."""
        return {
            "checked": self.checked,
            "failing": self.failing,
            "tally": self._tally.as_json(),
        }

    def begin(self):
        """Forget what the last check has found."""
        self.account.problem_ids.unlink()
        self.account.readiness_ids.unlink()
        self.account.checked_at = False
        self.env["iconic.value.map"]._propose(self.account)

    def add(self, listings):
        """Check some products, and store their problems.

        :param listings: one of each, which may exist in memory only
        """
        found = listings._check_for_sending()
        self.checked += len(listings)
        self.failing += sum(bool(problems) for problems in found.values())
        maps = self.env["iconic.category.map"]._for_products(
            self.account, listings.product_id
        )
        self._store_problems(listings, found, maps)
        for listing in listings:
            product = listing.product_id
            seasons = product.all_product_tag_ids & self.account.season_tag_ids
            self._tally.add([*seasons, *maps[product.id]], found[listing.id])

    def end(self):
        """Store the completeness of each season and mapping, and the counts."""
        self.env["iconic.readiness"].create(
            [
                {"account_id": self.account.id, **row}
                for row in self._tally.rows(self.env)
            ]
        )
        self.account.write(
            {
                "checked_at": fields.Datetime.now(),
                "checked_count": self.checked,
                "failing_count": self.failing,
            }
        )

    def report(self):
        """Return what was found, as a sentence."""
        if not self.failing:
            return plural(
                self.checked,
                self.env._("1 product can be sent."),
                self.env._("All %s products can be sent."),
            )
        return self.env._(
            "%(failing)s of %(checked)s products fail the check. Show Why lists the "
            "problems and how to fix them.",
            failing=self.failing,
            checked=self.checked,
        )

    def _store_problems(self, listings, found, maps):
        self.env["iconic.product.problem"].create(
            [
                {
                    "account_id": self.account.id,
                    "product_id": listing.product_id.id,
                    "rule": problem.rule,
                    "message": problem.message,
                    "map_id": maps[listing.product_id.id].id,
                    **_place_values(problem.place),
                }
                for listing in listings
                for problem in found[listing.id]
            ]
        )


class Tally:
    """Counts the results of a check, by season and by category mapping.

    :param rows: what `as_json` has returned
    """

    def __init__(self, rows=()):
        """Begin to count, or go on."""
        self._total = Counter()
        self._failing = Counter()
        self._rules = defaultdict(Counter)
        for model, key, total, failing, rules in rows:
            self._total[model, key] = total
            self._failing[model, key] = failing
            self._rules[model, key].update(rules)

    def as_json(self):
        """Return what another `Tally` needs to go on."""
        return [
            [*group, total, self._failing[group], dict(self._rules[group])]
            for group, total in self._total.items()
        ]

    def add(self, groups, problems):
        """Count one product.

        :param groups: the seasons and the mapping of the product
        :param problems: the problems found, empty if it can be sent
        """
        for group in groups:
            key = group._name, group.id
            self._total[key] += 1
            if problems:
                self._failing[key] += 1
                self._rules[key].update({problem.rule for problem in problems})

    def rows(self, env):
        """Return the values of `iconic.readiness` records, one for each group.

        Those that were deleted since they were counted are left out.
        """
        return [
            self._row(env[model].browse(key), total)
            for (model, key), total in self._total.items()
            if env[model].browse(key).exists()
        ]

    def _row(self, group, total):
        key = group._name, group.id
        ready = total - self._failing[key]
        is_tag = group._name == "product.tag"
        most = self._rules[key].most_common(1)
        return {
            "name": group.display_name,
            "tag_id": is_tag and group.id,
            "map_id": not is_tag and group.id,
            "total": total,
            "ready": ready,
            "share": 100 * ready / total,
            "obstacle": f"{most[0][0]} ({most[0][1]})" if most else False,
        }


def _place_values(place):
    """Return the values that link a problem to the record where it is fixed.

    :param place: the record, None for the product
    """
    if place is None or not isinstance(place.id, int):
        return {}
    return {"place_model": place._name, "place_id": place.id}
