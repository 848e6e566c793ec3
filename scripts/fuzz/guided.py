"""Runs atheris: it makes up answers by what of the readers they reach.

The first byte of what it makes up chooses the target, the second the status; the rest
is the answer. It runs in a process of its own, which it ends by itself.
"""

import re
import shutil
import sys
import time

from scripts.env import console, paths, processes, python_env
from scripts.fuzz import corpus
from scripts.fuzz.readings import STATUSES, TARGETS

LOCK = paths.PINS / "fuzz.txt"
FOLDER = paths.RUN / "fuzz"
#: Seconds and megabytes after which a reading is ended.
TIMEOUT, MEMORY = 20, 2048
#: What the names of the answers begin with that ended it.
ENDED_BY = ("crash-", "timeout-", "oom-")
#: How it tells of what left a reading.
UNCAUGHT = re.compile(r"=== Uncaught Python exception: ===\n(.*?)\n==\d+==", re.DOTALL)
#: Longest answer that it makes up.
LONGEST = 2 * corpus.LARGEST


def why_not():
    """Have atheris, if there is a wheel of it for this machine.

    :return: why there is none, empty if it is there
    """
    try:
        python_env.add(LOCK)
    except console.Trouble as trouble:
        return " ".join(str(trouble).split())
    return ""


def spoil(seconds, seed, most_faults):
    """Let atheris make up answers.

    :param seconds: how long
    :param seed: a number
    :param most_faults: after which it ends
    :return: the number of readings, and a list of the faults: target, file and words
    """
    seeds, found = write_folders()
    readings, faults = 0, []
    end = time.monotonic() + seconds
    while (left := int(end - time.monotonic())) > 0 and len(faults) < most_faults:
        options = [f"-max_total_time={left}", f"-seed={seed % 2**32 + len(faults)}"]
        output, answers = _run([*options, found, seeds])
        readings += _count(output)
        faults += [(*keep(answer), _what(output, answer)) for answer in answers]
        if not answers:
            break
    return readings, faults


def split(data):
    """Read what atheris made up.

    :param data: bytes
    :return: a target, a status and an answer
    """
    data = data.ljust(2, b"\0")
    target, status = TARGETS[data[0] % len(TARGETS)], STATUSES[data[1] % len(STATUSES)]
    return target, status, data[2:]


def write_folders():
    """Write the corpus as atheris reads it.

    :return: its folder, and that of what atheris has found earlier
    """
    seeds, found = FOLDER / "seeds", FOLDER / "found"
    shutil.rmtree(seeds, ignore_errors=True)
    for folder in (seeds, found):
        folder.mkdir(parents=True, exist_ok=True)
    for target, contents in corpus.load().items():
        for number, content in enumerate(contents):
            head = bytes((TARGETS.index(target), STATUSES.index(200)))
            (seeds / f"{'-'.join(target)}-{number}").write_bytes(head + content)
    return seeds, found


def _run(arguments):
    """Run atheris until its time is over or an answer ends it.

    :return: what it says, and the files of the answers that ended it
    """
    ended = FOLDER / "ended"
    shutil.rmtree(ended, ignore_errors=True)
    ended.mkdir()
    options = [f"-timeout={TIMEOUT}", f"-rss_limit_mb={MEMORY}", f"-max_len={LONGEST}"]
    options += ["-print_final_stats=1", f"-artifact_prefix={ended}/"]
    command = [sys.executable, "-m", "scripts.fuzz.guided_run", *options, *arguments]
    with processes.Process(command, "fuzz", cwd=paths.ROOT) as process:
        process.wait()
        output = process.output()
    answers = [one for one in ended.iterdir() if one.name.startswith(ENDED_BY)]
    if process.status() and not answers:
        raise console.Trouble(processes.failure_text("running atheris", process))
    return output, answers


def _count(output):
    """Read how many readings there were; killed, it does not tell."""
    told = re.search(r"number_of_executed_units:\s*(\d+)", output)
    return int(told[1]) if told else 0


def keep(file):
    """Add an answer that ended atheris to the corpus.

    :param file: what atheris has left
    :return: its target and its file
    """
    target, _status, content = split(file.read_bytes())
    return target, corpus.save(target, content)


def _what(output, answer):
    """Tell what ended atheris: a fault, or how its file is called."""
    told = UNCAUGHT.search(output)
    if told:
        return told[1].rpartition("Fault:")[2].strip()
    return answer.name.partition("-")[0]
