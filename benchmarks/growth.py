"""Makes a large shop of a small season, by SQL: Odoo would take days.

Whatever the season has is copied again and again, with ids that are a fixed step apart,
so that copies of one thing belong to copies of the other. Almost all orders have left;
the newest are open, and a few of those are late or held.
"""

from scripts.env import postgres

#: Between the ids of a record and those of its copies: more than any has.
STEP = 10_000
#: Orders that have not left yet, at least.
OPEN_ORDERS = 300
LINES_OF_A_LISTING = 10
LINES_OF_A_FEED = 1000
#: One line in so many has failed.
FAILING_EVERY = 100
#: Of what people have to look at: mismatches, unknown products, problems.
ROWS_TO_LOOK_AT = 5000

COLUMNS = """
SELECT column_name FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = '{table}'
"""
STYLES = "{} IN (SELECT product_tmpl_id FROM iconic_listing WHERE id < 10000)"
PRODUCTS = "{} IN (SELECT product_id FROM iconic_listing WHERE id < 10000)"
IS_OPEN = "copied > {last}"
LEFT = "CASE WHEN copied > {last} THEN old.{name} ELSE {value} END"
#: What each copied table has: columns that hold ids of copies, values, and which rows.
GOODS = (
    (
        "product_template",
        ["id"],
        {"name": "jsonb_build_object('en_US', old.name ->> 'en_US' || ' ' || copied)"},
        STYLES.format("old.id"),
    ),
    (
        "product_template_attribute_line",
        ["id", "product_tmpl_id"],
        {},
        STYLES.format("old.product_tmpl_id"),
    ),
    (
        "product_attribute_value_product_template_attribute_line_rel",
        ["product_template_attribute_line_id"],
        {},
        "true",
    ),
    (
        "product_template_attribute_value",
        ["id", "attribute_line_id", "product_tmpl_id"],
        {},
        STYLES.format("old.product_tmpl_id"),
    ),
    (
        "product_product",
        ["id", "product_tmpl_id"],
        {
            "default_code": "old.default_code || '-' || copied",
            "barcode": "old.barcode || copied",
        },
        PRODUCTS.format("old.id"),
    ),
    (
        "product_variant_combination",
        ["product_product_id", "product_template_attribute_value_id"],
        {},
        PRODUCTS.format("old.product_product_id"),
    ),
    ("product_taxes_rel", ["prod_id"], {}, STYLES.format("old.prod_id")),
    (
        "product_tag_product_template_rel",
        ["product_template_id"],
        {},
        STYLES.format("old.product_template_id"),
    ),
    ("stock_quant", ["id", "product_id"], {}, PRODUCTS.format("old.product_id")),
    (
        "iconic_listing",
        ["id", "product_id", "product_tmpl_id"],
        {
            "seller_sku": "old.seller_sku || '-' || copied",
            "parent_sku": "old.parent_sku || '-' || copied",
            # One style in fifty waits, one in a hundred has an error.
            "price_status": "CASE WHEN copied % 100 = 1 THEN 'error'"
            " WHEN copied % 50 = 2 THEN 'pending' ELSE old.price_status END",
            "price_error": "CASE WHEN copied % 100 = 1 THEN 'Price is missing' END",
        },
        "true",
    ),
)
ORDERS = (
    ("sale_order", ["id"], {"name": "old.name || '-' || copied"}, "true"),
    ("sale_order_line", ["id", "order_id"], {}, "true"),
    ("stock_reference", ["id"], {"name": "old.name || '-' || copied"}, "true"),
    ("stock_reference_sale_rel", ["sale_id", "reference_id"], {}, "true"),
    (
        "iconic_order",
        ["id", "sale_order_id"],
        {
            "external_id": "old.external_id || '-' || copied",
            "number": "old.number || '-' || copied",
            "ordered_at": "now() - ({count} - copied) * interval '4 hours'",
            "ship_by": "CASE WHEN copied > {last} THEN now() ELSE"
            " now() - ({count} - copied) * interval '4 hours' END"
            " + (old.id % 10 - 0.5) * interval '3 hours'",
            "open_count": LEFT.format(last="{last}", name="open_count", value=0),
            "status_summary": LEFT.format(
                last="{last}", name="status_summary", value="'2 delivered'"
            ),
            "state": "CASE WHEN copied > {last} AND old.id % 10 = 5 THEN 'held'"
            " ELSE old.state END",
            "error": "CASE WHEN copied > {last} AND old.id % 10 = 5"
            " THEN 'No product has the SKU' END",
        },
        "true",
    ),
    (
        "stock_picking",
        ["id", "sale_id", "iconic_order_id"],
        {
            "name": "old.name || '-' || copied",
            "state": LEFT.format(last="{last}", name="state", value="'done'"),
            "iconic_state": LEFT.format(
                last="{last}", name="iconic_state", value="'shipped'"
            ),
            "date_deadline": "CASE WHEN copied > {last} THEN now() ELSE"
            " now() - ({count} - copied) * interval '4 hours' END"
            " + (old.iconic_order_id % 10 - 0.5) * interval '3 hours'",
        },
        "old.iconic_order_id IS NOT NULL",
    ),
    (
        "stock_move",
        ["id", "picking_id", "sale_line_id"],
        {"state": LEFT.format(last="{last}", name="state", value="'done'")},
        "old.picking_id IS NOT NULL",
    ),
    (
        "stock_move_line",
        ["id", "picking_id", "move_id"],
        {"state": LEFT.format(last="{last}", name="state", value="'done'")},
        "old.picking_id IS NOT NULL",
    ),
    ("stock_reference_move_rel", ["move_id", "reference_id"], {}, "true"),
    (
        "iconic_order_item",
        ["id", "order_id", "sale_line_id", "shipping_line_id", "picking_id"],
        {
            "external_id": "old.external_id || '-' || copied",
            "status": LEFT.format(last="{last}", name="status", value="'delivered'"),
            "is_open": IS_OPEN,
            "left_at": "CASE WHEN copied > {last} THEN NULL"
            " ELSE now() - ({count} - copied) * interval '4 hours' END",
            "picking_id": "COALESCE(old.picking_id, (SELECT max(id) FROM stock_picking"
            f" AS one WHERE one.id < {STEP} AND one.iconic_order_id = old.order_id))"
            f" + copied * {STEP}",
        },
        "true",
    ),
)
FEEDS = """
INSERT INTO iconic_feed (account_id, company_id, flow, api_type, action, state,
    external_id, external_status, sent_count, processed_count, failed_count,
    create_date, submitted_at, completed_at)
SELECT account.id, account.company_id,
    CASE WHEN number % 2 = 0 THEN 'price' ELSE 'stock' END, 'action', 'ProductUpdate',
    'done', 'grown-' || number, 'Finished', {size}, {size}, {size} / {failing},
    moment, moment, moment
FROM iconic_account AS account, generate_series(1, {count}) AS number,
    LATERAL (SELECT now() - ({count} - number + 24) * interval '1 hour') AS at (moment)
"""
LINES = """
WITH listings AS (
    SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM iconic_listing
), feeds AS (
    SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM iconic_feed
    WHERE external_id LIKE 'grown-%'
)
INSERT INTO iconic_feed_line (feed_id, company_id, flow, listing_id, state, message,
    seller_sku, price, quantity)
SELECT feeds.id, feeds.company_id, feeds.flow, listings.id,
    CASE WHEN number % {failing} = 7 THEN 'error' ELSE 'success' END,
    CASE WHEN number % {failing} = 7 THEN 'Value is not allowed here' END,
    listings.seller_sku,
    CASE WHEN feeds.flow = 'price' THEN listings.listed_price END,
    CASE WHEN feeds.flow = 'stock' THEN listings.listed_quantity END
FROM generate_series(0, {count} - 1) AS number
JOIN listings ON listings.place = number % {listings}
JOIN feeds ON feeds.place = number / {size}
ORDER BY number
"""
#: Two of each order that has left, and refused ones of a few that have not.
CHANGES = """
INSERT INTO iconic_order_change (order_id, account_id, company_id, kind, state, done_at)
SELECT id, account_id, company_id, kind,
    CASE WHEN open_count > 0 THEN 'refused' ELSE 'done' END, ordered_at
FROM iconic_order, unnest(ARRAY['ready_to_ship', 'shipped']) AS kind
WHERE open_count = 0 OR id % 10 = 6
"""
LOOKED_AT = (
    "INSERT INTO iconic_mismatch (account_id, company_id, listing_id, part, remembered,"
    " found, found_at) SELECT account_id, company_id, id, 'price', '10.0', '11.0',"
    " now() FROM iconic_listing ORDER BY id DESC LIMIT {rows}",
    "INSERT INTO iconic_unmatched_product (account_id, company_id, seller_sku, name,"
    " reason, price, quantity) SELECT account_id, company_id, 'OTHER-' || id, 'Other',"
    " 'unknown', 10, 1 FROM iconic_listing ORDER BY id DESC LIMIT {rows}",
    "INSERT INTO iconic_product_problem (account_id, company_id, product_id, rule,"
    " message) SELECT account_id, company_id, product_id, 'Rule ' || id % 10,"
    " 'Add it.' FROM iconic_listing ORDER BY id DESC LIMIT {rows}",
)
NEXT_ID = "SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"


def grow(database, size):
    """Multiply a season, and the orders that were imported into it.

    :param database: its database
    :param size: how many listings and orders are wanted; ten times as many lines
    """
    # Neither foreign keys nor anything else is checked row by row.
    run = _runner(database, "SET session_replication_role = replica;")
    run_here = _runner(database, "")
    listings, orders = (
        int(run_here(f"SELECT count(*) FROM {table}")[0])
        for table in ("iconic_listing", "iconic_order")
    )
    _copy_all(run, GOODS, size // listings)
    _copy_all(run, ORDERS, size // orders, -(-OPEN_ORDERS // orders))
    _add_feeds(run)
    run(CHANGES)
    for statement in LOOKED_AT:
        run(statement.format(rows=ROWS_TO_LOOK_AT))
    run_here("VACUUM ANALYZE")


def _runner(database, before):
    return lambda statement: postgres.query(f"{before}\n{statement}", database)


def _copy_all(run, tables, count, open_copies=0):
    """Copy what some tables have, until there is so many times as much."""
    numbers = {"count": count - 1, "last": count - 1 - open_copies}
    for table, ids, values, where in tables:
        columns = run(COLUMNS.format(table=table))
        made = {name: f"old.{name}" for name in columns}
        made |= {name: f"old.{name} + copied * {STEP}" for name in ids}
        made |= {name: value.format(**numbers) for name, value in values.items()}
        run(
            f"INSERT INTO {table} ({', '.join(made)}) SELECT {', '.join(made.values())}"
            f" FROM {table} AS old, generate_series(1, {count - 1}) AS copied"
            f" WHERE {where} ORDER BY copied"
        )
        if "id" in ids:
            run(NEXT_ID.format(table=table))


def _add_feeds(run):
    listings = int(run("SELECT count(*) FROM iconic_listing")[0])
    lines = listings * LINES_OF_A_LISTING
    numbers = {"size": LINES_OF_A_FEED, "failing": FAILING_EVERY}
    run(FEEDS.format(count=-(-lines // LINES_OF_A_FEED), **numbers))
    run(LINES.format(count=lines, listings=listings, **numbers))
