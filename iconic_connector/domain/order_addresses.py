"""What an order says of its buyer: kept as JSON, and how a contact is written of it.

Knows nothing of Odoo.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, fields

from ..seller_center.records import Address, Order

# What somebody can be told by; without one of them the rest is nobody's address.
PERSONAL = ("first_name", "last_name", "lines")
PLACE = ("lines", "ward", "city", "region", "postcode", "country")
_SEVERAL = ("lines", "phones", "masked")


def pack_addresses(order: Order) -> dict:
    """Return what an order says of its buyer, ready for JSON."""
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
    """Return what `pack_addresses` was given.

    :param data: None or empty if nothing is known
    :return: billing and shipping address, and what of the buyer's name is hidden
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
    """Return a text without what people spell differently: case, accents, blanks.

    Other than in a list of names, plurals and punctuation count: Marks is not Mark.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (one for one in plain if not unicodedata.combining(one))
    return "".join("".join(letters).split())


def is_hidden(address: Address) -> bool:
    """Tell whether the marketplace hides whose address it is, or where it is."""
    return any(name in address.masked for name in PERSONAL)


def tells_who(address: Address | None) -> bool:
    """Tell whether there is somebody's address, be it hidden."""
    return address is not None and bool(address.name or is_hidden(address))


def tells_place(address: Address) -> bool:
    """Tell whether anything is known of where an address is."""
    return any(getattr(address, name) for name in PLACE)


def first_of(*addresses: Address | None) -> Address | None:
    """Return the first address that is somebody's, None if none is."""
    return next(filter(tells_who, addresses), None)


def postal_lines(address: Address, region: str = "") -> dict[str, str]:
    """Return the lines of an address as Odoo keeps them.

    :param region: the region, if Odoo has no state for it
    :return: street, street2, city and zip, by these names
    """
    return {
        "street": "".join(address.lines[:1]),
        "street2": ", ".join(filter(None, (*address.lines[1:], address.ward))),
        "city": ", ".join(filter(None, (address.city, region))),
        "zip": address.postcode,
    }
