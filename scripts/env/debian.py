"""Odoo 19 as Debian's package, unpacked, not installed.

The package comes from Debian's unstable suite. That suite is never added to the
machine's own sources: a private apt tree asks the mirror that the machine already
uses, with signatures checked.
"""

import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.env import console, paths, processes, system

PINS = paths.PINS / "debian.txt"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OWN_TREE = "set ODOO_HOME to an Odoo 19 tree of your own"

#: Where a suite's release file lies: mirror, suite.
RELEASE_FILE = re.compile(r"'(\S+)/dists/([^/]+)/InRelease'")
#: What else the sources may name: updates and derivatives, which lack the suites.
NO_MIRROR = ("security", "-updates", "-backports", "ubuntu")

APT_CONFIG = """\
Dir::State::Lists "{apt}/lists";
Dir::State::Status "{apt}/status";
Dir::Cache "{apt}/cache";
Dir::Etc::SourceList "{apt}/sources.list";
Dir::Etc::SourceParts "-";
Dir::Etc::Preferences "-";
Dir::Etc::PreferencesParts "-";
APT::Sandbox::User "root";
APT::Default-Release "";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""


@dataclass(frozen=True)
class Pin:
    """A Debian package at one version."""

    package: str
    version: str
    suite: str
    sha256: str


def read_pins():
    """Read the pinned packages, Odoo first.

    :return: a list of :class:`Pin`
    """
    lines = PINS.read_text().splitlines()
    return [Pin(*line.split()) for line in lines if line and line[0] != "#"]


def unpack(folder):
    """Download the pinned packages and unpack them.

    :param folder: where
    :return: Odoo's version
    :raise console.Trouble: when a package is gone, or not the pinned file
    """
    console.step("Fetching Odoo 19 (about 125 MB)")
    pins = read_pins()
    _prepare_apt({pin.suite for pin in pins})
    _apt("update", doing="reading the package lists")
    chosen = [choose(pin, _is_known) for pin in pins]
    _apt("download", *chosen, doing="downloading Odoo 19")
    files = [next(paths.APT.glob(f"{pin.package}_*.deb")) for pin in pins]
    for pin, file in zip(pins, files, strict=True):
        check(pin, file)
        processes.run(["dpkg", "-x", file, folder], "unpack", f"unpacking {file.name}")
    shutil.rmtree(paths.APT)
    return files[0].name.split("_")[1]


def find_mirror(uris):
    """Find the Debian mirror among what the machine's own sources name.

    :param uris: what `apt-get --print-uris update` says
    :return: the mirror's address
    :raise console.Trouble: when there is none
    """
    for uri, suite in RELEASE_FILE.findall(uris):
        if not any(word in uri + suite for word in NO_MIRROR):
            return uri
    raise console.Trouble(
        "The machine's apt sources name no Debian mirror: add Debian's main one, or"
        f" {OWN_TREE}."
    )


def machine_mirror():
    """Find the Debian mirror that the machine itself uses.

    :return: its address
    """
    # apt tells it without fetching anything, on a machine without package lists too.
    command = ["apt-get", "--print-uris", "update"]
    return find_mirror(subprocess.run(command, capture_output=True, text=True).stdout)


def choose(pin, is_known):
    """Choose the pinned version or, if it is gone, the one that the suite has.

    :param pin: the :class:`Pin`
    :param is_known: tells whether apt knows a package at a version or in a suite
    :return: what to download, as apt names it
    :raise console.Trouble: when there is none at all
    """
    pinned, present = f"{pin.package}={pin.version}", f"{pin.package}/{pin.suite}"
    if is_known(pinned):
        return pinned
    if not is_known(present):
        raise console.Trouble(f"Debian has no {pin.package} any more: {OWN_TREE}.")
    console.say(f"    {pin.package} {pin.version}, the pinned, is gone: taking another")
    return present


def check(pin, file):
    """Compare a downloaded file with its pin, if it is of the pinned version.

    :param pin: the :class:`Pin`
    :param file: the path
    :raise console.Trouble: when it is another file
    """
    version = file.name.split("_")[1].replace("%3a", ":")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if version == pin.version and digest != pin.sha256:
        raise console.Trouble(
            f"{pin.package} {pin.version} is not the file it was: SHA256 {digest},"
            f" expected {pin.sha256}. Nothing of it is used. Look into it, then correct"
            " pins/debian.txt."
        )


def _prepare_apt(suites):
    if not KEYRING.exists():
        system.install(["debian-archive-keyring"], "The key of Debian's archive")
    for folder in ("lists/partial", "cache/archives/partial"):
        (paths.APT / folder).mkdir(parents=True, exist_ok=True)
    (paths.APT / "status").touch()
    source = f"deb [signed-by={KEYRING}] {machine_mirror()}"
    lines = [f"{source} {suite} main\n" for suite in sorted(suites)]
    (paths.APT / "sources.list").write_text("".join(lines))
    (paths.APT / "apt.conf").write_text(APT_CONFIG.format(apt=paths.APT))


def _command(*arguments):
    return ["apt-get", "-c", paths.APT / "apt.conf", *arguments]


def _apt(*arguments, doing):
    processes.run(_command(*arguments), f"apt-{arguments[0]}", doing, cwd=paths.APT)


def _is_known(wanted):
    command = _command("download", "--print-uris", wanted)
    return not subprocess.run(command, cwd=paths.APT, capture_output=True).returncode
