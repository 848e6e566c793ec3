"""What the connector costs, beside the least that the same job costs: `make bench`.

Options come as environment variables, as make hands them on: `N=1000,10000` for how
many products, `ROUNDS=` how often all is measured, `JSON=file` for the rows, `ONLY=`
names of what to measure, `PROFILE=` names of what to profile then, `PEER=1` for another
connector beside. `ONLY=screens` opens the screens of a large shop instead, and
`ONLY=many_accounts` has twenty accounts send prices, with and without OCA's job queue.
"""

import json
import os
from pathlib import Path

from benchmarks import machine, many_accounts, screens
from benchmarks.bench import Bench
from benchmarks.report import (
    account_rows,
    format_accounts,
    format_screens,
    format_table,
    make_rows,
    screen_rows,
)
from scripts.env import console, databases, postgres, setup

SIZES = "1000"
ROUNDS = 3
#: Beside what the add-on depends on: the chart of accounts.
MODULES = ("l10n_au",)


def main():
    """Measure, and show the rows."""
    only = _names("ONLY")
    opened = screens.wanted(only)
    usual = screens.SIZE if opened else SIZES
    sizes = [int(size) for size in str(_option("N", usual)).split(",")]
    tree = setup.prepare()
    with postgres.running():
        source = databases.beside(tree, MODULES)
        described = machine.describe()
        if many_accounts.NAME in only:
            rows, layout = _send_prices(tree, source), format_accounts
        elif opened:
            rows, layout = _open_screens(source, sizes, opened), format_screens
        else:
            rows, layout = _measure(source, sizes, only), format_table
    _tell(described, rows, layout)


def _send_prices(tree, source):
    setup.prepare_queue(tree)
    with many_accounts.AccountsBench(source, _rounds()) as bench:
        return account_rows(bench.run())


def _open_screens(source, sizes, names):
    rows = []
    for size in sizes:
        with screens.ScreenBench(source, size, _rounds(), names) as bench:
            rows += screen_rows(bench.run())
    return rows


def _measure(source, sizes, only):
    profiled, has_peer = _names("PROFILE"), bool(_option("PEER", ""))
    rows = []
    for size in sizes:
        with Bench(source, size, _rounds(), only, profiled, has_peer) as bench:
            rows += make_rows(bench.run())
    return rows


def _rounds():
    return int(_option("ROUNDS", ROUNDS))


def _option(name, default):
    return os.environ.get(name) or default


def _names(option):
    return [name for name in _option(option, "").split(",") if name]


def _tell(described, rows, layout):
    words = ", ".join(f"{name} {value}" for name, value in described.items())
    console.say(f"\n{words}\n\n{layout(rows)}")
    if target := _option("JSON", ""):
        text = json.dumps(rows, indent=2)
        Path(target).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    console.run_main(main)
