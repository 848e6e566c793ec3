"""Activities on orders that wait for a person: raised at once, closed when fixed."""

from markupsafe import escape

from odoo import fields
from odoo.fields import Domain
from odoo.tools import html2plaintext

ACTIVITY_TYPE = "iconic_connector.mail_activity_type_held_order"


def sync_held_activities(accounts):
    """Raise, update or close the activity on each order that needs a person.

    No mail is sent for each of them: the activity on the account sends one for all.

    :param accounts: `iconic.account` records
    """
    held = accounts.env["iconic.order"].search(
        Domain("account_id", "in", accounts.ids)
        & accounts.env["iconic.order"]._problem_domain()
    )
    known = _open_activities(accounts)
    held_ids = set(held.ids)
    known.filtered(lambda one: one.res_id not in held_ids).unlink()
    by_order = {one.res_id: one for one in known.exists()}
    rows = []
    for order in held:
        summary, note = _summary(order), _note(order)
        activity = by_order.get(order.id)
        if not activity:
            rows.append({**_place(order), "summary": summary, "note": escape(note)})
        elif (activity.summary, _plain(activity.note)) != (summary, note):
            activity.write({"summary": summary, "note": escape(note)})
    without_mails = accounts.env["mail.activity"].with_context(
        mail_activity_quick_update=True
    )
    without_mails.create(rows)


def _open_activities(accounts):
    """Return the open activities on held orders of some accounts."""
    Order = accounts.env["iconic.order"]
    found = accounts.env["mail.activity"].search(
        [
            ("res_model", "=", Order._name),
            ("activity_type_id", "=", accounts.env.ref(ACTIVITY_TYPE).id),
        ]
    )
    orders = Order.browse(found.mapped("res_id"))
    mine = set(orders.filtered(lambda one: one.account_id in accounts).ids)
    return found.filtered(lambda one: one.res_id in mine)


def _place(order):
    return {
        "res_model_id": order.env["ir.model"]._get_id(order._name),
        "res_id": order.id,
        "activity_type_id": order.env.ref(ACTIVITY_TYPE).id,
        "user_id": order.account_id._activity_user().id,
        "date_deadline": fields.Date.context_today(
            order.with_context(tz=order.account_id.sudo().dispatch_calendar_id.tz)
        ),
    }


def _summary(order):
    if order.state == "held":
        return order.env._("Order %s is held", order.number)
    return order.env._("Order %s needs you", order.number)


def _note(order):
    """Return what is wrong and what to do, as plain text."""
    sentences = [order.attention or ""]
    if order.open_count:
        sentences.append(order.env._("Each item dispatched late costs a penalty."))
    return " ".join(" ".join(sentences).split())


def _plain(note):
    return " ".join(html2plaintext(note or "").split())
