"""A price list with thousands of rules, each for one product."""

RULES = 5000


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


def _rule(pricelist, products, number):
    turn, place = divmod(number, len(products))
    product = products[place]
    return {
        "pricelist_id": pricelist.id,
        "applied_on": "0_product_variant",
        "product_tmpl_id": product.product_tmpl_id.id,
        "product_id": product.id,
        "compute_price": "fixed",
        "fixed_price": product.list_price * 0.8,
        "min_quantity": 10 * turn,
    }
