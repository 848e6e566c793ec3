"""A user's way through the screens, in a real browser."""

from small_season import SKUS, make_season

from odoo.tests import HttpCase, tagged

from seller_center_sandbox import Sandbox, SandboxServer

#: A video-call effect that Debian leaves out; the browser calls that an error.
MISSING_SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


@tagged("post_install", "-at_install")
class TestScreens(HttpCase):
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
        # While they are made, requests would wait for the test's transaction too long.
        cls.env["ir.qweb"]._pregenerate_assets_bundles()
        server = SandboxServer(Sandbox())
        server.start()
        cls.addClassCleanup(server.stop)
        cls.account = make_season(cls.env)
        cls.account.write({"api_url": server.url, "season_tag_ids": [(5,)]})

    def test_a_user_chooses_a_season_checks_it_and_sends_it(self):
        incomplete = self.env["product.product"].search(
            [("default_code", "=", SKUS[0])]
        )
        incomplete.barcode = False

        self.start_tour("/odoo", "iconic_main_path", login="admin")

        listings = self.env["iconic.listing"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(sorted(listings.mapped("sku")), sorted(SKUS))
        self.assertEqual(set(listings.mapped("content_status")), {"pending"})
