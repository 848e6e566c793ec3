"""Brings up what every other command needs: `make setup`."""

from scripts.env import console, locks, odoo_server, odoo_tree, postgres, python_env


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


def _alone():
    return locks.exclusive("setup", "Waiting for another set-up of this clone")


def main():
    """Set up and say where things are."""
    tree = prepare()
    console.say(f"Odoo: {tree.home}\nPython: {python_env.PYTHON}")
    console.say(f"PostgreSQL: {postgres.folder()}")


if __name__ == "__main__":
    console.run_main(main)
