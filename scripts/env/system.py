"""Debian packages that the machine itself lacks, where it has apt."""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.env import console

#: apt's downloaded package lists; a slim machine has none.
APT_LISTS = Path("/var/lib/apt/lists")
RELEASE = Path("/etc/os-release")
INSTALL = ("-y", "-q", "--no-install-recommends", "install")


def has_apt():
    """Tell whether Debian's packages can be fetched; the variable APT has its say.

    :return: a boolean
    """
    asked = os.environ.get("APT")
    if asked:
        return asked == "yes"
    debian = RELEASE.exists() and "ID=debian" in RELEASE.read_text().splitlines()
    return debian and bool(shutil.which("apt-get"))


def can_install():
    """Tell whether Debian's packages can be installed: by root or through sudo.

    :return: a boolean
    """
    return has_apt() and (os.geteuid() == 0 or bool(shutil.which("sudo")))


def offers(package):
    """Tell whether apt can install a package.

    :param package: its name
    :return: a boolean
    """
    command = ["apt-get", "--simulate", *INSTALL, package]
    return not subprocess.run(command, capture_output=True).returncode


def install(packages, reason):
    """Install Debian packages, as root or through sudo.

    :param packages: their names
    :param reason: what they are for
    :raise console.Trouble: when that is not possible
    """
    if not can_install():
        raise console.Trouble(
            f"{reason} is missing, and cannot be installed from here: install what"
            f" Debian calls {', '.join(packages)}."
        )
    console.step(f"Installing {', '.join(packages)} ({reason})")
    if any(APT_LISTS.glob("*_Packages*")) and not _apt(*INSTALL, *packages):
        return
    # The lists may be older than what the mirror still holds.
    if _apt("-q", "update") or _apt(*INSTALL, *packages):
        by_hand = f"apt-get install {' '.join(packages)}"
        raise console.Trouble(f"apt-get failed; as root, try: {by_hand}")


def as_root(command):
    """Prefix a command so that it runs as root.

    :param command: the program and its arguments
    :return: the command to run
    """
    return command if os.geteuid() == 0 else ["sudo", *command]


def _apt(*arguments):
    command = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
    return subprocess.run(as_root(command)).returncode
