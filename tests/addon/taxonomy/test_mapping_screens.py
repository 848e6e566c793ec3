"""From an empty account to a season that can be sent, through the screens."""

import ast
import os
from pathlib import Path

from browsing import prepare_pages

from odoo.tests import HttpCase, tagged
from odoo.tools import convert_file

from seller_center_sandbox import Sandbox, SandboxServer

#: With CAMPAIGN set, all twelve categories of the demo; else its dresses.
CAMPAIGN = os.environ.get("CAMPAIGN")
ALL = "_all" if CAMPAIGN else ""
ADDON = Path(__file__).parents[3] / "iconic_connector"


@tagged("post_install", "-at_install")
class TestMappingScreens(HttpCase):
    """With the products of the demo, but without its account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare_pages(cls.env)
        server = SandboxServer(Sandbox())
        server.start()
        cls.addClassCleanup(server.stop)
        cls._load_demo()
        cls.account = cls.env.ref("iconic_connector.demo_account")
        cls.account.category_map_ids.unlink()
        cls.account.category_ids.unlink()
        cls.account.write(
            {
                "api_type": "rest",
                "api_url": server.url,
                "user_login": False,
                "api_key": False,
                "product_categ_ids": [] if CAMPAIGN else cls._dresses().ids,
            }
        )
        # The only value that the marketplace does not have.
        cls.env["product.attribute.value"].search(
            [("attribute_id.name", "=", "Colour"), ("name", "=", "Navy")]
        ).name = "Midnight"

    @classmethod
    def _dresses(cls):
        return cls.env.ref("iconic_connector.demo_category_women_dresses")

    @classmethod
    def _load_demo(cls):
        manifest = ast.literal_eval((ADDON / "__manifest__.py").read_text())
        for name in manifest["demo"]:
            convert_file(cls.env, "iconic_connector", name, {}, mode="init")

    def tour(self, path, name):
        """Open a page and run a tour."""
        self.start_tour(f"/odoo/{path}", name, login="admin", timeout=600)
        self.env.invalidate_all()

    def test_a_manager_maps_the_goods_from_nothing_to_ready(self):
        form = f"iconic-accounts/{self.account.id}"
        self.tour(form, "iconic_mapping_connect")
        self.assertEqual(self.account.connection_state, "connected")

        self.env.ref("iconic_connector.ir_cron_taxonomy").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.account.taxonomy_read_at)

        self.tour("iconic-category-mapping", f"iconic_mapping_map{ALL}")
        self.assertEqual(len(self.account.category_map_ids), 12 if CAMPAIGN else 1)

        self.tour("iconic-value-mapping", f"iconic_mapping_values{ALL}")
        self.assertFalse(
            self.env["iconic.value.map.line"].search([("option_id", "=", False)])
        )

        self.tour(form, "iconic_mapping_check")
        self.assertGreater(self.account.checked_count, 0)
        self.assertEqual(self.account.failing_count, 0)
