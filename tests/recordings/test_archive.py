"""Recordings are kept once, as both sides said it, and never hold up or fail a call."""

from __future__ import annotations

import asyncio
import io
import os
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
import soundfile

from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.blobs.vault import MAGIC, Vault
from parley.adapters.store.store import PostgresStore
from parley.core.desk.settings import Document
from parley.core.errors import Unavailable
from parley.core.events import RecordChanged, RecordingStored
from parley.core.ports import RecordingState
from parley.engine.clock import SystemClock
from parley.recordings import (
    BROKEN,
    DAY_S,
    SAMPLE_RATE_HZ,
    WAV_HEADER_BYTES,
    Archive,
    Unreadable,
    mixed,
)

SECOND = SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Raw:
    tenant_id: str
    recording_id: str
    left: Path
    right: Path | None
    interaction_id: str = "int_1"
    kind: str = "call"


class Clock(SystemClock):
    ahead_s = 0.0

    def now(self) -> float:
        return super().now() + self.ahead_s


class FullDisk(DiskBlobs):
    full = True

    async def put(self, key: str, data: bytes) -> None:
        if self.full:
            raise Unavailable("disk_full", key)
        await super().put(key, data)


@pytest.fixture
def disk(tmp_path: Path) -> DiskBlobs:
    return DiskBlobs(tmp_path / "blobs")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def archive(store: PostgresStore, disk: DiskBlobs, clock: Clock) -> Archive:
    return Archive(store, Vault(disk, b"m" * 48), clock)


def tone(path: Path, seconds: float, *, loud: float = 0.5, silence_s: float = 0.0) -> Path:
    samples = np.sin(np.arange(int(seconds * SECOND)) * 0.3) * loud
    samples[: int(silence_s * SECOND)] = 0
    soundfile.write(path, samples, SECOND, subtype="PCM_16")
    return path


@pytest.fixture
def raw(tmp_path: Path, tenant: str) -> Raw:
    left = tone(tmp_path / "rec_1~in.wav", 3.0, silence_s=1.5)
    return Raw(tenant, "rec_1", left, tone(tmp_path / "rec_1~out.wav", 2.0, loud=0.25))


def sides(flac: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(flac))
    assert rate == SECOND
    return samples


# --- sound ----------------------------------------------------------------------------------------


def test_the_customer_is_left_the_agent_right_and_the_shorter_ends_in_silence(raw: Raw) -> None:
    sound = mixed(raw.left, raw.right)
    samples = sides(sound.flac)
    assert samples.shape == (3 * SECOND, 2)
    assert sound.duration_s == 3.0
    assert np.abs(samples[:SECOND, 0]).max() == 0
    assert np.abs(samples[2 * SECOND :, 0]).max() == pytest.approx(0.5, abs=0.01)
    assert np.abs(samples[:SECOND, 1]).max() == pytest.approx(0.25, abs=0.01)
    assert np.abs(samples[2 * SECOND :, 1]).max() == 0
    assert len(sound.peaks) == 1000
    assert list(sound.peaks[100]) == pytest.approx([0.0, 0.25], abs=0.01)
    assert list(sound.peaks[900]) == pytest.approx([0.5, 0.0], abs=0.01)


def test_a_message_has_one_side(tmp_path: Path) -> None:
    sound = mixed(tone(tmp_path / "m.wav", 0.5), None)
    assert sides(sound.flac).shape == (SECOND // 2,)
    assert {right for _, right in sound.peaks} == {0.0}


def test_a_file_whose_writer_was_killed_is_read_to_its_end(tmp_path: Path) -> None:
    whole = tone(tmp_path / "whole.wav", 1.0).read_bytes()
    cut = tmp_path / "cut.wav"
    nothing = bytes(4)
    cut.write_bytes(whole[:40] + nothing + whole[WAV_HEADER_BYTES:-1])
    assert mixed(cut, None).duration_s == pytest.approx(1.0, abs=0.001)


def test_a_call_that_ended_at_once_has_an_empty_recording(tmp_path: Path) -> None:
    sound = mixed(tone(tmp_path / "a.wav", 0), tone(tmp_path / "b.wav", 0))
    assert sound.duration_s == 0
    assert sound.peaks == []


@pytest.mark.parametrize("content", [b"", b"this is no sound at all" * 10])
def test_what_is_no_sound_is_said_to_be_unreadable(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.wav"
    path.write_bytes(content)
    with pytest.raises(Unreadable):
        mixed(path, None)
    with pytest.raises(Unreadable):
        mixed(tmp_path / "nowhere.wav", None)


# --- keeping --------------------------------------------------------------------------------------


async def test_it_is_kept_encrypted_with_its_waveform_and_told_once(
    archive: Archive, store: PostgresStore, disk: DiskBlobs, raw: Raw, tenant: str
) -> None:
    kept = await archive.store(raw)
    stored = await disk.get(kept.blob_key)
    assert stored is not None
    assert stored.startswith(MAGIC)
    assert b"fLaC" not in stored
    vault = Vault(disk, b"m" * 48)
    assert len(sides(await vault.get(kept.blob_key) or b"")) == 3 * SECOND
    assert len(msgspec.json.decode(await vault.get(kept.peaks_key) or b"")) == 1000
    assert await store.recordings.get(tenant, "rec_1") == kept
    assert not raw.left.exists()
    assert raw.right is not None
    assert not raw.right.exists()
    tone(raw.left, 1.0)
    assert await archive.store(raw) == kept  # the spool was not cleared before a crash
    assert not raw.left.exists()
    [told] = [each.event for each in await store.journal.since(tenant, 0, 10)]
    assert isinstance(told, RecordingStored)
    assert (told.recording_id, told.interaction_id, told.kind) == ("rec_1", "int_1", "call")


async def test_it_began_when_its_first_sample_was_spoken(archive: Archive, raw: Raw) -> None:
    os.utime(raw.left, (1_790_000_003.0, 1_790_000_003.0))
    assert (await archive.store(raw)).started_at == 1_790_000_000.0


async def test_a_broken_file_is_marked_lost_and_set_aside(
    archive: Archive, store: PostgresStore, raw: Raw, tenant: str
) -> None:
    raw.left.write_bytes(b"nonsense" * 9)
    kept = await archive.store(raw)
    assert kept.state is RecordingState.LOST
    assert await store.recordings.get(tenant, "rec_1") == kept
    assert raw.left.with_name(raw.left.name + BROKEN).exists()
    [told] = [each.event for each in await store.journal.since(tenant, 0, 10)]
    assert isinstance(told, RecordChanged)
    assert told.action == "lost"


async def test_a_full_disk_keeps_the_files_for_another_try(
    store: PostgresStore, clock: Clock, raw: Raw, tenant: str, tmp_path: Path
) -> None:
    disk = FullDisk(tmp_path / "blobs")
    archive = Archive(store, Vault(disk, b"m" * 48), clock)
    with pytest.raises(Unavailable):
        await archive.keep(raw)
    assert await store.recordings.get(tenant, "rec_1") is None
    assert raw.left.exists()
    (warning,) = archive.warnings(tenant)
    assert "磁盘已满" in warning["zh-CN"]
    assert "the disk is full" in warning["en-US"]
    assert archive.warnings("tnt_other") == []
    disk.full = False
    await archive.keep(raw)
    assert archive.warnings(tenant) == []
    assert await store.recordings.get(tenant, "rec_1") is not None
    assert not raw.left.exists()


async def test_of_many_at_once_each_is_kept(
    archive: Archive, store: PostgresStore, tenant: str, tmp_path: Path
) -> None:
    raws = [Raw(tenant, f"rec_{n}", tone(tmp_path / f"{n}.wav", 0.2), None) for n in range(6)]
    await asyncio.gather(*(archive.keep(each) for each in (*raws, *raws)))
    kept = await store.recordings.of_interaction(tenant, "int_1")
    assert {each.id for each in kept} == {each.recording_id for each in raws}
    assert {each.state for each in kept} == {RecordingState.STORED}


# --- the end --------------------------------------------------------------------------------------


@pytest.fixture
async def kept_days(store: PostgresStore, tenant: str) -> None:
    body = {"names": {"en-US": "Shop"}, "recording_days": 90}
    await store.documents.save(tenant, Document("tenant", tenant, body), [], new=True)


async def test_without_a_rule_everything_stays(
    archive: Archive, raw: Raw, tenant: str, clock: Clock
) -> None:
    await archive.store(raw)
    clock.ahead_s = 4000 * DAY_S
    assert await archive.sweep(tenant) == 0


@pytest.mark.usefixtures("kept_days")
async def test_what_could_not_be_erased_is_erased_by_the_next_sweep(
    archive: Archive, store: PostgresStore, disk: DiskBlobs, raw: Raw, tenant: str, clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    async def fail(_: Vault, key: str) -> None:
        raise OSError(key)

    old = await archive.store(raw)
    clock.ahead_s = 91 * DAY_S
    with monkeypatch.context() as broken:
        broken.setattr(Vault, "remove", fail)
        with pytest.raises(Unavailable, match=old.id):
            await archive.sweep(tenant)
    kept = await store.recordings.get(tenant, old.id)
    assert kept is not None
    assert kept.state is RecordingState.STORED
    assert await archive.sweep(tenant) == 1
    assert await disk.get(old.blob_key) is None


@pytest.mark.usefixtures("kept_days")
async def test_what_the_rule_says_is_over_is_deleted_but_not_what_is_held(
    archive: Archive, store: PostgresStore, disk: DiskBlobs, raw: Raw, tenant: str, clock: Clock,
    tmp_path: Path,
) -> None:  # fmt: skip
    old = await archive.store(raw)
    held = await archive.store(Raw(tenant, "rec_2", tone(tmp_path / "2.wav", 0.1), None))
    await store.recordings.hold(tenant, held.id, True, [])
    assert await archive.sweep(tenant) == 0
    clock.ahead_s = 91 * DAY_S
    assert await archive.sweep(tenant) == 1
    assert await archive.sweep(tenant) == 0
    gone = await store.recordings.get(tenant, old.id)
    assert gone is not None
    assert gone.state is RecordingState.DELETED
    assert await disk.get(old.blob_key) is None
    assert await disk.get(old.peaks_key) is None
    assert await disk.get(held.blob_key) is not None
    told = [each.event for each in await store.journal.since(tenant, 0, 10)]
    assert [each.action for each in told if isinstance(each, RecordChanged)] == ["removed"]
