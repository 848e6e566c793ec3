"""The goods of the bench: made in `odoo shell`, on a database of its own.

Styles in two colours and three sizes each, with a picture, RRPs, taxes that are
included in the price, a price list, stock, and a mapping to the marketplace's
categories. All of it is published before anything is measured.
"""

import base64
from io import BytesIO

from PIL import Image, ImageDraw

from odoo.fields import Command

from benchmarks.goods import (
    ACCOUNT,
    COLOURS,
    COLOURS_OF_STYLE,
    COST,
    NO_THRESHOLDS,
    SIZES,
    VARIANTS,
    list_price,
)
from benchmarks.jobs import read_feeds, run_asked_job, run_job

SEASON = "AW26"
STOCK = 1000
#: Styles that are made at once.
CHUNK = 200
#: Styles with a picture of their own; the others get one of these.
PICTURES = 20
#: A category of the marketplace, by its number: dresses.
MARKETPLACE_CATEGORY = "111"
FIXED_VALUES = {"Composition": "95% Cotton, 5% Elastane", "AgeGroup": "Adult"}
DESCRIPTION = """
<p>Dress {number} is cut on the bias from a soft crepe, with a tie at the waist and a
hem that moves. It can be worn to the office as well as to the beach.</p>
<ul><li>Concealed zip at the side</li><li>Lined bodice</li><li>Falls below the
knee</li><li>Model {number} is 175 cm tall and wears a size S</li></ul>
<p>Wash it by hand, dry it in the shade and iron it while it is still damp.</p>
"""
SHARE_PICTURES = """
INSERT INTO ir_attachment (res_id, {columns})
SELECT style.id, {columns} FROM unnest(%s::int[], %s::int[]) AS style (id, like_id)
JOIN ir_attachment ON res_id = style.like_id
WHERE res_model = 'product.template' AND res_field LIKE 'image_%%'
"""
NAME_VARIANTS = """
UPDATE product_product SET default_code = named.sku, barcode = named.barcode,
    iconic_rrp = named.rrp
FROM unnest(%s::int[], %s, %s, %s) AS named (id, sku, barcode, rrp)
WHERE product_product.id = named.id
"""


def make(env, url, styles):
    """Make the goods and an account that has published them all.

    :param env: the environment of `odoo shell`
    :param url: where the marketplace is
    :param styles: how many styles
    """
    # Nothing runs beside what is measured.
    env["ir.cron"].search([]).active = False
    tax = _keep_books(env)
    goods = _Goods(env, tax)
    account = _make_account(env, url, goods)
    run_job(env, "taxonomy")
    _map_category(env, account, goods)
    for first in range(0, styles, CHUNK):
        goods.make(range(first, min(first + CHUNK, styles)))
    _publish(env, account, styles * VARIANTS)


def _keep_books(env):
    """Open the books of a company in Australia, with GST included in prices.

    :return: the tax
    """
    company = env.company
    company.country_id = env.ref("base.au")
    company.resource_calendar_id.tz = "Australia/Sydney"
    if company.chart_template != "au":
        env["account.chart.template"].try_loading("au", company)
    company.currency_id.active = True
    taxes = env["account.tax"].search(
        [("type_tax_use", "=", "sale"), ("amount", "=", 10)]
    )
    tax = (taxes.filtered("price_include") or taxes)[:1]
    if not tax.price_include:
        tax.price_include_override = "tax_included"
    return tax


class _Goods:
    """Makes styles, and knows what they have in common."""

    def __init__(self, env, tax):
        self.env = env
        self._tax = tax
        #: Number of a style -> its id.
        self._own = {}
        self.season = env["product.tag"].create({"name": SEASON})
        self.category = env["product.category"].create({"name": "Dresses"})
        self.size = self._attribute("Size", SIZES)
        self.colour = self._attribute("Colour", COLOURS)
        self.warehouse = env["stock.warehouse"].search([], limit=1)

    def make(self, numbers):
        """Make styles with these numbers, and commit them."""
        templates = self.env["product.template"].create(
            [self._style(number) for number in numbers]
        )
        self._name_variants(templates, numbers)
        self._share_pictures(templates, numbers)
        self._fill_warehouse(templates.product_variant_ids)
        self.env.cr.commit()
        self.env.invalidate_all()

    def _attribute(self, name, values):
        lines = [Command.create({"name": value}) for value in values]
        return self.env["product.attribute"].create(
            {"name": name, "create_variant": "always", "value_ids": lines}
        )

    def _style(self, number):
        colours = self.colour.value_ids
        places = [(number + place) % len(COLOURS) for place in range(COLOURS_OF_STYLE)]
        chosen = colours.browse([colours[place].id for place in places])
        return {
            "name": f"Dress {number}",
            "is_storable": True,
            "categ_id": self.category.id,
            "list_price": list_price(number),
            "taxes_id": [Command.set(self._tax.ids)],
            "invoice_policy": "order",
            "product_tag_ids": [Command.set(self.season.ids)],
            "iconic_brand": "Saltbush",
            "iconic_gender": "female",
            "iconic_description": DESCRIPTION.format(number=number),
            **_picture_of(number),
            "attribute_line_ids": [
                _line(self.colour, chosen),
                _line(self.size, self.size.value_ids),
            ],
        }

    def _name_variants(self, templates, numbers):
        """Name the variants by SQL: one by one, Odoo would take hours for many."""
        self.env.flush_all()
        rows = [
            (variant.id, f"BENCH-{style:06d}-{place}", style * VARIANTS + place)
            for style, template in zip(numbers, templates, strict=True)
            for place, variant in enumerate(template.product_variant_ids)
        ]
        ids, skus, places = zip(*rows, strict=True)
        rrps = [list_price(place // VARIANTS) * 1.25 for place in places]
        barcodes = [_barcode(place) for place in places]
        self.env.cr.execute(NAME_VARIANTS, [list(ids), list(skus), barcodes, rrps])
        self.env.invalidate_all()
        templates.product_variant_ids.standard_price = COST

    def _share_pictures(self, templates, numbers):
        """Give styles the pictures of others: to scale them takes Odoo longest."""
        self._own.update(zip(numbers, templates.ids, strict=True))
        later = [number for number in numbers if number >= PICTURES]
        self.env.cr.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name ="
            " 'ir_attachment' AND column_name NOT IN ('id', 'res_id')"
        )
        columns = ", ".join(name for (name,) in self.env.cr.fetchall())
        ids = [self._own[number] for number in later]
        like = [self._own[number % PICTURES] for number in later]
        self.env.cr.execute(SHARE_PICTURES.format(columns=columns), [ids, like])

    def _fill_warehouse(self, variants):
        self.env["stock.quant"].create(
            [
                {
                    "product_id": variant.id,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "quantity": STOCK,
                }
                for variant in variants
            ]
        )


def _line(attribute, values):
    return Command.create(
        {"attribute_id": attribute.id, "value_ids": [Command.set(values.ids)]}
    )


def _barcode(number):
    digits = f"952{number:09d}"
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _picture_of(number):
    """Return the values for a picture of its own, if a style is to have one."""
    if number >= PICTURES:
        return {}
    return {"image_1920": base64.b64encode(_picture(number))}


def _picture(number):
    """Draw a picture that no other style has."""
    output = BytesIO()
    picture = Image.new("RGB", (600, 800), (number % 256, number // 256 % 256, 128))
    ImageDraw.Draw(picture).text((20, 20), str(number), "white")
    picture.save(output, "JPEG")
    return output.getvalue()


def _make_account(env, url, goods):
    rule = {
        "applied_on": "2_product_category",
        "categ_id": goods.category.id,
        "compute_price": "percentage",
        "percent_price": 10,
    }
    pricelist = env["product.pricelist"].create(
        {"name": "Shop", "item_ids": [Command.create(rule)]}
    )
    account = env["iconic.account"].create(
        {
            "name": ACCOUNT,
            "api_type": "action",
            "api_url": url,
            "user_login": "seller@sandbox.example",
            "api_key": "sandbox-api-key-0123456789abcdef",
            "connection_state": "connected",
            "image_base_url": "https://odoo.example.com",
            "lang": "en_US",
            "pricelist_id": pricelist.id,
            "warehouse_id": goods.warehouse.id,
            "stock_warehouse_ids": [Command.set(goods.warehouse.ids)],
            "season_tag_ids": [Command.set(goods.season.ids)],
            "unknown_voucher_payer": "seller",
            "shipping_kept_by": "seller",
            "orders_from": "2020-01-01",
            "make_pick_tickets": False,
            "make_payment_receipts": False,
            **NO_THRESHOLDS,
        }
    )
    account.action_create_clearing_journal()
    env.cr.commit()
    return account


def _map_category(env, account, goods):
    category = env["iconic.category"].search(
        [
            ("account_id", "=", account.id),
            ("external_id", "=", MARKETPLACE_CATEGORY),
        ]
    )
    attributes = [
        {"feed_name": "Season", "source": "season"},
        {
            "feed_name": "Color",
            "source": "attribute",
            "product_attribute_id": goods.colour.id,
        },
    ]
    attributes += [
        {"feed_name": name, "source": "fixed", "value": value}
        for name, value in FIXED_VALUES.items()
    ]
    env["iconic.category.map"].create(
        {
            "account_id": account.id,
            "categ_id": goods.category.id,
            "primary_category_id": category.id,
            "variation_attribute_id": goods.size.id,
            "attribute_ids": [Command.create(line) for line in attributes],
        }
    )
    env.cr.commit()


def _publish(env, account, size):
    account.action_send_products()
    env.cr.commit()
    run_asked_job(env, "list")
    for flow in ("create", "image"):
        run_job(env, flow)
        read_feeds(env)
    listings = env["iconic.listing"]
    published = listings.search_count([("product_status", "=", "published")])
    if published != size:
        errors = listings.search([], limit=500).mapped("error")
        raise AssertionError(f"{published} of {size} published: {set(errors)}")
