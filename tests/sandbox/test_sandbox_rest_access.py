"""REST v2: tokens, who may call and how often (SellerCenter REST, OAuth)."""

import pytest
from marketplace import only, request
from rest_marketplace import APPLICATION, STOCK, TOKEN, RestSeller, is_problem

ORDER_APPLICATION = ("sandbox-application-0002", "sandbox-readonly-application-secret")
DOCUMENT = request(only("A", Quantity="1"))


def test_a_token_is_given_for_an_hour(rest):
    answer = rest.ask_token().json()
    assert answer["expires_in"] == 3600
    assert answer["token_type"].lower() == "bearer"
    assert rest.call("GET", "v2/seller", token=answer["access_token"]).ok


def test_each_request_gives_another_token_and_the_earlier_ones_stay_good(rest):
    tokens = [rest.ask_token().json()["access_token"] for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert all(rest.call("GET", "v2/seller", token=one).ok for one in tokens)


@pytest.mark.parametrize(
    "auth",
    [
        (APPLICATION[0], "wrong"),
        ("nobody", APPLICATION[1]),
        (APPLICATION[0], ""),
        APPLICATION[::-1],
        ORDER_APPLICATION[:1] + APPLICATION[1:],
    ],
)
def test_a_wrong_application_gets_no_token(rest, auth):
    answer = rest.ask_token(auth)
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"
    assert "access_token" not in answer.text


def test_a_token_is_asked_for_in_the_form_that_is_documented(rest):
    for options in (
        {"data": {"grant_type": "client_credentials"}},
        {"files": {"grant_type": (None, "client_credentials")}},
    ):
        url = rest.url + TOKEN
        answer = rest.session.post(url, auth=APPLICATION, timeout=20, **options)
        assert answer.json()["access_token"]
    answer = rest.ask_token(grant_type="password")
    assert answer.status_code == 400
    assert rest.checked.take()
    assert rest.ask_token(other="x").status_code == 400
    assert rest.checked.take()


def test_a_token_is_asked_for_with_the_secret_in_the_header(rest):
    form = {"grant_type": "client_credentials", "client_id": APPLICATION[0]}
    form["client_secret"] = APPLICATION[1]
    answer = rest.session.post(rest.url + TOKEN, data=form, timeout=20)
    assert answer.status_code == 401
    assert rest.checked.take()


@pytest.mark.parametrize("path", ["v2/seller", "v2/feeds/count", "v2/brands"])
def test_every_call_wants_a_token(rest, path):
    for value in ("Basic YTpi", "Bearer", "Token x"):
        answer = rest.careless("GET", path, headers={"Authorization": value})
        assert is_problem(answer, 401)
    answer = rest.call("GET", "v2/seller", token="made-up")
    assert is_problem(answer, 401)


def test_a_token_ends(rest, sandbox):
    sandbox.settings.token_lifetime = 300
    assert rest.ask_token().json()["expires_in"] == 300
    token = rest.token
    sandbox.settings.clock_offset += 299
    assert rest.call("GET", "v2/seller", token=token).ok
    sandbox.settings.clock_offset += 2
    assert is_problem(rest.call("GET", "v2/seller", token=token), 401)
    rest.forget_token()
    assert rest.get("v2/seller")


def test_all_tokens_can_be_revoked(rest, classic):
    token = rest.token
    assert classic.control("DELETE", "tokens").ok
    assert is_problem(rest.call("GET", "v2/seller", token=token), 401)
    rest.forget_token()
    assert rest.get("v2/seller")


def test_a_user_without_the_role_is_kept_out(watched, sandbox):
    with RestSeller(watched[0].url, watched[1], ORDER_APPLICATION) as other:
        for path in ("v2/feeds/count", "v2/category/tree"):
            assert is_problem(other.call("GET", path), 403)
        assert is_problem(other.send_xml(STOCK, DOCUMENT), 403)
        assert other.get("v2/seller")
    assert not sandbox.feeds


def test_another_path_or_method_is_a_problem_too(rest):
    assert is_problem(rest.careless("GET", "v2/product/7"), 404)
    assert is_problem(rest.careless("DELETE", "v2/seller"), 405)
    assert is_problem(rest.careless("GET", "v2/orders/7/shipment"), 404)


@pytest.mark.parametrize(
    "query",
    [
        "limit=20",
        "offset=0",
        "limit=0&offset=0",
        "limit=21&offset=0",
        "limit=x&offset=0",
        "limit=1&limit=2&offset=0",
    ],
)
def test_a_wrong_query_is_refused(rest, query):
    assert is_problem(rest.careless("GET", f"v2/feeds?{query}"), 400)


@pytest.mark.parametrize("name", ["feedUuidList", "feedUuidList[0]", "FeedUuidList[]"])
def test_an_array_has_one_spelling(rest, name):
    uuid = "0f8b4c9e-6a55-4d2e-9f10-aabbccddeeff"
    assert is_problem(rest.careless("GET", f"v2/feed/raw-input?{name}={uuid}"), 400)


def test_too_many_calls_are_turned_away_with_a_hint(rest, sandbox):
    assert rest.token
    sandbox.settings.calls_per_second = 1
    answers = (rest.call("GET", "v2/seller") for _ in range(50))
    late = next(one for one in answers if not one.ok)
    assert is_problem(late, 429)
    assert int(late.headers["Retry-After"]) >= 1
