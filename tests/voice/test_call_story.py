"""A call from the first ring to the wrap-up: heard, seen on the screens, kept."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from parley.demo.phone import State, sound
from tests.voice.line import (
    NUMBER,
    Colleague,
    Stage,
    chooses,
    hears,
    hears_nothing_of,
    hears_something,
    speaking,
    until,
)

pytestmark = [pytest.mark.telephony, pytest.mark.slow, pytest.mark.xdist_group("voice"),
              pytest.mark.timeout(300)]  # fmt: skip

CUSTOMER_HZ, AGENT_HZ = 700.0, 1_200.0
ANI = "+8613800138000"


async def test_a_call_is_answered_talked_held_wrapped_up_and_kept(stage: Stage) -> None:
    agent = await stage.agent("lin", ready=False)
    await agent.until(lambda: stage.center.queue in agent.queues)
    before = agent.queues[stage.center.queue]["today"]["answered"]
    customer = await stage.customer(ANI)
    await chooses(customer, "1")
    await agent.until(lambda: agent.queues[stage.center.queue]["waiting"] == 1)
    await hears_something(customer)  # music
    await agent.ready()
    rung = await agent.rung()
    row = await agent.row(lambda r: r["role"] == "offer")
    assert rung.state is State.RINGING  # the pop is there before anybody has answered
    assert (row["channel"], row["call"]["number"], row["call"]["keys"]) == ("voice", ANI, ["1"])
    assert rung.headers["x-parley-interaction"] == row["id"]
    rung.answer()
    await agent.row(lambda r: r["id"] == row["id"] and r["role"] == "owner")
    async with speaking(customer, CUSTOMER_HZ), speaking(rung, AGENT_HZ):
        await hears(customer, AGENT_HZ)
        await hears(rung, CUSTOMER_HZ)
        await agent.do(row["id"], "hold", {"on": True})
        await agent.row(lambda r: r["call"]["held"])
        await hears_something(customer)
        await hears_nothing_of(customer, AGENT_HZ)
        await hears_nothing_of(rung, CUSTOMER_HZ)
        await agent.do(row["id"], "hold", {"on": False})
        await hears(customer, AGENT_HZ)
        await hears(rung, CUSTOMER_HZ)
    customer.hang_up()
    await rung.ended()
    await agent.wrapped_up(row["id"])
    await stage.nothing_left()
    await _is_kept(agent, row["id"])
    await _agrees(agent, row["id"])
    await agent.until(lambda: agent.queues[stage.center.queue]["today"]["answered"] == before + 1)


async def test_what_a_demo_customer_is_given_to_say_is_heard(stage: Stage, tmp_path: Path) -> None:
    words = tmp_path / "words.wav"
    sound.write(words, sound.tone(CUSTOMER_HZ, 30.0))
    agent = await stage.agent("lin")
    caller = stage.center.house.call(
        "13800138003", "--to", NUMBER, "--keys", "1", "--speak", str(words)
    )
    rung = await agent.rung()
    rung.answer()
    row = await agent.row(lambda r: r["role"] == "owner")
    await hears(rung, CUSTOMER_HZ)
    await asyncio.to_thread(caller.end)
    await rung.ended()
    await agent.wrapped_up(row["id"])
    await stage.nothing_left()


async def _is_kept(agent: Colleague, interaction_id: str) -> None:
    """The recording has the customer on the left, and what the customer heard on the right."""

    async def stored() -> Any:
        found = (await agent.get(f"interactions/{interaction_id}/recordings"))["items"]
        return [item for item in found if item["state"] == "stored"]

    [recording] = await until(stored, "the recording is kept")
    samples, rate = soundfile.read(io.BytesIO(await agent.audio(recording["id"])))
    assert rate == sound.RATE_HZ
    left, right = samples[:, 0], samples[:, 1]
    assert loudest(left, CUSTOMER_HZ) > 0.8
    assert loudest(right, AGENT_HZ) > 0.8
    assert loudest(left, AGENT_HZ) < 0.2
    wave = await agent.get(f"recordings/{recording['id']}/waveform")
    assert max(peak[0] for peak in wave["peaks"]) > 0.1
    assert abs(wave["duration_s"] - len(left) / rate) < 0.5


async def _agrees(agent: Colleague, interaction_id: str) -> None:
    """What was journalled, the records of legs, and the facts of the interaction."""
    legs = (await agent.get(f"interactions/{interaction_id}/legs"))["items"]
    assert [(leg["role"], leg["direction"], leg["cause"]) for leg in legs] == [
        ("customer", "in", "normal"), ("agent", "out", "normal"),
    ]  # fmt: skip
    assert all(leg["talk_s"] > 0 for leg in legs)
    fact = await agent.get(f"interactions/{interaction_id}")
    assert (fact["outcome"], fact["ended_by"], fact["offers"]) == ("served", "customer", 1)
    assert fact["agent_id"] == agent.me["id"]
    assert abs(_at(fact["connected_at"]) - _at(legs[1]["answered_at"])) < 1.0
    assert abs(_at(fact["conversation_ended_at"]) - _at(legs[0]["ended_at"])) < 1.0


def _at(instant: str) -> float:
    from datetime import datetime

    return datetime.fromisoformat(instant).timestamp()


def loudest(samples: np.ndarray, hz: float) -> float:
    """The largest share that a tone has of any loud fifth of a second."""
    span = sound.RATE_HZ // 5
    spans = [samples[at : at + span] for at in range(0, len(samples) - span, span)]
    loud = [part for part in spans if np.sqrt(np.mean(part**2)) > 0.01]
    return max((sound.strength((part * 32_767).tolist(), hz) for part in loud), default=0.0)


async def test_a_caller_who_hangs_up_while_it_rings_frees_the_agent(stage: Stage) -> None:
    agent = await stage.agent("lin")
    customer = await stage.customer("+8613800138001")
    await chooses(customer, "1")
    rung = await agent.rung()
    customer.hang_up()
    await rung.ended()
    await agent.until(lambda: not agent.work)
    await stage.nothing_left()
    assert agent.presence["status"] == "ready"  # nothing is held against them


async def test_a_phone_that_says_no_leaves_the_caller_the_place(stage: Stage) -> None:
    first = await stage.agent("lin")
    customer = await stage.customer("+8613800138002")
    await chooses(customer, "1")
    rung = await first.rung()
    second = await stage.agent("chen")
    rung.reject(486)
    taken = await second.rung()
    taken.answer()
    row = await second.row(lambda r: r["role"] == "owner")
    async with speaking(customer, CUSTOMER_HZ):
        await hears(taken, CUSTOMER_HZ)
    taken.hang_up()
    await customer.ended()
    await second.wrapped_up(row["id"])
    await stage.nothing_left()


@pytest.mark.parametrize("turn", range(12))
async def test_an_answer_and_a_hang_up_at_once_leave_nothing(stage: Stage, turn: int) -> None:
    """Each state by chance: before, with and after the answer."""
    agent = await stage.agent("lin")
    customer = await stage.customer(f"+86138001381{turn:02d}")
    await chooses(customer, "1")
    rung = await agent.rung()
    acts = [rung.answer, customer.hang_up]
    for act in acts if turn % 2 else reversed(acts):
        act()
    await rung.ended()
    await agent.until(lambda: all(r["role"] == "wrap_up" for r in agent.work.values()))
    await stage.nothing_left()
