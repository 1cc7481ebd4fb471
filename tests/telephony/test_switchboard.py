"""News of a leg: told in its order, at once, and again from where nobody heard it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from parley.adapters.telephony import switchboard
from parley.adapters.telephony.switchboard import Ringing, Switchboard
from parley.core import inputs as got
from parley.core.desk.settings import Document
from parley.core.errors import ParleyError, Unavailable
from parley.core.model import CustomerRef

LINE = Document(
    "entry_point", "line",
    {"channel": "voice", "name": "Line", "queue": "sales", "numbers": ["+8657110"]},
)  # fmt: skip


class Engine:
    """Takes what it is told in order, and answers when the test lets it."""

    def __init__(self) -> None:
        self.asked: list[tuple[got.Input, asyncio.Future[None]]] = []
        self.taken: list[str] = []
        self.away = False

    async def submit(self, tenant_id: str, input: got.Input) -> None:
        if self.away:
            raise Unavailable("not_leading")
        answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.asked.append((input, answer))
        await answer
        self.taken.append(said(input))

    def durable(self, error: ParleyError | None = None) -> None:
        """A commit: all that was asked has its answer."""
        asked, self.asked = self.asked, []
        for _, answer in asked:
            if error is None:
                answer.set_result(None)
            else:
                answer.set_exception(error)


class Book:
    async def recognise(self, tenant_id, address, new, now) -> CustomerRef:
        await asyncio.sleep(0)
        return CustomerRef(new.id, new.name)


def said(input: got.Input) -> str:
    return getattr(input, "digit", type(input).__name__)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    monkeypatch.setattr(switchboard, "PAUSE_S", 0.005)
    return Engine()


@pytest.fixture
def board(engine: Engine) -> Switchboard:
    board = Switchboard(engine.submit, Book(), lambda: 1.0)
    board.configure("t", [LINE])
    return board


def press(board: Switchboard, *digits: str) -> None:
    for digit in digits:
        board.tell("t", "leg", got.DigitPressed(at=1.0, leg_id="leg", digit=digit))


async def test_nothing_waits_until_what_was_told_before_is_durable(engine, board):
    press(board, "1", "2")
    await until(lambda: len(engine.asked) == 2)
    press(board, "3")
    await until(lambda: len(engine.asked) == 3)
    assert engine.taken == []
    engine.durable()
    await board.settle()
    assert engine.taken == ["1", "2", "3"]


async def test_what_was_not_heard_is_told_again_from_there_on(engine, board):
    press(board, "1", "2", "3")
    await until(lambda: len(engine.asked) == 3)
    engine.asked[0][1].set_result(None)
    for _, answer in engine.asked[1:]:
        answer.set_exception(Unavailable("rebuilding"))
    engine.asked, engine.away = [], True
    press(board, "4")
    await asyncio.sleep(0.02)
    engine.away = False
    await until(lambda: len(engine.asked) == 3)
    engine.durable()
    await board.settle()
    assert engine.taken == ["1", "2", "3", "4"]


async def test_what_the_core_cannot_digest_does_not_hold_up_the_rest(engine, board):
    press(board, "1")
    await until(lambda: bool(engine.asked))
    engine.durable(ParleyError("input_failed"))
    press(board, "2")
    await until(lambda: bool(engine.asked))
    engine.durable()
    await board.settle()
    assert engine.taken == ["2"]


async def test_a_call_is_unsaid_until_it_is_handed_over_and_when_that_failed(engine, board):
    board.arrived(Ringing("t", "leg", None, "+8657110", "13800001111"))
    press(board, "1")
    assert board.unsaid("leg")
    await until(lambda: len(engine.asked) == 2)
    assert not board.unsaid("leg")
    engine.away = True
    engine.durable(Unavailable("rebuilding"))
    await until(lambda: board.unsaid("leg"))
    engine.away = False
    await until(lambda: len(engine.asked) == 2)
    engine.durable()
    await board.settle()
    assert engine.taken == ["CallArrived", "1"]
    assert not board.unsaid("leg")


async def test_an_engine_that_stays_away_is_given_up(engine, board, monkeypatch):
    monkeypatch.setattr(switchboard, "GIVE_UP_S", 0.02)
    engine.away = True
    press(board, "1")
    await board.settle()
    assert engine.taken == []
