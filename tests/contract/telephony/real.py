"""The stage over a real Asterisk: SIP phones that speak tones, and ears that tell them apart."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from parley.adapters.telephony.ami import Ami
from parley.adapters.telephony.ari import Access, Ari
from parley.adapters.telephony.exchange import Exchange
from parley.adapters.telephony.switchboard import Switchboard
from parley.adapters.telephony.taping import RawRecording
from parley.core.desk.settings import Document
from parley.core.model import Part
from parley.ids import new_id
from tests.contract.telephony import tones
from tests.contract.telephony.stage import ANN, BOB, PATIENCE_S, SUE, Book, Heard, documents, until
from tests.contract.telephony.ua import Call, Phone
from tests.telephony.fixtures import Running

LINE_S = 120.0  # Asterisk was seen not to take a new line for most of a minute
PROMPTS = {"greeting": 1000, "sorry": 1150}
TONES = {
    "customer": 500, "ann": 700, "bob": 850, "sue": 1300, "outside": 1650, "music": 2000,
    "ring": 450, **{f"prompt:{key}": hz for key, hz in PROMPTS.items()},
}  # fmt: skip
PROMPT_S = 3.0
QUARTER = tones.RATE_HZ // 4
HOW = {"busy": 486, "rejected": 603, "congested": 503}
REFUSED = {404: "not_found", 403: "rejected", 603: "rejected", 486: "busy"}


class Files:
    """Prompts are tones, each of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for key, hz in PROMPTS.items():
            tones.write(folder / f"{key}.wav", hz, PROMPT_S)

    async def media(self, tenant_id: str, parts: Sequence[Part], language: str) -> tuple[str, ...]:
        return tuple(f"sound:{self._folder / part.value}" for part in parts)


class RealPerson:
    def __init__(self, call: Call) -> None:
        self.call = call

    def speak(self, voice: str | None) -> None:
        self.call.audio.speak(TONES[voice] if voice else None)

    def press(self, digits: str) -> None:
        self.call.audio.press(digits)

    def hang_up(self) -> None:
        self.call.hang_up()

    def hears(self) -> frozenset[str]:
        return tones.heard(self.call.audio.now(), TONES)

    @property
    def connected(self) -> bool:
        return self.call.up.is_set() and not self.call.ended.is_set()

    @property
    def over(self) -> bool:
        return self.call.ended.is_set()

    @property
    def refused_with(self) -> str:
        return (
            REFUSED.get(self.call.status, f"other {self.call.status}")
            if self.call.status >= 300
            else ""
        )

    @property
    def keys_heard(self) -> str:
        return "".join(self.call.audio.digits)

    @property
    def told(self) -> dict[str, str]:
        headers = self.call.headers
        return {name: headers.get(f"x-parley-{name}", "") for name in ("interaction", "purpose")}

    def answer(self) -> None:
        self.call.answer()

    def reject(self, how: str) -> None:
        self.call.reject(HOW[how])


class RealStage:
    def __init__(self, running: Running, folder: Path) -> None:
        self.tenant = new_id("tnt")
        self.heard = Heard()
        self.book = Book()
        self.taped: list[RawRecording] = []
        self.board = Switchboard(self.heard.submit, self.book, time.time)
        self._running = running
        self._folder = folder
        self.host = f"127.{secrets.randbelow(250) + 1}.{secrets.randbelow(250)}.{secrets.randbelow(250) + 1}"
        self._ari = Ari(running.switch.access)
        self._phones: dict[str, Phone] = {}
        self._carriers: dict[str, Phone] = {}
        self._rings: dict[str, list[Call]] = {}
        self._seen: dict[str, int] = {}
        self._calls: list[Call] = []
        self.telephony = self._exchange()

    @property
    def access(self) -> Access:
        return self._running.switch.access

    def _exchange(self) -> Exchange:
        files = Files(self._folder / "prompts")
        return Exchange(self._running.switch, self.board, files, self._keep, b"desk phones")

    async def _keep(self, raw: RawRecording) -> None:
        left = Path(shutil.move(raw.left, self._folder / raw.left.name))
        right = Path(shutil.move(raw.right, self._folder / raw.right.name)) if raw.right else None
        self.taped.append(replace(raw, left=left, right=right))

    async def open(self) -> None:
        await _tone_for_music(self._running)
        server = ("127.0.0.1", self._running.sip_port)
        for trunk in ("first", "second"):
            carrier = await Phone.open(trunk, server, host=self.host)
            carrier.rings = self._rings.setdefault(trunk, []).append
            self._carriers[trunk] = carrier
        await self.configure()
        await self.telephony.start()
        await until(
            lambda: self.telephony.status(self.tenant).state == "on", "the line is there",
            patience_s=LINE_S,
        )  # fmt: skip
        for agent_id in (ANN, BOB, SUE):
            access = await self.telephony.open_phone(self.tenant, agent_id)
            phone = await Phone.open(access.user, server, access.password)
            phone.rings = self._rings.setdefault(agent_id, []).append
            assert await phone.register() == 200
            self._phones[agent_id] = phone

    async def configure(self, *more: Document) -> None:
        changed = {d.id: d.body for d in more if d.kind == "limit"}
        trunks = [
            Document("trunk", name, {
                "name": name, "host": self.host, "port": carrier.port, "codecs": ["ulaw"],
                "from_hosts": [self.host] if name == "first" else ["127.255.0.1"],
                "priority": 2 if name == "first" else 1, **changed.get(name, {}),
            })
            for name, carrier in self._carriers.items()
        ]  # fmt: skip
        given = {(d.kind, d.id) for d in more}
        kept = [d for d in documents(*trunks) if (d.kind, d.id) not in given]
        await self.telephony.configure(self.tenant, [*kept, *more])

    async def close(self) -> None:
        for phone in (*self._phones.values(), *self._carriers.values()):
            await phone.close()
        for channel in await self._ari.get("/channels"):
            await self._ari.delete(f"/channels/{channel['id']}")
        await self.emptied()
        await self.telephony.configure(self.tenant, [])
        await self.telephony.stop()
        self.board.close()
        self._ari.close()

    async def call(self, number: str = "+8657188880001", caller: str = "13800001111") -> RealPerson:
        carrier = self._carriers["first"]
        carrier.user = caller
        self._calls.append(await carrier.call(number))
        return RealPerson(self._calls[-1])

    async def agent_dials(self, agent_id: str, number: str) -> Call:
        return await self._phones[agent_id].call(number)

    async def rung(self, agent_id: str) -> RealPerson:
        return await self._next(agent_id)

    async def dialled(self, trunk: str) -> RealPerson:
        return await self._next(trunk)

    async def _next(self, who: str) -> RealPerson:
        seen = self._seen.get(who, 0)
        calls = self._rings.setdefault(who, [])
        await until(lambda: len(calls) > seen, f"{who} rings")
        self._seen[who] = seen + 1
        return RealPerson(calls[seen])

    async def unplug(self, agent_id: str) -> None:
        assert await self._phones[agent_id].register(0) == 200

    async def cut(self) -> None:
        await self.telephony.stop()
        self.telephony = self._exchange()
        await self.configure()
        await self.telephony.start()
        await self.telephony.survey(self.tenant)
        await until(lambda: self.telephony.status(self.tenant).state == "on", "the line is back")

    def asleep(self, agent_id: str, *, on: bool) -> None:
        """The agent's phone is registered and answers nothing."""
        self._phones[agent_id].asleep = on

    async def spoken(self, duration_s: float) -> None:
        """By its frames and by the clock, so that a busy machine records as much."""
        call, loop = self._calls[-1], asyncio.get_running_loop()
        wanted, end = call.audio.sent + round(duration_s * 50), loop.time() + duration_s
        await until(lambda: call.audio.sent >= wanted and loop.time() >= end, "spoken")

    async def emptied(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + PATIENCE_S
        while left := await self._left_over():
            assert loop.time() < end, f"left over: {left}"
            await asyncio.sleep(0.05)

    async def _left_over(self) -> list[str]:
        channels, bridges = await self._ari.get("/channels"), await self._ari.get("/bridges")
        return [thing["id"] for thing in (*channels, *bridges)]

    def said_in(self, path: Path) -> list[frozenset[str]]:
        pcm = tones.read(path)
        starts = range(0, len(pcm) - QUARTER + 1, QUARTER)
        return [tones.heard(pcm[at : at + QUARTER], TONES) for at in starts]


async def _tone_for_music(running: Running) -> None:
    """In place of real music, which no ear of ours could tell."""
    folder = running.home.path / "data/moh"
    if (folder / "tone.wav").exists():
        return
    if folder.is_symlink():
        folder.unlink()
        folder.mkdir()
    for file in folder.iterdir():
        file.unlink()
    tones.write(folder / "tone.wav", TONES["music"], 20.0)
    ami = Ami(running.switch.ami)
    task = asyncio.create_task(ami.run())
    await ami.ready()
    await ami.ask("Reload", Module="res_musiconhold")
    task.cancel()
