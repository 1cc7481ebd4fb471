"""Trunks and phones of a running Asterisk: pushed over ARI, changed and removed while calls go on.

Asterisk keeps them in memory (sorcery), so a fresh process is told all of them again. An endpoint
with variables can't be changed in place (Asterisk 22 answers 500), and lists of an `identify` only
grow; so a change removes the object and puts it anew. Calls keep what they were set up with.
What was told is noted there too, as a global variable, so that another Parley leaves what is
unchanged in peace: no call is refused and no registration ends because Parley was started again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parley.adapters.telephony.names import PHONE_CONTEXT, TRANSPORTS, TRUNK_CONTEXT
from parley.core.model import PhoneKind

PHONE_CODECS = ("opus", "ulaw", "alaw")
REGISTRATION_S = 300
RETRY_S = 20
QUALIFY_S = 30  # between two questions to a trunk without registration, or a desk phone

# Media check: a leg from which so long nothing came, neither sound nor RTCP nor an ICE check, is lost.
# A browser sends all the time, muted or not, and checks its path every few seconds. A desk phone may
# send nothing while its agent is silent or on mute, but RTCP every 5 s or so (RFC 3550, section 6.2); so
# may a carrier, which also may have to change its path during a call. Who holds us by a key of their own
# need not send at all. Asterisk looks at whole seconds.
BROWSER_SILENT_S, DESK_SILENT_S, TRUNK_SILENT_S = 15, 30, 90
HELD_SILENT_S = 600

Fields = tuple[tuple[str, str], ...]
Thing = tuple[str, str]  # sorcery type and id
NOT_IN_PLACE = ("endpoint", "identify", "registration")
NOTES = "/asterisk/variable"


class Requests(Protocol):
    """The part of ARI that is used here. Raises AriError."""

    async def get(self, path: str, **query: Any) -> Any: ...

    async def post(self, path: str, **query: Any) -> object: ...

    async def put(self, path: str, body: Mapping[str, object]) -> object: ...

    async def delete(self, path: str) -> None:
        """What is gone already is fine."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A line to a carrier, as Asterisk is to know it."""

    name: str  # names.trunk_name
    tenant_id: str
    trunk_id: str
    host: str
    port: int | None = None
    transport: str = "udp"  # udp, tcp, tls
    username: str | None = None
    secret: str | None = None
    register: bool = False
    number: str | None = None  # what a registered carrier is told to call us by
    codecs: Sequence[str] = ("alaw", "ulaw")
    verify: bool = True  # over TLS: its certificate must be valid for its host
    srtp: bool = False
    from_hosts: Sequence[str] = ()  # addresses or networks its calls come from; none: the host

    @property
    def hosts(self) -> Sequence[str]:
        """Whose calls are this trunk's."""
        return tuple(dict.fromkeys(self.from_hosts or (self.host,)))

    def uri(self, user: str = "") -> str:
        """Its address, or that of somebody there."""
        at = f"{user}@" if user else ""
        port = "" if self.port is None else f":{self.port}"
        transport = "" if self.transport == "udp" else f";transport={self.transport}"
        return f"sip:{at}{_bracketed(self.host)}{port}{transport}"


@dataclass(frozen=True, slots=True)
class Phone:
    """An agent's browser or desk phone, as Asterisk is to know it."""

    name: str  # names.phone_name: endpoint, user and address of record
    tenant_id: str
    agent_id: str
    password: str
    kind: PhoneKind = PhoneKind.BROWSER


class Peers:
    """What one Asterisk was told. All methods may be repeated; only what differs is sent."""

    def __init__(self, ari: Requests) -> None:
        self._ari = ari
        self._wanted: dict[str, Mapping[Thing, Fields]] = {}
        self._told: dict[Thing, Fields] = {}
        self._one_at_a_time = asyncio.Lock()

    async def put(self, peer: Trunk | Phone) -> None:
        things = dict(_of_trunk(peer) if isinstance(peer, Trunk) else _of_phone(peer))
        before = self._wanted.get(peer.name, {})
        self._wanted[peer.name] = things
        async with self._one_at_a_time:
            for thing in before:
                if thing not in things:
                    await self._remove(thing)
            for thing, fields in things.items():
                await self._tell(thing, fields)

    async def remove(self, name: str) -> None:
        things = self._wanted.pop(name, {})
        async with self._one_at_a_time:
            for thing in reversed(list(things)):
                await self._remove(thing)

    async def clear(self) -> None:
        for name in list(self._wanted):
            await self.remove(name)

    async def online(self) -> dict[str, bool]:
        """Whether each endpoint can be rung; never asked in the middle of a change, when it can't."""
        async with self._one_at_a_time:
            found = await self._ari.get("/endpoints/PJSIP")
        return {endpoint["resource"]: endpoint["state"] == "online" for endpoint in found}

    async def again(self) -> None:
        """Another process, which knows nothing, or one that was told by another Parley: tell all
        that it does not know."""
        self._told.clear()
        async with self._one_at_a_time:
            for things in list(self._wanted.values()):
                for thing, fields in things.items():
                    await self._tell(thing, fields)

    async def _tell(self, thing: Thing, fields: Fields) -> None:
        if self._told.get(thing) == fields or await self._noted(thing, fields):
            return
        if thing[0] in NOT_IN_PLACE:
            await self._remove(thing)
        body = {"fields": [{"attribute": name, "value": value} for name, value in fields]}
        await self._ari.put(_path(thing), body)
        await self._note(thing, _digest(fields))
        self._told[thing] = fields

    async def _remove(self, thing: Thing) -> None:
        self._told.pop(thing, None)
        await self._note(thing, "")
        await self._ari.delete(_path(thing))

    async def _noted(self, thing: Thing, fields: Fields) -> bool:
        """Whether an earlier Parley told the same."""
        if thing in self._told:
            return False
        note = await self._ari.get(NOTES, variable=_note_of(thing))
        if note["value"] != _digest(fields):
            return False
        self._told[thing] = fields
        return True

    async def _note(self, thing: Thing, digest: str) -> None:
        await self._ari.post(NOTES, variable=_note_of(thing), value=digest)


def _path(thing: Thing) -> str:
    return f"/asterisk/config/dynamic/res_pjsip/{thing[0]}/{thing[1]}"


def _note_of(thing: Thing) -> str:
    return f"PARLEY_TOLD_{thing[0]}_{thing[1]}"


def _digest(fields: Fields) -> str:
    return hashlib.sha256(repr(fields).encode()).hexdigest()


# --- what each is made of, in the order in which one needs the other ------------------------------


def _of_trunk(trunk: Trunk) -> Iterator[tuple[Thing, Fields]]:
    name = trunk.name
    uri = trunk.uri()
    if trunk.username:
        auth = (
            ("auth_type", "digest"),
            ("username", trunk.username),
            ("password", trunk.secret or ""),
        )
        yield ("auth", name), auth
    qualify = "0" if trunk.register else str(QUALIFY_S)
    yield ("aor", name), (("contact", uri), ("qualify_frequency", qualify))
    yield ("endpoint", name), tuple(_trunk_endpoint(trunk))
    if trunk.register:
        yield ("registration", name), tuple(_registration(trunk, uri))
    yield ("identify", name), (("endpoint", name), *(("match", host) for host in trunk.hosts))


def _trunk_endpoint(trunk: Trunk) -> Iterator[tuple[str, str]]:
    yield "context", TRUNK_CONTEXT
    yield "transport", _transport(trunk)
    yield "identify_by", "ip"  # nobody else gets in by calling themselves so
    yield "aors", trunk.name
    yield from _common(trunk.codecs)
    yield "trust_id_inbound", "yes"
    yield "send_pai", "yes"
    yield "rtp_symmetric", "yes"
    yield from _media_check(TRUNK_SILENT_S)
    if trunk.srtp:
        yield "media_encryption", "sdes"
    if trunk.username:
        yield "outbound_auth", trunk.name
        yield "from_user", trunk.username if trunk.register else ""
    yield "set_var", f"PARLEY_TENANT={trunk.tenant_id}"
    yield "set_var", f"PARLEY_TRUNK={trunk.trunk_id}"


def _registration(trunk: Trunk, uri: str) -> Iterator[tuple[str, str]]:
    user = trunk.username or trunk.number or "parley"
    yield "server_uri", uri
    yield "client_uri", f"sip:{user}@{_bracketed(trunk.host)}"
    yield "contact_user", trunk.number or user
    yield "transport", _transport(trunk)
    yield "expiration", str(REGISTRATION_S)
    yield "retry_interval", str(RETRY_S)
    yield "forbidden_retry_interval", str(REGISTRATION_S)
    yield "max_retries", "1000000"
    if trunk.username:
        yield "outbound_auth", trunk.name


def _transport(trunk: Trunk) -> str:
    return TRANSPORTS[
        "tls_any" if trunk.transport == "tls" and not trunk.verify else trunk.transport
    ]


def _of_phone(phone: Phone) -> Iterator[tuple[Thing, Fields]]:
    name = phone.name
    auth = (("auth_type", "digest"), ("username", name), ("password", phone.password))
    yield ("auth", name), auth
    # a browser's line tells when it is gone; a desk phone without power tells nothing
    qualify = str(QUALIFY_S) if phone.kind is PhoneKind.SIP else "0"
    aor = (
        ("max_contacts", "1"),
        ("remove_existing", "yes"),
        ("minimum_expiration", "30"),
        ("qualify_frequency", qualify),
    )
    yield ("aor", name), aor
    yield ("endpoint", name), tuple(_phone_endpoint(phone))


def _phone_endpoint(phone: Phone) -> Iterator[tuple[str, str]]:
    yield "context", PHONE_CONTEXT
    yield "identify_by", "username"
    yield "auth", phone.name
    yield "aors", phone.name
    yield from _common(PHONE_CODECS)
    yield "rewrite_contact", "yes"
    yield "force_rport", "yes"
    if phone.kind is PhoneKind.BROWSER:
        yield "webrtc", "yes"
        yield "dtls_auto_generate_cert", "yes"
        yield from _media_check(BROWSER_SILENT_S)
    else:
        yield "rtp_symmetric", "yes"
        yield from _media_check(DESK_SILENT_S)
        yield "media_encryption", "sdes"
        yield "media_encryption_optimistic", "yes"
    yield "set_var", f"PARLEY_TENANT={phone.tenant_id}"
    yield "set_var", f"PARLEY_AGENT={phone.agent_id}"


def _media_check(silent_s: int) -> Iterator[tuple[str, str]]:
    yield "rtp_timeout", str(silent_s)
    yield "rtp_timeout_hold", str(HELD_SILENT_S)


def _common(codecs: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "disallow", "all"
    yield "allow", ",".join(codecs)
    yield "direct_media", "no"
    yield "dtmf_mode", "auto"  # RFC 4733 where it is offered, else SIP INFO or in the audio
    yield "allow_subscribe", "no"
    yield "send_connected_line", "no"  # else each bridge is a re-INVITE with names of our legs
    yield "tone_zone", "cn"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
