"""Brings up what every other command needs: `make setup`."""

import shutil

from scripts.env import (
    console,
    locks,
    odoo_server,
    odoo_tree,
    paths,
    postgres,
    python_env,
    system,
)


def prepare():
    """Have Odoo, its Python environment and PostgreSQL; fast when all is there.

    :return: the :class:`~scripts.env.odoo_tree.OdooTree`
    """
    with _alone():
        python_env.ensure()
        tree = odoo_tree.ensure()
        python_env.point_at(tree.home)
        postgres.ensure()
        odoo_server.write_config(tree)
        _ensure_wkhtmltopdf()
    return tree


def prepare_queue(tree):
    """Have OCA's queue_job where Odoo finds it.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    """
    lock = paths.PINS / "queue_job.txt"
    installed = paths.QUEUE / lock.name
    with _alone():
        if not installed.exists() or installed.read_text() != lock.read_text():
            python_env.add_to(paths.QUEUE, lock)
            shutil.copy(lock, installed)
        # It looks for a library of its own when it is installed.
        python_env.add_to_path(paths.QUEUE)
        odoo_server.write_config(tree)


def prepare_python():
    """Have the Python environment alone: enough for what does without Odoo."""
    with _alone():
        python_env.ensure()


def _alone():
    return locks.exclusive("setup", "Waiting for another set-up of this clone")


def _ensure_wkhtmltopdf():
    """Have what makes PDFs of reports, or say what goes without."""
    if shutil.which("wkhtmltopdf"):
        return
    if system.can_install() and system.offers("wkhtmltopdf"):
        system.install(["wkhtmltopdf"], "PDFs of reports")
    else:
        console.say("    no wkhtmltopdf here: pick tickets and receipts are HTML")


def main():
    """Set up and say where things are."""
    tree = prepare()
    console.say(f"Odoo: {tree.home}\nPython: {python_env.PYTHON}")
    console.say(f"PostgreSQL: {postgres.binaries()}, data in {postgres.folder()}")


if __name__ == "__main__":
    console.run_main(main)
