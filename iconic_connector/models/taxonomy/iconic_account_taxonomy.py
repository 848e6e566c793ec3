from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...domain import statuses
from .iconic_taxonomy import Changes


class IconicAccount(models.Model):
    """Reads categories, brands, carriers and reasons from the marketplace.

    A scheduled job reads the category tree, then one attribute set after the other,
    then the brands. Each step is committed, so that an interrupted run continues.
    """

    _inherit = "iconic.account"

    category_ids = fields.One2many("iconic.category", "account_id")
    category_count = fields.Integer(compute="_compute_taxonomy_counts")
    brand_ids = fields.One2many("iconic.brand", "account_id")
    brand_count = fields.Integer(compute="_compute_taxonomy_counts")

    provider_ids = fields.One2many(
        "iconic.shipment.provider", "account_id", string="Carriers"
    )
    carrier_map_ids = fields.One2many(
        "iconic.carrier.map", "account_id", string="Delivery Methods"
    )
    default_provider_id = fields.Many2one(
        "iconic.shipment.provider",
        string="Default Carrier",
        domain="[('account_id', '=', id)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Used for deliveries without a delivery method.",
    )
    fetch_labels = fields.Boolean(
        default=True,
        help="Shipping labels are fetched as soon as a delivery is ready to ship.",
    )
    fetch_invoices = fields.Boolean(
        help="The invoices that THE ICONIC issues for parcels are fetched, too.",
    )

    failure_reason_ids = fields.One2many("iconic.failure.reason", "account_id")

    def _compute_taxonomy_counts(self):
        for account in self:
            domain = [("account_id", "=", account._origin.id)]
            for name in ("category", "brand"):
                count = self.env[f"iconic.{name}"].search_count(domain)
                account[f"{name}_count"] = count

    def action_refresh_taxonomy(self):
        """Have categories, attributes and brands read in the background.

        :raise UserError: if the account must not call
        """
        self.ensure_one()
        self.check_access("write")
        if reason := self._blocking_reason():
            raise UserError(reason)
        self._job("taxonomy")._request()
        return self._notify(
            self.env._("Categories, attributes and brands are read in the background.")
        )

    def action_refresh_providers(self):
        """Read the carriers of the marketplace now, and report the changes."""
        self.ensure_one()
        self.check_access("write")
        with self._connect_for_user() as client:
            providers = client.shipment_providers()
        changes = self.sudo()._upsert_providers(providers)
        return self._notify(self._carriers_report(changes), "success")

    def action_refresh_failure_reasons(self):
        """Read now the reasons for cancellations, failed deliveries and returns."""
        self.ensure_one()
        self.check_access("write")
        self._read_failure_reasons()
        return self._notify(
            self.env._("%s reasons are known.", len(self.failure_reason_ids)), "success"
        )

    def _next_attribute_set(self, after):
        """Return the attribute set to read next, or an empty recordset.

        :param int after: the id of the one that was read last
        """
        return self.env["iconic.attribute.set"].search(
            self._used_sets() & Domain("id", ">", after), order="id", limit=1
        )

    def _count_attribute_sets(self):
        return self.env["iconic.attribute.set"].search_count(self._used_sets())

    def _used_sets(self):
        return Domain("account_id", "=", self.id) & Domain("category_ids", "!=", False)

    def _carriers_report(self, changes):
        """Return what reading the carriers has changed, as a sentence.

        :param changes: `Changes`
        """
        return self.env._(
            "%(count)s carriers. Created: %(created)s. Changed: %(changed)s. "
            "Archived: %(archived)s.",
            count=len(self.provider_ids),
            **changes._asdict(),
        )

    def _upsert_categories(self, roots):
        """Update the category tree, level by level.

        :param roots: `seller_center.records.Category` records
        :return: `Changes`
        """
        Category = self.env["iconic.category"]
        ours = Category._of_account(self)
        changes, sets = self._upsert_sets(roots)
        parents = {root.category_id: Category for root in roots}
        level, seen = list(roots), set()
        while level:
            rows = [
                self._category_row(node, parents[node.category_id], sets)
                for node in level
            ]
            seen.update(node.category_id for node in level)
            more, known = Category._sync(ours, rows, archive=False)
            changes += more
            below = [(child, node) for node in level for child in node.children]
            parents = {
                child.category_id: known[(node.category_id,)] for child, node in below
            }
            level = [child for child, _node in below]
        removed = Category.search(ours & Domain("external_id", "not in", list(seen)))
        removed.active = False
        changes += Changes(archived=len(removed))
        return changes

    def _category_row(self, node, parent, sets):
        names = filter(None, (parent.complete_name, node.name))
        return {
            "account_id": self.id,
            "external_id": node.category_id,
            "name": node.name,
            "complete_name": " / ".join(names),
            "parent_id": parent.id,
            "level": parent.level + 1,
            "attribute_set_id": sets[(node.attribute_set,)].id
            if _has_set(node)
            else False,
        }

    def _upsert_sets(self, roots):
        """Store the attribute sets of the tree.

        :param roots: `seller_center.records.Category` records
        :return: `Changes`, and the sets by their key
        """
        rows = {
            number: {"account_id": self.id, "external_id": number, "name": number}
            for number in (
                node.attribute_set for node in _walk(roots) if _has_set(node)
            )
        }
        AttributeSet = self.env["iconic.attribute.set"]
        return AttributeSet._sync(AttributeSet._of_account(self), rows.values())

    def _upsert_attributes(self, attribute_set, answer):
        """Update the attributes of a set, and their options.

        :param attribute_set: an `iconic.attribute.set`
        :param answer: `seller_center.records.Attribute` records
        :return: `Changes`
        """
        Attribute = self.env["iconic.attribute"]
        found = {one.feed_name or one.name: one for one in answer}
        changes, known = Attribute._sync(
            Domain("set_id", "=", attribute_set.id),
            [
                self._attribute_row(attribute_set, feed_name, one, place)
                for place, (feed_name, one) in enumerate(found.items())
            ],
        )
        Option = self.env["iconic.attribute.option"]
        more, _options = Option._sync(
            Domain("attribute_id.set_id", "=", attribute_set.id),
            [
                row
                for feed_name, one in found.items()
                for row in self._option_rows(known[(feed_name,)], one.options)
            ],
        )
        return changes + more

    def _attribute_row(self, attribute_set, feed_name, one, place):
        types = self.env["iconic.attribute"]._fields["attribute_type"]
        known = types.get_values(self.env)
        return {
            "account_id": self.id,
            "set_id": attribute_set.id,
            "sequence": place,
            "feed_name": feed_name,
            "name": one.label or feed_name,
            "mandatory": one.mandatory,
            "attribute_type": one.attribute_type
            if one.attribute_type in known
            else "option"
            if one.options
            else "value",
            "input_type": one.input_type or False,
            "per_variation": one.product_type == "simple",
            "max_length": one.max_length or 0,
            "description": one.description or False,
            "example": one.example or False,
        }

    def _option_rows(self, attribute, options):
        return [
            {
                "account_id": self.id,
                "attribute_id": attribute.id,
                "sequence": place,
                "name": option.name,
                "is_default": option.default,
            }
            for place, option in enumerate(options)
            if option.name
        ]

    def _upsert_brands(self, brands):
        """Update the brands.

        :param brands: `seller_center.records.Brand` records
        :return: `Changes`
        """
        Brand = self.env["iconic.brand"]
        changes, _known = Brand._sync(
            Brand._of_account(self),
            [
                {
                    "account_id": self.id,
                    "name": brand.name,
                    "external_id": brand.brand_id or False,
                }
                for brand in brands
            ],
        )
        return changes

    def _finish_refresh(self, changes):
        """Update the mappings after a refresh, and return its report.

        :param changes: the `Changes` of all its steps
        :return: sentences, one a line
        """
        if any(changes):
            self._relink_mappings()
        report = self.env._(
            "Created: %(created)s. Changed: %(changed)s. Archived: %(archived)s.",
            **changes._asdict(),
        )
        return "\n".join([report, *self._removed_in_mappings()])

    def _relink_mappings(self):
        """Recompute the attributes of the category mappings, new ones included."""
        # New attributes do not trigger the recomputation: no dependency has changed.
        self.category_map_ids.attribute_ids.modified(["feed_name"])
        self.category_map_ids._complete_lines()

    def _removed_in_mappings(self):
        """Return sentences about mapped entries that the marketplace has removed."""
        maps = self.category_map_ids
        categories = maps.primary_category_id | maps.secondary_category_ids
        sentences = [
            self.env._(
                "The mapping uses %s, which THE ICONIC has removed.", one.complete_name
            )
            for one in categories.filtered(lambda one: not one.active)
        ]
        chosen = self.env["iconic.value.map.line"].search(
            [("account_id", "=", self.id), ("option_id.active", "=", False)]
        )
        fixed = maps.attribute_ids.option_id.filtered(lambda one: not one.active)
        sentences += [
            self.env._(
                "%(attribute)s no longer has the value “%(option)s”.",
                attribute=option.attribute_id.name,
                option=option.name,
            )
            for option in chosen.option_id | fixed
        ]
        return sentences

    def _upsert_providers(self, providers):
        """Update the carriers of the account.

        :param providers: `seller_center.records.ShipmentProvider` records
        :return: `Changes`
        """
        self.ensure_one()
        Provider = self.env["iconic.shipment.provider"]
        rows = {
            one.name: self._provider_values(one)
            for one in providers
            if one.name and one.active
        }
        changes, _known = Provider._sync(Provider._of_account(self), rows.values())
        if not self.default_provider_id.active:
            self.default_provider_id = self.provider_ids.filtered("is_default")[:1]
        return changes

    def _provider_values(self, provider):
        values = {
            "account_id": self.id,
            "name": provider.name,
            "external_id": provider.provider_id or False,
            "is_default": provider.default,
            "api_integration": provider.api_integration,
            "tracking_url": provider.tracking_url or False,
        }
        # Only the Action API returns the format of tracking numbers.
        if self.api_type == "action":
            values["tracking_pattern"] = provider.tracking_pattern or False
            values["tracking_example"] = provider.tracking_example or False
        return values

    def _ensure_failure_reasons(self):
        """Read the reasons now if there are none yet.

        :raise UserError: if the marketplace returns none
        """
        self.ensure_one()
        # Salespeople cancel orders without access rights on the connector.
        account = self.sudo()
        if account.failure_reason_ids:
            return
        account._read_failure_reasons()
        if not account.failure_reason_ids:
            raise UserError(
                self.env._("THE ICONIC returns no reasons yet. Try again later.")
            )

    def _read_failure_reasons(self):
        """Update the reasons.

        :raise UserError: if the marketplace does not answer
        """
        with self._connect_for_user() as client:
            answer = client.failure_reasons()
        Reason = self.env["iconic.failure.reason"].sudo()  # no user has write access
        rows = self._failure_reason_rows(answer)
        Reason._sync(Reason._of_account(self), rows)
        self.invalidate_recordset(["failure_reason_ids"])

    def _failure_reason_rows(self, answer):
        """Return the values of the reasons that a seller may give.

        :param answer: `seller_center.records.FailureReason` records; other types are
            reserved for the marketplace
        """
        known = dict(statuses.REASON_TYPES)
        rows = {
            (one.reason_type, one.name): {
                "account_id": self.id,
                "reason_type": one.reason_type,
                "name": one.name,
                "description": one.description or False,
                # The Action API does not return it (SellerCenter, GetFailureReasons).
                "out_of_stock": one.out_of_stock or "out of stock" in one.name.lower(),
            }
            for one in answer
            if one.reason_type in known and one.name
        }
        return list(rows.values())


def _walk(nodes):
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _has_set(node):
    """Tell whether a category has attributes; those at the top do not."""
    return node.attribute_set not in ("", "0")
