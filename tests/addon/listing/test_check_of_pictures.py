"""Pictures: the check refuses what the marketplace, which fetches them, refuses.

Product feeds spec, Listing Image.
"""

import base64

from common import ConnectorHttpCase, document, picture
from pairs import SMALL, Pairs

from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.iconic_connector.domain.pictures import MAX_BYTES


class TestPictures(Pairs, ConnectorHttpCase):
    """The marketplace fetches what Odoo itself serves."""

    def setUp(self):
        super().setUp()
        self.assert_both_accept()
        self.style.image_1920 = False

    def show(self, *contents):
        """Give the style these pictures and no others."""
        self.style.iconic_image_ids.unlink()
        self.style.iconic_image_ids = [
            Command.create({"image": base64.b64encode(content)}) for content in contents
        ]

    def assert_both_refuse_pictures(self, check, marketplace):
        """Check the messages about the pictures of the style."""
        (message,) = self.messages_of_check()
        for word in check:
            self.assertIn(word, message)
        refusal = self.refused_by_marketplace(document(self.listed, "image"), "Image")
        self.assertIn(marketplace, refusal)

    def assert_both_take_pictures(self, number):
        self.assertEqual(self.messages_of_check(), [])
        content = document(self.listed, "image")
        self.assertEqual(self.refused_by_marketplace(content, "Image"), "")
        self.assertEqual(len(self.sandbox.products[SMALL].images), number)

    def test_no_picture(self):
        (message,) = self.messages_of_check()
        for word in ("There is no picture", "add a picture (JPEG or PNG)"):
            self.assertIn(word, message)
        empty = f"<Request><ProductImage><SellerSku>{SMALL}</SellerSku><Images/>"
        content = f"{empty}</ProductImage></Request>".encode()
        refusal = self.refused_by_marketplace(content, "Image")
        self.assertIn("1 to 8 images are allowed", refusal)

    def test_a_picture_that_is_too_small(self):
        for size in ((499, 800), (800, 499)):
            with self.subTest(size=size):
                self.show(picture(size))
                pixels = f"{size[0]} x {size[1]}"
                self.assert_both_refuse_pictures(
                    (pixels, "500 to 6000 per side", "upload another one"), pixels
                )

    def test_a_picture_that_is_too_large(self):
        self.show(picture((6001, 500)))
        self.assert_both_refuse_pictures(
            ("6001 x 500", "500 to 6000 per side"), "6001 x 500"
        )

    def test_a_picture_that_is_too_heavy(self):
        self.show(picture() + bytes(MAX_BYTES))
        self.assert_both_refuse_pictures(
            ("8.0 MB", "at most 8 MB", "reduce its size"), "the file is too big"
        )

    def test_a_drawing(self):
        drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600"/>'
        self.style.image_1920 = base64.b64encode(drawing)
        self.assert_both_refuse_pictures(("cannot be read", "upload it again"), "Image")

    def test_what_is_no_picture_cannot_be_entered(self):
        for content in (b"no picture", picture()[:400]):
            with self.assertRaises(UserError):
                self.show(content)

    def test_eight_pictures_at_their_limits(self):
        self.show(
            picture((500, 500)),
            picture((6000, 500)),
            picture((500, 6000), kind="PNG"),
            *(picture((600, 600), colour) for colour in ("red", "green", "blue")),
            picture((600, 601), kind="GIF"),
            picture((600, 602), kind="BMP"),
        )
        self.assert_both_take_pictures(8)

    def test_of_nine_pictures_the_first_eight_are_sent(self):
        self.show(*(picture((600, 600 + number)) for number in range(9)))
        self.assert_both_take_pictures(8)
