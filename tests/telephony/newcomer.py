"""A Parley that comes to a switch in memory (fake_switch), with a call on it, and what it tells.

switch    the switch, with Ann's phone and a trunk online
come      another Parley comes to it; the one before was killed
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import pytest

from parley.adapters.telephony.exchange import Exchange
from parley.adapters.telephony.names import phone_name, trunk_name
from parley.adapters.telephony.switchboard import Switchboard
from parley.adapters.telephony.taping import RawRecording
from parley.core import commands as do
from parley.core import inputs as got
from parley.core.desk.settings import Document
from parley.core.model import Part
from tests.contract.telephony.stage import Book, Heard, documents
from tests.telephony.fake_switch import FakeSwitch, channel, fake_switch

TENANT, INT = "tnt_a", "int_1"
PHONE, TRUNK = phone_name(TENANT, "agt_ann"), trunk_name(TENANT, "first")
SETTINGS = documents(Document("trunk", "first", {"name": "first", "host": "192.0.2.1"}))
OURS = {"PARLEY_TENANT": TENANT, "PARLEY_INTERACTION": INT, "PARLEY_ROLE": "agent"}
DESK = channel("leg_ann", f"PJSIP/{PHONE}-1", PARLEY_AGENT="agt_ann", **OURS)
CALLER = channel("c1", f"PJSIP/{TRUNK}-2", PARLEY_TENANT=TENANT)
TALK = {"id": f"talk-{INT}", "channels": ["c1", "leg_ann"]}


class House:
    """One Parley at the switch, and what it told."""

    def __init__(self, switch: FakeSwitch) -> None:
        self.switch = switch
        self.heard = Heard()
        self.board = Switchboard(self.heard.submit, Book(), lambda: 1_000.0)
        self.exchange = Exchange(switch, self.board, NoPrompts(), _kept, b"secret")

    async def open(self) -> None:
        await self.exchange.configure(TENANT, SETTINGS)
        await self.exchange.start()

    async def surveyed(self) -> got.LegsFound:
        return await self.heard.one(got.LegsFound)

    def perform(self, command: do.Command) -> asyncio.Task[None]:
        return asyncio.create_task(self.exchange.perform(TENANT, command))

    async def close(self) -> None:
        await self.exchange.stop()
        self.board.close()


class NoPrompts:
    async def media(self, tenant_id: str, parts: Sequence[Part], language: str) -> tuple[str, ...]:
        return ()


async def _kept(raw: RawRecording) -> None:
    raise AssertionError(f"nothing is recorded: {raw}")


@pytest.fixture
async def switch(tmp_path: Path) -> AsyncIterator[FakeSwitch]:
    async with fake_switch(tmp_path) as switch:
        switch.endpoints = {PHONE: "online", TRUNK: "online"}
        yield switch


Come = Callable[[], Awaitable[House]]


@pytest.fixture
async def come(switch: FakeSwitch) -> AsyncIterator[Come]:
    """Another Parley comes to the switch; the one before was killed."""
    houses: list[House] = []

    async def comes() -> House:
        for house in houses:
            await house.close()
        houses.append(House(switch))
        await houses[-1].open()
        return houses[-1]

    yield comes
    for house in houses:
        await house.close()


def calls(switch: FakeSwitch) -> list[str]:
    """What was asked about legs and bridges."""
    return [line for line in switch.asked if "/channels/" in line or "/bridges/" in line]
