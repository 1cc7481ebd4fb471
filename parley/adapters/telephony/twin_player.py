"""What the twin plays to a leg and records of it, in its time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol

from parley.adapters.telephony.names import Spooled
from parley.adapters.telephony.twin_people import TwinLeg
from parley.adapters.telephony.twin_tapes import TwinTapes
from parley.core import inputs as got
from parley.core.commands import Play, RecordMessage
from parley.core.inputs import Input
from parley.core.model import Part


class House(Protocol):
    """The twin, as its player needs it."""

    def now(self) -> float: ...

    def tell(self, leg: TwinLeg, input: Input) -> None: ...

    def noted(self) -> None: ...

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]: ...


class TwinPlayer:
    def __init__(
        self, tapes: TwinTapes, house: House, prompt_s: float,
        sleep: Callable[[float], Awaitable[object]],
    ) -> None:  # fmt: skip
        self._tapes = tapes
        self._house = house
        self._prompt_s = prompt_s
        self._sleep = sleep
        self._timers: dict[str, asyncio.Task[None]] = {}

    def play(self, leg: TwinLeg, command: Play) -> None:
        if leg.playback == command.playback_id:
            return
        if leg.playback is not None:
            self.prompt_over(leg)
        leg.playback = command.playback_id
        if not command.parts:
            self.prompt_over(leg, failed=True)
            return
        leg.sounding = _label(command.parts[0])
        self._timers[leg.id] = self._house.spawn(self._say(leg, command))

    async def _say(self, leg: TwinLeg, command: Play) -> None:
        for part in command.parts:
            leg.sounding = _label(part)
            self._house.noted()
            await self._sleep(self._prompt_s)
        if leg.playback == command.playback_id:
            del self._timers[leg.id]  # this task itself: it ends now
            self.prompt_over(leg)

    def prompt_over(self, leg: TwinLeg, *, failed: bool = False) -> None:
        self._cancel(leg)
        playback_id, leg.playback, leg.sounding = leg.playback or "", None, None
        end = got.PromptEnded(
            at=self._house.now(), leg_id=leg.id, playback_id=playback_id, failed=failed
        )
        self._house.tell(leg, end)
        self._house.noted()

    def record(self, leg: TwinLeg, command: RecordMessage) -> None:
        if leg.message is not None:
            return
        if leg.playback is not None:
            self.prompt_over(leg)
        leg.interaction_id = command.interaction_id
        leg.message, leg.message_at = command.recording_id, self._house.now()
        name = Spooled(
            leg.tenant_id, command.interaction_id, command.recording_id, "voicemail", leg.id
        )
        self._tapes.start(name)
        self._timers[leg.id] = self._house.spawn(self._end_message(leg, command.max_s))

    async def _end_message(self, leg: TwinLeg, max_s: float) -> None:
        await self._sleep(max_s)
        if leg.message is not None:
            del self._timers[leg.id]
            self.message_over(leg)

    def message_over(self, leg: TwinLeg) -> None:
        self._cancel(leg)
        recording_id, leg.message = leg.message or "", None
        duration_s = self._house.now() - leg.message_at
        self._tapes.finish(recording_id)
        told = got.MessageRecorded(
            at=self._house.now(), leg_id=leg.id, recording_id=recording_id, duration_s=duration_s
        )
        self._house.tell(leg, told)

    def silence(self, leg: TwinLeg) -> None:
        """The leg is over."""
        self._cancel(leg)

    def _cancel(self, leg: TwinLeg) -> None:
        timer = self._timers.pop(leg.id, None)
        if timer is not None and timer is not asyncio.current_task():
            timer.cancel()


def _label(part: Part) -> str:
    return f"{part.kind}:{part.value}"
