"""Pictures as the marketplace gets them: which, in which order, and byte by byte.

Product feeds spec, Listing Image; design, section 7.
"""

import base64
from io import BytesIO
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from common import ConnectorCase, ConnectorHttpCase, document, elements, picture
from PIL import Image

from odoo.exceptions import ValidationError
from odoo.fields import Command

YEAR = 365 * 24 * 3600
# A navy picture of 600 x 800 pixels with a red field, as WebP without loss. Given as
# bytes, since a test that made it would let Odoo read it too.
WEBP = base64.b64decode(
    "UklGRkYAAABXRUJQVlA4TDkAAAAvV8LHAA8Q81/A+Q+DqUg2NNC/pQZ+FXg2ov8TUPzP//z/pZ49"
    "b/7jP/7jP/6Lc/zP//zP//wf7gEA"
)
COLOURS = {
    "navy": (0, 0, 128),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "yellow": (255, 255, 0),
    "black": (0, 0, 0),
}


def urls(listing):
    """Return the addresses that the image document gives for a listing."""
    sent = elements(document(listing, "image"))[listing.sku]
    return [one.text for one in sent.iter("Image")]


class TestPublicPictures(ConnectorHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("PIC", "S", "Navy", image_1920=False)

    def setUp(self):
        super().setUp()
        self.listing_ = self.list_products(self.style.product_variant_ids)

    def add_picture(self, content, **values):
        return self.env["iconic.image"].create(
            {
                "product_tmpl_id": self.style.id,
                "image": base64.b64encode(content),
                **values,
            }
        )

    def fetch(self, url):
        """Fetch a picture as the marketplace does: no cookies, no session."""
        with self.allow_requests(all_requests=True):
            return requests.get(url, timeout=20, allow_redirects=False)

    def fetch_only(self):
        (url,) = urls(self.listing_)
        return self.fetch(url)

    def test_the_bytes_are_those_that_were_uploaded(self):
        for kind, content_type in (("JPEG", "image/jpeg"), ("PNG", "image/png")):
            with self.subTest(kind=kind):
                content = picture((800, 600), kind=kind)
                image = self.add_picture(content)
                answer = self.fetch_only()
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(answer.content, content)
                self.assertEqual(answer.headers["Content-Type"], content_type)
                image.unlink()

    def test_originals_beyond_1920_pixels_are_stored(self):
        content = picture((2000, 3000))
        image = self.add_picture(content)
        self.assertEqual(self.fetch_only().content, content)
        another = picture((3000, 2000), "red")
        image.image = base64.b64encode(another)
        self.assertEqual(self.fetch_only().content, another)

    def test_the_product_picture_of_odoo_is_served_too(self):
        content = picture((600, 700))
        self.style.image_1920 = base64.b64encode(content)
        self.assertEqual(self.fetch_only().content, content)

    def test_other_formats_become_jpeg_once_and_not_while_somebody_fetches_them(self):
        self.add_picture(WEBP)
        (url,) = urls(self.listing_)
        self.assertTrue(url.endswith(".jpg"), url)
        with patch.object(Image, "open", side_effect=AssertionError("converted again")):
            answer = self.fetch(url)
            self.assertEqual(urls(self.listing_), [url])
        self.assertEqual(answer.headers["Content-Type"], "image/jpeg")
        with Image.open(BytesIO(answer.content)) as found:
            self.assertEqual((found.format, found.size), ("JPEG", (600, 800)))
            self.assertEqual(self.pixels(found), ["red", "navy"])

    def pixels(self, image):
        """Return the nearest colours of a pixel in the field and of one outside."""
        return [
            TestWhichPictures.name(image.convert("RGB").getpixel(place))
            for place in ((200, 300), (500, 700))
        ]

    def test_a_picture_that_is_not_prepared_is_not_served(self):
        self.add_picture(WEBP)
        (url,) = urls(self.listing_)
        self.assertEqual(self.fetch(url).status_code, 200)
        self.env["iconic.prepared.image"].search([]).unlink()
        self.assert_not_found(url)

    def test_a_picture_is_turned_as_the_camera_was_held(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # its top is at the right
        output = BytesIO()
        Image.new("RGB", (800, 600), "navy").save(output, "JPEG", exif=exif)
        self.add_picture(output.getvalue())
        with Image.open(BytesIO(self.fetch_only().content)) as found:
            self.assertEqual(found.size, (600, 800))

    def test_equal_pictures_are_prepared_once(self):
        self.add_picture(WEBP)
        other = self.make_style("SAME", "S", "Navy", image_1920=base64.b64encode(WEBP))
        both = self.listing_ | self.list_products(other.product_variant_ids)
        self.assertEqual(both._prepare_pictures(), both)
        checksum = both._wanted_pictures()[both[0].id][0].checksum
        prepared = self.env["iconic.prepared.image"].search(
            [("checksum", "=", checksum)]
        )
        self.assertEqual(len(prepared), 1)

    def test_what_was_made_of_a_picture_goes_with_it(self):
        image = self.add_picture(WEBP)
        urls(self.listing_)
        prepared = self.env["iconic.prepared.image"].search([])
        prepared._gc_without_original()
        self.assertTrue(prepared.exists())
        image.unlink()
        prepared._gc_without_original()
        self.assertFalse(prepared.exists())

    def test_nobody_gets_a_session_and_everybody_may_cache_the_picture(self):
        for content in (picture(), WEBP):
            image = self.add_picture(content)
            headers = self.fetch_only().headers
            self.assertNotIn("Set-Cookie", headers)
            cache = headers["Cache-Control"]
            self.assertIn("public", cache)
            self.assertIn("immutable", cache)
            age = next(part for part in cache.split(",") if "max-age" in part)
            self.assertGreaterEqual(int(age.split("=")[1]), YEAR)
            image.unlink()

    def test_a_picture_from_the_form_of_odoo_passes_the_check(self):
        # Odoo's own product form turns what is uploaded into WebP.
        self.style.image_1920 = base64.b64encode(WEBP)
        self.assertEqual(self.listing_.action_check()["params"]["type"], "success")
        self.assertEqual(self.fetch_only().status_code, 200)

    def test_a_wrong_checksum_finds_nothing(self):
        self.add_picture(picture())
        (url,) = urls(self.listing_)
        head, checksum = url.rsplit("/", 1)
        wrong = ("1" if checksum[0] == "0" else "0") + checksum[1:]
        self.assert_not_found(f"{head}/{wrong}")

    def assert_not_found(self, url):
        answer = self.fetch(url)
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("image", answer.headers["Content-Type"])
        self.assertNotIn("Set-Cookie", answer.headers)

    def test_a_picture_that_does_not_exist_is_not_found(self):
        self.add_picture(picture())
        (url,) = urls(self.listing_)
        number = url.split("/")[-2]
        self.assert_not_found(url.replace(f"/{number}/", "/999999999/"))

    def test_a_picture_that_was_replaced_is_gone(self):
        image = self.add_picture(picture())
        (before,) = urls(self.listing_)
        image.image = base64.b64encode(picture(colour="red"))
        (after,) = urls(self.listing_)
        self.assertNotEqual(before, after)
        self.assert_not_found(before)
        self.assertEqual(self.fetch(after).status_code, 200)

    def test_other_attachments_are_not_found_even_with_their_checksum(self):
        partner = self.env["res.partner"].create(
            {"name": "Ann", "image_1920": base64.b64encode(picture())}
        )
        hidden = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_field", "=", "image_1920"),
                ("res_id", "=", partner.id),
            ]
        )
        loose = self.env["ir.attachment"].create(
            {"name": "secret.jpg", "raw": picture(), "mimetype": "image/jpeg"}
        )
        on_product = self.env["ir.attachment"].create(
            {
                "name": "contract.jpg",
                "raw": picture(),
                "res_model": "product.template",
                "res_id": self.style.id,
            }
        )
        base = self.base_url()
        for attachment in (hidden, loose, on_product):
            self.assertTrue(attachment.checksum)
            path = f"/iconic/image/{attachment.id}/{attachment.checksum}.jpg"
            self.assert_not_found(base + path)

    def test_the_address_is_that_of_odoo_unless_the_account_says_another(self):
        self.add_picture(picture())
        (url,) = urls(self.listing_)
        self.assertEqual(urlsplit(url).netloc, urlsplit(self.base_url()).netloc)
        path = urlsplit(url).path
        for address in ("https://shop.example.com", "https://shop.example.com/"):
            self.account.image_base_url = address
            self.assertEqual(urls(self.listing_), [f"https://shop.example.com{path}"])


class TestWhichPictures(ConnectorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.style = cls.make_style("PIC", "S", "Navy Red")
        cls.navy, cls.red = cls.list_products_of(cls.style)

    @classmethod
    def list_products_of(cls, style):
        return cls.env["iconic.listing"].create(
            [
                {"account_id": cls.account.id, "product_id": product.id}
                for product in style.product_variant_ids
            ]
        )

    def add(self, colour, **values):
        """Add a picture of one colour, by which it is known again."""
        content = picture((500, 600), colour)
        values.setdefault("product_tmpl_id", self.style.id)
        return self.env["iconic.image"].create(
            {"image": base64.b64encode(content), **values}
        )

    def shown(self, listing):
        """Return the colours of the pictures that are sent, in their order."""
        found = []
        for one in listing._wanted_pictures()[listing.id]:
            with one.open(self.env) as stream, Image.open(stream) as image:
                found.append(image.convert("RGB").getpixel((0, 0)))
        return [self.name(pixel) for pixel in found]

    @staticmethod
    def name(pixel):
        def distance(name):
            return sum(
                abs(one - other)
                for one, other in zip(COLOURS[name], pixel, strict=True)
            )

        return min(COLOURS, key=distance)

    def test_the_picture_of_odoo_is_the_main_one(self):
        self.add("green")
        self.assertEqual(self.shown(self.navy), ["navy", "green"])

    def test_a_picture_marked_as_main_replaces_it(self):
        self.add("green", sequence=1)
        self.add("yellow", sequence=2, is_main=True)
        self.assertEqual(self.shown(self.navy), ["yellow", "green"])

    def test_the_others_come_in_the_order_of_the_user(self):
        self.add("green", sequence=2)
        self.add("yellow", sequence=1)
        self.assertEqual(self.shown(self.navy), ["navy", "yellow", "green"])

    def test_a_picture_of_the_variant_is_its_main_one(self):
        content = base64.b64encode(picture((600, 600), "red"))
        self.red.product_id.image_variant_1920 = content
        self.assertEqual(self.shown(self.red), ["red"])
        self.assertEqual(self.shown(self.navy), ["navy"])

    def test_a_picture_of_a_colour_is_shown_for_that_colour_only(self):
        value = self.red.product_id.product_template_attribute_value_ids.filtered(
            lambda one: one.name == "Red"
        )
        self.add(
            "red",
            is_main=True,
            product_template_attribute_value_ids=[Command.set(value.ids)],
        )
        self.add("green")
        self.assertEqual(self.shown(self.red), ["red", "green"])
        self.assertEqual(self.shown(self.navy), ["navy", "green"])

    def test_the_sizes_of_a_colour_share_their_pictures(self):
        style = self.make_style("SIZES", "S M", "Red")
        small, medium = self.list_products_of(style)
        self.assertEqual(
            small._wanted_pictures()[small.id], medium._wanted_pictures()[medium.id]
        )

    def test_pictures_of_the_listing_replace_those_of_the_product(self):
        self.add("green")
        own = {"product_tmpl_id": False, "listing_id": self.navy.id}
        self.add("yellow", sequence=1, **own)
        self.add("black", sequence=2, is_main=True, **own)
        self.assertEqual(self.shown(self.navy), ["black", "yellow"])
        self.assertEqual(self.shown(self.red), ["navy", "green"])

    def test_no_more_than_eight_are_sent(self):
        for index in range(10):
            self.add((0, 100 + index, 0), sequence=index)
        found = urls(self.navy)
        self.assertEqual(len(found), 8)
        self.assertEqual(len(set(found)), 8)

    def test_the_same_picture_is_not_sent_twice(self):
        self.add("green")
        self.add("green")
        self.assertEqual(self.shown(self.navy), ["navy", "green"])

    def test_without_a_picture_there_is_no_address_and_no_placeholder(self):
        style = self.make_style("BARE", "S", image_1920=False)
        listing = self.list_products_of(style)
        self.assertEqual(listing._wanted_pictures()[listing.id], [])
        self.assertEqual(
            [one.rule for one in listing._check_for_sending()[listing.id]],
            ["Picture missing"],
        )

    def test_a_picture_belongs_to_a_product_or_to_a_listing(self):
        for owners in (
            {"product_tmpl_id": False},
            {"listing_id": self.navy.id},
        ):
            with self.assertRaises(ValidationError):
                self.add("green", **owners)
