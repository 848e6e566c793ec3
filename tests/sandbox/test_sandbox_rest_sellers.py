"""REST v2: which shop is active, and switching (SellerCenter REST, Sellers)."""

from marketplace import product, request
from rest_marketplace import CREATE, is_problem


def shop(rest):
    one = rest.get("v2/seller")
    return one["id"], one["name"]


def test_the_seller_is_the_active_shop(rest):
    assert shop(rest) == (4711, "Sandbox Fashion")
    one = rest.get("v2/seller")
    assert one["status"] == "active" and one["shortCode"]


def test_another_shop_can_be_made_active(rest):
    answer = rest.call("POST", "v2/sellers/4712/switch")
    assert answer.json() == {"success": True}
    assert shop(rest) == (4712, "Sandbox Outlet")
    assert rest.get("v2/seller")["shortCode"]
    assert rest.call("POST", "v2/sellers/4711/switch").ok
    assert shop(rest) == (4711, "Sandbox Fashion")


def test_a_switch_behind_our_back_shows_too(rest, classic):
    classic.control("POST", "settings", active_shop=4712)
    assert shop(rest)[0] == 4712
    assert classic.control("POST", "settings", active_shop=1).status_code == 400
    assert shop(rest)[0] == 4712


def test_what_is_read_belongs_to_the_active_shop(rest):
    rest.feed(CREATE, request(product("A")))
    rest.call("POST", "v2/sellers/4712/switch")
    (feed,) = rest.get("v2/feeds", limit=1, offset=0)["items"]
    assert feed["sellerId"] == rest.get("v2/seller")["id"]


def test_there_is_no_third_shop(rest):
    assert is_problem(rest.call("POST", "v2/sellers/1/switch"), 404)
    assert shop(rest)[0] == 4711


def test_all_shops_of_the_user_are_listed(rest):
    rows = rest.get("v2/sellers", limit=10, offset=0)["items"]
    assert {one["id"]: one["name"] for one in rows} == {
        4711: "Sandbox Fashion",
        4712: "Sandbox Outlet",
    }
