"""What `make structure` reads from source files, on a small add-on made up here."""

from textwrap import dedent

import pytest

from scripts.structure import parts, traced_odoo

FILES = {
    "models/__init__.py": "from . import bread\n",
    "models/bread.py": """
        from odoo import api, fields, models

        LIMIT = 3


        class Bread(models.Model):
            _name = "bakery.bread"
            _inherit = ["mail.thread", "bakery.mixin"]

            name = fields.Char()
            price = fields.Float(
                help="Before tax.",
            )
            limit = LIMIT

            @api.model_create_multi
            def create(self, rows):
                return super().create(rows)

            def bake(self):
                return "warm"

            def _weigh(self):
                return super()._weigh() + 1


        class NoModel:
            def bake(self):
                return "nothing"
        """,
    "models/oven/bread_sale.py": """
        from odoo import fields, models


        class Bread(models.Model):
            _inherit = "bakery.bread"

            sold = fields.Boolean()

            def create(self, rows):
                return super().create(rows)

            def bake(self):
                return super().bake()
        """,
    "models/oven/mixin.py": """
        from odoo import models


        class Mixin(models.AbstractModel):
            _name = "bakery.mixin"

            def _weigh(self):
                return 0
        """,
    "wizards/partner.py": """
        from odoo import models


        class Partner(models.Model):
            _inherit = "res.partner"

            def write(self, values):
                return super().write(values)
        """,
}


@pytest.fixture
def addon(tmp_path):
    """Give the folder of an add-on with four models."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip())
    return tmp_path


def test_a_model_has_a_part_for_each_of_its_classes(addon):
    summary = parts.summary(parts.read_parts(addon))
    assert {name: one["parts"] for name, one in summary.items()} == {
        "bakery.bread": 2,
        "bakery.mixin": 1,
        "res.partner": 1,
    }
    assert next(iter(summary)) == "bakery.bread"


def test_fields_methods_and_lines_of_all_parts_are_counted(addon):
    bread = parts.summary(parts.read_parts(addon))["bakery.bread"]
    assert (bread["fields"], bread["methods"]) == (3, 3)
    assert bread["lines"] == 19 + 10
    assert bread["files"] == ["models/bread.py", "models/oven/bread_sale.py"]


def test_own_methods_that_are_overridden_are_found(addon):
    found = parts.own_overrides(parts.read_parts(addon))
    assert found == [
        "bakery.bread._weigh: overrides that of bakery.mixin",
        "bakery.bread.bake: models/bread.py:6, models/oven/bread_sale.py:4",
    ]


def test_methods_of_odoo_that_are_overridden_twice_are_found(addon):
    found = parts.repeated_overrides(parts.read_parts(addon))
    assert found == [
        "bakery.bread.create: models/bread.py:6, models/oven/bread_sale.py:4"
    ]


def test_folders_are_counted_without_the_files_that_only_import(addon):
    counted = parts.folders(addon, ["models", "models/oven"])
    assert {name: one["files"] for name, one in counted.items()} == {
        "models": 3,
        "models/oven": 2,
    }
    assert counted["models/oven"]["lines"] == 13 + 8


def test_the_largest_files_come_first(addon):
    assert parts.largest(addon, ["models", "wizards"], 2) == {
        "models/bread.py": 29,
        "models/oven/bread_sale.py": 13,
    }


def test_only_what_def_made_counts_as_a_function():
    source = (
        "def outer():\n    def inner(): yield\n    return [lambda: x for x in ()]\n"
    )
    module = compile(f"{source}class Bread:\n    def bake(self): ...\n", "x", "exec")
    waiting, found = [module], []
    while waiting:
        code = waiting.pop()
        waiting += [one for one in code.co_consts if hasattr(one, "co_name")]
        if traced_odoo.is_function(code):
            found.append(code.co_name)
    assert sorted(found) == ["bake", "inner", "outer"]
