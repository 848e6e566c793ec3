"""The virtual environment with what Odoo, the tests and the linters import."""

import hashlib
import shutil
import subprocess
import sys

from scripts.env import console, paths, pins, processes, system

PYTHON = paths.VENV / "bin" / "python"
STAMP = paths.VENV / "installed"


def ensure():
    """Make the environment, unless it is there as pinned."""
    wanted = _wanted()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        shutil.rmtree(paths.VENV, ignore_errors=True)
        _create()
        _install()
        STAMP.write_text(wanted)


def point_at(odoo_home):
    """Put Odoo on the environment's path, and no other Odoo beside it.

    :param odoo_home: the folder that holds the `odoo` package
    """
    [site] = (paths.VENV / "lib").glob("python3*/site-packages")
    pth = site / "odoo.pth"
    if not pth.exists() or pth.read_text() != f"{odoo_home}\n":
        pth.write_text(f"{odoo_home}\n")


def program(name):
    """Name a program of the environment.

    :param name: such as `pytest`
    :return: its path
    """
    return paths.VENV / "bin" / name


def _wanted():
    return hashlib.sha256(pins.PYTHON_LOCK.read_bytes()).hexdigest()


def _create():
    base = _base_python()
    console.step(f"Making a Python environment with {base}")
    if not _has_ensurepip(base):
        _get_ensurepip(base)
    processes.run([base, "-m", "venv", paths.VENV], "venv", "making the environment")


def _base_python():
    candidates = [sys.executable]
    for minor in range(pins.PYTHON_TO[1], pins.PYTHON_FROM[1] - 1, -1):
        candidates.append(shutil.which(f"python3.{minor}"))
    candidates.append("/usr/bin/python3")
    for candidate in candidates:
        if candidate and _fits(candidate):
            return candidate
    raise console.Trouble(
        "Odoo 19 needs Python 3.10 to 3.13, and none is on the PATH: install one,"
        " on Debian 12 with apt-get install python3."
    )


def _fits(python):
    code = "import sys; print(*sys.version_info[:2])"
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True)
    if answer.returncode:
        return False
    version = tuple(int(part) for part in answer.stdout.split())
    return pins.PYTHON_FROM <= version <= pins.PYTHON_TO


def _has_ensurepip(python):
    code = "import ensurepip, venv"
    return not subprocess.run([python, "-c", code], capture_output=True).returncode


def _get_ensurepip(python):
    code = "import sys; print('python%d.%d-venv' % sys.version_info[:2])"
    answer = subprocess.run([python, "-c", code], capture_output=True, text=True)
    system.install([answer.stdout.strip()], "Python's venv module")
    if not _has_ensurepip(python):
        raise console.Trouble(
            f"{python} has no ensurepip: use a Python that has it, for example"
            " /usr/bin/python3 with Debian's python3-venv."
        )


def _install():
    console.step("Installing the pinned Python packages")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install"]
    pip.append("--require-hashes")
    # The few packages without a wheel are built with this setuptools, not with
    # whichever is newest on that day.
    setuptools = paths.RUN / "setuptools.txt"
    setuptools.write_text(_lock_entry("setuptools"))
    doing = "installing the Python packages"
    processes.run([*pip, "-r", setuptools], "pip-setuptools", doing)
    processes.run(
        [*pip, "--no-build-isolation", "-r", pins.PYTHON_LOCK],
        "pip",
        doing,
        progress=_pip_progress,
    )


def _lock_entry(name):
    text = pins.PYTHON_LOCK.read_text()
    start = text.index(f"\n{name}==") + 1
    lines = text[start:].splitlines(keepends=True)
    entry = [lines[0]]
    for line in lines[1:]:
        if not line.startswith(" "):
            break
        entry.append(line)
    return "".join(entry)


def _pip_progress(output):
    if "Installing collected packages" in output:
        return "unpacking the Python packages"
    return f"downloading Python packages: {output.count('Collecting ')}"
