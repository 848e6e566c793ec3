"""What the connector's process of `odoo shell` can be asked for."""

from benchmarks.orders import OrderSteps
from benchmarks.steps import Steps


def open_groups(env, url):
    """Open the groups of steps.

    :param env: the environment of `odoo shell`
    :param url: where the marketplace is
    :return: a dict of their names
    """
    return {"steps": Steps(env), "orders": OrderSteps(env, url)}
