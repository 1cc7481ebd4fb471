"""One call of a phone: its state, its sound, and what can be done with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from parley.demo.phone.audio import Audio

PATIENCE_S = 10.0


class State(StrEnum):
    CALLING = "calling"
    RINGING = "ringing"
    UP = "up"
    ENDED = "ended"


class Line(Protocol):
    """What a call needs of its phone."""

    def answer(self, call: Call) -> None: ...

    def reject(self, call: Call, status: int) -> None: ...

    def end(self, call: Call) -> None: ...

    def hold(self, call: Call, *, on: bool) -> None: ...

    def refer(self, call: Call, to: str) -> None: ...

    def inform(self, call: Call, key: str) -> None: ...


class Call:
    def __init__(self, line: Line, id: str, audio: Audio, *, incoming: bool = False) -> None:
        self.id = id
        self.audio = audio
        self.incoming = incoming
        self.state = State.CALLING
        self.status: int | None = None  # the SIP status it was answered or refused with
        self.headers: Mapping[str, str] = {}  # of an incoming call's INVITE, names in lower case
        self.held = False  # by the other side
        self.refer_status: int | None = None
        self._line = line
        self._changed = asyncio.Condition()
        self._notices: set[asyncio.Task[None]] = set()

    def answer(self) -> None:
        self._line.answer(self)

    def reject(self, status: int = 486) -> None:
        self._line.reject(self, status)

    def hang_up(self) -> None:
        """BYE, CANCEL or a refusal: whatever ends it now."""
        if self.state is not State.ENDED:
            self._line.end(self)

    def hold(self, *, on: bool = True) -> None:
        """By a re-INVITE, as a desk phone does."""
        self._line.hold(self, on=on)

    def refer(self, to: str) -> None:
        """Blind transfer by REFER to a SIP address."""
        self._line.refer(self, to)

    def press_by_info(self, key: str) -> None:
        """A key as SIP INFO instead of in the sound."""
        self._line.inform(self, key)

    async def rings(self, patience_s: float = PATIENCE_S) -> None:
        """Returns when it rings or is answered. Raises ConnectionError if it ended instead."""
        await self._reach_or_end(patience_s, State.RINGING, State.UP)

    async def up(self, patience_s: float = PATIENCE_S) -> None:
        """Returns when it is answered. Raises ConnectionError if it ended instead."""
        await self._reach_or_end(patience_s, State.UP)

    async def _reach_or_end(self, patience_s: float, *states: State) -> None:
        await self.reach(*states, State.ENDED, patience_s=patience_s)
        if self.state is State.ENDED:
            raise ConnectionError(f"the call ended with {self.status}")

    async def ended(self, patience_s: float = PATIENCE_S) -> None:
        await self.reach(State.ENDED, patience_s=patience_s)

    async def reach(self, *states: State, patience_s: float = PATIENCE_S) -> State:
        """Returns when it is in one of these. Raises TimeoutError."""
        async with asyncio.timeout(patience_s), self._changed:
            await self._changed.wait_for(lambda: self.state in states)
        return self.state

    def become(self, state: State, status: int | None = None) -> None:
        """Its phone heard so."""
        if self.state is State.ENDED or state == self.state:
            return
        self.state = state
        self.status = status if status is not None else self.status
        if state is State.ENDED:
            self.audio.close()
        task = asyncio.get_running_loop().create_task(self._tell())
        self._notices.add(task)
        task.add_done_callback(self._notices.discard)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
