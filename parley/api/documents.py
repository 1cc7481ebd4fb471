"""Configuration documents: one implementation for every kind.

Saving checks that all that is referred to exists; removing, that nothing refers to it any more.
Each change is audited and then told to the live center.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import structlog

from parley.api.audit import recorded
from parley.api.caller import Caller
from parley.api.context import Clashes
from parley.api.directory import Entries
from parley.api.problems import FieldErrors, InUse, field_error
from parley.api.schemas.common import LANGUAGES
from parley.api.schemas.flow import FlowBody
from parley.api.schemas.reference import Reference, SettingBody
from parley.api.schemas.settings import (
    AgentBody,
    CannedReplyBody,
    DispositionBody,
    EntryPointBody,
    HoursBody,
    QueueBody,
    ReasonBody,
    SkillBody,
)
from parley.api.schemas.telephony import PromptBody, TrunkBody
from parley.core.desk.flow_lint import Spoken, lint_flow
from parley.core.desk.settings import Document, flow_of
from parley.core.errors import Conflict, NotFound, Unavailable
from parley.core.model import Phase
from parley.ids import new_id

log = structlog.get_logger("parley.api")

BODIES: dict[str, type[SettingBody]] = {
    "queue": QueueBody,
    "skill": SkillBody,
    "hours": HoursBody,
    "disposition": DispositionBody,
    "reason": ReasonBody,
    "canned_reply": CannedReplyBody,
    "entry_point": EntryPointBody,
    "agent": AgentBody,
    "flow": FlowBody,
    "trunk": TrunkBody,
    "prompt": PromptBody,
}
PREFIXES = {
    "queue": "que",
    "skill": "skl",
    "hours": "hrs",
    "disposition": "dsp",
    "reason": "rsn",
    "canned_reply": "cnd",
    "entry_point": "ept",
    "flow": "flw",
    "trunk": "trk",
    "prompt": "pmt",
}
SECRET = "secret"  # noqa: S105  the name of the one field that is never listed


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is used."""

    kind: str
    id: str
    name: str
    field: str


def shown(document: Document) -> dict[str, Any]:
    """The document as lists show it: what its model knows, and never a secret."""
    known = _names(BODIES[document.kind])
    body = {name: value for name, value in document.body.items() if name in known}
    return {
        **body,
        "id": document.id,
        "version": document.version,
        "updated_at": document.updated_at,
    }


def parsed(document: Document) -> SettingBody:
    """The stored body as its model, with defaults for what older versions didn't have."""
    model = BODIES[document.kind]
    names = _names(model)
    return model.model_validate({k: v for k, v in document.body.items() if k in names})


def _names(model: type[SettingBody]) -> frozenset[str]:
    """What the fields are called in documents."""
    return frozenset(field.alias or name for name, field in model.model_fields.items())


def name_of(document: Document) -> str:
    """What people call it, in any language."""
    names = document.body.get("names") or {}
    return str(document.body.get("name") or next(iter(names.values()), document.id))


async def find(caller: Caller, kind: str, document_id: str) -> Document:
    document = await caller.store.documents.get(caller.tenant_id, kind, document_id)
    if document is None:
        raise NotFound(f"{kind}_not_found", id=document_id)
    return document


async def create(
    caller: Caller, kind: str, body: SettingBody, *, extra: dict[str, Any] | None = None
) -> Document:
    """Store a new document. `extra` are fields the model doesn't show (a secret)."""
    document = Document(
        kind=kind,
        id=new_id(PREFIXES[kind]),
        body={**body.model_dump(mode="json"), **(extra or {})},
        updated_at=caller.now(),
        updated_by=caller.id,
    )
    await _check(caller, document, body)
    event = recorded(caller, kind, document.id, "created")
    stored = await caller.store.documents.save(caller.tenant_id, document, [event], new=True)
    await changed(caller)
    return stored


async def update(
    caller: Caller,
    kind: str,
    document_id: str,
    version: int,
    body: SettingBody,
    *,
    extra: dict[str, Any] | None = None,
) -> Document:
    """Replace a document's body; fields the model doesn't show stay unless `extra` has them."""
    before = await find(caller, kind, document_id)
    if before.version != version:
        raise Conflict("version_changed", version=before.version)
    fresh = {**body.model_dump(mode="json"), **(extra or {})}
    names = _names(BODIES[kind])
    hidden = {k: v for k, v in before.body.items() if k not in names}
    document = Document(
        kind=kind,
        id=document_id,
        body={**hidden, **fresh},
        version=version,
        updated_at=caller.now(),
        updated_by=caller.id,
    )
    await _check(caller, document, body)
    fields = tuple(k for k, v in fresh.items() if before.body.get(k) != v)
    event = recorded(caller, kind, document_id, "changed", fields=fields)
    stored = await caller.store.documents.save(caller.tenant_id, document, [event])
    await changed(caller)
    return stored


async def set_secret(caller: Caller, document_id: str, secret: str) -> None:
    """A new secret of an entry point, which its model never shows."""
    before = await find(caller, "entry_point", document_id)
    document = replace(
        before,
        body={**before.body, SECRET: secret},
        updated_at=caller.now(),
        updated_by=caller.id,
    )
    event = recorded(caller, "entry_point", document_id, "changed", fields=(SECRET,))
    await caller.store.documents.save(caller.tenant_id, document, [event])
    await changed(caller)


async def remove(caller: Caller, kind: str, document_id: str, version: int) -> None:
    """Raises InUse naming every place that still refers to it."""
    await find(caller, kind, document_id)
    caller.directory.forget(caller.tenant_id)
    entries = await caller.directory.of(caller.tenant_id)
    places = [
        field_error(place.field, "in_use", kind=place.kind, id=place.id, name=place.name)
        for place in places_of(entries.documents.values(), kind, document_id)
    ]
    places += _live_places(caller, kind, document_id)
    if places:
        raise InUse(places)
    event = recorded(caller, kind, document_id, "removed")
    await caller.store.documents.remove(caller.tenant_id, kind, document_id, version, [event])
    await changed(caller)


def places_of(documents: Iterable[Document], kind: str, document_id: str) -> list[Place]:
    """Every field of every document that refers to this one."""
    return [
        Place(document.kind, document.id, name_of(document), reference.field)
        for document in documents
        if document.kind in BODIES
        for reference in parsed(document).references()
        if (reference.kind, reference.id) == (kind, document_id)
    ]


def unknown(entries: Entries, references: Iterable[Reference]) -> list[dict[str, Any]]:
    """A field error for each reference to something that isn't there."""
    return [
        field_error(reference.field, f"unknown_{reference.kind}", id=reference.id)
        for reference in references
        if (reference.kind, reference.id) not in entries.documents
    ]


async def changed(caller: Caller) -> None:
    """Tell the live center. While nobody leads, the next leader reads the documents anyway."""
    caller.directory.forget(caller.tenant_id)
    try:
        await caller.context.reload_config(caller.tenant_id)
    except Unavailable as error:
        log.warning("config_not_reloaded", tenant=caller.tenant_id, code=error.code)


async def _check(caller: Caller, document: Document, body: SettingBody) -> None:
    caller.directory.forget(caller.tenant_id)
    entries = await caller.directory.of(caller.tenant_id)
    errors = unknown(entries, body.references())
    errors += _own_rules(entries, document, body)
    errors += await _other_tenants(caller, entries, document, body)
    if isinstance(body, FlowBody):
        errors += _flow_findings(caller, entries, body)
    if errors:
        raise FieldErrors(errors)


async def flow_errors(caller: Caller, body: FlowBody) -> list[dict[str, Any]]:
    """A field error for everything a flow can't be saved with."""
    entries = await caller.directory.of(caller.tenant_id)
    return [*unknown(entries, body.references()), *_flow_findings(caller, entries, body)]


def _own_rules(entries: Entries, document: Document, body: SettingBody) -> list[dict[str, Any]]:
    """What a kind asks of itself beyond its model."""
    match body:
        case QueueBody(overflow_queue=queue) if queue is not None and queue == document.id:
            return [field_error("overflow_queue", "itself")]
        case CannedReplyBody(shortcut=shortcut):
            others = (d for d in entries.of_kind("canned_reply") if d.id != document.id)
            if any(other.body.get("shortcut") == shortcut for other in others):
                return [field_error("shortcut", "taken", shortcut=shortcut)]
        case EntryPointBody(topics=topics):
            keys = [topic.key for topic in topics]
            return [
                *_repeated("topics.{}.key", keys, set()),
                *_repeated("numbers.{}", body.numbers, _numbers_of_others(entries, document)),
            ]
        case PromptBody(audio=audio):
            before = entries.body("prompt", document.id).get("audio", {})
            return [
                field_error(f"audio.{language}", "unknown_attachment", id=file_id)
                for language, file_id in audio.items()
                if before.get(language) != file_id
            ]
    return []


def _repeated(field: str, values: list[str], others: set[str]) -> list[dict[str, Any]]:
    """A field error for each value that was there before, or belongs to somebody else."""
    return [
        field_error(field.format(index), "taken", key=value)
        for index, value in enumerate(values)
        if value in others or value in values[:index]
    ]


def _numbers_of_others(entries: Entries, document: Document) -> set[str]:
    others = (d for d in entries.of_kind("entry_point") if d.id != document.id)
    return {number for other in others for number in other.body.get("numbers", ())}


async def check_company(caller: Caller, tenant: Document) -> None:
    """Raises FieldErrors if another country makes others' numbers of ours."""
    caller.directory.forget(caller.tenant_id)
    entries = await caller.directory.of(caller.tenant_id)
    found = await _new_clashes(caller, entries, tenant)
    if found is not None and found.numbers:
        key = min(found.numbers)
        raise FieldErrors([field_error("country", "number_taken", key=key)])


async def _new_clashes(caller: Caller, entries: Entries, document: Document) -> Clashes | None:
    """With other companies, by this change."""
    now = entries.documents
    then = {**now, (document.kind, document.id): document}
    return await caller.context.new_clashes(
        caller.tenant_id, list(now.values()), list(then.values())
    )


async def _other_tenants(
    caller: Caller, entries: Entries, document: Document, body: SettingBody
) -> list[dict[str, Any]]:
    """What another company at the same carrier has, too. Nobody is told whose."""
    if not isinstance(body, EntryPointBody | TrunkBody):
        return []
    found = await _new_clashes(caller, entries, document)
    if found is None:
        return []
    if isinstance(body, EntryPointBody):
        return [
            field_error(f"numbers.{index}", "number_taken", key=number)
            for index, number in enumerate(body.numbers) if number in found.numbers
        ]  # fmt: skip
    if found.numbers:
        return [field_error("host", "number_taken", key=min(found.numbers))]
    if document.id in found.trunks:
        return [field_error("host", "carrier_shared_otherwise")]
    return []


def _flow_findings(caller: Caller, entries: Entries, body: FlowBody) -> list[dict[str, Any]]:
    """What the linter finds; queues and prompts that don't exist are references already."""
    tenant = entries.body("tenant", caller.tenant_id)
    spoken = Spoken(
        made={
            prompt.id: {*prompt.body.get("texts", {}), *prompt.body.get("audio", {})}
            for prompt in entries.of_kind("prompt")
        },
        built_in=caller.context.built_in_prompts,
        languages=tenant.get("languages") or LANGUAGES,
    )
    found = lint_flow(flow_of("", body.model_dump(mode="json")), spoken)
    return [
        *(field_error(each.where, each.code, **each.values) for each in found),
        *_wrong_order(body),
    ]


def _wrong_order(body: FlowBody) -> list[dict[str, Any]]:
    return [
        field_error(f"order.{index}", "unknown_node", id=id_)
        for index, id_ in enumerate(body.order)
        if id_ not in body.nodes
    ] + _repeated("order.{}", body.order, set())


def _live_places(caller: Caller, kind: str, document_id: str) -> list[dict[str, Any]]:
    """Interactions that still wait in a queue or are served from it."""
    center = caller.context.centers(caller.tenant_id)
    if kind != "queue" or center is None:
        return []
    live = center.center.state.interactions.values()
    count = sum(i.queue == document_id and i.phase is not Phase.ENDED for i in live)
    return [field_error("interactions", "in_use", kind="interaction", count=count)] if count else []
