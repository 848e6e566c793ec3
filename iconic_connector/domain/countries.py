"""The countries where the marketplace has a shop, and their currencies."""

COUNTRIES = [
    ("AU", "Australia"),
    ("NZ", "New Zealand"),
]
CURRENCIES = {"AU": "AUD", "NZ": "NZD"}
