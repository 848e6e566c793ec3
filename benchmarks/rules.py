"""A price list with thousands of rules, each for one product."""

RULES = 5000
#: Of the usual price.
SHARE = 0.8


def add_rules(env, pricelist):
    """Give products fixed prices of their own, in turn until there are enough.

    A product that has one already gets others for larger quantities.

    :param env: the environment of `odoo shell`
    :param pricelist: the `product.pricelist`
    :return: how many rules were added
    """
    products = env["iconic.listing"].search([], order="id").product_id
    made = env["product.pricelist.item"].create(
        [_rule(pricelist, products, number) for number in range(RULES)]
    )
    env.cr.commit()
    return len(made)


def rewrite_rules(env, templates, price):
    """Have the rules of products follow another usual price.

    :param env: the environment of `odoo shell`
    :param templates: `product.template` records, with rules or without
    :param price: their usual price
    """
    rules = env["product.pricelist.item"].search(
        [("product_tmpl_id", "in", templates.ids), ("compute_price", "=", "fixed")]
    )
    rules.fixed_price = price * SHARE


def _rule(pricelist, products, number):
    turn, place = divmod(number, len(products))
    product = products[place]
    return {
        "pricelist_id": pricelist.id,
        "applied_on": "0_product_variant",
        "product_tmpl_id": product.product_tmpl_id.id,
        "product_id": product.id,
        "compute_price": "fixed",
        "fixed_price": product.list_price * SHARE,
        "min_quantity": 10 * turn,
    }
