import base64
import math
from typing import NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

from ..domain.flows import FLOWS
from ..models.account.iconic_account_connection import CLIENTS
from ..models.feed.iconic_feed import is_at_once

# The listings that a flow applies to, where that differs from the table of flows:
# pictures can be shown before the product is created.
FITTING = {
    "create": Domain("product_status", "in", ("awaiting_creation", "removed")),
    "image": Domain("product_status", "!=", "published"),
}
# The flows that assign the parent SKU.
PARENT_FLOWS = ("create", "update")


class Choice(NamedTuple):
    """The listings to show, and how many are left out.

    :param listings: those of the first feed; some may exist in memory only
    :param total: how many there are, including later feeds
    :param closed: how many are left out because they are closed
    :param unfit: how many are left out because the flow does not apply to their status
    """

    listings: models.Model
    total: int
    closed: int
    unfit: int


class IconicDryRun(models.TransientModel):
    """Shows the document that would be sent, without sending or changing anything.

    The same code as for sending checks the listings and builds the document
    (`_prepare_batch`). It runs as superuser, like the scheduled jobs, but only on
    listings that the user may read.
    """

    _name = "iconic.dry.run"
    _description = "Document for THE ICONIC"

    account_id = fields.Many2one("iconic.account", required=True, ondelete="cascade")
    account_ids = fields.Many2many(
        "iconic.account", string="Accounts", compute="_compute_account_ids"
    )
    account_count = fields.Integer(compute="_compute_account_ids")
    listing_ids = fields.Many2many(
        "iconic.listing", help="Empty: all matching products of the account."
    )
    flow = fields.Selection(
        [(flow.name, flow.label) for flow in FLOWS.values()],
        string="What to Send",
        required=True,
        default="create",
    )

    passing_count = fields.Integer(compute="_compute_document", store=True)
    failing_count = fields.Integer(compute="_compute_document", store=True)
    remarks = fields.Text(compute="_compute_document", store=True)
    problems = fields.Html(compute="_compute_document", store=True)

    # Stored, so that the download is the document that was shown.
    document = fields.Binary(compute="_compute_document", store=True, attachment=False)
    document_name = fields.Char(compute="_compute_document", store=True)
    document_text = fields.Text(compute="_compute_document_text")
    is_table = fields.Boolean(compute="_compute_document", store=True)

    @api.depends("listing_ids", "account_id")
    def _compute_account_ids(self):
        for wizard in self:
            wizard.account_ids = wizard.listing_ids.account_id or wizard.account_id
            wizard.account_count = len(wizard.account_ids)

    @api.depends("account_id", "listing_ids", "flow")
    def _compute_document(self):
        for wizard in self:
            flow = FLOWS[wizard.flow]
            choice = wizard._choose(flow)
            batch = wizard._prepare(flow, choice.listings)
            account = wizard.account_id
            wizard.is_table = flow.action in CLIENTS[account.api_type].table_actions
            extension = "csv" if wizard.is_table else "xml"
            if is_at_once(batch.lines):
                extension = "json"
            wizard.document_name = f"{flow.action}.{extension}"
            wizard.document = base64.b64encode(batch.document)
            wizard.passing_count = len(batch.listings)
            wizard.failing_count = len(batch.problems)
            wizard.problems = wizard._problem_table(batch.problems)
            wizard.remarks = "\n".join(wizard._remarks(flow, choice, batch))

    @api.depends("document")
    def _compute_document_text(self):
        for wizard in self.with_context(bin_size=False):
            wizard.document_text = base64.b64decode(wizard.document or b"").decode()

    def action_download(self):
        """Download the document that is shown."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/document/"
            f"{quote(self.document_name, safe='')}?download=true",
            "target": "download",
        }

    def _choose(self, flow):
        """Return the chosen listings or products that a flow applies to.

        :param flow: a row of `flows.FLOWS`
        :return: a `Choice`
        """
        listings, products = self._chosen()
        closed = listings.filtered("closed")
        fitting = (listings - closed).filtered_domain(
            FITTING.get(flow.name) or _progress(flow)
        )
        wanted = fitting.product_id
        if flow.name in FITTING:
            wanted |= products - listings.product_id
        first = self._in_sending_order(wanted)[: self.account_id.batch_size]
        return Choice(
            self.account_id._listings_of(first),
            len(wanted),
            len(closed),
            len(products) - len(wanted) - len(closed),
        )

    def _chosen(self):
        """Return the chosen listings, and all chosen products."""
        account = self.account_id.sudo(False)
        account.check_access("read")
        if self.listing_ids:
            seen = self.listing_ids._origin.sudo(False)._filtered_access("read").sudo()
            own = seen.filtered(lambda one: one.account_id.id == account._origin.id)
            return own, own.product_id
        products = account._origin._matching_products().sudo()
        return self.account_id._origin._existing_listings(products), products

    def _in_sending_order(self, products):
        """Return products in the order in which their listings are sent.

        The oldest listing goes first; those to come are made in the order of products.

        :param products: a `product.product` recordset
        """
        listings = self.account_id._origin._existing_listings(products)
        ages = {one.product_id.id: one.id for one in listings}
        return products.sorted(
            lambda one: (ages.get(one.id, math.inf), one.product_tmpl_id.id, one.id)
        )

    def _prepare(self, flow, listings):
        """Check listings and build their document, together with their siblings.

        The ParentSku may be the SKU of a sibling that was not chosen and is sent first.

        :param flow: a row of `flows.FLOWS`
        :param listings: the listings to show
        :return: a `Batch` of these listings only
        """
        together = listings
        if flow.name in PARENT_FLOWS:
            together |= listings.search(
                self.account_id._picked_domain(flow)
                & Domain("product_tmpl_id", "in", listings.product_tmpl_id.ids)
            )
        if flow.needs_pictures:
            together._prepare_pictures()
        ordered = self._in_sending_order(together.product_id)
        places = {product: place for place, product in enumerate(ordered)}
        batch = together.sorted(lambda one: places[one.product_id])._prepare_batch(flow)
        shown = batch.listings & listings
        document = batch.document
        if shown != batch.listings:
            document = shown and shown._build_document(flow, batch.wanted)[0] or b""
        return batch._replace(
            unchanged=batch.unchanged & listings,
            problems={
                one: why for one, why in batch.problems.items() if one in listings
            },
            listings=shown,
            document=document,
        )

    def _problem_table(self, problems):
        """Return the problems of listings as an HTML table.

        :param problems: listing -> list of `Problem`
        """
        if not problems:
            return False
        row = Markup("<tr><td>%s</td><td>%s</td><td>%s</td></tr>")
        rows = Markup().join(
            row
            % (
                listing.sku or "",
                listing.product_id.with_context(
                    display_default_code=False
                ).display_name,
                Markup("<br/>").join(problem.message for problem in found),
            )
            for listing, found in problems.items()
        )
        head = Markup("<tr><th>%s</th><th>%s</th><th>%s</th></tr>") % (
            self.env._("SKU"),
            self.env._("Product"),
            self.env._("What to Do"),
        )
        return Markup("<table class='table table-sm'>%s%s</table>") % (head, rows)

    def _remarks(self, flow, choice, batch):
        """Yield sentences about products that are left out without a problem."""
        if not choice.total and not choice.closed and not choice.unfit:
            yield self.env._("No product matches the chosen seasons and categories.")
        if choice.total > len(choice.listings):
            yield self.env._(
                "A feed contains %(size)s products: these are the first of %(total)s.",
                size=len(choice.listings),
                total=choice.total,
            )
        Feed = self.env["iconic.feed"]
        if not is_at_once(batch.lines) and Feed._may_go_at_once(flow, batch.listings):
            yield self.env._(
                "THE ICONIC is asked for the numbers of these products first. If it "
                "tells them, the same quantities are set at once, in another form "
                "(JSON)."
            )
        later = len(choice.listings) - sum(
            map(len, (batch.listings, batch.unchanged, batch.problems))
        )
        for text, count in (
            (
                self.env._(
                    "Too many for one document, or with pictures that are still being "
                    "prepared, so sent in the next feeds"
                ),
                later,
            ),
            (self.env._("Unchanged, so not sent"), len(batch.unchanged)),
            (
                self.env._("Closed, so not managed by scheduled jobs"),
                choice.closed,
            ),
            (self._unfit_label(flow), choice.unfit),
        ):
            if count:
                yield f"{text}: {count}."

    def _unfit_label(self, flow):
        if flow.name in FITTING:
            return self.env._("Already at THE ICONIC")
        if flow.picked["listing_status"] == ("active",):
            return self.env._("Not on sale at THE ICONIC")
        return self.env._("Not yet published at THE ICONIC")

    @api.model
    def _open(self, **values):
        """Return the action that shows the document.

        :param values: values of the wizard's fields
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Would Be Sent"),
            "res_model": self._name,
            "res_id": self.create(values).id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }


def _progress(flow):
    """Return the domain of listings with the statuses that a flow applies to.

    :param flow: a row of `flows.FLOWS`
    """
    return Domain.AND(
        Domain(name, "in", values)
        for name, values in flow.picked.items()
        if name != flow.status_field
    )
