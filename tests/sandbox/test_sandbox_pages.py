"""The pages for people."""

import pytest
import requests
from lxml import html
from marketplace import images, only, product, request


@pytest.fixture
def browse(server):
    """Open a page and read it."""

    def open_page(path="", data=None, status=200):
        method = "POST" if data is not None else "GET"
        response = requests.request(method, server.url + path, data=data, timeout=20)
        assert response.status_code == status, response.text
        return html.fromstring(response.text)

    return open_page


def texts(page, path):
    return [" ".join(node.text_content().split()) for node in page.xpath(path)]


def test_an_empty_marketplace_says_so(browse):
    assert "The shelves are empty" in browse().text_content()
    assert "No feeds yet" in browse("feeds").text_content()
    assert "None: everything works" in browse("switches").text_content()


def test_products_are_shown_with_their_pictures_and_values(
    browse, seller, server, pictures
):
    seller.feed("ProductCreate", request(product(ParentSku="SKU-0")))
    seller.feed("Image", request(images("SKU-1", pictures.url("good.jpg"))))
    page = browse()
    (row,) = texts(page, "//table[1]/tbody[1]/tr[td//code='SKU-1']")
    for text in ("Linen midi dress", "SKU-0", "S", "$199.00", "5", "active"):
        assert text in row
    assert "approved" in row
    (source,) = page.xpath("//img/@src")
    picture = requests.get(server.url.rstrip("/") + source, timeout=5)
    assert picture.headers["Content-Type"] == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8")


def test_what_a_seller_sends_cannot_break_out_of_the_page(browse, seller):
    nasty = "<script>alert(1)</script>\"'><b>"
    sku = 'A"><script>'
    document = product(sku.replace("<", "&lt;"), Name=nasty)
    document = document.replace("&amp;lt;", "&lt;")
    assert not seller.errors("ProductCreate", request(document))
    page = browse()
    assert nasty in page.text_content()
    assert not page.xpath("//script")
    (link,) = {one for one in page.xpath("//a/@href") if one.startswith("/product")}
    page = browse(link.lstrip("/"))
    assert sku in page.text_content()
    assert not page.xpath("//script")


def test_pages_load_nothing_from_elsewhere(browse, server, seller):
    policy = requests.get(server.url, timeout=5).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not browse().xpath("//link | //script | //img[contains(@src, '//')]")


def test_five_thousand_products_come_in_pages(browse, seller, sandbox):
    for start in range(0, 5000, 1000):
        documents = [product(f"SKU-{start + number}") for number in range(1000)]
        seller.feed("ProductCreate", request(*documents))
    page = browse("?page=2")
    assert (
        len(page.xpath("//table[1]/tbody/tr[td//code[starts-with(., 'SKU-')]]")) == 50
    )
    assert "page 2 of 100" in page.text_content()
    assert "SKU-4949" in page.text_content()
    assert "page 100 of 100" in browse("?page=1000").text_content()
    assert "1 product" in browse("?search=sku-4711").text_content()
    assert "Nothing found" in browse("?filter=live").text_content()


def test_a_product_page_tells_its_history(browse, seller):
    seller.feed("ProductCreate", request(product()))
    feed = seller.call("ProductUpdate", request(only("SKU-1", Quantity="3")))
    page = browse("product?sku=SKU-1")
    assert "quantity: 5 → 3" in " ".join(page.text_content().split())
    assert page.xpath(f"//a[@href='/feed?id={feed.feed_id}']")


def test_a_feed_page_tells_its_errors(browse, seller):
    receipt = seller.call("ProductCreate", request(product(Quantity="-1")))
    page = browse(f"feed?id={receipt.feed_id}")
    assert "Negative value is not allowed" in page.text_content()
    assert "Finished" in page.text_content()
    assert "<Request>" in page.xpath("string(//pre)")


def test_pages_with_feeds_in_process_refresh_themselves(browse, waiting, sandbox):
    waiting.call("ProductCreate", request(product()))
    assert browse().xpath("//meta[@http-equiv='refresh']")
    sandbox.process()
    assert not browse().xpath("//meta[@http-equiv='refresh']")


@pytest.mark.parametrize("path", ["product?sku=none", "feed?id=none", "nowhere"])
def test_what_is_not_there_gets_a_page_that_says_so(browse, path):
    page = browse(path, status=404)
    assert page.xpath("//a[@href='/']")


def test_faults_are_switched_on_and_off_from_the_page(browse, seller):
    form = {"kind": "status", "action": "*", "times": "", "code": "502", "sku": ""}
    page = browse("switches/add", form)
    assert "until removed" in page.text_content()
    assert seller.send(seller.query("FeedCount")).status_code == 502
    browse("switches/remove", {"index": "0"})
    assert seller.call("FeedCount").accepted


def test_a_record_is_poisoned_from_the_page(browse, seller, sandbox):
    form = {"kind": "poison", "action": "GetBrands", "times": "1", "poison": "nul"}
    page = browse("switches/add", {**form, "record": "Saltbush", "shape": ""})
    assert "record: Saltbush" in page.text_content()
    assert "<Name>S&#0;altbush</Name>" in seller.send(seller.query("GetBrands")).text


@pytest.mark.parametrize(
    "form", [{"kind": "x"}, {"kind": "delay", "seconds": "x"}, {"times": "x"}]
)
def test_a_fault_filled_in_wrongly_is_explained_on_the_page(browse, form, sandbox):
    page = browse("switches/add", {"kind": "delay", **form}, status=400)
    assert page.xpath("string(//div[@class='problem'])")
    assert not list(sandbox.faults)


def test_settings_are_changed_from_the_page(browse, sandbox):
    form = {
        "versions": "1.0, 2.6.20",
        "processing_delay": "5",
        "review_delay": "0",
        "clock_offset": "-60",
        "auto_process": "on",
    }
    browse("switches/settings", form)
    settings = sandbox.settings
    assert settings.versions == ("1.0", "2.6.20")
    assert (settings.processing_delay, settings.clock_offset) == (5, -60)
    assert (settings.auto_process, settings.auto_review) == (True, False)
    page = browse("switches/settings", {**form, "review_delay": "x"}, status=400)
    assert "review_delay" in page.xpath("string(//div[@class='problem'])")


def test_quality_is_decided_from_the_page(browse, seller, sandbox, pictures):
    seller.feed("ProductCreate", request(product()))
    seller.feed("Image", request(images("SKU-1", pictures.url("good.jpg"))))
    form = {"sku": "SKU-1", "status": "rejected", "reason": "Too dark"}
    assert "Too dark" in browse("product/review", form).text_content()
    assert sandbox.products["SKU-1"].qc_status == "rejected"
    browse("product/review", {**form, "status": "maybe"}, status=400)


def test_feeds_are_processed_cancelled_and_forgotten_from_the_page(
    browse, waiting, sandbox
):
    first = waiting.call("ProductCreate", request(product("A"))).feed_id
    browse("feed/cancel", {"id": first})
    assert sandbox.feeds[first].status == "Canceled"
    waiting.call("ProductCreate", request(product("B")))
    browse("switches/process", {})
    assert list(sandbox.products) == ["B"]
    browse("switches/reset", {})
    assert not sandbox.products and not sandbox.feeds
