"""A private PostgreSQL on a Unix socket: no TCP port, no system cluster.

The server stops when its last user is gone, however that user ended: users hold a
shared lock on a file, and a waiting `flock` takes the exclusive one to stop the server.
"""

import contextlib
import fcntl
import json
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from scripts.env import console, paths, processes, system

#: Odoo refuses a role named postgres.
ROLE = "odoo"
#: PostgreSQL refuses socket paths of more than 107 bytes.
LONGEST_SOCKET = 100
SOCKET_NAME = ".s.PGSQL.5432"
OLDEST = 13
DEBIAN_BINARIES = Path("/usr/lib/postgresql")
#: Keeps Debian's package from making and starting a cluster of its own.
DEBIAN_SETTING = Path("/etc/postgresql-common/createcluster.d/no-main-cluster.conf")

#: Speed before safety: every database here can be made again.
SERVER_OPTIONS = (
    "-c listen_addresses='' -c fsync=off -c synchronous_commit=off"
    " -c full_page_writes=off -c max_connections=100 -c shared_buffers=256MB"
    " -c wal_level=minimal -c max_wal_senders=0 -c jit=off"
    " -c unix_socket_directories='{folder}'"
)

#: Seconds that the waiting `flock` may take to end after the server.
KEEPER_END = 10

_PLACE = paths.RUN / "postgres.json"


def folder():
    """Find the folder with the cluster's data, log and socket.

    It lies in the run folder where the server's user can reach it and the socket's
    path is short enough, else in /var/tmp under a name that this clone alone has.

    :return: its path
    """
    if _PLACE.exists():
        return Path(json.loads(_PLACE.read_text()))
    place = paths.POSTGRES
    if not _usable(place):
        place = fallback_folder()
        if not _usable(place):
            raise console.Trouble(
                f"{place} cannot be used for PostgreSQL's data: remove it."
            )
    _PLACE.write_text(json.dumps(str(place)))
    return place


def fallback_folder():
    """Name the folder to use when the run folder will not do.

    :return: its path
    """
    return Path("/var/tmp") / f"iconic-connector-{paths.clone_id()}"


def ensure():
    """Have PostgreSQL's programs and an initialised cluster."""
    binaries()
    data = folder() / "data"
    if (data / "PG_VERSION").exists():
        return
    console.step("Making a private PostgreSQL cluster")
    command = [binaries() / "initdb", "-D", data, "-U", ROLE, "-A", "trust"]
    command += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _as_server(command, "making a PostgreSQL cluster")


def binaries():
    """Find PostgreSQL's programs, the newest of the machine; install them if none.

    :return: their folder
    """
    found = _find_binaries()
    if not found:
        _install()
        found = _find_binaries()
    if not found:
        raise console.Trouble(
            "PostgreSQL's server programs (initdb, pg_ctl) are missing: install"
            " Debian's postgresql package."
        )
    return found


@contextlib.contextmanager
def running():
    """Have the server up for as long as the block lasts.

    :return: a context manager
    """
    with _lock_file("users") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        keeper = _start()
        try:
            yield
        finally:
            stopped = _leave(users)
    if keeper and stopped:
        keeper.wait(KEEPER_END)


def stop():
    """Stop the server at once, whoever uses it."""
    if _is_up():
        _as_server([*_pg_ctl(), "-m", "immediate", "stop"], "stopping PostgreSQL")


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


def version():
    """Tell the major version of the programs found.

    :return: a number such as 15
    """
    return _major(binaries())


def _find_binaries():
    candidates = [path.parent for path in DEBIAN_BINARIES.glob("*/bin/initdb")]
    if shutil.which("initdb"):
        candidates.append(Path(shutil.which("initdb")).resolve().parent)
    usable = [path for path in candidates if _major(path) >= OLDEST]
    return max(usable, key=_major, default=None)


def _major(programs):
    answer = subprocess.run(
        [programs / "initdb", "--version"], capture_output=True, text=True
    )
    words = answer.stdout.replace(".", " ").split()
    return next((int(word) for word in words if word.isdigit()), 0)


def _install():
    silence = not DEBIAN_SETTING.parent.parent.exists()
    if silence:
        script = f"mkdir -p {DEBIAN_SETTING.parent} && printf '%s\\n'"
        script += f" 'create_main_cluster = false' > {DEBIAN_SETTING}"
        subprocess.run(system.as_root(["sh", "-c", script]), check=True)
    try:
        system.install(["postgresql"], "PostgreSQL")
    finally:
        if silence:
            subprocess.run(system.as_root(["rm", "-f", str(DEBIAN_SETTING)]))


def _server_user():
    """Name the user the server runs as: initdb refuses root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError as missing:
        raise console.Trouble(
            "PostgreSQL does not run as root, and there is no user postgres: install"
            " Debian's postgresql package, or work as an ordinary user."
        ) from missing


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
    if (
        ours
        and not subprocess.run(
            ["test", "-w", place], cwd="/", **_credentials()
        ).returncode
    ):
        return True
    if created:
        place.rmdir()
    return False


def _pg_ctl():
    return [binaries() / "pg_ctl", "-D", folder() / "data", "-w", "-s"]


def _is_up():
    if not (folder() / "data" / "postmaster.pid").exists():
        return False
    command = [*_pg_ctl(), "status"]
    return not subprocess.run(
        command, cwd="/", capture_output=True, **_credentials()
    ).returncode


def _lock_file(name):
    file = (folder() / f"{name}.lock").open("a")
    # The server's user opens it too.
    os.chmod(file.fileno(), 0o644)
    return file


def _start():
    with _lock_file("start") as start:
        fcntl.flock(start, fcntl.LOCK_EX)
        return None if _is_up() else _start_server()


def _start_server():
    options = SERVER_OPTIONS.format(folder=folder())
    command = [*_pg_ctl(), "-l", folder() / "log", "-o", options, "start"]
    _as_server(command, f"starting PostgreSQL (its log: {folder() / 'log'})")
    return _stop_after_last_user()


def _stop_after_last_user():
    stop_command = [*_pg_ctl(), "-m", "fast", "stop"]
    users = folder() / "users.lock"
    return subprocess.Popen(
        ["flock", "--close", "--exclusive", users, *stop_command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **_credentials(),
    )


def _leave(users):
    """Stop the server if nobody else holds the lock; else leave it to them."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    if _is_up():
        _as_server([*_pg_ctl(), "-m", "fast", "stop"], "stopping PostgreSQL")
    return True


def _as_server(command, doing):
    processes.run(command, "postgres", doing, cwd="/", **_credentials())
