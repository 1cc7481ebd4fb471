"""The contract of a shard: who leads, what a commit promises, what a restart finds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from parley.core.commands import SendMessage
from parley.core.errors import Deposed
from parley.core.events import Arrived, Event, MessageAdded, PresenceChanged
from parley.core.insight.facts import Facts, InteractionFact
from parley.core.model import Channel, CustomerRef, PresenceStatus, Sender
from parley.core.ports import Shard

OpenShard = Callable[[], Shard]
AT = 1_790_000_000.125


@pytest.fixture
async def shard(open_shard: OpenShard) -> AsyncIterator[Shard]:
    opened = open_shard()
    yield opened
    await opened.release(0)


def arrived(interaction_id: str = "int_1") -> Arrived:
    return Arrived(
        at=AT,
        interaction_id=interaction_id,
        channel=Channel.CHAT,
        entry_point="shop",
        address="web:vis_1",
        customer=CustomerRef(id="cus_1", name="李雷"),
        language="zh-CN",
    )


def said(message_id: str, text: str = "你好", interaction_id: str = "int_1") -> MessageAdded:
    return MessageAdded(
        at=AT,
        interaction_id=interaction_id,
        message_id=message_id,
        client_id=f"c-{message_id}",
        sender=Sender.CUSTOMER,
        text=text,
    )


def ready(agent_id: str) -> PresenceChanged:
    return PresenceChanged(at=AT, agent_id=agent_id, status=PresenceStatus.READY)


def send(message_id: str) -> SendMessage:
    return SendMessage(
        lane="int_1",
        interaction_id="int_1",
        entry_point="shop",
        address="web:vis_1",
        message_id=message_id,
        text="您好",
    )


def fact(*events: Event) -> InteractionFact:
    facts = Facts()
    changed = [facts.apply(event) for event in events]
    assert changed[-1] is not None
    return changed[-1]


async def led(shard: Shard) -> int:
    epoch = await shard.acquire("node-a")
    assert epoch is not None
    return epoch


async def test_events_are_numbered_from_one_without_gaps(shard: Shard) -> None:
    epoch = await led(shard)
    firsts = [
        (await shard.commit(epoch, [ready("agt_1")], [], []))[0],
        (await shard.commit(epoch, [ready("agt_1"), ready("agt_2")], [], []))[0],
        (await shard.commit(epoch, [ready("agt_3")], [], []))[0],
    ]
    assert firsts == [1, 2, 4]
    assert [r.seq async for r in shard.replay(0)] == [1, 2, 3, 4]


async def test_replay_gives_back_the_same_events_after_a_seq(shard: Shard) -> None:
    epoch = await led(shard)
    events: list[Event] = [
        arrived(),
        said("msg_1"),
        said("msg_2", "emoji 👍🏽 and a \\u0000 that is none"),
    ]
    await shard.commit(epoch, events, [], [fact(*events)])
    assert [r.event async for r in shard.replay(1)] == events[1:]


async def test_a_commit_without_events_still_stores_its_commands(shard: Shard) -> None:
    epoch = await led(shard)
    _, items = await shard.commit(epoch, [], [send("msg_1")], [])
    assert [item.command for item in items] == [send("msg_1")]
    assert (await shard.commit(epoch, [ready("agt_1")], [], []))[0] == 1


async def test_a_second_node_does_not_lead_while_the_first_does(
    shard: Shard, open_shard: OpenShard
) -> None:
    await led(shard)
    other = open_shard()
    assert await other.acquire("node-b") is None
    await other.release(0)


async def test_a_released_shard_is_led_at_once_by_the_next(
    shard: Shard, open_shard: OpenShard
) -> None:
    first = await led(shard)
    await shard.release(first)
    other = open_shard()
    second = await other.acquire("node-b")
    assert second is not None
    assert second > first
    await other.release(second)


async def test_a_deposed_leader_can_do_nothing_any_more(
    shard: Shard, open_shard: OpenShard
) -> None:
    old = await led(shard)
    await shard.commit(old, [ready("agt_1")], [], [])
    await shard.release(old)
    other = open_shard()
    new = await other.acquire("node-b")
    assert new is not None
    with pytest.raises(Deposed):
        await shard.commit(old, [arrived()], [send("msg_1")], [fact(arrived())])
    with pytest.raises(Deposed):
        await shard.save_snapshot(old, 1, b"stale")
    assert [r.seq async for r in other.replay(0)] == [1]
    assert await other.outbox() == []
    assert await other.load_snapshot() is None
    await other.release(new)


async def test_a_deposed_leader_cannot_renew(shard: Shard, open_shard: OpenShard) -> None:
    old = await led(shard)
    await shard.release(old)
    other = open_shard()
    new = await other.acquire("node-b")
    assert new is not None
    shard_again = open_shard()
    with pytest.raises(Deposed):
        await shard_again.renew(old)
    await other.release(new)
    await shard_again.release(0)


async def test_the_newest_snapshot_is_found_and_only_a_few_are_kept(shard: Shard) -> None:
    epoch = await led(shard)
    assert await shard.load_snapshot() is None
    for seq in range(1, 8):
        await shard.save_snapshot(epoch, seq, b"\x00state %d" % seq)
    assert await shard.load_snapshot() == (7, b"\x00state 7")
    assert await shard.load_snapshot(before=7) == (6, b"\x00state 6")
    assert await shard.load_snapshot(before=1) is None


async def test_open_outbox_items_survive_in_order_with_their_attempts(
    shard: Shard, open_shard: OpenShard
) -> None:
    epoch = await led(shard)
    commands = [send(f"msg_{n}") for n in range(4)]
    _, items = await shard.commit(epoch, [ready("agt_1")], commands, [])
    await shard.outbox_done([items[1].id])
    await shard.outbox_retry(items[2].id, AT + 60, "no answer")
    await shard.outbox_failed(items[3].id, "address unknown")
    await shard.release(epoch)

    other = open_shard()
    left = await other.outbox()
    assert [(item.id, item.command, item.attempts) for item in left] == [
        (items[0].id, commands[0], 0),
        (items[2].id, commands[2], 1),
    ]
    assert left[1].due_at == AT + 60
    [failure] = await other.outbox_failures()
    assert (failure.id, failure.kind, failure.lane, failure.error) == (
        items[3].id, "SendMessage", "int_1", "address unknown",
    )  # fmt: skip
    assert await other.forget_failures() == 1
    assert await other.outbox_failures() == []
    assert len(await other.outbox()) == 2
    await other.release(0)


async def test_a_commit_forgets_what_was_carried_out(shard: Shard) -> None:
    epoch = await led(shard)
    _, items = await shard.commit(epoch, [], [send(f"msg_{n}") for n in range(3)], [])
    await shard.commit(epoch, [ready("agt_1")], [send("msg_3")], [], [items[0].id, items[2].id])
    assert [item.command for item in await shard.outbox()] == [send("msg_1"), send("msg_3")]
    with pytest.raises(Deposed):
        await shard.commit(epoch - 1, [ready("agt_1")], [], [], [items[1].id])
    assert len(await shard.outbox()) == 2


async def test_concurrent_commits_of_one_leader_stay_whole(shard: Shard) -> None:
    epoch = await led(shard)
    batches = [[ready(f"agt_{n}_{k}") for k in range(3)] for n in range(20)]
    firsts = await asyncio.gather(*(shard.commit(epoch, b, [], []) for b in batches))
    stored = [r.event async for r in shard.replay(0)]
    for (first, _), batch in zip(firsts, batches, strict=True):
        assert stored[first - 1 : first + 2] == batch
