"""Where the demo runs: its database, who logs in, and the marketplace it talks to."""

from scripts.env import paths, processes, python_env

DATABASE = "demo"
LOGIN = PASSWORD = "admin"
ODOO_PORT = 8069
SANDBOX_PORT = 8169


def start_sandbox(stack):
    """Start the marketplace.

    :param stack: the :class:`contextlib.ExitStack` that stops it
    :return: the process and its address
    """
    port = processes.free_port(SANDBOX_PORT)
    url = f"http://127.0.0.1:{port}/"
    command = [python_env.PYTHON, "-m", "seller_center_sandbox", "--port", port]
    sandbox = stack.enter_context(processes.Process(command, "sandbox", cwd=paths.ROOT))
    processes.wait_for_answer(url, sandbox, "starting the sandbox")
    return sandbox, url
