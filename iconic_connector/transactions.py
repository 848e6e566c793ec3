"""Work that is retried when two transactions conflict on a row."""

import logging
import random
import time

from psycopg2.errors import UniqueViolation

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

ATTEMPTS = 8
# The pause before the second attempt is random, up to so many seconds. It doubles with
# each attempt: of many transactions that want the same row, each gets its turn.
FIRST_PAUSE = 0.1
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
            pause = random.uniform(0, FIRST_PAUSE * 2 ** (attempt - 1))
            _logger.info("Conflict with another transaction, again in %.1f s", pause)
            time.sleep(pause)


def commit_with_retry(env, work):
    """Do some work and commit it, so that later errors do not undo it.

    :param env: an Odoo environment
    :param work: as for `retry_on_conflict`
    :return: the result of `work`
    """
    result = retry_on_conflict(env, work)
    commit(env)
    return result


def commit(env):
    """Commit, without any progress of the job.

    :param env: an Odoo environment
    """
    # By Odoo's way for jobs; the progress would be read and written each time.
    env["ir.cron"].with_context(ir_cron_progress_id=None)._commit_progress()


def ends_run(env, error):
    """Tell whether an error ends the whole run of a job, so that nobody may catch it.

    :param env: the environment of the job
    :param error: an exception
    """
    # Odoo's workers raise a plain `Exception` at their CPU limit.
    is_cpu_limit = type(error) is Exception and "CPU time limit" in str(error)
    return is_cpu_limit or env.cr.closed
