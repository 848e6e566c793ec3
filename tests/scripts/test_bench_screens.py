"""The screens of the bench: their rows, and what is asked for of a view."""

import pytest

from benchmarks.report import format_screens, screen_rows
from benchmarks.screen_calls import SCREENS
from benchmarks.screen_views import default_order, filter_domain, specification
from benchmarks.screens import wanted

FORM = """
<form>
    <field name="name"/>
    <field name="partner_id" context="{'short': True}"/>
    <field name="hidden_id" invisible="1"/>
    <field name="line_ids">
        <list default_order="state, id" limit="5"><field name="state"/></list>
    </field>
    <field name="tag_ids" widget="many2many_tags"/>
</form>
"""
TYPES = {
    "name": "char",
    "partner_id": "many2one",
    "hidden_id": "many2one",
    "line_ids": "one2many",
    "tag_ids": "many2many",
}
MODELS = {
    "order": {
        "fields": {
            name: {"type": one, "relation": "line"} for name, one in TYPES.items()
        }
    },
    "line": {"fields": {"state": {"type": "selection"}}},
}


def cost(seconds, cpu):
    """Return what opening a screen once costs."""
    return {
        "size": 100,
        "records": 80,
        "seconds": seconds,
        "cpu": cpu,
        "queries": 7,
    }


def test_a_form_reads_its_fields_and_those_of_its_lists():
    assert specification(FORM, "order", MODELS) == {
        "name": {},
        "partner_id": {"fields": {"display_name": {}}, "context": {"short": True}},
        "hidden_id": {"fields": {}},
        "line_ids": {"fields": {"state": {}}, "limit": 5, "order": "state, id"},
        "tag_ids": {"fields": {"display_name": {}}},
    }


def test_filters_are_those_of_the_search_view():
    arch = """<search><filter name="late" domain="[('due', '=', 'late')]"/>
        <filter name="open" domain="[('state', '=', 'open')]"/></search>"""
    assert filter_domain(arch, ["late"]) == [("due", "=", "late")]
    assert filter_domain(arch, []) == []
    with pytest.raises(ValueError):
        filter_domain(arch, ["other"])


def test_a_view_may_have_an_order_of_its_own():
    assert default_order('<list default_order="id desc"/>') == "id desc"
    assert default_order("<list/>") is None


def test_rows_have_medians_and_ratios_to_odoos_own_list():
    measured = {
        "variants": [cost(9, 9), cost(0.2, 0.1), cost(0.2, 0.1)],
        "orders": [cost(0.1, 0.02), cost(0.1, 0.02), cost(9, 9)],
    }
    orders = screen_rows(measured)[1]
    assert orders == {
        "name": "screen_orders",
        "size": 100,
        "records": 80,
        "ms": 100.0,
        "cpu_ms": 20.0,
        "queries": 7,
        "ratio_to_variants": 0.2,
        "time_to_variants": 0.5,
    }
    assert "0.2 x variants, 0.5 in time" in format_screens([orders])


def test_some_screens_are_opened_beside_odoos_own_list():
    assert wanted(["price"]) == []
    assert wanted(["screens"]) == list(SCREENS)
    assert wanted(["screen_items"]) == ["variants", "items"]
