"""Whoever clicks on a field chooses from its records: each view, a real browser."""

import json
from pathlib import Path

from browsing import prepare_pages
from common import ConnectorHttpCase
from lxml import etree
from rights import MANAGER, USER, record_of
from web_views import NESTED, NO, YES, fields_of, views_of_addon

from odoo.tests import new_test_user

from odoo.addons.base.models.ir_ui_view import Base

SCRIPT = (Path(__file__).parent / "open_fields.js").read_text()
READY = "odoo.isReady === true"
#: All groups that views ask for.
ALL_GROUPS = (
    MANAGER,
    "account.group_account_manager",
    "base.group_multi_company",
    "stock.group_stock_manager",
    "stock.group_stock_multi_locations",
    "product.group_product_manager",
)


def show_everything(arch):
    """Show and unlock whatever a view shows or unlocks in some state of a record.

    :param str arch: the view
    :return: the same without conditions
    """
    root = etree.fromstring(arch)
    for node in root.iter(etree.Element):
        node.attrib.pop("optional", None)
        for name in ("invisible", "column_invisible"):
            if node.get(name, "1") not in YES:
                del node.attrib[name]
        if node.get("readonly", "1") not in (*YES, *NO):
            node.set("readonly", "0")
    return etree.tostring(root, encoding="unicode")


class TestOpeningFields(ConnectorHttpCase):
    """With a record of each model; what users may not write is not opened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare_pages(cls.env)
        views = views_of_addon(cls.env).items()
        cls.views = {view: ours for view, ours in views if view.type in NESTED}
        cls.list_products(cls, cls.make_style("OPEN").product_variant_ids[:1])
        sale = record_of(cls.env["sale.order"])
        record_of(cls.env["iconic.order"], sale_order_id=sale.id)
        # The attributes of a listing are those of its category.
        attribute = record_of(cls.env["iconic.attribute"], attribute_type="option")
        cls.marketplace_category("111").attribute_set_id = attribute.set_id
        for view in cls.views:
            if not cls.env[view.model]._transient:
                cls.record_for(view, cls.env.user)

    @classmethod
    def record_for(cls, view, user):
        """Return a record to show in a view, with a row in each of its lists.

        :return: of a wizard, the user's own
        """
        model = cls.env[view.model].with_user(user)
        record = record_of(model.sudo(not model._transient))
        lists = {field.path[0] for field in fields_of(view, user) if field.path[1:]}
        for name in lists:
            lines = model._fields[name]
            if lines.type == "one2many" and lines.store and not record[name]:
                rows = model.env[lines.comodel_name].sudo(not model._transient)
                record_of(rows, **{lines.inverse_name: record.id})
        return record

    def setUp(self):
        super().setUp()
        get_view = Base.get_view

        def get_whole_view(model, *arguments, **keywords):
            found = get_view(model, *arguments, **keywords)
            return {**found, "arch": show_everything(found["arch"])}

        self.patch(Base, "get_view", get_whole_view)

    def targets(self, user):
        """Return what there is to open for a user."""
        return [
            {
                "name": f"{view.model} {view.name}",
                "model": view.model,
                "view": view.id,
                "type": view.type,
                "record": self.record_for(view, user).id,
                "fields": fields,
            }
            for view, ours in self.views.items()
            if (fields := self.fields(view, ours, user))
        ]

    def fields(self, view, ours, user):
        """Return the paths of the fields that a user may open in a view.

        :param ours: the names of the add-on's fields, None if all are
        """
        if not self.env[view.model].with_user(user).has_access("read"):
            return []
        return sorted(
            {
                field.path
                for field in fields_of(view, user)
                if field.opens
                and field.type != "one2many"
                and (ours is None or ours.intersection(field.path))
            }
        )

    def open_everything(self, user):
        targets = self.targets(user)

        self.browser_js(
            "/odoo/iconic-brands",
            f"{SCRIPT}\nopenFields({json.dumps(targets)})",
            READY,
            login=user.login,
            timeout=180,
        )

    def test_users_open_every_field(self):
        self.open_everything(new_test_user(self.env, "opening_user", groups=USER))

    def test_managers_open_every_field(self):
        groups = ",".join(ALL_GROUPS)
        self.open_everything(new_test_user(self.env, "opening_manager", groups=groups))
