"""A user's way through the screens, in a real browser."""

from browsing import prepare_pages
from small_season import SKUS, make_season

from odoo.tests import HttpCase, tagged

from seller_center_sandbox import Sandbox, SandboxServer


@tagged("post_install", "-at_install")
class TestScreens(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        prepare_pages(cls.env)
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
