"""The contacts that orders need: found among those that are there, or to be created.

Knows nothing of Odoo.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from .order_addresses import fold

# What makes two addresses the same, beside their state and country. Not what they are
# reached by: people write their phone number in many ways.
TEXTS = ("name", "street", "street2", "city", "zip")


@dataclass(eq=False)
class Contact:
    """A contact that is there, or is to be created.

    :param values: by the names of the fields of `res.partner`; ids of others are
        numbers
    :param owner: whose further address it is, None for somebody's main contact
    :param partner_id: 0 until it is created
    """

    values: Mapping
    owner: Contact | None = None
    partner_id: int = 0


class ContactBook:
    """The contacts that are there, and those that turned out to be missing."""

    def __init__(self):
        self._people: dict[Hashable, Contact] = {}
        self._addresses: dict[Hashable, Contact] = {}
        #: Whom nobody knew, in the order in which they were asked for.
        self.missing: list[Contact] = []

    def add_person(self, values: Mapping, partner_id: int = 0) -> Contact:
        """Take somebody in, unless somebody like that is there already."""
        contact = Contact(values, partner_id=partner_id)
        for key in _traits(values):
            self._people.setdefault(key, contact)
        return contact

    def add_address(
        self, owner: Contact, kind: str, values: Mapping, partner_id: int = 0
    ) -> Contact:
        """Take a further address of somebody in.

        :param kind: ``invoice`` or ``delivery``
        """
        contact = Contact({**values, "type": kind}, owner, partner_id)
        key = (owner, kind, _identity(values))
        return self._addresses.setdefault(key, contact)

    def person(self, values: Mapping) -> Contact:
        """Return who has these values, missing from now on if nobody has.

        Somebody is known by e-mail address and name; if the address is not told, by
        name, street, postcode and country.
        """
        traits = _traits(values)
        found = self._people.get(traits[0]) if traits else None
        if not found:
            found = self.add_person(values)
            self.missing.append(found)
        return found

    def address(self, owner: Contact, kind: str, values: Mapping) -> Contact:
        """Return the owner, if it is their own address, else a further one of theirs.

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
    """Return what somebody is known by, the surest first."""
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
