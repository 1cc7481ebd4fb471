"""The sound of a prompt in one language: uploaded instead of spoken by the machine."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, File, Path, Response, UploadFile

from parley.api import documents
from parley.api.audit import recorded
from parley.api.caller import SettingsReader, SettingsWriter
from parley.api.limits import PROMPT_BYTES
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.common import Id
from parley.api.schemas.telephony import PromptAudio
from parley.core.desk.attachment import blob_key, named_for, sniff
from parley.core.errors import NotFound, TooLarge
from parley.core.ports import StoredFile
from parley.ids import new_id

KIND = "prompt"
SOUNDS = ("audio/wav", "audio/mpeg")

LanguageOf = Annotated[str, Path(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", max_length=6)]

router = APIRouter(prefix="/prompts", tags=["settings"])


@router.put("/{document_id}/audio/{language}", operation_id="prompt_audio_upload")
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
    "/{document_id}/audio/{language}",
    operation_id="prompt_audio_get",
    response_class=Response,
    responses={200: {"content": {"audio/wav": {}, "audio/mpeg": {}}}},
)
async def download(document_id: Id, language: LanguageOf, caller: SettingsReader) -> Response:
    """The uploaded file of that language."""
    prompt = await documents.find(caller, KIND, document_id)
    file_id = prompt.body.get("audio", {}).get(language)
    file = await caller.store.files.get(caller.tenant_id, file_id) if file_id else None
    data = await caller.context.blobs.get(blob_key(caller.tenant_id, file.id)) if file else None
    if file is None or data is None:
        raise NotFound("prompt_audio_not_found", id=document_id, language=language)
    return Response(data, media_type=file.media_type, headers={"Content-Disposition": "inline"})
