"""The routes of configuration documents, the same five for every kind; see documents.py."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import create_model

from parley.api import documents
from parley.api.audit import recorded
from parley.api.caller import (
    Caller,
    CannedRepliesWriter,
    SettingsReader,
    SettingsWriter,
)
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.common import Done, Id
from parley.api.schemas.flow import FlowBody, FlowFinding
from parley.api.schemas.reference import SettingBody
from parley.api.schemas.settings import (
    CannedReplyBody,
    DispositionBody,
    EntryPointBody,
    HoursBody,
    QueueBody,
    ReasonBody,
    Secret,
    SkillBody,
    Stored,
)
from parley.api.schemas.telephony import PromptBody

SECRET_BYTES = 32  # RFC 7518, section 3.2: a HS256 key has at least 256 bits

router = APIRouter(tags=["settings"])


def _routes(path: str, kind: str, model: type[SettingBody], writer: Any) -> None:
    """List, create, get, update and remove documents of one kind under `/path`."""
    noun = model.__name__.removesuffix("Body")
    shown: Any = create_model(noun, __base__=(Stored, model), __doc__=model.__doc__)
    update: Any = create_model(f"{noun}Update", __base__=model, version=(int, ...))

    async def list_all(caller: SettingsReader) -> Any:
        entries = await caller.directory.of(caller.tenant_id)
        return [documents.shown(document) for document in entries.of_kind(kind)]

    async def create(body: Any, caller: Caller) -> Any:
        extra = {documents.SECRET: _new_secret()} if kind == "entry_point" else {}
        return documents.shown(await documents.create(caller, kind, body, extra=extra))

    async def get(document_id: Id, caller: SettingsReader) -> Any:
        return documents.shown(await documents.find(caller, kind, document_id))

    async def replace(document_id: Id, body: Any, caller: Caller) -> Any:
        plain = model.model_validate(body.model_dump(exclude={"version"}))
        stored = await documents.update(caller, kind, document_id, body.version, plain)
        return documents.shown(stored)

    async def remove(document_id: Id, version: Annotated[int, Query(ge=1)], caller: Caller) -> Done:
        await documents.remove(caller, kind, document_id, version)
        return Done()

    create.__annotations__.update(body=model, caller=writer)
    replace.__annotations__.update(body=update, caller=writer)
    remove.__annotations__.update(caller=writer)
    one = f"/{path}/{{document_id}}"
    router.get(f"/{path}", operation_id=f"{kind}_list", response_model=list[shown])(list_all)
    router.post(f"/{path}", operation_id=f"{kind}_create", response_model=shown, status_code=201)(
        create
    )
    router.get(one, operation_id=f"{kind}_get", response_model=shown)(get)
    router.put(one, operation_id=f"{kind}_update", response_model=shown)(replace)
    router.delete(one, operation_id=f"{kind}_remove")(remove)


_routes("queues", "queue", QueueBody, SettingsWriter)
_routes("skills", "skill", SkillBody, SettingsWriter)
_routes("hours", "hours", HoursBody, SettingsWriter)
_routes("dispositions", "disposition", DispositionBody, SettingsWriter)
_routes("reasons", "reason", ReasonBody, SettingsWriter)
_routes("canned-replies", "canned_reply", CannedReplyBody, CannedRepliesWriter)
_routes("entry-points", "entry_point", EntryPointBody, SettingsWriter)
_routes("flows", "flow", FlowBody, SettingsWriter)
_routes("prompts", "prompt", PromptBody, SettingsWriter)


@router.post("/flows/check", operation_id="flow_check")
async def check_flow(body: FlowBody, caller: SettingsReader) -> list[FlowFinding]:
    """What saving this flow would be refused for; 422 where it can't be read as a flow at all."""
    return [FlowFinding(**each) for each in await documents.flow_errors(caller, body)]


@router.post("/entry-points/{document_id}/secret", operation_id="entry_point_secret_show")
async def show_secret(document_id: Id, caller: SettingsWriter) -> Secret:
    """The secret that signs visitors' identities. Shown to administrators only, and audited."""
    document = await documents.find(caller, "entry_point", document_id)
    if documents.SECRET not in document.body:
        raise FieldErrors([field_error("secret", "none_yet")])
    event = recorded(caller, "entry_point", document_id, "read", fields=(documents.SECRET,))
    await caller.store.accounts.record(caller.tenant_id, [event])
    return Secret(secret=document.body[documents.SECRET])


@router.put("/entry-points/{document_id}/secret", operation_id="entry_point_secret_renew")
async def renew_secret(document_id: Id, caller: SettingsWriter) -> Secret:
    """A new secret; identities signed with the old one are no longer believed."""
    secret = _new_secret()
    await documents.set_secret(caller, document_id, secret)
    return Secret(secret=secret)


def _new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
