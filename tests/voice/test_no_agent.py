"""Nobody is free: a spoken message becomes a ticket, a callback keeps its place."""

from __future__ import annotations

import io
from typing import Any

import pytest
import soundfile

from parley.demo.phone import sound
from tests.voice.line import PATIENCE_S, Stage, chooses, hears, hears_something, speaking, until
from tests.voice.test_call_story import loudest

pytestmark = [pytest.mark.telephony, pytest.mark.slow, pytest.mark.xdist_group("voice"),
              pytest.mark.timeout(300)]  # fmt: skip

LONG_ENOUGH = 40_000  # bytes
CUSTOMER_HZ, AGENT_HZ = 700.0, 1_200.0


async def test_a_spoken_message_becomes_a_ticket_that_can_be_heard(stage: Stage) -> None:
    supervisor = await stage.agent("zhou", ready=False)
    number = "+8613800138020"
    caller = await stage.customer(number)
    await chooses(caller, "2")
    async with speaking(caller, CUSTOMER_HZ):
        await until(lambda: _recorded(stage), "the message is recorded")
        caller.hang_up()
    interaction = await until(lambda: _with_ticket(supervisor, number), "there is a ticket")

    async def stored() -> Any:
        found = (await supervisor.get(f"interactions/{interaction['id']}/recordings"))["items"]
        return [r for r in found if r["state"] == "stored" and r["kind"] == "voicemail"]

    [message] = await until(stored, "the message is kept")
    samples, rate = soundfile.read(
        io.BytesIO(await supervisor.audio(message["id"])), always_2d=True
    )
    assert rate == sound.RATE_HZ
    assert loudest(samples[:, 0], CUSTOMER_HZ) > 0.8
    ticket = await supervisor.get(f"tickets/{interaction['ticket_id']}")
    assert ticket
    agent = await stage.agent("lin")
    await agent.works_off()
    await stage.nothing_left()


async def _recorded(stage: Stage) -> bool:
    """Long enough to be a message: its file grows."""
    spool = stage.center.house.home.path / "spool"
    return any(path.stat().st_size > LONG_ENOUGH for path in spool.rglob("*voicemail*.wav"))


async def _with_ticket(supervisor: Any, number: str) -> Any:
    found = (await supervisor.get(f"interactions?q={number.removeprefix('+')}"))["items"]
    return next((i for i in found if i["address"] == f"tel:{number}" and i["ticket_id"]), None)


async def test_a_callback_keeps_its_place_and_is_made(stage: Stage) -> None:
    watcher = await stage.agent("wang", ready=False)
    queue = stage.center.queue
    first = await stage.customer("+8613800138021")
    await chooses(first, "1")
    await watcher.until(lambda: watcher.queues[queue]["waiting"] == 1)
    second = await stage.customer("+8613800138022")
    await chooses(second, "1")
    await watcher.until(lambda: watcher.queues[queue]["waiting"] == 2)
    first.audio.press("7")  # call me back
    await hears_something(first)
    first.audio.press("1")  # under this number
    await first.ended(PATIENCE_S)  # once the promise was heard to its end
    assert watcher.queues[queue]["waiting"] == 2  # the place is kept
    agent = await stage.agent("lin")
    desk = await agent.rung()
    row = await agent.row(lambda r: r["role"] == "offer")
    assert row["call"]["callback"]["number"] == "+8613800138021"  # before the second one
    desk.answer()
    called = await stage.carrier_rung()
    called.answer()
    async with speaking(called, CUSTOMER_HZ), speaking(desk, AGENT_HZ):
        await hears(called, AGENT_HZ)
        await hears(desk, CUSTOMER_HZ)
    called.hang_up()
    await agent.wrapped_up(row["id"])
    desk = await agent.rung()
    desk.answer()
    async with speaking(second, CUSTOMER_HZ):
        await hears(desk, CUSTOMER_HZ)
    second.hang_up()
    await agent.until(lambda: any(r["role"] == "wrap_up" for r in agent.work.values()))
    await stage.nothing_left()
