"""Blobs as files below one directory: written whole or not at all, and on disk before it is said so."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from parley.core.errors import Unavailable

T = TypeVar("T")

_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}){0,7}")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class DiskBlobs:
    """Implements `ports.RangedBlobs`. A key is a relative path, e.g. `tnt_1/att_01J…`; never a user's file name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def put(self, key: str, data: bytes) -> None:
        """Raises Unavailable if the disk is full or cannot be written."""
        path = self._path(key)
        try:
            await asyncio.to_thread(_write, path, data)
        except OSError as error:
            code = "disk_full" if error.errno in _FULL else "blobs_unavailable"
            raise Unavailable(code, f"{path}: {error.strerror}") from error

    async def get(self, key: str) -> bytes | None:
        """None if there is none. Raises Unavailable if it cannot be read."""
        return await _tried(Path.read_bytes, self._path(key))

    async def size(self, key: str) -> int | None:
        """Bytes; None if there is none. Raises Unavailable."""
        return await _tried(_size, self._path(key))

    async def read(self, key: str, start: int, length: int) -> bytes | None:
        """At most `length` bytes from `start`; None if there is no such blob. Raises Unavailable."""
        return await _tried(_read, self._path(key), start, length)

    async def remove(self, key: str) -> None:
        """Harmless if there is none. Raises Unavailable."""
        await _tried(Path.unlink, self._path(key))

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"no key of a blob: {key!r}")
        return self._directory / key


async def _tried(act: Callable[..., T], path: Path, *arguments: int) -> T | None:
    """What `act` returns of the file, beside the loop; None if there is no such file."""
    try:
        return await asyncio.to_thread(act, path, *arguments)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable("blobs_unavailable", f"{path}: {error.strerror}") from error


def _size(path: Path) -> int:
    return path.stat().st_size


def _read(path: Path, start: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(length)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        _sync(path.parent)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
