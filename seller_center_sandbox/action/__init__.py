"""The classic Action API, on top of the catalogue and the orders."""
