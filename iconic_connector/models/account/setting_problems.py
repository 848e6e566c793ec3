"""Settings of an account that cannot be used any more, and what that stops, in words.

Odoo goes on using an archived price list or warehouse, and fails where it cannot:
nobody would notice the one, or understand the other. The currency of a price list may
change after it was chosen.
"""

from pytz import country_timezones, timezone

from odoo import fields
from odoo.fields import Domain

from ...domain.moments import to_utc
from ..dispatch_clock import compare_rules
from .clearing_journal import clearing_problem
from .job import Job, runs

#: The account's fields for price lists, which must be in the currency of its country.
PRICE_LISTS = ("pricelist_id", "rrp_pricelist_id")


def setting_problems(account):
    """Return what is wrong with the settings of an account, as sentences.

    :param account: an `iconic.account`, with the rights to read what it is set to
    """
    return [
        *_language_problems(account),
        *_archived_records(account),
        *_foreign_price_lists(account),
        *_unusable_clearing_journal(account),
        *_missing_records(account),
        *_dispatch_problems(account),
    ]


def archived(account, *names):
    """Return the archived records that an account is set to.

    :param account: an `iconic.account`
    :param names: fields of the account
    :return: a list of records, of several models
    """
    # Users may read what stops their orders, but not the journals.
    known = account.sudo()
    return [record for name in names for record in known[name] if not record.active]


def _language_problems(account):
    if account._active_lang():
        return
    language = (
        account.env["res.lang"]
        .with_context(active_test=False)
        .search([("code", "=", account.lang)])
    )
    yield account.env._(
        "The language %s is not active in Odoo: no product is created or updated; "
        "prices, stock and orders go on. Activate it under Settings > Translations > "
        "Languages, or choose another language.",
        language.name or account.lang,
    )


def _archived_records(account):
    for name, effect in _effects(account).items():
        for record in archived(account, name):
            yield account.env._(
                "%(setting)s: %(name)s is archived. %(effect)s Restore it, or choose "
                "another one.",
                setting=account._fields[name]._description_string(account.env),
                name=record.display_name,
                effect=effect,
            )


def _foreign_price_lists(account):
    effects = _effects(account)
    for name in PRICE_LISTS:
        problem = account._currency_problem(name)
        if problem and name in effects:
            yield f"{problem} {effects[name]}"


def _unusable_clearing_journal(account):
    effect = _effects(account).get("payment_journal_id")
    if effect and account.payment_journal_id.active:
        if problem := clearing_problem(account):
            yield f"{problem} {effect}"


def _missing_records(account):
    env = account.env
    if not account.shipping_product_id:
        yield env._(
            "No Shipping Product is chosen: orders with a shipping fee are held. "
            "Choose one in the Orders section."
        )
    if not account.unknown_voucher_payer:
        yield env._(
            "Nobody has said who pays for vouchers: where THE ICONIC does not tell it, "
            "invoices wait. Choose it under Vouchers Are Paid By in the Orders section."
        )
    if not account.shipping_kept_by:
        yield env._(
            "Nobody has said who keeps shipping fees: invoices of orders with a fee "
            "wait. Choose it under Shipping Fees Are Kept By in the Orders section."
        )
    if problem := account._fulfilled_location_problem():
        yield problem
    if account.bill_to == "marketplace" and not account.marketplace_partner_id:
        yield env._(
            "Orders are billed to THE ICONIC, but its contact is not chosen: orders "
            "are held. Choose THE ICONIC as Customer in the Orders section."
        )


def _dispatch_problems(account):
    calendar, env = account.dispatch_calendar_id, account.env
    if not (calendar.attendance_ids or calendar.flexible_hours):
        yield env._(
            "Dispatch Calendar: %s has no working hours, so that every day counts as a "
            "working day. Add them, or choose another one in the Orders section.",
            calendar.name,
        )
    country = account.company_id.country_id
    zones = country_timezones.get(country.code) or []
    now = to_utc(fields.Datetime.now())
    offsets = {now.astimezone(timezone(one)).utcoffset() for one in zones}
    if zones and now.astimezone(timezone(calendar.tz)).utcoffset() not in offsets:
        yield env._(
            "Dispatch Calendar: the time zone of %(calendar)s is %(zone)s, which is "
            "not the time in %(country)s, so that orders are due at wrong times. Open "
            "it in the Orders section and choose the time zone of your warehouse.",
            calendar=calendar.name,
            zone=calendar.tz,
            country=country.name,
        )


def _effects(account):
    """Return what a record stops that cannot be used, for the settings in use.

    :return: a dict, field of the account -> a sentence
    """
    env = account.env
    still_used = env._("Orders still use it.")
    effects = {
        "pricelist_id": env._("No price is sent, and no product created or updated."),
        "rrp_pricelist_id": account.send_rrp
        and env._("Products without an RRP of their own wait."),
        "stock_warehouse_ids": env._(
            "No stock is sent, and no product created or updated."
        ),
        "stock_location_ids": env._(
            "No stock is sent, and no product created or updated."
        ),
        "dispatch_calendar_id": still_used,
        "warehouse_id": env._(
            "Orders go to the further warehouses; without one, they are held."
        ),
        "second_warehouse_ids": env._("No order goes there."),
        "team_id": still_used,
        "payment_term_id": still_used,
        "fiscal_position_id": still_used,
        "export_tax_id": still_used,
        "shipping_product_id": still_used,
        "rounding_product_id": still_used,
        "marketplace_partner_id": account.bill_to == "marketplace" and still_used,
        "collective_partner_id": account.bill_to != "marketplace" and still_used,
        "invoice_journal_id": account.invoice_orders and env._("Invoices wait."),
        "payment_journal_id": account.invoice_orders
        and account.register_payments
        and env._("Invoices wait, since their payments cannot be registered."),
        "return_location_id": env._("Returns wait."),
        "damaged_location_id": env._("Damaged returns wait."),
        "fulfilled_location_id": env._("Orders fulfilled by THE ICONIC wait."),
    }
    return {name: effect for name, effect in effects.items() if effect}


@runs("settings")
class CheckSettings(Job):
    """Tells people of settings that cannot be used, and of the end of that."""

    needs_connection = False

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows of accounts that are in use."""
        return rows.filtered("account_id.active")

    def next_batch(self):
        """Override to have no batches: an account has few settings."""
        return None

    def finish(self):
        """Override to update the activity, and let go on what has waited.

        Open orders follow the dispatch calendar, whose holidays are entered elsewhere.
        """
        before = self.position.get("problems", [])
        now = self.account._setting_problems()
        self.position["problems"] = now
        self.account._sync_setting_activity(now)
        if set(before) - set(now):
            self._let_go_on()
        compare_rules(self.account)

    def _let_go_on(self):
        waiting = self.env["iconic.order"].search(
            Domain("account_id", "=", self.account.id)
            & Domain("item_ids", "!=", False)
            & (Domain("error", "!=", False) | Domain("invoice_error", "!=", False))
        )
        waiting._process_again()
        self.account._trigger_crons("detect")
