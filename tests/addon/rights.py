"""The table of rights in the documentation, and a record and user for each row."""

import base64
import re
from itertools import count

from common import picture

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from scripts.env.paths import ROOT

USER = "iconic_connector.iconic_connector_group_user"
MANAGER = "iconic_connector.iconic_connector_group_manager"
#: The standard roles that have nothing to do with the connector, by their short names.
ROLES = {
    "employee": "base.group_user",
    "salesman": "sales_team.group_sale_salesman",
    "sales_manager": "sales_team.group_sale_manager",
    "stock_user": "stock.group_stock_user",
    "stock_manager": "stock.group_stock_manager",
    "accountant": "account.group_account_manager",
    "product_manager": "product.group_product_manager",
}
EXPORT = "base.group_allow_export"
LETTERS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
_names = count(1)


def table():
    """Read the table of docs/rights.rst.

    :return: a dict, model -> `user`, `manager`: operations; `fields`: names; `others`:
        role -> operations
    """
    text = (ROOT / "docs" / "rights.rst").read_text()
    rows = re.findall(
        r"^   \* - ``(iconic[\w.]+)``\n     - (.*)\n     - (.*)\n     - (.*)\n"
        r"     - (.*(?:\n       .*)*)$",
        text,
        re.MULTILINE,
    )
    return {
        model: {
            "user": _operations(user),
            "manager": _operations(manager),
            "others": {
                role: _operations(letters)
                for role, letters in re.findall(r"(\w+): (\w+)", others)
            },
            "fields": set(re.findall(r"``(\w+)``", names)),
        }
        for model, user, manager, others, names in rows
    }


def _operations(letters):
    return {LETTERS[one] for one in letters if one in LETTERS}


def everyone(env):
    """Create a user of each kind: connector, standard roles, another company."""
    other = env["res.company"].create({"name": "Another company"})
    groups = {"user": USER, "manager": MANAGER, **ROLES}
    people = {
        kind: new_test_user(env, f"{kind}_of_rights", groups=f"{group},{EXPORT}")
        for kind, group in groups.items()
    }
    people["other_company"] = new_test_user(
        env,
        "other_of_rights",
        groups=MANAGER,
        company_id=other.id,
        company_ids=[Command.set(other.ids)],
    )
    return people


def record_of(model, **values):
    """Return a record of a model, created with what is required if there is none.

    :param values: with these, a new one
    """
    if not model._auto:
        return model
    found = model.browse() if values or model._transient else model.search([], limit=1)
    return found or model.create({**_required(model), **values})


def _required(model):
    """Return values for the required fields of a model that have no default."""
    wanted = {
        name: field
        for name, field in model._fields.items()
        if field.required and field.store and not field.related
    }
    values = model.default_get(list(wanted))
    values |= {
        name: [] for name, one in model._fields.items() if one.type == "one2many"
    }
    for name, field in wanted.items():
        if not values.get(name):
            values[name] = _value(model, field)
    return values


def _value(model, field):
    makers = {
        "many2one": lambda: record_of(model.env[field.comodel_name]).id,
        "many2many": lambda: [
            Command.link(record_of(model.env[field.comodel_name]).id)
        ],
        "selection": lambda: field.get_values(model.env)[0],
        "datetime": fields.Datetime.now,
        "integer": lambda: 1,
        "float": lambda: 1.0,
        "binary": lambda: base64.b64encode(picture()),
    }
    return makers.get(field.type, lambda: f"Name {next(_names)}")()
