"""A model of the add-on has few parts, and what a method does is said in one place."""

import pytest

from scripts.env import paths
from scripts.structure import parts

MOST = 8
#: Models that may have more parts than others, or fewer.
MOST_OF = {"iconic.listing": 10, "stock.picking": 4}


@pytest.fixture(scope="module")
def found():
    """Give the parts of the add-on's models."""
    return parts.read_parts(paths.ADDON)


def test_a_model_has_few_parts(found):
    counted = {name: one["parts"] for name, one in parts.summary(found).items()}
    too_many = {
        model: count
        for model, count in counted.items()
        if count > MOST_OF.get(model, MOST)
    }
    assert not too_many


def test_the_add_on_never_overrides_its_own_methods(found):
    assert not parts.own_overrides(found)


def test_a_model_overrides_a_method_of_odoo_once(found):
    assert not parts.repeated_overrides(found)


def test_the_parts_are_found(found):
    assert {"iconic.account", "iconic.listing", "stock.picking"} <= {
        part.model for part in found
    }
