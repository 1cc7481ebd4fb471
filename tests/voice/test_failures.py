"""Parley is killed, Asterisk is killed: who talks goes on, who waits keeps the place, nothing leaks."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tests.harness.product import until as wait_until
from tests.voice.line import PATIENCE_S, Stage, chooses, hears, hears_something, speaking

pytestmark = [pytest.mark.telephony, pytest.mark.slow, pytest.mark.xdist_group("voice"),
              pytest.mark.timeout(600)]  # fmt: skip

CUSTOMER_HZ, AGENT_HZ = 700.0, 1_200.0
RESTART_S = 120.0


async def test_calls_go_on_without_parley_and_are_taken_up_again(stage: Stage) -> None:
    agent = await stage.agent("lin")
    interaction_id, customer, desk = await stage.connected(agent, "+8613800138030")
    waiting = await stage.customer("+8613800138031")
    await chooses(waiting, "1")
    queue = stage.center.queue
    await agent.until(lambda: agent.queues[queue]["waiting"] == 1)
    later = await stage.customer("+8613800138032")
    await chooses(later, "1")
    await agent.until(lambda: agent.queues[queue]["waiting"] == 2)
    async with speaking(customer, CUSTOMER_HZ), speaking(desk, AGENT_HZ):
        await hears(customer, AGENT_HZ)
        seen = agent.snapshots
        stage.center.house.product.kill()
        await hears(customer, AGENT_HZ)
        await hears(desk, CUSTOMER_HZ)
        await hears_something(waiting)  # music
        await asyncio.to_thread(stage.center.house.start)
        await hears(customer, AGENT_HZ)
        await hears(desk, CUSTOMER_HZ)
    await agent.until(lambda: agent.snapshots > seen, RESTART_S)
    await agent.row(lambda r: r["id"] == interaction_id and r["role"] == "owner")
    assert agent.queues[queue]["waiting"] == 2
    customer.hang_up()
    await desk.ended(PATIENCE_S)
    await agent.wrapped_up(interaction_id)
    desk = await agent.rung()
    row = await agent.row(lambda r: r["role"] == "offer")
    assert row["call"]["number"] == "+8613800138031"  # who came first is first
    desk.answer()
    async with speaking(waiting, CUSTOMER_HZ):
        await hears(desk, CUSTOMER_HZ)
    waiting.hang_up()
    later.hang_up()
    await agent.wrapped_up(row["id"])
    await stage.nothing_left()


async def test_a_dead_asterisk_ends_its_calls_with_a_ticket_for_each_customer(stage: Stage) -> None:
    agent = await stage.agent("lin")
    interaction_id, customer, _ = await stage.connected(agent, "+8613800138033")
    waiting = await stage.customer("+8613800138034")
    await chooses(waiting, "1")
    await agent.until(lambda: agent.queues[stage.center.queue]["waiting"] == 1)
    house = stage.center.house
    dead = house.asterisk_pid()
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    await agent.row(lambda r: r["id"] == interaction_id and r["role"] == "wrap_up")
    fact = await agent.get(f"interactions/{interaction_id}")
    assert fact["ended_by"] == "system"
    await agent.wrapped_up(interaction_id)
    for _ in (customer, waiting):
        await agent.works_off()
    tickets = (await agent.get("tickets?limit=20"))["items"]
    called_back = {ticket["phone"] for ticket in tickets if ticket["kind"] == "callback"}
    assert {"+8613800138033", "+8613800138034"} <= called_back
    await asyncio.to_thread(
        wait_until, lambda: house.asterisk_pid() not in (None, dead), "started again", RESTART_S
    )
    await asyncio.to_thread(
        wait_until, lambda: house.voice()["state"] == "on", "calls are possible", RESTART_S
    )
    await stage.nothing_left()
    for call in (customer, waiting):
        call.hang_up()
