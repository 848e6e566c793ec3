from dataclasses import dataclass

from odoo import models, tools
from odoo.fields import Domain

from ...domain.order_addresses import first_of, is_hidden, postal_lines, tells_place
from ...domain.order_contacts import Contact, ContactBook
from ...domain.order_places import Countries, States
from ...seller_center.order_records import Address

# What of a partner is read and compared.
FIELDS = (
    "name",
    "street",
    "street2",
    "city",
    "zip",
    "state_id",
    "country_id",
    "email_normalized",
)
# Contacts are written without any mail, follower or note. What Odoo copies one by one
# from a contact to its addresses goes along in their values.
WITHOUT_MESSAGES = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "_partners_skip_fields_sync": True,
}
# What an order says of its buyer: its key, the billing and the shipping address, and
# the names of what is hidden of the customer's own name (`Order.masked`).
Buyer = tuple[str, Address | None, Address | None, tuple[str, ...]]


@dataclass(frozen=True)
class OrderPartners:
    """Whose order it is, who gets the invoice, and who the parcel."""

    customer: models.BaseModel
    invoice: models.BaseModel
    delivery: models.BaseModel


class OrderCustomers:
    """Finds or creates the contacts that orders of one account are booked for.

    Data of partners that are there is never changed. The number of queries does not
    depend on the number of orders.

    :param account: the `iconic.account` in its company and language
    """

    def __init__(self, account):
        self.account = account
        self.env = account.env

    def find(self, buyers):
        """Find or create the partners of orders, all of a kind at once."""
        values = self._values_of_addresses(
            {one for buyer in buyers for one in buyer[1:3] if one}
        )
        book = ContactBook()
        self._find_people(book, values.values())
        parties = {buyer[0]: self._parties_of(buyer) for buyer in buyers}
        owners = self._customers_of(book, parties, values)
        self._find_addresses(book, owners.values(), values.values())
        contacts = {
            key: self._contacts(book, owners[key], party, values)
            for key, party in parties.items()
        }
        self._create_contacts(book.missing)
        return {key: self._as_partners(*found) for key, found in contacts.items()}

    def _parties_of(self, buyer):
        """Tell apart who an order is booked for, and where it goes.

        Without a shipping address the parcel goes to who pays, and the other way round.
        """
        _key, billing, shipping, _masked = buyer
        where = first_of(shipping, billing)
        if self.account.bill_to == "marketplace":
            return where, where
        return first_of(billing, shipping), where

    def _customers_of(self, book, parties, values):
        """Return who orders are booked for; hidden people are all one customer."""
        hidden = {
            key for key, (who, _where) in parties.items() if not who or is_hidden(who)
        }
        collective = hidden and Contact(
            {}, partner_id=self.account._collective_customer().id
        )
        return {
            key: collective if key in hidden else book.person(values[who])
            for key, (who, _where) in parties.items()
        }

    def _contacts(self, book, owner, party, values):
        """Return the contacts that an order, its invoice and its parcel go to."""
        who, where = party
        invoice = delivery = owner
        if who and not is_hidden(who) and self.account.bill_to == "customer":
            invoice = book.address(owner, "invoice", values[who])
        if where and tells_place(where):
            delivery = book.address(owner, "delivery", values[where])
        return owner, invoice, delivery

    def _as_partners(self, *contacts):
        Partner = self.env["res.partner"]
        customer, invoice, delivery = (
            Partner.browse(contact.partner_id) for contact in contacts
        )
        if self.account.bill_to == "marketplace":
            customer = invoice = self.account.marketplace_partner_id
        return OrderPartners(customer, invoice, delivery)

    def _find_people(self, book, values):
        """Take in who could be meant, but no company, and nobody who can log in."""
        emails = {one["email_normalized"] for one in values} - {False}
        unnamed = [one for one in values if not one["email_normalized"]]
        alike = Domain("email_normalized", "in", list(emails)) | (
            Domain("zip", "in", [one["zip"] for one in unnamed if one["zip"]])
            & Domain("country_id", "in", [one["country_id"] for one in unnamed])
        )
        people = Domain(
            [("parent_id", "=", False), ("is_company", "=", False)]
        ) & Domain("user_ids", "=", False)
        for row in self._read_partners(people & alike):
            book.add_person(row, row["id"])

    def _find_addresses(self, book, owners, values):
        """Take in the further addresses of those who are there."""
        owners = {one.partner_id: one for one in owners if one.partner_id}
        theirs = Domain("parent_id", "in", list(owners)) & Domain(
            "type", "in", ("invoice", "delivery")
        )
        # The collective customer has thousands.
        near = Domain("zip", "in", list({one["zip"] or False for one in values}))
        for row in self._read_partners(theirs & near, "parent_id", "type"):
            book.add_address(owners[row["parent_id"]], row["type"], row, row["id"])

    def _read_partners(self, domain, *further):
        """Read partners that this account may use, the oldest first."""
        usable = Domain("active", "=", True) & Domain(
            "company_id", "in", (False, self.account.company_id.id)
        )
        # Not even somebody who could log in once is taken.
        Partner = self.env["res.partner"].with_context(active_test=False)
        return Partner.search_read(
            domain & usable, [*FIELDS, *further], order="id", load=None
        )

    def _create_contacts(self, contacts):
        """Create people first, then further addresses."""
        people = [contact for contact in contacts if not contact.owner]
        self._create_partners(people, [self._partner_values(one) for one in people])
        further = [contact for contact in contacts if contact.owner]
        # Browsed together, so that their data is read at once.
        owners = self.env["res.partner"].browse(
            [contact.owner.partner_id for contact in further]
        )
        self._create_partners(
            further,
            [
                {
                    **owner._get_commercial_values(),
                    **self._partner_values(contact),
                    "parent_id": owner.id,
                }
                for contact, owner in zip(further, owners, strict=True)
            ],
        )

    def _create_partners(self, contacts, values):
        partners = (
            self.env["res.partner"].with_context(**WITHOUT_MESSAGES).create(values)
        )
        for contact, partner in zip(contacts, partners, strict=True):
            contact.partner_id = partner.id

    def _partner_values(self, contact):
        values = {
            "type": "contact",
            "company_id": self.account.company_id.id,
            "lang": self.account.lang,
            **contact.values,
        }
        del values["email_normalized"]
        return values

    def _values_of_addresses(self, addresses):
        """Return how partners are written of addresses.

        :return: a dict, address -> values by fields of `res.partner`, and the plain
            e-mail address that people are found by
        """
        countries = self._countries()
        found = {address: countries.find(address.country) for address in addresses}
        states = self._states_in(found.values())
        return {
            address: self._values_of(address, country, states)
            for address, country in found.items()
        }

    def _values_of(self, address, country, states):
        state = states.find(country, address.region)
        region = "" if state else address.region
        values = postal_lines(address, region)
        hidden = is_hidden(address)
        # One contact stands for many hidden people: nothing in it is one's own.
        email = "" if hidden else address.email
        return {
            "name": self._hidden_name(address) if hidden else address.name,
            **values,
            "state_id": state,
            "country_id": country,
            "email": email,
            "email_normalized": tools.email_normalize(email),
            "phone": "" if hidden else "".join(address.phones[:1]),
        }

    def _hidden_name(self, address):
        """Return how to call whom an address hides: by their name, if that is told."""
        if not {"first_name", "last_name"} & set(address.masked) and address.name:
            return address.name
        place = " ".join(filter(None, (address.city, address.postcode)))
        if not place:
            return self.env._("THE ICONIC customer")
        return self.env._("THE ICONIC customer, %s", place)

    def _countries(self):
        """Return all countries by their English names; the company's own, if unsure."""
        english = self.env["res.country"].with_context(lang="en_US")
        countries = english.search([("code", "!=", False)])
        return Countries(
            ((one.id, one.code, one.name) for one in countries),
            own=self.account.company_id.country_id.id,
        )

    def _states_in(self, countries):
        states = self.env["res.country.state"].search(
            [("country_id", "in", list(set(countries)))]
        )
        return States((one.id, one.country_id.id, one.code, one.name) for one in states)
