from odoo import fields, models

from ...domain.flows import FLOWS


class IconicAccountPause(models.Model):
    """A time in which an account sends nothing of one kind, such as a stock take."""

    _name = "iconic.account.pause"
    _description = "THE ICONIC Pause"
    _order = "until desc, id"

    account_id = fields.Many2one(
        "iconic.account", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    flow = fields.Selection(
        [(flow.name, flow.label) for flow in FLOWS.values()],
        string="What",
        help="Empty: everything.",
    )
    until = fields.Datetime(required=True)
    reason = fields.Char()


class IconicAccount(models.Model):
    _inherit = "iconic.account"

    pause_ids = fields.One2many("iconic.account.pause", "account_id", string="Pauses")

    def _is_paused(self, flow):
        """Tell whether a person stopped this flow for the time being.

        :param flow: a row of the table of flows
        """
        self.ensure_one()
        now = fields.Datetime.now()
        return any(
            pause.until > now and pause.flow in (False, flow.name)
            for pause in self.pause_ids
        )
