"""A carrier over TLS with SRTP: a second Asterisk, whose certificate is looked at; nothing goes in clear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from parley.adapters.telephony import asterisk_config
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.asterisk import Asterisk
from parley.adapters.telephony.asterisk_home import AsteriskSettings, free_port
from parley.adapters.telephony.asterisk_peers import Peers, Trunk
from parley.core import commands as do
from parley.core import inputs as got
from parley.core.desk.settings import Document
from parley.core.model import LegPlan, Place
from tests.contract.telephony.real import RealStage
from tests.contract.telephony.stage import ANN, HOTLINE, hears, until
from tests.contract.telephony.test_callers import INT, arrange
from tests.contract.telephony.test_conversations import join
from tests.contract.telephony.test_dialling import NUMBER, dial_number
from tests.telephony.fixtures import Running

CERTIFIED, OTHER = "127.44.0.2", "127.44.0.3"  # both lead to the carrier
ECHO = f"""
[from-trunk]
exten => {NUMBER},1,Answer(0,i)
 same => n,Echo()
"""


class Carrier:
    """Gives back what is said to its numbers, and calls."""

    def __init__(self, server: Asterisk, ari: Ari, peers: Peers) -> None:
        self.server = server
        self._ari = ari
        self._peers = peers

    async def knows(self, asterisk: Running) -> None:
        us = Trunk(
            "tparley", "tnt_c", "trk_c", "127.0.0.1", port=asterisk.home.ports.tls,
            transport="tls", verify=False, srtp=True, codecs=("ulaw",),
        )  # fmt: skip
        await self._peers.put(us)

    async def calls(self, number: str) -> None:
        await self._ari.post(
            "/channels", endpoint=f"PJSIP/{number}@tparley", callerId="13800001111",
            extension=NUMBER, context="from-trunk", priority=1,
        )  # fmt: skip


@pytest.fixture
async def carrier(
    asterisk: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Carrier]:
    monkeypatch.setattr(asterisk_config, "EXTENSIONS", asterisk_config.EXTENSIONS + ECHO)
    certificate, key = asterisk.authority.issue(CERTIFIED)
    settings = AsteriskSettings(
        home=tmp_path / "carrier", sip_host="0.0.0.0", sip_port=free_port(),
        certificate=certificate, key=key,
    )  # fmt: skip
    server = Asterisk(settings, print)
    switch = await server.start()
    ari = Ari(switch.access)
    carrier = Carrier(server, ari, Peers(ari))
    await carrier.knows(asterisk)
    yield carrier
    ari.close()
    await server.stop()


@pytest.fixture
async def real(asterisk: Running, tmp_path: Path) -> AsyncIterator[RealStage]:
    stage = RealStage(asterisk, tmp_path)
    await stage.open()
    yield stage
    await stage.close()


def trunk(carrier: Carrier, host: str, **more: Any) -> Document:
    return Document("trunk", "secure", {
        "name": "secure", "host": host, "port": carrier.server.home.ports.tls, "transport": "tls",
        "srtp": True, "codecs": ["ulaw"], "from_hosts": ["127.0.0.1"], "priority": 9, **more,
    })  # fmt: skip


async def secure(asterisk: Running, channel: str) -> tuple[str, str]:
    """Of a leg at our Asterisk: whether its signalling and its sound are encrypted."""
    ari = Ari(asterisk.switch.access)
    found = [
        (await ari.get(f"/channels/{channel}/variable", variable=f"CHANNEL({what})"))["value"]
        for what in ("pjsip,secure", "rtp,secure")
    ]
    ari.close()
    return found[0], found[1]


async def test_a_call_out_is_encrypted_both_ways_and_the_certificate_is_looked_at(
    real: RealStage, asterisk: Running, carrier: Carrier
):
    await real.configure(trunk(carrier, CERTIFIED))
    leg = await dial_number(real)
    up = await real.heard.one(got.LegAnswered, leg_id=leg)
    assert up.trunk == "secure"
    ann, hers = await join(real, ANN)
    await arrange(real, LegPlan(leg, Place.TALK), LegPlan(hers, Place.TALK), owner_leg=hers)
    await hears(ann, "ann")  # the carrier gives her voice back
    found = real.telephony.legs.get(leg)
    assert found is not None
    assert await secure(asterisk, found.channel) == ("1", "1")


async def test_a_call_in_is_encrypted_both_ways(
    real: RealStage, asterisk: Running, carrier: Carrier
):
    await real.configure(trunk(carrier, CERTIFIED))
    await carrier.calls(HOTLINE)
    arrived = await real.heard.one(got.CallArrived, trunk="secure")
    leg = arrived.leg_id
    await real.telephony.perform(real.tenant, do.AnswerLeg(lane=INT, leg_id=leg))
    ann, hers = await join(real, ANN)
    await arrange(real, LegPlan(leg, Place.TALK), LegPlan(hers, Place.TALK), owner_leg=hers)
    await hears(ann, "ann")
    found = real.telephony.legs.get(leg)
    assert found is not None
    assert await secure(asterisk, found.channel) == ("1", "1")


async def test_a_wrong_certificate_is_refused_told_and_may_be_taken_all_the_same(
    real: RealStage, asterisk: Running, carrier: Carrier
):
    """It is not the other host's: the next trunk is tried, in clear as it is configured."""
    await real.configure(trunk(carrier, OTHER))
    await dial_number(real)
    await real.dialled("first")
    at = f"{OTHER}:{carrier.server.home.ports.tls}"
    await until(lambda: at in asterisk.asterisk.refused, "told")
    why = asterisk.asterisk.refused[at]
    assert "不符" in why["zh-CN"]
    assert "does not match" in why["en-US"]
    await real.configure(trunk(carrier, OTHER, verify=False))
    taken = await dial_number(real, leg="again")
    assert (await real.heard.one(got.LegAnswered, leg_id=taken)).trunk == "secure"
