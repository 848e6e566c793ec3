"""What differs between the marketplaces and what Odoo says must be there."""

from collections import Counter
from decimal import Decimal

from seller_center_sandbox.orders.statuses import (
    CANCELED,
    DELIVERED,
    FAILED,
    RETURNED,
    RETURNS,
    SELLER,
    SHIPPED,
)

#: Actions that are refused if they come twice.
ONCE_ONLY = ("ProductCreate", "ProductRemove")
#: Items that are paid no more.
GONE = (CANCELED, FAILED, RETURNED)
LEFT = (SHIPPED, DELIVERED, FAILED, *RETURNS)


def differences(expected, sandboxes):
    """Compare everything.

    :param expected: what `expected.write` has written
    :param sandboxes: the marketplaces by account
    :return: a list of sentences
    """
    found = []
    for one in expected["listings"]:
        found += _listing(one, sandboxes[one["account"]])
    for name, sandbox in sandboxes.items():
        mine = [one for one in expected["orders"] if one["account"] == name]
        found += _orders(name, mine, sandbox)
        found += _sent_twice(name, sandbox)
        ours = [one for one in expected["feeds"] if one["account"] == name]
        found += _unknown_feeds(name, ours, sandbox)
    found += [
        f"{one['account']}: status update {one['id']} ({one['kind']}) is {one['state']}"
        for one in expected["changes"]
        if one["waits"] or one["state"] in ("pending", "sending")
    ]
    found += [f"not reserved: {one}" for one in expected["unreserved"]]
    found += [f"activity: {one}" for one in expected["activities"]]
    found += [f"on hold: {one}" for one in expected["accounts"] if one[1] == "on_hold"]
    return found


def _listing(one, sandbox):
    label = f"{one['account']} {one['sku']}"
    there = sandbox.products.get(one["sku"])
    if not there:
        return [f"{label}: is not at the marketplace, {one['marks']}"]
    found = [f"{label}: {flag} is {mark}" for flag, mark in one["marks"].items()]
    if one["product_status"] != "published":
        found.append(f"{label}: is {one['product_status']}")
    has = {
        "price": there.charged(sandbox.now()),
        "available": max(there.available, 0),
        "name": there.name,
        "picture": there.images[0].checksum if there.images else None,
        "status": "published" if there.images else "created",
    }
    return found + [
        f"{label}: {key} is {has[key]}, should be {value}"
        for key, value in _wanted(one).items()
        if has[key] != value
    ]


def _wanted(one):
    """Return what a listing has to have; an ended one is left as it was (section 4)."""
    if one["listing_status"] == "inactive":
        return {"available": 0, "status": "published"}
    return {
        "price": Decimal(str(one["price"])).quantize(Decimal("0.01")),
        "available": one["pieces"],
        "name": one["name"],
        "picture": one["picture"],
        "status": "published",
    }


def _orders(name, mine, sandbox):
    found = [f"{name}: {text}" for one in mine for text in _order(one, sandbox)]
    known = Counter(one["id"] for one in mine)
    for order_id in sandbox.orders.orders:
        if known[str(order_id)] != 1:
            found.append(f"{name}: order {order_id} {known[str(order_id)]} times")
    return found


def _order(one, sandbox):
    label = f"order {one['id']}"
    if one["error"] or one["waits"] or one["state"] == "held":
        yield f"{label} is {one['state']}: {one['error']}"
        return
    there = sandbox.orders.orders[int(one["id"])]
    items = {str(item.id): item.status for item in there.items}
    wanted = 0 if one["state"] == "cancelled" else 1
    if one["sales"] != wanted:
        yield f"{label} is {one['state']} and has {one['sales']} sales orders"
    if items != one["items"]:
        yield f"{label}: items are {one['items']}, should be {items}"
    due = sum(
        (item.item_price for item in there.items if item.status not in GONE),
        Decimal(0),
    )
    if Decimal(str(one["booked"])) != due:
        yield f"{label}: {one['booked']} is booked, should be {due}"
    if one["owed"]:
        yield f"{label}: {one['owed']} is open"
    for item in one["shipped"]:
        if items.get(item) not in (*LEFT, CANCELED):
            yield f"{label}: item {item} has left and is {items.get(item)}"


def _sent_twice(name, sandbox):
    for item in sandbox.orders.items.values():
        counts = Counter(step.status for step in item.history if step.editor == SELLER)
        for status, count in counts.items():
            if count > 1:
                yield f"{name}: item {item.id} was made {status} {count} times"


def _unknown_feeds(name, ours, sandbox):
    """Yield feeds that came twice.

    Each is on record under its number, except where the answer was lost: one that its
    products have shown to be accepted, and, over REST, which cannot be searched, what
    may be sent again.
    """
    known = Counter(one["external_id"] for one in ours)
    shown = Counter(
        one["action"]
        for one in ours
        if not one["external_id"] and one["state"] == "done"
    )
    for feed in sandbox.feeds.values():
        if known[str(feed.id)] == 1:
            continue
        again = ours[0]["api_type"] == "rest" and feed.action not in ONCE_ONLY
        if not known[str(feed.id)] and (again or shown[feed.basic_action]):
            shown[feed.basic_action] -= 1
            continue
        yield f"{name}: feed {feed.id} is on record {known[str(feed.id)]} times"
