"""Floods from nobody we know: scanners get no answer, are counted, and disturb nobody's call."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.adapters.telephony import asterisk_config, asterisk_guard
from parley.adapters.telephony.asterisk_filter import Network, Rule, steps
from parley.adapters.telephony.asterisk_guard import Admitted, Strangers
from parley.demo.phone import Phone, sound
from tests.telephony.fixtures import Running, needs_a_kernel_that_lends

FLOOD = 1_000
SCANNER, CARRIER, OFFICE = "127.66.6.6", "127.66.0.1", "127.66.0.2"
METHODS = ("REGISTER", "INVITE", "OPTIONS")
PATIENCE_S = 20.0
SHORT_S = 0.5


@pytest.fixture
async def guarded(asterisk: Running) -> AsyncIterator[Running]:
    needs_a_kernel_that_lends()
    await asterisk.admit(phones=True)
    yield asterisk
    await asterisk.admit(phones=True)


class Scanner:
    """Sends what sipvicious does, and counts what comes back."""

    def __init__(self, address: str, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self._socket.setblocking(False)
        self.answers = 0

    async def flood(self, count: int) -> None:
        host, port = self._socket.getsockname()
        for number in range(count):
            self._socket.sendto(_request(METHODS[number % 3], host, port, number), self._to)
            await asyncio.sleep(0.001)
            self._hear()

    async def silence(self, seconds: float = SHORT_S) -> None:
        await asyncio.sleep(seconds)
        self._hear()

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            while self._socket.recv(4096):
                self.answers += 1

    def close(self) -> None:
        self._socket.close()


def _request(method: str, host: str, port: int, number: int) -> bytes:
    lines = (
        f"{method} sip:{100 + number}@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{number}",
        f'From: "sipvicious"<sip:{100 + number}@1.1.1.1>;tag={number}',
        f"To: <sip:{100 + number}@1.1.1.1>",
        f"Call-ID: {number}@{host}",
        f"CSeq: 1 {method}",
        f"Contact: <sip:{100 + number}@{host}:{port}>",
        "Max-Forwards: 70",
        "User-Agent: friendly-scanner",
        "Content-Length: 0",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@contextmanager
def scanner(asterisk: Running, address: str = SCANNER) -> Iterator[Scanner]:
    there = Scanner(address, asterisk.sip_port)
    try:
        yield there
    finally:
        there.close()


async def counted(asterisk: Running, wanted: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while asterisk.asterisk.turned_away < wanted:
            await asyncio.sleep(0.01)


@pytest.mark.telephony
async def test_of_a_flood_nothing_is_answered_all_is_counted_and_a_call_goes_on(
    guarded: Running,
) -> None:
    await guarded.admit(CARRIER, phones=False)
    before = guarded.asterisk.turned_away
    server, password = ("127.0.0.1", guarded.sip_port), guarded.home.secrets.probe
    async with Phone(server, asterisk_config.PROBE, password) as phone:
        call = await phone.call(asterisk_config.ECHO)
        await call.up()
        with scanner(guarded) as stranger:
            call.audio.say(sound.tone(700.0, 1.0))
            start = call.audio.length
            await stranger.flood(FLOOD)
            await stranger.silence()
            assert stranger.answers == 0
        await call.audio.hears(sound.RATE_HZ // 2)
        heard = call.audio.heard(start)
        assert (
            max(sound.strength(heard[at : at + 1600], 700.0) for at in range(0, 8000, 1600)) > 0.9
        )
        assert call.audio.lost == 0
        again = await phone.call(asterisk_config.ECHO)  # and the next gets through
        await again.up()
        again.hang_up()
        call.hang_up()
        await call.ended()
    await counted(guarded, before + FLOOD)


@pytest.mark.telephony
async def test_a_carriers_address_is_heard_and_no_strangers_tcp_is_taken(guarded: Running) -> None:
    await guarded.admit(f"{CARRIER}/32", phones=False)
    with scanner(guarded, CARRIER) as carrier:
        await carrier.flood(3)
        async with asyncio.timeout(PATIENCE_S):
            while carrier.answers < 3:
                await carrier.silence(0.02)
    for address, taken in ((CARRIER, True), (SCANNER, False)):
        for port in (guarded.home.ports.sip, guarded.home.ports.tls):
            assert await asyncio.to_thread(_connects, address, port) is taken


def _connects(address: str, port: int) -> bool:
    with socket.socket() as line:
        line.bind((address, 0))
        line.settimeout(SHORT_S)
        with suppress(TimeoutError):
            line.connect(("127.0.0.1", port))
            return True
    return False


@pytest.mark.telephony
async def test_where_desk_phones_may_come_from_anywhere_a_flood_is_soon_unheard(
    guarded: Running,
) -> None:
    before = guarded.asterisk.turned_away
    with scanner(guarded) as stranger:
        await stranger.flood(FLOOD)
        await stranger.silence()
        answered = stranger.answers
        assert 0 < answered < FLOOD // 4
        await stranger.flood(30)
        await stranger.silence()
        assert stranger.answers == answered
        await counted(guarded, before + FLOOD + 30)
    with scanner(guarded, OFFICE) as phone:
        await phone.flood(1)
        async with asyncio.timeout(PATIENCE_S):
            while phone.answers < 1:
                await phone.silence(0.02)


# --- who is kept out, without an Asterisk -------------------------------------------------------------


def test_who_is_refused_too_often_is_kept_out_for_a_time() -> None:
    strangers = Strangers()
    for n in range(asterisk_guard.REFUSALS - 1):
        assert not strangers.refused("192.0.2.1", float(n))
    assert strangers.refused("192.0.2.1", 10.0)
    assert not strangers.refused("192.0.2.1", 11.0)  # is already
    assert strangers.denied(12.0) == ["192.0.2.1"]
    assert strangers.denied(10.0 + asterisk_guard.DENY_S) == []


def test_who_is_refused_now_and_then_is_not() -> None:
    strangers = Strangers()
    for n in range(100):
        assert not strangers.refused("192.0.2.1", n * asterisk_guard.WATCH_S / 5)
    assert strangers.denied(0.0) == []


def test_where_a_phone_gave_its_password_nobody_is_kept_out() -> None:
    """A phone with an old password must not shut out its whole office."""
    strangers = Strangers()
    strangers.known("192.0.2.1", 0.0)
    assert not any(strangers.refused("192.0.2.1", 1.0) for _ in range(100))
    late = asterisk_guard.KNOWN_S + 1.0
    assert any(strangers.refused("192.0.2.1", late) for _ in range(100))
    strangers.known("192.0.2.1", late)
    assert strangers.denied(late) == []


def test_carriers_that_are_found_are_let_in_and_one_that_is_not_is_told() -> None:
    admitted = Admitted()
    assert admitted.renew(["192.0.2.0/28", "[2001:db8::1]"], 0.0)
    assert not admitted.renew(["a..b", "192.0.2.77"], 1.0)
    wanted = {"192.0.2.0/28", "2001:db8::1/128", "192.0.2.77/32"}
    assert {str(network) for network in admitted.networks(2.0)} == wanted
    late = asterisk_guard.LINGER_S + 0.5  # what is no longer a carrier's is heard for a time
    assert {str(network) for network in admitted.networks(late)} == {"192.0.2.77/32"}


NETWORKS = st.one_of(
    st.tuples(st.ip_addresses(v=4), st.integers(0, 32)),
    st.tuples(st.ip_addresses(v=6), st.integers(0, 128)),
).map(lambda pair: ip_network(f"{pair[0]}/{pair[1]}", strict=False))


@given(st.frozensets(NETWORKS, max_size=8), st.booleans(), st.ip_addresses(), st.data())
def test_the_filter_decides_as_the_rule_says(
    networks: frozenset[Network], others: bool, somebody: object, data: st.DataObject
) -> None:
    inside = [n[0] for n in networks] + [n[-1] for n in networks]
    address = ip_address(str(data.draw(st.sampled_from([somebody, *inside]))))
    found = any(address in network for network in networks)
    assert _passes(steps(Rule(networks, others)), address.version, address.packed) is (
        found is not others
    )


def _passes(program: list[tuple[int, int, int, int]], version: int, source: bytes) -> bool:
    """What the kernel would decide. Source: linux/filter.h."""
    header = bytes([version << 4]) + bytes(11 if version == 4 else 7) + source
    at = value = 0
    while True:
        code, yes, no, operand = program[at]
        at += 1
        offset = operand - (0x1_0000_0000 - 0x10_0000)
        match code:
            case 0x20:
                value = int.from_bytes(header[offset : offset + 4])
            case 0x30:
                value = header[offset]
            case 0x54:
                value &= operand
            case 0x15:
                at += yes if value == operand else no
            case 0x05:
                at += operand
            case 0x06:
                return operand != 0
