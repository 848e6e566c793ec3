"""What the connector costs, beside the least that the same job costs: `make bench`.

Options come as environment variables, as make hands them on: `N=1000,10000` for how
many products, `ROUNDS=` how often all is measured, `JSON=file` for the rows, `ONLY=`
names of what to measure, `PROFILE=` names of what to profile then, `PEER=1` for another
connector beside.
"""

import json
import os
from pathlib import Path

from benchmarks import machine
from benchmarks.bench import Bench
from benchmarks.report import format_table, make_rows
from scripts.env import console, databases, postgres, setup

SIZES = "1000"
ROUNDS = 3
#: Beside what the add-on depends on: the chart of accounts.
MODULES = ("l10n_au",)


def main():
    """Measure, and show the rows."""
    sizes = [int(size) for size in _option("N", SIZES).split(",")]
    rounds = int(_option("ROUNDS", ROUNDS))
    only, profiled = _names("ONLY"), _names("PROFILE")
    has_peer = bool(_option("PEER", ""))
    tree = setup.prepare()
    with postgres.running():
        source = databases.beside(tree, MODULES)
        described = machine.describe()
        rows = []
        for size in sizes:
            with Bench(source, size, rounds, only, profiled, has_peer) as bench:
                rows += make_rows(bench.run())
    _tell(described, rows)


def _option(name, default):
    return os.environ.get(name) or default


def _names(option):
    return [name for name in _option(option, "").split(",") if name]


def _tell(described, rows):
    words = ", ".join(f"{name} {value}" for name, value in described.items())
    console.say(f"\n{words}\n\n{format_table(rows)}")
    if target := _option("JSON", ""):
        text = json.dumps(rows, indent=2)
        Path(target).write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    console.run_main(main)
