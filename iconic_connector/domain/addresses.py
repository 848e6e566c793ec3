"""The addresses of orders: stored as JSON, written as contacts, and found again."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields

from ..seller_center.records import Address, Order
from .letters import plain_letters

# Without any of these an address belongs to nobody.
PERSONAL = ("first_name", "last_name", "lines")

PLACE = ("lines", "ward", "city", "region", "postcode", "country")

_SEVERAL = ("lines", "phones", "masked")

# Two addresses are the same if these, state and country are. Phone numbers do not
# count: people write them in many ways.
TEXTS = ("name", "street", "street2", "city", "zip")

# Three-letter codes of the countries that orders come from (ISO 3166-1).
LONG_CODES = {"AUS": "AU", "NZL": "NZ"}


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
    return "".join(plain_letters(text).split())


def is_hidden(address: Address) -> bool:
    """Tell whether the marketplace hides name or street of an address."""
    return any(name in address.masked for name in PERSONAL)


def has_name(address: Address | None) -> bool:
    """Tell whether an address names somebody, even if hidden."""
    return address is not None and bool(address.name or is_hidden(address))


def has_location(address: Address) -> bool:
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


@dataclass(eq=False)
class Contact:
    """An existing contact, or one to be created.

    :param values: field of `res.partner` -> value; ids for related records
    :param owner: the contact that this is a further address of, None for a main one
    :param partner_id: 0 until it is created
    """

    values: Mapping
    owner: Contact | None = None
    partner_id: int = 0


class ContactBook:
    """The existing contacts, and those that turned out to be missing."""

    def __init__(self):
        self._people: dict[Hashable, Contact] = {}
        self._addresses: dict[Hashable, Contact] = {}
        #: The contacts to create, in the order in which they were asked for.
        self.missing: list[Contact] = []

    def add_person(self, values: Mapping, partner_id: int = 0) -> Contact:
        """Add a main contact, unless one with the same traits is known."""
        contact = Contact(values, partner_id=partner_id)
        for key in _traits(values):
            self._people.setdefault(key, contact)
        return contact

    def add_address(
        self, owner: Contact, kind: str, values: Mapping, partner_id: int = 0
    ) -> Contact:
        """Add a further address of a contact.

        :param kind: ``invoice`` or ``delivery``
        """
        contact = Contact({**values, "type": kind}, owner, partner_id)
        key = (owner, kind, _identity(values))
        return self._addresses.setdefault(key, contact)

    def person(self, values: Mapping) -> Contact:
        """Return the main contact with these values; it is missing if none is known.

        A contact is identified by e-mail address and name; without an e-mail address by
        name, street, postcode and country.
        """
        traits = _traits(values)
        found = self._people.get(traits[0]) if traits else None
        if not found:
            found = self.add_person(values)
            self.missing.append(found)
        return found

    def address(self, owner: Contact, kind: str, values: Mapping) -> Contact:
        """Return the contact itself if it has this address, else a further address.

        :param kind: ``invoice`` or ``delivery``
        """
        if _identity(owner.values) == _identity(values):
            return owner
        found = self._addresses.get((owner, kind, _identity(values)))
        if not found:
            found = self.add_address(owner, kind, values)
            self.missing.append(found)
        return found


def _traits(values: Mapping) -> list[Hashable]:
    """Return the keys that identify a contact, the most reliable first."""
    name = _text(values, "name")
    traits: list[Hashable] = []
    if values.get("email_normalized"):
        traits.append((values["email_normalized"], name))
    street, postcode = _text(values, "street"), _text(values, "zip")
    if street and postcode:
        traits.append((name, street, postcode, values.get("country_id") or 0))
    return traits


def _identity(values: Mapping) -> Hashable:
    texts = (_text(values, name) for name in TEXTS)
    return (*texts, values.get("state_id") or 0, values.get("country_id") or 0)


def _text(values: Mapping, name: str) -> str:
    return fold(values.get(name) or "")


class Countries:
    """Countries, found by their code or their name.

    :param rows: id, two-letter code and English name of each
    :param own: the id of the country to use where none is known
    """

    def __init__(self, rows: Iterable[tuple[int, str, str]], own: int | bool):
        rows = tuple(rows)
        codes = {code: country for country, code, _name in rows if code}
        long = {one: codes[code] for one, code in LONG_CODES.items() if code in codes}
        names = {name: country for country, _code, name in rows}
        self._own = own
        self._known = {
            fold(text): country for text, country in (names | codes | long).items()
        }

    def find(self, text: str) -> int | bool:
        """Return the id of a country, by default of the own one."""
        return self._known.get(fold(text), self._own)


class States:
    """The states of countries, found by their code or their name.

    :param rows: id, id of the country, code and name of each
    """

    def __init__(self, rows: Iterable[tuple[int, int, str, str]]):
        self._known: dict[Hashable, int] = {}
        for state, country, *texts in rows:
            for text in filter(None, texts):
                self._known[country, fold(text)] = state

    def find(self, country: int | bool, text: str) -> int | bool:
        """Return the id of a state, False if the country has none of this name."""
        return self._known.get((country, fold(text)), False)
