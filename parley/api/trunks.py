"""Trunks to carriers. Their secrets are written, never shown, and sealed at rest."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from parley.api import documents
from parley.api.caller import Caller, SettingsWriter, TrunksReader
from parley.api.schemas.common import Done, Id
from parley.api.schemas.telephony import Trunk, TrunkBody, TrunkCreate, TrunkUpdate
from parley.core.desk.settings import Document

KIND = "trunk"

router = APIRouter(prefix="/trunks", tags=["settings"])


@router.get("", operation_id="trunk_list")
async def list_trunks(caller: TrunksReader) -> list[Trunk]:
    entries = await caller.directory.of(caller.tenant_id)
    return [_shown(document) for document in entries.of_kind(KIND)]


@router.post("", operation_id="trunk_create", status_code=201)
async def create_trunk(body: TrunkCreate, caller: SettingsWriter) -> Trunk:
    plain, hidden = _split(caller, body)
    return _shown(await documents.create(caller, KIND, plain, extra=hidden))


@router.get("/{document_id}", operation_id="trunk_get")
async def get_trunk(document_id: Id, caller: TrunksReader) -> Trunk:
    return _shown(await documents.find(caller, KIND, document_id))


@router.put("/{document_id}", operation_id="trunk_update")
async def update_trunk(document_id: Id, body: TrunkUpdate, caller: SettingsWriter) -> Trunk:
    plain, hidden = _split(caller, body)
    stored = await documents.update(caller, KIND, document_id, body.version, plain, extra=hidden)
    return _shown(stored)


@router.delete("/{document_id}", operation_id="trunk_remove")
async def remove_trunk(
    document_id: Id, version: Annotated[int, Query(ge=1)], caller: SettingsWriter
) -> Done:
    await documents.remove(caller, KIND, document_id, version)
    return Done()


def _split(caller: Caller, body: TrunkCreate) -> tuple[TrunkBody, dict[str, Any]]:
    """What is shown, and the sealed secret: None for "as before"."""
    plain = TrunkBody.model_validate(body.model_dump(exclude={"secret", "version"}))
    if body.secret is None and body.username is not None:
        return plain, {}
    sealed = caller.context.seal(caller.tenant_id, body.secret) if body.secret else ""
    return plain, {documents.SECRET: sealed}


def _shown(document: Document) -> Trunk:
    return Trunk(**documents.shown(document), secret_set=bool(document.body.get(documents.SECRET)))
