"""Runs the README's commands on a bare Debian: `make try-bare SUITE=trixie`.

Debian is made in a temporary folder, with git, make and python3, and a clone of this
project's HEAD in it. Options come as environment variables: `AS=root` (as it is),
`sudo` or `plain` says who runs the commands, `COMMANDS="demo test"` which, `APT=no`
that they do without apt; `ODOO_HOME` is shown to them. Processes and mounts live in
namespaces of their own, and end with the last command.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from scripts.env import console, debian, paths

#: What is there beforehand, by who runs the commands.
PACKAGES = {
    "root": "git,make,python3",
    "sudo": "git,make,python3,sudo",
    # Debian parts the venv module from its Python; nobody else could install it.
    "plain": "git,make,python3,python3-venv",
}
USER = "someone"
#: How this machine reaches the network.
NETWORK_FILES = (
    "etc/apt/apt.conf.d",
    "etc/hosts",
    "etc/pip.conf",
    "etc/resolv.conf",
    "etc/ssl/certs/ca-certificates.crt",
    "usr/local/share/ca-certificates",
)
HANDED_ON = re.compile("(?i)(pip_|uv_|ssl_cert).*|.*_proxy|APT|ODOO_HOME")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ODOO = "/odoo"
#: Ends processes and mounts with the first process.
ISOLATED = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
#: Takes the folder and a command with its arguments.
ENTER = """\
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
if test -n "$ODOO_HOME"; then mount -o bind,ro "$ODOO_HOME" "$0/odoo"; fi &&
exec chroot "$@"
"""


def command_line(root, who, command, environment):
    """Give the command that runs a target of the Makefile on the bare machine.

    :param root: the machine's folder
    :param who: a key of `PACKAGES`
    :param command: the target
    :param environment: ours, of which the way to the network is handed on
    :return: the program and its arguments
    """
    user, home = _user(who)
    kept = {k: v for k, v in environment.items() if HANDED_ON.fullmatch(k) and v}
    kept |= {"HOME": home, "LANG": "C.UTF-8", "PATH": PATH}
    if "ODOO_HOME" in kept:
        kept["ODOO_HOME"] = ODOO
    options = ["EXIT=1"] if command == "demo" else []
    return [
        *(*ISOLATED, "sh", "-c", ENTER),
        *(str(root), f"--userspec={user}", str(root), "env", "-i"),
        *(f"{name}={value}" for name, value in sorted(kept.items())),
        *("make", "-C", f"{home}/project", command, *options),
    ]


def _user(who):
    return ("root", "/root") if who == "root" else (USER, f"/home/{USER}")


def _build(root, suite, who):
    console.step(f"Making a bare {suite}")
    root.chmod(0o755)
    command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES[who]}", suite]
    mirror = debian.machine_mirror()
    _run(*ISOLATED, *command, root, mirror, stdout=subprocess.DEVNULL)
    for name in NETWORK_FILES:
        if Path("/", name).exists():
            _run("cp", "-r", "--parents", f"/{name}", root)
    (root / ODOO.lstrip("/")).mkdir()
    user, home = _user(who)
    if user != "root":
        _run("chroot", root, "useradd", "-m", USER)
    if who == "sudo":
        rule = f"{USER} ALL=(ALL) NOPASSWD: ALL\n"
        (root / "etc" / "sudoers.d" / USER).write_text(rule)
    _run("git", "clone", "-q", "--no-hardlinks", paths.ROOT, f"{root}{home}/project")
    _run("chroot", root, "chown", "-R", user, f"{home}/project")


def main():
    """Make the machine, run the commands, say how each went, remove the machine.

    :return: 0 if all went well
    :raise console.Trouble: when something is missing
    """
    suite, who = os.environ.get("SUITE"), os.environ.get("AS") or "root"
    if not suite or who not in PACKAGES:
        raise console.Trouble("SUITE names Debian's, AS one of " + ", ".join(PACKAGES))
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        raise console.Trouble("A bare Debian is made by root, with debootstrap.")
    results = {}
    with tempfile.TemporaryDirectory(prefix="bare-", dir="/var/tmp") as root:
        _build(Path(root), suite, who)
        for command in (os.environ.get("COMMANDS") or "demo test").split():
            started = time.monotonic()
            line = command_line(root, who, command, os.environ)
            status = subprocess.run(line).returncode
            minutes = (time.monotonic() - started) / 60
            results[command] = f"status {status} after {minutes:.0f} minutes"
    for command, result in results.items():
        console.say(f"{suite}, {who}: make {command}: {result}")
    return any(not result.startswith("status 0 ") for result in results.values())


def _run(*command, **keep):
    subprocess.run([str(part) for part in command], check=True, **keep)


if __name__ == "__main__":
    console.run_main(main)
