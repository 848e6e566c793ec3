from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain.file_names import file_name
from ...error_messages import describe
from ...seller_center.errors import NotReady, Refused, SellerCenterError
from ...seller_center.records import DocumentTicket
from ...transactions import commit_with_retry
from ..account.iconic_account_feature import is_not_offered
from ..filestore import storing, whole_content

# The document types by their names at the marketplace, and the names of the files.
DOCUMENT_TYPES = [
    ("shippingLabel", "Shipping Label"),
    ("invoice", "Invoice"),
]
FILE_NAMES = {"shippingLabel": "label", "invoice": "invoice"}


class IconicOrderDocument(models.Model):
    """A label or an invoice that the marketplace creates for a delivery.

    That may take some time: a job polls at growing intervals, for a day at most.

    requested ----------> waiting      over REST, the export has started
    requested, waiting -> ready        attached to the delivery
    waiting ------------> requested    the export has expired: request it again
    requested, waiting -> failed       refused, or not available within a day
    ready, failed ------> requested    somebody fetches it again
    """

    _name = "iconic.order.document"
    _description = "THE ICONIC Document"
    _order = "id desc"
    _check_company_auto = True

    order_id = fields.Many2one(
        "iconic.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(related="order_id.account_id", store=True, index=True)
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    document_type = fields.Selection(DOCUMENT_TYPES, required=True, readonly=True)

    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("waiting", "In Preparation"),
            ("ready", "Ready"),
            ("failed", "Failed"),
        ],
        default="requested",
        required=True,
        readonly=True,
    )
    requested_at = fields.Datetime(
        string="Requested", required=True, readonly=True, default=fields.Datetime.now
    )
    next_attempt_at = fields.Datetime(
        string="Next Attempt", readonly=True, default=fields.Datetime.now
    )
    attempt_count = fields.Integer(string="Attempts", readonly=True)
    message = fields.Text(readonly=True)

    ticket_id = fields.Char(
        string="Export", readonly=True, help="The export to fetch it from (REST API)."
    )
    attachment_id = fields.Many2one(
        "ir.attachment", string="File", readonly=True, index="btree_not_null"
    )

    _once_a_delivery = models.Constraint(
        "UNIQUE(picking_id, document_type)", "A delivery has one document of each type."
    )
    _to_fetch = models.Index(
        "(next_attempt_at) WHERE state IN ('requested', 'waiting')"
    )

    @api.model
    def _request_documents(self, pickings, document_types, again=False):
        """Have the job fetch documents of deliveries.

        :param pickings: deliveries of orders of the marketplace
        :param document_types: names of `DOCUMENT_TYPES`
        :param bool again: fetch those again that are ready or have failed
        """
        known = self.search(
            [
                ("picking_id", "in", pickings.ids),
                ("document_type", "in", list(document_types)),
            ]
        )
        if again:
            known._restart()
        existing = {(one.picking_id, one.document_type) for one in known}
        self.create(
            [
                {
                    "order_id": picking.iconic_order_id.id,
                    "picking_id": picking.id,
                    "document_type": document_type,
                }
                for picking in pickings
                for document_type in document_types
                if (picking, document_type) not in existing
            ]
        )
        self.env["iconic.account"]._trigger_crons("order_document")

    def _restart(self):
        now = fields.Datetime.now()
        self.filtered(lambda one: one.state in ("ready", "failed")).write(
            {
                "state": "requested",
                "ticket_id": False,
                "attempt_count": 0,
                "message": False,
                "requested_at": now,
            }
        )
        self.write({"next_attempt_at": now})

    @api.model
    def _due_domain(self, accounts):
        """Return the domain of documents to poll now."""
        return Domain(
            [
                ("account_id", "in", accounts.ids),
                ("state", "in", ("requested", "waiting")),
                ("next_attempt_at", "<=", fields.Datetime.now()),
            ]
        )

    @api.model
    def _next_due_at(self):
        """Return when the next document is due, or None."""
        waiting = self.search(
            [
                ("state", "in", ("requested", "waiting")),
                ("next_attempt_at", "!=", False),
            ],
            order="next_attempt_at",
            limit=1,
        )
        return waiting.next_attempt_at or None

    def _fetch(self, client):
        """Request or download the document, and attach it if it is ready.

        :param client: what `iconic.account._connect` gives
        """
        self.ensure_one()
        commit_with_retry(self.env, self._postpone)
        try:
            document = self._download(client)
        except NotReady:
            document = None
        except SellerCenterError as error:
            commit_with_retry(self.env, partial(self._handle_error, error))
            return
        finish = partial(self._attach, document) if document else self._fail_if_late
        commit_with_retry(self.env, finish)

    def _postpone(self):
        """Set the next attempt, at growing intervals."""
        delays = const.DOCUMENT_DELAYS
        seconds = delays[min(self.attempt_count, len(delays) - 1)]
        self.write(
            {
                "attempt_count": self.attempt_count + 1,
                "next_attempt_at": fields.Datetime.now() + timedelta(seconds=seconds),
            }
        )

    def _download(self, client):
        """Return the document, requested first if necessary.

        :return: an `records.Document`, None if it is not ready yet
        :raise SellerCenterError: if it is refused, or cannot be reached
        """
        # The Action API has no exports; the account may have changed its API.
        if self.ticket_id and self.account_id.api_type == "rest":
            ticket = DocumentTicket(self.document_type, ticket_id=self.ticket_id)
        else:
            ticket = self._request_ticket(client)
        return client.fetch_document(ticket)

    def _request_ticket(self, client):
        """Request the document, and store the export to fetch it from."""
        items = self.picking_id._iconic_live_items()
        if not items:
            raise Refused(self.env._("The delivery has no items left."))
        ticket = client.ask_document(items.mapped("external_id"), self.document_type)
        if ticket.ticket_id:
            values = {"ticket_id": ticket.ticket_id, "state": "waiting"}
            commit_with_retry(self.env, partial(self.write, values))
        return ticket

    def _handle_error(self, error):
        """Fail or wait, depending on the error of a call.

        :param SellerCenterError error: the error of the call
        """
        if is_not_offered(error):
            self._handle_not_offered(error)
        elif isinstance(error, Refused):
            self._handle_refusal(describe(self.env, error))
        else:
            # It is polled again: a second request does no harm.
            self.account_id._note_failure(error)
            self.message = describe(self.env, error)
            self._fail_if_late()

    def _handle_refusal(self, message):
        """Request the document again if its export has expired, else fail.

        :param str message: the answer of the marketplace
        """
        if self.ticket_id and not self._is_late():
            self.write({"state": "requested", "ticket_id": False, "message": message})
        else:
            self.write({"state": "failed", "message": message})

    def _handle_not_offered(self, error):
        """Fail, and request no more documents for this account for a while.

        :param error: the `SellerCenterError` of the call
        """
        self.env["iconic.account.feature"]._switch_off(
            self.account_id, "documents", error
        )
        self.write({"state": "failed", "message": describe(self.env, error)})

    def _fail_if_late(self):
        if self._is_late():
            message = self.env._(
                "THE ICONIC has not provided it within a day. Fetch it again, or print "
                "it in Seller Center."
            )
            self.write({"state": "failed", "message": message})

    def _is_late(self):
        return self.requested_at <= fields.Datetime.now() - const.DOCUMENT_PATIENCE

    def _attach(self, document):
        """Attach the document to the delivery, in place of an older one.

        :param document: a `seller_center.records.Document`
        """
        values = {
            "name": self._file_name(document.extension),
            "raw": document.content,
            "mimetype": document.mime_type,
            "res_model": self.picking_id._name,
            "res_id": self.picking_id.id,
            "company_id": self.company_id.id,
        }
        with storing(self.env, document.content):
            if self.attachment_id:
                self.attachment_id.write(values)
            else:
                self.attachment_id = self.env["ir.attachment"].create(values)
        self.write({"state": "ready", "ticket_id": False, "message": False})
        self.env["iconic.account.feature"]._switch_on(self.account_id, "documents")

    def _fetch_lost(self):
        """Fetch those of these documents again whose file is missing or damaged.

        :return: them
        """
        lost = self.filtered(lambda one: not whole_content(one.attachment_id))
        if lost:
            # Whoever prints labels need not be allowed to request them.
            lost.sudo()._restart()
            self.env["iconic.account"]._trigger_crons("order_document")
        return lost

    def _file_name(self, extension):
        words = (
            FILE_NAMES[self.document_type],
            self.order_id.number,
            self.picking_id.name,
        )
        return file_name("-".join(words), extension)
