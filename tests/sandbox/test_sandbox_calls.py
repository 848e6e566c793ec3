"""What a call needs before its action is looked at."""

import email.utils
import gzip
from datetime import datetime, timedelta, timezone

import pytest
from marketplace import Answer, product, request


def stamp(**shift):
    moment = datetime.now(timezone.utc) + timedelta(**shift)
    return moment.isoformat(timespec="seconds")


@pytest.mark.parametrize("name", ["Action", "Timestamp", "UserID", "Version"])
def test_each_common_parameter_is_mandatory(seller, name):
    query = seller.query("FeedCount" if name != "Action" else None, **{name: None})
    answer = Answer(seller.send(query))
    assert answer.code == "1"
    assert answer["Head/ErrorMessage"] == f"E001: Parameter {name} is mandatory"


def test_the_signature_is_mandatory(seller):
    query = seller.query("FeedCount").rpartition("&")[0]
    assert Answer(seller.send(query))["Head/ErrorMessage"] == (
        "E001: Parameter Signature is mandatory"
    )


def test_a_post_without_any_parameter_is_a_call_and_no_page(seller):
    assert Answer(seller.send("", b"<Request/>")).code == "1"


@pytest.mark.parametrize("action", ["FeedsList", "feedlist", "getfeedlist"])
def test_actions_are_known_by_their_exact_names(seller, action):
    assert seller.call(action).code == "8"


def test_the_documented_version_is_refused_by_default(seller):
    answer = seller.call("FeedCount", Version="2.6.20")
    assert answer.code == "2"
    assert answer["Head/ErrorMessage"] == "E002: Invalid Version"


def test_the_documented_version_can_be_switched_on(seller):
    seller.control("POST", "settings", versions=["1.0", "2.6.20"])
    assert seller.call("FeedCount", Version="2.6.20").accepted
    assert seller.call("FeedCount", Version="1.0").accepted


@pytest.mark.parametrize("minutes", [-6, 6], ids=["too old", "in the future"])
def test_a_timestamp_too_far_from_the_clock_is_e003(seller, minutes):
    answer = seller.call("FeedCount", Timestamp=stamp(minutes=minutes))
    assert answer.code == "3"


@pytest.mark.parametrize("minutes", [-4, 4])
def test_a_timestamp_within_five_minutes_is_accepted(seller, minutes):
    assert seller.call("FeedCount", Timestamp=stamp(minutes=minutes)).accepted


def test_a_timestamp_counts_with_its_offset(seller):
    berlin = datetime.now(timezone(timedelta(hours=2))).isoformat(timespec="seconds")
    assert seller.call("FeedCount", Timestamp=berlin).accepted


@pytest.mark.parametrize("spelling", ["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+0000"])
def test_other_spellings_of_the_offset_are_understood(seller, spelling):
    now = datetime.now(timezone.utc).strftime(spelling)
    assert seller.call("FeedCount", Timestamp=now).accepted


@pytest.mark.parametrize(
    "text",
    ["yesterday", "1435748400", "2015-07-01T11:11:11", "2015-13-01T11:11:11Z"],
    ids=["words", "seconds", "no offset", "month 13"],
)
def test_an_unreadable_timestamp_is_e004(seller, text):
    answer = seller.call("FeedCount", Timestamp=text)
    assert answer.code == "4"
    assert answer["Head/ErrorMessage"] == "E004: Invalid Timestamp format"


def test_a_plus_that_was_not_encoded_spoils_the_timestamp(seller):
    query = seller.query("FeedCount", Timestamp="2015-07-01T11:11:11+00:00")
    assert Answer(seller.send(query.replace("%2B", "+"))).code == "4"


def test_the_clock_of_the_marketplace_can_be_off(seller):
    seller.control("POST", "settings", clock_offset=3600)
    answer = seller.call("FeedCount")
    assert answer.code == "3"
    date = email.utils.parsedate_to_datetime(answer.response.headers["Date"])
    ahead = date - datetime.now(timezone.utc)
    assert timedelta(minutes=59) < ahead < timedelta(minutes=61)
    answer = seller.call("FeedCount", Timestamp=date.isoformat())
    assert answer.accepted
    head = datetime.strptime(answer["Head/Timestamp"], "%Y-%m-%dT%H:%M:%S%z")
    assert abs(head - date) < timedelta(minutes=1)


def test_an_error_has_http_status_200(seller):
    assert seller.call("Nonsense").response.status_code == 200


def test_a_body_above_the_limit_is_e011(seller, sandbox):
    sandbox.settings.max_body_bytes = 1000
    document = request(product(Description="x" * 1000))
    assert seller.call("ProductCreate", document).code == "11"
    assert not sandbox.feeds


def test_a_body_that_grows_above_the_limit_when_unpacked_is_e011(seller, sandbox):
    sandbox.settings.max_body_bytes = 2000
    packed = gzip.compress(request(product(Description="x" * 5000)).encode())
    headers = {"Content-Encoding": "gzip"}
    assert seller.call("ProductCreate", packed, headers=headers).code == "11"


def test_a_body_may_be_packed_with_gzip(seller, sandbox):
    packed = gzip.compress(request(product()).encode())
    headers = {"Content-Encoding": "gzip"}
    assert seller.call("ProductCreate", packed, headers=headers).accepted
    seller.call("FeedCount")
    assert "SKU-1" in sandbox.products


def test_a_body_that_only_claims_to_be_packed_is_e005(seller):
    headers = {"Content-Encoding": "gzip"}
    assert seller.call("ProductCreate", "<Request/>", headers=headers).code == "5"


def test_a_body_in_chunks_is_read_whole(seller, sandbox):
    document = request(product()).encode()
    chunks = iter([document[:50], document[50:]])
    assert seller.call("ProductCreate", chunks).accepted
    assert next(iter(sandbox.feeds.values())).payload == document


def test_an_unknown_format_is_refused(seller):
    assert seller.call("FeedCount", Format="CSV").code == "5"


def test_every_call_is_written_down_with_its_outcome(seller, sandbox):
    seller.call("FeedCount")
    seller.call("ProductCreate", "nonsense")
    seller.call("FeedCount", key="wrong")
    seen = [(one.action, one.received, one.outcome) for one in sandbox.requests]
    assert seen == [
        ("FeedCount", 0, "accepted"),
        ("ProductCreate", 8, "E005"),
        ("FeedCount", 0, "E007"),
    ]
    assert sandbox.requests[1].body == b"nonsense"
    assert sandbox.requests[0].user == "seller@sandbox.example"
