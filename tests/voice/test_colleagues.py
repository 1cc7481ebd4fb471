"""More than two on a call: consult, warm transfer, conference, monitor, whisper, barge; all by ear."""

from __future__ import annotations

import pytest

from tests.voice.line import Stage, hears, hears_nothing_of, hears_something, speaking

pytestmark = [pytest.mark.telephony, pytest.mark.slow, pytest.mark.xdist_group("voice"),
              pytest.mark.timeout(300)]  # fmt: skip

CUSTOMER_HZ, AGENT_HZ, THIRD_HZ = 700.0, 1_200.0, 1_900.0


async def test_a_colleague_is_asked_aside_and_takes_the_call(stage: Stage) -> None:
    agent = await stage.agent("lin")
    interaction_id, customer, desk = await stage.connected(agent, "+8613800138010")
    colleague = await stage.agent("chen", ready=False)
    await agent.do(interaction_id, "consult", {"agent_id": colleague.me["id"], "note": "?"})
    asked = await colleague.rung()
    assert asked.headers["x-parley-purpose"] == "consult"
    asked.answer()
    async with speaking(customer, CUSTOMER_HZ), speaking(desk, AGENT_HZ), speaking(asked, THIRD_HZ):
        await hears(desk, THIRD_HZ)
        await hears(asked, AGENT_HZ)
        await hears_something(customer)  # music
        await hears_nothing_of(customer, THIRD_HZ)
        await hears_nothing_of(asked, CUSTOMER_HZ)
        desk.hang_up()
        await colleague.row(lambda r: r["id"] == interaction_id and r["role"] == "owner")
        await hears(customer, THIRD_HZ)
        await hears(asked, CUSTOMER_HZ)
    asked.hang_up()
    await customer.ended()
    await colleague.wrapped_up(interaction_id)
    await stage.nothing_left()


async def test_a_consulted_colleague_joins_the_conversation(stage: Stage) -> None:
    agent = await stage.agent("lin")
    interaction_id, customer, desk = await stage.connected(agent, "+8613800138011")
    colleague = await stage.agent("chen", ready=False)
    await agent.do(interaction_id, "consult", {"agent_id": colleague.me["id"], "note": ""})
    asked = await colleague.rung()
    asked.answer()
    await hears_something(customer)
    async with speaking(customer, CUSTOMER_HZ), speaking(desk, AGENT_HZ), speaking(asked, THIRD_HZ):
        await hears(desk, THIRD_HZ)
        await agent.do(interaction_id, "merge")
        await hears(customer, AGENT_HZ, THIRD_HZ)
        await hears(desk, CUSTOMER_HZ, THIRD_HZ)
        await hears(asked, CUSTOMER_HZ, AGENT_HZ)
        row = agent.work[interaction_id]
        assert row["call"]["conference"]
        leg = next(x for x in row["call"]["legs"] if x["agent_id"] == colleague.me["id"])
        await agent.do(interaction_id, "drop", {"leg_id": leg["id"]})
        await asked.ended()
        await hears(customer, AGENT_HZ)
    customer.hang_up()
    await agent.wrapped_up(interaction_id)
    await stage.nothing_left()


async def test_a_supervisor_listens_whispers_and_barges_in(stage: Stage) -> None:
    agent = await stage.agent("lin")
    interaction_id, customer, desk = await stage.connected(agent, "+8613800138012")
    supervisor = await stage.agent("zhou", ready=False)
    await supervisor.do(interaction_id, "monitor", {"role": "monitor"})
    ear = await supervisor.rung()
    assert ear.headers["x-parley-purpose"] == "supervise"
    ear.answer()
    async with speaking(customer, CUSTOMER_HZ), speaking(desk, AGENT_HZ), speaking(ear, THIRD_HZ):
        await hears(ear, CUSTOMER_HZ, AGENT_HZ)
        await hears_nothing_of(desk, THIRD_HZ)
        await hears_nothing_of(customer, THIRD_HZ)
        await supervisor.do(interaction_id, "monitor", {"role": "whisper"})
        await hears(desk, CUSTOMER_HZ, THIRD_HZ)
        await hears_nothing_of(customer, THIRD_HZ)
        await hears(ear, CUSTOMER_HZ, AGENT_HZ)
        await supervisor.do(interaction_id, "monitor", {"role": "barge"})
        await hears(customer, AGENT_HZ, THIRD_HZ)
        await hears(desk, CUSTOMER_HZ, THIRD_HZ)
        await supervisor.do(interaction_id, "leave")
        await ear.ended()
        await hears(customer, AGENT_HZ)
    customer.hang_up()
    await agent.wrapped_up(interaction_id)
    await stage.nothing_left()


async def test_a_call_goes_on_to_an_outside_number(stage: Stage) -> None:
    agent = await stage.agent("lin")
    interaction_id, customer, desk = await stage.connected(agent, "+8613800138013")
    await agent.do(interaction_id, "transfer", {"to_number": "+8613900139000", "note": ""})
    outside = await stage.carrier_rung()
    outside.answer()
    await desk.ended()
    async with speaking(customer, CUSTOMER_HZ), speaking(outside, THIRD_HZ):
        await hears(customer, THIRD_HZ)
        await hears(outside, CUSTOMER_HZ)
    customer.hang_up()
    await outside.ended()
    await agent.wrapped_up(interaction_id)
    await stage.nothing_left()
