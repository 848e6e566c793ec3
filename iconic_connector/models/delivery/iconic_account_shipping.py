from functools import partial

from odoo import api, fields, models

from ...seller_center.errors import SellerCenterError
from ...transactions import keep


class IconicAccount(models.Model):
    """Who carries the parcels, and what is printed for them."""

    _inherit = "iconic.account"

    provider_ids = fields.One2many(
        "iconic.shipment.provider", "account_id", string="Carriers"
    )
    carrier_map_ids = fields.One2many(
        "iconic.carrier.map", "account_id", string="Delivery Methods"
    )
    default_provider_id = fields.Many2one(
        "iconic.shipment.provider",
        string="Usual Carrier",
        domain="[('account_id', '=', id)]",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Of deliveries without a delivery method.",
    )
    fetch_labels = fields.Boolean(
        default=True,
        help="The shipping label is fetched as soon as a delivery is ready to ship.",
    )
    fetch_invoices = fields.Boolean(
        help="The invoice that THE ICONIC gives for a parcel is fetched too.",
    )

    def action_refresh_providers(self):
        """Read the carriers of the marketplace now, and say what has changed."""
        self.ensure_one()
        self.check_access("write")
        with self._connect_or_tell() as client:
            providers = client.shipment_providers()
        changes = self.sudo()._take_providers(providers)
        return self._notify(
            self.env._(
                "%(count)s carriers: %(new)s new, %(changed)s changed, %(gone)s not "
                "there any more.",
                count=len(self.provider_ids),
                new=changes.created,
                changed=changes.changed,
                gone=changes.archived,
            ),
            "success",
        )

    def _take_providers(self, providers):
        """Make the carriers of the account those of the marketplace.

        :param providers: `ShipmentProvider` records
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
        # Only the Action API tells what tracking numbers look like.
        if self.api_type == "action":
            values["tracking_pattern"] = provider.tracking_pattern or False
            values["tracking_example"] = provider.tracking_example or False
        return values

    @api.model
    def _cron_refresh_providers(self):
        """Read the carriers of all accounts."""
        commit = self.env["ir.cron"]._commit_progress
        accounts = self._ready_to_call()
        commit(remaining=len(accounts))
        for account in accounts:
            account._refresh_providers()
            # To stop for want of time would mean to begin with the first one again.
            commit(1)

    def _refresh_providers(self):
        self.ensure_one()
        try:
            with self._connect() as client:
                providers = client.shipment_providers()
        except SellerCenterError as error:
            keep(self.env, partial(self._note_failure, error))
            return
        keep(self.env, partial(self._take_providers, providers))
