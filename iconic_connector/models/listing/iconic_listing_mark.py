from odoo import models
from odoo.exceptions import UserError

from ... import const
from ...domain.flows import FLOWS


class IconicListing(models.Model):
    """What a person can ask for. Buttons only mark; the scheduled jobs do the work."""

    _inherit = "iconic.listing"

    def action_retry(self):
        """Put what failed back to pending, so that it is tried again."""
        self._reset_errors()

    def action_send_anyway(self):
        """Let the changes go out that a brake held up."""
        self.write({"send_anyway": True})
        self._reset_errors()

    def _reset_errors(self):
        flows = set()
        for flag in const.FLAGS:
            failed = self.filtered_domain([(f"{flag}_status", "=", "error")])
            if failed:
                failed.write({f"{flag}_status": "pending", f"{flag}_error": False})
                flows |= {flow.name for flow in FLOWS.values() if flow.flag == flag}
        rejected = self.filtered_domain(
            [("qc_status", "=", "rejected"), ("product_status", "=", "published")]
        )
        if rejected:
            rejected.write({"content_status": "pending"})
            flows.add("update")
        self._trigger_flows(*flows)

    def action_update_now(self):
        """Send the whole product again; an ended listing is brought back by it."""
        self._mark("content", "update", [("product_status", "=", "published")])

    def action_end(self):
        """Take the listings off sale: quantity 0."""
        self._mark("end", "end", _SELLING)

    def action_relist(self):
        """Bring ended listings back on sale with the quantity that Odoo has."""
        self._mark("quantity", "stock", _ENDED)

    def action_remove(self):
        """Remove the products from the marketplace."""
        self._mark("remove", "remove", [("product_status", "=", "published")])

    def action_close(self):
        """Keep the scheduled jobs away from the listings."""
        self.write({"closed": True})

    def action_reopen(self):
        """Let the scheduled jobs take care of closed listings again."""
        self.write({"closed": False})

    def action_protect(self):
        """Keep updates from changing content, price, quantity and pictures."""
        self._protect(True)

    def action_unprotect(self):
        """Hand content, price, quantity and pictures to Odoo.

        What was linked without pictures is published by getting them.
        """
        self._protect(False)
        unborn = self.filtered_domain(
            [("product_status", "=", "created"), ("content_status", "=", "not_needed")]
        )
        if unborn:
            unborn.write({"content_status": "pending"})
            unborn._trigger_flows("image")

    def _protect(self, value):
        self.write(
            dict.fromkeys(
                (
                    "protect_content",
                    "protect_price",
                    "protect_quantity",
                    "protect_images",
                ),
                value,
            )
        )

    def _mark(self, flag, flow_name, domain):
        """Mark what a domain allows as pending, and let it be sent.

        :param str flag: a kind of change, one of `const.FLAGS`
        :raise UserError: if none of the listings is in a state for it
        """
        ready = self.filtered_domain(
            [*domain, ("closed", "=", False), (f"{flag}_status", "!=", "sent")]
        )
        if not ready:
            raise UserError(
                self.env._(
                    "Nothing to do: none of these listings is in a state for that. "
                    "They may be closed, ended, on their way or not published yet."
                )
            )
        ready.write({f"{flag}_status": "pending", f"{flag}_error": False})
        ready._trigger_flows(flow_name)

    def _trigger_flows(self, *names):
        if names:
            self.account_id._trigger_crons(*names)


_SELLING = [("product_status", "=", "published"), ("listing_status", "=", "active")]
_ENDED = [("product_status", "=", "published"), ("listing_status", "=", "inactive")]
