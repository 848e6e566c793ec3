"""The other connector's queue, run without its runner."""

from odoo.addons.queue_job.job import Job


def pending(env):
    """Find the jobs that wait, the oldest first.

    :param env: the environment
    :return: a list of their UUIDs
    """
    jobs = env["queue.job"].search([("state", "=", "pending")], order="id")
    return jobs.mapped("uuid")


def run_jobs(env, uuids):
    """Run jobs one after the other, each in transactions of its own.

    :param env: the environment
    :param uuids: a list
    """
    for uuid in uuids:
        job = Job.load(env, uuid)
        job.set_started()
        job.store()
        env.cr.commit()
        job.perform()
        job.set_done()
        job.store()
        env.cr.commit()
        env.invalidate_all()
