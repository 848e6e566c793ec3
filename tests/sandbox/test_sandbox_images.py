"""Pictures: the marketplace fetches them itself and looks into them."""

from urllib.parse import urlsplit

import pytest
from marketplace import images, only, product, request
from PIL import Image, ImageFile


@pytest.fixture
def created(seller):
    seller.feed("ProductCreate", request(product()))
    return seller


def test_pictures_are_fetched_and_kept_in_their_order(created, sandbox, pictures):
    urls = [pictures.url("good.jpg"), pictures.url("good.png")]
    assert not created.errors("Image", request(images("SKU-1", *urls)))
    one = sandbox.products["SKU-1"]
    assert [picture.url for picture in one.images] == urls
    assert [picture.format for picture in one.images] == ["JPEG", "PNG"]
    assert (one.images[0].width, one.images[0].height) == (600, 750)
    assert one.images[0].checksum in sandbox.images.thumbnails


def test_new_pictures_replace_all_earlier_ones(created, sandbox, pictures):
    first = [pictures.url("good.jpg"), pictures.url("good.png")]
    created.feed("Image", request(images("SKU-1", *first)))
    created.feed("Image", request(images("SKU-1", pictures.url("back.jpg"))))
    assert [one.url for one in sandbox.products["SKU-1"].images] == [
        pictures.url("back.jpg")
    ]


REFUSED = {
    "missing.jpg": "HTTP 404",
    "page.jpg": "neither a JPEG nor a PNG",
    "animation.gif": "neither a JPEG nor a PNG",
    "empty.jpg": "neither a JPEG nor a PNG",
    "small.jpg": "499 x 600",
    "damaged.jpg": "damaged",
}


@pytest.mark.parametrize(("name", "reason"), REFUSED.items())
def test_what_is_no_proper_picture_is_refused_with_the_reason(
    created, sandbox, pictures, name, reason
):
    created.feed("Image", request(images("SKU-1", pictures.url("good.jpg"))))
    urls = [pictures.url("back.jpg"), pictures.url(name)]
    (error,) = created.errors("Image", request(images("SKU-1", *urls)))
    assert reason in error and pictures.url(name) in error
    (kept,) = sandbox.products["SKU-1"].images
    assert kept.url == pictures.url("good.jpg")


def test_the_smallest_allowed_picture_is_accepted(created, pictures):
    document = request(images("SKU-1", pictures.url("smallest.jpg")))
    assert not created.errors("Image", document)


def test_a_picture_above_the_size_limit_is_refused(created, pictures, monkeypatch):
    monkeypatch.setattr("seller_center_sandbox.core.const.MAX_IMAGE_SIDE", 700)
    document = request(images("SKU-1", pictures.url("good.jpg")))
    (error,) = created.errors("Image", document)
    assert "600 x 750" in error


def test_a_file_above_the_byte_limit_is_refused(created, pictures, monkeypatch):
    monkeypatch.setattr("seller_center_sandbox.core.const.MAX_IMAGE_BYTES", 1000)
    document = request(images("SKU-1", pictures.url("good.jpg")))
    (error,) = created.errors("Image", document)
    assert error.endswith("the file is too big, at most 1000 bytes are allowed")


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/a.jpg", "http://[::1", "file:///etc/hostname", "picture.jpg"],
    ids=["nobody listens", "broken address", "file", "no address"],
)
def test_an_address_that_leads_nowhere_is_refused(created, url):
    (error,) = created.errors("Image", request(images("SKU-1", url)))
    assert url in error


def test_a_server_that_stays_silent_is_given_up(created, sandbox, pictures):
    sandbox.images.timeout = 0.2
    document = request(images("SKU-1", pictures.url("silent.jpg")))
    (error,) = created.errors("Image", document)
    assert "timed out" in error


def test_one_to_eight_pictures_are_allowed(created, pictures):
    url = pictures.url("good.jpg")
    assert not created.errors("Image", request(images("SKU-1", *[url] * 8)))
    for urls in ([], [url] * 9):
        (error,) = created.errors("Image", request(images("SKU-1", *urls)))
        assert error == "1 to 8 images are allowed"


def test_a_picture_that_several_products_share_is_fetched_once(
    seller, sandbox, pictures
):
    documents = [product("A", Variation="S"), product("B", Variation="M")]
    seller.feed("ProductCreate", request(*documents))
    url = pictures.url("good.jpg")
    before = pictures.fetched.count(urlsplit(url).path)
    seller.feed("Image", request(images("A", url), images("B", url)))
    assert pictures.fetched.count(urlsplit(url).path) == before + 1
    assert len(sandbox.images.thumbnails) == 1


def test_unknown_and_removed_products_take_no_pictures(created, pictures):
    created.feed("ProductRemove", request(only("SKU-1")))
    url = pictures.url("good.jpg")
    document = request(images("SKU-1", url), images("SKU-2", url))
    errors = created.errors("Image", document)
    assert errors == [
        "Product with SellerSku 'SKU-1' was removed",
        "Product with SellerSku 'SKU-2' does not exist",
    ]


def test_a_bad_picture_of_one_product_does_not_stop_the_others(
    seller, sandbox, pictures
):
    documents = [product("A", Variation="S"), product("B", Variation="M")]
    seller.feed("ProductCreate", request(*documents))
    document = request(
        images("A", pictures.url("page.jpg")), images("B", pictures.url("good.jpg"))
    )
    feed = seller.feed("Image", document)
    assert feed.all("Body/FeedDetail/FeedErrors/Error/SellerSku") == ["A"]
    assert sandbox.products["B"].images


def test_damaged_files_are_not_read_with_leniency():
    assert not ImageFile.LOAD_TRUNCATED_IMAGES
    assert Image.MAX_IMAGE_PIXELS
