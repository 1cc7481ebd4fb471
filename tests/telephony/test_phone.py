"""The demo's telephone against a real Asterisk, and the trunks and phones that are told to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from parley.adapters.telephony import asterisk_config
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.asterisk_home import free_port
from parley.adapters.telephony.asterisk_peers import Peers, Trunk
from parley.adapters.telephony.asterisk_peers import Phone as DeskPhone
from parley.core.model import PhoneKind
from parley.demo.phone import Call, Phone, State, command, sound
from parley.ids import new_id
from tests.telephony.fixtures import Running

pytestmark = pytest.mark.telephony

PITCH_HZ = 700.0


@pytest.fixture
async def ari(asterisk: Running) -> AsyncIterator[Ari]:
    requests = Ari(asterisk.switch.access)
    yield requests
    requests.close()


@pytest.fixture
async def peers(ari: Ari) -> AsyncIterator[Peers]:
    told = Peers(ari)
    yield told
    await told.clear()


@pytest.fixture
async def phones(asterisk: Running, peers: Peers) -> AsyncIterator[tuple[Phone, DeskPhone]]:
    """A registered desk phone and what Asterisk knows of it."""
    name = new_id("p").lower().replace("_", "")
    desk = DeskPhone(name, "tnt_a", "agt_a", "open sesame", PhoneKind.SIP)
    await peers.put(desk)
    async with Phone(("127.0.0.1", asterisk.sip_port), name, "open sesame") as phone:
        assert await phone.register() == 200
        yield phone, desk


async def hears_itself(call: Call) -> bool:
    """The echo gives back the tone that is said."""
    call.audio.say(sound.tone(PITCH_HZ, 1.0))
    for _ in range(10):
        if sound.strength(await call.audio.hears(sound.RATE_HZ // 5), PITCH_HZ) > 0.9:
            return True
    return False


async def test_a_call_to_the_echo_comes_back_as_it_was_said(asterisk: Running) -> None:
    server = ("127.0.0.1", asterisk.sip_port)
    password = asterisk.home.secrets.probe
    async with Phone(server, asterisk_config.PROBE, password) as phone:
        call = await phone.call(asterisk_config.ECHO)
        await call.up()
        assert await hears_itself(call)
        call.hang_up()
        await call.ended()


async def test_a_phone_with_a_wrong_password_stays_outside(
    asterisk: Running, phones: tuple[Phone, DeskPhone]
) -> None:
    server = ("127.0.0.1", asterisk.sip_port)
    async with Phone(server, phones[1].name, "guessed") as stranger:
        assert await stranger.register() == 401
        call = await stranger.call(asterisk_config.ECHO)
        await call.ended()
        assert call.status == 401


async def test_a_password_is_changed_while_the_phone_talks(
    asterisk: Running, peers: Peers, phones: tuple[Phone, DeskPhone]
) -> None:
    phone, desk = phones
    call = await phone.call(asterisk_config.ECHO)
    await call.up()
    await peers.put(DeskPhone(desk.name, "tnt_a", "agt_a", "another", PhoneKind.SIP))
    assert await phone.register() == 401
    assert await hears_itself(call)
    async with Phone(("127.0.0.1", asterisk.sip_port), desk.name, "another") as next_one:
        assert await next_one.register() == 200
    call.hang_up()
    await call.ended()


async def test_a_phone_that_is_removed_keeps_its_call_and_gets_no_other(
    peers: Peers, phones: tuple[Phone, DeskPhone]
) -> None:
    phone, desk = phones
    call = await phone.call(asterisk_config.ECHO)
    await call.up()
    await peers.remove(desk.name)
    assert await hears_itself(call)
    call.hang_up()
    await call.ended()
    second = await phone.call(asterisk_config.ECHO)
    assert await second.reach(State.ENDED) is State.ENDED
    assert second.status == 401


async def test_strangers_are_turned_away_and_counted(
    asterisk: Running, ari: Ari, peers: Peers
) -> None:
    """A flood from nobody we know: no call begins, and those we know still get through."""
    await peers.put(Trunk("tflood", "tnt_a", "trk_a", "192.0.2.1"))
    server = ("127.0.0.1", asterisk.sip_port)
    before = asterisk.asterisk.turned_away
    strangers = [await Phone(server, f"{100 + n}").open() for n in range(20)]
    named = await Phone(server, "tflood").open()  # calls itself as the trunk is called
    for stranger in (*strangers, named):
        assert await stranger.register() == 401
        assert await stranger.options() == 401
        call = await stranger.call("+8657188880001")
        await call.ended()
        assert call.status == 401
        stranger.close()
    assert await ari.get("/channels") == []
    async with asyncio.timeout(10):
        while asterisk.asterisk.turned_away < before + 3 * 21:
            await asyncio.sleep(0.01)


async def test_who_is_called_over_the_demos_trunk_answers_and_speaks(tmp_path: Path) -> None:
    """Two of our phones, without an Asterisk between them."""
    spoken = tmp_path / "spoken.wav"
    sound.write(spoken, sound.tone(PITCH_HZ, 3.0))
    port = free_port()
    told: list[str] = []
    answering = asyncio.create_task(command.answer(port, command.Wish(speak=[spoken]), told.append))
    async with asyncio.timeout(10):
        while not told:
            await asyncio.sleep(0.01)
    async with Phone(("127.0.0.1", port), "+8657188880001") as parley:
        call = await parley.call("+8613800138000")
        await call.rings()
        await call.up()
        heard = await call.audio.hears(sound.RATE_HZ)
        blocks = [heard[at : at + 1600] for at in range(0, len(heard), 1600)]
        assert max(sound.strength(block, PITCH_HZ) for block in blocks) > 0.9
        call.hang_up()
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    assert told[1] == "+8613800138000 is called by +8657188880001"
