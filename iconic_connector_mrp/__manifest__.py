{
    "name": "THE ICONIC Connector: Kits",
    "summary": "Sell kits on THE ICONIC: the stock of their components counts",
    "version": "19.0.1.0.0",
    "category": "Sales/Sales",
    "license": "LGPL-3",
    "author": "iconic_connector contributors",
    "depends": ["iconic_connector", "sale_mrp"],
    "auto_install": True,
}
