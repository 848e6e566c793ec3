"""Brings up what every other command needs: `make setup`."""

import contextlib
import fcntl

from scripts import console, odoo_server, odoo_tree, paths, postgres, python_env


def prepare():
    """Have Odoo, its Python environment and PostgreSQL; fast when all is there."""
    with _alone():
        tree = odoo_tree.ensure()
        python_env.ensure()
        python_env.point_at(tree.home)
        postgres.ensure()
        odoo_server.write_config(tree)
    return tree


def prepare_python():
    """Have the Python environment alone: enough for what does without Odoo."""
    with _alone():
        python_env.ensure()


@contextlib.contextmanager
def _alone():
    """Keep two commands of one clone from setting up at the same time."""
    paths.RUN.mkdir(exist_ok=True)
    with (paths.RUN / "setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.step("Waiting for another set-up of this clone")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main():
    """Set up and say where things are."""
    tree = prepare()
    console.say(f"Odoo: {tree.home}\nPython: {python_env.PYTHON}")
    console.say(f"PostgreSQL: {postgres.folder()}")


if __name__ == "__main__":
    console.run_main(main)
