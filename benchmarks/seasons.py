"""Databases with a published season, made once for each size and copied ever after."""

import hashlib
from pathlib import Path

from scripts.env import console, databases, postgres
from scripts.killable_odoo import run_in_shell

#: What a season depends on, beside the add-on: files of this folder.
FILES = ("goods.py", "jobs.py", "season.py")
#: Seconds that making it may take.
PATIENCE = 6 * 3600


def have(source, styles, url):
    """Have a database with a season.

    :param source: a database with the add-on, that nobody is connected to
    :param styles: how many styles
    :param url: where a marketplace is, to publish them if they are not there yet
    :return: its name
    """
    kind = f"season_{styles}_"
    name = f"{kind}{_digest(source)}"
    if name in databases.names(kind):
        return name
    for outdated in databases.names(kind):
        databases.drop(outdated)
    console.step(f"Making and publishing {styles} styles")
    unfinished = f"unfinished_{kind}"
    databases.copy(source, unfinished)
    run_in_shell(unfinished, "benchmarks.season", "make", PATIENCE, [url, styles])
    postgres.query("VACUUM ANALYZE", unfinished)
    postgres.query(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    databases.filestore(unfinished).rename(databases.filestore(name))
    return name


def _digest(source):
    contents = [Path(__file__).with_name(name).read_bytes() for name in FILES]
    return hashlib.sha256(b"\0".join([source.encode(), *contents])).hexdigest()[:12]
