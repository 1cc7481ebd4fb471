"""Recordings of calls and spoken messages: who may see the interaction may listen, and is audited."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Response
from starlette.responses import StreamingResponse

from parley.api.audit import recorded
from parley.api.caller import Caller, RecordingsHolder, RecordingsReader, RecordingsTaker
from parley.api.schemas.common import Id
from parley.api.schemas.telephony import Hold
from parley.api.schemas.voice import Recording, RecordingList, Waveform
from parley.api.scope import visible_interaction
from parley.core.errors import NotFound, ParleyError
from parley.core.events import RecordChanged
from parley.core.ports import KeptRecording, RecordingState

PIECE_BYTES = 64 * 1024  # sent at once
HEADERS = {
    "Accept-Ranges": "bytes",
    "Cache-Control": "private, no-store",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")

router = APIRouter(tags=["recordings"])


class RangeNotSatisfiable(ParleyError):
    status = 416


@router.get("/interactions/{interaction_id}/recordings", operation_id="recording_list")
async def list_recordings(interaction_id: Id, caller: RecordingsReader) -> RecordingList:
    """Of one interaction, oldest first; those deleted by the rule stay in the list."""
    await visible_interaction(caller, interaction_id)
    found = await caller.store.recordings.of_interaction(caller.tenant_id, interaction_id)
    return RecordingList(items=[_row(each) for each in found])


@router.get("/recordings/{recording_id}/waveform", operation_id="recording_waveform")
async def waveform(recording_id: Id, caller: RecordingsReader) -> Waveform:
    """What a player draws; seeing it tells nothing of what was said, so it is not audited."""
    kept = await _stored(caller, recording_id)
    data = await caller.context.vault.get(kept.peaks_key)
    peaks = msgspec.json.decode(data, type=list[tuple[float, float]]) if data else []
    return Waveform(peaks=peaks, duration_s=kept.duration_s)


@router.get(
    "/recordings/{recording_id}/audio",
    operation_id="recording_audio",
    response_class=Response,
    responses={
        200: {"content": {"audio/flac": {}}},
        206: {"content": {"audio/flac": {}}, "description": "The part that was asked for"},
    },
)
async def audio(
    recording_id: Id,
    caller: RecordingsReader,
    wanted: Annotated[str | None, Header(alias="Range", max_length=100)] = None,
) -> Response:
    """The sound, or one range of its bytes. Each listening is audited."""
    kept = await _stored(caller, recording_id)
    size = await _size(caller, kept)
    start, end, partial = asked(wanted, size)
    await _audit(caller, kept)
    headers = {**HEADERS, "Content-Length": str(end - start)}
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        _pieces(caller, kept.blob_key, start, end),
        status_code=206 if partial else 200,
        media_type="audio/flac",
        headers=headers,
    )


@router.get(
    "/recordings/{recording_id}/file",
    operation_id="recording_download",
    response_class=Response,
    responses={200: {"content": {"audio/flac": {}}}},
)
async def download(recording_id: Id, caller: RecordingsTaker) -> Response:
    """The whole file to keep. Each time is audited, with field `file`."""
    kept = await _stored(caller, recording_id)
    size = await _size(caller, kept)
    await caller.store.accounts.record(
        caller.tenant_id, [await _reading(caller, kept, fields=("file",))]
    )
    return StreamingResponse(
        _pieces(caller, kept.blob_key, 0, size),
        media_type="audio/flac",
        headers={
            **HEADERS,
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{kept.kind}-{kept.id}.flac"',
        },
    )


@router.put("/recordings/{recording_id}/hold", operation_id="recording_hold")
async def hold(recording_id: Id, body: Hold, caller: RecordingsHolder) -> Recording:
    """Keep it beyond the rule of retention, or no longer."""
    event = recorded(caller, "recording", recording_id, "changed", fields=("held",))
    kept = await caller.store.recordings.hold(caller.tenant_id, recording_id, body.held, [event])
    if kept is None:
        raise NotFound("recording_not_found", id=recording_id)
    return _row(kept)


def asked(wanted: str | None, size: int) -> tuple[int, int, bool]:
    """(start, end, whether it is a part) of the bytes to send. Several ranges at once, or anything
    else that is not understood, gets the whole (RFC 9110, section 14.2).
    """
    found = _RANGE.fullmatch(wanted.strip()) if wanted else None
    if found is None or found.groups() == ("", ""):
        return 0, size, False
    first, last = found.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    if start >= end:
        raise RangeNotSatisfiable("range_not_satisfiable", size=size)
    return start, end, True


async def _pieces(caller: Caller, key: str, start: int, end: int) -> AsyncIterator[bytes]:
    while start < end:
        piece = await caller.context.vault.read(key, start, min(PIECE_BYTES, end - start))
        if not piece:  # deleted meanwhile: the length that was promised tells the player
            return
        yield piece
        start += len(piece)


async def _stored(caller: Caller, recording_id: str) -> KeptRecording:
    """Raises NotFound if there is none, the caller may not see it, or it is deleted."""
    kept = await caller.store.recordings.get(caller.tenant_id, recording_id)
    if kept is None:
        raise NotFound("recording_not_found", id=recording_id)
    try:
        await visible_interaction(caller, kept.interaction_id)
    except NotFound:
        raise NotFound("recording_not_found", id=recording_id) from None
    if kept.state is not RecordingState.STORED:
        raise NotFound("recording_deleted", id=recording_id)
    return kept


async def _size(caller: Caller, kept: KeptRecording) -> int:
    """Raises NotFound if its bytes are gone."""
    size = await caller.context.vault.size(kept.blob_key)
    if size is None:
        raise NotFound("recording_not_found", id=kept.id)
    return size


async def _audit(caller: Caller, kept: KeptRecording) -> None:
    """A player asks for many ranges: they are one listening."""
    if caller.front.readings.is_new(f"{caller.id} {kept.id}", caller.now()):
        await caller.store.accounts.record(caller.tenant_id, [await _reading(caller, kept)])


async def _reading(
    caller: Caller, kept: KeptRecording, fields: tuple[str, ...] = ()
) -> RecordChanged:
    fact = await caller.store.interactions.get(caller.tenant_id, kept.interaction_id)
    customer_id = fact.customer_id if fact else None
    return recorded(caller, "recording", kept.id, "read", fields=fields, customer_id=customer_id)


def _row(kept: KeptRecording) -> Recording:
    return Recording.model_validate(kept)
