"""Odoo as a process: its configuration, its commands and its HTTP server."""

from scripts.env import paths, postgres, processes, python_env

CONFIG = """\
[options]
db_host = {socket}
db_user = {role}
addons_path = {addons}
data_dir = {data}
http_interface = 127.0.0.1
list_db = False
"""


def write_config(tree):
    """Write the configuration file that all Odoo processes of this clone share.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    """
    addons = [tree.home / "odoo" / "addons", *tree.addons, paths.ROOT]
    if paths.QUEUE_ADDONS.exists():
        addons.append(paths.QUEUE_ADDONS)
    text = CONFIG.format(
        socket=postgres.folder(),
        role=postgres.ROLE,
        addons=",".join(str(folder) for folder in addons),
        data=paths.ODOO_DATA,
    )
    paths.ODOO_CONFIG.write_text(text)


def command(*arguments, subcommand="server", module=("odoo",)):
    """Give the command line of an Odoo process.

    :param arguments: what follows the configuration, such as `-d`, a name
    :param subcommand: Odoo's subcommand, such as `shell`
    :param module: the Python module that runs Odoo, with what it takes first
    :return: the program and its arguments
    """
    base = [python_env.PYTHON, "-m", *module, subcommand, "-c", paths.ODOO_CONFIG]
    return [str(part) for part in (*base, *arguments)]


class OdooServer:
    """A running Odoo with HTTP and crons on loopback.

    :param database: the only database it serves
    :param port: the first port to try
    :param name: the log's name
    :param arguments: further command line arguments
    :param module: the Python module that runs Odoo, with what it takes first
    :param env: its environment, if not this process's
    """

    def __init__(
        self,
        database,
        port=8069,
        name="odoo",
        arguments=(),
        module=("odoo",),
        env=None,
    ):
        self.database = database
        self.port = processes.free_port(port)
        self.url = f"http://127.0.0.1:{self.port}"
        options = ["-d", database, f"--db-filter=^{database}$"]
        options += [f"--http-port={self.port}", *arguments]
        line = command(*options, module=module)
        self.process = processes.Process(line, name, cwd=paths.ROOT, env=env)

    def wait(self):
        """Wait until it answers.

        :raise console.Trouble: when it does not
        """
        address = f"{self.url}/web/health"
        processes.wait_for_answer(address, self.process, "starting Odoo")

    def stop(self):
        """End the process."""
        self.process.stop()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()
