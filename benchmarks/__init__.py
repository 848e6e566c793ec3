"""What the connector costs: `make bench`. See README.rst beside it."""
