"""Copies everything that is kept into one archive, and back.

    manifest.json     format, when, which PostgreSQL
    database.dump     pg_dump's custom format: one consistent moment of a running system
    blobs/…           files that existed at that moment (blobs are written before the rows that name
                      them and never change, so copying them after the dump misses none)
    secret            signs visitors' tokens, if it was made here

The archive holds everything customers said: it is made readable by its owner only.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import asyncpg

from parley.adapters.store.database import passing_errors
from parley.adapters.store.roles import APP_ROLE, ensure_roles
from parley.core.errors import ParleyError

FORMAT = 1
DUMP_TIMEOUT_S = 6 * 3600.0
KEPT = ("blobs", "secret")  # files and directories of the data directory, beside the database
_MANIFEST = "manifest.json"
_DUMP = "database.dump"
_SEES_ALL_TENANTS = "-c parley.system=on"
_EMPTY = "SELECT NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace)"
_IN_USE = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename = $1)
"""
_CLEAR = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class BackupError(ParleyError):
    """The archive could not be made or restored; `str(error)` is a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a backup copies and a restore fills."""

    dsn: str  # the owner's address of the running database
    bin_dir: Path  # pg_dump, pg_restore and psql, not older than the server
    data_dir: Path


def backup(place: Place, archive: Path) -> int:
    """Writes `archive` and returns its size in bytes. A half-written one is never left behind.

    Raises BackupError, also if `archive` exists: an older backup is never overwritten.
    """
    if archive.exists():
        raise BackupError("file_exists", f"{archive} exists already: choose another name.")
    partial = archive.with_name(archive.name + ".partial")
    try:
        with tempfile.TemporaryDirectory(dir=archive.parent) as work:
            dump = Path(work, _DUMP)
            _dump(place, dump)
            with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                _pack(out, dump, place.data_dir)
                out.flush()
                os.fsync(out.fileno())
        partial.rename(archive)
    except OSError as error:
        raise BackupError(
            "backup_failed", f"The backup {archive} cannot be written: {error.strerror}."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return archive.stat().st_size


async def restore(place: Place, archive: Path, *, force: bool = False) -> None:
    """Fills an empty place; with `force` what is there is replaced, all or nothing.

    Parley must not run meanwhile. Raises BackupError.
    """
    await _check(place, force=force)
    place.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.data_dir) as folder:
        work = Path(folder)
        _unpack(archive, work)
        with passing_errors():
            owner = await asyncpg.connect(place.dsn)
            try:
                await ensure_roles(owner, place.dsn)
            finally:
                await owner.close()
        _load(place, work / _DUMP, work / "database.sql")
        for name in KEPT:
            _put_in_place(work / name, place.data_dir / name)


async def _check(place: Place, *, force: bool) -> None:
    with passing_errors():
        owner = await asyncpg.connect(place.dsn)
        try:
            in_use = await owner.fetchval(_IN_USE, APP_ROLE)
            empty = await owner.fetchval(_EMPTY)
        finally:
            await owner.close()
    if in_use:
        raise BackupError("in_use", "Parley runs on this database: stop it before restoring.")
    kept = any(_holds_something(place.data_dir / name) for name in KEPT)
    if not force and (kept or not empty):
        raise BackupError(
            "not_empty",
            "There is data here already: restore into a new data directory, or repeat with --force "
            "to replace it.",
        )


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _dump(place: Place, target: Path) -> None:
    command = ["pg_dump", "--format=custom", "--no-owner", "--enable-row-security"]
    _run(place, [*command, f"--file={target}"])


def _load(place: Place, dump: Path, script: Path) -> None:
    """As one transaction, so that a failure leaves what was there."""
    _run(place, ["pg_restore", "--no-owner", f"--file={script}", str(dump)], connect=False)
    once = ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
    _run(place, [*once, "-c", _CLEAR, "-f", str(script)])


def _run(place: Place, command: list[str], *, connect: bool = True) -> None:
    program, *arguments = command
    address, password = _without_password(place.dsn)
    environment = {
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "PGPASSWORD": password,  # not among the arguments, which everybody on the machine can read
        "PGOPTIONS": _SEES_ALL_TENANTS,
    }
    done = subprocess.run(
        [place.bin_dir / program, *([f"--dbname={address}"] if connect else []), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=DUMP_TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        words = done.stderr.strip().splitlines() or ["it said nothing"]
        raise BackupError("backup_failed", f"{program} failed: {words[0]}.")


def _without_password(dsn: str) -> tuple[str, str]:
    parts = urlsplit(dsn)
    if parts.password is None:
        return dsn, ""
    place = parts.netloc.replace(f":{parts.password}@", "@", 1)
    return urlunsplit(parts._replace(netloc=place)), unquote(parts.password)


def _pack(out: io.BufferedWriter, dump: Path, data_dir: Path) -> None:
    manifest = {"format": FORMAT, "made_at": time.time()}
    with tarfile.open(fileobj=out, mode="w") as tar:  # dump and attachments are compressed already
        data = json.dumps(manifest).encode()
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size = len(data)
        tar.addfile(entry, io.BytesIO(data))
        tar.add(dump, arcname=_DUMP)
        for path in (data_dir / name for name in KEPT):
            if path.exists():
                tar.add(path, arcname=path.name, filter=_finished)


def _finished(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """No links, and no file that is still being written: its name begins with a dot."""
    whole = entry.isdir() or entry.isfile()
    return entry if whole and not Path(entry.name).name.startswith(".") else None


def _unpack(archive: Path, work: Path) -> None:
    """Raises BackupError for anything but a backup."""
    with _readable(archive), tarfile.open(archive, "r:") as tar:
        tar.extractall(work, filter="data")  # refuses paths and links that lead outside
        manifest = json.loads((work / _MANIFEST).read_text())
    if manifest.get("format") != FORMAT:
        raise BackupError(
            "backup_format", f"The backup {archive} was made by another release: use that one."
        )


@contextmanager
def _readable(archive: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, json.JSONDecodeError, FileNotFoundError) as error:
        raise BackupError("backup_unreadable", f"{archive} is no backup of Parley.") from error
    except OSError as error:
        raise BackupError(
            "backup_unreadable", f"The backup {archive} cannot be read: {error.strerror}."
        ) from error


def _put_in_place(restored: Path, target: Path) -> None:
    """What was there disappears only when the restored is there."""
    old = target.with_name(target.name + ".replaced")
    _remove(old)
    if target.exists():
        target.rename(old)
    if restored.exists():
        restored.chmod(0o700 if restored.is_dir() else 0o600)
        restored.rename(target)
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
