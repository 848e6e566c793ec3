"""How the add-on is built: `make structure`, `make structure JSON=file`.

Counts the parts of the models and the files and lines of the folders, then takes one
price, one order and one picture to a sandbox marketplace and counts which files and
functions of the add-on they pass; `JSON=file` writes all of it there.

To measure an older commit, copy this `scripts/` over that of a clone of it.
"""

import contextlib
import json
import os
import subprocess
from pathlib import Path

from scripts.demo import servers
from scripts.env import (
    console,
    databases,
    odoo_server,
    paths,
    postgres,
    processes,
    setup,
    web_client,
)
from scripts.structure import journeys, parts

#: Gone when the measurement ends.
DATABASE = "structure"
TRACE_PORT = 18369
ODOO_PORT = 18269
#: No scheduled job runs by itself: each only when a journey wants it.
QUIET = ("--max-cron-threads=0",)
FOLDERS = (
    "iconic_connector",
    *(f"iconic_connector/{name}" for name in ("models", "seller_center", "domain")),
    *(f"iconic_connector/{name}" for name in ("wizards", "controllers")),
    "iconic_connector_mrp",
    "iconic_connector_queue_job",
    "seller_center_sandbox",
)
#: The folders that hold all others.
WHOLE = tuple(name for name in FOLDERS if "/" not in name)


def source():
    """Measure what can be read from the source.

    :return: a dict
    """
    found = parts.read_parts(paths.ADDON)
    return {
        "commit": _commit(),
        "models": parts.summary(found),
        "folders": parts.folders(paths.ROOT, FOLDERS),
        "largest": parts.largest(paths.ROOT, WHOLE),
        "own_overrides": parts.own_overrides(found),
        "repeated_overrides": parts.repeated_overrides(found),
    }


def _commit():
    command = ["git", "describe", "--always", "--dirty"]
    answer = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True)
    return answer.stdout.strip()


def taken():
    """Take the journeys, on a database and a marketplace of their own.

    :return: a dict, journey -> what was entered
    """
    tree = setup.prepare()
    with contextlib.ExitStack() as stack:
        stack.enter_context(postgres.running())
        databases.copy(databases.demo(tree), DATABASE)
        stack.callback(databases.drop, DATABASE)
        _sandbox, sandbox_url = servers.start_sandbox(stack)
        port = processes.free_port(TRACE_PORT)
        module = ("scripts.structure.traced_odoo", port)
        odoo = odoo_server.OdooServer(
            DATABASE, ODOO_PORT, "odoo-structure", QUIET, module=module
        )
        stack.enter_context(odoo)
        odoo.wait()
        user = web_client.WebClient(odoo.url)
        user.log_in(DATABASE, servers.LOGIN, servers.PASSWORD)
        trace = journeys.Trace(port)
        tour = journeys.Journeys(user, odoo.url, sandbox_url, trace)
        tour.prepare()
        return tour.take()


def report(result):
    """Print the figures.

    :param result: the dict that is written as JSON
    """
    console.say(f"\nCommit {result['commit']}\n\nParts of the models")
    for model, one in result["models"].items():
        console.say(
            f"  {one['parts']:3} parts {one['lines']:5} lines {one['fields']:4} fields"
            f" {one['methods']:4} methods  {model}"
        )
    console.say("\nFolders")
    for name, one in result["folders"].items():
        console.say(f"  {one['files']:4} files {one['lines']:6} lines  {name}")
    console.say("\nLargest files")
    for name, lines in result["largest"].items():
        console.say(f"  {lines:5} lines  {name}")
    for name, title in (
        ("own_overrides", "Own methods overridden"),
        ("repeated_overrides", "Methods of Odoo overridden more than once"),
    ):
        console.say(f"\n{title}: {len(result[name])}")
    console.say("\nEntered in the add-on by")
    for name, one in result["journeys"].items():
        console.say(
            f"  one {name:8} {one['files']:3} files {one['functions']:4} functions"
        )


def main():
    """Measure, print, and write to the file that the variable JSON names."""
    result = {**source(), "journeys": taken()}
    report(result)
    if os.environ.get("JSON"):
        text = json.dumps(result, indent=2)
        Path(os.environ["JSON"]).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    console.run_main(main)
