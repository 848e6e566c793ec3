"""Where the time of a step goes: a profile, written to a file."""

import cProfile
import io
import pstats
from pathlib import Path

#: Functions that the file names, by the time of what they call and by their own.
FUNCTIONS = 60


def write_profile(work, target):
    """Do some work under a profiler, which makes it slower.

    :param work: a function without arguments
    :param target: the file's path, as text
    :return: that path
    """
    profiler = cProfile.Profile()
    profiler.runcall(work)
    output = io.StringIO()
    stats = pstats.Stats(profiler, stream=output)
    for order in ("cumulative", "tottime"):
        stats.sort_stats(order).print_stats(FUNCTIONS)
    Path(target).write_text(output.getvalue(), encoding="utf-8")
    return target
