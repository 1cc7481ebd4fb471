"""Call detail records are what the journal says, in PostgreSQL and its twin; recordings are kept once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from parley.adapters.store.database import Database
from parley.adapters.store.store import PostgresStore
from parley.adapters.store.twin import TwinJournal
from parley.core import events as ev
from parley.core.desk.ticket import Ticket
from parley.core.errors import Deposed
from parley.core.insight.facts import Facts
from parley.core.insight.legs import LegRow, legs_of
from parley.core.model import Channel, CustomerRef, Direction, LegEnd, LegRole
from parley.core.ports import KeptRecording, LegFilter, RecordingState, Shard
from parley.engine.codec import Codec
from parley.ids import new_id

AT = 1_790_000_000.0
Legs = Callable[[str], Awaitable[Sequence[LegRow]]]


@pytest.fixture(params=["postgres", "twin"])
def shard_and_legs(request: pytest.FixtureRequest) -> tuple[Shard, Legs]:
    """A shard, and how its legs of a call are read."""
    if request.param == "twin":
        twin = TwinJournal(Codec)

        async def of_twin(interaction_id: str) -> Sequence[LegRow]:
            return twin.legs("tnt_one", interaction_id)

        return twin.shard("tnt_one"), of_twin
    store: PostgresStore = request.getfixturevalue("store")
    tenant: str = request.getfixturevalue("tenant")

    async def of_store(interaction_id: str) -> Sequence[LegRow]:
        return await store.legs.of_interaction(tenant, interaction_id)

    return store.shard(tenant), of_store


def call(
    interaction_id: str, at: float = AT, *, agent: str = "agt_lin", number: str = "+8613800138000"
) -> list[ev.Event]:
    """A customer rings, an agent answers, both hang up."""
    theirs, ours = f"1790.{interaction_id}", f"leg_{interaction_id}"
    return [
        ev.LegStarted(
            at=at, interaction_id=interaction_id, leg_id=theirs, role=LegRole.CUSTOMER,
            direction=Direction.IN, number=number, trunk="trk_1",
        ),
        ev.LegUp(at=at + 1, interaction_id=interaction_id, leg_id=theirs),
        ev.LegStarted(
            at=at + 5, interaction_id=interaction_id, leg_id=ours, role=LegRole.AGENT,
            direction=Direction.OUT, agent_id=agent,
        ),
        ev.LegRinging(at=at + 6, interaction_id=interaction_id, leg_id=ours, caller_id="95500"),
        ev.LegUp(at=at + 9, interaction_id=interaction_id, leg_id=ours, caller_id="95501"),
        ev.LegOver(at=at + 69, interaction_id=interaction_id, leg_id=ours, cause=LegEnd.NORMAL),
        ev.LegOver(
            at=at + 70, interaction_id=interaction_id, leg_id=theirs, cause=LegEnd.NORMAL, code=16
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 7])
async def test_the_rows_are_what_the_events_add_up_to_however_they_were_committed(
    shard_and_legs: tuple[Shard, Legs], size: int
) -> None:
    shard, legs = shard_and_legs
    epoch = await shard.acquire("node")
    assert epoch is not None
    story = call("int_1")
    for start in range(0, len(story), size):
        await shard.commit(epoch, story[start : start + size], [], [])
    assert list(await legs("int_1")) == legs_of(story)


async def test_a_deposed_leader_writes_no_leg(shard_and_legs: tuple[Shard, Legs]) -> None:
    shard, legs = shard_and_legs
    epoch = await shard.acquire("node")
    assert epoch is not None
    with pytest.raises(Deposed):
        await shard.commit(epoch - 1, call("int_1"), [], [])
    assert list(await legs("int_1")) == []


# --- lists ----------------------------------------------------------------------------------------


async def _taken(store: PostgresStore, tenant: str, *stories: list[ev.Event]) -> None:
    shard = store.shard(tenant)
    epoch = await shard.acquire("node")
    assert epoch is not None
    facts = Facts()
    for story in stories:
        rows = [fact for fact in map(facts.apply, story) if fact is not None]
        await shard.commit(epoch, story, [], rows)
    await shard.release(epoch)


def arrived(interaction_id: str, queue: str) -> list[ev.Event]:
    customer = CustomerRef("cus_1", "王女士")
    return [
        ev.Arrived(
            at=AT, interaction_id=interaction_id, channel=Channel.VOICE, entry_point="ept_1",
            address="tel:1", customer=customer, language="zh-CN",
        ),
        ev.Queued(
            at=AT, interaction_id=interaction_id, queue=queue, priority=0, order_at=AT,
            reason="arrived",
        ),
    ]  # fmt: skip


async def test_lists_are_filtered_and_paged_newest_first(store: PostgresStore, tenant: str) -> None:
    stories = [call(f"int_{n}", AT + 100 * n, agent=f"agt_{n % 2}") for n in range(5)]
    stories.append(call("int_9", AT - 1000, number="+12025550100"))
    await _taken(store, tenant, *stories)

    async def ids(**wanted: object) -> list[str]:
        page = await store.legs.list(tenant, LegFilter(**wanted), None, 50)  # type: ignore[arg-type]
        return [row.id for row in page.items]

    assert await ids(agent_id="agt_1") == ["leg_int_3", "leg_int_1"]
    assert await ids(number="+12025550100") == ["1790.int_9"]
    assert await ids(trunk="trk_2") == []
    assert await ids(interaction_id="int_2") == ["leg_int_2", "1790.int_2"]
    assert await ids(role="agent", direction="out", started_from=AT + 300) == [
        "leg_int_4", "leg_int_3",
    ]  # fmt: skip
    assert await ids(started_to=AT) == ["leg_int_9", "1790.int_9"]
    cursor, seen = None, []
    while True:
        page = await store.legs.list(tenant, LegFilter(), cursor, 5)
        seen += [row.id for row in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(seen) == len(set(seen)) == 12
    assert seen == await ids()


async def test_a_scope_narrows_lists_to_ones_own_calls_or_the_teams(
    store: PostgresStore, tenant: str
) -> None:
    await _taken(
        store, tenant,
        arrived("int_1", "que_a") + call("int_1", agent="agt_1"),
        arrived("int_2", "que_b") + call("int_2", AT + 50, agent="agt_2"),
    )  # fmt: skip
    mine = await store.legs.list(tenant, LegFilter(seen_by="agt_1"), None, 50)
    assert {row.interaction_id for row in mine.items} == {"int_1"}
    assert len(mine.items) == 2
    team = await store.legs.list(tenant, LegFilter(queues=("que_b",)), None, 50)
    assert {row.interaction_id for row in team.items} == {"int_2"}


# --- recordings -----------------------------------------------------------------------------------


def recording(id_: str = "rec_1", **values: object) -> KeptRecording:
    kept = KeptRecording(
        id=id_, interaction_id="int_1", kind="call", started_at=AT, duration_s=61.5, size=9_000,
        blob_key=f"tnt/{id_}",
    )  # fmt: skip
    return replace(kept, **values)  # type: ignore[arg-type]


def told(kept: KeptRecording) -> ev.RecordingStored:
    return ev.RecordingStored(
        at=AT, recording_id=kept.id, interaction_id=kept.interaction_id, kind=kept.kind,
        duration_s=kept.duration_s, size=kept.size,
    )  # fmt: skip


async def test_a_recording_is_kept_once_with_its_event(store: PostgresStore, tenant: str) -> None:
    kept = recording()
    assert await store.recordings.add(tenant, kept, [told(kept)])
    assert not await store.recordings.add(tenant, replace(kept, size=1), [told(kept)])
    assert await store.recordings.get(tenant, "rec_1") == kept
    assert list(await store.recordings.of_interaction(tenant, "int_1")) == [kept]
    events = await store.journal.since(tenant, 0, 10)
    assert [each.event for each in events] == [told(kept)]


async def test_retention_passes_over_what_is_held_and_deletes_once(
    store: PostgresStore, tenant: str
) -> None:
    for kept in (recording("rec_1"), recording("rec_2"), recording("rec_3", started_at=AT + 50)):
        await store.recordings.add(tenant, kept, [])
    held = await store.recordings.hold(tenant, "rec_2", True, [])
    assert held is not None
    assert held.held
    due = await store.recordings.expired(tenant, AT + 10, 10)
    assert [each.id for each in due] == ["rec_1"]
    assert await store.recordings.mark_deleted(tenant, "rec_1", [])
    assert not await store.recordings.mark_deleted(tenant, "rec_1", [])
    assert not await store.recordings.mark_deleted(tenant, "rec_2", [])
    gone = await store.recordings.get(tenant, "rec_1")
    assert gone is not None
    assert gone.state is RecordingState.DELETED
    assert await store.recordings.hold(tenant, "rec_9", True, []) is None


async def test_a_tenant_sees_no_call_of_another(
    database: Database, store: PostgresStore, tenant: str
) -> None:
    other = new_id("tnt")
    await store.add_tenant(other)
    await store.recordings.add(other, recording(), [])
    await _taken(store, other, call("int_1"))
    assert await store.recordings.get(tenant, "rec_1") is None
    assert (await store.legs.list(tenant, LegFilter(), None, 10)).items == []
    async with database.tenant(tenant) as connection:
        assert await connection.fetchval("SELECT count(*) FROM leg") == 0
        assert await connection.fetchval("SELECT count(*) FROM recording") == 0


async def test_a_ticket_knows_the_message_that_was_spoken(
    store: PostgresStore, tenant: str
) -> None:
    ticket = Ticket(
        id=new_id("tkt"), number=0, kind="message", subject="留言", recording_id="rec_1"
    )
    stored, _ = await store.tickets.open(tenant, ticket)
    assert stored.recording_id == "rec_1"
    saved = await store.tickets.save(tenant, replace(stored, subject="语音留言"), [])
    found = await store.tickets.get(tenant, ticket.id)
    assert found == saved
    assert found.recording_id == "rec_1"
