"""Desk phones of many agents on one UDP port: registered here, answered by SIPp on the same port.

Asterisk rings where a REGISTER came from (`rewrite_contact`), so this port must be the very one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parley.adapters.telephony.ari import Access, Ari
from parley.adapters.telephony.asterisk_config import ARI_USER
from parley.adapters.telephony.asterisk_home import Home
from parley.demo.phone import Phone

EXPIRES_S = 24 * 3600
AT_ONCE = 20
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Identity:
    user: str
    password: str


async def register(identities: Sequence[Identity], port: int, sip_port: int) -> None:
    """All of them, each from `port`. Raises SystemExit if one is refused."""
    for identity in identities:
        phone = Phone((HOST, sip_port), identity.user, identity.password)
        await phone.open(port)
        status = await phone.register(EXPIRES_S)
        phone.close()
        if status != 200:
            raise SystemExit(f"a phone could not register: SIP {status}")
        await asyncio.sleep(0)  # the socket closes


async def unasked(home: Home, names: Iterable[str]) -> None:
    """From now on no phone is asked whether it is there: SIPp answers no OPTIONS."""
    ari = Ari(Access(f"http://{HOST}:{home.ports.http}", ARI_USER, home.secrets.ari))
    body = {"fields": [{"attribute": "qualify_frequency", "value": "0"}]}
    try:
        for name in names:
            await ari.put(f"/asterisk/config/dynamic/res_pjsip/aor/{name}", body)
    finally:
        ari.close()
