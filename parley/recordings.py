"""Recordings: from the raw files of a call to one encrypted file that can be played, and its end.

    keep      two mono files → stereo FLAC (customer left, agent right) and its waveform → vault → row
              and event in one transaction → only then are the raw files removed
    sweep     what is older than the company's rule is deleted, unless it is held

Raw files wait where the telephone engine wrote them: what could not be kept now (disk full, database
away) is tried again by whoever called, also after a restart. What cannot be read at all is marked lost
and set aside.
"""

from __future__ import annotations

import asyncio
import errno
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
import soundfile
import structlog

from parley.core.errors import ParleyError
from parley.core.events import Event, RecordChanged, RecordingStored
from parley.core.model import Texts
from parley.core.ports import KeptRecording, RangedBlobs, RecordingState, Store
from parley.engine.clock import Clock

SAMPLE_RATE_HZ = 8_000
BLOCK_FRAMES = SAMPLE_RATE_HZ * 10  # read, mixed and written at once
MAX_RECORDING_S = 8 * 3600.0  # the rest of a longer one is left out
MAX_PEAKS = 1_000  # of one waveform
WAV_HEADER_BYTES = 44
AT_ONCE = 2  # mixed at the same time
SWEEP_S = 6 * 3600.0
SWEEP_BATCH = 200
DAY_S = 86_400.0
BROKEN = ".broken"  # ends the name of a raw file that could not be read

log = structlog.get_logger("parley.recordings")


_WORDS = {"disk_full": ("磁盘已满", "the disk is full")}


class RawRecording(Protocol):
    """What the telephone engine leaves on disk of one recording."""

    @property
    def tenant_id(self) -> str: ...

    @property
    def interaction_id(self) -> str: ...

    @property
    def recording_id(self) -> str: ...

    @property
    def kind(self) -> str:
        """`call` or `voicemail`."""

    @property
    def left(self) -> Path:
        """What the customer says: 8 kHz mono, 16 bit; WAV, or headerless."""

    @property
    def right(self) -> Path | None:
        """What the customer hears; None for a message."""


class Unreadable(Exception):
    """There is no sound in the file, nor will there ever be."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A finished recording: FLAC, and peaks of equal spans of it (left, right; 0 to 1)."""

    flac: bytes
    peaks: list[tuple[float, float]]
    duration_s: float


class Archive:
    """Keeps recordings of all tenants."""

    def __init__(self, store: Store, vault: RangedBlobs, clock: Clock) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._waiting: dict[tuple[str, str], str] = {}  # what could not be kept, and why

    async def keep(self, raw: RawRecording) -> None:
        """Keep one recording; a repeat changes nothing. Raises ParleyError or OSError if it can't be
        kept now (disk full, database away): the files stay, to be tried again.
        """
        async with self._slots:
            try:
                await self.store(raw)
            except (ParleyError, OSError) as error:
                about = {"tenant": raw.tenant_id, "recording": raw.recording_id}
                log.error("recording_waits", **about, error=str(error))
                self._waiting[raw.tenant_id, raw.recording_id] = _why(error)
                raise
            self._waiting.pop((raw.tenant_id, raw.recording_id), None)

    def warnings(self, tenant_id: str) -> list[Texts]:
        """What an administrator must see to."""
        reasons = [why for (tenant, _), why in self._waiting.items() if tenant == tenant_id]
        if not reasons:
            return []
        chinese, english = _WORDS.get(reasons[-1], (reasons[-1], reasons[-1]))
        return [{
            "zh-CN": f"{len(reasons)} 段录音暂时无法存档：{chinese}。文件仍在，系统会持续重试。",
            "en-US": f"{len(reasons)} recordings can't be archived: {english}. "
            "Their files wait and are tried again.",
        }]  # fmt: skip

    async def store(self, raw: RawRecording) -> KeptRecording:
        """As `keep`, and what was kept."""
        before = await self._store.recordings.get(raw.tenant_id, raw.recording_id)
        if before is not None:
            await asyncio.to_thread(_remove, raw)
            return before
        try:
            sound = await asyncio.to_thread(mixed, raw.left, raw.right)
        except Unreadable as error:
            return await self._lose(raw, str(error))
        kept = KeptRecording(
            id=raw.recording_id,
            interaction_id=raw.interaction_id,
            kind=raw.kind,
            started_at=await asyncio.to_thread(_began, raw.left, sound.duration_s, self._now()),
            duration_s=sound.duration_s,
            size=len(sound.flac),
            blob_key=blob_key(raw.tenant_id, raw.recording_id),
        )
        await self._vault.put(kept.peaks_key, msgspec.json.encode(sound.peaks))
        await self._vault.put(kept.blob_key, sound.flac)
        await self._store.recordings.add(raw.tenant_id, kept, [self._told(kept)])
        await asyncio.to_thread(_remove, raw)
        return kept

    async def _lose(self, raw: RawRecording, why: str) -> KeptRecording:
        """The call knows that there was one, and that it is gone; the files are set aside."""
        lost = KeptRecording(
            id=raw.recording_id,
            interaction_id=raw.interaction_id,
            kind=raw.kind,
            started_at=round(self._now(), 3),
            duration_s=0.0,
            size=0,
            blob_key=blob_key(raw.tenant_id, raw.recording_id),
            state=RecordingState.LOST,
        )
        event = RecordChanged(at=self._now(), kind="recording", id=lost.id, action="lost")
        if not await self._store.recordings.add(raw.tenant_id, lost, [event]):
            kept = await self._store.recordings.get(raw.tenant_id, lost.id)
            return kept or lost  # somebody else was faster, and removed the files
        about = {"tenant": raw.tenant_id, "recording": raw.recording_id}
        log.error("recording_lost", **about, interaction=raw.interaction_id, why=why)
        await asyncio.to_thread(_set_aside, raw)
        return lost

    def _told(self, kept: KeptRecording) -> Event:
        return RecordingStored(
            at=self._now(),
            recording_id=kept.id,
            interaction_id=kept.interaction_id,
            kind=kept.kind,
            duration_s=kept.duration_s,
            size=kept.size,
        )

    # --- retention --------------------------------------------------------------------------------

    async def sweep_for_ever(self) -> None:
        """All tenants, now and then, until it is cancelled."""
        while True:
            try:
                for tenant_id in await self._store.tenants():
                    await self.sweep(tenant_id)
            except (ParleyError, OSError) as error:
                log.warning("recordings_not_swept", error=str(error))
            await self._clock.sleep(SWEEP_S)

    async def sweep(self, tenant_id: str) -> int:
        """Delete what the tenant's rule (`recording_days`) says is over: how many. Those held stay."""
        days = await self._days(tenant_id)
        if days is None:
            return 0
        swept, before = 0, self._now() - days * DAY_S
        while due := await self._store.recordings.expired(tenant_id, before, SWEEP_BATCH):
            for kept in due:
                swept += await self._delete(tenant_id, kept)
        if swept:
            log.info("recordings_deleted", tenant=tenant_id, count=swept, days=days)
        return swept

    async def _delete(self, tenant_id: str, kept: KeptRecording) -> bool:
        event = RecordChanged(
            at=self._now(), kind="recording", id=kept.id, action="removed", by="retention"
        )

        async def erase() -> None:
            await self._vault.remove(kept.blob_key)
            await self._vault.remove(kept.peaks_key)

        return await self._store.recordings.mark_deleted(tenant_id, kept.id, [event], erase)

    async def _days(self, tenant_id: str) -> float | None:
        found = await self._store.documents.get(tenant_id, "tenant", tenant_id)
        days = found.body.get("recording_days") if found else None
        return None if days is None else float(days)

    def _now(self) -> float:
        return self._clock.now()


def blob_key(tenant_id: str, recording_id: str) -> str:
    return f"{tenant_id}/recordings/{recording_id}"


def _why(error: ParleyError | OSError) -> str:
    if isinstance(error, ParleyError):
        return error.code
    return "disk_full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else str(error)


# --- sound ----------------------------------------------------------------------------------------


def mixed(left: Path, right: Path | None) -> Sound:
    """One file of both: as long as the longer, the shorter ends in silence. Raises Unreadable."""
    sides = [left] if right is None else [left, right]
    files = [_opened(path) for path in sides]
    try:
        frames = min(max(len(file) for file in files), int(MAX_RECORDING_S * SAMPLE_RATE_HZ))
        out = io.BytesIO()
        peaks = _Peaks(frames)
        with soundfile.SoundFile(
            out, "w", SAMPLE_RATE_HZ, len(files), subtype="PCM_16", format="FLAC"
        ) as flac:
            for block in _blocks(files, frames):
                flac.write(block)
                peaks.take(block)
    except soundfile.LibsndfileError as error:
        raise Unreadable(str(error)) from error
    finally:
        for file in files:
            file.close()
    return Sound(out.getvalue(), peaks.rows(), frames / SAMPLE_RATE_HZ)


def _opened(path: Path) -> soundfile.SoundFile:
    """A WAV; one whose writer was killed has no lengths in its header and is read as samples."""
    try:
        file = soundfile.SoundFile(path)
        whole = WAV_HEADER_BYTES + 2 * len(file) * file.channels
        if file.samplerate == SAMPLE_RATE_HZ and file.channels == 1:
            if len(file) > 0 or path.stat().st_size <= whole + 1:
                return file
        else:
            raise Unreadable(f"{path.name}: {file.samplerate} Hz, {file.channels} channels")
        file.close()
    except soundfile.LibsndfileError:
        if not path.is_file():
            raise Unreadable(f"{path.name} is not there") from None
    return _samples(path)


def _samples(path: Path) -> soundfile.SoundFile:
    data = path.read_bytes()
    if not data:
        raise Unreadable(f"{path.name} is empty")
    if data.startswith(b"RIFF"):
        data = data[WAV_HEADER_BYTES:]
    elif path.suffix == ".wav":
        raise Unreadable(f"{path.name} is no WAV file")
    even = io.BytesIO(data[: len(data) // 2 * 2])
    return soundfile.SoundFile(
        even, "r", SAMPLE_RATE_HZ, 1, subtype="PCM_16", endian="LITTLE", format="RAW"
    )


def _blocks(files: list[soundfile.SoundFile], frames: int) -> Iterator[np.ndarray]:
    """Shape (frames, sides), int16."""
    for start in range(0, frames, BLOCK_FRAMES):
        length = min(BLOCK_FRAMES, frames - start)
        block = np.zeros((length, len(files)), np.int16)
        for side, file in enumerate(files):
            said = file.read(length, dtype="int16")
            block[: len(said), side] = said
        yield block


class _Peaks:
    """The loudest sample of each span, gathered block by block."""

    def __init__(self, frames: int) -> None:
        self._span = max(1, -(-frames // MAX_PEAKS))
        self._rows = np.zeros((-(-frames // self._span), 2), np.int32)
        self._done = 0

    def take(self, block: np.ndarray) -> None:
        first, end = self._done // self._span, -(-(self._done + len(block)) // self._span)
        starts = np.maximum(np.arange(first, end) * self._span - self._done, 0)
        loudest = np.maximum.reduceat(np.abs(block.astype(np.int32)), starts, axis=0)
        rows = self._rows[first:end, : block.shape[1]]
        np.maximum(rows, loudest, out=rows)
        self._done += len(block)

    def rows(self) -> list[tuple[float, float]]:
        shares = np.round(self._rows / 32768, 3).tolist()
        return [(left, right) for left, right in shares]


# --- raw files ------------------------------------------------------------------------------------


def _began(path: Path, duration_s: float, now: float) -> float:
    """When the first sample was spoken: the file was written last when the last one was."""
    try:
        return round(path.stat().st_mtime - duration_s, 3)
    except OSError:
        return round(now - duration_s, 3)


def _raw_files(raw: RawRecording) -> list[Path]:
    """The customer's side last: as long as it is there, there is something to be kept."""
    return [path for path in (raw.right, raw.left) if path is not None]


def _remove(raw: RawRecording) -> None:
    for path in _raw_files(raw):
        path.unlink(missing_ok=True)


def _set_aside(raw: RawRecording) -> None:
    for path in _raw_files(raw):
        with suppress(OSError):
            path.rename(path.with_name(path.name + BROKEN))
