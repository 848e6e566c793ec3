"""REST v2: the shop that calls act on (SellerCenter REST, Sellers)."""

from marketplace import product, request
from rest_marketplace import CREATE


def shop(rest):
    one = rest.get("v2/seller")
    return one["id"], one["name"]


def test_the_seller_is_the_active_shop(rest):
    assert shop(rest) == (4711, "Sandbox Fashion")
    one = rest.get("v2/seller")
    assert one["status"] == "active" and one["shortCode"]


def test_a_user_may_open_another_shop(rest, classic):
    before = rest.get("v2/seller")
    assert classic.control("POST", "settings", active_shop=4712).ok
    assert shop(rest) == (4712, "Sandbox Outlet")
    after = rest.get("v2/seller")
    for name in ("uuid", "shortCode", "srcId"):
        assert after[name] != before[name]
    classic.control("POST", "settings", active_shop=4711)
    assert rest.get("v2/seller") == before


def test_there_is_no_third_shop(rest, classic):
    assert classic.control("POST", "settings", active_shop=1).status_code == 400
    assert shop(rest)[0] == 4711


def test_a_token_that_was_given_before_follows_the_user(rest, sandbox):
    token = rest.token
    sandbox.settings.active_shop = 4712
    assert rest.call("GET", "v2/seller", token=token).json()["id"] == 4712


def test_what_is_read_belongs_to_the_active_shop(rest, sandbox):
    rest.feed(CREATE, request(product("A")))
    sandbox.settings.active_shop = 4712
    (feed,) = rest.get("v2/feeds", limit=1, offset=0)["items"]
    assert feed["sellerId"] == 4712
