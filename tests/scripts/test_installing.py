"""What counts as a clean installation."""

from scripts.env import databases

LOG = """\
2026-01-05 10:00:00,000 12 INFO db odoo.modules.loading: Loading module a (3/7)
2026-01-05 10:00:01,000 12 WARNING db odoo.fields: unknown parameter
Running as user 'root' is a security risk.
2026-01-05 10:00:02,000 12 ERROR db odoo.modules: no such file
"""


def test_warnings_and_errors_of_an_installation_are_found():
    found = databases.problems(LOG)
    assert [line.split()[3] for line in found] == ["WARNING", "ERROR"]


def test_a_log_of_good_news_has_no_problems():
    assert databases.problems(LOG.splitlines()[0]) == []


def test_progress_names_the_module_that_is_loaded():
    assert databases.modules_done(LOG) == ": 3 of 7 modules"


def test_a_postgresql_without_trigrams_is_no_problem():
    log = LOG.replace("unknown parameter", 'no extension "pg_trgm"')
    log = log.replace("no such file", "bad query: CREATE EXTENSION pg_trgm")
    assert databases.problems(log) == []
