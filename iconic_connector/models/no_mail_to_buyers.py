"""Nothing is written to a marketplace's buyers by itself (design, section 8).

Whatever module wants to write to them while an order is confirmed, an invoice posted or
a delivery validated, its mails and SMS are left out. Colleagues, suppliers and the
buyers of other shops get theirs, and people may still write to a buyer by hand.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial, wraps

from odoo import api, models
from odoo.tools.mail import email_normalize, email_split_and_format

# The methods of Odoo that are guarded, and whether a call for records of several shops
# may be made in two: what returns an action must not.
GUARDED = {
    "sale.order": {"action_confirm": True, "_action_cancel": True},
    "account.move": {"action_post": False, "_post": True, "_invoice_paid_hook": True},
    "stock.picking": {"button_validate": False, "_action_done": True},
}
# What marks a guard in the registry.
OURS = "iconic_no_mail_to_buyers"


@dataclass(frozen=True)
class _Buyers:
    """Who must not be written to at the moment.

    :param ids: of their `res.partner`
    :param emails: normalized
    :param numbers: the ends of their telephone numbers
    :param unsent: the mails and SMS that were left out
    """

    ids: frozenset = frozenset()
    emails: frozenset = frozenset()
    numbers: frozenset = frozenset()
    unsent: list = field(default_factory=list)

    def has_address(self, address):
        return email_normalize(address) in self.emails

    def has_number(self, number):
        return _local_number(number) in self.numbers


NOBODY = _Buyers()
_guarded = ContextVar("iconic_guarded_buyers")


@contextmanager
def _writing_to_all_but(buyers):
    token = _guarded.set(buyers)
    try:
        yield
    finally:
        _guarded.reset(token)


@contextmanager
def no_mail_to(partners):
    """Leave out what modules write to some partners, as long as it lasts.

    :param partners: `res.partner` records; colleagues among them get their messages
    """
    buyers = _buyers_of(partners.sudo() | partners.sudo().commercial_partner_id)
    with _writing_to_all_but(buyers):
        yield
    for unsent in buyers.unsent:
        unsent.unlink()


@contextmanager
def no_mail_to_buyers(records):
    """Leave out what modules write to the buyers of some records, as long as it lasts.

    :param records: `sale.order`, `account.move` or `stock.picking` records of orders of
        the marketplace
    """
    # Warehouse users need no access to sales orders.
    records = records.sudo()
    sales = _sales_of(records)
    partners = records.partner_id | sales.partner_id
    partners |= sales.partner_invoice_id | sales.partner_shipping_id
    with no_mail_to(partners):
        yield
    # What Odoo would send in a moment, by a scheduled job.
    sales.filtered("pending_email_template_id").pending_email_template_id = False


def _sales_of(records):
    if records._name == "sale.order":
        return records
    if records._name == "account.move":
        return records.invoice_line_ids.sale_line_ids.order_id
    return records.sale_id


def _buyers_of(partners):
    partners = partners.filtered("partner_share")
    return _Buyers(
        frozenset(partners.ids),
        frozenset(partners.mapped("email_normalized")) - {False},
        frozenset(map(_local_number, partners.mapped("phone"))) - {""},
    )


def _local_number(number):
    """Return the end of a telephone number, which all ways to write it share."""
    return "".join(filter(str.isdigit, number or ""))[-8:]


def _of_marketplace(records):
    """Return the records of orders of the marketplace."""
    if records._name == "stock.picking":
        return records.filtered(lambda one: one.sudo().sale_id.iconic_account_id)
    # Whoever confirms or posts needs no access to the connector.
    return records.filtered(lambda one: one.sudo().iconic_account_id)


def _guard(method, may_split):
    @wraps(method)
    def guarded(self, *args, **kwargs):
        ours = _of_marketplace(self)
        if not ours:
            return method(self, *args, **kwargs)
        if ours == self or not may_split:
            with no_mail_to_buyers(ours):
                return method(self, *args, **kwargs)
        with _writing_to_all_but(NOBODY):
            result = method(self - ours, *args, **kwargs)
        with no_mail_to_buyers(ours):
            own_result = method(ours, *args, **kwargs)
        return result | own_result if isinstance(result, models.BaseModel) else result

    setattr(guarded, OURS, True)
    return guarded


def _guard_sms(create):
    @wraps(create)
    def guarded(self, data_list):
        buyers = _guarded.get(NOBODY)
        messages = create(self, data_list)
        unsent = messages.filtered(
            lambda one: one.partner_id.id in buyers.ids or buyers.has_number(one.number)
        )
        if unsent:
            unsent.sudo().action_set_canceled()
            buyers.unsent.append(unsent.sudo())
        return messages

    setattr(guarded, OURS, True)
    return guarded


def _guards(registry):
    """Yield class, name and guard of each guarded method of a registry."""
    for model, methods in GUARDED.items():
        for name, may_split in methods.items():
            yield registry[model], name, partial(_guard, may_split=may_split)
    # Not every shop has Odoo's SMS. `base_automation` takes each guard off `create`
    # whenever an automation rule changes.
    if "sms.sms" in registry:
        yield registry["sms.sms"], "_create", _guard_sms


class NoMailToBuyers(models.AbstractModel):
    """Guards methods around all overrides of them, also of modules that load later."""

    _name = "iconic.no.mail.to.buyers"
    _description = "No Mail to Buyers"

    def _register_hook(self):
        """Override to guard Odoo's methods in the registry, as `base_automation` does.

        An override would be too far inside: a module that loads later could write to
        the buyer when it has returned.
        """
        result = super()._register_hook()
        for model, name, guard in _guards(self.env.registry):
            method = getattr(model, name)
            if not hasattr(method, OURS):
                setattr(model, name, guard(method))
        return result

    def _unregister_hook(self):
        """Override to take the guards away again."""
        result = super()._unregister_hook()
        for model, name, _guard_of in _guards(self.env.registry):
            if hasattr(vars(model).get(name), OURS):
                delattr(model, name)
        return result


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_post(self, **kwargs):
        """Override of `mail` to leave guarded buyers out of who is addressed."""
        buyers = _guarded.get(NOBODY)
        if buyers.ids and kwargs.get("partner_ids"):
            others = [one for one in kwargs["partner_ids"] if one not in buyers.ids]
            kwargs["partner_ids"] = others
        return super().message_post(**kwargs)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Override of `mail` to leave out guarded buyers, followers among them."""
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        buyers = _guarded.get(NOBODY)
        if not buyers.ids:
            return found
        return [
            one
            for one in found
            if one["id"] not in buyers.ids
            and (
                one.get("type") == "user"
                or not buyers.has_address(one.get("email_normalized"))
            )
        ]


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `mail` to leave out guarded buyers; without others none is sent.

        The caller still gets a mail for each of its values.
        """
        mails = super().create(vals_list)
        if _guarded.get(NOBODY).ids:
            for mail in mails:
                mail.sudo()._iconic_leave_out(_guarded.get(NOBODY))
        return mails

    def _iconic_leave_out(self, buyers):
        """Remove guarded buyers from this mail, and cancel it if it is for nobody else.

        :param buyers: `_Buyers`
        """
        kept = {
            name: ", ".join(
                one
                for one in email_split_and_format(self[name] or "")
                if not buyers.has_address(one)
            )
            for name in ("email_to", "email_cc")
        }
        people = self.recipient_ids.filtered(
            lambda one: (
                one.id not in buyers.ids
                and not (one.partner_share and buyers.has_address(one.email or ""))
            )
        )
        had = bool(self.recipient_ids or self.email_to)
        self.write({**kept, "recipient_ids": people.ids})
        if had and not (people or kept["email_to"]):
            self.state = "cancel"
            buyers.unsent.append(self)
