"""Ways to spoil a product, and to ask check and marketplace about it."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partialmethod
from typing import NamedTuple

from common import Season, document, leave_sections
from lxml import etree

from odoo.fields import Command

from odoo.addons.iconic_connector.seller_center.errors import Refused

from seller_center_sandbox import Sandbox, SandboxServer

SMALL = "PAIR-Navy-S"
TODAY = datetime.now(timezone.utc).date()
TOMORROW = (TODAY + timedelta(days=1)).isoformat()
LAST_WEEK = (TODAY - timedelta(days=7)).isoformat()


class Rule(NamedTuple):
    """One way to spoil a good product, and the messages of both sides.

    :param spoil: does it in Odoo, given the test
    :param check: words of the check: the field, the value, the rule and the remedy
    :param marketplace: words of the error in the feed, or of the refused document
    :param altered: elements of a good document and their wrong texts, where the
        connector cannot write the fault itself
    """

    spoil: Callable
    check: tuple
    marketplace: tuple
    altered: dict | None = None


class Pairs(Season):
    """A season of one dress, the taxonomy on record, and ways to ask both sides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        server = SandboxServer(Sandbox(processing_delay=0, auto_process=False)).start()
        cls.addClassCleanup(server.stop)
        cls.sandbox = server.sandbox
        cls.prepare_sandbox()
        cls.account.api_url = server.url
        cls.read_taxonomy()
        cls.style = cls.make_style("PAIR", "S M")
        cls.small = cls.product(SMALL)

    @classmethod
    def prepare_sandbox(cls):
        """Empty the marketplace but for a part of its taxonomy."""
        cls.sandbox.reset()
        leave_sections(cls.sandbox)

    def setUp(self):
        super().setUp()
        self.prepare_sandbox()
        self.listed = self.list_products(self.small)

    def specify(self, **values):
        """Fill in item specifics of the listing."""
        known = self.listed.attribute_ids.grouped("feed_name")
        for name, value in values.items():
            if name in known:
                known[name].value = value
            else:
                line = Command.create({"feed_name": name, "value": value})
                self.listed.attribute_ids = [line]

    def number(self, number):
        """Return the category of the marketplace with this number."""
        return self.env["iconic.category"].search(
            [("account_id", "=", self.account.id), ("external_id", "=", number)]
        )

    def messages_of_check(self):
        """Return the check's messages about the small dress, as both buttons show."""
        self.account.action_check_products()
        found = self.account.problem_ids.filtered(
            lambda one: one.product_id == self.small
        )
        messages = found.mapped("message")
        answer = self.listed.action_check()["params"]
        self.assertEqual(answer["type"], "warning" if messages else "success")
        if messages:
            self.assertEqual(sorted(answer["message"].split("\n")), sorted(messages))
        return messages

    def errors_of_marketplace(self, content, action="ProductCreate"):
        """Send a document past the check, and return why the marketplace refuses.

        :param content: the document, as bytes
        :return: the errors, `FeedMessage` records
        """
        with self.account._connect() as client:
            receipt = client.send_feed(action, content)
            self.let_marketplace_work()
            return client.feed_status(receipt.feed_id).errors

    def refused_by_marketplace(self, content, action="ProductCreate"):
        """Return the errors with which a document, or a product in it, is refused."""
        try:
            errors = self.errors_of_marketplace(content, action)
        except Refused as refusal:
            errors = refusal.details
        return "\n".join(
            " ".join(filter(None, (error.field, error.seller_sku, error.message)))
            for error in errors
        )

    def assert_both_refuse(self, rule):
        """Check one rule: the check first, then the marketplace.

        :param rule: a `Rule`
        """
        good = document(self.listed)
        rule.spoil(self)
        found = self.messages_of_check()
        self.assertEqual(len(found), 1, found)
        for word in rule.check:
            self.assertIn(word, found[0])
        content = altered(good, rule.altered) if rule.altered else self.sent()
        refusal = self.refused_by_marketplace(content)
        for word in rule.marketplace:
            self.assertIn(word, refusal)

    def sent(self):
        """Return what the connector would send, without the check."""
        return document(self.listed)

    def assert_both_accept(self):
        """Check that a product is good for either side."""
        self.assertEqual(self.messages_of_check(), [])
        self.assertEqual(self.refused_by_marketplace(self.sent()), "")


def altered(content, texts):
    """Write other texts into the elements of a document.

    :param content: as bytes
    :param texts: element -> text; an element that is not there is added
    """
    root = etree.fromstring(content)
    for name, text in texts.items():
        element = next(root.iter(name), None)
        if element is None:
            element = etree.SubElement(root[0], name)
        element.text = text
    return etree.tostring(root)


def each_rule(case):
    """Make a test of each rule of a case's table; apply it to the class."""
    for name, rule in case.rules.items():
        words = name.replace(" ", "_").replace("-", "_")
        setattr(
            case, f"test_{words}", partialmethod(case.assert_both_refuse, rule=rule)
        )
    return case


def write(**values):
    """Spoil the small dress."""
    return lambda case: case.small.write(values)


def style(**values):
    """Spoil the whole style."""
    return lambda case: case.style.write(values)


def listing(**values):
    """Spoil the listing."""
    return lambda case: case.listed.write(values)


def specific(**values):
    """Spoil an item specific of the listing."""
    return lambda case: case.specify(**values)


def vanish(method, *arguments):
    """Let something vanish at the marketplace, and have the taxonomy read again."""

    def spoil(case):
        getattr(case.sandbox.taxonomy, method)(*arguments)
        case.read_taxonomy()

    return spoil


def unmap(case):
    case.style.categ_id = case.env["product.category"].create({"name": "Odds"})


def primary(number):
    """Send the dress to another category."""
    return lambda case: case.listed.write(
        {"primary_category_id": case.number(number).id}
    )


def secondary(*numbers):
    """Send the dress to some secondary categories as well."""
    return lambda case: case.listed.write(
        {
            "secondary_category_ids": [
                Command.set([case.number(number).id for number in numbers])
            ]
        }
    )


def unsize(case):
    """Let the variation come from an attribute that the dress does not have."""
    case.mapping.variation_attribute_id = case._attribute("Length", ("Short",))


def recolour(name):
    """Let the dress have a colour that the marketplace does not know."""
    return lambda case: case.colour.value_ids.filtered(
        lambda one: one.name == "Navy"
    ).write({"name": name})


def unmap_colour(case):
    line = case.env["iconic.value.map.line"].search(
        [("map_id.account_id", "=", case.account.id), ("value_id.name", "=", "Navy")]
    )
    line.option_id = False
    recolour("Midnight Blue")(case)


def sell_off(start, end):
    """Lower the price for a time."""
    return lambda case: case.pricelist.write(
        {
            "item_ids": [
                Command.create(
                    {
                        "compute_price": "fixed",
                        "fixed_price": 49.0,
                        "date_start": f"{start} 00:00:00",
                        "date_end": f"{end} 00:00:00",
                    }
                )
            ]
        }
    )


def discount(case):
    """Reduce every price by more than half."""
    rule = {"compute_price": "percentage", "percent_price": 60.0}
    case.pricelist.item_ids = [Command.create(rule)]


def unset(feed_name):
    """Let a mandatory attribute have no source."""
    return lambda case: case.mapping.attribute_ids.filtered(
        lambda line: line.feed_name == feed_name
    ).write({"source": False})
