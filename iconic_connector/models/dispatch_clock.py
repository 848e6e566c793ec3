"""The dispatch clock: until when orders have to leave, and what is due, late, at risk.

Orders and deliveries share it, so that both show and find the same. Whatever depends on
the present is a domain: no job rewrites rows as time goes by.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta

from pytz import timezone

from odoo import fields
from odoo.fields import Domain
from odoo.tools.date_utils import float_to_time

from .. import const
from ..domain.dispatch import DispatchRule
from ..domain.moments import to_odoo_datetime, to_utc

# What is left of a day that a day off takes, since that ends at 23:59:59.
SHORTEST_WORK = timedelta(minutes=1)

# The states of moves that wait for goods.
WITHOUT_GOODS = ("confirmed", "partially_available")


def ship_by_rule(orders):
    """Return until when orders have to leave by the rule of their accounts.

    The working hours are read once for each account.

    :param orders: `iconic.order` records
    :return: a dict, order -> a moment in UTC
    """
    found = {}
    now = fields.Datetime.now()
    for account, some in orders.grouped("account_id").items():
        ordered = {order: order.ordered_at or now for order in some}
        rule = _rule(account, min(ordered.values()), max(ordered.values()))
        for order, moment in ordered.items():
            found[order] = to_odoo_datetime(rule.ship_by(to_utc(moment)))
    return found


def _rule(account, first, last):
    """Return the rule of an account, with the working days that orders need.

    :param first: when the first of the orders was placed, in UTC
    :param last: when the last one was
    """
    # Neither users nor jobs need access to the working hours of the company.
    account = account.sudo()
    calendar = account.dispatch_calendar_id
    horizon = const.DISPATCH_HORIZON + timedelta(days=2 * account.dispatch_days)
    # Odoo would count the days off of all companies.
    mine = [
        ("time_type", "=", "leave"),
        ("company_id", "in", [False, account.company_id.id]),
    ]
    work = calendar._work_intervals_batch(
        to_utc(first) - timedelta(days=1), to_utc(last) + horizon, domain=mine
    )[False]
    return DispatchRule(
        zone=timezone(calendar.tz),
        # The last interval of a day is the one that stays.
        closings={
            start.date(): stop
            for start, stop, _attendance in work
            if stop - start >= SHORTEST_WORK
        },
        cut_off=float_to_time(account.dispatch_cut_off),
        days=account.dispatch_days,
    )


def day_ends(accounts):
    """Return when the present day ends where each account's goods are dispatched.

    :param accounts: `iconic.account` records
    :return: a dict, account -> a moment in UTC
    """
    now = to_utc(fields.Datetime.now())
    ends = {}
    # Their names do not matter to those without access.
    for account in accounts.sudo():
        zone = timezone(account.dispatch_calendar_id.tz)
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        ends[account] = to_odoo_datetime(
            zone.localize(datetime.combine(tomorrow, time.min))
        )
    return ends


def due_domain(env, values, deadline, path):
    """Return the domain of what is late, due today or later, of any account.

    :param values: of `statuses.DUE`
    :param str deadline: the name of the field
    :param path: a function, domain of `iconic.account` ids -> domain of the model
    """
    now = fields.Datetime.now()
    by_end = _accounts_by_day_end(env)
    parts = {
        "late": Domain(deadline, "<", now),
        "today": _of_accounts(by_end, path, lambda end: Domain(deadline, "<", end)),
        "later": _of_accounts(by_end, path, lambda end: Domain(deadline, ">=", end)),
    }
    in_time = Domain(deadline, ">=", now)
    return Domain.OR(
        part if value == "late" else in_time & part
        for value, part in parts.items()
        if value in values
    )


def _accounts_by_day_end(env):
    """Return when the day ends -> the ids of the accounts for which it does."""
    accounts = env["iconic.account"].sudo().with_context(active_test=False)
    found = defaultdict(list)
    known = accounts.search_fetch([], ["dispatch_calendar_id"])
    for account, end in day_ends(known).items():
        found[end].append(account.id)
    return found


def _of_accounts(by_end, path, domain_of):
    if len(by_end) == 1:
        return Domain.OR(map(domain_of, by_end))
    return Domain.OR(path(ids) & domain_of(end) for end, ids in by_end.items())


def risk_domain(deadline, stuck):
    """Return the domain of what is in time, but will be late if nobody acts.

    :param str deadline: the name of the field
    :param stuck: the domain of what cannot be dispatched as it is
    """
    now = fields.Datetime.now()
    short = Domain(deadline, "<", now + const.SHORT_OF_TIME)
    soon = Domain(deadline, "<", now + const.RISK_WINDOW)
    return Domain(deadline, ">=", now) & (short | (soon & stuck))


def stuck_transfers():
    """Return the domain of transfers that wait for goods or for a person."""
    return Domain("move_ids", "any!", [("state", "in", WITHOUT_GOODS)]) | Domain(
        "iconic_state", "in", ("waiting_tracking", "problem")
    )


def compare_rules(accounts):
    """Have open orders follow the rule of their account, and its calendar.

    For those to which THE ICONIC has set no time. Holidays are added, and working hours
    changed, elsewhere: only a comparison notices.

    :param accounts: `iconic.account` records
    """
    items = accounts.env["iconic.order.item"].search(
        Domain("account_id", "in", accounts.ids)
        & Domain("is_open", "=", True)
        & Domain("target_to_ship", "=", False)
        & Domain("order_id.target_to_ship", "=", False)
    )
    orders = items.order_id
    before = {order: order.ship_by for order in orders}
    accounts.env.add_to_compute(items._fields["ship_by"], items)
    accounts.env.add_to_compute(orders._fields["ship_by"], orders)
    moved = orders.filtered(
        lambda one: one.sale_order_id and one.ship_by != before[one]
    )
    if moved:
        moved.needs_processing = True
        accounts._trigger_crons("order_process")


def set_deadlines(order):
    """Have the open deliveries of an order follow the time by which items must leave.

    Odoo takes the deadline of a transfer from its moves: those of a line get that of
    its most urgent item. Where all is shipped together, the first decides. The steps
    before the delivery follow, too.

    :param order: an `iconic.order` with a sales order
    """
    sale = order.sale_order_id
    if not order.open_count or not order.ship_by:
        return
    if sale.commitment_date != order.ship_by:
        sale.commitment_date = order.ship_by
    by_line = sale.picking_policy == "direct"
    wanted = _deadlines_of_lines(order) if by_line else {}
    by_deadline = defaultdict(sale.picking_ids.move_ids.browse)
    for picking in sale.picking_ids.filtered(
        lambda one: one.state not in ("done", "cancel") and not one.return_id
    ):
        for move, deadline in _deadlines_of_moves(picking, wanted, order.ship_by):
            if move.date_deadline != deadline:
                by_deadline[deadline] |= move
    # Odoo would move the steps before and after each of them, too.
    ours = set(sale.picking_ids.move_ids.ids)
    for deadline, moves in by_deadline.items():
        moves.with_context(date_deadline_propagate_ids=ours).date_deadline = deadline


def _deadlines_of_lines(order):
    """Return when the most urgent item of each sales order line has to leave."""
    found = {}
    for item in order.item_ids.filtered(lambda one: one.is_open and one.ship_by):
        line = item.sale_line_id
        found[line] = min(item.ship_by, found.get(line, item.ship_by))
    return found


def _deadlines_of_moves(picking, wanted, default):
    """Return pairs of a move of a delivery and its deadline.

    Odoo counts cancelled moves, too: they get the deadline of those that stay.
    """
    moves = picking.move_ids
    gone = moves.filtered(lambda one: one.state in ("done", "cancel"))
    pairs = [
        (one, wanted.get(one.sale_line_id, default) - _days_before(one))
        for one in moves - gone
    ]
    first = min((deadline for _move, deadline in pairs), default=default)
    return [*pairs, *((one, first) for one in gone)]


def _days_before(move):
    """Return how long before its order a move has to be done, as Odoo plans it.

    Each step that pulls the goods may have days of its own, and has to be done before
    the next one begins. Those that push have none.
    """
    steps, days = move, 0
    seen = move.browse()
    while steps:
        pulling = steps.rule_id.filtered(lambda one: one.action != "push")
        days += max(pulling.mapped("delay"), default=0)
        seen |= steps
        steps = steps.move_dest_ids - seen
    return timedelta(days)
