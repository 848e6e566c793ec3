"""The sandbox is a marketplace of its own: it takes nothing from the add-on."""

import ast
from pathlib import Path

import pytest

import seller_center_sandbox

FILES = sorted(Path(seller_center_sandbox.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda one: "/".join(one.parts[-2:]))
def test_no_file_imports_the_add_on_or_odoo(file):
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names.update(one.name for one in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module)
    found = {name.partition(".")[0] for name in names}
    assert not [name for name in found if name.startswith(("iconic_", "odoo"))]
