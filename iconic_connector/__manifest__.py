{
    "name": "THE ICONIC Connector",
    "summary": "Sell on THE ICONIC: products, pictures, prices and stock from Odoo",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "iconic_connector contributors",
    "depends": ["sale_management", "sale_stock", "stock_delivery"],
    "external_dependencies": {"python": ["lxml", "python-stdnum", "requests"]},
    "data": [
        # Groups before the access rights that name them.
        "security/iconic_connector_groups.xml",
        "security/iconic_connector_rules.xml",
        "security/ir.model.access.csv",
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        # Actions before the views whose buttons call them, menus last.
        "views/iconic_product_problem_views.xml",
        "views/iconic_feed_views.xml",
        "views/iconic_listing_views.xml",
        "views/iconic_unmatched_product_views.xml",
        "views/iconic_drift_views.xml",
        "views/iconic_category_map_views.xml",
        "wizards/iconic_listing_change_views.xml",
        "views/iconic_account_views.xml",
        "views/product_views.xml",
        "views/iconic_connector_menus.xml",
    ],
    "demo": [
        # Attributes and categories before products, products before what counts them.
        "demo/iconic_demo_attributes.xml",
        "demo/iconic_demo_products.xml",
        "demo/iconic_demo_stock.xml",
        "demo/iconic_demo_account.xml",
    ],
    "assets": {"web.assets_tests": ["iconic_connector/static/tests/tours/*.js"]},
    "application": True,
}
