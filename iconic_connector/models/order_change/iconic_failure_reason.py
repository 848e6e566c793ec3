from odoo import fields, models
from odoo.exceptions import UserError

TYPES = [
    ("canceled", "Cancelled"),
    ("failed", "Not Delivered"),
    ("returned", "Returned"),
    ("return_rejected", "Return Rejected"),
]


class IconicFailureReason(models.Model):
    """A reason that the marketplace takes for what goes wrong with a unit.

    Source: SellerCenter, GetFailureReasons. It is named to the marketplace by its name.
    """

    _name = "iconic.failure.reason"
    _inherit = "iconic.taxonomy"
    _description = "THE ICONIC Failure Reason"
    _order = "reason_type, name, id"
    _key = ("reason_type", "name")

    reason_type = fields.Selection(TYPES, string="For", required=True, readonly=True)
    description = fields.Char(readonly=True)
    out_of_stock = fields.Boolean(
        string="Counts Against You",
        readonly=True,
        help="It says that you had sold what you did not have.",
    )

    _unique_name = models.Constraint(
        "UNIQUE(account_id, reason_type, name)", "This reason is known already."
    )


class IconicAccount(models.Model):
    _inherit = "iconic.account"

    failure_reason_ids = fields.One2many("iconic.failure.reason", "account_id")

    def action_refresh_failure_reasons(self):
        """Read now why units may be cancelled, fail or come back."""
        self.ensure_one()
        self.check_access("write")
        self._read_failure_reasons()
        return self._notify(
            self.env._("%s reasons are known.", len(self.failure_reason_ids)), "success"
        )

    def _ensure_failure_reasons(self):
        """Read the reasons for a person who waits, if none are known yet.

        :raise UserError: if the marketplace does not say any
        """
        self.ensure_one()
        # Sales people cancel orders without knowing the connector.
        account = self.sudo()
        if account.failure_reason_ids:
            return
        account._read_failure_reasons()
        if not account.failure_reason_ids:
            raise UserError(
                self.env._("THE ICONIC names no reasons yet. Try again later.")
            )

    def _read_failure_reasons(self):
        """Make the reasons equal to the marketplace's.

        :raise UserError: if it does not answer
        """
        with self._connect_or_tell() as client:
            answer = client.failure_reasons()
        Reason = self.env["iconic.failure.reason"].sudo()  # nobody writes them by hand
        rows = self._failure_reason_rows(answer)
        Reason._sync(Reason._of_account(self), rows)
        self.invalidate_recordset(["failure_reason_ids"])

    def _failure_reason_rows(self, answer):
        """Return values of the reasons that a seller may name.

        :param answer: `seller_center.order_records.FailureReason` records; those of
            other types are the marketplace's own
        """
        known = dict(TYPES)
        rows = {
            (one.reason_type, one.name): {
                "account_id": self.id,
                "reason_type": one.reason_type,
                "name": one.name,
                "description": one.description or False,
                # The Action API does not say it (SellerCenter, GetFailureReasons).
                "out_of_stock": one.out_of_stock or "out of stock" in one.name.lower(),
            }
            for one in answer
            if one.reason_type in known and one.name
        }
        return list(rows.values())
