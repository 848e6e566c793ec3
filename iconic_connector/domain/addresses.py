"""The addresses of orders: stored as JSON, written as contacts, and found again."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace

from ..seller_center.records import Address, Order
from .letters import plain_letters

# What of an address tells who somebody is and where they live.
PERSONAL = ("first_name", "last_name", "lines")
_NAME = ("first_name", "last_name")

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
    """Tell whether an address names somebody whose whole name is shown."""
    return address is not None and _is_name(address.name) and not _hides_name(address)


def _is_name(text: str) -> bool:
    return any(map(str.isalnum, text))


def _hides_name(address: Address) -> bool:
    return any(name in address.masked for name in _NAME)


def has_location(address: Address) -> bool:
    """Tell whether any part of the place of an address is known."""
    return any(getattr(address, name) for name in PLACE)


def _has_place(address: Address | None) -> bool:
    """Tell whether an address leads further than to a region, even if hidden."""
    if address is None:
        return False
    known = address.lines or address.ward or address.city or address.postcode
    return bool(known or "lines" in address.masked)


def first_of(*addresses: Address | None) -> Address | None:
    """Return the first address with a place, else with a name; None if none has."""
    known = [one for one in addresses if one]
    for is_usable in (_has_place, has_name, is_hidden):
        if found := next(filter(is_usable, known), None):
            return found
    return None


def complete(order: Order, known_name: str = "") -> Order:
    """Return an order whose addresses have the name and street that it knows elsewhere.

    An address that is missing stays missing.

    :param known_name: of the buyer, from an earlier answer
    """
    customer = Address(order.first_name, order.last_name, masked=order.masked)
    earlier = Address(known_name)
    billing, shipping = order.billing, order.shipping
    return replace(
        order,
        billing=_completed(billing, customer, shipping, earlier),
        shipping=_completed(shipping, customer, billing, earlier),
    )


def _completed(address: Address | None, *others: Address | None) -> Address | None:
    if address is None:
        return None
    place = next((one for one in others if _lends_place(one, address)), None)
    if place:
        address = _with(address, place, PLACE)
    name = next(filter(has_name, (address, *others)), address)
    return address if name is address else _with(address, name, _NAME)


def _lends_place(other: Address | None, address: Address) -> bool:
    """Tell whether the place of another address is, or may be, that of an address."""
    if not _has_place(address):
        return _has_place(other)
    lacks_street = not address.lines and "lines" not in address.masked
    return bool(
        lacks_street
        and other
        and other.lines
        and all(
            fold(getattr(address, name)) in ("", fold(getattr(other, name)))
            for name in ("city", "postcode")
        )
    )


def _with(address: Address, other: Address, names: Iterable[str]) -> Address:
    """Return an address with some fields of another one, hidden as they are there."""
    masked = [one for one in address.masked if one not in names]
    masked += [one for one in other.masked if one in names]
    taken = {name: getattr(other, name) for name in names}
    return replace(address, **taken, masked=tuple(masked))


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
    :param is_shared: whether it is the customer of many buyers, and none of them
    """

    values: Mapping
    owner: Contact | None = None
    partner_id: int = 0
    is_shared: bool = False


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


# What people write around the name of a state.
_AROUND = {"region", "regional", "council", "district", "state", "province", "city"}
_AROUND |= {"the", "au", "aus", "nz", "nzl"}
_COUNTRIES = (("australia",), ("new", "zealand"), ("aotearoa",))
# Alone they are no abbreviation of a state: South is not Southland.
_DIRECTIONS = {"north", "south", "east", "west"}
# Spellings of the same name: Odoo has the older one.
_SPELLINGS = {"whanganui": "wanganui"}


class States:
    """The states of countries, found by their code, their name or an abbreviation.

    :param rows: id, id of the country, code and name of each
    """

    def __init__(self, rows: Iterable[tuple[int, int, str, str]]):
        self._known: dict[Hashable, int] = {}
        self._names: dict[int, dict[tuple[str, ...], int]] = {}
        for state, country, *texts in rows:
            # Japan's codes are numbers: without words, they would find no region, too.
            for words in filter(None, map(_words, filter(None, texts))):
                self._known[country, "".join(words)] = state
                self._names.setdefault(country, {})[words] = state

    def find(self, country: int | bool, text: str) -> int | bool:
        """Return the id of a state, False if the country has none of this name."""
        spellings = list(dict.fromkeys(_spellings(text)))
        for words in spellings:
            if state := self._known.get((country, "".join(words))):
                return state
        for words in spellings:
            if state := self._find_abbreviated(country, words):
                return state
        return False

    def _find_abbreviated(self, country, words):
        if self._belongs_elsewhere(words):
            return False
        found = {
            state
            for name, state in self._names.get(country, {}).items()
            if _abbreviates(words, name)
        }
        return found.pop() if len(found) == 1 else False

    def _belongs_elsewhere(self, words):
        """Tell whether this is a state of another country: Tasman is not Tasmania."""
        return any(words in names for names in self._names.values())


def _words(text: str, dot: str = "") -> tuple[str, ...]:
    plain = re.sub("['’ʻ]", "", plain_letters(text)).replace(".", dot)
    words = re.findall(r"[^\W\d_]+", plain)
    return tuple(_SPELLINGS.get(word, word) for word in words)


def _spellings(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of a state as they may be meant, the most literal first."""
    for part in (text, *re.split(r"[,/|;()]|\s[-–]\s", text)):
        for dot in ("", " "):
            words = _words(part, dot)
            yield words
            yield _without_surroundings(words)


def _without_surroundings(words: tuple[str, ...]) -> tuple[str, ...]:
    for country in _COUNTRIES:
        if words[-len(country) :] == country:
            words = words[: -len(country)]
    words = tuple(word for word in words if word not in _AROUND)
    return words[1:] if words[:1] == ("of",) else words


def _abbreviates(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Tell whether words are short for a name: Sth Aust. for South Australia."""
    if len(words) != len(name) or max(map(len, words), default=0) < 3:
        return False
    if len(words) == 1 and words[0] in _DIRECTIONS:
        return False
    return all(map(_shortens, words, name))


def _shortens(short: str, word: str) -> bool:
    if word.startswith(short):
        return True
    letters = iter(word)
    contracted = short[0] == word[0] and all(one in letters for one in short)
    return contracted and (len(short) <= 3 or short[-1] == word[-1])
