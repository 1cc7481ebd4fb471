"""The sounds of prompts: uploaded, made of a text and how far that is, and those everybody has."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, replace
from typing import Annotated, Literal, cast

from fastapi import APIRouter, File, Path, Response, UploadFile

from parley.api import documents
from parley.api.audit import recorded
from parley.api.caller import Caller, SettingsReader, SettingsWriter
from parley.api.limits import PROMPT_BYTES
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.common import Id
from parley.api.schemas.telephony import PromptAudio, PromptSound, SystemPrompt
from parley.core.desk.attachment import blob_key, named_for, sniff
from parley.core.errors import NotFound, TooLarge
from parley.core.ports import SoundState, StoredFile
from parley.ids import new_id

KIND = "prompt"
HEADERS = {"Content-Disposition": "inline", "Cache-Control": "no-cache"}
SOUNDS = ("audio/wav", "audio/mpeg")

LanguageOf = Annotated[str, Path(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", max_length=6)]

Key = Annotated[str, Path(pattern=r"^[a-z0-9_]{1,64}$")]

router = APIRouter(tags=["settings"])


@router.get("/built-in-prompts", operation_id="built_in_prompt_list")
async def list_built_in(caller: SettingsReader) -> list[SystemPrompt]:
    """What the system says by itself, in every language it speaks."""
    sounds = caller.context.sounds
    return [SystemPrompt(**asdict(each)) for each in sounds.system()] if sounds else []


@router.get(
    "/built-in-prompts/{key}/audio/{language}",
    operation_id="built_in_prompt_audio",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {}}}},
)
async def built_in_audio(key: Key, language: LanguageOf, caller: SettingsReader) -> Response:
    sounds = caller.context.sounds
    data = await sounds.wav(None, key, language) if sounds else None
    if data is None:
        raise NotFound("prompt_audio_not_found", id=key, language=language)
    return Response(data, media_type="audio/wav", headers={"Cache-Control": "max-age=3600"})


@router.get("/prompts/{document_id}/sounds", operation_id="prompt_sound_list")
async def list_sounds(document_id: Id, caller: SettingsReader) -> list[PromptSound]:
    """One for each language that this node was told of."""
    prompt = await documents.find(caller, KIND, document_id)
    audio = prompt.body.get("audio", {})
    states = caller.context.sounds.states(caller.tenant_id) if caller.context.sounds else {}
    return [
        _sound(language, states[document_id, language], uploaded=language in audio)
        for language in sorted({*audio, *prompt.body.get("texts", {})})
        if (document_id, language) in states
    ]


def _sound(language: str, told: SoundState, *, uploaded: bool) -> PromptSound:
    return PromptSound(
        language=language,
        uploaded=uploaded,
        state=cast(Literal["making", "ready", "failed"], told.state),
        code=told.code,
        tried_again=told.tried_again,
    )


@router.put("/prompts/{document_id}/audio/{language}", operation_id="prompt_audio_upload")
async def upload(
    document_id: Id,
    language: LanguageOf,
    file: Annotated[UploadFile, File(description="A WAV or MP3 file")],
    caller: SettingsWriter,
) -> PromptAudio:
    """Callers hear this file in that language from now on. 413 `file_too_large`."""
    caller.front.uploads.take(caller.id, caller.now())
    prompt = await documents.find(caller, KIND, document_id)
    data = await file.read(PROMPT_BYTES + 1)
    if len(data) > PROMPT_BYTES:
        raise TooLarge("file_too_large", limit=PROMPT_BYTES)
    name = file.filename or ""
    kind = sniff(data, name)
    if kind is None or kind.media_type not in SOUNDS:
        raise FieldErrors([field_error("file", "file_type_refused" if data else "required")])
    stored = StoredFile(
        id=new_id("att"),
        name=named_for(name, kind),
        media_type=kind.media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=caller.id,
        created_at=caller.now(),
    )
    await caller.context.blobs.put(blob_key(caller.tenant_id, stored.id), data)
    await caller.store.files.add(caller.tenant_id, stored)
    audio = {**prompt.body.get("audio", {}), language: stored.id}
    changed = replace(
        prompt,
        body={**prompt.body, "audio": audio},
        updated_at=caller.now(),
        updated_by=caller.id,
    )
    event = recorded(caller, KIND, document_id, "changed", fields=("audio",))
    saved = await caller.store.documents.save(caller.tenant_id, changed, [event])
    await documents.changed(caller)
    return PromptAudio(id=document_id, version=saved.version, language=language, file_id=stored.id)


@router.get(
    "/prompts/{document_id}/audio/{language}",
    operation_id="prompt_audio_get",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {}, "audio/mpeg": {}}}},
)
async def download(document_id: Id, language: LanguageOf, caller: SettingsReader) -> Response:
    """What callers hear in that language: the uploaded file, else what was made of the text."""
    prompt = await documents.find(caller, KIND, document_id)
    file_id = prompt.body.get("audio", {}).get(language)
    if file_id is None and (made := await _made(caller, document_id, language)):
        return Response(made, media_type="audio/wav", headers=HEADERS)
    file = await caller.store.files.get(caller.tenant_id, file_id) if file_id else None
    data = await caller.context.blobs.get(blob_key(caller.tenant_id, file.id)) if file else None
    if file is None or data is None:
        raise NotFound("prompt_audio_not_found", id=document_id, language=language)
    return Response(data, media_type=file.media_type, headers=HEADERS)


async def _made(caller: Caller, prompt_id: str, language: str) -> bytes | None:
    """None unless it is of the text as it is now."""
    sounds = caller.context.sounds
    state = sounds.states(caller.tenant_id).get((prompt_id, language)) if sounds else None
    if sounds is None or state is None or state.state != "ready":
        return None
    return await sounds.wav(caller.tenant_id, prompt_id, language)
