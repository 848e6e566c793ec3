"""Debian packages that the machine itself lacks."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.env import console

#: apt's downloaded package lists; a slim machine has none.
APT_LISTS = Path("/var/lib/apt/lists")


def install(packages, reason):
    """Install Debian packages, as root or through sudo.

    :param packages: their names
    :param reason: what they are for
    :raise console.Trouble: when that is not possible
    """
    by_hand = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise console.Trouble(
            f"{reason} is missing and this is no Debian: install what Debian calls"
            f" {', '.join(packages)}."
        )
    prefix = _become_root(reason, by_hand)
    console.step(f"Installing {', '.join(packages)} ({reason})")
    if not any(APT_LISTS.glob("*_Packages*")):
        _apt(prefix, "update", by_hand)
    if _run(prefix, "install", *packages).returncode:
        # The lists may be older than what the mirror still holds.
        _apt(prefix, "update", by_hand)
        _apt(prefix, "install", by_hand, *packages)


def as_root(command):
    """Prefix a command so that it runs as root.

    :param command: the program and its arguments
    :return: the command to run
    """
    return [*_become_root("It", " ".join(command)), *command]


def _become_root(reason, by_hand):
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        return ["sudo"]
    raise console.Trouble(
        f"{reason} is missing and you are neither root nor have sudo: run, as root,"
        f" {by_hand}"
    )


def _apt(prefix, verb, by_hand, *packages):
    if _run(prefix, verb, *packages).returncode:
        raise console.Trouble(f"apt-get {verb} failed; as root, try: {by_hand}")


def _run(prefix, verb, *packages):
    options = ["-y", "-q", "--no-install-recommends"] if packages else ["-q"]
    settings = ["env", "DEBIAN_FRONTEND=noninteractive"]
    command = [*prefix, *settings, "apt-get", *options, verb, *packages]
    return subprocess.run(command, stdin=None, check=False)
