"""The routing policy: draft → look → try → publish → take back. Every published one has a number,
which each decision records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter

from parley.api.audit import recorded
from parley.api.caller import Caller, SettingsReader, SettingsWriter
from parley.api.documents import changed
from parley.api.schemas.policy import (
    Compared,
    Draft,
    DraftUpdate,
    FactRow,
    FindingRow,
    GuardsBody,
    PolicyBody,
    PolicyGiven,
    PolicyState,
    Published,
    PublishRequest,
    RollbackRequest,
    Trial,
    TryRequest,
    Vocabulary,
)
from parley.core.center.conditions import FACTS, OPERATORS
from parley.core.desk.lint import Finding, lint
from parley.core.desk.lint_words import WORDS, sentence
from parley.core.desk.settings import Document, center_config, policy_of
from parley.core.errors import Conflict, Invalid, NotFound
from parley.core.model import AgentOrder, Picks, QueueOrder

KIND, PUBLISHED, DRAFT = "policy", "published", "draft"
KEPT_VERSIONS = 100
GUARD_REPLICATIONS = 5

router = APIRouter(prefix="/policy", tags=["policy"])


@router.get("", operation_id="policy_get")
async def get_policy(caller: SettingsReader) -> PolicyState:
    draft = await _document(caller, DRAFT)
    return PolicyState(
        published=_published(await _document(caller, PUBLISHED)),
        draft=_draft(draft) if draft else None,
    )


@router.get("/vocabulary", operation_id="policy_vocabulary")
async def vocabulary(caller: SettingsReader) -> Vocabulary:
    """What conditions can ask, and the words of a queue's policy: a form is drawn from it."""
    facts = [FactRow(name=n, type=t, operators=list(OPERATORS[t])) for n, t in FACTS.items()]
    return Vocabulary(
        facts=facts, orders=list(QueueOrder), agent_orders=list(AgentOrder), picks=list(Picks)
    )


@router.put("/draft", operation_id="policy_draft_save")
async def save_draft(body: DraftUpdate, caller: SettingsWriter) -> Draft:
    """Replace the draft. 409 `version_changed` if somebody was faster."""
    values = {"policy": body.policy.model_dump(mode="json"), "guards": body.guards.model_dump()}
    return _draft(await _save(caller, DRAFT, values, body.version))


@router.delete("/draft", operation_id="policy_draft_discard", status_code=204)
async def discard_draft(version: int, caller: SettingsWriter) -> None:
    event = recorded(caller, KIND, DRAFT, "removed")
    await caller.store.documents.remove(caller.tenant_id, KIND, DRAFT, version, [event])


@router.post("/lint", operation_id="policy_lint")
async def lint_policy(body: PolicyGiven, caller: SettingsReader) -> list[FindingRow]:
    """What would be wrong if it were published now."""
    return [_finding(f) for f in await _lint(caller, body.policy)]


@router.post("/try", operation_id="policy_try")
async def try_policy(body: TryRequest, caller: SettingsWriter) -> Trial:
    """Replay yesterday under the published and under this policy, and with `staffing` people. 409
    `no_recorded_day` if nothing is recorded to replay."""
    staffing = {each.agent_id: each.count for each in body.staffing}
    return await _trial(caller, body.policy, body.replications, staffing)


@router.post("/publish", operation_id="policy_publish")
async def publish(body: PublishRequest, caller: SettingsWriter) -> Published:
    """Put the draft into force. 422 `policy_has_errors`, 409 `guard_failed`, `version_changed`."""
    draft = await _document(caller, DRAFT)
    if draft is None or draft.version != body.version:
        raise Conflict("version_changed", version=draft.version if draft else 0)
    policy = PolicyBody(**draft.body["policy"])
    errors = [f for f in await _lint(caller, policy) if f.severity == "error"]
    if errors:
        raise Invalid(
            "policy_has_errors", sentence(errors[0], caller.account.language), count=len(errors)
        )
    await _guard(caller, policy, GuardsBody(**draft.body["guards"]))
    published = await _put_in_force(caller, draft.body["policy"], None)
    await discard_draft(draft.version, caller)
    return published


@router.get("/versions", operation_id="policy_versions")
async def versions(caller: SettingsReader) -> list[Published]:
    """All that were published, newest first."""
    now = await _document(caller, PUBLISHED)
    if now is None:
        return []
    before = await caller.store.documents.history(caller.tenant_id, KIND, PUBLISHED, KEPT_VERSIONS)
    return [_published(document) for document in (now, *before)]


@router.post("/rollback", operation_id="policy_rollback")
async def rollback(body: RollbackRequest, caller: SettingsWriter) -> Published:
    """Publish an earlier one again, under a new number. 404 if there is none with that number."""
    if body.number == 0:
        return await _put_in_force(caller, PolicyBody().model_dump(mode="json"), 0)
    past = await caller.store.documents.history(caller.tenant_id, KIND, PUBLISHED, KEPT_VERSIONS)
    found = next((d for d in past if d.body["number"] == body.number), None)
    if found is None:
        raise NotFound("policy_not_found", number=body.number)
    return await _put_in_force(caller, found.body["policy"], body.number)


# --- inside -------------------------------------------------------------------------------------------


async def _document(caller: Caller, which: str) -> Document | None:
    return await caller.store.documents.get(caller.tenant_id, KIND, which)


async def _save(caller: Caller, which: str, values: dict[str, Any], version: int) -> Document:
    """A document of version 0 is new."""
    document = Document(
        KIND, which, values, version or 1, updated_at=caller.now(), updated_by=caller.id
    )
    event = recorded(caller, KIND, which, "changed" if version else "created")
    return await caller.store.documents.save(caller.tenant_id, document, [event], new=version == 0)


async def _put_in_force(caller: Caller, policy: dict[str, Any], restored: int | None) -> Published:
    now = await _document(caller, PUBLISHED)
    number = (now.body["number"] if now else 0) + 1
    values = {"policy": policy, "number": number, "restored": restored}
    document = await _save(caller, PUBLISHED, values, now.version if now else 0)
    await changed(caller)
    return _published(document)


async def _lint(caller: Caller, policy: PolicyBody) -> list[Finding]:
    documents = await caller.store.documents.list(caller.tenant_id)
    config = center_config(documents)
    return lint(replace(config, policy=policy_of(policy.model_dump(mode="json"), 0)))


async def _trial(
    caller: Caller, policy: PolicyBody, replications: int, staffing: Mapping[str, int]
) -> Trial:
    after = policy_of(policy.model_dump(mode="json"), 0)
    result = await caller.front.context.try_policy(caller.tenant_id, after, replications, staffing)
    if result is None:
        raise Conflict("no_recorded_day")
    return Trial.model_validate(result)


async def _guard(caller: Caller, policy: PolicyBody, guards: GuardsBody) -> None:
    limits = {
        "service_level": (guards.service_level_drop, -1),
        "vip_wait_s": (guards.vip_wait_rise_s, 1),
    }
    if all(limit is None for limit, _ in limits.values()):
        return
    trial = await _trial(caller, policy, GUARD_REPLICATIONS, {})
    for figure, (limit, sign) in limits.items():
        delta = trial.total.get(figure, Compared(before=None, after=None, delta=None,
                                                 half_width=None)).delta  # fmt: skip
        if limit is not None and delta is not None and sign * delta > limit:
            raise Conflict("guard_failed", figure=figure, delta=delta, limit=limit)


def _published(document: Document | None) -> Published:
    if document is None:
        return Published(number=0, policy=PolicyBody(), at=None, by=None)
    body = document.body
    return Published(
        number=body["number"],
        policy=PolicyBody(**body["policy"]),
        at=document.updated_at,
        by=document.updated_by,
        restored=body.get("restored"),
    )


def _draft(document: Document) -> Draft:
    return Draft(
        version=document.version,
        policy=PolicyBody(**document.body["policy"]),
        guards=GuardsBody(**document.body["guards"]),
        at=document.updated_at,
        by=document.updated_by,
    )


def _finding(finding: Finding) -> FindingRow:
    texts = {language: sentence(finding, language) for language in WORDS[finding.code]}
    return FindingRow(
        code=finding.code,
        severity=finding.severity,
        where=finding.where,
        values=finding.values,
        texts=texts,
    )
