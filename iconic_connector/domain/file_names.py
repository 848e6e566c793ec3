"""Names of files that are made of words from outside."""

import re

#: Neither folders, nor line ends, nor what means something in a header or an address.
_UNSAFE = re.compile(r"[^\w()+., -]+")
_MAX_LENGTH = 120


def file_name(text, extension=""):
    """Build the name of a file.

    :param str text: what it says, maybe in words from outside
    :param str extension: of our own, without a dot; empty: the text has one
    :return: a name that is safe in archives, headers and addresses
    """
    stem = _UNSAFE.sub("-", text or "").strip(" .-")[:_MAX_LENGTH] or "file"
    return f"{stem}.{extension}" if extension else stem
