"""A query for the state of all that decides what is wanted of listings.

PostgreSQL keeps each version of a row in a place of its own, and knows the transaction
that wrote it: together they tell versions apart, whoever wrote them, with or without
the ORM. What concerns many products is read as one, the rest with the product.
"""

from hashlib import md5

from odoo import fields
from odoo.tools import SQL

#: What concerns all listings of an account: whatever is written, all are compared.
SHARED_TABLES = (
    "account_tax",
    "account_tax_repartition_line",
    "decimal_precision",
    "iconic_attribute",
    "iconic_attribute_option",
    "iconic_brand",
    "iconic_category",
    "iconic_category_map",
    "iconic_category_map_attribute",
    "iconic_value_map",
    "iconic_value_map_line",
    "iconic_account_pause",
    "ir_default",
    "ir_module_module",
    "product_pricelist",
    "res_company",
    "res_currency",
    "stock_warehouse",
    "uom_uom",
)


def inputs_query(account, stock, condition):
    """Return a query for listing id and checksum of what it is made from.

    :param account: the `iconic.account`
    :param stock: product id -> text, what `iconic.listing._stock_states` returned
    :param condition: a condition on `listing`, as `SQL`
    """
    lists = _reachable_lists(account)
    parts = (
        _listing_part("iconic_listing_attribute"),
        _listing_part("iconic_image"),
        _part("iconic_image", SQL("part.product_tmpl_id = template.id")),
        _part(
            "product_pricelist_item",
            SQL(
                "part.product_id = product.id AND part.pricelist_id = ANY(%s)",
                lists.ids,
            ),
        ),
        _part(
            "product_pricelist_item",
            SQL(
                "part.product_id IS NULL AND part.product_tmpl_id = template.id"
                " AND part.pricelist_id = ANY(%s)",
                lists.ids,
            ),
        ),
        _part("stock_quant", SQL("part.product_id = product.id")),
        _VARIANT_VALUES,
        *map(_linked, _LINKS),
    )
    return SQL(
        """SELECT listing.id,
                  md5(ROW(%s, listing.xmin, listing.ctid,
                          product.xmin, product.ctid, template.xmin, template.ctid,
                          category.state, stock.state, %s)::text)
             FROM iconic_listing AS listing
             JOIN product_product AS product ON product.id = listing.product_id
             JOIN product_template AS template ON template.id = product.product_tmpl_id
             LEFT JOIN (%s) AS category ON category.id = template.categ_id
             LEFT JOIN unnest(%s::int[], %s::text[]) AS stock (product_id, state)
               ON stock.product_id = product.id
            WHERE %s""",
        _shared_state(account, lists),
        SQL(", ").join(parts),
        _categories(lists),
        list(stock),
        list(stock.values()),
        condition,
    )


#: Names and extra prices of the values that a variant has.
_VARIANT_VALUES = SQL(
    """(SELECT string_agg(concat(own.xmin, own.ctid, value.xmin, value.ctid), ' '
                          ORDER BY own.id)
          FROM product_variant_combination AS link
          JOIN product_template_attribute_value AS own
            ON own.id = link.product_template_attribute_value_id
          JOIN product_attribute_value AS value
            ON value.id = own.product_attribute_value_id
         WHERE link.product_product_id = product.id)"""
)
#: Where locations are. Each inventory writes when it was made into their rows.
_LOCATIONS = SQL(
    """(SELECT md5(string_agg(concat(id, ' ', parent_path, active), ' ' ORDER BY id))
          FROM stock_location)"""
)
#: Tables of links: the column of the product, and that of what it is linked with.
_LINKS = (
    ("product_taxes_rel", "prod_id", "template", "tax_id"),
    (
        "product_tag_product_template_rel",
        "product_template_id",
        "template",
        "product_tag_id",
    ),
    (
        "product_tag_product_product_rel",
        "product_product_id",
        "product",
        "product_tag_id",
    ),
)


def _part(table, condition):
    """Return the versions of the rows of a table that a listing is made from.

    :param condition: on `part`, as `SQL`
    """
    return SQL(
        "(SELECT string_agg(concat(part.xmin, part.ctid), ' ' ORDER BY part.id)"
        " FROM %s AS part WHERE %s)",
        SQL.identifier(table),
        condition,
    )


def _listing_part(table):
    return _part(table, SQL("part.listing_id = listing.id"))


def _linked(link):
    """Return the ids of what a product is linked with.

    :param link: one of `_LINKS`
    """
    table, column, owner, linked = link
    return SQL(
        "(SELECT string_agg(link.%s::text, ' ' ORDER BY link.%s)"
        " FROM %s AS link WHERE link.%s = %s.id)",
        SQL.identifier(linked),
        SQL.identifier(linked),
        SQL.identifier(table),
        SQL.identifier(column),
        SQL.identifier(owner),
    )


def _categories(lists):
    """Return a query for the state of each product category, price rules included.

    :param lists: `product.pricelist` records
    """
    return SQL(
        """SELECT category.id,
                  concat(category.xmin, category.ctid,
                         string_agg(concat(rule.xmin, rule.ctid), ' '
                                    ORDER BY rule.id)) AS state
             FROM product_category AS category
             LEFT JOIN product_pricelist_item AS rule
               ON rule.pricelist_id = ANY(%s)
              AND rule.categ_id IS NOT NULL
              AND rule.categ_id = ANY(
                  string_to_array(trim(TRAILING '/' FROM category.parent_path), '/')
                  ::int[])
            GROUP BY category.id""",
        lists.ids,
    )


def _reachable_lists(account):
    """Return the price lists of an account, and all that they are based on."""
    lists = newest = account.pricelist_id | account.rrp_pricelist_id
    while newest:
        bases = account.env["product.pricelist.item"]._read_group(
            [("pricelist_id", "in", newest.ids), ("base_pricelist_id", "!=", False)],
            ["base_pricelist_id"],
        )
        newest = lists.union(*(base for (base,) in bases)) - lists
        lists |= newest
    return lists


def _shared_state(account, lists):
    """Return a checksum of what concerns all listings of an account.

    :param lists: the `product.pricelist` records that can decide its prices
    """
    state, tables = [account._settings_state()], [*_shared_tables(account)]
    if _has_rates(account, lists):
        tables.append("res_currency_rate")
        # The next rate may be known already.
        state.append(str(fields.Date.today()))
    queries = [*map(_table_state, tables), _LOCATIONS]
    for_all = SQL(
        "part.pricelist_id = ANY(%s) AND part.product_tmpl_id IS NULL"
        " AND part.product_id IS NULL AND part.categ_id IS NULL",
        lists.ids,
    )
    queries.append(_part("product_pricelist_item", for_all))
    account.env.cr.execute(SQL("SELECT ROW(%s)::text", SQL(", ").join(queries)))
    state.append(account.env.cr.fetchone()[0])
    return md5(" ".join(state).encode()).hexdigest()


def _shared_tables(account):
    """Yield the tables that concern all listings of an account.

    Those of names that are sent, too.
    """
    yield from SHARED_TABLES
    for field in account.category_map_ids._mapped_fields():
        if field.relation:
            yield account.env[field.relation]._table
        elif field.ttype == "selection":
            yield "ir_model_fields_selection"


def _has_rates(account, lists):
    """Tell whether prices are converted from one currency into another."""
    # Prices of products without a company are in the main company's currency.
    main = account.env["res.company"]._get_main_company()
    currencies = lists.currency_id | account.currency_id | main.currency_id
    return account.company_id.currency_id != currencies


def _table_state(table):
    return SQL(
        "(SELECT md5(string_agg(concat(part.xmin, part.ctid), ' ' ORDER BY part.id))"
        " FROM %s AS part)",
        SQL.identifier(table),
    )
