"""Runs the jobs of OCA's queue as its workers do, without any of its HTTP."""

import logging

from odoo import SUPERUSER_ID, fields
from odoo.fields import Domain

#: Where it is told that a job has failed, as by the queue's own controller.
QUEUE_LOG = "odoo.addons.queue_job.controllers.main"

_logger = logging.getLogger(QUEUE_LOG)


def run_queue(env):
    """Run the jobs that wait for nothing, and those that they make, each once.

    :param env: the environment
    """
    with env.registry.cursor() as cursor:
        env = env(cr=cursor, user=SUPERUSER_ID)
        done = env["queue.job"]
        while jobs := waiting_jobs(env) - done:
            for job in jobs:
                run_queue_job(env, job)
            done |= jobs


def waiting_jobs(env):
    """Return the jobs that may begin now."""
    now = fields.Datetime.now()
    return env["queue.job"].search(
        Domain("state", "=", "pending")
        & (Domain("eta", "=", False) | Domain("eta", "<=", now)),
        order="id",
    )


def run_queue_job(env, record):
    """Run one job, and put it back where it asks for that.

    :param env: an environment with a cursor of its own
    :param record: a `queue.job`
    """
    # Only where the module is installed is it on the path.
    from odoo.addons.queue_job.exception import RetryableJobError
    from odoo.addons.queue_job.job import Job

    job = Job.load(env, record.uuid)
    job.set_started()
    job.store()
    env.cr.commit()
    try:
        job.perform()
    except RetryableJobError as error:
        job.postpone(result=str(error), seconds=error.seconds)
        job.set_pending(reset_retry=False)
    except Exception as error:
        _logger.error("The job has failed", exc_info=error)
        job.set_failed(exc_name=type(error).__name__, exc_message=str(error))
    else:
        job.set_done()
    job.store()
    env.cr.commit()
    env.invalidate_all()
