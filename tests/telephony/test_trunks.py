"""Carriers of a running Asterisk: told by their address, registered with, changed while calls go on."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from websockets.asyncio.client import connect

from parley.adapters.telephony import asterisk_config, asterisk_peers
from parley.adapters.telephony.ami import Ami, AmiError
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.asterisk_peers import Peers, Trunk
from parley.adapters.telephony.trunks import trunk_of
from parley.core.desk.settings import Document
from parley.demo.phone import Phone, sound
from parley.demo.phone.message import Message
from parley.demo.phone.phone import Dialog, dialled
from tests.telephony.fixtures import Running

pytestmark = pytest.mark.telephony

PATIENCE_S = 20.0
NUMBER = "+8657188880001"


@pytest.fixture
async def peers(asterisk: Running) -> AsyncIterator[Peers]:
    ari = Ari(asterisk.switch.access)
    told = Peers(ari)
    yield told
    await told.clear()
    ari.close()


def loopback(name: str, *hosts: str) -> Trunk:
    return Trunk(name, "tnt_a", "trk_a", "127.0.0.1", from_hosts=hosts or ("127.0.0.1",))


async def test_a_carrier_is_told_by_its_address_and_may_change_it(
    asterisk: Running, peers: Peers
) -> None:
    """Nobody listens to calls here, so a known carrier hears 503 and tries another way."""
    async with Phone(("127.0.0.1", asterisk.sip_port), "+8613800138000") as carrier:
        for hosts, status in (
            (("127.0.0.1",), 503),
            (("192.0.2.0/24",), 401),  # its calls come from elsewhere now
            (("192.0.2.0/24", "127.0.0.0/8"), 503),
        ):
            await peers.put(loopback("tcarrier", *hosts))
            call = await carrier.call(NUMBER)
            await call.ended()
            assert call.status == status
        await peers.remove("tcarrier")
        call = await carrier.call(NUMBER)
        await call.ended()
        assert call.status == 401


async def test_a_trunk_of_g722_alone_takes_no_other_sound(asterisk: Running, peers: Peers) -> None:
    async with Phone(("127.0.0.1", asterisk.sip_port), "+8613800138000") as carrier:
        for codecs, status in ((("g722",), 488), (("g722", "alaw", "ulaw"), 503)):
            await peers.put(replace(loopback("tcarrier"), codecs=codecs))
            call = await carrier.call(NUMBER)
            await call.ended()
            assert call.status == status


async def test_trunks_come_and_go_while_a_call_goes_on(asterisk: Running, peers: Peers) -> None:
    server = ("127.0.0.1", asterisk.sip_port)
    password = asterisk.home.secrets.probe
    async with Phone(server, asterisk_config.PROBE, password) as phone:
        call = await phone.call(asterisk_config.ECHO)
        await call.up()
        for turn in range(5):
            await peers.put(loopback(f"tturn{turn}", f"192.0.2.{turn + 1}"))
        await peers.put(loopback("tturn0", "192.0.2.99"))
        await peers.remove("tturn1")
        await peers.again()
        call.audio.say(sound.tone(500.0, 1.0))
        start = call.audio.length
        await call.audio.hears(sound.RATE_HZ)
        heard = call.audio.heard(start)
        blocks = [heard[at : at + 1600] for at in range(0, len(heard), 1600)]
        assert max(sound.strength(block, 500.0) for block in blocks) > 0.9
        assert call.audio.lost == 0
        call.hang_up()


async def test_we_register_with_a_carrier_that_wants_it(asterisk: Running, peers: Peers) -> None:
    async with Phone(("127.0.0.1", asterisk.sip_port), "carrier") as carrier:
        ami = Ami(asterisk.switch.ami)
        line = asyncio.create_task(ami.run())
        trunk = Trunk(
            "tregistered", "tnt_a", "trk_r", "127.0.0.1", port=carrier.port, username="parley",
            secret="s", register=True, number="057188880001", from_hosts=("192.0.2.7",),
        )  # fmt: skip
        await peers.put(trunk)
        async with asyncio.timeout(PATIENCE_S):
            while "Registered" not in await states(ami):
                await asyncio.sleep(0.05)
        line.cancel()


async def states(ami: Ami) -> list[str]:
    try:
        found = await ami.list("PJSIPShowRegistrationsOutbound")
    except (AmiError, TimeoutError):
        return []
    return [entry.get("Status", "") for entry in found]


class Deaf(Phone):
    """A carrier that takes calls, but answers no OPTIONS."""

    def _asked(self, message: Message, dialog: Dialog | None) -> None:
        if message.method != "OPTIONS":
            super()._asked(message, dialog)


async def test_a_carrier_that_answers_no_options_is_called_all_the_same(
    asterisk: Running, peers: Peers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_peers, "QUALIFY_S", 1)
    ari = Ari(asterisk.switch.access)
    async with Deaf(("127.0.0.1", asterisk.sip_port), "carrier") as carrier:
        document = Document("trunk", "deaf", {"host": "127.0.0.1", "port": carrier.port})
        trunk = trunk_of("tnt_a", document)
        headers = {"Authorization": asterisk.switch.access.basic}
        line = connect(asterisk.switch.access.line, additional_headers=headers, proxy=None)
        async with line as events, asyncio.timeout(PATIENCE_S):
            await peers.put(trunk.peer)
            while '"contact_status":"Unreachable"' not in str(await events.recv()):
                pass
        address = trunk.address_of("+8613800138000")
        await ari.post("/channels/out", {}, endpoint=address, app="parley", timeout=10)
        async with asyncio.timeout(PATIENCE_S):
            assert dialled(await carrier.arrived.get()) == "+8613800138000"
        await ari.delete("/channels/out")
    ari.close()


async def test_sip_over_tls_shows_a_certificate(asterisk: Running) -> None:
    port = asterisk.home.ports.tls
    shown = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port))
    kept = (asterisk.home.path / "keys/cert.pem").read_text()
    assert shown.split() == kept.split()
