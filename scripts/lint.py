"""The linters: `make lint`. Each is told alone when it finds something."""

import subprocess

from scripts import console, paths, python_env, setup

#: Fails on broken XML, reST and Python that one of the supported releases lacks.
DOCUMENT_CHECK = """
import pathlib, sys
import docutils.core, lxml.etree
failed = False
for path in map(pathlib.Path, sys.argv[1:]):
    try:
        if path.suffix == ".rst":
            settings = {"halt_level": 2, "report_level": 2, "file_insertion_enabled": 0}
            docutils.core.publish_doctree(
                path.read_text(), str(path), settings_overrides=settings
            )
        else:
            lxml.etree.parse(path)
    except (docutils.utils.SystemMessage, lxml.etree.XMLSyntaxError) as error:
        print(f"{path}: {error}")
        failed = True
sys.exit(failed)
"""


def linters():
    """List the linters.

    :return: pairs of a name and a command
    """
    ruff = python_env.program("ruff")
    return [
        ("ruff check", [ruff, "check", "."]),
        ("ruff format", [ruff, "format", "--check", "."]),
        ("pylint-odoo", [python_env.program("pylint"), paths.ADDON.name]),
        ("XML and reST", [python_env.PYTHON, "-c", DOCUMENT_CHECK, *_documents()]),
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


def _documents():
    """Name the XML and reST files that git knows or would know."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.xml", "*.rst"],
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
