"""The addresses of an order: stored as JSON, and converted to a contact's fields.

Knows nothing of Odoo.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, fields

from ..seller_center.records import Address, Order

# Without any of these an address belongs to nobody.
PERSONAL = ("first_name", "last_name", "lines")
PLACE = ("lines", "ward", "city", "region", "postcode", "country")
_SEVERAL = ("lines", "phones", "masked")


def pack_addresses(order: Order) -> dict:
    """Return the addresses of an order in a form for JSON."""
    return {
        "billing": _pack(order.billing),
        "shipping": _pack(order.shipping),
        "masked": list(order.masked),
    }


def _pack(address: Address | None) -> dict | None:
    if address is None:
        return None
    packed = asdict(address)
    return packed | {name: list(packed[name]) for name in _SEVERAL}


def unpack_addresses(
    data: Mapping | None,
) -> tuple[Address | None, Address | None, tuple[str, ...]]:
    """Return the addresses that `pack_addresses` stored.

    :param data: None or empty if nothing is known
    :return: billing and shipping address, and the hidden parts of the buyer's name
    """
    data = data or {}
    return (
        _unpack(data.get("billing")),
        _unpack(data.get("shipping")),
        tuple(data.get("masked") or ()),
    )


def _unpack(packed: Mapping | None) -> Address | None:
    if not packed:
        return None
    known = {
        one.name: packed[one.name] for one in fields(Address) if one.name in packed
    }
    several = {name: tuple(known[name]) for name in _SEVERAL if name in known}
    return Address(**known | several)


def fold(text: str) -> str:
    """Return a text without case, accents and spaces.

    Unlike in `attribute_rules`, plurals and punctuation count: Marks is not Mark.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (one for one in plain if not unicodedata.combining(one))
    return "".join("".join(letters).split())


def is_hidden(address: Address) -> bool:
    """Tell whether the marketplace hides name or street of an address."""
    return any(name in address.masked for name in PERSONAL)


def has_name(address: Address | None) -> bool:
    """Tell whether an address names somebody, even if hidden."""
    return address is not None and bool(address.name or is_hidden(address))


def tells_place(address: Address) -> bool:
    """Tell whether any part of the place of an address is known."""
    return any(getattr(address, name) for name in PLACE)


def first_of(*addresses: Address | None) -> Address | None:
    """Return the first address that names somebody, None if none does."""
    return next(filter(has_name, addresses), None)


def postal_lines(address: Address, region: str = "") -> dict[str, str]:
    """Return the lines of an address as Odoo stores them.

    :param region: the region, if Odoo has no state for it
    :return: street, street2, city and zip, by these names
    """
    return {
        "street": "".join(address.lines[:1]),
        "street2": ", ".join(filter(None, (*address.lines[1:], address.ward))),
        "city": ", ".join(filter(None, (address.city, region))),
        "zip": address.postcode,
    }
