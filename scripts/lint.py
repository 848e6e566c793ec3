"""The linters: `make lint`. Each is told alone when it finds something."""

import subprocess

from scripts.env import console, paths, python_env, setup


def linters():
    """List the linters.

    :return: pairs of a name and a command
    """
    ruff = python_env.program("ruff")
    documents = [python_env.PYTHON, "-m", "scripts.check_documents"]
    return [
        ("ruff check", [ruff, "check", "."]),
        ("ruff format", [ruff, "format", "--check", "."]),
        ("pylint-odoo", [python_env.program("pylint"), *_addons()]),
        ("XML and reST", [*documents, *_files("*.xml", "*.rst")]),
        ("words", [python_env.PYTHON, "-m", "scripts.check_words", *_texts()]),
    ]


def run():
    """Run all linters, whatever the first ones find.

    :return: the names of those that found something
    """
    failed = []
    for name, command in linters():
        console.step(f"Lint: {name}")
        if subprocess.run(command, cwd=paths.ROOT).returncode:
            failed.append(name)
    return failed


def _texts():
    """Name the files that hold what people read."""
    addon = paths.ADDON.name
    # What the demo sells may be called anything.
    hidden = [f":!{addon}/demo", f":!{addon}/seller_center"]
    code = [f"{name}/*.{kind}" for name in _addons() for kind in ("xml", "py")]
    return _files(*code, "*.rst", *hidden)


def _addons():
    return [addon.name for addon in paths.ADDONS]


def _files(*patterns):
    """Name the files of some patterns that git knows or would know."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", *patterns],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        name for name in listing.stdout.split("\n") if (paths.ROOT / name).is_file()
    ]


def main():
    """Set up, lint, and fail if anything was found."""
    setup.prepare_python()
    failed = run()
    if failed:
        raise console.Trouble(f"Found something: {', '.join(failed)}")


if __name__ == "__main__":
    console.run_main(main)
