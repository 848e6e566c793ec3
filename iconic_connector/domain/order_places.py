"""Finds countries and states by their names in orders. Knows nothing of Odoo."""

from collections.abc import Hashable, Iterable

from .order_addresses import fold

# Three-letter codes of the countries that orders come from (ISO 3166-1).
LONG_CODES = {"AUS": "AU", "NZL": "NZ"}


class Countries:
    """Countries, found by their code or their name.

    :param rows: id, two-letter code and English name of each
    :param own: the id of the country to use where none is known
    """

    def __init__(self, rows: Iterable[tuple[int, str, str]], own: int | bool):
        rows = tuple(rows)
        codes = {code: country for country, code, _name in rows if code}
        long = {one: codes[code] for one, code in LONG_CODES.items() if code in codes}
        names = {name: country for country, _code, name in rows}
        self._own = own
        self._known = {
            fold(text): country for text, country in (names | codes | long).items()
        }

    def find(self, text: str) -> int | bool:
        """Return the id of a country, by default of the own one."""
        return self._known.get(fold(text), self._own)


class States:
    """The states of countries, found by their code or their name.

    :param rows: id, id of the country, code and name of each
    """

    def __init__(self, rows: Iterable[tuple[int, int, str, str]]):
        self._known: dict[Hashable, int] = {}
        for state, country, *texts in rows:
            for text in filter(None, texts):
                self._known[country, fold(text)] = state

    def find(self, country: int | bool, text: str) -> int | bool:
        """Return the id of a state, False if the country has none of this name."""
        return self._known.get((country, fold(text)), False)
