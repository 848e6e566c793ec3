"""The weekly jobs that read taxonomy and carriers."""

from datetime import datetime

from odoo import fields

from ... import const
from ...seller_center.errors import Refused
from ..account.job import Job, runs
from .iconic_taxonomy import NO_CHANGES, Changes


@runs("taxonomy")
class ReadTaxonomy(Job):
    """Reads the category tree, then each attribute set, then the brands."""

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows that are due or were interrupted."""
        return rows.filtered(cls._is_due)

    @classmethod
    def _is_due(cls, row):
        position = row.position or {}
        if position.get("step") or not position.get("read_at"):
            return True
        read_at = datetime.fromisoformat(position["read_at"])
        return read_at <= fields.Datetime.now() - const.TAXONOMY_AGE

    def start(self):
        """Override to begin with the categories, unless a refresh is under way."""
        if not self.position.get("step"):
            self.position |= {
                "step": "categories",
                "set": 0,
                "changes": list(NO_CHANGES),
            }

    def next_batch(self):
        """Override to make the calls of the current step.

        :return: a list of one: its name, and a function that stores the answer
        """
        step = self.position["step"]
        if step == "categories":
            tree = self.client.category_tree()
            name = self.env._("Categories")
            return [(name, lambda: self.account._upsert_categories(tree))]
        if step == "attributes":
            return self._next_attributes()
        if step == "brands":
            brands = self.client.brands()
            return [(self.env._("Brands"), lambda: self.account._upsert_brands(brands))]
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
            # Categories and brands are a step each.
            self.position["total"] = self.account._count_attribute_sets() + 2
        elif step == "attributes":
            self.position["set"] = self._set.id
        else:
            self.position["step"] = "done"

    def record_name(self, record):
        """Override to return the name of the step."""
        return record[0]

    def finish(self):
        """Override to update the mappings, and return what has changed."""
        report = self.account._finish_refresh(Changes(*self.position["changes"]))
        self.position |= {
            "step": None,
            "read_at": fields.Datetime.now().isoformat(),
        }
        return report

    def _next_attributes(self):
        """Read the attributes of the next set; the brands come after the last."""
        self._set = self.account._next_attribute_set(self.position["set"])
        if not self._set:
            self.position["step"] = "brands"
            return self.next_batch()
        attribute_set = self._set
        category = attribute_set.category_ids[:1]
        try:
            answer = self.client.set_attributes(
                attribute_set.external_id, category.external_id
            )
        except Refused:
            # No attributes are linked to these categories (E057).
            answer = ()
        name = self.env._("Attributes of %s", category.complete_name)
        return [(name, lambda: self.account._upsert_attributes(attribute_set, answer))]


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
