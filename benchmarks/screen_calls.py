"""The screens, and the calls by which the web client opens them."""

from dataclasses import dataclass, field
from functools import partial

from benchmarks.screen_views import (
    COUNT_LIMIT,
    LIMITS,
    default_order,
    filter_domain,
    specification,
)


@dataclass(frozen=True)
class Screen:
    """A view with the filters that it is opened with."""

    model: str
    view: str = "list"
    filters: tuple = ()
    groupby: str = ""
    domain: tuple = ()
    context: dict = field(default_factory=dict)


DELIVERIES = {"restricted_picking_type_code": "outgoing"}
RETURNS = (("return_state", "in", ("coming_back", "received")),)
#: In one round, in this order. Beside Odoo's own list, the first, all are compared.
SCREENS = {
    "variants": Screen("product.product", filters=("filter_to_sell",)),
    "dashboard": Screen("iconic.account", "kanban"),
    "account_form": Screen("iconic.account", "form"),
    "listings": Screen("iconic.listing"),
    "listings_with_errors": Screen("iconic.listing", filters=("has_error",)),
    "listings_on_the_way": Screen("iconic.listing", filters=("on_the_way",)),
    "feeds": Screen("iconic.feed"),
    "feed_lines": Screen("iconic.feed.line"),
    "feed_lines_failed": Screen("iconic.feed.line", filters=("failed",)),
    "orders_to_ship": Screen("iconic.order", filters=("open",)),
    "orders": Screen("iconic.order"),
    "orders_at_risk": Screen("iconic.order", filters=("at_risk",)),
    "orders_late": Screen("iconic.order", filters=("late",)),
    "orders_held": Screen("iconic.order", filters=("held",)),
    "items": Screen("iconic.order.item"),
    "items_to_ship": Screen("iconic.order.item", filters=("open",)),
    "returns": Screen("iconic.order.item", domain=RETURNS),
    "problems": Screen("iconic.product.problem", groupby="rule"),
    "mismatches": Screen("iconic.mismatch"),
    "unmatched": Screen("iconic.unmatched.product"),
    "deliveries_to_make_ready": Screen(
        "stock.picking", filters=("iconic_to_make_ready",), context=DELIVERIES
    ),
    "deliveries_at_risk": Screen(
        "stock.picking", filters=("iconic_at_risk",), context=DELIVERIES
    ),
    "deliveries_late": Screen(
        "stock.picking", filters=("iconic_late",), context=DELIVERIES
    ),
}


def opening(ask, screen):
    """Return a function that opens a screen, and returns how many records it has.

    :param ask: takes a model, a method and its arguments, and returns the answer
    :param screen: a :class:`Screen`
    """
    context = {"lang": "en_US", "tz": "Australia/Sydney", **screen.context}
    views = [[False, screen.view], [False, "search"]]
    found = ask(screen.model, "get_views", views, {}, context=context)
    arch = found["views"][screen.view]["arch"]
    search = found["views"]["search"]["arch"]
    spec = specification(arch, screen.model, found["models"])
    domain = [*screen.domain, *filter_domain(search, screen.filters)]
    ask = partial(ask, screen.model, context={**context, "bin_size": True})
    if screen.view == "form":
        ids = ask("search", [], limit=1)
        return lambda: len(ask("web_read", ids, spec))
    limit = LIMITS[screen.view]
    if screen.groupby:
        return lambda: _groups(ask, domain, screen.groupby, spec, limit)
    order = default_order(arch) or ""
    return lambda: ask(
        "web_search_read",
        domain,
        spec,
        limit=limit,
        order=order,
        count_limit=COUNT_LIMIT,
    )["length"]


def _groups(ask, domain, groupby, spec, limit):
    """Open a list whose groups are unfolded.

    :return: how many groups there are
    """
    return ask(
        "web_read_group",
        domain,
        [groupby],
        ["__count"],
        limit=limit,
        auto_unfold=True,
        unfold_read_specification=spec,
        unfold_read_default_limit=limit,
    )["length"]
