"""REST v2, on top of the catalogue and the orders."""
