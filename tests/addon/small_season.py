"""A season of one dress in three sizes, for an Odoo process of its own."""

import base64
from io import BytesIO

from browsing import make_bundles
from PIL import Image

SIZES = {"S": "4006381333931", "M": "4006381333948", "L": "4006381333955"}
SKUS = [f"WRAP-{size}" for size in SIZES]
ACCOUNT = {"name": "THE ICONIC"}
#: Of both APIs, so that the account can go from one to the other.
CREDENTIALS = {
    "api_type": "action",
    "user_login": "seller@sandbox.example",
    "api_key": "sandbox-api-key-0123456789abcdef",
    "application_id": "sandbox-application-0001",
    "application_secret": "sandbox-application-secret-0123456789abcdef",
}


def make_season(env, accounts=(ACCOUNT,)):
    """Make accounts with the same products, which pass the check; send nothing.

    :param env: an environment, such as that of `odoo shell`
    :param accounts: what each account has of its own
    :return: the accounts
    """
    env["ir.cron"].search([]).active = False
    env.company.currency_id = env.ref("base.AUD")
    env.company.currency_id.active = True
    size = env["product.attribute"].create(
        {
            "name": "Size",
            "value_ids": [(0, 0, {"name": name}) for name in SIZES],
        }
    )
    season = env["product.tag"].create({"name": "AW26"})
    category = env["product.category"].create({"name": "Dresses"})
    dress = _make_dress(env, size, season, category)
    values = {
        **CREDENTIALS,
        "unknown_voucher_payer": "seller",
        "shipping_kept_by": "seller",
        "pricelist_id": env["product.pricelist"].create({"name": "Shop"}).id,
        "stock_warehouse_ids": [(6, 0, _fill_warehouse(env, dress).ids)],
        "season_tag_ids": [(6, 0, season.ids)],
    }
    made = env["iconic.account"].create([{**values, **own} for own in accounts])
    for account in made:
        _map_category(env, account, category, size)
    return made


def send_season(env, accounts=(ACCOUNT,)):
    """Make the season, press "Send Products to Iconic", and let our crons alone run.

    :param env: the environment of `odoo shell`
    :param accounts: what each account has of its own
    """
    for account in make_season(env, accounts):
        account.action_send_products()
    for name in ("create", "image", "feed_reader"):
        env.ref(f"iconic_connector.ir_cron_{name}").active = True
    env.cr.commit()


def make_season_to_read_back(env):
    """Make the season, and let the job that reads the marketplace's products run.

    :param env: the environment of `odoo shell`
    """
    make_season(env)
    env.ref("iconic_connector.ir_cron_readback").active = True
    make_bundles(env)
    env.cr.commit()


def _make_dress(env, size, season, category):
    dress = env["product.template"].create(
        {
            "name": "Wrap Dress",
            "is_storable": True,
            "categ_id": category.id,
            "list_price": 129.0,
            "taxes_id": [(5,)],
            "product_tag_ids": [(6, 0, season.ids)],
            "iconic_brand": "Saltbush",
            "iconic_gender": "female",
            "iconic_description": "<p>A wrap dress with a tie at the waist.</p>",
            "image_1920": base64.b64encode(_picture()),
            "attribute_line_ids": [
                (
                    0,
                    0,
                    {
                        "attribute_id": size.id,
                        "value_ids": [(6, 0, size.value_ids.ids)],
                    },
                )
            ],
        }
    )
    for variant, (name, barcode) in zip(
        dress.product_variant_ids, SIZES.items(), strict=True
    ):
        variant.write({"default_code": f"WRAP-{name}", "barcode": barcode})
    return dress


def _picture():
    output = BytesIO()
    Image.new("RGB", (600, 800), "navy").save(output, "JPEG")
    return output.getvalue()


def _fill_warehouse(env, dress):
    warehouse = env["stock.warehouse"].search([], limit=1)
    for variant in dress.product_variant_ids:
        env["stock.quant"]._update_available_quantity(
            variant, warehouse.lot_stock_id, 5
        )
    return warehouse


def _marketplace_category(env, account):
    """Put the category Dresses and those above it on record."""
    category = env["iconic.category"]
    for level, number in enumerate(("1", "11", "111"), start=1):
        category = category.create(
            {
                "account_id": account.id,
                "external_id": number,
                "name": number,
                "complete_name": number,
                "parent_id": category.id,
                "level": level,
            }
        )
    return category


def _map_category(env, account, category, size):
    values = {
        "Color": "Navy",
        "Composition": "100% cotton",
        "AgeGroup": "Adult",
    }
    attributes = [{"feed_name": "Season", "source": "season"}]
    attributes += [
        {"feed_name": name, "source": "fixed", "value": value}
        for name, value in values.items()
    ]
    env["iconic.category.map"].create(
        {
            "account_id": account.id,
            "categ_id": category.id,
            "primary_category_id": _marketplace_category(env, account).id,
            "variation_attribute_id": size.id,
            "attribute_ids": [(0, 0, line) for line in attributes],
        }
    )
