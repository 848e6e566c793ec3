"""Both APIs show the same marketplace: sent by one, read by the other."""

import base64
import json

from marketplace import images, only, product, request
from rest_marketplace import (
    CREATE,
    IMAGES,
    REMOVE,
    STOCK,
    UPDATE,
    between,
    by_sku,
    set_of,
    sets,
    table,
)

PRODUCT = "Body/Products/Product"
DETAIL = "Body/FeedDetail"


def test_a_product_of_rest_is_read_by_the_action_api(rest, classic):
    rest.feed(CREATE, request(product("A", ParentSku="P")))
    rest.feed(UPDATE, request(only("A", Price="9.50")))
    rest.feed(STOCK, request(only("A", Quantity="3")))
    answer = classic.call("GetProducts", SkuSellerList='["A"]')
    names = ("SellerSku", "ParentSku", "Price", "Quantity")
    found = [answer[f"{PRODUCT}/{name}"] for name in names]
    assert found == ["A", "P", "9.50", "3"]


def test_a_product_of_the_action_api_is_read_by_rest(rest, classic, pictures):
    classic.feed("ProductCreate", request(product("A", ParentSku="P")))
    classic.feed("Image", request(images("A", pictures.url("good.jpg"))))
    answer = classic.call("GetProducts", SkuSellerList='["A"]')
    one = by_sku(rest, "A")["A"]
    wanted = one["productSetId"]
    assert one["shopSku"] == answer[f"{PRODUCT}/ShopSku"]
    (whole,) = sets(rest, productSetIds=[wanted])["items"]
    assert (whole["parentSku"], whole["name"]) == ("P", "Linen midi dress")
    (stock,) = rest.get(f"v2/stock/product-set/{wanted}")
    assert stock["quantity"] == 5
    (row,) = rest.get("v2/product-sets/images", productSetIds=[wanted])
    found = [image["displayUrl"] for image in row["images"]]
    assert found == [pictures.url("good.jpg")]


def test_a_removal_by_one_shows_in_the_other(rest, classic):
    rest.feed(CREATE, request(product("A"), product("B")))
    rest.feed(REMOVE, table(["SellerSku"], ["A"]))
    assert classic.call("GetProducts", Filter="deleted").all(
        f"{PRODUCT}/SellerSku"
    ) == ["A"]
    classic.feed("ProductRemove", request(only("B")))
    assert by_sku(rest, "B")["B"]["status"] == "deleted"


def test_a_feed_of_rest_is_followed_by_the_action_api(rest, classic):
    uuid = rest.feed(CREATE, request(product("A", Quantity="-1")))
    answer = classic.call("FeedStatus", FeedID=uuid)
    (message,) = answer.all(f"{DETAIL}/FeedErrors/Error/Message")
    (error,) = rest.get(f"v2/feed/{uuid}/status")["errors"]
    assert error["errorMessage"] == message
    assert answer[f"{DETAIL}/Status"] == "Finished"
    assert classic.call("FeedList").all("Body/Feed/Feed") == [uuid]


def test_a_feed_of_the_action_api_is_followed_by_rest(rest, classic):
    uuid = classic.call("ProductCreate", request(product("A"))).feed_id
    status = rest.get(f"v2/feed/{uuid}/status")
    assert (status["action"], status["status"]) == ("ProductCreate", "Finished")
    assert rest.get("v2/feeds/count")["total"] == 1
    assert classic.call("FeedCount")["Body/FeedCount/Total"] == "1"


def test_a_table_is_read_back_by_the_action_api(rest, classic):
    content = table(["SellerSku", "MainImage"], ["A", "http://x.example/1.jpg"])
    uuid = rest.feed(IMAGES, content)
    answer = classic.call("GetFeedRawInput", FeedIdList=json.dumps([uuid]))
    file = answer["Body/FeedRawInput/RawInputFile/File"]
    assert base64.b64decode(file) == content.encode()


def test_a_feed_is_cancelled_by_the_other_api(rest, classic, sandbox):
    sandbox.settings.auto_process = False
    ours = rest.feed(CREATE, request(product("A")))
    theirs = classic.call("ProductCreate", request(product("B"))).feed_id
    assert classic.call("FeedCancel", FeedID=ours).accepted
    assert rest.call("DELETE", f"v2/feed/{theirs}").status_code == 204
    sandbox.process()
    assert not sandbox.products


def test_a_document_is_a_duplicate_whichever_api_it_came_by(rest, classic, sandbox):
    sandbox.settings.auto_process = False
    document = request(product("A"))
    uuid = classic.call("ProductCreate", document).feed_id
    answer = rest.send_xml(CREATE, document)
    assert uuid in between(answer.text, "ErrorMessage")
    assert len(sandbox.feeds) == 1


def test_quality_is_the_same_in_both(rest, classic, pictures, sandbox):
    sandbox.settings.auto_review = False
    rest.feed(CREATE, request(product("A")))
    rest.result(
        IMAGES, table(["SellerSku", "MainImage"], ["A", pictures.url("good.jpg")])
    )
    sandbox.quality.review("A", "rejected", "Blurred picture")
    state = classic.call("GetQcStatus", SkuSellerList='["A"]')
    assert state["Body/Status/State/Status"] == "rejected"
    (row,) = rest.get(
        "v2/product-set/quality-control-status", productSetIds=[set_of(rest, "A")]
    )
    assert row["status"] == "rejected"


def test_the_taxonomy_is_the_same_in_both(rest, classic):
    def numbers(categories):
        for one in categories:
            yield str(one["id"])
            yield from numbers(one["children"])

    tree = classic.call("GetCategoryTree")
    theirs = [node.text for node in tree.root.iter("CategoryId")]
    assert sorted(numbers(rest.get("v2/category/tree"))) == sorted(theirs)

    answer = classic.call("GetCategoryAttributes", PrimaryCategory="111")
    names = {one["feedName"] for one in rest.get("v2/category/111/attributes")}
    assert set(answer.all("Body/Attribute/FeedName")) == names

    brands = rest.get("v2/brands", limit=1000, offset=0)["items"]
    theirs = classic.call("GetBrands", Limit="1000").all("Body/Brands/Brand/Name")
    assert sorted(one["name"] for one in brands) == sorted(theirs)


def test_the_log_says_by_which_api_a_call_came(rest, classic):
    rest.get("v2/feeds/count")
    classic.call("FeedCount")
    calls = classic.control("GET", "requests").json()["requests"]
    found = [one["api"] for one in calls if one["action"] == "FeedCount"]
    assert sorted(found) == ["action", "rest"]
