"""Writing to the customer, notes to colleagues, reading: the hottest requests, decoded by msgspec.

app.py serves them as plain Starlette routes; the routers here describe them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from parley.api.caller import Caller, InteractionsServer
from parley.api.center import live_state, submit
from parley.api.limits import ATTACHMENTS, ID_CHARS, MENTIONS, MESSAGE_CHARS
from parley.api.notices import notice_id, notify
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.common import Done, Id
from parley.api.schemas.interaction import MessageRead, MessageWrite
from parley.api.schemas.interaction import MessageWritten as Answer
from parley.core.center.change import client_key
from parley.core.errors import Conflict
from parley.core.events import MessageAdded
from parley.core.inputs import AgentRead, MessageWritten
from parley.core.model import Attachment
from parley.core.ports import Notice
from parley.ids import new_id

PREVIEW_CHARS = 200  # of a note in the notice about it

IdText = Annotated[str, msgspec.Meta(min_length=1, max_length=ID_CHARS)]


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """MessageWrite as msgspec reads it; a test holds the two together."""

    client_id: IdText
    text: Annotated[str, msgspec.Meta(max_length=MESSAGE_CHARS)] = ""
    internal: bool = False
    mentions: Annotated[list[IdText], msgspec.Meta(max_length=MENTIONS)] = []
    attachments: Annotated[list[IdText], msgspec.Meta(max_length=ATTACHMENTS)] = []
    language: Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] | None = None


class Seen(msgspec.Struct, forbid_unknown_fields=True):
    """MessageRead as msgspec reads it."""

    message_id: IdText


_written = msgspec.json.Decoder(Written).decode
_seen = msgspec.json.Decoder(Seen).decode
T = TypeVar("T")

router = APIRouter(prefix="/interactions", tags=["interactions"])


def _described(model: type[BaseModel]) -> dict[str, Any]:
    """The request body of a route that reads it by itself."""
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


@router.post(
    "/{interaction_id}/messages",
    operation_id="message_write",
    response_model=Answer,
    openapi_extra=_described(MessageWrite),
)
async def write_message(
    interaction_id: Id, request: Request, caller: InteractionsServer
) -> Response:
    """Write to the customer, or (`internal`) a note. A repeated `client_id` is stored once."""
    body = _checked(_read(_written, await request.body()))
    attachments = await _attachments(caller, interaction_id, body.attachments)
    message_id = await _store(caller, interaction_id, body, attachments)
    if body.mentions:  # on a repeat too: the first try may have ended right after the commit
        await _tell_mentioned(caller, interaction_id, message_id, body)
    return _json({"message_id": message_id})


async def _store(
    caller: Caller, interaction_id: str, body: Written, attachments: tuple[Attachment, ...]
) -> str:
    """The message's id; of a repeat, that of the first time, though all be over by now.

    Raises Conflict if it was never stored and cannot be.
    """
    message_id = new_id("msg")
    try:
        step = await submit(
            caller,
            MessageWritten(
                at=caller.now(),
                interaction_id=interaction_id,
                agent_id=caller.id,
                message_id=message_id,
                client_id=body.client_id,
                text=body.text,
                internal=body.internal,
                mentions=tuple(body.mentions),
                attachments=attachments,
                language=body.language,
            ),
        )
    except Conflict:
        stored = await caller.store.interactions.message_of_agent(
            caller.tenant_id, interaction_id, caller.id, body.client_id
        )
        if stored is None:
            raise
        return stored.id
    if any(isinstance(e, MessageAdded) and e.message_id == message_id for e in step.events):
        return message_id
    return _stored_before(caller, interaction_id, body.client_id)


@router.post(
    "/{interaction_id}/read",
    operation_id="message_read",
    response_model=Done,
    openapi_extra=_described(MessageRead),
)
async def read_messages(
    interaction_id: Id, request: Request, caller: InteractionsServer
) -> Response:
    """I have seen everything up to this message."""
    body = _read(_seen, await request.body())
    await submit(
        caller,
        AgentRead(
            at=caller.now(),
            interaction_id=interaction_id,
            agent_id=caller.id,
            message_id=body.message_id,
        ),
    )
    return _json({"ok": True})


def _json(answer: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json")


def _read(decode: Callable[[bytes], T], data: bytes) -> T:
    """Raises FieldErrors naming the field that is wrong."""
    try:
        return decode(data)
    except msgspec.ValidationError as error:
        raise FieldErrors([_field_of(str(error))]) from None
    except msgspec.DecodeError:
        raise FieldErrors([field_error("", "not_json")]) from None


def _checked(body: Written) -> Written:
    """Raises FieldErrors for what the model alone cannot tell."""
    if not body.text.strip() and not body.attachments:
        raise FieldErrors([field_error("text", "required")])
    if body.mentions and not body.internal:
        raise FieldErrors([field_error("mentions", "only_in_notes")])
    return body


def _field_of(text: str) -> dict[str, Any]:
    """msgspec's sentence (`… - at `$.text``) as a field error."""
    said, _, where = text.partition(" - at `$.")
    field = where.rstrip("`").replace("[...]", "")
    if "missing required field" in said or "unknown field" in said:
        name = said.rsplit("`", 2)[-2]
        return field_error(name, "unknown_field" if "unknown" in said else "required")
    if "length <=" in said:
        return field_error(field, "too_long", max_length=int(said.rsplit(" ", 1)[-1]))
    if "length >=" in said:
        return field_error(field, "too_short", min_length=int(said.rsplit(" ", 1)[-1]))
    return field_error(field, "format" if "regex" in said else "wrong_type")


async def _attachments(
    caller: Caller, interaction_id: str, ids: Sequence[str]
) -> tuple[Attachment, ...]:
    """Files the caller uploaded for this message. Raises FieldErrors for any other."""
    files = await asyncio.gather(
        *(caller.store.files.get(caller.tenant_id, file_id) for file_id in ids)
    )
    kept, errors = [], []
    for index, file in enumerate(files):
        if (
            file is None
            or file.uploaded_by != caller.id
            or file.interaction_id not in (None, interaction_id)
        ):
            errors.append(field_error(f"attachments.{index}", "unknown_attachment"))
        else:
            kept.append(Attachment(file.id, file.name, file.media_type, file.size))
    if errors:
        raise FieldErrors(errors)
    return tuple(kept)


def _stored_before(caller: Caller, interaction_id: str, client_id: str) -> str:
    """The id under which a repeated message was stored the first time."""
    interaction = live_state(caller).interactions.get(interaction_id)
    key = client_key(client_id, caller.id)
    stored = interaction.client_ids.get(key) if interaction else None
    if stored is None:
        raise Conflict("interaction_over")
    return stored


async def _tell_mentioned(
    caller: Caller, interaction_id: str, message_id: str, note: Written
) -> None:
    known = (await caller.directory.of(caller.tenant_id)).accounts
    for account_id in dict.fromkeys(note.mentions):
        account = known.get(account_id)
        if account is not None and account.active and account_id != caller.id:
            await notify(
                caller,
                Notice(
                    id=notice_id("mention", message_id, account_id),
                    account_id=account_id,
                    at=caller.now(),
                    kind="mention",
                    interaction_id=interaction_id,
                    by=caller.id,
                    text=note.text[:PREVIEW_CHARS],
                ),
            )
