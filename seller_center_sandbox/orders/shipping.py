"""Shipping: carriers, packages and tracking numbers."""

import re
from dataclasses import dataclass
from datetime import timedelta

from ..core import const
from ..core.errors import api_error
from . import statuses
from .order import listed
from .transitions import move_items

_SERIAL_NUMBER = re.compile("[a-zA-Z0-9]{1,26}")


@dataclass(frozen=True)
class Provider:
    """A carrier (SellerCenter: GetShipmentProviders).

    :param integrated: generates tracking numbers.
    :param pattern: regular expression of its tracking numbers.
    :param example: one of them.
    """

    id: int
    uuid: str
    name: str
    integrated: bool
    pattern: str
    example: str
    tracking_url: str
    default: bool = False


PROVIDERS = (
    Provider(
        1,
        "0d9c7f2e-6f0a-4d0b-9c53-5b1c7c0a0001",
        "Wattle Post",
        True,
        r"^WP\d{10}$",
        "WP0000000001",
        "https://post.example/track/",
        default=True,
    ),
    Provider(
        2,
        "0d9c7f2e-6f0a-4d0b-9c53-5b1c7c0a0002",
        "Coast Couriers",
        False,
        r"^[A-Z0-9]{6,20}$",
        "CC12345678",
        "https://couriers.example/parcel/",
    ),
)
_BY_NAME = {one.name: one for one in PROVIDERS}
DEFAULT_PROVIDER = next(one for one in PROVIDERS if one.default)


@dataclass(frozen=True)
class Shipment:
    """What a seller reports about a parcel.

    :param delivery_type: one of `DELIVERY_TYPES`.
    :param provider: name of a `Provider`, empty for the one that is set already.
    :param tracking_number: empty lets an integrated provider generate one.
    :param serial_numbers: by item id.
    """

    delivery_type: str = ""
    provider: str = ""
    tracking_number: str = ""
    serial_numbers: tuple = ()


def pack(sandbox, items, shipment):
    """Put items into a package; their status stays what it is.

    :param sandbox: `Sandbox`.
    :param items: list of `OrderItem`.
    :param shipment: `Shipment`.
    :return: the items of the package.
    :raise ApiError: if they cannot be packed so.
    """
    _check_items(items, (statuses.PENDING, statuses.READY_TO_SHIP))
    provider = _check_shipment(sandbox, items, shipment)
    _pack(sandbox, items, provider, shipment)
    return items


def set_ready(sandbox, items, shipment, package_name=""):
    """Make items ready to ship, and with them all that are in the same package.

    :param sandbox: `Sandbox`.
    :param items: list of `OrderItem`.
    :param shipment: `Shipment`.
    :param str package_name: the package that they must be in, if any.
    :return: the items that are ready to ship now.
    :raise ApiError: if they cannot be shipped so.
    """
    items = _with_package_items(sandbox, items)
    if package_name and any(
        not item.package or item.package.name != package_name for item in items
    ):
        raise api_error(121)
    ready = [item for item in items if item.status == statuses.READY_TO_SHIP]
    if ready:
        raise api_error(28, listed(ready))
    _check_items(items, (statuses.PENDING,))
    provider = _check_shipment(sandbox, items, shipment)
    if not _gets_tracking(items, provider, shipment):
        raise api_error(26, shipment.tracking_number)
    _pack(sandbox, items, provider, shipment)
    move_items(sandbox, items, statuses.READY_TO_SHIP)
    return items


def change_provider(sandbox, item, provider_name, tracking_number):
    """Change the carrier or the tracking number of an item's package.

    :param sandbox: `Sandbox`.
    :param item: `OrderItem`.
    :param str provider_name: empty for the same as before.
    :param str tracking_number: empty for the same as before.
    :raise ApiError: if the item is not ready to ship, or the shipment is invalid.
    """
    if item.status != statuses.READY_TO_SHIP:
        raise api_error(28, listed([item]))
    items = sandbox.orders.package_items(item)
    shipment = Shipment(item.delivery_type, provider_name, tracking_number)
    provider = _check_shipment(sandbox, items, shipment)
    if provider.name != item.provider and not tracking_number:
        _clear_tracking(items)
        if not provider.integrated:
            raise api_error(26, tracking_number)
    _label(sandbox, items, provider, shipment)


def set_invoice_number(sandbox, item, number):
    """Set the number of the seller's invoice on an item and its package.

    :param sandbox: `Sandbox`.
    :param item: `OrderItem`.
    :param str number: of the invoice.
    """
    for one in sandbox.orders.package_items(item):
        one.invoice_number = number
        one.updated_at = sandbox.now()


def find_provider(name):
    """Return a provider by its name.

    :raise ApiError: if there is none.
    """
    provider = _BY_NAME.get(name)
    if not provider:
        raise api_error(25, name)
    return provider


def _with_package_items(sandbox, items):
    found = {}
    for item in items:
        found.update((one.id, one) for one in sandbox.orders.package_items(item))
    return list(found.values())


def _check_items(items, allowed):
    if len({item.order_id for item in items}) > 1:
        raise api_error(29)
    not_ours = [item for item in items if not item.is_shipped_by_seller]
    if not_ours:
        raise api_error(93, listed(not_ours))
    others = [item for item in items if item.status not in allowed]
    if others:
        raise api_error(73, listed(others))


def _check_shipment(sandbox, items, shipment):
    """Return the provider of a shipment, or refuse what is wrong with it."""
    if shipment.delivery_type not in const.DELIVERY_TYPES:
        raise api_error(24, shipment.delivery_type)
    name = shipment.provider or items[0].provider or DEFAULT_PROVIDER.name
    provider = find_provider(name)
    number = shipment.tracking_number
    if number and not re.search(provider.pattern, number):
        raise api_error(31, provider.example)
    if number and _is_used(sandbox, items, number):
        raise api_error(63, number)
    _check_serial_numbers(shipment.serial_numbers)
    return provider


def _is_used(sandbox, items, number):
    ours = {item.id for item in items}
    return any(
        item.tracking_code == number
        for item in sandbox.orders.items.values()
        if item.id not in ours and item.status != statuses.CANCELED
    )


def _check_serial_numbers(pairs):
    numbers = [number for _, number in pairs]
    for number in numbers:
        if not _SERIAL_NUMBER.fullmatch(number):
            raise api_error(95, number)
        if numbers.count(number) > 1:
            raise api_error(96, number)


def _gets_tracking(items, provider, shipment):
    known = shipment.tracking_number or items[0].tracking_code
    return bool(known) or provider.integrated or shipment.delivery_type == "pickup"


def _pack(sandbox, items, provider, shipment):
    package = items[0].package
    if not package or set(package.item_ids) != {item.id for item in items}:
        _clear_tracking([item for item in items if item.is_packed])
        sandbox.orders.new_package(items)
    elif provider.name != items[0].provider:
        _clear_tracking(items)
    serials = dict(shipment.serial_numbers)
    for item in items:
        item.delivery_type = shipment.delivery_type
        item.serial_number = serials.get(item.id, item.serial_number)
    _label(sandbox, items, provider, shipment)


def _clear_tracking(items):
    # A number of another parcel or carrier is not valid for this one.
    for item in items:
        item.tracking_code, item.tracking_due = "", None


def _label(sandbox, items, provider, shipment):
    now, number = sandbox.now(), shipment.tracking_number
    due = None
    if not number and not items[0].tracking_code and provider.integrated:
        number = f"WP{items[0].package.id:010d}"
        due = now + timedelta(seconds=sandbox.settings.tracking_delay)
    for item in items:
        item.provider, item.updated_at = provider.name, now
        if number:
            item.tracking_code, item.tracking_due = number, due
