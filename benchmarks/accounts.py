"""Makes many accounts of one, whose prices have all changed; run in `odoo shell`."""

from odoo.tools import SQL

#: What has to run, of all scheduled jobs.
CRONS = ("detect", "price", "feed_reader")

#: What a copy of an account is without.
NOT_COPIED = ("api_key", "connection_state")


def prepare(env, accounts):
    """Have many accounts sell the same season, which has become dearer.

    :param env: the environment of `odoo shell`
    :param accounts: how many
    """
    first = env["iconic.account"].search([])
    listings = env["iconic.listing"].search([])
    for number in range(2, accounts + 1):
        account = first.copy({"name": f"Account {number}"})
        account.write({"user_login": f"seller{number}@example.com"})
        account.write({name: first[name] for name in NOT_COPIED})
        _copy_listings(first, account)
    for style in listings.product_tmpl_id:
        style.list_price += 1
    for kind in CRONS:
        env.ref(f"iconic_connector.ir_cron_{kind}").active = True
    env.cr.commit()


def _copy_listings(first, account):
    """Copy what is listed as it is, which is published already."""
    env = account.env
    columns = [
        name
        for name, field in env["iconic.listing"]._fields.items()
        if field.store and field.column_type and name not in ("id", "account_id")
    ]
    names = SQL(", ").join(map(SQL.identifier, columns))
    env.cr.execute(
        SQL(
            "INSERT INTO iconic_listing (account_id, %s) SELECT %s, %s"
            " FROM iconic_listing WHERE account_id = %s",
            names,
            account.id,
            names,
            first.id,
        )
    )
