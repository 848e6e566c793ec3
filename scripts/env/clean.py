"""Removes everything the other commands made: `make clean`."""

import shutil
import subprocess

from scripts.env import console, paths, postgres, python_env


def main():
    """End what still runs, then remove all files.

    :raise console.Trouble: when a process or a folder resists
    """
    if not paths.RUN.exists() and not postgres.fallback_folder().exists():
        console.say("Nothing to clean.")
        return
    # Without a complete environment, nothing can have been started.
    if python_env.STAMP.exists():
        _end_processes()
    folders = [postgres.fallback_folder(), paths.RUN]
    folders += [paths.ROOT / ".pytest_cache", paths.ROOT / ".ruff_cache"]
    for folder in (*folders, *paths.ROOT.rglob("__pycache__")):
        _remove(folder)
    console.say("All clean.")


def _end_processes():
    command = [python_env.PYTHON, "-m", "scripts.env.leftovers"]
    if subprocess.run(command, cwd=paths.ROOT).returncode:
        raise console.Trouble("Some processes do not end: nothing is removed.")


def _remove(folder):
    if not folder.exists():
        return
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise console.Trouble(f"{folder} cannot be removed: {error}") from error


if __name__ == "__main__":
    console.run_main(main)
