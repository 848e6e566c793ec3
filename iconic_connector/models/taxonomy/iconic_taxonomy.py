from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain.attribute_rules import AttributeRule, Names

RULE_FIELDS = ("feed_name", "attribute_type", "input_type", "max_length")


class Changes(NamedTuple):
    """How many entries an update has created, changed and archived."""

    created: int = 0
    changed: int = 0
    archived: int = 0

    def __add__(self, other):
        return Changes(*map(sum, zip(self, other, strict=True)))


NO_CHANGES = Changes()


class IconicTaxonomy(models.AbstractModel):
    """The common part of the marketplace's lists, which are copied to Odoo.

    Entries are compared in bulk, and only differences are written. Removed entries are
    archived, never deleted: a mapping may still use them. That a list does not name an
    entry proves little (design, section 4): whoever compares decides about it.
    """

    _name = "iconic.taxonomy"
    _description = "THE ICONIC Taxonomy"
    #: The fields that identify an entry of an account.
    _key = ("external_id",)

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    name = fields.Char(required=True, readonly=True)
    active = fields.Boolean(
        default=True,
        readonly=True,
        help="Archived entries have been removed by the marketplace.",
    )

    @api.model
    def _sync(self, domain, rows, may_archive=None):
        """Update the entries of a domain to the marketplace's.

        :param domain: the entries to compare
        :param rows: the values of all entries that the marketplace has
        :param may_archive: called with how many entries are not among them and how many
            were known, tells whether to archive the former; None: they are kept
        :return: `Changes`, and the entries by their key
        """
        known = self.with_context(active_test=False).search(domain)
        by_key = {entry._key_value(): entry for entry in known}
        wanted = {tuple(row[name] for name in self._key): row for row in rows}
        changed = self._write_changes(by_key, wanted)
        missing = [row for key, row in wanted.items() if key not in by_key]
        for start in range(0, len(missing), const.TAXONOMY_BATCH):
            for entry in self.create(missing[start : start + const.TAXONOMY_BATCH]):
                by_key[entry._key_value()] = entry
        active = known.filtered("active")
        removed = active.filtered(lambda one: one._key_value() not in wanted)
        if not may_archive or not may_archive(len(removed), len(active)):
            removed = self.browse()
        removed.active = False
        return Changes(len(missing), changed, len(removed)), by_key

    def _write_changes(self, by_key, wanted):
        """Write the differences, entries with the same difference together.

        :param by_key: the entries by their key
        :param wanted: the marketplace's values by the same keys
        :return: how many entries have changed
        """
        same = defaultdict(self.browse)
        for key in by_key.keys() & wanted.keys():
            difference = by_key[key]._difference({**wanted[key], "active": True})
            if difference:
                same[difference] |= by_key[key]
        for difference, entries in same.items():
            entries.write(dict(difference))
        return sum(map(len, same.values()))

    def _key_value(self):
        return tuple(self._plain(name) for name in self._key)

    def _difference(self, row):
        """Return the pairs of field and value that differ from the entry."""
        return tuple(
            (name, value) for name, value in row.items() if self._plain(name) != value
        )

    def _plain(self, name):
        value = self[name]
        return value.id if self._fields[name].type == "many2one" else value

    @api.model
    def _of_account(self, account):
        return Domain("account_id", "=", account.id)


class IconicCategory(models.Model):
    """A node of the marketplace's category tree."""

    _name = "iconic.category"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Category"
    _parent_store = True
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "external_id"]
    _order = "complete_name, id"

    external_id = fields.Char(string="Number", required=True, readonly=True)
    complete_name = fields.Char(
        string="Category", required=True, readonly=True, index="trigram"
    )
    parent_id = fields.Many2one(
        "iconic.category", readonly=True, ondelete="restrict", index=True
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("iconic.category", "parent_id", string="Subcategories")
    level = fields.Integer(readonly=True, help="1 for the top of the tree.")
    attribute_set_id = fields.Many2one(
        "iconic.attribute.set", readonly=True, ondelete="restrict", index=True
    )
    attribute_ids = fields.One2many(related="attribute_set_id.attribute_ids")

    _unique_external_id = models.Constraint(
        "UNIQUE(account_id, external_id)", "This category already exists."
    )

    def _is_below(self, other):
        """Tell whether this category lies below another one."""
        return self != other and (self.parent_path or "").startswith(
            other.parent_path or "-"
        )


class IconicAttributeSet(models.Model):
    """A set of attributes that several categories share."""

    _name = "iconic.attribute.set"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Attribute Set"
    _order = "id"

    external_id = fields.Char(string="Number", required=True, readonly=True)
    category_ids = fields.One2many("iconic.category", "attribute_set_id")
    attribute_ids = fields.One2many("iconic.attribute", "set_id")

    _unique_external_id = models.Constraint(
        "UNIQUE(account_id, external_id)", "This attribute set already exists."
    )


class IconicAttribute(models.Model):
    """An attribute that products of some categories have at the marketplace."""

    _name = "iconic.attribute"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Attribute"
    _rec_names_search = ["name", "feed_name"]
    _order = "set_id, sequence, id"
    _key = ("feed_name",)

    set_id = fields.Many2one(
        "iconic.attribute.set",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(readonly=True)
    feed_name = fields.Char(required=True, readonly=True)
    mandatory = fields.Boolean(readonly=True)

    attribute_type = fields.Selection(
        [
            ("value", "Text"),
            ("option", "One of a List"),
            ("multi_option", "Several of a List"),
            ("system", "Set by the Marketplace"),
        ],
        required=True,
        readonly=True,
        default="value",
    )
    input_type = fields.Char(readonly=True)
    per_variation = fields.Boolean(
        readonly=True, help="May differ between the sizes of a product."
    )
    max_length = fields.Integer(
        string="Longest Text", readonly=True, help="0: no limit."
    )
    description = fields.Text(readonly=True)
    example = fields.Char(readonly=True)
    option_ids = fields.One2many("iconic.attribute.option", "attribute_id")

    _unique_feed_name = models.Constraint(
        "UNIQUE(set_id, feed_name)", "This attribute already exists."
    )

    def _is_mapped(self):
        """Tell whether category mappings have a line for the attribute.

        Not those that the marketplace sets, nor those with a place of their own on the
        product or the mapping.
        """
        return self.attribute_type != "system" and (
            self.feed_name in const.MAPPED_ELEMENTS
            or self.feed_name not in const.OWN_ELEMENTS
        )

    @property
    def _has_options(self):
        """Tell whether the marketplace accepts only values of a list."""
        return self.attribute_type in ("option", "multi_option")

    @api.model
    def _rules(self, sets):
        """Return the rules of the attributes of some sets, with two queries.

        :param sets: `iconic.attribute.set` records
        :return: a dict, set id -> dict of FeedName -> `AttributeRule`
        """
        attributes = self.search_fetch(
            [("set_id", "in", sets.ids)],
            [*RULE_FIELDS, "set_id", "name", "mandatory", "description"],
        )
        options = defaultdict(list)
        for option in self.env["iconic.attribute.option"].search_fetch(
            [("attribute_id", "in", attributes.ids)], ["attribute_id", "name"]
        ):
            options[option.attribute_id.id].append(option.name)
        rules = {id_: {} for id_ in sets.ids}
        for one in attributes:
            rules[one.set_id.id][one.feed_name] = AttributeRule(
                attribute_id=one.id,
                label=one.name,
                mandatory=one.mandatory,
                options=Names(options[one.id]),
                **{name: one[name] or "" for name in RULE_FIELDS[:3]},
                max_length=one.max_length,
                description=one.description or "",
            )
        return rules


class IconicAttributeOption(models.Model):
    """A value that an attribute of the marketplace allows."""

    _name = "iconic.attribute.option"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Attribute Value"
    _order = "attribute_id, sequence, id"
    _key = ("attribute_id", "name")

    attribute_id = fields.Many2one(
        "iconic.attribute",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    sequence = fields.Integer(readonly=True)
    is_default = fields.Boolean(readonly=True)

    _unique_name = models.Constraint(
        "UNIQUE(attribute_id, name)", "This value already exists."
    )


class IconicBrand(models.Model):
    """A brand that the marketplace knows."""

    _name = "iconic.brand"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Brand"
    _order = "name, id"
    _key = ("name",)

    external_id = fields.Char(string="Number", readonly=True)

    _unique_name = models.Constraint(
        "UNIQUE(account_id, name)", "This brand already exists."
    )
