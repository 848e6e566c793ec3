"""REST v2: an OAuth application, tokens and JSON."""
