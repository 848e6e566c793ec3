"""Answers that are made up, for whatever reads answers: `make fuzz MINUTES=5`.

Every answer of the corpus is spoilt again and again, and read. An error that is none of
the documented ones, a reading that takes long or one that takes much memory is a fault:
its answer is added to the corpus, which the tests read whole. `SEED=` makes a
run again.
"""

import json
import os
import random
import resource
import time
import traceback
from collections import Counter
from pathlib import Path

from scripts.env import console
from scripts.fuzz import corpus
from scripts.fuzz.mutations import mutate
from scripts.fuzz.readings import STATUSES, TARGETS, read

MINUTES = 5
#: Seconds that a reading may take.
LONG = 2.0
#: Kilobytes by which the process may grow in one reading.
MUCH = 300 * 1024
#: Faults after which it ends.
ENOUGH = 20


class Fault(Exception):
    """A reading did what no reading may do."""


def judge(target, content, status):
    """Read an answer, within time and memory.

    :return: the name of the documented error, or an empty string
    :raise Fault: in words
    """
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.monotonic()
    try:
        error = read(target, content, status)
    except Exception as unforeseen:
        raise Fault("".join(traceback.format_exception(unforeseen)[-3:])) from None
    seconds = time.monotonic() - begun
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    if seconds > LONG:
        raise Fault(f"It takes {seconds:.1f} s.")
    if grown > MUCH:
        raise Fault(f"It takes {grown / 1024:.0f} MB.")
    return type(error).__name__ if error else ""


def main():
    """Spoil answers until the time is over.

    :return: 0 if no reading was at fault
    """
    minutes = float(os.environ.get("MINUTES") or MINUTES)
    seed = int(os.environ.get("SEED") or time.time())
    report = spoil(minutes, random.Random(seed))
    text = json.dumps({**report, "seed": seed}, indent=2, sort_keys=True)
    console.say(text)
    if os.environ.get("JSON"):
        Path(os.environ["JSON"]).write_text(f"{text}\n", encoding="utf-8")
    return bool(report["faults"])


def spoil(minutes, chance):
    """Spoil answers of the corpus, and read them.

    :param minutes: how long
    :param chance: a :class:`random.Random`
    :return: the report, as a dict
    """
    saved = corpus.load()
    everything = [content for contents in saved.values() for content in contents]
    outcomes, faults = Counter(), []
    end = time.monotonic() + 60 * minutes
    while time.monotonic() < end and len(faults) < ENOUGH:
        target = chance.choice(TARGETS)
        # Answers of other calls come, too: a proxy may mix them up.
        own = saved.get(target) if chance.random() < 0.9 else None
        content = mutate(chance.choice(own or everything), chance)
        try:
            outcomes[judge(target, content, chance.choice(STATUSES))] += 1
        except Fault as fault:
            file = corpus.save(target, content)
            faults.append(str(fault))
            console.say(f"    {target}: {fault}\n    {file}")
    return {
        "readings": outcomes.total(),
        "read": outcomes.pop("", 0),
        "refused": dict(outcomes),
        "faults": len(faults),
    }


if __name__ == "__main__":
    console.run_main(main)
