"""Categories, attributes and brands by REST v2."""

from __future__ import annotations

from urllib.parse import quote

from . import rest_answers
from .const import MAX_ROWS_PER_PAGE
from .records import Attribute, Brand, Category
from .rest_calls import RestCalls, rows_of


class RestTaxonomy(RestCalls):
    """The calls of REST v2 that tell the marketplace's vocabulary."""

    def category_tree(self) -> tuple[Category, ...]:
        """Return the roots of the category tree."""
        return rest_answers.read_categories(rows_of(self._get("/v2/category/tree")))

    def category_attributes(self, category_id: str) -> tuple[Attribute, ...]:
        """Return the attributes of products of a primary category."""
        return self._attributes("category", category_id)

    def set_attributes(
        self, attribute_set: str, category_id: str
    ) -> tuple[Attribute, ...]:
        """Return the attributes of a whole attribute set.

        :param category_id: makes no difference to this API.
        """
        return self._attributes("attribute-sets", attribute_set)

    def _attributes(self, kind: str, owner_id: str) -> tuple[Attribute, ...]:
        answer = self._get(f"/v2/{kind}/{quote(str(owner_id), safe='')}/attributes")
        return rest_answers.read_attributes(rows_of(answer))

    def brands(self) -> tuple[Brand, ...]:
        """Return the brands that the marketplace knows."""
        with self._one_deadline():
            brands = self._get_all("/v2/brands", None, MAX_ROWS_PER_PAGE)
        return rest_answers.read_brands(brands)
