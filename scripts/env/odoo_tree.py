"""A real Odoo 19: the user's own tree, or Debian's package unpacked, not installed.

The package comes from Debian's unstable suite. That suite is never added to the
machine's own sources: a private apt tree asks the mirror that the machine already
uses, with signatures checked.
"""

import ast
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts.env import console, paths, pins, processes, system

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
STAMP = paths.ODOO / "unpacked"
PACKAGES = paths.ODOO / "usr" / "lib" / "python3" / "dist-packages"

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
class OdooTree:
    """Where Odoo lies.

    `home` holds the `odoo` package, `addons` the further add-on folders, `version`
    tells releases apart.
    """

    home: Path
    addons: tuple
    version: str


def ensure():
    """Find or fetch Odoo 19.

    :return: an :class:`OdooTree`
    """
    own = os.environ.get("ODOO_HOME")
    if own:
        return _own_tree(Path(own).expanduser().resolve())
    if not STAMP.exists():
        shutil.rmtree(paths.ODOO, ignore_errors=True)
        version = _fetch()
        STAMP.write_text(version)
    return OdooTree(PACKAGES, (), STAMP.read_text())


def _own_tree(home):
    release = home / "odoo" / "release.py"
    if not release.is_file():
        raise console.Trouble(
            f"ODOO_HOME={home} holds no odoo/release.py: point it at a checkout of"
            " Odoo 19, or at the folder that holds the odoo package."
        )
    version = _release_version(release)
    if version[:2] != pins.ODOO_SERIES:
        found = ".".join(str(part) for part in version[:2])
        raise console.Trouble(f"ODOO_HOME={home} is Odoo {found}; 19.0 is needed.")
    beside = home / "addons"
    addons = (beside,) if (beside / "web").is_dir() else ()
    # A checkout moves; its release file alone would not tell.
    text = f"{home} {version} {_checkout_commit(home)}"
    return OdooTree(home, addons, hashlib.sha256(text.encode()).hexdigest()[:12])


def _release_version(release):
    for node in ast.parse(release.read_text()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "version_info":
            numbers = node.value.elts[:3]
            return tuple(getattr(number, "value", None) for number in numbers)
    return ()


def _checkout_commit(home):
    if not (home / ".git").exists():
        return ""
    command = ["git", "-C", home, "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True).stdout.strip()


def _fetch():
    console.step("Fetching Odoo 19 (about 125 MB)")
    _prepare_apt()
    offered = _offered()
    chosen = {pin: choose(pin, offered) for pin in pins.debian_pins()}
    files = _download(chosen)
    for pin, file in files.items():
        if chosen[pin] == pin.version:
            check(pin, file)
    _unpack(files.values())
    shutil.rmtree(paths.APT)
    return next(v for pin, v in chosen.items() if pin.package == pins.ODOO_PACKAGE)


def _prepare_apt():
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise console.Trouble(
            "Odoo 19 is taken from Debian, and this machine has no apt: set ODOO_HOME"
            " to an Odoo 19 tree of your own."
        )
    if not KEYRING.exists():
        system.install(["debian-archive-keyring"], "The key of Debian's archive")
    for folder in ("lists/partial", "cache/archives/partial"):
        (paths.APT / folder).mkdir(parents=True, exist_ok=True)
    (paths.APT / "status").touch()
    # apt tells it without fetching anything, on a machine without package lists too.
    uris = subprocess.run(
        ["apt-get", "--print-uris", "update"], capture_output=True, text=True
    )
    mirror = find_mirror(uris.stdout)
    suites = dict.fromkeys(pin.suite for pin in pins.debian_pins())
    sources = [f"deb [signed-by={KEYRING}] {mirror} {suite} main" for suite in suites]
    (paths.APT / "sources.list").write_text("\n".join(sources) + "\n")
    (paths.APT / "apt.conf").write_text(APT_CONFIG.format(apt=paths.APT))
    processes.run(_apt("apt-get", "update"), "apt-update", "reading the package lists")


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
        " set ODOO_HOME to an Odoo 19 tree of your own."
    )


def _apt(program, *arguments):
    return [program, "-c", paths.APT / "apt.conf", *arguments]


def _offered():
    """Ask which versions the suites hold: {package: [(version, suite)]}."""
    names = [pin.package for pin in pins.debian_pins()]
    text = processes.run(
        _apt("apt-cache", "madison", *names), "apt-versions", "looking up the versions"
    )
    offered = {}
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) == 3:
            package, version, source = parts
            # "http://mirror/debian sid/main amd64 Packages"
            suite = source.split()[1].partition("/")[0]
            offered.setdefault(package, []).append((version, suite))
    return offered


def choose(pin, offered):
    """Choose the pinned version or, if it is gone, the one that the suite has.

    :param pin: the :class:`~scripts.env.pins.DebianPin`
    :param offered: pairs of version and suite, by package
    :return: the version
    :raise console.Trouble: when there is none at all
    """
    found = offered.get(pin.package)
    if not found:
        raise console.Trouble(
            f"Debian has no {pin.package} any more: set ODOO_HOME to an Odoo 19 tree"
            " of your own."
        )
    if any(version == pin.version for version, _ in found):
        console.say(f"    {pin.package} {pin.version}, as pinned")
        return pin.version
    same_suite = [version for version, suite in found if suite == pin.suite]
    version = (same_suite or [found[0][0]])[0]
    console.say(f"    {pin.package} {version}: {pin.version}, the pinned, is gone")
    return version


def _download(chosen):
    folder = paths.APT / "packages"
    folder.mkdir(exist_ok=True)
    wanted = [f"{pin.package}={version}" for pin, version in chosen.items()]
    processes.run(
        _apt("apt-get", "download", *wanted),
        "apt-download",
        "downloading Odoo 19",
        progress=lambda output: f"downloading Odoo 19: {_megabytes(folder)} MB",
        cwd=folder,
    )
    return {pin: next(folder.glob(f"{pin.package}_*.deb")) for pin in chosen}


def _megabytes(folder):
    total = 0
    for file in folder.iterdir():
        try:
            total += file.stat().st_size
        except FileNotFoundError:
            # apt renames a file when it is complete.
            continue
    return total // 1_000_000


def check(pin, file):
    """Compare a downloaded file with its pin.

    :param pin: the :class:`~scripts.env.pins.DebianPin`
    :param file: the path
    :raise console.Trouble: when it is another file
    """
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if digest != pin.sha256:
        raise console.Trouble(
            f"{pin.package} {pin.version} is not the file it was: SHA256 {digest},"
            f" expected {pin.sha256}. Nothing of it is used. Look into it, then correct"
            " pins/debian.txt."
        )


def _unpack(files):
    console.step("Unpacking Odoo 19")
    paths.ODOO.mkdir(parents=True, exist_ok=True)
    for file in files:
        processes.run(["dpkg", "-x", file, paths.ODOO], "unpack", f"unpacking {file}")
