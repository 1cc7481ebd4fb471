"""Blobs: what was put is got, whole, and nothing outside their directory is ever touched."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from parley.adapters.blobs.disk import DiskBlobs
from parley.core.errors import Unavailable


@pytest.fixture
def blobs(tmp_path: Path) -> DiskBlobs:
    return DiskBlobs(tmp_path / "blobs")


async def test_what_was_put_is_got(blobs: DiskBlobs) -> None:
    data = bytes(range(256)) * 100
    await blobs.put("tnt_1/att_1", data)
    assert await blobs.get("tnt_1/att_1") == data
    assert await blobs.get("tnt_1/att_2") is None


async def test_a_reader_never_sees_half_a_blob(blobs: DiskBlobs, tmp_path: Path) -> None:
    versions = [bytes([n]) * 200_000 for n in range(5)]
    await blobs.put("tnt_1/att_1", versions[0])

    async def read() -> bytes | None:
        return await blobs.get("tnt_1/att_1")

    puts = [blobs.put("tnt_1/att_1", data) for data in versions]
    seen = await asyncio.gather(*puts, *(read() for _ in range(20)))
    assert {data for data in seen if data is not None} <= set(versions)
    assert [p.name for p in (tmp_path / "blobs" / "tnt_1").iterdir()] == ["att_1"]


@pytest.mark.parametrize(
    "key", ["../secret", "/etc/passwd", "a/../../b", "a//b", ".hidden", "", "a\x00"]
)
async def test_a_key_cannot_leave_the_directory(blobs: DiskBlobs, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        await blobs.put(key, b"x")
    with pytest.raises(ValueError, match="no key"):
        await blobs.get(key)


async def test_a_directory_that_cannot_be_written_is_said_to_be_unavailable(tmp_path: Path) -> None:
    (tmp_path / "blobs").write_text("a file is in the way")
    with pytest.raises(Unavailable):
        await DiskBlobs(tmp_path / "blobs").put("tnt_1/att_1", b"x")
