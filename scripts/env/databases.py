"""Databases that are made once and copied ever after.

A template holds Odoo with the add-on's dependencies; from it come a pristine database
with the add-on for the tests and one with its demo data. Each is named by what it
depends on, so that a change makes a new one.
"""

import ast
import hashlib
import os
import re
import shutil

from scripts.env import console, locks, odoo_server, paths, postgres, processes

#: A line of Odoo's log that is no good news.
PROBLEM = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")
#: Not every PostgreSQL has pg_trgm; Odoo does without.
HARMLESS = "pg_trgm"
LOADING = re.compile(r"Loading module \S+ \((\d+)/(\d+)\)")


def template(tree):
    """Have a database with the add-on's dependencies, without demo data.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    :return: its name
    """
    manifest = ast.literal_eval((paths.ADDON / "__manifest__.py").read_text())
    modules = sorted(manifest["depends"])
    return _have("template", None, [tree.version, *modules], modules, "Odoo's modules")


def pristine(tree):
    """Have a database with the add-on, made from the template.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    :return: its name
    :raise console.Trouble: when installing it logs a warning
    """
    return _with_addon(tree, "addon", "the add-on")


def beside(tree, modules, kind="beside"):
    """Have a database with the add-on and other modules.

    With sale_mrp or queue_job among them, Odoo installs the add-on between the two by
    itself.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    :param modules: their names
    :param kind: how its name begins: there is one of each kind
    :return: its name
    :raise console.Trouble: when installing them logs a warning
    """
    base, modules = pristine(tree), sorted(modules)
    glue = map(_digest_of, (paths.KITS_ADDON, paths.QUEUE_ADDON))
    return _have(kind, base, [base, *glue, *modules], modules, "other modules")


def demo(tree):
    """Have a database with the add-on and its demo data.

    :param tree: the :class:`~scripts.env.odoo_tree.OdooTree`
    :return: its name
    :raise console.Trouble: when installing it logs a warning
    """
    return _with_addon(tree, "demo", "the add-on with demo data", _demo)


def _with_addon(tree, kind, what, prepare=None):
    base = template(tree)
    key = [base, _digest_of(paths.ADDON)]
    return _have(kind, base, key, [paths.ADDON.name], what, prepare)


def _have(kind, base, key, modules, what, prepare=None):
    name = f"{kind}_{_digest(*key)}"
    with locks.exclusive("databases", "Waiting for another installation"):
        if name not in names(name):
            _make(name, base, modules, what, prepare)
    return name


def names(prefix):
    """List the databases whose name begins so.

    :param prefix: the beginning
    :return: a list of names
    """
    sql = f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')"
    return postgres.query(sql)


def copy(source, name):
    """Copy a database with its filestore, over one of that name.

    :param source: a database that nobody is connected to
    :param name: the copy's name
    """
    drop(name)
    # PostgreSQL copies files fastest this way.
    strategy = "STRATEGY FILE_COPY"
    postgres.query(f'CREATE DATABASE "{name}" TEMPLATE "{source}" {strategy}')
    if filestore(source).exists():
        # Odoo never writes into a stored file: links do, and take no time.
        shutil.copytree(filestore(source), filestore(name), copy_function=os.link)


def drop(name):
    """Remove a database with its filestore, if there is one.

    :param name: its name
    """
    postgres.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    shutil.rmtree(filestore(name), ignore_errors=True)


def problems(output):
    """Find the warnings and errors in what Odoo has logged.

    :param output: the log
    :return: a list of lines
    """
    lines = filter(PROBLEM.match, output.splitlines())
    return [line for line in lines if HARMLESS not in line]


def _make(name, base, modules, what, prepare):
    """Make a database under another name, so that a broken one is never taken."""
    console.step(f"Installing {what} ({', '.join(modules)})")
    kind = name.partition("_")[0]
    unfinished = f"unfinished_{kind}"
    if base:
        copy(base, unfinished)
    else:
        drop(unfinished)
    if prepare:
        prepare(unfinished)
    _install(unfinished, modules, what)
    # Copies keep the statistics; without them, PostgreSQL guesses badly.
    postgres.query("VACUUM ANALYZE", unfinished)
    _drop_outdated(kind)
    postgres.query(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')
    if filestore(unfinished).exists():
        filestore(unfinished).rename(filestore(name))


def _install(name, modules, what):
    options = ["-d", name, "-i", ",".join(modules), "--stop-after-init", "--no-http"]
    output = processes.run(
        odoo_server.command(*options),
        f"install-{name}",
        f"installing {what}",
        progress=lambda output: f"installing {what}{modules_done(output)}",
        cwd=paths.ROOT,
    )
    found = problems(output)
    if found:
        shown = "\n".join(found)
        raise console.Trouble(f"Installing {what} is not silent:\n{shown}")


def _demo(name):
    """Let the add-on's demo data in, and no other module's.

    Odoo loads a module's demo data only where all its dependencies have theirs; theirs
    would bury ours, and takes minutes.
    """
    postgres.query(
        "UPDATE ir_module_module SET demo = true WHERE state = 'installed'", name
    )


def _drop_outdated(kind):
    for name in names(f"{kind}_"):
        drop(name)


def modules_done(output):
    """Tell how far an installation is.

    :param output: Odoo's log
    :return: words to append, or nothing
    """
    found = LOADING.findall(output)
    return ": {} of {} modules".format(*found[-1]) if found else ""


def filestore(name):
    """Return the folder of a database's files."""
    return paths.ODOO_DATA / "filestore" / name


def _digest_of(addon):
    """Digest an add-on's files as git would see them: no caches."""
    files = sorted(
        path
        for path in addon.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    labels = [str(path.relative_to(addon)) for path in files]
    contents = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return _digest(*labels, *contents)


def _digest(*texts):
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]
