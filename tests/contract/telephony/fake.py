"""The stage over the twin in memory: same people, no audio."""

from __future__ import annotations

from pathlib import Path

from parley.adapters.telephony.switchboard import Switchboard
from parley.adapters.telephony.taping import RawRecording
from parley.adapters.telephony.twin import Twin
from parley.adapters.telephony.twin_people import Person
from parley.adapters.telephony.twin_tapes import voice_hz
from parley.core.desk.settings import Document
from parley.ids import new_id
from tests.contract.telephony import tones
from tests.contract.telephony.stage import ANN, BOB, SUE, Book, Heard, documents, until

VOICES = {voice: voice_hz(voice) for voice in ("customer", "ann", "bob", "sue", "outside")}
QUARTER = tones.RATE_HZ // 4
PROMPT_S = 0.3


class FakeStage:
    def __init__(self, folder: Path) -> None:
        self.tenant = new_id("tnt")
        self.heard = Heard()
        self.book = Book()
        self.taped: list[RawRecording] = []
        self.time = 1_000_000.0
        self.board = Switchboard(self.heard.submit, self.book, lambda: self.time)
        self.telephony = Twin(self.board, self._keep, folder, prompt_s=PROMPT_S)
        self._seen: dict[str, int] = {}

    async def _keep(self, raw: RawRecording) -> None:
        self.taped.append(raw)

    async def open(self) -> None:
        await self.configure()
        for agent_id in (ANN, BOB, SUE):
            self.telephony.phone(self.tenant, agent_id).plug()

    async def close(self) -> None:
        await self.telephony.stop()
        self.board.close()

    async def configure(self, *more: Document) -> None:
        changed = {d.id: d.body for d in more if d.kind == "limit"}
        trunks = [
            Document("trunk", name, {
                "name": name, "host": "127.0.0.1", "priority": priority, **changed.get(name, {}),
            })
            for name, priority in (("first", 2), ("second", 1))
        ]  # fmt: skip
        given = {(d.kind, d.id) for d in more}
        kept = [d for d in documents(*trunks) if (d.kind, d.id) not in given]
        await self.telephony.configure(self.tenant, [*kept, *more])

    async def call(self, number: str = "+8657188880001", caller: str = "13800001111") -> Person:
        return self.telephony.call(self.tenant, number, caller, "first")

    async def rung(self, agent_id: str) -> Person:
        return await self._next(agent_id, self.telephony.phone(self.tenant, agent_id).rings)

    async def dialled(self, trunk: str) -> Person:
        return await self._next(trunk, self.telephony.outside.setdefault(trunk, []))

    async def _next(self, who: str, calls: list[Person]) -> Person:
        seen = self._seen.get(who, 0)
        await until(lambda: len(calls) > seen, f"{who} rings")
        self._seen[who] = seen + 1
        return calls[seen]

    async def unplug(self, agent_id: str) -> None:
        self.telephony.phone(self.tenant, agent_id).unplug()

    async def cut(self) -> None:
        await self.telephony.survey(self.tenant)

    async def spoken(self, duration_s: float) -> None:
        self.time += duration_s
        self.telephony.noted()

    async def emptied(self) -> None:
        await until(lambda: not self.telephony.legs, "all legs are gone")

    def said_in(self, path: Path) -> list[frozenset[str]]:
        pcm = tones.read(path)
        starts = range(0, len(pcm) - QUARTER + 1, QUARTER)
        return [tones.heard(pcm[at : at + QUARTER], VOICES) for at in starts]
