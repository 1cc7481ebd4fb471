"""The one loop: order, group commit, fencing, and a state that always equals the journal."""

import asyncio

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.core.errors import ParleyError, Unavailable
from parley.engine.engine import MAX_BATCH_INPUTS, MAX_QUEUED_INPUTS, SNAPSHOT_EVENTS, Engine
from parley.engine.status import EnginePhase
from tests.engine.world import (
    Echo,
    HandClock,
    Ledger,
    MemoryShard,
    Messenger,
    Said,
    Tell,
    settle,
    until,
)


def texts(events) -> list[str]:
    return [event.text for event in events]


class House:
    """One node's engine and what it told the screens."""

    def __init__(self, ledger: Ledger | None = None, node: str = "one") -> None:
        self.clock = HandClock()
        self.shard = MemoryShard(ledger)
        self.ledger = self.shard.ledger
        self.messenger = Messenger()
        self.published: list[str] = []
        self.terms = 0
        self.engine = Engine(
            self.shard,
            node,
            handlers={Tell: self.messenger},
            blank=Echo,
            clock=self.clock,
            published=lambda c: self.published.extend(texts(c.events)),
            leading=self._leading,
        )
        self.task: asyncio.Task[None] | None = None

    def _leading(self) -> None:
        self.terms += 1

    async def open(self) -> "House":
        self.task = asyncio.create_task(self.engine.run())
        await until(lambda: self.engine.status.phase is EnginePhase.LEADING)
        return self

    async def close(self) -> None:
        if self.task is not None:
            self.engine.stop()
            await asyncio.wait_for(self.task, 30)

    def say(self, text: str, lane: str | None = None) -> "asyncio.Task":
        said = Said(at=self.clock.now(), text=text, lane=lane)
        return asyncio.create_task(self.engine.submit(said))

    def stands_by(self) -> bool:
        return self.engine.status.phase is EnginePhase.STANDBY

    @property
    def heard(self) -> list[str]:
        return self.engine.picture.heard

    @property
    def durable(self) -> list[str]:
        return texts(self.ledger.events)


@pytest.fixture
async def house():
    house = await House().open()
    yield house
    await house.close()


@given(st.lists(st.lists(st.integers(0, 999), min_size=1, max_size=40), min_size=1, max_size=8))
def test_inputs_are_decided_in_the_order_they_were_submitted_however_they_are_batched(bursts):
    async def story() -> None:
        house = await House().open()
        for burst in bursts:
            answers = [house.say(str(n)) for n in burst]
            await asyncio.gather(*answers)
        expected = [str(n) for burst in bursts for n in burst]
        assert house.durable == house.heard == house.published == expected
        await house.close()

    asyncio.run(story())


async def test_what_waits_together_is_committed_together(house):
    house.shard.gate = asyncio.Event()
    first = house.say("a")
    await settle()
    others = [house.say(str(n)) for n in range(MAX_BATCH_INPUTS)]
    await settle()
    house.shard.gate.set()
    await asyncio.gather(first, *others)
    assert house.ledger.commits == [1, MAX_BATCH_INPUTS]


async def test_an_answer_comes_only_after_the_commit(house):
    house.shard.gate = asyncio.Event()
    answer = house.say("a")
    await settle()
    assert not answer.done()
    assert house.published == []
    house.shard.gate.set()
    step = await answer
    assert [event.text for event in step.events] == ["a"]


async def test_commands_are_carried_out_after_the_commit_that_asked_for_them(house):
    house.shard.gate = asyncio.Event()
    answer = house.say("hello", lane="a")
    await settle()
    assert house.messenger.told == []
    house.shard.gate.set()
    await answer
    await until(lambda: house.messenger.told == ["hello"])


async def test_a_deposed_engine_commits_nothing_and_says_so(house):
    await house.say("before")
    house.ledger.epoch += 1  # another node took over
    house.ledger.leader = "two"
    answer = house.say("after")
    with pytest.raises(Unavailable) as refusal:
        await answer
    assert refusal.value.code == "not_leading"
    assert house.durable == ["before"]
    assert house.published == ["before"]
    await until(lambda: house.engine.status.phase is EnginePhase.STANDBY)
    with pytest.raises(Unavailable):
        await house.say("later")


async def test_a_second_node_waits_and_takes_over_with_the_same_state(house):
    await house.say("a")
    other = House(house.ledger, node="two")
    other.task = asyncio.create_task(other.engine.run())
    await settle()
    assert other.stands_by()
    await house.close()
    await other.clock.advance(1)
    assert not other.stands_by()
    assert other.heard == ["a"]
    await other.close()
    house.task = None


async def test_a_lease_lost_without_any_input_ends_the_term(house):
    house.ledger.epoch += 1
    house.ledger.leader = "two"
    await house.clock.advance(1.1)
    assert house.engine.status.phase is EnginePhase.STANDBY


async def test_a_node_cut_off_from_the_database_does_not_go_on_showing_what_it_last_knew(house):
    async def unreachable(epoch: int) -> None:
        raise Unavailable("database_unavailable")

    house.shard.renew = unreachable
    await house.clock.advance(5)
    assert house.engine.status.phase is EnginePhase.LEADING
    await house.clock.advance(7)
    assert house.terms == 2  # it gave up and began anew


@pytest.mark.parametrize("trouble", ["lost", "unknown"])
async def test_after_a_commit_whose_end_is_unknown_the_state_equals_the_journal(house, trouble):
    await house.say("a")
    house.shard.trouble = [trouble]
    epoch = house.engine.status.epoch
    answer = house.say("b")
    with pytest.raises(Unavailable) as refusal:
        await answer
    assert refusal.value.code == "rebuilding"
    await house.clock.advance(1)
    assert house.engine.status.phase is EnginePhase.LEADING
    assert house.engine.status.epoch > epoch, "the lost transaction is fenced"
    assert house.heard == house.durable == (["a"] if trouble == "lost" else ["a", "b"])
    await house.say("c")
    assert house.durable[-1] == "c"
    assert house.terms == 2


async def test_an_input_the_core_breaks_on_is_refused_and_costs_no_other(house):
    house.shard.gate = asyncio.Event()
    first = house.say("a")
    await settle()
    texts = ["b", "boom", "c"]
    answers = [house.say(text) for text in texts]
    await settle()
    house.shard.gate.set()
    results = await asyncio.gather(first, *answers, return_exceptions=True)
    assert isinstance(results[2], ParleyError)
    assert results[2].code == "input_failed"
    assert results[2].values == {"kind": "Said"}
    assert house.durable == house.heard == ["a", "b", "c"], "no trace of the half-done input"


async def test_a_timer_fires_when_it_is_due_and_not_before(house):
    await house.say("later")
    await house.clock.advance(4.9)
    assert house.durable == []
    await house.clock.advance(0.2)
    assert house.durable == ["tick"]


async def test_no_timer_is_lost_when_more_are_due_than_fit_a_batch(house):
    await house.say("crowd")
    await house.clock.advance(6)
    assert sorted(house.durable) == sorted(f"tick {n}" for n in range(1200))


async def test_a_timer_that_breaks_the_core_is_set_aside_and_the_rest_goes_on(house):
    await house.say("doomed")
    await house.clock.advance(6)
    await house.say("later")
    await house.clock.advance(6)
    assert house.durable == ["tick"]


async def test_a_timer_that_changes_nothing_does_not_stop_the_world(house):
    await house.say("stays")
    await house.clock.advance(10)
    await house.say("a")
    assert house.durable == ["a"]


async def test_too_many_waiting_inputs_are_refused_as_busy(house):
    house.shard.gate = asyncio.Event()
    first = house.say("a")
    await settle()
    answers = [house.say(str(n)) for n in range(MAX_QUEUED_INPUTS)]
    await settle(2)
    with pytest.raises(Unavailable) as refusal:
        await house.say("one too many")
    assert refusal.value.code == "busy"
    house.shard.gate.set()
    await asyncio.gather(first, *answers)
    assert len(house.durable) == MAX_QUEUED_INPUTS + 1


async def test_a_snapshot_and_the_journal_after_it_give_the_same_state(house):
    await asyncio.gather(*(house.say(str(n)) for n in range(SNAPSHOT_EVENTS)))
    await settle()
    assert [seq for seq, _ in house.ledger.snapshots] == [SNAPSHOT_EVENTS]
    await asyncio.gather(*(house.say(f"x{n}") for n in range(7)))
    expected = list(house.durable)
    twin = House(Ledger(events=house.ledger.events, snapshots=house.ledger.snapshots))
    await twin.open()
    assert twin.heard == expected
    assert twin.shard.replayed_from == [SNAPSHOT_EVENTS]
    await twin.close()


async def test_a_snapshot_that_cannot_be_read_costs_no_more_than_the_one_before_it(house):
    await house.say("a")
    await house.say("b")
    kept = [(1, msgspec.msgpack.encode(["a"])), (2, b"\xc1 torn")]
    twin = House(Ledger(events=house.ledger.events, snapshots=kept))
    await twin.open()
    assert twin.heard == ["a", "b"]
    assert twin.shard.replayed_from == [1]
    await twin.close()


async def test_a_snapshot_is_taken_after_a_minute_of_activity_only(house):
    await house.say("a")
    await house.clock.advance(61)
    assert house.ledger.snapshots == []
    await house.say("b")
    await settle()
    assert len(house.ledger.snapshots) == 1


async def test_a_stop_finishes_what_is_queued_saves_and_gives_the_lease_back():
    house = await House().open()
    house.shard.gate = asyncio.Event()
    answers = [house.say(str(n)) for n in range(5)]
    await settle()
    house.engine.stop()
    late = house.say("late")
    house.shard.gate.set()
    results = await asyncio.gather(*answers, late, return_exceptions=True)
    await house.close()
    assert isinstance(results[-1], Unavailable)
    assert house.durable == ["0", "1", "2", "3", "4"]
    assert house.ledger.snapshots[-1][0] == 5
    assert house.ledger.leader is None
    assert house.engine.status.phase is EnginePhase.STOPPED


async def test_open_commands_are_carried_out_after_a_restart():
    ledger = Ledger()
    house = await House(ledger).open()
    house.messenger.faults["hello"] = ["always"]
    await house.say("hello", lane="a")
    await settle()
    await house.close()
    assert len(ledger.items) == 1
    again = await House(ledger).open()
    await again.clock.advance(5)
    assert again.messenger.told == ["hello"]
    await again.close()


async def test_a_journal_with_a_gap_is_never_served():
    house = House()
    house.ledger.snapshots.append((3, b"\x90"))
    house.ledger.events = []

    async def gapped(after_seq):
        from parley.core.ports import Recorded
        from tests.engine.world import Heard

        yield Recorded(after_seq + 2, Heard(at=0, text="x"))

    house.shard.replay = gapped  # type: ignore[method-assign]
    house.task = asyncio.create_task(house.engine.run())
    await settle()
    assert house.engine.status.phase is EnginePhase.REBUILDING
    assert "journal_gap" in (house.engine.status.problem or "")
    await house.close()
