"""From an empty account to a season that can be sent, through the screens."""

from small_season import make_season

from odoo.tests import HttpCase, tagged

from seller_center_sandbox import Sandbox, SandboxServer

#: A video-call effect that Debian leaves out; the browser calls that an error.
MISSING_SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@tagged("post_install", "-at_install")
class TestMappingScreens(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.asset"].create(
            {
                "name": "Left out by Debian",
                "directive": "remove",
                "bundle": "web.assets_backend",
                "path": MISSING_SCRIPT,
            }
        )
        server = SandboxServer(Sandbox())
        server.start()
        cls.addClassCleanup(server.stop)
        cls.account = make_season(cls.env)
        cls.account.category_map_ids.unlink()
        cls.account.write(
            {
                "api_type": "rest",
                "api_url": server.url,
                "application_id": False,
                "application_secret": False,
            }
        )
        size = cls.env["product.attribute.value"].search(
            [("attribute_id.name", "=", "Size"), ("name", "=", "S")]
        )
        size.name = "Tiny"

    def tour(self, path, name):
        """Open a page and follow a tour."""
        self.start_tour(f"/odoo/{path}", name, login="admin")
        self.env.invalidate_all()

    def test_a_manager_maps_a_season_from_nothing_to_ready(self):
        form = f"iconic-accounts/{self.account.id}"
        self.tour(form, "iconic_mapping_connect")
        self.assertEqual(self.account.connection_state, "connected")

        self.env.ref("iconic_connector.ir_cron_taxonomy").method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.account.taxonomy_read_at)

        self.tour("iconic-category-mapping", "iconic_mapping_map")
        mapping = self.account.category_map_ids
        self.assertEqual(mapping.primary_category_id.external_id, "111")
        self.assertEqual(
            {
                line.feed_name: line.source
                for line in mapping.attribute_ids
                if line.source
            },
            {
                "Composition": "fixed",
                "Color": "fixed",
                "AgeGroup": "fixed",
                "Season": "season",
            },
        )

        self.tour("iconic-value-mapping", "iconic_mapping_values")
        self.assertFalse(
            self.env["iconic.value.map.line"].search([("option_id", "=", False)])
        )

        self.tour(form, "iconic_mapping_check")
        self.assertEqual(self.account.failing_count, 0)
