"""Work that must not be lost when two transactions meet on one row."""

import logging

from psycopg2.errors import UniqueViolation

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

ATTEMPTS = 5
# With the last one another transaction has created the same row: the second time it is
# there.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation)


def retry_on_conflict(env, work):
    """Do some work on the database, again if another transaction was faster.

    What went before has to be committed, since it would be rolled back with the work.

    :param env: an Odoo environment
    :param work: a function without parameters that can be repeated: no calls in it
        that change something outside
    :return: what the work returns
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            result = work()
            # A conflict shows when rows are written, which must not be later.
            env.flush_all()
            return result
        except CONFLICTS:
            env.cr.rollback()
            if attempt == ATTEMPTS:
                raise
            _logger.info("Another transaction was faster, trying again")


def commit_with_retry(env, work):
    """Do some work and commit it, so that it survives whatever comes next.

    :param env: an Odoo environment
    :param work: as for `retry_on_conflict`
    :return: what the work returns
    """
    result = retry_on_conflict(env, work)
    # Through the job's progress, which also lets tests keep their transaction.
    env["ir.cron"]._commit_progress()
    return result
