"""What ends a process, or runs twice, costs one account its turn and no product."""

import pytest
from killable_crons import killable_crons
from several_accounts import (
    NAMES,
    accounts_with_activity,
    all_is_live,
    copy_connected,
    feeds_of,
    job_of,
    open_marketplaces,
    seasons_database,
)
from small_season import SKUS

from scripts import runtime

#: Longer than any test: a call that hangs for so long never returns.
NEVER = 600
#: Seconds in which the database is lost during a call.
A_WHILE = 5
#: Seconds that each call takes, for two servers to be at work at the same time.
SLOW = 0.2
CULPRIT, *OTHERS = NAMES

over_rest = pytest.mark.parametrize("api_type", ["rest"])
#: Calls that hang, with the job that makes them and what it is at.
over_calls = pytest.mark.parametrize(
    ("api_type", "action", "kind", "place"),
    [
        ("action", "ProductCreate", "create", "WRAP-"),
        ("rest", "FeedStatus", "feed_reader", "Create"),
    ],
)


@pytest.fixture(scope="module")
def seasons():
    """Provide a database with pending listings of all accounts."""
    with seasons_database("three_seasons") as name:
        yield name


@pytest.fixture
def marketplaces():
    """Provide a marketplace for each account."""
    with open_marketplaces() as servers:
        yield servers


@pytest.fixture(scope="module")
def crons():
    """Provide an Odoo that lets its crons run, one database after the other."""
    with killable_crons("jobs_survive") as killable:
        yield killable


@pytest.fixture
def odoo(seasons, marketplaces, crons, api_type):
    """Provide it, not yet woken, with each account at its marketplace."""
    copy_connected(seasons, crons.database, marketplaces, api_type)
    try:
        yield crons
    finally:
        if crons.runs:
            crons.kill()


def hang(odoo, server, action, seconds):
    """Run the crons until a call has been accepted and is not answered."""
    server.sandbox.faults.add("hang_after", action=action, seconds=seconds)
    odoo.wait_with_crons(
        lambda: any(
            request.action == action and request.outcome == "hang_after"
            for request in list(server.sandbox.requests)
        ),
        f"the call that hangs in {action}",
    )


def assert_others_are_served(odoo, marketplaces, kind):
    """Fail unless two runs serve the others while the culprit's lease is running."""
    odoo.let_crons_run_once()
    odoo.let_crons_run_once()
    for account in OTHERS:
        assert ("create", "done") in [feed[:2] for feed in feeds_of(odoo, account)]
        assert sorted(marketplaces[account].sandbox.products) == sorted(SKUS)
        assert job_of(odoo, account, kind) == ("success", "", "f", "f")
    assert job_of(odoo, CULPRIT, kind) == ("", "", "t", "f")
    assert accounts_with_activity(odoo) == []


def assert_interruption_is_told(odoo, kind, place):
    """Fail unless people read that and where the culprit's job was interrupted."""
    odoo.let_an_hour_pass()
    odoo.let_crons_run_once()
    result, error, leased, waits = job_of(odoo, CULPRIT, kind)
    assert (result, leased, waits) == ("interrupted", "f", "t")
    assert f"without an answer at: {place}" in error
    assert accounts_with_activity(odoo) == [CULPRIT]


def assert_it_heals(odoo, marketplaces, kind):
    """Fail unless everything is live in the end, and nobody is alarmed any more."""
    marketplaces[CULPRIT].sandbox.faults.clear()
    odoo.let_an_hour_pass()
    odoo.wait_with_crons(
        lambda: (
            all_is_live(odoo)
            and job_of(odoo, CULPRIT, kind) == ("success", "", "f", "f")
        ),
        "the season at all marketplaces",
    )
    assert accounts_with_activity(odoo) == []
    for server in marketplaces.values():
        assert_all_was_done_once(server, feeds=1)


def assert_all_was_done_once(server, feeds):
    """Fail unless each product was created once, with pictures, in so many feeds."""
    sandbox = server.sandbox
    # Not the attempt with an API version that it has no longer.
    sent = [
        request.action
        for request in list(sandbox.requests)
        if request.outcome in ("accepted", "hang_after")
    ]
    assert sent.count("ProductCreate") == sent.count("Image") == feeds
    assert sorted(sandbox.products) == sorted(SKUS)
    for product in sandbox.products.values():
        changes = [change.action for change in product.history]
        assert product.is_live
        assert changes.count("ProductCreate") == changes.count("Image") == 1


@over_calls
def test_a_killed_process_costs_one_account_its_turn(
    odoo, marketplaces, action, kind, place
):
    odoo.start()
    hang(odoo, marketplaces[CULPRIT], action, NEVER)
    odoo.kill()

    odoo.start()
    assert_others_are_served(odoo, marketplaces, kind)
    assert_interruption_is_told(odoo, kind, place)
    assert_it_heals(odoo, marketplaces, kind)


@over_calls
def test_a_lost_database_costs_one_account_its_turn(
    odoo, marketplaces, action, kind, place
):
    odoo.start()
    hang(odoo, marketplaces[CULPRIT], action, A_WHILE)
    odoo.lose_database()

    assert_others_are_served(odoo, marketplaces, kind)
    assert odoo.runs
    assert_interruption_is_told(odoo, kind, place)
    assert_it_heals(odoo, marketplaces, kind)


def log_claims(odoo):
    """Have the database note who takes over a job from whom, once it is committed."""
    odoo.query(
        "CREATE TABLE claim (job_id integer, before text, after text);"
        " CREATE FUNCTION log_claim() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO claim VALUES (NEW.id, OLD.owner, NEW.owner); RETURN NULL; END $$;"
        " CREATE TRIGGER log_claim AFTER UPDATE ON iconic_account_job FOR EACH ROW"
        " WHEN (NEW.owner IS NOT NULL AND NEW.owner IS DISTINCT FROM OLD.owner)"
        " EXECUTE FUNCTION log_claim()"
    )


def stop_crons(odoo):
    """Let no cron run.

    :return: what lets ours run, as SQL
    """
    ours = odoo.query("SELECT id FROM ir_cron WHERE active")
    odoo.query("UPDATE ir_cron SET active = false")
    return ", ".join(number for (number,) in ours)


def let_crons_run_twice_at_a_time(odoo, ours):
    """Let our crons run, each of them twice.

    Odoo runs a cron once at a time, but people press "Run Manually".
    """
    columns = (
        "cron_name, ir_actions_server_id, user_id, interval_number, interval_type,"
        " nextcall, priority, failure_count"
    )
    odoo.query(
        f"INSERT INTO ir_cron ({columns}, active) SELECT {columns}, true FROM ir_cron"
        f" WHERE id IN ({ours});"
        f" UPDATE ir_cron SET active = true WHERE id IN ({ours})"
    )


@over_rest
def test_two_servers_do_nothing_twice(odoo, marketplaces):
    for server in marketplaces.values():
        server.sandbox.faults.add("delay", times=None, seconds=SLOW)
    odoo.query("UPDATE iconic_account SET batch_size = 1")
    log_claims(odoo)
    ours = stop_crons(odoo)
    odoo.start()
    # One has processes for its crons, the other has threads.
    second = runtime.start_odoo(
        odoo.database, "--max-cron-threads=1", name="odoo-second"
    )
    with second:
        let_crons_run_twice_at_a_time(odoo, ours)
        odoo.wait_with_crons(
            lambda: all_is_live(odoo), "the season at all marketplaces"
        )

    assert odoo.query("SELECT * FROM claim WHERE before IS NOT NULL") == []
    owners = odoo.query("SELECT DISTINCT split_part(after, '/', 2) FROM claim")
    assert len(owners) == 2, "only one of them has worked"
    for account, server in marketplaces.items():
        assert_all_was_done_once(server, feeds=len(SKUS))
        inside = sorted(number for _flow, _state, number in feeds_of(odoo, account))
        assert inside == sorted(server.sandbox.feeds)
