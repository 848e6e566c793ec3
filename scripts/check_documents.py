"""Checks that XML and reST files can be read: one of the linters.

Runs on the project's Python, which has lxml and docutils.
"""

import sys
from pathlib import Path

import docutils.core
import docutils.utils
import lxml.etree

#: docutils: warnings and worse.
WARNING = 2


def problem(path):
    """Look for what is wrong with a file.

    :param path: an XML or reST file
    :return: one line, or nothing
    """
    if path.suffix == ".xml":
        try:
            lxml.etree.parse(path)
        except lxml.etree.XMLSyntaxError as error:
            return f"{path}: {error}"
        return ""
    settings = {"halt_level": WARNING, "report_level": WARNING}
    try:
        docutils.core.publish_doctree(
            path.read_text(), str(path), settings_overrides=settings
        )
    except docutils.utils.SystemMessage as error:
        return str(error)
    return ""


def main():
    """Check the files named on the command line."""
    found = [text for name in sys.argv[1:] if (text := problem(Path(name)))]
    for text in found:
        print(text)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
