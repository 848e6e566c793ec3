"""Who opens the screens, and the first orders, made in `odoo shell`."""

from benchmarks.orders import OrderSteps

LOGIN = PASSWORD = "screens-clerk"
GROUPS = (
    "iconic_connector.iconic_connector_group_user",
    "stock.group_stock_user",
)


def prepare(env, url):
    """Import some orders, and make a user who packs them.

    :param env: the environment of `odoo shell`
    :param url: where the marketplace is
    """
    orders = OrderSteps(env, url)
    orders.prepare("order_confirmed")
    orders.run("order_confirmed")
    groups = [env.ref(name).id for name in GROUPS]
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Clerk",
            "login": LOGIN,
            "password": PASSWORD,
            "tz": "Australia/Sydney",
            "group_ids": [(4, number) for number in groups],
        }
    )
    env.cr.commit()
