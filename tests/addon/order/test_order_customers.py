"""The customers, invoice addresses and delivery addresses of orders."""

from dataclasses import replace

from common import ConnectorCase
from ordering import Ordering

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.iconic_connector.domain.addresses import (
    pack_addresses,
    unpack_addresses,
)
from odoo.addons.iconic_connector.seller_center.records import Address, Order

HOME = Address(
    first_name="Zoë",
    last_name="Nguyen",
    lines=("12 King St",),
    city="Newtown",
    region="NSW",
    postcode="2042",
    country="AU",
    email="zoe@example.com",
    phones=("0400 000 001",),
)
WORK = replace(HOME, lines=("Level 3", "1 George St"), city="Sydney", postcode="2000")
#: As the marketplace hides who somebody is, as opposed to where about they live.
HIDDEN = Address(
    city="Sydney",
    region="NSW",
    postcode="2000",
    country="AU",
    masked=("first_name", "last_name", "email", "lines", "phones"),
)
HIDDEN_NAME = ("first_name", "last_name")


class CustomerCase(ConnectorCase):
    """An Australian seller; of orders, only the buyer matters."""

    #: Who is invoiced.
    bill_to = "buyer"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account.bill_to = cls.bill_to
        cls.australia = cls.env.ref("base.au")
        cls.nsw = cls.env.ref("base.state_au_2")
        cls.company.country_id = cls.australia

    def book(self, billing=HOME, shipping=HOME, masked=()):
        """Return customer, invoice and delivery partner of an order."""
        found = self.account._partners_of(("1", billing, shipping, masked))
        return found.customer, found.invoice, found.delivery

    def make_partner(self, **values):
        """Create an existing contact: Zoë, at her home."""
        return self.env["res.partner"].create(
            {
                "name": "Zoe Nguyen",
                "email": "zoe@example.com",
                "street": "12 King St",
                "city": "Newtown",
                "zip": "2042",
                "state_id": self.nsw.id,
                "country_id": self.australia.id,
                **values,
            }
        )

    def written(self, partner):
        """Return a contact's address as it is written."""
        names = ("name", "street", "street2", "city", "zip")
        return tuple(partner[name] or "" for name in names)


class TestNewCustomers(CustomerCase):
    def test_a_new_buyer_becomes_a_contact_of_the_accounts_company(self):
        customer, invoice, delivery = self.book()
        self.assertEqual((invoice, delivery), (customer, customer))
        self.assertRecordValues(
            customer,
            [
                {
                    "name": "Zoë Nguyen",
                    "email": "zoe@example.com",
                    "phone": "0400 000 001",
                    "street": "12 King St",
                    "street2": "",
                    "city": "Newtown",
                    "zip": "2042",
                    "state_id": self.nsw.id,
                    "country_id": self.australia.id,
                    "company_id": self.company.id,
                    "lang": "en_US",
                    "is_company": False,
                    "type": "contact",
                    "parent_id": False,
                }
            ],
        )

    def test_a_new_contact_has_no_followers_and_no_messages(self):
        mails = self.env["mail.mail"].search_count([])
        customer, _invoice, delivery = self.book(shipping=WORK)
        for partner in (customer, delivery):
            self.assertFalse(partner.message_follower_ids)
            self.assertFalse(partner.message_ids)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_five_address_lines_and_the_ward_are_all_stored(self):
        lines = ("c/o Ng", "Item 4", "Level 3", "12 King St", "Rear lane")
        customer, *_others = self.book(replace(HOME, lines=lines, ward="Inner West"))
        self.assertEqual(customer.street, "c/o Ng")
        self.assertEqual(
            customer.street2, "Item 4, Level 3, 12 King St, Rear lane, Inner West"
        )

    def test_without_a_billing_address_the_shipping_address_is_billed(self):
        customer, invoice, delivery = self.book(billing=None)
        self.assertEqual((invoice, delivery), (customer, customer))
        self.assertEqual(customer.name, "Zoë Nguyen")

    def test_without_a_shipping_address_the_parcel_goes_to_the_billing_address(self):
        customer, _invoice, delivery = self.book(shipping=None)
        self.assertEqual(delivery, customer)

    def test_a_parcel_to_somebody_else_gets_a_delivery_address(self):
        gift = replace(HOME, first_name="Max", phones=("0400 000 009",))
        customer, invoice, delivery = self.book(shipping=gift)
        self.assertEqual(invoice, customer)
        self.assertRecordValues(
            delivery,
            [
                {
                    "name": "Max Nguyen",
                    "phone": "0400 000 009",
                    "type": "delivery",
                    "parent_id": customer.id,
                    "company_id": self.company.id,
                    "commercial_partner_id": customer.id,
                }
            ],
        )
        self.assertEqual(customer.name, "Zoë Nguyen")

    def test_addresses_from_the_database_lead_to_the_same_partners(self):
        order = Order("1", billing=HOME, shipping=WORK)
        stored = unpack_addresses(pack_addresses(order))
        self.assertEqual(self.book(*stored), self.book(HOME, WORK))

    def test_contacts_are_written_in_the_accounts_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.account.lang = "fr_FR"
        customer, _invoice, delivery = self.book(shipping=WORK)
        self.assertEqual((customer.lang, delivery.lang), ("fr_FR", "fr_FR"))


class TestPlaces(CustomerCase):
    def place(self, country, region, city="Newtown"):
        address = replace(HOME, country=country, region=region, city=city)
        customer, *_others = self.book(address, address)
        return customer.country_id.code, customer.state_id.code, customer.city

    def test_an_australian_state_is_found_by_code_and_by_name(self):
        expected = ("AU", "NSW", "Newtown")
        self.assertEqual(self.place("AU", "nsw"), expected)
        self.assertEqual(self.place("AUS", "New South Wales"), expected)
        self.assertEqual(self.place("australia", "NEW SOUTH WALES"), expected)

    def test_new_zealand_and_its_regions_are_found(self):
        expected = ("NZ", "WGN", "Petone")
        self.assertEqual(self.place("New Zealand", "Wellington", "Petone"), expected)
        self.assertEqual(self.place("NZ", "wgn", "Petone"), expected)

    def test_a_country_is_found_by_its_english_name_in_any_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        germany = self.env.ref("base.de")
        germany.with_context(lang="fr_FR").name = "Allemagne"
        self.account.lang = "fr_FR"
        self.assertEqual(self.place("Germany", "")[0], "DE")

    def test_an_unknown_country_is_the_companys_own(self):
        self.assertEqual(self.place("Narnia", "VIC")[:2], ("AU", "VIC"))
        self.assertEqual(self.place("", "VIC")[:2], ("AU", "VIC"))

    def test_an_unknown_region_stays_readable_behind_the_city(self):
        self.assertEqual(
            self.place("New Zealand", "North Island", "Petone"),
            ("NZ", False, "Petone, North Island"),
        )

    def test_a_state_of_another_country_is_not_used(self):
        self.assertEqual(
            self.place("NZ", "NSW", "Petone"), ("NZ", False, "Petone, NSW")
        )


class TestKnownCustomers(CustomerCase):
    def test_email_and_name_find_a_contact_in_any_spelling(self):
        zoe = self.make_partner(name="ZOE  NGUYEN", email="Zoe@Example.com")
        self.assertEqual(self.book(), (zoe, zoe, zoe))

    def test_the_same_email_with_another_name_is_somebody_else(self):
        zoe = self.make_partner(name="Max Nguyen")
        customer, *_others = self.book()
        self.assertNotEqual(customer, zoe)

    def test_without_an_email_name_and_address_find_a_contact(self):
        zoe = self.make_partner(street="12 KING  ST")
        unmailed = replace(HOME, email="", masked=("email",))
        self.assertEqual(self.book(unmailed, unmailed), (zoe, zoe, zoe))

    def test_without_an_email_another_street_is_somebody_else(self):
        zoe = self.make_partner(street="13 King St")
        unmailed = replace(HOME, email="")
        customer, *_others = self.book(unmailed, unmailed)
        self.assertNotEqual(customer, zoe)

    def test_without_an_email_another_country_is_somebody_else(self):
        zoe = self.make_partner(country_id=self.env.ref("base.nz").id, state_id=False)
        unmailed = replace(HOME, email="")
        customer, *_others = self.book(unmailed, unmailed)
        self.assertNotEqual(customer, zoe)

    def test_the_oldest_of_several_is_used(self):
        first = self.make_partner()
        self.make_partner()
        self.assertEqual(self.book()[0], first)

    def assert_not_taken(self, partner):
        customer, *_others = self.book()
        self.assertNotEqual(customer, partner)
        self.assertEqual(customer.name, "Zoë Nguyen")

    def test_a_contact_of_another_company_is_not_used(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assert_not_taken(self.make_partner(company_id=other.id))

    def test_a_contact_of_the_accounts_own_company_is_used(self):
        zoe = self.make_partner(company_id=self.company.id)
        self.assertEqual(self.book()[0], zoe)

    def test_an_archived_contact_is_not_used(self):
        self.assert_not_taken(self.make_partner(active=False))

    def test_a_company_is_not_used(self):
        self.assert_not_taken(self.make_partner(is_company=True))

    def test_an_additional_address_is_not_used_as_a_customer(self):
        parent = self.make_partner(name="Somebody", email=False)
        self.assert_not_taken(self.make_partner(parent_id=parent.id, type="other"))

    def test_nobody_with_a_login_is_used_even_if_archived_since(self):
        user = new_test_user(
            self.env, "zoe", groups="base.group_portal", email="zoe@example.com"
        )
        user.partner_id.name = "Zoe Nguyen"
        self.assert_not_taken(user.partner_id)
        user.active = False
        self.book()[0].unlink()
        self.assert_not_taken(user.partner_id)

    def test_a_new_billing_address_is_added(self):
        zoe = self.make_partner(street="1 Old Rd", phone="02 9000 0000")
        before = zoe.read()
        customer, invoice, delivery = self.book(WORK, HOME)
        self.env.flush_all()
        self.assertEqual(customer, zoe)
        self.assertEqual((invoice.type, invoice.parent_id), ("invoice", zoe))
        self.assertEqual((delivery.type, delivery.parent_id), ("delivery", zoe))
        self.assertEqual(
            self.written(invoice),
            ("Zoë Nguyen", "Level 3", "1 George St", "Sydney", "2000"),
        )
        after = zoe.read()
        changing = {"child_ids", "write_date", "__last_update"}
        for values in (*before, *after):
            for name in changing & values.keys():
                del values[name]
        self.assertEqual(after, before)

    def test_a_contact_without_an_address_stays_without(self):
        zoe = self.make_partner(
            street=False, city=False, zip=False, state_id=False, country_id=False
        )
        customer, invoice, delivery = self.book()
        self.assertEqual((customer, invoice.parent_id), (zoe, zoe))
        self.assertEqual(delivery.street, "12 King St")
        self.assertFalse(zoe.street or zoe.country_id)

    def test_the_same_additional_addresses_are_used_again(self):
        zoe = self.make_partner()
        first = self.book(WORK, WORK)
        again = replace(WORK, city="SYDNEY", phones=("02 1111 1111",))
        self.assertEqual(self.book(again, again), first)
        self.assertEqual(len(zoe.child_ids), 2)

    def test_an_archived_additional_address_is_not_used_again(self):
        self.make_partner()
        first = self.book(shipping=WORK)[2]
        first.active = False
        self.assertNotEqual(self.book(shipping=WORK)[2], first)

    def test_an_additional_address_has_its_parents_commercial_data(self):
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        zoe = self.make_partner(vat="/")
        zoe.property_account_position_id = position
        _customer, _invoice, delivery = self.book(shipping=WORK)
        self.assertEqual(delivery.parent_id, zoe)
        self.assertEqual(
            (delivery.vat, delivery.property_account_position_id), ("/", position)
        )


class TestManyCustomers(CustomerCase):
    def buyers(self, count, prefix):
        """Return some buyers, half of them new, each with an additional address."""
        buyers = []
        for number in range(count):
            home = replace(HOME, email=f"{prefix}{number}@example.com")
            if number % 2:
                home = replace(home, email="", last_name=f"{prefix} {number}")
            work = replace(WORK, first_name="Max", postcode=f"3{number:03d}")
            buyers.append((f"{prefix}{number}", home, work, ()))
            if number % 4 < 2:
                self.make_partner(
                    name=home.name, email=home.email, phone="1", street="1 Old Rd"
                )
        return buyers

    def test_two_orders_of_one_new_buyer_make_one_contact(self):
        found = self.account._partners_of_orders(
            [
                ("1", HOME, WORK, ()),
                ("2", replace(HOME, first_name="ZOE"), WORK, ()),
                ("3", replace(HOME, email=""), HOME, ()),
            ]
        )
        customers = {one.customer for one in found.values()}
        self.assertEqual(len(customers), 1)
        self.assertEqual(found["1"].delivery, found["2"].delivery)
        self.assertEqual(found["3"].delivery, found["3"].customer)

    def test_each_order_gets_its_own_buyer(self):
        buyers = self.buyers(8, "own")
        found = self.account._partners_of_orders(buyers)
        self.assertEqual(list(found), [buyer[0] for buyer in buyers])
        for key, billing, shipping, _masked in buyers:
            self.assertEqual(found[key].customer.name, billing.name)
            self.assertEqual(found[key].delivery.zip, shipping.postcode)
            self.assertEqual(found[key].delivery.parent_id, found[key].customer)

    def test_no_orders_need_no_partners(self):
        self.assertEqual(self.account._partners_of_orders([]), {})

    def test_many_orders_cost_as_many_queries_as_one(self):
        self.book()
        few = self.count_queries(self.buyers(4, "few"))
        many = self.count_queries(self.buyers(40, "many"))
        self.assertEqual(many, few)

    def count_queries(self, buyers):
        """Return how many queries are needed to find them, with an empty cache."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.account._partners_of_orders(buyers)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


class TestHiddenCustomers(CustomerCase):
    def test_a_hidden_buyer_is_the_collective_customer_with_the_known_place(self):
        customer, invoice, delivery = self.book(HIDDEN, HIDDEN, HIDDEN_NAME)
        self.assertEqual(customer, self.account.collective_partner_id)
        self.assertEqual(customer.name, "THE ICONIC Customers")
        self.assertEqual(invoice, customer)
        self.assertRecordValues(
            delivery,
            [
                {
                    "name": "THE ICONIC customer, Sydney 2000",
                    "type": "delivery",
                    "parent_id": False,
                    "street": "",
                    "city": "Sydney",
                    "zip": "2000",
                    "state_id": self.nsw.id,
                    "country_id": self.australia.id,
                    "email": "",
                    "phone": "",
                }
            ],
        )

    def test_a_hidden_name_alone_is_enough_to_hide_somebody(self):
        shy = replace(HOME, first_name="", masked=("first_name",))
        customer, _invoice, delivery = self.book(shy, shy)
        self.assertEqual(customer, self.account.collective_partner_id)
        self.assertEqual(
            self.written(delivery),
            ("THE ICONIC customer, Newtown 2042", "12 King St", "", "Newtown", "2042"),
        )
        self.assertFalse(delivery.email or delivery.phone)

    def test_hidden_lines_alone_are_enough_to_hide_somebody(self):
        shy = replace(HOME, lines=(), masked=("lines",))
        customer, _invoice, delivery = self.book(shy, shy)
        self.assertEqual(customer, self.account.collective_partner_id)
        self.assertEqual(delivery.name, "Zoë Nguyen")

    def test_a_hidden_email_or_phone_is_merely_left_empty(self):
        shy = replace(HOME, email="", phones=(), masked=("email", "phones"))
        customer, _invoice, delivery = self.book(shy, shy)
        self.assertEqual((customer.name, delivery), ("Zoë Nguyen", customer))
        self.assertFalse(customer.email or customer.phone)
        self.assertFalse(self.account.collective_partner_id)

    def test_a_wholly_hidden_buyer_is_the_collective_customer(self):
        nothing = Address(masked=(*HIDDEN.masked, "city", "postcode", "country"))
        for billing in (nothing, None):
            customer, invoice, delivery = self.book(billing, billing, HIDDEN_NAME)
            self.assertEqual(customer, self.account.collective_partner_id)
            self.assertEqual((invoice, delivery), (customer, customer))

    def test_the_collective_customer_is_created_once(self):
        first = self.book(HIDDEN, HIDDEN)
        self.assertEqual(self.book(HIDDEN, HIDDEN), first)
        found = self.account._partners_of_orders(
            [("1", HIDDEN, HIDDEN, ()), ("2", HIDDEN, HIDDEN, ())]
        )
        self.assertEqual({one.delivery for one in found.values()}, {first[2]})
        self.assertEqual(first[0].company_id, self.company)

    def test_a_chosen_collective_customer_is_used(self):
        chosen = self.env["res.partner"].create({"name": "Marketplace buyers"})
        self.account.collective_partner_id = chosen
        customer, _invoice, delivery = self.book(HIDDEN, HIDDEN)
        self.assertEqual((customer, delivery.city), (chosen, "Sydney"))

    def test_a_hidden_delivery_address_does_not_hide_the_customer(self):
        customer, invoice, delivery = self.book(HOME, HIDDEN)
        self.assertEqual((customer.name, invoice), ("Zoë Nguyen", customer))
        self.assertEqual((delivery.parent_id, delivery.city), (customer, "Sydney"))


class TestCollectiveCustomer(CustomerCase):
    """As an account does by default: the buyers are THE ICONIC's to know."""

    bill_to = "collective"

    def test_it_is_the_default(self):
        account = self.env["iconic.account"].create({"name": "Second"})
        self.assertEqual(account.bill_to, "collective")
        account._collective_customer()
        self.assertRecordValues(
            account.collective_partner_id,
            [{"name": "Second Customers", "company_id": self.company.id}],
        )

    def test_it_is_invoiced_and_the_buyer_gets_the_parcel(self):
        customer, invoice, delivery = self.book(HOME, WORK)
        self.assertEqual(customer, self.account.collective_partner_id)
        self.assertEqual(invoice, customer)
        self.assertEqual((delivery.type, delivery.parent_id.id), ("delivery", False))
        self.assertEqual(
            self.written(delivery),
            ("Zoë Nguyen", "Level 3", "1 George St", "Sydney", "2000"),
        )

    def test_a_buyer_who_is_a_contact_is_neither_invoiced_nor_changed(self):
        zoe = self.make_partner()
        customer, _invoice, delivery = self.book()
        self.assertEqual(customer, self.account.collective_partner_id)
        self.assertNotEqual(delivery, zoe)

    def test_an_address_is_used_again_by_later_orders_of_any_account(self):
        delivery = self.book()[2]
        self.assertEqual(self.book(HOME, replace(HOME, city="NEWTOWN"))[2], delivery)
        second = self.account.copy({"name": "Second"})
        self.assertFalse(second.collective_partner_id)
        found = second._partners_of(("2", HOME, HOME, ()))
        self.assertEqual(found.delivery, delivery)
        self.assertNotEqual(found.customer, self.account.collective_partner_id)

    def test_its_vat_number_is_not_the_buyers(self):
        self.account._collective_customer().vat = "/"
        self.assertFalse(self.book()[2].vat)

    def test_a_delivery_address_never_becomes_a_customer(self):
        delivery = self.book()[2]
        self.account.bill_to = "buyer"
        self.assertNotEqual(self.book()[0], delivery)

    def test_hidden_buyers_are_invoiced_to_it_as_well(self):
        customer, invoice, delivery = self.book(HIDDEN, HIDDEN, HIDDEN_NAME)
        self.assertEqual((customer, invoice), (self.account.collective_partner_id,) * 2)
        self.assertEqual(delivery.name, "THE ICONIC customer, Sydney 2000")

    def test_the_number_of_earlier_buyers_and_of_orders_costs_no_queries(self):
        def buyers(first, count):
            places = [
                replace(HOME, lines=(f"{first + one} A St",)) for one in range(count)
            ]
            return [(str(one), place, place, ()) for one, place in enumerate(places)]

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.account._partners_of_orders(some)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.book()
        few = queries(buyers(0, 4))
        self.account._partners_of_orders(buyers(1000, 200))
        self.assertEqual(queries(buyers(2000, 40)), few)


class TestBilledToTheMarketplace(CustomerCase):
    bill_to = "marketplace"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketplace = cls.env["res.partner"].create(
            {"name": "THE ICONIC Pty Ltd", "is_company": True}
        )
        cls.account.marketplace_partner_id = cls.marketplace

    def test_the_marketplace_pays_and_the_buyer_gets_the_parcel(self):
        customer, invoice, delivery = self.book(HOME, WORK)
        self.assertEqual((customer, invoice), (self.marketplace, self.marketplace))
        self.assertEqual(self.written(delivery)[:2], ("Zoë Nguyen", "Level 3"))
        self.assertFalse(delivery.parent_id)
        self.assertEqual(self.book(HOME, WORK)[2], delivery)
        self.assertFalse(self.account.collective_partner_id)

    def test_a_hidden_buyers_parcel_goes_to_the_known_place(self):
        customer, invoice, delivery = self.book(HIDDEN, HIDDEN)
        self.assertEqual((customer, invoice), (self.marketplace, self.marketplace))
        self.assertEqual((delivery.city, delivery.type), ("Sydney", "delivery"))

    def test_without_a_contact_for_the_marketplace_the_error_names_the_remedy(self):
        self.account.marketplace_partner_id = False
        with self.assertRaisesRegex(UserError, "Open the account THE ICONIC, choose"):
            self.book()


class ChangedAddressCase(Ordering, CustomerCase):
    """An imported order of two items, to the address at home."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._make_books()
        cls.dress = cls.make_style("MOVE", "S").product_variant_ids

    def setUp(self):
        super().setUp()
        self.order = self.make_order(HOME)
        self.sale = self.order.sale_order_id

    def make_order(self, address, statuses=("pending", "pending")):
        """Create an imported order with items in these statuses."""
        customer, invoice, delivery = self.book(address, address)
        sale = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "partner_invoice_id": invoice.id,
                "partner_shipping_id": delivery.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.dress.id,
                            "product_uom_qty": len(statuses),
                            "price_unit": 50,
                        }
                    )
                ],
            }
        )
        sale.action_confirm()
        return self.env["iconic.order"].create(
            {
                "account_id": self.account.id,
                "external_id": "1",
                "number": "100001",
                "sale_order_id": sale.id,
                "state": "imported",
                "item_ids": [
                    Command.create({"external_id": str(number), "status": status})
                    for number, status in enumerate(statuses)
                ],
            }
        )

    def notes(self):
        """Return the notes about addresses on the sales order."""
        return self.sale.message_ids.filtered(
            lambda message: "another delivery address" in message.body
        )

    def assert_unchanged(self, *change):
        before = self.sale.partner_shipping_id
        self.assertFalse(self.order._change_address(*change))
        self.assertEqual(self.sale.partner_shipping_id, before)
        self.assertEqual(self.sale.picking_ids.partner_id, before)
        self.assertFalse(self.notes())


class TestChangedAddresses(ChangedAddressCase):
    def test_a_new_address_reaches_the_order_and_its_open_delivery(self):
        self.assertTrue(self.order._change_address(HOME, WORK))
        delivery = self.sale.partner_shipping_id
        self.assertEqual((delivery.street, delivery.type), ("Level 3", "delivery"))
        self.assertEqual(delivery.parent_id, self.sale.partner_id)
        self.assertEqual(self.sale.picking_ids.partner_id, delivery)
        self.assertEqual(self.sale.picking_ids.move_ids.partner_id, delivery)

    def test_a_new_address_is_noted_internally_only(self):
        self.order._change_address(HOME, WORK)
        self.assertEqual(len(self.notes()), 1)
        self.assertEqual(self.notes().subtype_id, self.env.ref("mail.mt_note"))
        self.assertIn("12 King St", self.notes().body)
        self.assertIn("1 George St", self.notes().body)
        self.assertFalse(self.notes().notified_partner_ids)

    def test_a_new_address_creates_no_activity(self):
        self.order._change_address(HOME, WORK)
        self.assertFalse(self.sale.picking_ids.activity_ids)

    def test_the_same_address_changes_nothing(self):
        self.assert_unchanged(HOME, replace(HOME, city="NEWTOWN"))

    def test_an_anonymised_re_read_changes_nothing(self):
        partners = self.env["res.partner"].search_count([])
        self.assert_unchanged(HIDDEN, HIDDEN, HIDDEN_NAME)
        self.assert_unchanged(None, None, HIDDEN_NAME)
        self.assertFalse(self.account.collective_partner_id)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_nothing_changes_once_an_item_has_left(self):
        self.order.item_ids[0].status = "shipped"
        self.assert_unchanged(HOME, WORK)

    def test_a_cancelled_item_does_not_prevent_a_new_address(self):
        self.order.item_ids[0].status = "canceled"
        self.assertTrue(self.order._change_address(HOME, WORK))

    def test_a_delivery_that_is_done_keeps_its_address(self):
        picking = self.sale.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        self.order._change_address(HOME, WORK)
        self.assertEqual(picking.partner_id, self.sale.partner_id)

    def test_taxes_stay_as_they_were_sold(self):
        self.env["account.fiscal.position"].create(
            {
                "name": "Trans-Tasman",
                "auto_apply": True,
                "country_id": self.env.ref("base.nz").id,
            }
        )
        before = self.sale.fiscal_position_id
        abroad = replace(WORK, country="NZ", region="Wellington")
        self.assertTrue(self.order._change_address(HOME, abroad))
        self.assertEqual(self.sale.fiscal_position_id, before)

    def test_a_posted_invoice_keeps_its_address(self):
        self.dress.invoice_policy = "order"
        invoice = self.sale._create_invoices()
        invoice.action_post()
        self.assertTrue(self.order._change_address(HOME, WORK))
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(invoice.partner_shipping_id, self.sale.partner_id)


class TestChangedAddressesOfTheCollectiveCustomer(ChangedAddressCase):
    bill_to = "collective"

    def test_a_new_address_leaves_customer_and_earlier_address_alone(self):
        customer, earlier = self.sale.partner_id, self.sale.partner_shipping_id
        self.assertTrue(self.order._change_address(HOME, WORK))
        self.assertEqual(self.sale.partner_id, customer)
        self.assertEqual(self.sale.partner_invoice_id, customer)
        self.assertEqual(self.sale.partner_shipping_id.street, "Level 3")
        self.assertEqual(self.sale.picking_ids.partner_id.street, "Level 3")
        self.assertEqual(earlier.street, "12 King St")

    def test_an_anonymised_re_read_changes_nothing(self):
        partners = self.env["res.partner"].search_count([])
        self.assert_unchanged(HIDDEN, HIDDEN, HIDDEN_NAME)
        self.assert_unchanged(None, None, HIDDEN_NAME)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
