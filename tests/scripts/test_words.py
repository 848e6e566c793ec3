"""The linter that knows which words screens never use."""

import pytest

from scripts.check_words import problems


@pytest.fixture
def check(tmp_path):
    """Return a function that checks one text as a file of a kind."""

    def check(name, text):
        path = tmp_path / name
        path.write_text(text)
        return problems(path)

    return check


@pytest.mark.parametrize(
    "text",
    [
        '<odoo><button string="Mend"/></odoo>',
        "<odoo><p>Two units are missing.</p></odoo>",
        '<odoo><field name="name">Told to THE ICONIC</field></odoo>',
        '<odoo><filter string="Own Warehouse"/></odoo>',
    ],
)
def test_a_word_in_a_view_is_found(check, text):
    assert len(check("view.xml", text)) == 1


@pytest.mark.parametrize(
    "code",
    [
        'name = fields.Char("Put Right")',
        'name = fields.Char(help="It was put back.")',
        'text = self.env._("The brake holds it")',
        'CHOICES = [("paper", "Papers")]',
    ],
)
def test_a_word_in_a_label_or_a_sentence_is_found(check, code):
    assert len(check("model.py", code)) == 1


def test_a_word_in_a_page_is_found_with_its_line_and_a_better_one(check):
    [problem] = check("README.rst", "First.\n\nA lost parcel.\n")
    assert ":3:" in problem
    assert "delivery failed" in problem


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("model.py", 'unit = record["unit_price"]  # the brake'),
        ("model.py", 'name = fields.Char("Unit of Measure")'),
        ("view.xml", '<odoo><field name="arch"><field name="unit"/></field></odoo>'),
        ("README.rst", "The field ``unit_price``.\n"),
    ],
)
def test_names_in_code_are_no_words_for_people(check, name, text):
    assert check(name, text) == []
