"""Answers in XML, and in the JSON that is made from it without a schema."""

import json

from marketplace import Answer, images, product, request

from seller_center_sandbox.action import envelope


def as_json(value):
    return json.loads(envelope.to_json({"Body": value}))["Body"]


def test_nothing_becomes_an_empty_string_in_json():
    assert as_json({"Products": {"Product": []}, "Children": None, "Empty": {}}) == {
        "Products": "",
        "Children": "",
        "Empty": "",
    }


def test_one_child_becomes_an_object_and_several_a_list_in_json():
    one, two = {"Name": "a"}, {"Name": "b"}
    assert as_json({"Brand": [one]}) == {"Brand": one}
    assert as_json({"Brand": [one, two]}) == {"Brand": [one, two]}
    assert as_json({"Image": ["url"]}) == {"Image": "url"}


def test_scalars_become_strings_in_json():
    assert as_json({"a": 1, "b": True, "c": False, "d": None}) == {
        "a": "1",
        "b": "1",
        "c": "0",
        "d": "",
    }


def test_the_error_code_in_json_is_a_string(seller):
    refused = seller.json("Nonsense")["ErrorResponse"]
    assert refused["Head"]["ErrorCode"] == "8"
    assert refused["Body"] == ""
    query = seller.query("ProductCreate", Format="JSON")
    document = request("<Product><Name>x</Name></Product>").encode()
    refused = seller.send(query, document).json()["ErrorResponse"]
    assert refused["Head"]["ErrorCode"] == "1000"
    assert refused["Body"]["ErrorDetail"]["Field"] == "SellerSku"


def test_lower_case_json_is_understood(seller):
    answer = seller.send(seller.query("FeedCount", Format="json"))
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.json()["SuccessResponse"]["Body"]["FeedCount"]["Total"] == "0"


def test_xml_and_json_say_the_same(seller, pictures):
    seller.feed("ProductCreate", request(product()))
    seller.feed("Image", request(images("SKU-1", pictures.url("good.jpg"))))
    one = seller.json("GetProducts")["SuccessResponse"]["Body"]["Products"]["Product"]
    answer = seller.call("GetProducts")
    node = answer.root.find("Body/Products/Product")
    plain = {name: text for name, text in one.items() if isinstance(text, str)}
    assert plain == {child.tag: child.text or "" for child in node if not len(child)}
    assert one["Images"] == {"Image": pictures.url("good.jpg")}


def test_the_head_of_a_success_has_all_its_parts(seller):
    answer = seller.call("GetBrands", Limit="2", Offset="1")
    assert [child.tag for child in answer.root.find("Head")] == [
        "RequestId",
        "RequestAction",
        "ResponseType",
        "Timestamp",
        "TotalCount",
        "RequestParameters",
    ]
    assert answer["Head/RequestAction"] == "GetBrands"
    assert answer["Head/ResponseType"] == "Brands"
    assert answer["Head/RequestParameters/Limit"] == "2"


def test_the_zone_of_the_shop_shows_in_its_times(seller, sandbox):
    sandbox.settings.timezone = "Australia/Sydney"
    seller.feed("ProductCreate", request(product()))
    answer = seller.call("FeedList")
    assert answer["Head/Timestamp"][-5:] in ("+1000", "+1100")
    feed = next(iter(sandbox.feeds.values()))
    local = feed.created_at.astimezone(sandbox.zone)
    assert answer["Body/Feed/CreationDate"] == local.strftime("%Y-%m-%d %H:%M:%S")


def test_characters_that_xml_cannot_hold_do_not_break_an_answer(seller):
    answer = seller.call("GetProducts", Limit="1\x00\x0b")
    assert answer.code == "19"
    assert answer["Head/ErrorMessage"] == 'E019: "1" Invalid Limit'


def test_markup_in_values_is_escaped(seller):
    answer = Answer(seller.send(seller.query("GetProducts", Offset="<b>&")))
    assert answer["Head/ErrorMessage"] == 'E014: "<b>&" Invalid Offset'
