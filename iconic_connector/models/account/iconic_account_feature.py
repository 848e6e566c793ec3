from odoo import api, fields, models

from ... import const
from ...error_messages import describe
from ...seller_center.errors import AccessRefused, NotOffered
from ..iconic_rights import button

FEATURES = [
    ("brands", "Brands"),
    ("carriers", "Carriers"),
    ("documents", "Labels and Invoices"),
    ("feed_search", "Search for Sent Feeds"),
    ("invoice_numbers", "Invoice Numbers"),
    ("quality", "Quality Reviews"),
    ("reasons", "Cancellation Reasons"),
    ("stock_at_once", "Stock Set at Once"),
]


class IconicAccountFeature(models.Model):
    """A feature that the marketplace does not offer this account, and since when.

    Without it everything else goes on. It is asked for again every week.
    """

    _name = "iconic.account.feature"
    _inherit = "iconic.rights"
    _description = "THE ICONIC Feature Switched Off"
    _order = "account_id, name"
    _check_company_auto = True

    account_id = fields.Many2one(
        "iconic.account", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    name = fields.Selection(FEATURES, string="Feature", required=True, readonly=True)
    off_since = fields.Datetime(required=True, readonly=True)
    ask_again_at = fields.Datetime(string="Asked Again", required=True, readonly=True)
    reason = fields.Text(
        string="THE ICONIC's Answer", readonly=True, help="Why it is switched off."
    )

    _once = models.Constraint(
        "UNIQUE(account_id, name)", "This feature is switched off already."
    )

    @button
    def action_ask_again(self):
        """Ask the marketplace for these features at the next occasion."""
        accounts = self.account_id
        self.unlink()
        accounts._sync_feature_activity()
        accounts._trigger_crons()
        return accounts[:1]._notify(
            self.env._("THE ICONIC is asked again for this feature in a moment.")
        )

    @api.model
    def _switch_off(self, account, name, error):
        """Store that an account is not offered a feature, and tell people.

        :param account: an `iconic.account`
        :param str name: a value of `name`
        :param error: the `SellerCenterError` that said so
        """
        now = fields.Datetime.now()
        values = {
            "reason": describe(self.env, error),
            "ask_again_at": now + const.FEATURE_RETRY,
        }
        if row := account.feature_off_ids.filtered(lambda one: one.name == name):
            row.write(values)
        else:
            self.create(
                {"account_id": account.id, "name": name, "off_since": now, **values}
            )
        account._sync_feature_activity()

    @api.model
    def _switch_on(self, account, name):
        """Store that an account is offered a feature after all.

        :param account: an `iconic.account`
        :param str name: a value of `name`
        """
        if row := account.feature_off_ids.filtered(lambda one: one.name == name):
            row.unlink()
            account._sync_feature_activity()


def is_not_offered(error):
    """Tell whether an error means that a feature is not for this account.

    The role may not allow it either: if the role allows nothing, the other jobs say so.

    :param error: a `SellerCenterError` of a call that only one feature needs
    """
    forbidden = isinstance(error, AccessRefused) and error.cause == "role"
    return forbidden or isinstance(error, NotOffered)
