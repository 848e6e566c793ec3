"""The contacts that orders need: existing ones, and those to be created.

Knows nothing of Odoo.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from .order_addresses import fold

# Two addresses are the same if these, state and country are. Phone numbers do not
# count: people write them in many ways.
TEXTS = ("name", "street", "street2", "city", "zip")


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
