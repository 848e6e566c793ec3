"""Whatever a field of a view looks up when it is opened is in that view."""

from common import ConnectorCase
from rights import MANAGER, USER
from web_views import fields_of, views_of_addon

from odoo.tests import new_test_user


class TestViews(ConnectorCase):
    """The web client fails on a name that is in no field of the view.

    Odoo adds such fields by itself, but not below a field that the model calls
    read-only, although a view may make that editable (`ir.ui.view`,
    `_postprocess_tag_field`).
    """

    def test_domains_and_contexts_name_only_what_their_view_has(self):
        groups = {
            "user": USER,
            "manager": f"{MANAGER},base.group_no_one,base.group_multi_company",
        }
        for kind, names in groups.items():
            user = new_test_user(self.env, f"{kind}_of_views", groups=names)
            for view, ours in views_of_addon(self.env).items():
                model = self.env[view.model].with_user(user)
                if not model.has_access("read"):
                    continue
                for field in fields_of(view, user):
                    if ours is not None and not ours.intersection(field.path):
                        continue
                    with self.subTest(
                        kind=kind, view=view.name, field=".".join(field.path)
                    ):
                        self.assertEqual(field.missing, frozenset())
