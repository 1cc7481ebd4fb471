"""People: an account (who signs in) and an agent document (what routing knows), changed together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter

from parley.api.audit import recorded
from parley.api.caller import Caller, PeopleReader, PeopleWriter
from parley.api.directory import Entries
from parley.api.documents import changed, unknown
from parley.api.passwords import temporary_password, weakness
from parley.api.permissions import Scope
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.account import (
    DeskPhone,
    Person,
    PersonActive,
    PersonCreate,
    PersonCreated,
    PersonProfile,
    PersonUpdate,
    Phone,
    TemporaryPassword,
)
from parley.api.schemas.common import Id
from parley.api.schemas.settings import AgentBody
from parley.api.scope import shares_team
from parley.api.voice import telephony_of
from parley.core.desk.account import Account, AccountRole
from parley.core.desk.settings import Document
from parley.core.desk.signin import locked_for
from parley.core.errors import Conflict, NotFound, Unavailable
from parley.core.inputs import PresenceSet
from parley.core.model import PhoneKind, PresenceStatus
from parley.ids import new_id

router = APIRouter(prefix="/people", tags=["people"])


@router.get("", operation_id="person_list")
async def list_people(caller: PeopleReader) -> list[Person]:
    """Everybody of the tenant, or of the caller's team, by name."""
    entries = await _fresh(caller)
    rows = [
        _row(caller, account, entries.body("agent", account.id))
        for account in entries.accounts.values()
        if caller.scope is Scope.TENANT or await shares_team(caller, account.id)
    ]
    return sorted(rows, key=lambda row: (not row.active, row.name))


@router.post("", operation_id="person_create", status_code=201)
async def create_person(body: PersonCreate, caller: PeopleWriter) -> PersonCreated:
    """Without a password a temporary one is made; either must be changed at first sign-in."""
    await _check_profile(caller, body)
    password = body.password or temporary_password()
    if body.password and (code := weakness(body.password, email=body.email, name=body.name)):
        raise FieldErrors([field_error("password", code)])
    account = Account(
        id=new_id("agt"),
        tenant_id=caller.tenant_id,
        email=body.email,
        name=body.name,
        role=body.role,
        password_hash=await caller.front.passwords.hash(password),
        language=body.language,
        must_change_password=True,
    )
    stored = await _save(caller, account, ("created",), new=True)
    profile = await _save_profile(caller, stored, body)
    row = _row(caller, stored, profile.body)
    return PersonCreated(**row.model_dump(), temporary_password=None if body.password else password)


@router.put("/{person_id}", operation_id="person_update")
async def update_person(person_id: Id, body: PersonUpdate, caller: PeopleWriter) -> Person:
    account = await _account(caller, person_id)
    if account.version != body.version:
        raise Conflict("version_changed", version=account.version)
    await _check_profile(caller, body)
    if body.role is not AccountRole.ADMINISTRATOR:
        await _keep_one_administrator(caller, account)
    wanted = replace(
        account, email=body.email, name=body.name, role=body.role, language=body.language
    )
    fields = ("email", "name", "role", "language")
    differing = tuple(f for f in fields if getattr(wanted, f) != getattr(account, f))
    stored = await _save(caller, wanted, differing)
    profile = await _save_profile(caller, stored, body)
    if stored.role is not account.role:
        caller.context.live.close_account(
            caller.tenant_id, person_id
        )  # another role sees other rows
    return _row(caller, stored, profile.body)


@router.post("/{person_id}/password-reset", operation_id="person_password_reset")
async def reset_password(person_id: Id, caller: PeopleWriter) -> TemporaryPassword:
    """A temporary password, to be changed at the next sign-in; all sessions end, a lock too."""
    account = await _account(caller, person_id)
    password = temporary_password()
    await _save(
        caller,
        replace(
            account,
            password_hash=await caller.front.passwords.hash(password),
            must_change_password=True,
        ),
        ("password",),
    )
    await caller.store.accounts.clear_failures(caller.tenant_id, person_id)
    await _sign_out(caller, person_id)
    return TemporaryPassword(temporary_password=password)


@router.put("/{person_id}/active", operation_id="person_active_set")
async def set_active(person_id: Id, body: PersonActive, caller: PeopleWriter) -> Person:
    """Deactivate (signs out at once, keeps all history) or activate again."""
    account = await _account(caller, person_id)
    if not body.active:
        if person_id == caller.id:
            raise Conflict("yourself")
        await _keep_one_administrator(caller, account)
    if account.active != body.active:
        account = await _save(caller, replace(account, active=body.active), ("active",))
    if not body.active:
        await _sign_out(caller, person_id)
        await _go_offline(caller, person_id)
    entries = await _fresh(caller)
    return _row(caller, account, entries.body("agent", person_id))


@router.post("/{person_id}/phone", operation_id="person_phone_show")
async def show_phone(person_id: Id, caller: PeopleWriter) -> DeskPhone:
    """What to set a desk phone up with. Administrators only, and audited. 409 `phone_not_sip`."""
    await _account(caller, person_id)
    entries = await _fresh(caller)
    kind = phone_of(entries.body("agent", person_id)).kind
    if kind is not PhoneKind.SIP:
        raise Conflict("phone_not_sip", kind=kind)
    access = await telephony_of(caller).open_phone(caller.tenant_id, person_id)
    event = recorded(caller, "agent", person_id, "read", fields=("phone",))
    await caller.store.accounts.record(caller.tenant_id, [event])
    return DeskPhone(uri=access.uri, user=access.user, password=access.password)


async def _account(caller: Caller, person_id: str) -> Account:
    account = await caller.store.accounts.get(caller.tenant_id, person_id)
    if account is None:
        raise NotFound("person_not_found", id=person_id)
    return account


async def _save(
    caller: Caller, account: Account, fields: tuple[str, ...], *, new: bool = False
) -> Account:
    action = "created" if new else "changed"
    event = recorded(caller, "account", account.id, action, fields=() if new else fields)
    stored = await caller.store.accounts.save(account, [event], new=new)
    caller.front.sessions.forget(account.id)
    caller.directory.forget(caller.tenant_id)
    return stored


async def _save_profile(caller: Caller, account: Account, body: PersonProfile) -> Document:
    """The agent document of a person, new or changed, if it differs."""
    documents = caller.store.documents
    before = await documents.get(caller.tenant_id, "agent", account.id)
    profile = AgentBody(
        name=body.name,
        queues=body.queues,
        skills=body.skills,
        capacity=body.capacity,
        languages=body.languages,
        phone=body.phone.kind,
        phone_number=body.phone.number,
    ).model_dump(mode="json")
    if before is not None and before.body == profile:
        return before
    old = before.body if before else {}
    fields = tuple(name for name, value in profile.items() if old.get(name) != value)
    event = recorded(caller, "agent", account.id, "changed" if before else "created", fields=fields)
    document = Document(
        kind="agent",
        id=account.id,
        body=profile,
        version=before.version if before else 1,
        updated_at=caller.now(),
        updated_by=caller.id,
    )
    stored = await documents.save(caller.tenant_id, document, [event], new=before is None)
    await changed(caller)
    if "phone" in fields:
        caller.front.close_phones(account.id)
    return stored


async def _check_profile(caller: Caller, body: PersonProfile) -> None:
    entries = await _fresh(caller)
    agent = AgentBody(name=body.name, queues=body.queues, skills=body.skills)
    if errors := unknown(entries, agent.references()):
        raise FieldErrors(errors)


async def _keep_one_administrator(caller: Caller, account: Account) -> None:
    """Raises Conflict if nobody else could administrate once this account no longer does."""
    if account.role is not AccountRole.ADMINISTRATOR or not account.active:
        return
    entries = await _fresh(caller)
    others = (
        other
        for other in entries.accounts.values()
        if other.id != account.id and other.active and other.role is AccountRole.ADMINISTRATOR
    )
    if next(others, None) is None:
        raise Conflict("last_administrator")


async def _sign_out(caller: Caller, person_id: str) -> None:
    await caller.store.accounts.close_sessions_of(caller.tenant_id, person_id)
    caller.front.sessions.forget(person_id)
    caller.context.live.close_account(caller.tenant_id, person_id)
    caller.front.close_phones(person_id)


async def _go_offline(caller: Caller, person_id: str) -> None:
    """Work goes back to the queue at once; without a leader it does so when the screen's grace ends."""
    center = caller.context.centers(caller.tenant_id)
    if center is None:
        return
    try:
        await center.submit(
            PresenceSet(
                at=caller.now(),
                agent_id=person_id,
                status=PresenceStatus.OFFLINE,
                by=caller.id,
            )
        )
    except Unavailable:
        return


async def _fresh(caller: Caller) -> Entries:
    """Not from memory: people are looked at right after a change."""
    caller.directory.forget(caller.tenant_id)
    return await caller.directory.of(caller.tenant_id)


def _row(caller: Caller, account: Account, profile: dict[str, Any]) -> Person:
    locked = locked_for(account.locked_until, caller.now()) > 0
    return Person(
        id=account.id,
        email=account.email,
        name=account.name,
        role=account.role,
        language=account.language,
        active=account.active,
        must_change_password=account.must_change_password,
        locked_until=account.locked_until if locked else None,
        queues=profile.get("queues", {}),
        skills=profile.get("skills", {}),
        capacity=profile.get("capacity", {}),
        languages=profile.get("languages", []),
        phone=phone_of(profile),
        version=account.version,
    )


def phone_of(profile: Mapping[str, Any]) -> Phone:
    """Of the body of an agent document, which may lack it."""
    kind = profile.get("phone") or PhoneKind.BROWSER
    return Phone(kind=kind, number=profile.get("phone_number"))
