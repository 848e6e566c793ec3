"""Run a module of the scripts with the packages of the project's environment.

It is named as for `python3 -m`, and what follows goes to it.
"""

import os
import sys

from scripts.env import console, python_env, setup


def main():
    """Have the environment, and become the module's process."""
    setup.prepare_python()
    python = str(python_env.PYTHON)
    os.execv(python, [python, "-m", *sys.argv[1:]])


if __name__ == "__main__":
    console.run_main(main)
