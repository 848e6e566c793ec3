"""Whether a tracking number matches the pattern of its carrier.

The marketplace's patterns are in PHP's syntax, mostly with delimiters and flags
(``/^AU/i``). They come from outside: one that cannot be read, or that takes too long,
is not applied, and the marketplace alone validates the number.
"""

import math
import re

import regex

DELIMITERS = "/#~@!%"
FLAGS = {
    "i": regex.IGNORECASE,
    "m": regex.MULTILINE,
    "s": regex.DOTALL,
    "x": regex.VERBOSE,
    "u": 0,
    "D": 0,
}
# Only plain digits are digits, as for PHP; the rest as Python's own `re` has it.
USUAL_FLAGS = regex.ASCII | regex.VERSION0
LONGEST_PATTERN = 200
# No tracking number is longer.
LONGEST_NUMBER = 64
# A usual pattern takes millionths of a second.
SECONDS_TO_MATCH = 0.1
# `regex` writes out what is repeated a fixed number of times before it matches at all:
# 50 000 steps take 0.06 seconds and 40 MB, and ``(a{65535}){65535}`` all the memory.
MOST_STEPS = 50_000

_FIXED_TIMES = re.compile(r"(.?)\{\s*(\d+)", re.S)


def fits(pattern, number):
    """Tell whether a tracking number matches its carrier's pattern.

    :param str pattern: a regular expression, with or without delimiters; may be empty
    :param str number: the tracking number
    :return: True also if the pattern cannot be applied
    """
    compiled = read_pattern(pattern)
    if compiled is None:
        return True
    if len(number) > LONGEST_NUMBER:
        return False
    try:
        return bool(compiled.search(number, timeout=SECONDS_TO_MATCH))
    except TimeoutError:
        return True


def read_pattern(pattern):
    """Convert a pattern to one of Python.

    :param str pattern: as the marketplace gives it
    :return: a compiled regular expression, None if it cannot be applied
    """
    source, words = _undelimited((pattern or "").strip())
    if not source or len(source) > LONGEST_PATTERN or set(words) - set(FLAGS):
        return None
    if _steps(source) > MOST_STEPS:
        return None
    flags = USUAL_FLAGS
    for word in words:
        flags |= FLAGS[word]
    try:
        return regex.compile(source, flags)
    except (regex.error, OverflowError, RecursionError):
        return None


def _undelimited(pattern):
    """Return a pattern without its delimiters, and its flags."""
    first = pattern[:1]
    if first and first in DELIMITERS:
        source, end, flags = pattern[1:].rpartition(first)
        if end and (not flags or flags.isalpha()):
            return source.replace(f"\\{first}", first), flags
    return pattern, ""


def _steps(source):
    """Return how many steps a pattern has at most, its repetitions written out.

    Repeated groups (``){9}``, perhaps after a blank) multiply each other, and the most
    repeated of the single characters.
    """
    counts = [
        (before, max(int(times), 1)) for before, times in _FIXED_TIMES.findall(source)
    ]
    groups = [times for before, times in counts if before in ")" or before.isspace()]
    single = max((times for _before, times in counts), default=1)
    return len(source) * single * math.prod(groups)
