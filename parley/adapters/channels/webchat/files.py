"""Attachments: taken only if small enough and surely of an allowed kind; given out so that a browser
never runs them."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.entries import Entry
from parley.adapters.channels.webchat.shown import file_url
from parley.adapters.channels.webchat.tokens import Visitor
from parley.core.desk.attachment import INLINE_MEDIA_TYPES, blob_key, named_for, sniff
from parley.core.errors import Invalid, NotFound, TooLarge, TooMany
from parley.core.ports import StoredFile
from parley.ids import new_id

UNSENT_BYTES = 100 * 1024 * 1024  # files of one visitor that no message carries yet
RETRY_S = 3_600  # by then the older ones may be gone
FORM_BYTES = 8 * 1024  # what a multipart body has around the file
_HARMLESS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox; default-src 'none'",
    "cross-origin-resource-policy": "cross-origin",  # the host page is another site
    "cache-control": "private, max-age=86400, immutable",
    "referrer-policy": "no-referrer",
}


async def take_upload(chat: Chat, visitor: Visitor, entry: Entry, request: Request) -> StoredFile:
    """Raises TooLarge(file_too_large), Invalid (file_missing, file_empty, file_type_refused),
    TooMany(too_many_uploads): enough wait to be sent."""
    limit = entry.settings.max_file_bytes
    data, name = await _read(request, limit)
    kind = sniff(data, name)
    if kind is None or kind.media_type not in entry.settings.file_types:
        raise Invalid("file_type_refused", kind.media_type if kind else "unknown content")
    waiting = await chat.records.files.uncarried_bytes(visitor.tenant_id, visitor.address)
    if waiting + len(data) > UNSENT_BYTES:
        raise TooMany("too_many_uploads", retry_after_s=RETRY_S)
    file = StoredFile(
        id=new_id("att"),
        name=named_for(name, kind),
        media_type=kind.media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        uploaded_by=visitor.address,
        created_at=chat.now(),
    )
    await chat.blobs.put(blob_key(visitor.tenant_id, file.id), data)
    await chat.records.files.add(visitor.tenant_id, file)
    return file


async def _read(request: Request, limit: int) -> tuple[bytes, str]:
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > limit + FORM_BYTES:
        raise TooLarge("file_too_large", limit=limit)
    bounded = Request(request.scope, _bounded(request.receive, limit))
    try:
        async with bounded.form(max_files=1, max_fields=4) as form:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise Invalid("file_missing")
            data, name = await upload.read(), upload.filename or ""
    except HTTPException as error:  # how starlette says that the form is malformed
        raise Invalid("file_missing", error.detail) from None
    if not data:
        raise Invalid("file_empty")
    if len(data) > limit:
        raise TooLarge("file_too_large", limit=limit)
    return data, name


def _bounded(receive: Receive, limit: int) -> Receive:
    """The request's body, cut off with TooLarge once it is longer than any allowed file."""
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit + FORM_BYTES:
            raise TooLarge("file_too_large", limit=limit)
        return message

    return bounded


async def give_file(chat: Chat, file_id: str, link: str) -> Response:
    """Raises NotSignedIn for a link that is not ours or too old, NotFound."""
    tenant_id = chat.signer.file_tenant(file_id, link, chat.now())
    file = await chat.records.files.get(tenant_id, file_id)
    data = file and await chat.blobs.get(blob_key(tenant_id, file_id))
    if file is None or data is None:
        raise NotFound("file_unknown")
    shown = file.media_type in INLINE_MEDIA_TYPES
    how = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name, safe='')}"
    media_type = file.media_type
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    return Response(
        data, headers={**_HARMLESS, "content-type": media_type, "content-disposition": how}
    )


def shown_file(chat: Chat, visitor: Visitor, file: StoredFile) -> dict[str, str | int]:
    return {
        "id": file.id,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "url": file_url(chat, visitor.tenant_id, file.id),
    }
