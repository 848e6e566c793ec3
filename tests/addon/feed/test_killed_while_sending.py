"""The sending process is really killed: no feed is ever sent twice."""

import pytest
from killable_crons import killable_crons
from small_season import SKUS

from scripts import runtime
from scripts.killable_odoo import copy_account_database, run_in_shell
from seller_center_sandbox import Sandbox, SandboxServer

#: Longer than any test: a call that hangs for so long never returns.
NEVER = 600
LIVE = [(sku, "published", "active", "not_needed") for sku in SKUS]


over_both_apis = pytest.mark.parametrize("api_type", ["action", "rest"])
over_rest = pytest.mark.parametrize("api_type", ["rest"])


@pytest.fixture(scope="module")
def season():
    """Provide a database with pending listings."""
    with runtime.copied_database("killed_season") as name:
        run_in_shell(name, "small_season", "send_season")
        yield name


@pytest.fixture
def marketplace():
    """Provide a sandbox that serves on loopback."""
    with SandboxServer(Sandbox()) as server:
        yield server


@pytest.fixture
def api_type():
    """Return the API that the account uses; tests may override it."""
    return "action"


@pytest.fixture(scope="module")
def crons():
    """Provide an Odoo that lets its crons run, one database after the other."""
    with killable_crons("killed_while_sending") as killable:
        yield killable


@pytest.fixture
def odoo(season, marketplace, crons, api_type):
    """Provide it, not yet woken, with an account at the marketplace."""
    copy_account_database(season, crons.database, marketplace.url, api_type)
    try:
        yield crons
    finally:
        if crons.runs:
            crons.kill()


def calls(marketplace, action):
    """List the outcomes of the calls of an action.

    :return: the outcomes; empty text while the answer is under way
    """
    requests = list(marketplace.sandbox.requests)
    return [request.outcome for request in requests if request.action == action]


def run_until_all_is_live(odoo):
    """Run the crons until nothing is left to do."""
    odoo.wait_with_crons(
        lambda: (
            odoo.listings() == LIVE
            and all(state == "done" for flow, state, external_id in odoo.feeds())
        ),
        "the season at the marketplace",
    )


def lose_accepted(odoo, marketplace, action):
    """Kill Odoo when the marketplace has accepted a document, before its answer."""
    marketplace.sandbox.faults.add("hang_after", action=action, seconds=NEVER)
    odoo.start()
    odoo.wait_with_crons(
        lambda: "hang_after" in calls(marketplace, action), "the accepted call"
    )
    marketplace.sandbox.process()
    odoo.kill()


def assert_all_is_live(marketplace):
    """Fail unless shoppers can buy everything, and it was created once."""
    products = marketplace.sandbox.products
    assert sorted(products) == sorted(SKUS)
    for product in products.values():
        assert product.is_live
        assert changes_of(product, "ProductCreate") == 1


def changes_of(product, action):
    """Count how often an action changed a product."""
    return [change.action for change in product.history].count(action)


def assert_each_feed_went_once(odoo, marketplace):
    """Fail unless Odoo and the marketplace know the same two feeds and products."""
    sandbox = marketplace.sandbox
    outside = [(feed.action, feed.id) for feed in sandbox.feeds.values()]
    actions = {"create": "ProductCreate", "image": "Image"}
    inside = [(actions[flow], id_) for flow, state, id_ in odoo.feeds()]
    assert inside == outside
    assert [action for action, id_ in outside] == ["ProductCreate", "Image"]
    assert_all_is_live(marketplace)
    for product in sandbox.products.values():
        assert changes_of(product, "Image") == 1


@over_both_apis
def test_a_feed_that_never_arrived_is_sent_when_the_lease_has_expired(
    odoo, marketplace
):
    marketplace.sandbox.faults.add("delay", action="ProductCreate", seconds=NEVER)
    odoo.start()
    odoo.wait_with_crons(
        lambda: calls(marketplace, "ProductCreate"), "the call for the new products"
    )
    odoo.kill()
    assert odoo.feeds() == [("create", "sending", "")]
    assert not marketplace.sandbox.feeds

    odoo.let_an_hour_pass()
    odoo.start()
    run_until_all_is_live(odoo)

    assert_each_feed_went_once(odoo, marketplace)


@pytest.mark.parametrize(
    ("action", "flow"), [("ProductCreate", "create"), ("Image", "image")]
)
def test_an_accepted_feed_is_recovered_and_not_sent_twice(
    odoo, marketplace, action, flow
):
    lose_accepted(odoo, marketplace, action)
    (accepted,) = (
        feed.id for feed in marketplace.sandbox.feeds.values() if feed.action == action
    )
    assert odoo.feeds()[-1] == (flow, "sending", "")
    sent_so_far = len(calls(marketplace, action))

    # Started again at once, Odoo must wait: the sender may still be alive.
    odoo.start()
    odoo.let_crons_run_once()
    assert odoo.feeds()[-1] == (flow, "sending", "")

    odoo.let_an_hour_pass()
    run_until_all_is_live(odoo)

    assert (flow, "done", accepted) in odoo.feeds()
    assert len(calls(marketplace, action)) == sent_so_far
    assert_each_feed_went_once(odoo, marketplace)


# REST shows no documents by which the feed could be found: new products are read
# back, and pictures can be sent twice.


@over_rest
def test_new_products_that_arrived_are_not_created_again(odoo, marketplace):
    lose_accepted(odoo, marketplace, "ProductCreate")
    assert odoo.feeds() == [("create", "sending", "")]

    odoo.let_an_hour_pass()
    odoo.start()
    run_until_all_is_live(odoo)

    assert ("create", "done", "") in odoo.feeds()
    assert len(calls(marketplace, "ProductCreate")) == 1
    assert_all_is_live(marketplace)


@over_rest
def test_pictures_that_arrived_can_be_sent_again(odoo, marketplace):
    lose_accepted(odoo, marketplace, "Image")
    assert odoo.feeds()[-1] == ("image", "sending", "")

    odoo.let_an_hour_pass()
    odoo.start()
    run_until_all_is_live(odoo)

    requests = list(marketplace.sandbox.requests)
    sent = [request.body for request in requests if request.action == "Image"]
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert_all_is_live(marketplace)


@over_rest
def test_quantities_that_were_set_at_once_are_read_back(odoo, marketplace):
    odoo.start()
    run_until_all_is_live(odoo)
    for product in marketplace.sandbox.products.values():
        product.quantity = 1
    marketplace.sandbox.faults.add("hang_after", action="SetStock", seconds=NEVER)
    odoo.query(
        "UPDATE iconic_listing SET listed_quantity = 1, quantity_status = 'pending'"
    )
    odoo.query(
        "UPDATE ir_cron SET active = true WHERE id = (SELECT res_id FROM ir_model_data"
        " WHERE module = 'iconic_connector' AND name = 'ir_cron_stock')"
    )
    odoo.wait_with_crons(
        lambda: "hang_after" in calls(marketplace, "SetStock"), "the accepted call"
    )
    odoo.kill()
    assert odoo.feeds()[-1] == ("stock", "sending", "")

    odoo.let_an_hour_pass()
    odoo.start()
    odoo.wait_with_crons(
        lambda: odoo.feeds()[-1] == ("stock", "done", ""), "the end of the feed"
    )

    assert len(calls(marketplace, "SetStock")) == 1
    quantities = odoo.query("SELECT DISTINCT listed_quantity FROM iconic_listing")
    assert quantities == [("5",)]


@pytest.mark.parametrize(
    ("api_type", "question"), [("action", "GetFeedRawInput"), ("rest", "GetProducts")]
)
def test_a_killed_recovery_starts_again(odoo, marketplace, question):
    marketplace.sandbox.faults.add("hang_after", action=question, seconds=NEVER)
    lose_accepted(odoo, marketplace, "ProductCreate")
    sent_so_far = len(calls(marketplace, "ProductCreate"))
    odoo.let_an_hour_pass()
    odoo.start()
    odoo.wait_with_crons(
        lambda: "hang_after" in calls(marketplace, question),
        "the recovery's question to the marketplace",
    )
    odoo.kill()
    assert odoo.feeds() == [("create", "sending", "")]

    odoo.let_an_hour_pass()
    odoo.start()
    run_until_all_is_live(odoo)

    assert len(calls(marketplace, "ProductCreate")) == sent_so_far
    assert_all_is_live(marketplace)


@over_rest
def test_a_result_that_was_being_read_is_read_again(odoo, marketplace):
    marketplace.sandbox.faults.add("hang_after", action="FeedStatus", seconds=NEVER)
    odoo.start()
    odoo.wait_with_crons(
        lambda: "hang_after" in calls(marketplace, "FeedStatus"), "the reader's call"
    )
    odoo.kill()
    ((flow, state, external_id),) = odoo.feeds()
    assert (flow, state) == ("create", "processing")
    assert external_id in marketplace.sandbox.feeds

    odoo.let_an_hour_pass()
    odoo.start()
    run_until_all_is_live(odoo)

    assert_each_feed_went_once(odoo, marketplace)
