"""Work that is retried when two transactions conflict on a row."""

import logging

from psycopg2.errors import UniqueViolation

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

ATTEMPTS = 5
# With `UniqueViolation` another transaction has just created the same row, which the
# next attempt finds.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation)


def retry_on_conflict(env, work):
    """Do some work on the database, and repeat it after a conflict.

    Earlier changes have to be committed, since they would be rolled back with the work.

    :param env: an Odoo environment
    :param work: a function without parameters that can be repeated: it must not change
        anything outside of the database
    :return: the result of `work`
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            result = work()
            # Conflicts only show when rows are written: do it within this attempt.
            env.flush_all()
            return result
        except CONFLICTS:
            env.cr.rollback()
            if attempt == ATTEMPTS:
                raise
            _logger.info("Conflict with another transaction, trying again")


def commit_with_retry(env, work):
    """Do some work and commit it, so that later errors do not undo it.

    :param env: an Odoo environment
    :param work: as for `retry_on_conflict`
    :return: the result of `work`
    """
    result = retry_on_conflict(env, work)
    # Via the job's progress, since tests must not commit their transaction.
    env["ir.cron"]._commit_progress()
    return result
