"""Who waits hears, in words, which place they have and how long it may take."""

from __future__ import annotations

import pytest

from tests.voice.line import Stage, chooses
from tests.voice.prompts import hears_prompts, likeness, recorded

pytestmark = [pytest.mark.telephony, pytest.mark.slow, pytest.mark.xdist_group("voice"),
              pytest.mark.timeout(300)]  # fmt: skip


async def test_place_and_wait_are_announced(stage: Stage) -> None:
    agent = await stage.agent("lin", ready=False)
    queue = stage.center.queue
    first = await stage.customer("+8613800138030")
    await chooses(first, "1")
    await hears_prompts(first, "position_intro", "unit_1", "position_outro")
    await agent.ready()
    rung = await agent.rung()
    rung.answer()
    row = await agent.row(lambda r: r["role"] == "owner")
    first.hang_up()
    await agent.wrapped_up(row["id"])
    await agent.ask("PUT", "presence", {"status": "not_ready", "reason": "break"})
    second = await stage.customer("+8613800138031")
    await chooses(second, "1")
    await agent.until(lambda: agent.queues[queue]["waiting"] == 1)
    third = await stage.customer("+8613800138032")
    await chooses(third, "1")
    await hears_prompts(second, "unit_1", "wait_intro", "unit_minute", "wait_outro")
    await hears_prompts(third, "position_intro", "unit_2", "position_outro")
    second.hang_up()
    third.hang_up()
    await stage.nothing_left()


def test_another_word_is_not_taken_for_it() -> None:
    for language in ("zh-CN", "en-US"):
        words = {key: recorded(key, language) for key in ("unit_1", "unit_2", "position_intro")}
        for key, samples in words.items():
            assert likeness(samples, samples) > 0.99
            assert all(likeness(words[x], samples) < 0.6 for x in words if x != key)
