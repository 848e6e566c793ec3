"""The virtual environment with what Odoo, the tests and the linters import."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.env import console, paths, processes, system

PYTHON = paths.VENV / "bin" / "python"
STAMP = paths.VENV / "installed"
LOCK = paths.PINS / "python.txt"
#: Python releases that Odoo 19 and the locked packages run on.
RELEASES = ">=3.10,<3.14"


def ensure():
    """Make the environment, unless it is there as pinned.

    :raise console.Trouble: when there is no way to get uv, or a package
    """
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    console.step("Installing the pinned Python packages")
    shutil.rmtree(paths.VENV, ignore_errors=True)
    _uv("venv", "--no-project", "--python", RELEASES, paths.VENV)
    # The few packages without a wheel are built with the locked setuptools.
    options = ("--require-hashes", "--build-constraints", LOCK, "--python", PYTHON)
    _uv("pip", "sync", *options, LOCK)
    STAMP.write_text(wanted)


def add(lock):
    """Install what not every platform has, where there are wheels of it.

    :param lock: a file of :data:`~scripts.env.paths.PINS`
    :raise console.Trouble: when there are none
    """
    options = ("--require-hashes", "--only-binary", ":all:", "--python", PYTHON)
    _uv("pip", "install", *options, "-r", lock)


def add_to(folder, lock):
    """Install wheels into a folder of their own, without what they need.

    :param folder: its path; it is not on the environment's path
    :param lock: a file of :data:`~scripts.env.paths.PINS`
    :raise console.Trouble: when they cannot be had
    """
    options = ("--require-hashes", "--no-deps", "--only-binary", ":all:")
    _uv("pip", "install", *options, "--python", PYTHON, "--target", folder, "-r", lock)


def point_at(odoo_home):
    """Put Odoo on the environment's path, and no other Odoo beside it.

    :param odoo_home: the folder that holds the `odoo` package
    """
    _put_on_path("odoo", odoo_home)


def add_to_path(folder):
    """Put a folder with packages on the environment's path, behind all others.

    :param folder: its path
    """
    _put_on_path(folder.name, folder)


def _put_on_path(name, folder):
    pth = packages() / f"{name}.pth"
    if not pth.exists() or pth.read_text() != f"{folder}\n":
        pth.write_text(f"{folder}\n")


def packages():
    """Find the folder with the environment's packages.

    :return: its path
    """
    [site] = (paths.VENV / "lib").glob("python3*/site-packages")
    return site


def program(name):
    """Name a program of the environment.

    :param name: such as `pytest`
    :return: its path
    """
    return paths.VENV / "bin" / name


def _uv(*arguments):
    # All that it makes lies in the run folder: a cache would not.
    places = {"UV_NO_CACHE": "1", "UV_PYTHON_INSTALL_DIR": str(paths.RUN / "python")}
    processes.run(
        [_uv_program(), *arguments],
        "uv",
        "making the Python environment",
        cwd=paths.ROOT,
        env={**os.environ, **places},
    )


def _uv_program():
    """Find uv on the PATH, or have the pinned one."""
    own = paths.RUN / "uv"
    program = shutil.which("uv") or own / "bin" / "uv"
    if not Path(program).exists():
        _ensure_pip()
        doing = "fetching uv"
        processes.run([sys.executable, "-m", "venv", "--clear", own], "venv", doing)
        pip = [own / "bin" / "python", "-m", "pip", "--disable-pip-version-check"]
        pip += ["install", "--require-hashes", "-r", paths.PINS / "uv.txt"]
        processes.run(pip, "pip", doing)
    return program


def _ensure_pip():
    command = [sys.executable, "-c", "import ensurepip, venv"]
    if subprocess.run(command, capture_output=True).returncode:
        # Debian parts it from its Python.
        package = f"python3.{sys.version_info.minor}-venv"
        system.install([package], "Python's venv module")
