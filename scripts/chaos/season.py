"""The campaign's data: made in `odoo shell`, on a database of its own.

Two accounts sell the same goods from one warehouse; some of the goods are kits.
"""

import base64
from io import BytesIO

from PIL import Image

#: The accounts; each is known at a marketplace of its own.
ACCOUNTS = ("First", "Second")
LOGINS = {name: f"{name.lower()}@sandbox.example" for name in ACCOUNTS}
APPLICATIONS = {name: f"sandbox-application-{name.lower()}" for name in ACCOUNTS}
SIZES = ("S", "M")
#: Products in a feed. To read a thousand back over REST takes a minute, while the job
#: renews no lease: the campaign takes it for dead after seconds.
PER_FEED = 200
#: Every so many styles one is a kit.
KITS_EVERY = 10
STOCK = 20
CARRIER, PROVIDER = "Couriers", "Coast Couriers"


def make(env, styles):
    """Make accounts and goods, and press Send Products.

    :param env: the environment of `odoo shell`
    :param styles: how many styles, each in two sizes
    """
    # Some of Odoo's own call its maker.
    others = env["ir.cron"].search([("cron_name", "not like", "THE ICONIC")])
    others.active = False
    # Of two servers with a port each, every login would write its own.
    env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
    _keep_books(env)
    season = env["product.tag"].create({"name": "AW26"})
    category = env["product.category"].create({"name": "Dresses"})
    size = _sizes(env)
    warehouse = env["stock.warehouse"].search([], limit=1)
    _make_styles(env, styles, season, category, size, warehouse)
    accounts = _make_accounts(env, season, category, size, warehouse)
    env.cr.commit()
    for account in accounts:
        account.action_send_products()
    env.cr.commit()


def _keep_books(env):
    company = env.company
    company.country_id = env.ref("base.au")
    company.resource_calendar_id.tz = "Australia/Sydney"
    if company.chart_template != "au":
        env["account.chart.template"].try_loading("au", company)
    company.currency_id.active = True


def _sizes(env):
    values = [(0, 0, {"name": name}) for name in SIZES]
    return env["product.attribute"].create({"name": "Size", "value_ids": values})


def _make_styles(env, styles, season, category, size, warehouse):
    line = {"attribute_id": size.id, "value_ids": [(6, 0, size.value_ids.ids)]}
    picture = base64.b64encode(_picture())
    made = env["product.template"].create(
        [
            {
                "name": f"Dress {number}",
                "is_storable": not _is_kit(number),
                "categ_id": category.id,
                "list_price": 50 + number % 100,
                "taxes_id": [(5,)],
                "product_tag_ids": [(6, 0, season.ids)],
                "iconic_brand": "Saltbush",
                "iconic_gender": "female",
                "iconic_description": f"<p>Dress {number} with a tie at the waist.</p>",
                "image_1920": picture,
                "attribute_line_ids": [(0, 0, line)],
            }
            for number in range(styles)
        ]
    )
    _name_variants(made)
    simple = made.filtered("is_storable").product_variant_ids
    env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "location_id": warehouse.lot_stock_id.id,
                "inventory_quantity": STOCK,
            }
            for product in simple
        ]
    ).action_apply_inventory()
    _make_kits(env, made - simple.product_tmpl_id, simple)


def _is_kit(number):
    return number % KITS_EVERY == KITS_EVERY - 1


def _name_variants(styles):
    for number, style in enumerate(styles):
        for place, variant in enumerate(style.product_variant_ids):
            variant.write(
                {
                    "default_code": f"DRESS-{number:04d}-{SIZES[place]}",
                    "barcode": _barcode(2 * number + place),
                }
            )


def _barcode(number):
    digits = f"952{number:09d}"
    total = sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _make_kits(env, styles, simple):
    """Make each kit of one and two pieces of two other products."""
    for place, style in enumerate(styles):
        lines = [
            (0, 0, {"product_id": simple[2 * place + count].id, "product_qty": count})
            for count in (1, 2)
        ]
        env["mrp.bom"].create(
            {"product_tmpl_id": style.id, "type": "phantom", "bom_line_ids": lines}
        )


def _picture():
    output = BytesIO()
    Image.new("RGB", (600, 800), "navy").save(output, "JPEG")
    return output.getvalue()


def _make_accounts(env, season, category, size, warehouse):
    pricelist = env["product.pricelist"].create({"name": "Shop"})
    accounts = env["iconic.account"].create(
        [
            {
                "name": name,
                "user_login": LOGINS[name],
                "api_key": "sandbox-api-key-0123456789abcdef",
                "application_id": APPLICATIONS[name],
                "application_secret": "sandbox-application-secret-0123456789abcdef",
                "api_url": "http://127.0.0.1:9/",
                "pricelist_id": pricelist.id,
                "warehouse_id": warehouse.id,
                "stock_warehouse_ids": [(6, 0, warehouse.ids)],
                "season_tag_ids": [(6, 0, season.ids)],
                "marketplace_subtracts": True,
                "unknown_voucher_payer": "seller",
                "shipping_kept_by": "seller",
                "orders_from": "2020-01-01",
                "batch_size": PER_FEED,
                "connection_state": "connected",
                "check_in_returns": name == ACCOUNTS[0],
                "make_pick_tickets": False,
                "make_payment_receipts": False,
                "max_price_fall": 0,
                "hold_below_cost": False,
                "min_rrp_share": 0,
                "max_zero_share": 0,
            }
            for name in ACCOUNTS
        ]
    )
    for account in accounts:
        account.action_create_clearing_journal()
        _map_category(env, account, category, size)
    _map_carrier(env, accounts)
    return accounts


def _map_carrier(env, accounts):
    """Map a delivery method to a carrier of the marketplaces."""
    service = env["product.product"].create({"name": CARRIER, "type": "service"})
    carrier = env["delivery.carrier"].create(
        {"name": CARRIER, "delivery_type": "fixed", "product_id": service.id}
    )
    for account in accounts:
        provider = env["iconic.shipment.provider"].create(
            {"account_id": account.id, "name": PROVIDER}
        )
        env["iconic.carrier.map"].create(
            {
                "account_id": account.id,
                "carrier_id": carrier.id,
                "provider_id": provider.id,
            }
        )


def _map_category(env, account, category, size):
    known = env["iconic.category"]
    for level, number in enumerate(("1", "11", "111"), start=1):
        known = known.create(
            {
                "account_id": account.id,
                "external_id": number,
                "name": number,
                "complete_name": number,
                "parent_id": known.id,
                "level": level,
            }
        )
    values = {"Color": "Navy", "Composition": "100% cotton", "AgeGroup": "Adult"}
    attributes = [{"feed_name": "Season", "source": "season"}]
    attributes += [
        {"feed_name": name, "source": "fixed", "value": value}
        for name, value in values.items()
    ]
    env["iconic.category.map"].create(
        {
            "account_id": account.id,
            "categ_id": category.id,
            "primary_category_id": known.id,
            "variation_attribute_id": size.id,
            "attribute_ids": [(0, 0, line) for line in attributes],
        }
    )
