"""Answers that are made up, for whatever reads answers: `make fuzz MINUTES=5`.

Hypothesis spoils the answers of the corpus for one half of the time. For the other half
atheris makes up answers of its own, where there is a wheel of it; else Hypothesis goes
on. An error that is none of the documented ones, a reading that takes long or one that
takes much memory is a fault: its answer is added to the corpus, which the tests read
whole. `SEED=` begins with the same answers again.
"""

import json
import os
import random
import time
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from scripts.env import console
from scripts.fuzz import corpus, guided
from scripts.fuzz.answers import spoilt
from scripts.fuzz.judging import Fault, judge
from scripts.fuzz.readings import STATUSES, TARGETS

MINUTES = 5
#: Faults after which an engine ends.
ENOUGH = 20
#: Answers that are made up for one target before another one's turn.
IN_A_ROW = 200


def main():
    """Make up answers until the time is over.

    :return: 0 if no reading was at fault
    """
    seconds = 60 * float(os.environ.get("MINUTES") or MINUTES)
    seed = int(os.environ.get("SEED") or time.time())
    report = make_up(seconds, seed)
    text = json.dumps({**report, "seed": seed}, indent=2, sort_keys=True)
    console.say(text)
    if os.environ.get("JSON"):
        Path(os.environ["JSON"]).write_text(f"{text}\n", encoding="utf-8")
    return bool(report["faults"])


def make_up(seconds, seed):
    """Make up answers with whatever there is to do so.

    :param seconds: how long
    :param seed: a number
    :return: the report, as a dict
    """
    missing = guided.why_not()
    if missing:
        console.say(f"    atheris is skipped: {missing}")
    report = spoil(seconds if missing else seconds / 2, random.Random(seed))
    engines = {"hypothesis": report["readings"], "atheris": 0}
    if not missing:
        engines["atheris"], faults = guided.spoil(seconds / 2, seed, ENOUGH)
        report["faults"] += len(faults)
        for fault in faults:
            _tell(*fault)
    return {**report, "engines": engines, "readings": sum(engines.values())}


def spoil(seconds, chance):
    """Let Hypothesis spoil answers of the corpus, and read them.

    :param seconds: how long
    :param chance: a :class:`random.Random`
    :return: the report, as a dict
    """
    saved = corpus.load()
    everything = [content for contents in saved.values() for content in contents]
    outcomes, faults = Counter(), []
    end = time.monotonic() + seconds
    while time.monotonic() < end and len(faults) < ENOUGH:
        target = chance.choice(TARGETS)
        # Answers of other calls come, too: a proxy may mix them up.
        answers = saved[target] if chance.random() < 0.9 else everything
        _spoil_some(target, answers, chance.getrandbits(32), end, outcomes, faults)
    return {
        "readings": outcomes.total() + len(faults),
        "read": outcomes.pop("", 0),
        "refused": dict(outcomes),
        "faults": len(faults),
    }


def _spoil_some(target, answers, seed, end, outcomes, faults):
    """Spoil some answers for one target.

    :param end: reading of the monotonic clock after which there are no more
    :param outcomes: counts how they were read
    :param faults: a list that takes what went wrong
    """

    @seeded(seed)
    @settings(
        max_examples=IN_A_ROW,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(content=spoilt(answers), status=st.sampled_from(STATUSES))
    def read(content, status):
        if time.monotonic() > end or len(faults) >= ENOUGH:
            return
        try:
            outcomes[judge(target, content, status)] += 1
        except Fault as fault:
            faults.append(fault)
            _tell(target, corpus.save(target, content), fault)

    read()


def _tell(target, file, words):
    console.say(f"    {'-'.join(target)}: {words}\n    {file}")


if __name__ == "__main__":
    console.run_main(main)
