"""Who calls, and whether they may: the session cookie, the CSRF token, the route's permission."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from starlette.requests import HTTPConnection

from parley.api.context import ApiContext
from parley.api.directory import Directory
from parley.api.limits import (
    DIALS_PER_ACCOUNT,
    PHONES_PER_ACCOUNT,
    SESSION_CACHE_ITEMS,
    SESSION_CACHE_S,
    SIGN_INS_PER_ACCOUNT,
    SIGN_INS_PER_ADDRESS,
    UPLOADS_PER_ACCOUNT,
    WRITES_PER_ACCOUNT,
)
from parley.api.passwords import Passwords
from parley.api.permissions import Permission, Scope, scope_of
from parley.api.rates import Rate
from parley.api.readings import Readings
from parley.api.strangers import Strangers
from parley.core.desk.account import Account, Session
from parley.core.errors import Forbidden, NotSignedIn
from parley.core.ports import Store
from parley.engine.subscription import CloseCode, Subscription

COOKIE = "parley_session"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def token_hash(token: str) -> bytes:
    """What is stored of a session's token."""
    return hashlib.sha256(token.encode()).digest()


class Sessions:
    """Sessions by token, remembered for SESSION_CACHE_S so that not every request asks the database."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: OrderedDict[bytes, tuple[float, Session, Account]] = OrderedDict()

    async def find(self, token: str, now: float) -> tuple[Session, Account] | None:
        key = token_hash(token)
        known = self._known.get(key)
        if known is not None and known[0] > now and known[1].expires_at > now:
            return known[1], known[2]
        found = await self._store.accounts.session(key, now)
        self._known.pop(key, None)
        if found is None or not found[1].active:
            return None
        self._known[key] = (now + SESSION_CACHE_S, *found)
        if len(self._known) > SESSION_CACHE_ITEMS:
            self._known.popitem(last=False)
        return found

    def forget(self, account_id: str) -> None:
        """After a change of the account: the next request reads it again."""
        for key in [k for k, v in self._known.items() if v[2].id == account_id]:
            del self._known[key]


@dataclass(slots=True, eq=False)
class OpenLine:
    """A console's live line; it has no subscription yet while it is being opened."""

    session: Session
    subscription: Subscription | None = None
    code: CloseCode | None = None  # closed meanwhile

    def close(self, code: CloseCode) -> None:
        self.code = self.code or code
        if self.subscription is not None:
            self.subscription.close(code)


@dataclass(slots=True, eq=False)
class OpenPhone:
    """A softphone's line; it ends when `over` is set."""

    session: Session
    over: asyncio.Event


class Front:
    """What all requests of this process share: memories, limits and the password hasher."""

    def __init__(self, context: ApiContext, passwords: Passwords | None = None) -> None:
        self.context = context
        self.sessions = Sessions(context.store)
        self.directory = Directory(context.store, context.clock)
        self.passwords = passwords or Passwords()
        self.sign_ins_by_address = Rate(SIGN_INS_PER_ADDRESS)
        self.sign_ins_by_email = Rate(SIGN_INS_PER_ACCOUNT)
        self.strangers = Strangers()
        self.readings = Readings()
        self.writes = Rate(WRITES_PER_ACCOUNT)
        self.uploads = Rate(UPLOADS_PER_ACCOUNT)
        self.dials = Rate(DIALS_PER_ACCOUNT)
        self.phones = Rate(PHONES_PER_ACCOUNT)
        self.phone_lines: dict[str, list[OpenPhone]] = {}  # softphones' lines, by account
        self.lines: dict[str, list[OpenLine]] = {}  # live lines of consoles, by account

    def close_lines(self, session: Session) -> None:
        """The session ended: so do its live lines."""
        for each in list(self.lines.get(session.account_id, ())):
            if each.session.token_hash == session.token_hash:
                each.close(CloseCode.SIGNED_OUT)
        for line in list(self.phone_lines.get(session.account_id, ())):
            if line.session.token_hash == session.token_hash:
                line.over.set()

    def close_phones(self, account_id: str) -> None:
        """The account may not phone any more."""
        for line in self.phone_lines.get(account_id, ()):
            line.over.set()


@dataclass(frozen=True, slots=True)
class Caller:
    """The signed-in person behind a request and how far the route's permission reaches for them."""

    account: Account
    session: Session
    front: Front
    scope: Scope
    ip: str = ""

    @property
    def id(self) -> str:
        return self.account.id

    @property
    def tenant_id(self) -> str:
        return self.account.tenant_id

    @property
    def context(self) -> ApiContext:
        return self.front.context

    @property
    def store(self) -> Store:
        return self.front.context.store

    @property
    def directory(self) -> Directory:
        return self.front.directory

    def now(self) -> float:
        return self.front.context.clock()

    def reach(self, permission: Permission) -> Scope | None:
        """How far another permission reaches for this person."""
        return scope_of(self.account.role, permission)


def front_of(connection: HTTPConnection) -> Front:
    front: Front = connection.app.state.front
    return front


async def signed_in(connection: HTTPConnection) -> tuple[Session, Account]:
    """The session behind the cookie. Raises NotSignedIn, or Forbidden if the CSRF token is wrong."""
    front = front_of(connection)
    token = connection.cookies.get(COOKIE)
    found = await front.sessions.find(token, front.context.clock()) if token else None
    if found is None:
        raise NotSignedIn("not_signed_in")
    method = connection.scope.get("method", "GET")  # a WebSocket has none and checks its origin
    if method not in SAFE_METHODS:
        sent = connection.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), found[0].csrf.encode()):
            raise Forbidden("csrf", "X-CSRF-Token must equal `csrf` of GET /session")
        front.writes.take(found[1].id, front.context.clock())
    return found


class Allowed:
    """A route's guard: who calls may do `permission` (None: every signed-in person may)."""

    def __init__(self, permission: Permission | None, *, with_old_password: bool = False) -> None:
        self.permission = permission
        self.with_old_password = with_old_password  # also before a temporary password was changed

    async def __call__(self, connection: HTTPConnection) -> Caller:
        session, account = await signed_in(connection)
        if account.must_change_password and not self.with_old_password:
            raise Forbidden("must_change_password")
        scope = scope_of(account.role, self.permission) if self.permission else Scope.OWN
        if scope is None:
            raise Forbidden("not_allowed", permission=str(self.permission))
        # what a trusted proxy says of the address was taken over before
        ip = connection.client.host if connection.client else ""
        return Caller(account, session, front_of(connection), scope, ip)


def guard_of(dependant: Dependant) -> Allowed | None:
    """The guard among a route's dependencies; None: public."""
    guards = (each.call for each in dependant.dependencies if isinstance(each.call, Allowed))
    return next(guards, None)


AnyCaller = Annotated[Caller, Depends(Allowed(None))]
NewCaller = Annotated[Caller, Depends(Allowed(None, with_old_password=True))]
PresenceOwner = Annotated[Caller, Depends(Allowed(Permission.PRESENCE_SET_OWN))]
PresenceSetter = Annotated[Caller, Depends(Allowed(Permission.PRESENCE_SET))]
AgentsReader = Annotated[Caller, Depends(Allowed(Permission.AGENTS_READ))]
InteractionsReader = Annotated[Caller, Depends(Allowed(Permission.INTERACTIONS_READ))]
InteractionsServer = Annotated[Caller, Depends(Allowed(Permission.INTERACTIONS_SERVE))]
InteractionsSupervisor = Annotated[Caller, Depends(Allowed(Permission.INTERACTIONS_SUPERVISE))]
CustomersReader = Annotated[Caller, Depends(Allowed(Permission.CUSTOMERS_READ))]
CustomersWriter = Annotated[Caller, Depends(Allowed(Permission.CUSTOMERS_WRITE))]
TicketsReader = Annotated[Caller, Depends(Allowed(Permission.TICKETS_READ))]
TicketsWriter = Annotated[Caller, Depends(Allowed(Permission.TICKETS_WRITE))]
SettingsReader = Annotated[Caller, Depends(Allowed(Permission.SETTINGS_READ))]
SettingsWriter = Annotated[Caller, Depends(Allowed(Permission.SETTINGS_WRITE))]
CannedRepliesWriter = Annotated[Caller, Depends(Allowed(Permission.CANNED_REPLIES_WRITE))]
PeopleReader = Annotated[Caller, Depends(Allowed(Permission.PEOPLE_READ))]
PeopleWriter = Annotated[Caller, Depends(Allowed(Permission.PEOPLE_WRITE))]
AttachmentsReader = Annotated[Caller, Depends(Allowed(Permission.ATTACHMENTS_READ))]
AttachmentsWriter = Annotated[Caller, Depends(Allowed(Permission.ATTACHMENTS_WRITE))]
Searcher = Annotated[Caller, Depends(Allowed(Permission.SEARCH))]
NoticesOwner = Annotated[Caller, Depends(Allowed(Permission.NOTICES_OWN))]
BoardReader = Annotated[Caller, Depends(Allowed(Permission.BOARD_READ))]
PhoneOwner = Annotated[Caller, Depends(Allowed(Permission.PHONE_OWN))]
CallsReader = Annotated[Caller, Depends(Allowed(Permission.CALLS_READ))]
RecordingsReader = Annotated[Caller, Depends(Allowed(Permission.RECORDINGS_READ))]
RecordingsTaker = Annotated[Caller, Depends(Allowed(Permission.RECORDINGS_DOWNLOAD))]
RecordingsHolder = Annotated[Caller, Depends(Allowed(Permission.RECORDINGS_HOLD))]
TrunksReader = Annotated[Caller, Depends(Allowed(Permission.TRUNKS_READ))]
AuditReader = Annotated[Caller, Depends(Allowed(Permission.AUDIT_READ))]
