"""What is done when the add-on goes."""


def uninstall_hook(env):
    """Cancel what waits in the queue: nobody would know what it means.

    :param env: the environment
    """
    waiting = env["queue.job"].search(env["iconic.account.job"]._queued_domain())
    waiting.write({"state": "cancelled"})
