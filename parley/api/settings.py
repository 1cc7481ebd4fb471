"""The company and the rules of the whole center: the tenant's and the center's documents as one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter

from parley.api.audit import recorded
from parley.api.caller import Caller, SettingsReader, SettingsWriter
from parley.api.documents import changed, check_company
from parley.api.schemas.settings import Settings, SettingsUpdate
from parley.core.desk.settings import Document
from parley.core.errors import Conflict

CENTER = "center"  # kind and id of the center's document
CENTER_FIELDS = (
    "interrupts", "targets", "screen_grace_s", "phone_grace_s", "recording_notice", "monitor_notice",
    "caller_id",
)  # fmt: skip

router = APIRouter(prefix="/settings", tags=["settings"])


@router.get("", operation_id="settings_get")
async def get_settings(caller: SettingsReader) -> Settings:
    tenant = await _tenant(caller)
    center = await caller.store.documents.get(caller.tenant_id, CENTER, CENTER)
    return _settings(tenant, center)


@router.put("", operation_id="settings_update")
async def update_settings(body: SettingsUpdate, caller: SettingsWriter) -> Settings:
    """Replace them. 409 `version_changed` if somebody was faster."""
    tenant = await _tenant(caller)
    if tenant.version != body.version:
        raise Conflict("version_changed", version=tenant.version)
    values = body.model_dump(mode="json", exclude={"version"})
    rules = {name: values.pop(name) for name in CENTER_FIELDS}
    if values["country"] != tenant.body.get("country"):
        await check_company(caller, replace(tenant, body={**tenant.body, **values}))
    tenant = await _save(caller, tenant, {**tenant.body, **values})
    center = await caller.store.documents.get(caller.tenant_id, CENTER, CENTER)
    center = await _save(caller, center or Document(CENTER, CENTER, {}, version=0), rules)
    await changed(caller)
    return _settings(tenant, center)


async def _tenant(caller: Caller) -> Document:
    found = await caller.store.documents.list(caller.tenant_id, "tenant")
    return found[0] if found else Document("tenant", caller.tenant_id, {}, version=0)


async def _save(caller: Caller, before: Document, body: dict[str, Any]) -> Document:
    """A document of version 0 is new."""
    fields = tuple(name for name, value in body.items() if before.body.get(name) != value)
    is_new = before.version == 0
    document = Document(
        kind=before.kind,
        id=before.id,
        body=body,
        version=before.version or 1,
        updated_at=caller.now(),
        updated_by=caller.id,
    )
    action = "created" if is_new else "changed"
    event = recorded(caller, before.kind, before.id, action, fields=fields)
    return await caller.store.documents.save(caller.tenant_id, document, [event], new=is_new)


def _settings(tenant: Document, center: Document | None) -> Settings:
    rules = center.body if center else {}
    known = {**tenant.body, **rules}
    fields = {name: value for name, value in known.items() if name in Settings.model_fields}
    fields.setdefault("names", {"en-US": tenant.id})
    return Settings(**{**fields, "version": tenant.version})
