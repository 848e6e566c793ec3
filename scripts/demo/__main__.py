"""The main job for real: `make demo`.

Starts PostgreSQL, the sandbox marketplace and Odoo, sends a season of products as a
user would, waits until the marketplace shows them, and prints what became of each.
Then the season goes on: `main_job.py`, `season.py` and `orders.py` are its acts. All
goes over HTTP and through public methods: there is no private way in.

Options come as environment variables, as make hands them on: `API=rest` connects with
an OAuth application in place of a user's key, `EXIT=1` ends after that, `JSON=file`
writes the table there, as it is at the end.
"""

import contextlib
import json
import os
import time
from pathlib import Path

from scripts.demo.main_job import CREDENTIALS, PAUSE, Demo, format_table, reached_goal
from scripts.demo.servers import DATABASE, LOGIN, ODOO_PORT, PASSWORD, start_sandbox
from scripts.env import (
    console,
    databases,
    locks,
    odoo_server,
    paths,
    postgres,
    processes,
    setup,
)


def chosen_api():
    """Read the variable API.

    :return: a key of `CREDENTIALS`
    :raise console.Trouble: if it is none
    """
    api_type = os.environ.get("API") or "action"
    if api_type not in CREDENTIALS:
        raise console.Trouble(f"API={api_type} is none of {', '.join(CREDENTIALS)}.")
    return api_type


def main():
    """Run the demo.

    :return: with EXIT=1, 0 if every product is for sale and all arrived, else 1
    """
    api_type = chosen_api()
    tree = setup.prepare()
    busy = "A demo of this clone is running already: end it first, with Ctrl-C."
    with contextlib.ExitStack() as stack:
        stack.enter_context(locks.exclusive("demo", busy, wait=False))
        stack.enter_context(postgres.running())
        databases.copy(databases.demo(tree), DATABASE)
        sandbox, sandbox_url = start_sandbox(stack)
        odoo = stack.enter_context(odoo_server.OdooServer(DATABASE, ODOO_PORT))
        odoo.wait()
        success = _play(Demo(odoo, sandbox_url, api_type))
        if os.environ.get("EXIT"):
            return 0 if success else 1
        _serve(odoo, sandbox, sandbox_url)


def _play(demo):
    """Run all acts, the later ones only on a season that is for sale.

    :return: whether every product is for sale and all arrived
    """
    rows = demo.run()
    console.say(f"\n{format_table(rows)}\n")
    _report(rows)
    arrived = False
    if reached_goal(rows):
        arrived, rows = demo.go_on()
        _report(rows)
    _write_json(rows)
    return arrived and reached_goal(rows)


def _report(rows):
    goal = sum(reached_goal([row]) for row in rows)
    console.say(f"{goal} of {len(rows)} listings are published and active.")


def _write_json(rows):
    if os.environ.get("JSON"):
        text = json.dumps(rows, indent=2, ensure_ascii=False)
        Path(os.environ["JSON"]).write_text(f"{text}\n", encoding="utf-8")


def _serve(odoo, sandbox, sandbox_url):
    """Leave both serving until Ctrl-C or until one of them ends."""
    console.say(
        f"\nOdoo:         {odoo.url}/odoo   login {LOGIN}, password {PASSWORD}\n"
        f"Marketplace:  {sandbox_url}\n"
        f"Logs:         {paths.LOGS}\n\nCtrl-C stops everything."
    )
    while True:
        for process in (odoo.process, sandbox):
            if process.status() is not None:
                raise console.Trouble(processes.failure_text("serving", process))
        time.sleep(PAUSE)


if __name__ == "__main__":
    console.run_main(main)
