"""Whether a tracking number matches the pattern of its carrier.

The marketplace's patterns are in PHP's syntax, mostly with delimiters and flags
(``/^AU/i``). They come from outside: one that Python does not support, or that might
be slow to match, is not applied, and the marketplace alone validates the number.
"""

import re

DELIMITERS = "/#~@!%"
FLAGS = {"i": re.I, "m": re.M, "s": re.S, "x": re.X, "u": 0, "D": 0}
LONGEST_PATTERN = 200
# No tracking number is longer; matching longer ones could be slow.
LONGEST_NUMBER = 64
# Each part of varying length may multiply the time to match by the number's length.
MOST_VARYING_PARTS = 4

_ESCAPED = re.compile(r"\\.", re.S)
_CLASS = re.compile(r"\[\]?[^\]]*\]")
_REPEATED_GROUP = re.compile(r"\)[*+{]")
_VARYING = re.compile(r"[*+]|\{\d*,\d*\}|(?<!\()\?")


def fits(pattern, number):
    """Tell whether a tracking number matches its carrier's pattern.

    :param str pattern: a regular expression, with or without delimiters; may be empty
    :param str number: the tracking number
    :return: True also if the pattern cannot be applied
    """
    compiled = read_pattern(pattern)
    if compiled is None:
        return True
    return len(number) <= LONGEST_NUMBER and bool(compiled.search(number))


def read_pattern(pattern):
    """Convert a pattern to one of Python.

    :param str pattern: as the marketplace gives it
    :return: a compiled regular expression, None if it cannot be applied
    """
    source, words = _undelimited((pattern or "").strip())
    if not source or len(source) > LONGEST_PATTERN or set(words) - set(FLAGS):
        return None
    if _may_be_slow(source):
        return None
    flags = re.ASCII
    for word in words:
        flags |= FLAGS[word]
    try:
        return re.compile(source, flags)
    except (re.error, OverflowError):
        return None


def _undelimited(pattern):
    """Return a pattern without its delimiters, and its flags."""
    first = pattern[:1]
    if first and first in DELIMITERS:
        source, end, flags = pattern[1:].rpartition(first)
        if end and (not flags or flags.isalpha()):
            return source.replace(f"\\{first}", first), flags
    return pattern, ""


def _may_be_slow(source):
    """Tell whether the time to match could grow much faster than the number."""
    plain = _CLASS.sub("x", _ESCAPED.sub("x", source))
    return bool(_REPEATED_GROUP.search(plain)) or (
        len(_VARYING.findall(plain)) > MOST_VARYING_PARTS
    )
