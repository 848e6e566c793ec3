"""The clearing journal: the money that THE ICONIC has collected until it pays out.

Odoo books a payment to the account of its journal's payment method. Where a method has
none, Odoo Community takes the company's common outstanding account without a word, and
what THE ICONIC owes could not be told from other money. So all payment methods of a
clearing journal have one account, which nothing else uses (design, section 8).
"""

from odoo.fields import Domain

DIRECTIONS = ("inbound", "outbound")
# Accounts that Odoo takes itself where none is chosen.
COMMON_ACCOUNTS = (
    "account_journal_payment_debit_account_id",
    "account_journal_payment_credit_account_id",
)


def create_clearing_journal(account):
    """Create the clearing journal of an account, with a ledger account of its own.

    Odoo chooses the codes, as for any bank journal of the company.

    :param account: an `iconic.account`, with the rights to create journals
    :return: the `account.journal`
    """
    company = account.company_id
    abroad = account.currency_id - company.currency_id
    journal = (
        account.env["account.journal"]
        .with_company(company)
        .create(
            {
                "name": account.env._("%s Clearing", account.name),
                "type": "bank",
                "company_id": company.id,
                "currency_id": abroad.id,
            }
        )
    )
    # Odoo has made it a bank account: no money ever lies there, THE ICONIC owes it.
    ledger = journal.default_account_id
    ledger.write({"account_type": "asset_current", "reconcile": True})
    _method_lines(journal).payment_account_id = ledger
    return journal


def clearing_problem(account):
    """Return why payments must not be booked in the clearing journal of an account.

    :param account: an `iconic.account`
    :return: sentences that say what to do; empty if the journal can be used, or if none
        is chosen
    """
    # Who ships or imports need not read journals.
    account = account.sudo()
    journal = account.payment_journal_id
    reason = journal and (
        _journal_reason(account, journal) or _ledger_reason(account, journal)
    )
    if not reason:
        return ""
    return account.env._(
        "The clearing journal %(journal)s %(reason)s Change that, or clear the field "
        "on the account %(account)s and press Create Clearing Journal there.",
        journal=journal.name,
        reason=reason,
        account=account.name,
    )


def _method_lines(journal):
    return (
        journal.inbound_payment_method_line_ids
        | journal.outbound_payment_method_line_ids
    )


def _currencies(account):
    return account.currency_id | account.company_id.currency_id


def _journal_reason(account, journal):
    """Return what is wrong with a journal, as the rest of a sentence."""
    env = account.env
    if not journal.active:
        return env._("is archived.")
    if journal.type not in ("bank", "cash"):
        return env._("is neither a bank nor a cash journal.")
    if journal.company_id != account.company_id:
        return env._(
            "belongs to %(other)s instead of %(own)s.",
            other=journal.company_id.name,
            own=account.company_id.name,
        )
    if journal.currency_id - _currencies(account):
        return env._(
            "is in %(currency)s, but THE ICONIC pays in %(own)s.",
            currency=journal.currency_id.name,
            own=account.currency_id.name,
        )
    if _is_taken(account, journal):
        return env._("is that of another account of THE ICONIC already.")
    return ""


def _is_taken(account, journal):
    return bool(
        account.env["iconic.account"]
        .with_context(active_test=False)
        .search_count(
            [("payment_journal_id", "=", journal.id), ("id", "!=", account.id)],
            limit=1,
        )
    )


def _ledger_reason(account, journal):
    """Return what is wrong with where a journal books, as the rest of a sentence."""
    env = account.env
    lines = {one: journal[f"{one}_payment_method_line_ids"] for one in DIRECTIONS}
    names = {
        "inbound": env._("incoming payments"),
        "outbound": env._("outgoing payments"),
    }
    for direction, of_direction in lines.items():
        if not of_direction or not all(one.payment_account_id for one in of_direction):
            return env._(
                "has a payment method for %s without an outstanding account, so that "
                "Odoo would book to one that the whole company shares.",
                names[direction],
            )
    ledger = _method_lines(journal).payment_account_id
    if len(ledger) > 1:
        return env._(
            "books to several accounts, %s; receipts and refunds have to be on one.",
            ", ".join(ledger.mapped("display_name")),
        )
    return _account_reason(account, journal, ledger)


def _account_reason(account, journal, ledger):
    env = account.env
    reasons = {
        env._("is archived."): not ledger.active,
        env._("is not of the type Current Assets."): (
            ledger.account_type != "asset_current"
        ),
        env._("does not allow reconciliation."): not ledger.reconcile,
        env._("is in a foreign currency."): bool(
            ledger.currency_id - _currencies(account)
        ),
        env._("belongs to several companies, or to another one."): (
            ledger.company_ids != account.company_id
        ),
        env._("is used by others, too: each account needs one of its own."): (
            _is_shared(account, journal, ledger)
        ),
    }
    for words, applies in reasons.items():
        if applies:
            return env._(
                "books to an account that cannot be used: %(name)s %(reason)s",
                name=ledger.with_company(account.company_id).display_name,
                reason=words,
            )
    return ""


def _is_shared(account, journal, ledger):
    """Tell whether other journals, or Odoo by itself, book to a ledger account."""
    env = account.env(context={**account.env.context, "active_test": False})
    chart = env["account.chart.template"].with_company(account.company_id)
    common = [chart.ref(name, raise_if_not_found=False) for name in COMMON_ACCOUNTS]
    if ledger in (*common, account.company_id.transfer_account_id):
        return True
    others = Domain("id", "!=", journal.id) & (
        Domain("default_account_id", "=", ledger.id)
        | Domain("suspense_account_id", "=", ledger.id)
    )
    methods = Domain("payment_account_id", "=", ledger.id) & Domain(
        "journal_id", "not in", (False, journal.id)
    )
    return bool(
        env["account.journal"].search_count(others, limit=1)
        or env["account.payment.method.line"].search_count(methods, limit=1)
    )
