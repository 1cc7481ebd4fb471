"""Asterisk's manager interface (AMI), for what ARI cannot: recordings on a leg, registrations.

Lines of `Name: value`, an empty one ends a message. Source: docs.asterisk.org, "AMI v2".
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

import structlog

from parley.core.errors import ParleyError

ANSWER_S = 10.0
LINE_S = 2.0  # for a line that is not there just now
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 5.0
MAX_LINE = 64 * 1024  # bytes
MAX_LIST = 10_000  # entries of one listing

log = structlog.get_logger("parley.telephony")


class AmiError(ParleyError):
    """An action was refused, or the line is down (`retry` cannot tell)."""

    status = 502


class Door(Protocol):
    """Where the manager interface listens, and as whom we come."""

    @property
    def host(self) -> str: ...

    @property
    def port(self) -> int: ...

    @property
    def user(self) -> str: ...

    @property
    def secret(self) -> str: ...


class Ami:
    """`run` keeps the line until cancelled; `ask` fails while there is none."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[Mapping[str, str]]] = {}
        self._lists: dict[str, list[Mapping[str, str]]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._up = asyncio.Event()

    async def run(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, AmiError, TimeoutError):
                reader, self._writer = await asyncio.open_connection(
                    self._door.host, self._door.port, limit=MAX_LINE
                )
                try:
                    await self._session(reader)
                finally:
                    self._close()
            await asyncio.sleep(pause)
            pause = FIRST_PAUSE_S if self._up.is_set() else min(LONGEST_PAUSE_S, pause * 2)
            self._up.clear()

    async def ask(self, action: str, **fields: str) -> Mapping[str, str]:
        """The answer. Raises AmiError if it is refused, or if there is none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LINE_S):
                await self._up.wait()
        async with asyncio.timeout(ANSWER_S):
            return await self._ask(action, fields)

    async def list(self, action: str) -> list[Mapping[str, str]]:
        """All that a listing action tells, one message an entry. Raises AmiError."""
        number = f"list-{next(self._ids)}"
        self._lists[number] = []
        ended = self._waiting[number + "-end"] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._ask(action, {}, number)
                await ended
            return self._lists[number]
        finally:
            del self._lists[number]
            self._waiting.pop(number + "-end", None)

    @property
    def up(self) -> bool:
        return self._up.is_set()

    async def ready(self) -> None:
        await self._up.wait()

    async def _ask(
        self, action: str, fields: Mapping[str, str], number: str = ""
    ) -> Mapping[str, str]:
        if self._writer is None:
            raise AmiError("manager_off")
        number = number or str(next(self._ids))
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        lines = {"Action": action, "ActionID": number, **fields}
        text = "".join(f"{name}: {_one_line(value)}\r\n" for name, value in lines.items())
        try:
            self._writer.write(text.encode() + b"\r\n")
            message: Mapping[str, str] = await answer
        finally:
            self._waiting.pop(number, None)
        if message.get("Response") != "Success":
            raise AmiError("manager_refused", f"{action}: {message.get('Message', '')}")
        return message

    async def _session(self, reader: asyncio.StreamReader) -> None:
        async with asyncio.timeout(ANSWER_S):
            await reader.readline()  # the greeting
        reading = asyncio.create_task(self._read(reader))
        try:
            async with asyncio.timeout(ANSWER_S):
                login = {"Username": self._door.user, "Secret": self._door.secret}
                await self._ask("Login", login)
            self._up.set()
            await reading
        finally:
            reading.cancel()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        message: dict[str, str] = {}
        while line := await reader.readline():
            name, found, value = line.decode(errors="replace").rstrip("\r\n").partition(": ")
            if found:
                message[name] = value
            elif message:
                self._hear(message)
                message = {}

    def _hear(self, message: Mapping[str, str]) -> None:
        number = message.get("ActionID", "")
        ending = number + "-end" if message.get("EventList") == "Complete" else number
        waiting = self._waiting.get(ending)
        if "Response" in message or ending is not number:
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
        elif number in self._lists and len(self._lists[number]) < MAX_LIST:
            self._lists[number].append(message)

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(AmiError("manager_off"))


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
