"""Three accounts that sell the same season, each at a marketplace of its own."""

from contextlib import ExitStack, contextmanager

from small_season import SKUS, send_season

from scripts import runtime
from scripts.env import databases
from scripts.killable_odoo import connect_account, run_in_shell
from seller_center_sandbox import Sandbox, SandboxServer

#: In the order in which their jobs run first.
NAMES = ["First", "Second", "Third"]
#: An account is known by its login.
LOGINS = {name: f"{name.lower()}@sandbox.example" for name in NAMES}
APPLICATIONS = {name: f"sandbox-application-{name.lower()}" for name in NAMES}


def send_seasons(env):
    """Make the season, and have all accounts send it.

    :param env: the environment of `odoo shell`
    """
    send_season(
        env,
        [
            {
                "name": name,
                "user_login": LOGINS[name],
                "application_id": APPLICATIONS[name],
            }
            for name in NAMES
        ],
    )


@contextmanager
def seasons_database(name):
    """Have a database with pending listings of all accounts.

    :param name: its name
    :return: a context manager that gives the name
    """
    with runtime.copied_database(name):
        run_in_shell(name, "several_accounts", "send_seasons")
        yield name


@contextmanager
def open_marketplaces():
    """Have a marketplace for each account.

    :return: a context manager that gives the sandboxes' servers by account
    """
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(SandboxServer(_marketplace(name)))
            for name in NAMES
        }


def copy_connected(source, name, servers, api_type):
    """Copy a database, and connect each account to its marketplace.

    :param source: a database that nobody is connected to
    :param name: the copy's name
    :param servers: of the marketplaces, by account
    :param api_type: which API the accounts use
    """
    databases.copy(source, name)
    for account, server in servers.items():
        connect_account(name, account, server.url, api_type)


def feeds_of(odoo, account):
    """Read the feeds of an account.

    :return: a list of (flow, state, external id), the oldest first
    """
    return odoo.query(
        "SELECT flow, state, external_id FROM iconic_feed WHERE account_id ="
        f" (SELECT id FROM iconic_account WHERE name = '{account}') ORDER BY id"
    )


def job_of(odoo, account, kind):
    """Read how a job of an account stands.

    :return: its result, its error, whether it is leased, and whether it waits for its
        next try, all as text
    """
    (row,) = odoo.query(
        "SELECT result, error, owner IS NOT NULL AND lease_until > now() AT TIME ZONE"
        " 'UTC', next_try_at IS NOT NULL FROM iconic_account_job AS job"
        " JOIN iconic_account AS account ON account.id = account_id"
        f" WHERE account.name = '{account}' AND job.kind = '{kind}'"
    )
    return row


def accounts_with_activity(odoo):
    """Name the accounts with an activity about jobs, once for each.

    :return: a list of names
    """
    rows = odoo.query(
        "SELECT account.name FROM mail_activity AS activity"
        " JOIN iconic_account AS account ON account.id = activity.res_id"
        " JOIN ir_model_data AS type ON type.res_id = activity.activity_type_id"
        " WHERE activity.active AND activity.res_model = 'iconic.account'"
        " AND type.model = 'mail.activity.type'"
        " AND type.module = 'iconic_connector'"
        " AND type.name = 'mail_activity_type_jobs' ORDER BY account.id"
    )
    return [name for (name,) in rows]


def all_is_live(odoo):
    """Tell whether all accounts sell everything and no feed is open."""
    live = (
        "product_status = 'published' AND listing_status = 'active'"
        " AND content_status = 'not_needed'"
    )
    ((listings,),) = odoo.query(f"SELECT count(*) FROM iconic_listing WHERE {live}")
    open_feeds = odoo.query("SELECT id FROM iconic_feed WHERE state <> 'done'")
    return int(listings) == len(NAMES) * len(SKUS) and not open_feeds


def _marketplace(account):
    return Sandbox(user_id=LOGINS[account], application_id=APPLICATIONS[account])
