"""Commands: in order within a lane, again when they fail, visibly given up in the end."""

import asyncio

import pytest

from parley.core.commands import AnswerLeg
from parley.core.errors import Unavailable
from parley.core.ports import OutboxItem
from parley.engine.outbox import MARK_S, MAX_ATTEMPTS, Outbox, pause_s
from tests.engine.world import HandClock, Ledger, MemoryShard, Messenger, Tell, settle


class Switch:
    """Answers; once more changes nothing."""

    async def perform(self, tenant_id, command) -> None: ...


class Office:
    """An outbox with everything around it."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.ledger = Ledger()
        self.messenger = Messenger()
        self.messenger.clock = self.clock
        self.given_up: list[tuple[str, str]] = []
        self.outbox = Outbox(
            MemoryShard(self.ledger), {Tell: self.messenger, AnswerLeg: Switch()}, self._gave_up,
            self.clock,
        )  # fmt: skip

    async def _gave_up(self, command, reason) -> None:
        self.given_up.append((command.text, reason))

    async def answered(self) -> None:
        """A line was, as the outbox knows; the store doesn't yet."""
        item = OutboxItem(1, AnswerLeg(lane="a", leg_id="leg"), 0, 0.0)
        self.ledger.items[1] = item
        self.outbox.put([item])
        await settle()
        assert self.ledger.items == {1: item}

    def put(self, *texts: str, lane: str = "a") -> None:
        first = len(self.ledger.items) + 1
        items = [
            OutboxItem(first + n, Tell(lane=lane, text=text), 0, 0.0)
            for n, text in enumerate(texts)
        ]
        self.ledger.items.update({item.id: item for item in items})
        self.outbox.put(items)


@pytest.fixture
async def office():
    office = Office()
    yield office
    await office.outbox.stop()


async def test_commands_of_a_lane_are_carried_out_one_after_the_other(office):
    office.messenger.gates["one"] = asyncio.Event()
    office.put("one", "two", "three")
    office.put("four", lane="b")
    await settle()
    assert office.messenger.told == ["four"], "a slow lane holds up nobody else"
    assert [text for _, text in office.messenger.tried] == ["one", "four"]
    office.messenger.gates["one"].set()
    await settle()
    assert office.messenger.told == ["four", "one", "two", "three"]
    assert office.outbox.backlog == 0
    assert office.ledger.items == {}


async def test_a_failed_command_is_tried_again_with_growing_pauses_and_its_lane_waits(office):
    office.messenger.faults["one"] = ["later", "later", "later"]
    office.put("one", "two")
    await office.clock.advance(100)
    assert office.messenger.told == ["one", "two"]
    times = [at - 1000 for at, text in office.messenger.tried if text == "one"]
    assert times == [0, 1, 3, 7]
    assert office.ledger.items == {}


async def test_a_command_that_can_never_work_is_given_up_at_once_and_the_next_goes_on(office):
    office.messenger.faults["one"] = ["never"]
    office.put("one", "two")
    await settle()
    assert office.given_up == [("one", "never")]
    assert office.messenger.told == ["two"]
    assert list(office.ledger.failed.values()) == ["never"]
    assert office.outbox.failed == 1, "health and metrics tell it"


async def test_a_command_is_given_up_after_the_last_attempt(office):
    office.messenger.faults["one"] = ["always"]
    office.put("one")
    await office.clock.advance(3600)
    assert len(office.messenger.tried) == MAX_ATTEMPTS
    assert office.given_up == [("one", "later")]


async def test_a_bug_in_a_handler_costs_an_attempt_and_not_the_lane(office):
    office.messenger.faults["one"] = ["bug"]
    office.put("one", "two")
    await office.clock.advance(5)
    assert office.messenger.told == ["one", "two"]


async def test_a_restart_carries_on_with_what_is_open_in_its_order(office):
    office.messenger.faults["one"] = ["later"] * 3
    office.put("one", "two")
    await settle()
    assert office.outbox.retrying == 1
    await office.outbox.stop()
    assert office.outbox.backlog == 0
    office.outbox.put(list(office.ledger.items.values()))
    await office.clock.advance(30)
    assert office.messenger.told == ["one", "two"]
    assert office.ledger.items == {}


async def test_a_command_nobody_can_carry_out_is_given_up(office):
    outbox = Outbox(MemoryShard(office.ledger), {}, office._gave_up, office.clock)
    office.ledger.items[9] = OutboxItem(9, Tell(lane="x", text="lost"), 0, 0.0)
    outbox.put([office.ledger.items[9]])
    await settle()
    assert [text for text, _ in office.given_up] == ["lost"]


def test_pauses_double_up_to_a_minute():
    assert [pause_s(n) for n in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


async def test_a_commit_marks_what_may_be_done_again(office):
    await office.answered()
    with office.outbox.finished() as done:
        assert done == [1]
    await office.clock.advance(1)
    assert 1 in office.ledger.items, "it was the commit's to do"


async def test_a_commit_that_fails_marks_nothing(office):
    await office.answered()
    with pytest.raises(Unavailable), office.outbox.finished():
        raise Unavailable("database_gone")
    await office.clock.advance(MARK_S)
    assert office.ledger.items == {}


async def test_without_a_commit_it_is_marked_a_little_later(office):
    await office.answered()
    await office.clock.advance(MARK_S)
    assert office.ledger.items == {}


async def test_what_could_be_noticed_twice_is_marked_at_once(office):
    await office.answered()
    office.put("one", lane="b")
    await settle()
    assert office.ledger.items == {}


async def test_what_was_done_and_could_not_be_marked_is_not_done_again(office):
    office.ledger.away = True
    office.put("one")
    await settle()
    await office.outbox.stop()
    office.ledger.away = False
    office.outbox.put(list(office.ledger.items.values()))  # the next term finds it open
    await office.clock.advance(5)
    assert office.messenger.told == ["one"]
    assert office.ledger.items == {}
