"""Attachments: what a file is, is told from its content; a browser never runs one of them."""

from __future__ import annotations

import hashlib
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Response, UploadFile

from parley.api.caller import AttachmentsReader, AttachmentsWriter, Caller
from parley.api.limits import UPLOAD_BYTES
from parley.api.problems import FieldErrors, field_error
from parley.api.rows import attachment_url
from parley.api.schemas.common import Id
from parley.api.schemas.desk import Attachment
from parley.api.scope import visible_interaction
from parley.core.desk.attachment import INLINE_MEDIA_TYPES, blob_key, named_for, sniff
from parley.core.errors import NotFound, TooLarge
from parley.core.ports import StoredFile
from parley.ids import new_id

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=86400, immutable",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}

router = APIRouter(prefix="/attachments", tags=["attachments"])


@router.post("", operation_id="attachment_upload", status_code=201)
async def upload(
    file: Annotated[UploadFile, File(description="One file of an allowed kind")],
    caller: AttachmentsWriter,
) -> Attachment:
    """Keep a file for a message to come. 413 `file_too_large`; 422 names `file`."""
    caller.front.uploads.take(caller.id, caller.now())
    data = await file.read(UPLOAD_BYTES + 1)
    if len(data) > UPLOAD_BYTES:
        raise TooLarge("file_too_large", limit=UPLOAD_BYTES)
    name = file.filename or ""
    kind = sniff(data, name)
    if kind is None:
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
    return Attachment(
        id=stored.id,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
        url=attachment_url(stored.id),
    )


@router.get(
    "/{attachment_id}",
    operation_id="attachment_get",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
async def download(attachment_id: Id, caller: AttachmentsReader) -> Response:
    """The file: images are shown, all else is saved."""
    file = await _visible(caller, attachment_id)
    data = await caller.context.blobs.get(blob_key(caller.tenant_id, file.id))
    if data is None:
        raise NotFound("attachment_not_found", id=attachment_id)
    how = "inline" if file.media_type in INLINE_MEDIA_TYPES else "attachment"
    disposition = f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"
    return Response(
        data,
        media_type=file.media_type,
        headers={**HEADERS, "Content-Disposition": disposition},
    )


async def _visible(caller: Caller, attachment_id: str) -> StoredFile:
    """One's own upload, or what belongs to an interaction one may see."""
    file = await caller.store.files.get(caller.tenant_id, attachment_id)
    if file is None:
        raise NotFound("attachment_not_found", id=attachment_id)
    if file.uploaded_by != caller.id:
        if file.interaction_id is None:
            raise NotFound("attachment_not_found", id=attachment_id)
        await visible_interaction(caller, file.interaction_id)
    return file
