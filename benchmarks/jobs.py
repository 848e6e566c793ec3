"""The add-on's scheduled jobs, run as its crons run them."""

#: What is past for every clock.
LONG_AGO = "2020-01-01"


def run_job(env, kind):
    """Run one kind of job until it has nothing left to do.

    :param env: an environment; the job commits
    :param kind: a value of `iconic.account.job.kind`
    :raise AssertionError: if it fails
    """
    env["iconic.account.job"]._run_jobs(kind)
    row = env["iconic.account.job"].search([("kind", "=", kind)])
    if row.result != "success" or row.left_out_count or row.error:
        raise AssertionError(f"{kind}: {row.result} {row.error} {row.left_out}")


def run_asked_job(env, kind):
    """Run a job where a user has asked for it: a few products are done at once.

    :param env: an environment; the job commits
    :param kind: a value of `iconic.account.job.kind`
    """
    asked = [("kind", "=", kind), ("request_ids", "!=", False)]
    if env["iconic.account.job"].search_count(asked):
        run_job(env, kind)


def let_feeds_be_due(env):
    """Have the reader ask for every feed that waits for its answer, at once."""
    env.cr.execute(
        "UPDATE iconic_feed SET next_poll_at = %s WHERE state = 'processing'",
        [LONG_AGO],
    )
    env.cr.commit()
    env.invalidate_all()


def read_feeds(env):
    """Read the answers to all feeds."""
    let_feeds_be_due(env)
    run_job(env, "feed_reader")


def forget_rows_of_today(env):
    """Have all feeds be of another day: the marketplace accepts so many rows a day."""
    env.cr.execute("UPDATE iconic_feed SET create_date = %s", [LONG_AGO])
    env.cr.commit()
    env.invalidate_all()
