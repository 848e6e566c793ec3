from dataclasses import dataclass

from odoo import models, tools
from odoo.fields import Domain

from ...domain.addresses import (
    LONG_CODES,
    Contact,
    ContactBook,
    Countries,
    States,
    first_of,
    has_location,
    has_name,
    is_hidden,
    postal_lines,
)
from ...seller_center.records import Address

# The fields of partners that addresses are compared by.
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
# The context of created contacts: no mail, follower or note. Nor does Odoo copy fields
# from a contact to its addresses one by one: they are in the created values already.
WITHOUT_MESSAGES = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "_partners_skip_fields_sync": True,
}
# The buyer of an order: its key, billing address, shipping address, and the hidden
# parts of the customer's name (`records.Order.masked`).
Buyer = tuple[str, Address | None, Address | None, tuple[str, ...]]


@dataclass(frozen=True)
class OrderPartners:
    """The `res.partner` records of one order, as a sales order has them."""

    customer: models.BaseModel
    invoice: models.BaseModel
    delivery: models.BaseModel


class OrderCustomers:
    """Finds or creates the partners of many orders of one account.

    Existing partners are never changed. The number of queries does not depend on the
    number of orders. `ContactBook` decides who is who; this class reads and creates.

    :param account: the `iconic.account` in its company and language
    """

    def __init__(self, account):
        self.account = account
        self.env = account.env

    def find(self, buyers):
        """Find or create the partners of orders.

        :param buyers: a tuple of `Buyer`
        :return: a dict, key of the buyer -> `OrderPartners`
        """
        values = self._address_values(
            {address for buyer in buyers for address in buyer[1:3] if address}
        )
        book = ContactBook()
        self._load_people(book, values.values())
        places = {buyer[0]: self._customer_and_delivery(buyer) for buyer in buyers}
        customers = self._find_customers(book, places, values)
        self._load_addresses(book, customers.values(), values.values())
        contacts = {
            key: self._order_contacts(book, customers[key], addresses, values)
            for key, addresses in places.items()
        }
        self._create_contacts(book.missing)
        return {key: self._order_partners(*found) for key, found in contacts.items()}

    def _customer_and_delivery(self, buyer):
        """Return the address of the customer and the address of the delivery.

        One that is missing is replaced by the other.
        """
        _key, billing, shipping, _masked = buyer
        named = [one for one in (billing, shipping) if _names_somebody(one)]
        return first_of(*named, billing, shipping), first_of(shipping, billing)

    def _find_customers(self, book, places, values):
        """Return the customer of each order.

        Nameless buyers share the collective customer, unless all buyers share one.

        :return: a dict, key of the buyer -> `Contact`
        """
        of_all = self.account._customer_of_all()
        shared = {
            key
            for key, (customer, _delivery) in places.items()
            if of_all or not _names_somebody(customer)
        }
        partner = of_all or (shared and self.account._collective_customer())
        common = partner and Contact({}, partner_id=partner.id, is_shared=True)
        return {
            key: common if key in shared else book.person(values[customer])
            for key, (customer, _delivery) in places.items()
        }

    def _order_contacts(self, book, customer, addresses, values):
        """Return the contacts of an order: customer, invoice and delivery address.

        :param Contact customer: the customer of the order
        :param addresses: what `_customer_and_delivery` returns
        """
        billed, delivered = addresses
        invoice = delivery = customer
        if _names_somebody(billed) and not customer.is_shared:
            invoice = book.address(customer, "invoice", values[billed])
        if delivered and has_location(delivered):
            delivery = book.address(customer, "delivery", values[delivered])
        return customer, invoice, delivery

    def _order_partners(self, *contacts):
        """Return the partners that belong to the contacts of an order."""
        Partner = self.env["res.partner"]
        return OrderPartners(
            *(Partner.browse(contact.partner_id) for contact in contacts)
        )

    def _load_people(self, book, values):
        """Load the private persons who may be among the buyers.

        Companies and people with a login are never matched to a buyer.
        """
        emails = {one["email_normalized"] for one in values} - {False}
        without_email = [one for one in values if not one["email_normalized"]]
        similar = Domain("email_normalized", "in", list(emails)) | (
            Domain("zip", "in", [one["zip"] for one in without_email if one["zip"]])
            & Domain("country_id", "in", [one["country_id"] for one in without_email])
        )
        people = Domain(
            [
                ("parent_id", "=", False),
                ("is_company", "=", False),
                # The parcel of a shared customer was sent there.
                ("type", "!=", "delivery"),
            ]
        ) & Domain("user_ids", "=", False)
        for row in self._read_partners(people & similar):
            book.add_person(row, row["id"])

    def _load_addresses(self, book, customers, values):
        """Load the invoice and delivery addresses of customers who exist.

        Those of a shared customer stand alone: with 20 000 of them below one contact,
        Odoo takes 14 seconds to rename it, and 27 to change its tax number.
        """
        by_parent = {
            not one.is_shared and one.partner_id: one
            for one in customers
            if one.partner_id
        }
        addresses = Domain("parent_id", "in", list(by_parent)) & Domain(
            "type", "in", ("invoice", "delivery")
        )
        # There may be tens of thousands without a parent.
        nearby = Domain("zip", "in", list({one["zip"] or False for one in values}))
        for row in self._read_partners(addresses & nearby, "parent_id", "type"):
            book.add_address(by_parent[row["parent_id"]], row["type"], row, row["id"])

    def _read_partners(self, domain, *more_fields):
        """Read partners of the account's company or of all, the oldest first."""
        # So that `user_ids` finds archived users too: they count as a login.
        Partner = self.env["res.partner"].with_context(active_test=False)
        usable = Domain("active", "=", True) & Domain(
            Partner._check_company_domain(self.account.company_id)
        )
        return Partner.search_read(
            domain & usable, [*FIELDS, *more_fields], order="id", load=None
        )

    def _create_contacts(self, contacts):
        """Create the missing people first, then the missing addresses."""
        people = [contact for contact in contacts if not contact.owner]
        self._create_partners(people, [self._partner_values(one) for one in people])
        addresses = [contact for contact in contacts if contact.owner]
        # Browsed together, so that Odoo reads them in one query.
        parents = self.env["res.partner"].browse(
            [one.owner.partner_id for one in addresses if not one.owner.is_shared]
        )
        inherited = {one.id: one._get_commercial_values() for one in parents}
        self._create_partners(
            addresses,
            [
                {
                    **inherited.get(one.owner.partner_id, {}),
                    **self._partner_values(one),
                    "parent_id": not one.owner.is_shared and one.owner.partner_id,
                }
                for one in addresses
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
            "lang": self.account._active_lang(),
            **contact.values,
        }
        del values["email_normalized"]
        return values

    def _address_values(self, addresses):
        """Return the partner values of addresses of the marketplace.

        :return: a dict, address -> values of `res.partner`, with `email_normalized` to
            find people by
        """
        countries = self._countries()
        found = {address: countries.find(address.country) for address in addresses}
        states = self._states_of(found.values())
        return {
            address: self._values_of_address(address, country, states)
            for address, country in found.items()
        }

    def _values_of_address(self, address, country, states):
        state = states.find(country, address.region)
        hidden = is_hidden(address)
        # Hidden buyers share contacts, which must not hold the data of one of them.
        email = "" if hidden else address.email
        return {
            "name": self._name_of(address),
            **postal_lines(address, "" if state else address.region),
            "state_id": state,
            "country_id": country,
            "email": email,
            "email_normalized": tools.email_normalize(email),
            "phone": "" if hidden else "".join(address.phones[:1]),
        }

    def _name_of(self, address):
        """Return the buyer's name, or where they are if it is unknown or hidden."""
        if has_name(address):
            return address.name
        place = " ".join(filter(None, (address.city, address.postcode)))
        if not place:
            return self.env._("THE ICONIC customer")
        return self.env._("THE ICONIC customer, %s", place)

    def _countries(self):
        """Return all countries by English name; the company's own is the default."""
        english = self.env["res.country"].with_context(lang="en_US")
        countries = english.search([("code", "!=", False)])
        return Countries(
            ((one.id, one.code, one.name) for one in countries),
            own=self.account.company_id.country_id.id,
        )

    def _states_of(self, countries):
        """Return the states of some countries, given by their ids.

        Those of Australia and New Zealand are known in any case, so that a state of one
        is never taken for one of the other.
        """
        states = self.env["res.country.state"].search(
            Domain("country_id", "in", list(set(countries)))
            | Domain("country_id.code", "in", list(LONG_CODES.values()))
        )
        return States((one.id, one.country_id.id, one.code, one.name) for one in states)


def _names_somebody(address):
    """Tell whether an address says whom to bill, and where they are."""
    return address is not None and has_name(address) and not is_hidden(address)
