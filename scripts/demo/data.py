"""Writes the demo data of the add-on from the catalogue.

`python -m scripts.demo.data` writes `iconic_connector/demo/*.xml`; with `--check`
it writes nothing and fails if a file is not what the catalogue would give. The same
catalogue always gives the same files.
"""

import argparse
import zlib
from textwrap import indent
from xml.sax.saxutils import escape

from scripts.demo.catalogue import (
    CATEGORIES,
    COLOURS,
    MARKETPLACE_CATEGORIES,
    SEASONS,
    SIZES,
    SOLD_OUT,
    STYLES,
)
from scripts.env import console, paths

FOLDER = paths.ADDON / "demo"
#: GS1 keeps this prefix for demonstrations, so that no real article has our numbers.
GTIN_PREFIX = "952"
STEP = "    "

#: What gives the variants that Odoo makes from the attributes their XML ids.
VARIANT_IDS = """[
    {{
        'xml_id': 'iconic_connector.' + name,
        'record': obj().search([
            ('product_tmpl_id', '=', ref('{template}')),
            *[
                ('product_template_attribute_value_ids.product_attribute_value_id',
                 '=', ref(value))
                for value in values
            ],
        ]),
        'noupdate': True,
    }}
    for name, values in [
{rows},
    ]
]"""

#: XML id of a warehouse -> the most pieces of one variant there.
WAREHOUSES = {"stock.warehouse0": 24, "demo_warehouse_sydney": 9}


def xml_id(*parts):
    """Return the XML id of a demo record.

    :param parts: words that name it
    :return: such as `demo_wrap_dress_navy`
    """
    words = " ".join(("demo", *parts)).lower()
    return "_".join(words.replace("&", " ").replace("-", " ").split())


def gtin(body):
    """Return an EAN-13 with its check digit (GS1: weights 3 and 1 from the right).

    :param str body: twelve digits
    """
    digits = [int(digit) for digit in body]
    total = sum(digits[0::2]) + 3 * sum(digits[1::2])
    return f"{body}{-total % 10}"


def element(tag, attributes, content=None):
    """Return an element as text, with children on lines of their own.

    An attribute that spans lines is for Python, which does not mind the blanks.

    :param dict attributes: attribute -> value
    :param content: a text, a list of children, or None
    """
    words = "".join(
        f' {name}="{escape(str(value), {chr(34): "&quot;"})}"'
        for name, value in attributes.items()
    )
    if content is None:
        return f"<{tag}{words} />"
    if isinstance(content, list):
        inside = indent("\n".join(content), STEP)
        return f"<{tag}{words}>\n{inside}\n</{tag}>"
    return f"<{tag}{words}>{escape(str(content))}</{tag}>"


def field(name, content=None, **attributes):
    """Return a `<field>`: of a text, or with `ref`, `eval` and the like."""
    return element("field", {"name": name, **attributes}, content)


def record(id_, model, *fields):
    """Return a `<record>` with its fields; those that are None are left out."""
    kept = [one for one in fields if one is not None]
    return element("record", {"id": id_, "model": model}, kept)


def command_list(commands):
    """Return a Python list of commands that reads well inside an attribute."""
    lines = indent(",\n".join(commands), STEP)
    return f"[\n{lines},\n]"


def refs(ids):
    """Return Python text for the ids of some XML ids."""
    return ", ".join(f"ref('{id_}')" for id_ in ids)


def used(key):
    """Return the values of one field of the styles, in order and once each."""
    return list(dict.fromkeys(filter(None, (getattr(one, key) for one in STYLES))))


def attribute_values():
    """Return product attribute -> its values, all attributes of the demo."""
    return {
        "Colour": list(COLOURS),
        **{name: list(values) for name, values in SIZES.items()},
        "Composition": used("composition"),
        "Material": used("material"),
    }


def attributes():
    """Write which features show, product attributes, their values, season tags."""
    features = command_list(
        f"Command.link(ref('product.group_product_{feature}'))"
        for feature in ("variant", "pricelist")
    )
    yield record(
        "base.group_user",
        "res.groups",
        field("implied_ids", eval=features),
    )
    for number, (name, values) in enumerate(attribute_values().items(), 1):
        yield record(
            xml_id(name),
            "product.attribute",
            field("name", name),
            field("sequence", number * 10),
            field("create_variant", "always"),
            field("display_type", "color" if name == "Colour" else "radio"),
        )
        for place, value in enumerate(values, 1):
            yield record(
                value_id(name, value),
                "product.attribute.value",
                field("name", value),
                field("attribute_id", ref=xml_id(name)),
                field("sequence", place * 10),
                field("html_color", COLOURS[value].html) if name == "Colour" else None,
            )
    for season in SEASONS:
        yield record(xml_id("season", season), "product.tag", field("name", season))


def value_id(attribute, value):
    """Return the XML id of a value; long values go by their number."""
    if attribute in ("Composition", "Material"):
        number = attribute_values()[attribute].index(value) + 1
        return xml_id(attribute, str(number))
    return xml_id(attribute, value)


def categories():
    """Write the product categories, parents first."""
    for top in dict.fromkeys(category.path[0] for category in CATEGORIES.values()):
        yield record(xml_id("category", top), "product.category", field("name", top))
    for key, category in CATEGORIES.items():
        top, name = category.path
        yield record(
            xml_id("category", key),
            "product.category",
            field("name", name),
            field("parent_id", ref=xml_id("category", top)),
        )


def products():
    """Write the styles, their variants and their pictures."""
    for number, style in enumerate(STYLES, 1):
        yield template(style)
        yield variant_ids(style)
        for place, variant in enumerate(style.variants, 1):
            yield variant_record(variant, gtin(f"{GTIN_PREFIX}{number:04}{place:05}"))
        for place, (colour, view, name) in enumerate(style.pictures, 1):
            yield picture(style, colour, view, name, place)


def template(style):
    """Return the product template of a style."""
    return record(
        xml_id(style.key),
        "product.template",
        field("name", style.name),
        field("categ_id", ref=xml_id("category", style.category)),
        field("is_storable", eval="True"),
        field("list_price", f"{style.price:.2f}"),
        field("description_sale", style.summary),
        field(
            "product_tag_ids",
            eval=f"[Command.set([{refs([xml_id('season', style.season)])}])]",
        ),
        field("iconic_brand", style.brand),
        field("iconic_gender", style.gender),
        element(
            "field",
            {"name": "iconic_description", "type": "html"},
            description(style),
        ),
        field("image_1920", type="base64", file=picture_path(style.pictures[0][2])),
        field("attribute_line_ids", eval=command_list(attribute_lines(style))),
    )


def description(style):
    """Return the HTML elements of what shoppers read."""
    first, *others = [element("p", {}, text) for text in style.story]
    points = [element("li", {}, point) for point in style.points]
    return [first, *([element("ul", {}, points)] if points else []), *others]


def attribute_lines(style):
    """Return the commands for the attributes that a style has."""
    size = CATEGORIES[style.category].size
    for name, values in (
        ("Colour", style.colours),
        (size, style.sizes),
        ("Composition", (style.composition,)),
        ("Material", filter(None, (style.material,))),
    ):
        ids = [value_id(name, value) for value in values]
        if ids:
            yield (
                "Command.create({"
                f"'attribute_id': ref('{xml_id(name)}'), "
                f"'value_ids': [Command.set([{refs(ids)}])]"
                "})"
            )


def variant_id(variant):
    """Return the XML id of a variant."""
    return xml_id(variant.style.key, variant.colour, variant.size)


def variant_ids(style):
    """Return the call that gives Odoo's own variants of a style their XML ids."""
    rows = [
        repr((variant_id(variant), variant_values(variant)))
        for variant in style.variants
    ]
    expression = VARIANT_IDS.format(
        template=xml_id(style.key), rows=indent(",\n".join(rows), STEP * 2)
    )
    value = element("value", {"model": "product.product", "eval": expression})
    return element(
        "function", {"model": "ir.model.data", "name": "_update_xmlids"}, [value]
    )


def variant_values(variant):
    """Return the XML ids of the attribute values that tell a variant from others."""
    size = CATEGORIES[variant.style.category].size
    if not variant.size:
        return (value_id("Colour", variant.colour),)
    return value_id("Colour", variant.colour), value_id(size, variant.size)


def variant_record(variant, barcode):
    """Return what a variant has of its own."""
    rrp = variant.style.rrp
    return record(
        variant_id(variant),
        "product.product",
        field("default_code", variant.sku),
        field("barcode", barcode),
        field("weight", f"{variant.style.weight:.2f}"),
        field("iconic_rrp", f"{rrp:.2f}") if rrp else None,
    )


def picture_path(name):
    """Return where the add-on keeps a picture."""
    return f"iconic_connector/demo/pictures/{name}"


def picture(style, colour, view, name, place):
    """Return a picture of a style in one colour; the front is the main one."""
    domain = (
        f"[('product_tmpl_id', '=', ref('{xml_id(style.key)}')), "
        f"('product_attribute_value_id', '=', ref('{value_id('Colour', colour)}'))]"
    )
    return record(
        xml_id(style.key, colour, view),
        "iconic.image",
        field("name", f"{style.name}, {colour}, {view}"),
        field("product_tmpl_id", ref=xml_id(style.key)),
        field("sequence", place * 10),
        field("is_main", eval="True") if view == "front" else None,
        field("product_template_attribute_value_ids", search=domain),
        field("image", type="base64", file=picture_path(name)),
    )


def stock():
    """Write the second warehouse and what lies in both."""
    yield record(
        "demo_warehouse_sydney",
        "stock.warehouse",
        field("name", "Sydney"),
        field("code", "SYD"),
    )
    for variant in (one for style in STYLES for one in style.variants):
        for warehouse, most in WAREHOUSES.items():
            if pieces := pieces_of(variant.sku, warehouse, most):
                yield quant(variant, warehouse, pieces)
    tags = refs(xml_id("season", season) for season in SEASONS)
    counted = (
        f"[[('product_id.product_tag_ids', 'in', [{tags}]), "
        "('inventory_quantity_set', '=', True)]]"
    )
    search = element(
        "function", {"model": "stock.quant", "name": "search", "eval": counted}
    )
    yield element(
        "function", {"model": "stock.quant", "name": "action_apply_inventory"}, [search]
    )


def pieces_of(sku, warehouse, most):
    """Return how many pieces there are: uneven, but the same every time."""
    if sku in SOLD_OUT:
        return 0
    return zlib.crc32(f"{sku} {warehouse}".encode()) % (most + 1)


def quant(variant, warehouse, pieces):
    """Return the counted stock of a variant in a warehouse."""
    place = warehouse.rpartition("_")[2] if "." not in warehouse else "main"
    return record(
        xml_id("stock", variant.style.key, variant.colour, variant.size, place),
        "stock.quant",
        field("product_id", ref=variant_id(variant)),
        field(
            "location_id",
            model="stock.warehouse",
            eval=f"obj(ref('{warehouse}')).lot_stock_id.id",
        ),
        field("inventory_quantity", pieces),
    )


def pricelist():
    """Write the price list of the marketplace: list prices, with three exceptions.

    In the marketplace's currency, whatever the company's is.
    """
    yield record("base.AUD", "res.currency", field("active", eval="True"))
    yield record(
        "demo_pricelist",
        "product.pricelist",
        field("name", "THE ICONIC"),
        field("currency_id", ref="base.AUD"),
    )
    yield record(
        "demo_pricelist_item_jackets",
        "product.pricelist.item",
        field("pricelist_id", ref="demo_pricelist"),
        field("applied_on", "2_product_category"),
        field("categ_id", ref=xml_id("category", "women-jackets")),
        field("compute_price", "percentage"),
        field("percent_price", "10"),
    )
    yield record(
        "demo_pricelist_item_jumper",
        "product.pricelist.item",
        field("pricelist_id", ref="demo_pricelist"),
        field("applied_on", "1_product"),
        field("product_tmpl_id", ref=xml_id("merino-jumper")),
        field("compute_price", "fixed"),
        field("fixed_price", "109.00"),
    )
    yield record(
        "demo_pricelist_item_beanie",
        "product.pricelist.item",
        field("pricelist_id", ref="demo_pricelist"),
        field("applied_on", "0_product_variant"),
        field("product_id", ref=xml_id("ribbed-beanie", "yellow")),
        field("compute_price", "fixed"),
        field("fixed_price", "29.00"),
    )


def account():
    """Write the account at the sandbox and its category maps."""
    warehouses = refs(WAREHOUSES)
    seasons = refs(xml_id("season", season) for season in SEASONS)
    yield record("demo_team", "crm.team", field("name", "THE ICONIC"))
    yield record("demo_order_tag", "crm.tag", field("name", "THE ICONIC"))
    yield record(
        "demo_account",
        "iconic.account",
        field("name", "THE ICONIC (sandbox)"),
        field("responsible_id", ref="base.user_admin"),
        field("api_url", "http://127.0.0.1:8169"),
        field("api_type", "action"),
        field("user_login", "seller@sandbox.example"),
        field("api_key", "sandbox-api-key-0123456789abcdef"),
        field("lang", "en_US"),
        field("pricelist_id", ref="demo_pricelist"),
        field("warehouse_id", ref="stock.warehouse0"),
        field("stock_warehouse_ids", eval=f"[Command.set([{warehouses}])]"),
        field("season_tag_ids", eval=f"[Command.set([{seasons}])]"),
        field("team_id", ref="demo_team"),
        field("unknown_voucher_payer", "seller"),
        field("shipping_kept_by", "seller"),
        field("order_tag_ids", eval="[Command.set([ref('demo_order_tag')])]"),
        field("orders_from", eval="DateTime.today() - timedelta(days=30)"),
    )
    yield from marketplace_categories()
    for key, category in CATEGORIES.items():
        yield category_map(key, category)


def marketplace_categories():
    """Write the marketplace's categories, as its refresh would find them."""
    for number, name in MARKETPLACE_CATEGORIES.items():
        above = [number[:end] for end in range(1, len(number))]
        path = [MARKETPLACE_CATEGORIES[one] for one in above] + [name]
        yield record(
            xml_id("marketplace category", number),
            "iconic.category",
            field("account_id", ref="demo_account"),
            field("external_id", number),
            field("name", name),
            field("complete_name", " / ".join(path)),
            field("level", str(len(number))),
            field("parent_id", ref=xml_id("marketplace category", above[-1]))
            if above
            else None,
        )


def category_map(key, category):
    """Return where a category goes and where its attributes come from."""
    secondary = refs(
        xml_id("marketplace category", number)
        for number in filter(None, category.secondary.split(","))
    )
    return record(
        xml_id("map", key),
        "iconic.category.map",
        field("account_id", ref="demo_account"),
        field("categ_id", ref=xml_id("category", key)),
        field(
            "primary_category_id",
            ref=xml_id("marketplace category", category.primary),
        ),
        field("secondary_category_ids", eval=f"[Command.set([{secondary}])]")
        if category.secondary
        else None,
        field("variation_attribute_id", ref=xml_id(category.size))
        if category.size
        else None,
        field("attribute_ids", eval=command_list(map_lines(category))),
    )


def map_lines(category):
    """Return the commands for the marketplace's attributes of a category."""
    sources = {"Color": "Colour", "Composition": "Composition"}
    if category.material:
        sources[category.material] = "Material"
    for feed_name, name in sources.items():
        yield (
            f"Command.create({{'feed_name': '{feed_name}', 'source': 'attribute', "
            f"'product_attribute_id': ref('{xml_id(name)}')}})"
        )
    yield "Command.create({'feed_name': 'Season', 'source': 'season'})"
    for feed_name, value in {"AgeGroup": "Adult", **category.values}.items():
        yield (
            f"Command.create({{'feed_name': '{feed_name}', 'source': 'fixed', "
            f"'value': {value!r}}})"
        )


FILES = {
    "iconic_demo_attributes.xml": (attributes, categories),
    "iconic_demo_products.xml": (products,),
    "iconic_demo_stock.xml": (stock,),
    "iconic_demo_account.xml": (pricelist, account),
}


def document(parts):
    """Return a whole file.

    :param parts: functions that give its records
    """
    children = [child for part in parts for child in part()]
    body = indent("\n\n".join(children), STEP)
    return (
        '<?xml version="1.0" encoding="utf-8" ?>\n'
        "<!-- Written by scripts/demo/data.py: change scripts/demo/catalogue.py. "
        f'-->\n<odoo noupdate="1">\n{body}\n</odoo>\n'
    )


def stale():
    """Return the names of the files that are not what the catalogue would give."""
    return [
        name
        for name, parts in FILES.items()
        if not (FOLDER / name).is_file()
        or (FOLDER / name).read_text(encoding="utf-8") != document(parts)
    ]


def write():
    """Write all files."""
    for name, parts in FILES.items():
        (FOLDER / name).write_text(document(parts), encoding="utf-8")


def main():
    """Write the files, or with `--check` only compare them.

    :raise console.Trouble: when a file is stale
    """
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    if not parser.parse_args().check:
        write()
    elif found := stale():
        raise console.Trouble(
            f"Stale: {', '.join(found)}. Run python -m scripts.demo.data."
        )


if __name__ == "__main__":
    console.run_main(main)
