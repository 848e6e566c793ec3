from functools import partial

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ... import const
from ...domain import statuses
from ..iconic_rights import button
from .iconic_taxonomy import NO_CHANGES, Changes


class IconicAccount(models.Model):
    """Reads categories, brands, carriers and reasons from the marketplace.

    A scheduled job reads the category tree, then one attribute set after the other,
    then the brands and the reasons. Each step is committed, so that an interrupted run
    continues.
    A list that has lost more than a plausible share of its entries archives none of
    them until a person accepts it (design, section 4).
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

    smaller_lists = fields.Json(
        readonly=True,
        copy=False,
        help="Key of a list -> its name, how many entries it has lost and had, and "
        "whether somebody has accepted that.",
    )
    smaller_lists_note = fields.Text(compute="_compute_smaller_lists_note")

    @api.depends("smaller_lists")
    def _compute_smaller_lists_note(self):
        for account in self:
            account.smaller_lists_note = "\n".join(
                self.env._(
                    "%(name)s: THE ICONIC no longer shows %(gone)s of %(known)s.",
                    **{name: one[name] for name in ("name", "gone", "known")},
                )
                for one in (account.smaller_lists or {}).values()
                if not one.get("accepted")
            )

    def _compute_taxonomy_counts(self):
        for account in self:
            domain = [("account_id", "=", account._origin.id)]
            for name in ("category", "brand"):
                count = self.env[f"iconic.{name}"].search_count(domain)
                account[f"{name}_count"] = count

    @button
    def action_refresh_taxonomy(self):
        """Have categories, attributes and brands read in the background.

        :raise UserError: if the account must not call
        """
        self.ensure_one()
        if reason := self._blocking_reason():
            raise UserError(reason)
        self._job("taxonomy")._request()
        return self._notify(
            self.env._("Categories, attributes and brands are read in the background.")
        )

    @button
    def action_refresh_providers(self):
        """Read the carriers of the marketplace now, and report the changes."""
        self.ensure_one()
        with self._connect_for_user() as client:
            providers = client.shipment_providers()
        changes = self._upsert_providers(providers)
        return self._notify(self._carriers_report(changes), "success")

    @button
    def action_refresh_failure_reasons(self):
        """Read now the reasons for cancellations, failed deliveries and returns."""
        self.ensure_one()
        self._read_failure_reasons()
        return self._notify(
            self.env._("Reasons known: %s.", len(self.failure_reason_ids)), "success"
        )

    @button
    def action_accept_smaller_lists(self):
        """Take what the smaller lists no longer show for removed, once read again."""
        self.ensure_one()
        lists = self.smaller_lists or {}
        self.smaller_lists = {
            key: {**one, "accepted": True} for key, one in lists.items()
        }
        self._close_activity("lists")
        for kind in sorted({one["job"] for one in lists.values() if one["job"]}):
            purpose = "mismatch" if kind == "readback" else ""
            self._job(kind)._request(purpose)
        return self._notify(
            self.env._(
                "The lists are read again in the background. What is still missing "
                "then counts as removed."
            )
        )

    def _losses(self, key, name, answer, job="taxonomy"):
        """Return what decides whether entries that an answer lacks are archived.

        :param str key: the list's key in `smaller_lists`
        :param str name: what people call the list
        :param answer: a list of the client's; one with unreadable entries proves
            nothing about those that it lacks
        :param str job: the scheduled job that reads it, empty if only people do
        :return: see `iconic.taxonomy._sync`
        """
        if getattr(answer, "unreadable", ()):
            return None
        return partial(self._accepts_loss, key, name, job, not answer)

    def _accepts_loss(self, key, name, job, is_empty, gone, known):
        """Tell whether entries that a list has lost count as removed; else say so.

        :param bool is_empty: whether nothing was listed at all
        :param int gone: how many entries were lost
        :param int known: how many there were
        """
        lists = dict(self.smaller_lists or {})
        accepted = self._is_accepted_loss(key, gone)
        lists.pop(key, None)
        believed = accepted or is_plausible_loss(gone, known, is_empty)
        if not believed:
            lists[key] = {"name": name, "job": job, "gone": gone, "known": known}
        if lists != (self.smaller_lists or {}):
            self.smaller_lists = lists or False
            self._sync_smaller_lists_activity()
        return believed

    def _is_accepted_loss(self, key, gone):
        """Tell whether somebody has accepted that a list has lost as many entries."""
        held = (self.smaller_lists or {}).get(key) or {}
        return bool(held.get("accepted")) and gone <= held["gone"]

    def _sync_smaller_lists_activity(self):
        if not self.smaller_lists_note:
            self._close_activity("lists")
            return
        note = self.env._(
            "%(lists)s\nNothing was removed in Odoo: THE ICONIC may have answered "
            "only in part. If Seller Center shows the same, press Accept Smaller Lists "
            "on the account. Once the lists are whole again, this closes by itself.",
            lists=self.smaller_lists_note,
        )
        self._raise_activity(
            "lists", self.env._("Lists of THE ICONIC have shrunk"), note
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
            "Carriers: %(count)s. Created: %(created)s. Changed: %(changed)s. "
            "Archived: %(archived)s.",
            count=len(self.provider_ids),
            **changes._asdict(),
        )

    def _categories_missing_in(self, roots):
        """Return the categories that a tree does not name and may have lost.

        :param roots: `seller_center.records.Category` records
        """
        Category = self.env["iconic.category"]
        known = Category.search(Category._of_account(self))
        seen = {node.category_id for node in _walk(roots)}
        return known.filtered(lambda one: one.external_id not in seen)

    def _is_believed_loss(self, missing, roots):
        """Tell whether the categories that a tree lacks may be gone; asks nobody."""
        return self._is_accepted_loss("categories", len(missing)) or is_plausible_loss(
            len(missing), self._count_categories(), not roots
        )

    def _count_categories(self):
        return self.env["iconic.category"].search_count([("account_id", "=", self.id)])

    def _upsert_categories(self, roots, living=()):
        """Update the category tree, level by level.

        :param roots: `seller_center.records.Category` records
        :param living: numbers of categories that the tree lacks, but that the
            marketplace knows
        :return: `Changes`
        """
        Category = self.env["iconic.category"]
        ours = Category._of_account(self)
        changes, sets = self._upsert_sets(roots)
        parents = {root.category_id: Category for root in roots}
        level = list(roots)
        while level:
            rows = [
                self._category_row(node, parents[node.category_id], sets)
                for node in level
            ]
            more, known = Category._sync(ours, rows)
            changes += more
            below = [(child, node) for node in level for child in node.children]
            parents = {
                child.category_id: known[(node.category_id,)] for child, node in below
            }
            level = [child for child, _node in below]
        return changes + self._archive_categories(roots, living)

    def _archive_categories(self, roots, living):
        """Archive the categories that are gone, and sets that no other one has.

        :param roots: as for `_upsert_categories`
        :param living: as for `_upsert_categories`
        :return: `Changes`
        """
        may_archive = self._losses("categories", self.env._("Categories"), roots)
        missing = self._categories_missing_in(roots)
        known = self._count_categories()
        if not may_archive or not may_archive(len(missing), known):
            return NO_CHANGES
        removed = missing.filtered(lambda one: one.external_id not in living)
        sets = removed.attribute_set_id
        removed.active = False
        unused = sets.filtered(lambda one: not one.category_ids)
        unused.active = False
        return Changes(archived=len(removed) + len(unused))

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
        name = self._attributes_name(attribute_set)
        key = f"attributes {attribute_set.id}"
        losses = self._losses(key, name, answer)
        changes, known = Attribute._sync(
            Domain("set_id", "=", attribute_set.id),
            [
                self._attribute_row(attribute_set, feed_name, one, place)
                for place, (feed_name, one) in enumerate(found.items())
            ],
            losses,
        )
        # The values of attributes that are kept are kept, too.
        if not losses or key in (self.smaller_lists or {}):
            losses = None
        else:
            key, name = f"values {attribute_set.id}", self.env._("Values of %s", name)
            losses = self._losses(key, name, answer)
        Option = self.env["iconic.attribute.option"]
        more, _options = Option._sync(
            Domain("attribute_id.set_id", "=", attribute_set.id),
            [
                row
                for feed_name, one in found.items()
                for row in self._option_rows(known[(feed_name,)], one.options)
            ],
            losses,
        )
        return changes + more

    def _attributes_name(self, attribute_set):
        """Return what people call the attributes of a set."""
        category = attribute_set.category_ids[:1]
        return self.env._("Attributes of %s", category.complete_name)

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
            self._losses("brands", self.env._("Brands"), brands),
        )
        return changes

    def _finish_refresh(self, changes, refused=()):
        """Update the mappings after a refresh, and return its report.

        :param changes: the `Changes` of all its steps
        :param refused: what THE ICONIC refused to tell, and why, a sentence each
        :return: sentences, one a line
        """
        if any(changes):
            self._relink_mappings()
        report = self.env._(
            "Created: %(created)s. Changed: %(changed)s. Archived: %(archived)s.",
            **changes._asdict(),
        )
        lines = [report, *self._refusals_report(refused), self.smaller_lists_note]
        return "\n".join(filter(None, [*lines, *self._removed_in_mappings()]))

    def _refusals_report(self, refused):
        """Return sentences about lists that THE ICONIC refused to tell."""
        if not refused:
            return []
        return [
            self.env._("Left as they are, and asked for again by itself:"),
            *refused,
        ]

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
        ours = Provider._of_account(self)
        # Only what is not named any more is doubtful.
        stopped = Provider.search(
            ours & Domain("name", "in", [one.name for one in providers])
        ).filtered(lambda one: one.name not in rows)
        stopped.active = False
        losses = self._losses(
            "carriers", self.env._("Carriers"), providers, "shipment_provider"
        )
        changes, _known = Provider._sync(ours, rows.values(), losses)
        changes += Changes(archived=len(stopped))
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
        self._upsert_failure_reasons(answer)

    def _upsert_failure_reasons(self, answer):
        """Update the reasons.

        :param answer: `seller_center.records.FailureReason` records
        :return: `Changes`
        """
        Reason = self.env["iconic.failure.reason"]
        losses = self._losses("reasons", self.env._("Cancellation Reasons"), answer)
        changes, _known = Reason._sync(
            Reason._of_account(self), self._failure_reason_rows(answer), losses
        )
        self.invalidate_recordset(["failure_reason_ids"])
        return changes

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


def is_plausible_loss(gone, known, is_empty=False):
    """Tell whether a list may have lost so many entries.

    :param int gone: how many it has lost
    :param int known: how many it had
    :param bool is_empty: whether it names nothing any more: that is no list
    """
    if not gone:
        return True
    share = gone / known * 100
    return not is_empty and (gone <= const.LOSS_HANDFUL or share <= const.LOSS_SHARE)


def _walk(nodes):
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _has_set(node):
    """Tell whether a category has attributes; those at the top do not."""
    return node.attribute_set not in ("", "0")
