"""Signing in and out, the own password and language."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from parley.api.audit import recorded
from parley.api.caller import COOKIE, Caller, Front, NewCaller, front_of, token_hash
from parley.api.limits import SESSION_S
from parley.api.passwords import weakness
from parley.api.people import phone_of
from parley.api.permissions import permissions_of
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.account import (
    LanguageChange,
    Me,
    MyAccount,
    MyTenant,
    PasswordChange,
    SignIn,
)
from parley.api.schemas.common import LANGUAGES, Done
from parley.api.strangers import locked
from parley.core.desk.account import Account, Session
from parley.core.desk.signin import locked_for
from parley.core.errors import Conflict, Forbidden, NotSignedIn
from parley.core.events import RecordChanged, SignedIn, SignInFailed

CANDIDATES = 5  # tenants in which one e-mail is tried
TOKEN_BYTES = 32

router = APIRouter(tags=["session"])


@router.post("/session", operation_id="session_open")
async def sign_in(body: SignIn, request: Request, response: Response) -> Me:
    """Sign in. 401 `wrong_credentials`, 429 `rate_limited` or `locked`, 409 `choose_tenant`."""
    front = front_of(request)
    now = front.context.clock()
    ip = request.client.host if request.client else ""  # a trusted proxy's word is taken before
    _same_origin(request)
    front.sign_ins_by_address.take(ip, now)
    front.sign_ins_by_email.take(body.email, now)
    account = await _authenticate(front, body, ip, now)
    front.sign_ins_by_address.give_back(ip)  # a whole office signs in from one address at nine
    front.sign_ins_by_email.give_back(body.email)
    session = await _open(front, account, response, [SignedIn(at=now, agent_id=account.id, ip=ip)])
    return await _me(front, account, session)


@router.get("/session", operation_id="session_get")
async def me(caller: NewCaller) -> Me:
    return await _me(caller.front, caller.account, caller.session)


@router.delete("/session", operation_id="session_close")
async def sign_out(caller: NewCaller, response: Response) -> Done:
    await caller.store.accounts.close_session(caller.session.token_hash)
    caller.front.sessions.forget(caller.id)
    caller.front.close_lines(caller.session)
    response.delete_cookie(COOKIE, path="/")
    return Done()


@router.put("/session/password", operation_id="session_password_change")
async def change_password(body: PasswordChange, caller: NewCaller, response: Response) -> Me:
    """Set an own password; every other session of the account ends."""
    front, account, now = caller.front, caller.account, caller.now()
    front.sign_ins_by_email.take(account.email, now)
    if not await front.passwords.matches(account.password_hash, body.current):
        raise FieldErrors([field_error("current", "wrong_password")])
    _check_new(account, body)
    fresh = await caller.store.accounts.save(
        replace(
            account,
            password_hash=await front.passwords.hash(body.new),
            must_change_password=False,
        ),
        [account_changed(caller, account.id, ("password",))],
    )
    await caller.store.accounts.close_sessions_of(account.tenant_id, account.id)
    front.sessions.forget(account.id)
    front.directory.forget(account.tenant_id)
    caller.context.live.close_account(account.tenant_id, account.id)
    session = await _open(front, fresh, response, [])
    return await _me(front, fresh, session)


@router.put("/session/language", operation_id="session_language_change")
async def change_language(body: LanguageChange, caller: NewCaller) -> Me:
    if body.language not in LANGUAGES:
        raise FieldErrors([field_error("language", "not_a_choice", expected=", ".join(LANGUAGES))])
    account = caller.account
    if account.language != body.language:
        account = await caller.store.accounts.save(
            replace(account, language=body.language),
            [account_changed(caller, account.id, ("language",))],
        )
        caller.front.sessions.forget(account.id)
    return await _me(caller.front, account, caller.session)


def account_changed(caller: Caller, account_id: str, fields: tuple[str, ...]) -> RecordChanged:
    return recorded(caller, "account", account_id, "changed", fields=fields)


async def _authenticate(front: Front, body: SignIn, ip: str, now: float) -> Account:
    """The one account that e-mail, password and tenant name.

    An e-mail that nobody has looks the same as a wrong password: in time, in answer, in lockout.
    """
    candidates = await _candidates(front, body)
    if not candidates:
        front.strangers.check(body.email, now)
        await front.passwords.matches(None, body.password)
        front.strangers.count_failure(body.email, now)
        raise NotSignedIn("wrong_credentials")
    open_ones = [a for a in candidates if not locked_for(a.locked_until, now)]
    if not open_ones:
        wait_s = min(locked_for(a.locked_until, now) for a in candidates)
        raise locked(wait_s)
    right = [a for a in open_ones if await front.passwords.matches(a.password_hash, body.password)]
    if not right:
        await _count_failures(front, open_ones, ip, now)
        raise NotSignedIn("wrong_credentials")
    if len(right) > 1:
        raise Conflict("choose_tenant", tenants=",".join(a.tenant_id for a in right))
    account = right[0]
    if account.failures:
        await front.context.store.accounts.clear_failures(account.tenant_id, account.id)
    return account


async def _candidates(front: Front, body: SignIn) -> list[Account]:
    accounts = await front.context.store.accounts.by_email(body.email)
    found = [a for a in accounts if a.active and body.tenant in (None, a.tenant_id)]
    return found[:CANDIDATES]


async def _count_failures(front: Front, accounts: Sequence[Account], ip: str, now: float) -> None:
    store = front.context.store.accounts
    for account in accounts:
        counted = await store.count_failure(account.tenant_id, account.id, now)
        locked = locked_for(counted.locked_until, now) > 0
        event = SignInFailed(at=now, email=account.email, ip=ip, locked=locked)
        await store.record(account.tenant_id, [event])


async def _open(
    front: Front, account: Account, response: Response, events: Sequence[SignedIn]
) -> Session:
    """A new session: its row, its event and its cookie."""
    now = front.context.clock()
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session = Session(
        token_hash=token_hash(token),
        tenant_id=account.tenant_id,
        account_id=account.id,
        csrf=secrets.token_urlsafe(TOKEN_BYTES),
        created_at=now,
        expires_at=now + SESSION_S,
    )
    await front.context.store.accounts.open_session(session, events)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_S),
        path="/",
        httponly=True,
        secure=front.context.secure_cookies,
        samesite="lax",
    )
    return session


async def _me(front: Front, account: Account, session: Session) -> Me:
    entries = await front.directory.of(account.tenant_id)
    tenant = next((d.body for d in entries.of_kind("tenant")), {})
    return Me(
        account=MyAccount.model_validate(account),
        tenant=MyTenant(
            id=account.tenant_id,
            names=tenant.get("names", {}),
            zone=tenant.get("zone", "UTC"),
            languages=tenant.get("languages", list(LANGUAGES)),
        ),
        phone=phone_of(entries.body("agent", account.id)),
        permissions=permissions_of(account.role),
        csrf=session.csrf,
    )


def _check_new(account: Account, body: PasswordChange) -> None:
    if body.new == body.current:
        raise FieldErrors([field_error("new", "same_password")])
    if code := weakness(body.new, email=account.email, name=account.name):
        raise FieldErrors([field_error("new", code)])


def _same_origin(request: Request) -> None:
    """Nobody is signed in from another site's form (login CSRF)."""
    origin = request.headers.get("origin")
    if origin and origin.split("://", 1)[-1] != request.headers.get("host"):
        raise Forbidden("origin")
