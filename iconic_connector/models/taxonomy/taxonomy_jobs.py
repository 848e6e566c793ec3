"""The weekly jobs that read taxonomy and carriers."""

from datetime import datetime, timedelta
from functools import partial

from odoo import fields

from ... import const
from ...error_messages import describe_refusal
from ...seller_center.errors import (
    Refused,
    SellerCenterError,
    UnknownOutcome,
    Unreadable,
)
from ..account.iconic_account_feature import is_not_offered
from ..account.job import Job, runs
from .iconic_taxonomy import NO_CHANGES, Changes

#: The last steps, each of which not every shop offers.
OPTIONAL_STEPS = ("brands", "reasons")


@runs("taxonomy")
class ReadTaxonomy(Job):
    """Reads the category tree, then each attribute set, then brands and reasons.

    What the marketplace refuses to tell stays as it is, is named in the report and
    makes everything be read again soon.
    """

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows that are due or were interrupted."""
        return rows.filtered(cls._is_due)

    @classmethod
    def next_moment(cls, env):
        """Override to return when what was refused is asked for again."""
        rows = env["iconic.account.job"].search([("kind", "=", "taxonomy")])
        moments = [(row.position or {}).get("retry_at") for row in rows]
        return min(map(datetime.fromisoformat, filter(None, moments)), default=None)

    @classmethod
    def _is_due(cls, row):
        position = row.position or {}
        if position.get("step") or not position.get("read_at"):
            return True
        now = fields.Datetime.now()
        retry_at = position.get("retry_at")
        if retry_at and datetime.fromisoformat(retry_at) <= now:
            return True
        return datetime.fromisoformat(position["read_at"]) <= now - const.TAXONOMY_AGE

    def start(self):
        """Override to begin with the categories, unless a refresh is under way."""
        if not self.position.get("step"):
            self.position |= {
                "step": "categories",
                "set": 0,
                "changes": list(NO_CHANGES),
                "refused": [],
            }

    def next_batch(self):
        """Override to make the calls of the current step.

        :return: a list of one: its name, and a function that stores the answer
        """
        step = self.position["step"]
        if step == "categories":
            return self._ask(self.env._("Categories"), self._read_categories)
        if step == "attributes":
            return self._next_attributes()
        if step in OPTIONAL_STEPS:
            return self._ask_optional(step)
        return None

    def do(self, batch):
        """Override to store the answer, and add up what has changed."""
        self.account._note_success()
        ((_name, store),) = batch
        self.position["changes"] = list(Changes(*self.position["changes"]) + store())

    def advance(self, batch):
        """Override to move on to the next attribute set or step."""
        step = self.position["step"]
        if step == "categories":
            self.position["step"] = "attributes"
            sets = self.account._count_attribute_sets()
            self.position["total"] = 1 + sets + len(OPTIONAL_STEPS)
        elif step == "attributes":
            self.position["set"] = self._set.id
        else:
            later = OPTIONAL_STEPS[OPTIONAL_STEPS.index(step) + 1 :]
            self.position["step"] = later[0] if later else "done"

    def record_name(self, record):
        """Override to return the name of the step."""
        return record[0]

    def finish(self):
        """Override to update the mappings, and return what has changed."""
        refused = self.position.pop("refused", [])
        report = self.account._finish_refresh(
            Changes(*self.position["changes"]), refused
        )
        now = fields.Datetime.now()
        self.position |= {
            "step": None,
            "read_at": now.isoformat(),
            **self._retry_values(now, refused),
        }
        return report

    def _retry_values(self, now, refused):
        """Return when to read again, sooner than in a week if anything was refused."""
        if not refused:
            return {"refusals": 0, "retry_at": None}
        count = self.position.get("refusals", 0) + 1
        hours = min(
            const.TAXONOMY_RETRY_FIRST * 2 ** min(count - 1, 10),
            const.TAXONOMY_RETRY_LONGEST,
        )
        retry_at = now + timedelta(hours=hours)
        return {"refusals": count, "retry_at": retry_at.isoformat()}

    def _ask_optional(self, step):
        """Read a list that not every shop offers; without it the rest goes on.

        :param str step: a value of `iconic.account.feature.name`
        :return: see `next_batch`
        """
        if step == "reasons":
            name, read = self.env._("Cancellation Reasons"), self._read_reasons
        else:
            name, read = self.env._("Brands"), self._read_brands
        if not self.account._is_offered(step):
            return [(name, lambda: NO_CHANGES)]
        return self._ask(name, read, step)

    def _ask(self, name, read, feature=None):
        """Read a list; one that is refused changes nothing.

        :param str name: what people call the list
        :param read: makes the calls, returns a function that stores the answer
        :param feature: a value of `iconic.account.feature.name`, if the list is one
        :return: see `next_batch`
        """
        try:
            store = read()
        except SellerCenterError as error:
            if feature and is_not_offered(error):
                return [(name, partial(self._switch_off, feature, error))]
            if not self._is_about_one_list(error):
                raise
            words = f"{name}: {describe_refusal(self.env, error)}"
            return [(name, partial(self._note_refused, words))]
        return [(name, partial(self._switch_on, feature, store))]

    def _is_about_one_list(self, error):
        """Tell whether an error concerns the list alone that was asked for.

        A marketplace that fails again and again at whatever it is asked for is away.

        :param SellerCenterError error: the error of the call
        """
        if isinstance(error, Refused | Unreadable):
            return True
        failures = self.position["failures"] = self.position.get("failures", 0) + 1
        # Each time, the turn ends and the account waits a little longer.
        return isinstance(error, UnknownOutcome) and failures > const.SAME_LIST_FAILURES

    def _switch_off(self, feature, error):
        self.env["iconic.account.feature"]._switch_off(self.account, feature, error)
        return NO_CHANGES

    def _switch_on(self, feature, store):
        """Store an answer, and that its list is offered.

        :param feature: as for `_ask`
        :param store: returns the changes
        """
        self.position["failures"] = 0
        self.env["iconic.account.feature"]._switch_on(self.account, feature)
        return store()

    def _note_refused(self, words):
        self.position["failures"] = 0
        self.position["refused"].append(words)
        return NO_CHANGES

    def _read_categories(self):
        tree = self.client.category_tree()
        missing = self.account._categories_missing_in(tree)
        living = ()
        if self.account._is_believed_loss(missing, tree):
            living = [
                number for number in missing.mapped("external_id") if self._has(number)
            ]
        return partial(self.account._upsert_categories, tree, living)

    def _has(self, number):
        """Tell whether the marketplace knows a category that its tree lacks.

        Only the answer that there is none says no.
        """
        try:
            self.client.category_attributes(number)
        except Refused as error:
            return error.number not in const.NO_ATTRIBUTES
        return True

    def _read_brands(self):
        return partial(self.account._upsert_brands, self.client.brands())

    def _read_reasons(self):
        reasons = self.client.failure_reasons()
        return partial(self.account._upsert_failure_reasons, reasons)

    def _next_attributes(self):
        """Read the attributes of the next set; the brands come after the last."""
        self._set = self.account._next_attribute_set(self.position["set"])
        if not self._set:
            self.position["step"] = "brands"
            return self.next_batch()
        name = self.account._attributes_name(self._set)
        return self._ask(name, self._read_attributes)

    def _read_attributes(self):
        attribute_set = self._set
        try:
            answer = self.client.set_attributes(
                attribute_set.external_id, attribute_set.category_ids[:1].external_id
            )
        except Refused as error:
            # A set that never had any attributes goes without (E057).
            if attribute_set.attribute_ids or error.number not in const.NO_ATTRIBUTES:
                raise
            answer = ()
        return partial(self.account._upsert_attributes, attribute_set, answer)


@runs("shipment_provider")
class ReadCarriers(Job):
    """Reads the carriers, with one call."""

    feature = "carriers"
    _providers = None

    def next_batch(self):
        """Override to read the carriers, which are stored together."""
        if self._providers is not None:
            return None
        self._providers = self.client.shipment_providers()
        return [(self.env._("Carriers"), self._providers)]

    def do(self, batch):
        """Override to store the carriers."""
        ((_name, providers),) = batch
        changes = self.account._upsert_providers(providers)
        self.position["changes"] = list(changes)

    def record_name(self, record):
        """Override to return the name of the step."""
        return record[0]

    def finish(self):
        """Override to return what has changed."""
        changes = Changes(*self.position.pop("changes", NO_CHANGES))
        return self.account._carriers_report(changes)
