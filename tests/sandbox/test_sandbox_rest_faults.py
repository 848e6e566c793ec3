"""REST v2: what can go wrong, on demand."""

import pytest
import requests
from marketplace import product, request
from rest_marketplace import CREATE, REMOVE, between, is_problem, table

REMOVAL = table(["SellerSku"], ["A"])


@pytest.mark.parametrize("code", [429, 500, 502, 504])
def test_a_bare_status_is_answered_in_place_of_the_api(rest, sandbox, code):
    sandbox.faults.add("status", code=code, retry_after=7, action="FeedCount")
    answer = rest.call("GET", "v2/feeds/count")
    assert (answer.status_code, answer.headers["Retry-After"]) == (code, "7")
    assert "html" in answer.headers["Content-Type"]
    assert rest.get("v2/feeds/count")["total"] == 0


def test_maintenance_says_so_in_json(rest, sandbox):
    sandbox.faults.add("status", code=503, retry_after=120)
    answer = rest.call("GET", "v2/seller", token="x")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "120"
    assert answer.json()["caused_by"] == "maintenance_mode"
    assert isinstance(answer.json()["message"], str)


def test_a_fault_may_bring_its_own_body(rest, sandbox):
    sandbox.faults.add("status", code=503, body="closed")
    assert rest.call("GET", "v2/seller", token="x").text == "closed"


def test_a_feed_that_met_a_status_was_not_accepted(rest, sandbox):
    sandbox.faults.add("status", code=500, action="ProductCreate")
    assert rest.send_xml(CREATE, request(product("A"))).status_code == 500
    assert not sandbox.feeds


@pytest.mark.parametrize("kind", ["html", "garbage"])
def test_an_answer_may_be_none(rest, sandbox, kind):
    sandbox.faults.add(kind, action="GetSeller")
    answer = rest.careless("GET", "v2/seller")
    assert answer.status_code == 200
    with pytest.raises(ValueError):
        answer.json()
    assert rest.get("v2/seller")


@pytest.mark.parametrize(
    ("code", "status"), [(7, 401), (9, 403), (6, 500), (429, 429), (30, 422)]
)
def test_an_error_is_a_problem(rest, sandbox, code, status):
    sandbox.faults.add("error", code=code, message="So it is", action="GetBrands")
    params = {"limit": 1, "offset": 0}
    answer = rest.call("GET", "v2/brands", params=params)
    rest.checked.take()
    assert is_problem(answer, status)
    assert answer.json()["detail"] == "So it is"


def test_an_error_of_an_xml_import_comes_in_its_envelope(rest, sandbox):
    sandbox.faults.add("error", code=6, message="E006: Oops", action="ProductCreate")
    answer = rest.send_xml(CREATE, request(product("A")))
    assert answer.status_code == 200
    assert between(answer.text, "ErrorCode") == "6"
    assert between(answer.text, "ErrorMessage") == "E006: Oops"
    assert not sandbox.feeds


def test_an_error_of_a_table_is_a_problem(rest, sandbox):
    sandbox.faults.add("error", code=1000, message="No", action="ProductRemove")
    answer = rest.upload(REMOVE, REMOVAL)
    rest.checked.take()
    assert is_problem(answer, 422)
    assert not sandbox.feeds


def test_a_connection_may_be_cut_before_a_feed_is_accepted(rest, sandbox):
    sandbox.faults.add("cut_before", action="ProductRemove")
    with pytest.raises(requests.ConnectionError):
        rest.upload(REMOVE, REMOVAL)
    assert not sandbox.feeds


def test_a_connection_may_be_cut_after_a_feed_is_accepted(rest, sandbox):
    sandbox.faults.add("cut_after", action="ProductRemove")
    with pytest.raises(requests.ConnectionError):
        rest.upload(REMOVE, REMOVAL)
    assert [one.action for one in sandbox.feeds.values()] == ["ProductRemove"]


def test_an_answer_may_not_come_in_time(rest, sandbox):
    assert rest.token
    sandbox.faults.add("hang_after", seconds=20, action="FeedCount")
    headers = {"Authorization": f"Bearer {rest.token}"}
    url = f"{rest.url}v2/feeds/count"
    with pytest.raises(requests.ReadTimeout):
        rest.session.get(url, headers=headers, timeout=0.3)


def test_a_head_that_drips_outlasts_the_time_out_of_each_read(rest, sandbox):
    assert rest.token
    sandbox.faults.add("drip", seconds=0.01, action="FeedCount")
    headers = {"Authorization": f"Bearer {rest.token}"}
    url = f"{rest.url}v2/feeds/count"
    answer = rest.session.get(url, headers=headers, timeout=0.5, stream=True)
    assert answer.elapsed.total_seconds() > 1
    assert answer.json()["total"] == 0


def test_the_token_may_go_wrong_alone(rest, sandbox):
    sandbox.faults.add("status", code=503, action="Token")
    assert rest.ask_token().status_code == 503
    assert rest.get("v2/feeds/count")


def test_a_fault_of_one_action_leaves_the_others_alone(rest, sandbox):
    sandbox.faults.add("status", code=500, action="GetBrands", times=None)
    assert rest.get("v2/seller") and rest.get("v2/feeds/count")
    params = {"limit": 1, "offset": 0}
    assert rest.call("GET", "v2/brands", params=params).status_code == 500


def test_the_same_fault_strikes_both_apis(rest, classic, sandbox):
    sandbox.faults.add("status", code=502, action="FeedCount", times=2)
    assert rest.call("GET", "v2/feeds/count").status_code == 502
    answer = classic.send(classic.query("FeedCount"))
    assert answer.status_code == 502
    assert not list(sandbox.faults)


def test_the_faults_of_a_feed_work_for_both_apis(rest, sandbox):
    sandbox.faults.add("stuck", action="ProductRemove")
    sandbox.faults.add("feed_error", action="ProductCreate", message="Broken")
    uuid = rest.feed(REMOVE, REMOVAL)
    assert rest.get(f"v2/feed/{uuid}/status")["status"] == "Queued"
    assert rest.result(CREATE, request(product("A")))["status"] == "Error"
