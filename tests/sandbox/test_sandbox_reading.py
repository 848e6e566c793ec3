"""Reading products, quality states, categories, attributes and brands."""

import json
from datetime import timedelta

import pytest
from marketplace import images, only, product, request

SKU = "Body/Products/Product/SellerSku"
STATE = "Body/Status/State"


@pytest.fixture
def shelf(seller, sandbox, pictures):
    """A seller with a product for each filter."""
    sandbox.settings.auto_review = False
    names = "live pending rejected inactive soldout gone bare".split()
    documents = [
        product(
            name,
            ParentSku=name,
            Status="inactive" if name == "inactive" else "active",
            Quantity="0" if name == "soldout" else "5",
        )
        for name in names
    ]
    seller.feed("ProductCreate", request(*documents))
    url = pictures.url("good.jpg")
    seller.feed("Image", request(*[images(name, url) for name in names[:-1]]))
    for name in ("live", "inactive", "soldout", "gone"):
        sandbox.quality.review(name, "approved")
    sandbox.quality.review("rejected", "rejected", "Blurred picture")
    seller.feed("ProductRemove", request(only("gone")))
    return seller


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("all", "live pending rejected inactive soldout gone bare"),
        ("live", "live"),
        ("active", "live pending rejected soldout bare"),
        ("inactive", "inactive"),
        ("deleted", "gone"),
        ("image-missing", "bare"),
        ("pending", "pending bare"),
        ("rejected", "rejected"),
        ("sold-out", "soldout"),
    ],
)
def test_each_filter_gives_its_products(shelf, name, expected):
    answer = shelf.call("GetProducts", Filter=name)
    assert answer.all(SKU) == expected.split()
    assert answer["Head/TotalCount"] == str(len(expected.split()))


def test_an_unknown_filter_is_refused(shelf):
    assert shelf.call("GetProducts", Filter="cheap").code == "36"


def test_products_come_in_pages(shelf):
    answer = shelf.call("GetProducts", Offset="2", Limit="3")
    assert answer.all(SKU) == ["rejected", "inactive", "soldout"]
    assert answer["Head/TotalCount"] == "7"
    assert shelf.call("GetProducts", Offset="99").all(SKU) == []


def test_a_limit_above_the_marketplaces_own_gives_a_shorter_page(shelf, monkeypatch):
    monkeypatch.setattr("seller_center_sandbox.core.const.PRODUCTS_MAX_LIMIT", 2)
    assert len(shelf.call("GetProducts", Limit="1000").all(SKU)) == 2


def test_products_are_found_by_their_skus(shelf):
    answer = shelf.call("GetProducts", SkuSellerList='["bare","live","unknown"]')
    assert answer.all(SKU) == ["bare", "live"]
    assert shelf.call("GetProducts", SkuSellerList="[]").all(SKU) == []


def test_products_are_found_by_words(shelf):
    assert shelf.call("GetProducts", Search="REJEC").all(SKU) == ["rejected"]
    assert len(shelf.call("GetProducts", Search="midi").all(SKU)) == 7


def test_products_are_found_by_the_time_of_their_last_change(shelf, sandbox):
    for one in sandbox.products.values():
        one.created_at = one.updated_at = sandbox.now() - timedelta(days=3)
    shelf.feed("ProductUpdate", request(only("live", Quantity="9")))
    yesterday = (sandbox.now() - timedelta(days=1)).isoformat()
    assert shelf.call("GetProducts", UpdatedAfter=yesterday).all(SKU) == ["live"]
    assert shelf.call("GetProducts", CreatedAfter=yesterday).all(SKU) == []
    assert len(shelf.call("GetProducts", UpdatedBefore=yesterday).all(SKU)) == 6
    assert len(shelf.call("GetProducts", CreatedBefore=yesterday).all(SKU)) == 7


@pytest.mark.parametrize("action", ["GetProducts", "GetQcStatus", "GetBrands"])
@pytest.mark.parametrize(
    ("code", "parameters"),
    [("14", {"Offset": "-1"}), ("19", {"Limit": "0"}), ("19", {"Limit": "ten"})],
)
def test_wrong_pages_are_refused(seller, action, code, parameters):
    assert seller.call(action, **parameters).code == code


@pytest.mark.parametrize("action", ["GetProducts", "GetQcStatus"])
@pytest.mark.parametrize("text", ["live,bare", "{}", '["live"', "[[1]]"])
def test_a_corrupt_list_of_skus_is_e070(seller, action, text):
    assert seller.call(action, SkuSellerList=text).code == "70"


def test_an_unreadable_date_is_e017(seller):
    assert seller.call("GetProducts", UpdatedAfter="last week").code == "17"


def test_what_orders_hold_is_missing_from_available_but_not_from_quantity(
    shelf, sandbox
):
    sandbox.products["live"].reserved = 2
    answer = shelf.call("GetProducts", SkuSellerList='["live"]')
    node = "Body/Products/Product"
    assert answer[f"{node}/Quantity"] == "5"
    assert answer[f"{node}/ReservedStock"] == "2"
    assert answer[f"{node}/Available"] == "3"


def test_a_product_comes_back_with_what_the_shop_adds(shelf, pictures):
    answer = shelf.call("GetProducts", SkuSellerList='["live"]')
    node = "Body/Products/Product"
    assert answer[f"{node}/ShopSku"]
    assert answer[f"{node}/Url"].startswith("https://")
    assert answer[f"{node}/MainImage"] == pictures.url("good.jpg")
    assert answer[f"{node}/QCStatus"] == "approved"
    assert answer[f"{node}/isPublished"] == "1"
    assert answer[f"{node}/ProductData/Gender"] == "Female"
    assert answer[f"{node}/SalePrice"] == ""
    assert answer[f"{node}/PrimaryCategory"] == "Dresses"
    assert answer[f"{node}/PrimaryCategoryId"] == "111"


def test_quality_states_tell_the_reason_of_a_rejection(shelf):
    answer = shelf.call("GetQcStatus", SkuSellerList='["rejected","live"]')
    assert answer.all(f"{STATE}/SellerSKU") == ["rejected", "live"]
    assert answer.all(f"{STATE}/Status") == ["rejected", "approved"]
    assert answer.all(f"{STATE}/Reason") == ["Blurred picture", ""]


def test_removed_products_have_no_quality_state(shelf):
    assert "gone" not in shelf.call("GetQcStatus").all(f"{STATE}/SellerSKU")


def test_at_most_a_hundred_quality_states_are_given(seller):
    assert seller.call("GetQcStatus", Limit="101").code == "19"
    assert seller.call("GetQcStatus", Limit="100").accepted


def test_a_product_is_approved_by_itself_once_it_has_pictures(
    seller, sandbox, pictures
):
    seller.feed("ProductCreate", request(product()))
    assert seller.call("GetQcStatus").all(f"{STATE}/Status") == ["pending"]
    seller.feed("Image", request(images("SKU-1", pictures.url("good.jpg"))))
    assert seller.call("GetQcStatus").all(f"{STATE}/Status") == ["approved"]
    assert sandbox.products["SKU-1"].is_live


def test_a_review_may_take_its_time(seller, sandbox, pictures):
    sandbox.settings.review_delay = 3600
    seller.feed("ProductCreate", request(product()))
    seller.feed("Image", request(images("SKU-1", pictures.url("good.jpg"))))
    assert seller.call("GetQcStatus").all(f"{STATE}/Status") == ["pending"]
    sandbox.products["SKU-1"].qc_due = sandbox.now()
    assert seller.call("GetQcStatus").all(f"{STATE}/Status") == ["approved"]


def test_a_rejection_can_be_planned_before_the_product_exists(
    seller, sandbox, pictures
):
    sandbox.quality.review("SKU-1", "rejected", "Too dark")
    seller.feed("ProductCreate", request(product()))
    seller.feed("Image", request(images("SKU-1", pictures.url("good.jpg"))))
    assert seller.call("GetQcStatus").all(f"{STATE}/Reason") == ["Too dark"]


@pytest.mark.parametrize("cause", ["content", "pictures"])
def test_a_rejected_product_is_reviewed_again_when_it_is_mended(
    shelf, sandbox, pictures, cause
):
    if cause == "content":
        shelf.feed("ProductUpdate", request(only("rejected", Name="Better name")))
    else:
        url = pictures.url("back.jpg")
        shelf.feed("Image", request(images("rejected", url)))
    state = shelf.call("GetQcStatus", SkuSellerList='["rejected"]')
    assert (state[f"{STATE}/Status"], state[f"{STATE}/DataChanged"]) == ("pending", "1")
    sandbox.settings.auto_review = True
    state = shelf.call("GetQcStatus", SkuSellerList='["rejected"]')
    assert state[f"{STATE}/Status"] == "approved"


def test_price_and_stock_do_not_heal_a_rejection(shelf):
    values = {"Price": "10.00", "Quantity": "1"}
    shelf.feed("ProductUpdate", request(only("rejected", **values)))
    state = shelf.call("GetQcStatus", SkuSellerList='["rejected"]')
    assert state[f"{STATE}/Status"] == "rejected"


def test_statistics_count_products(shelf):
    answer = shelf.call("GetStatistics")
    counts = {
        child.tag: child.text for child in answer.root.find("Body/Products/Status")
    }
    assert counts["Live"] == "1"
    assert counts["SoldOut"] == "1"
    assert counts["ImageMissing"] == "1"
    assert counts["Deleted"] == "1"


def test_the_category_tree_has_several_levels(seller):
    answer = seller.call("GetCategoryTree")
    top = answer.root.findall("Body/Categories/Category")
    assert [node.findtext("Name") for node in top][:2] == ["Women", "Men"]
    path = "Children/Category[CategoryId='{}']"
    node = top[0]
    for key in ("11", "111", "1111"):
        node = node.find(path.format(key))
    assert node.findtext("Name") == "Midi Dresses"
    assert node.findtext("AttributeSetId") == "1"
    assert len(node.find("Children")) == 0


def test_category_ids_are_unique(seller):
    ids = [node.text for node in seller.call("GetCategoryTree").root.iter("CategoryId")]
    assert len(ids) == len(set(ids)) > 500


@pytest.mark.parametrize(
    ("category", "own"), [("111", "Fit"), ("221", "UpperMaterial"), ("131", "Material")]
)
def test_attributes_differ_by_category(seller, category, own):
    answer = seller.call("GetCategoryAttributes", PrimaryCategory=category)
    names = answer.all("Body/Attribute/FeedName")
    assert own in names
    assert {"Brand", "Variation", "TaxClass", "ShipmentType", "Gender"} <= set(names)


def test_an_attribute_tells_its_options_length_and_duty(seller):
    answer = seller.call("GetCategoryAttributes", PrimaryCategory="111")
    nodes = {node.findtext("FeedName"): node for node in answer.root.iter("Attribute")}
    gender, brand = nodes["Gender"], nodes["Brand"]
    names = [node.text for node in gender.findall("Options/Option/Name")]
    assert names == ["Female", "Male", "Unisex"]
    assert gender.findtext("isMandatory") == "1"
    assert gender.findtext("AttributeType") == "option"
    assert brand.findtext("AttributeType") == "system"
    assert nodes["ColorNameBrand"].findtext("MaxLength") == "50"
    assert nodes["ColorNameBrand"].findtext("isMandatory") == "0"
    assert nodes["Variation"].findtext("ProductType") == "simple"


@pytest.mark.parametrize("category", ["11", "1", "999"])
def test_a_category_without_attributes_is_e057(seller, category):
    answer = seller.call("GetCategoryAttributes", PrimaryCategory=category)
    assert answer.code == "57"


def test_attributes_need_a_category(seller):
    assert seller.call("GetCategoryAttributes").code == "1"


def test_brands_come_in_pages(seller):
    answer = seller.call("GetBrands", Limit="3", Offset="1")
    names = answer.all("Body/Brands/Brand/Name")
    assert names == ["Kōwhai & Co", "Saltbush", "Paper Moon"]
    assert answer["Head/TotalCount"] == "220"
    assert len(seller.call("GetBrands").all("Body/Brands/Brand/Name")) == 100


def test_one_brand_is_an_object_in_json(seller):
    body = seller.json("GetBrands", Limit="1")["SuccessResponse"]["Body"]
    assert body["Brands"]["Brand"]["Name"] == "North Harbour"
    body = seller.json("GetBrands", Offset="220")["SuccessResponse"]["Body"]
    assert body["Brands"] == ""
    json.dumps(body)
