"""The telephone side of the stories: a call center with a number, its agents at desk phones, a carrier."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np

from parley.adapters.telephony.asterisk_config import ARI_USER
from parley.demo.phone import Call, Phone, State, sound
from tests.harness.agent import Agent, Refused
from tests.telephony.house import PhoneHouse

NUMBER = "+8657188880777"
AGENTS = ("lin", "chen", "wang", "zhou")
PATIENCE_S = 40.0  # on a machine that does much else
LOOK_S = 0.05
LOOK_SAMPLES = sound.RATE_HZ // 5
CLEAR = 0.5  # share of the energy that a tone has where it is heard alone
AMONG_OTHERS = 0.15  # where several speak at once
FAINT = 0.05
LOUD = 300.0  # level above which anything is said or played

Row = dict[str, Any]


async def until(true: Callable[[], Awaitable[Any]], what: str, seconds: float = PATIENCE_S) -> Any:
    """What `true` returns once it is truthy."""
    end = time.monotonic() + seconds
    while not (found := await true()):
        assert time.monotonic() < end, f"not after {seconds:g} s: {what}"
        await asyncio.sleep(LOOK_S)
    return found


# --- the center -------------------------------------------------------------------------------------


class Center:
    """One Parley with calls, as the stories need it: a number with a menu, a queue that records."""

    def __init__(self, house: PhoneHouse) -> None:
        self.house = house
        self.carrier_port = 0
        self.queue = ""  # its id
        self.desk: Desk

    @property
    def url(self) -> str:
        return self.house.product.url

    @property
    def sip(self) -> tuple[str, int]:
        return "127.0.0.1", self.house.home.ports.sip

    def switched(self) -> list[str]:
        """Channels and bridges of its Asterisk."""
        home = self.house.home
        found: list[str] = []
        for noun in ("channels", "bridges"):
            answer = httpx.get(
                f"http://127.0.0.1:{home.ports.http}/ari/{noun}",
                auth=(ARI_USER, home.secrets.ari), timeout=10, trust_env=False,
            )  # fmt: skip
            found += [thing["id"] for thing in answer.json()]
        return found

    def furnish(self, carrier_port: int) -> None:
        """Over the API, as an administrator would."""
        self.carrier_port = carrier_port
        desk = self.desk = Desk(self.url)
        desk.trunk(carrier_port)
        self.queue = desk.make("queues", {
            "names": {"zh-CN": "电话故事", "en-US": "Stories"}, "record": True,
            "wrap_up": "timed", "wrap_up_s": 600, "disposition_required": False, "ring_s": 30,
            "decline_pause_s": 0, "announce_s": 10, "choices": {"7": "callback"},
            "callback_retry_s": 30,
        })["id"]  # fmt: skip
        flow = desk.make("flows", {
            "name": "Stories", "start": "menu",
            "nodes": {
                "menu": {"kind": "menu", "say": ["welcome"], "keys": {"1": "queue", "2": "message"},
                         "tags": {"1": "sales"}, "timeout_s": 20, "otherwise": "queue"},
                "queue": {"kind": "queue", "queue": self.queue, "otherwise": "message"},
                "message": {"kind": "voicemail", "say": ["leave_message"], "max_s": 30},
            },
        })["id"]  # fmt: skip
        desk.make("entry-points", {
            "channel": "voice", "name": "stories", "names": {"zh-CN": "电话", "en-US": "Phone"},
            "numbers": [NUMBER], "queue": self.queue, "flow": flow, "language": "en-US",
        })  # fmt: skip
        for name in AGENTS:
            desk.seat(f"{name}@demo.parley", self.queue)


class Desk:
    """The administrator's, for what the stories set up."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(
            base_url=f"{url}/api/v1", headers={"Origin": url}, timeout=60, trust_env=False
        )
        told = self._client.post(
            "/session", json={"email": "admin@demo.parley", "password": "parley-demo"}
        )
        self._client.headers["X-CSRF-Token"] = told.json()["csrf"]

    def get(self, path: str) -> Any:
        answer = self._client.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def make(self, noun: str, body: Row) -> Row:
        answer = self._client.post(f"/{noun}", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def phone(self, person_id: str) -> tuple[str, str]:
        """User and password that their desk phone is set up with."""
        answer = self._client.post(f"/people/{person_id}/phone")
        assert answer.is_success, answer.text
        told = answer.json()
        return told["user"], told["password"]

    def trunk(self, port: int) -> None:
        """All that comes from loopback is the carrier's, and all that goes out."""
        body = {"name": "Carrier", "host": "127.0.0.1", "port": port, "codecs": ["ulaw"],
                "from_hosts": ["127.0.0.1"], "priority": 100}  # fmt: skip
        there = self.get("/trunks")
        if not there:
            self.make("trunks", body)
            return
        path = f"/trunks/{there[0]['id']}"
        answer = self._client.put(path, json={**body, "version": there[0]["version"]})
        assert answer.is_success, answer.text

    def seat(self, email: str, queue: str) -> None:
        """Gives somebody a desk phone, and the stories' queue alone if they serve."""
        person = next(p for p in _items(self.get("/people")) if p["email"] == email)
        body = {name: person[name] for name in (
            "email", "name", "role", "language", "queues", "skills", "capacity", "languages",
            "version")}  # fmt: skip
        body["phone"] = {"kind": "sip"}
        if person["role"] == "agent":
            body["queues"] = {queue: 1}
        answer = self._client.put(f"/people/{person['id']}", json=body)
        assert answer.is_success, answer.text


def _items(page: Any) -> list[Row]:
    return page["items"] if isinstance(page, Mapping) else page


# --- people ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Colleague(Agent):
    """Signed in, at a desk phone; what rings waits in `phone.arrived`."""

    phone: Phone = field(init=False)

    async def rung(self, seconds: float = PATIENCE_S) -> Call:
        """The next call that rings here."""
        return await asyncio.wait_for(self.phone.arrived.get(), seconds)

    async def row(self, true: Callable[[Row], Any], seconds: float = PATIENCE_S) -> Row:
        """The row of work of which this is true."""
        await self.until(lambda: any(true(row) for row in self.work.values()), seconds)
        return next(row for row in self.work.values() if true(row))

    async def get(self, path: str) -> Any:
        return await self.insist("GET", path)

    async def audio(self, recording_id: str) -> bytes:
        answer = await self._client.get(f"{self.url}/api/v1/recordings/{recording_id}/audio")
        assert answer.headers["content-type"] == "audio/flac", answer.text
        return answer.content

    async def works_off(self) -> None:
        """The task that somebody's message or lost call became: it would be offered first."""
        row = await self.row(lambda r: r["channel"] == "task" and r["role"] == "offer")
        await self.do(row["id"], "accept")
        await self.row(lambda r: r["id"] == row["id"] and r["role"] == "owner")
        await self.do(row["id"], "close")
        await self.wrapped_up(row["id"])

    async def wrapped_up(self, interaction_id: str) -> None:
        """Saves the wrap-up as soon as it is asked for."""
        await self.row(lambda row: row["id"] == interaction_id and row["role"] == "wrap_up")
        await self.do(interaction_id, "wrap-up", {"disposition": None, "note": "", "ready": True})


class Stage:
    """People of one story; all of them have left at its end, and nothing of a call is left."""

    def __init__(self, center: Center, stack: AsyncExitStack) -> None:
        self.center = center
        self._stack = stack
        self.carrier: Phone

    async def agent(self, name: str, *, ready: bool = True) -> Colleague:
        agent = Colleague([self.center.url], f"{name}@demo.parley")
        await agent.sign_in()
        line = asyncio.create_task(agent.live())
        self._stack.push_async_callback(_leave, agent, line)
        await agent.until(lambda: agent.snapshots > 0, PATIENCE_S)
        login = await asyncio.to_thread(self.center.desk.phone, agent.me["id"])
        agent.phone = Phone(self.center.sip, *login)
        await agent.phone.open()
        self._stack.callback(agent.phone.close)
        assert await agent.phone.register() == 200
        await agent.until(lambda: agent.presence.get("phone"), PATIENCE_S)
        if ready:
            await agent.ready()
        return agent

    async def connected(self, agent: Colleague, number: str) -> tuple[str, Call, Call]:
        """(interaction, the customer's phone, the agent's): they talk."""
        customer = await self.customer(number)
        await chooses(customer, "1")
        rung = await agent.rung()
        row = await agent.row(lambda r: r["role"] == "offer" and r["call"]["number"] == number)
        rung.answer()
        await agent.row(lambda r: r["id"] == row["id"] and r["role"] == "owner")
        return row["id"], customer, rung

    async def customer(self, number: str, to: str = NUMBER) -> Call:
        """Has called; it may ring still."""
        phone = await self._stack.enter_async_context(Phone(self.center.sip, number, name=number))
        return await phone.call(to)

    async def carrier_rung(self, seconds: float = PATIENCE_S) -> Call:
        """The next call that goes out to the carrier: it rings there."""
        return await asyncio.wait_for(self.carrier.arrived.get(), seconds)

    async def nothing_left(self) -> None:
        """No leg at Parley; no channel and no bridge at its Asterisk."""

        async def gone() -> bool:
            voice = await asyncio.to_thread(self.center.house.voice)
            left = await asyncio.to_thread(self.center.switched)
            return voice["legs"] == 0 and not left

        await until(gone, "all legs are over")


async def _leave(agent: Colleague, line: asyncio.Task[None]) -> None:
    for row in list(agent.work.values()):
        with suppress(Refused, httpx.HTTPError, TimeoutError):
            if row["role"] == "owner":
                await agent.ask("POST", f"interactions/{row['id']}/close", {})
            body = {"disposition": None, "note": "", "ready": False}
            await agent.ask("POST", f"interactions/{row['id']}/wrap-up", body)
    with suppress(Refused, httpx.HTTPError, TimeoutError):
        await agent.ask("PUT", "presence", {"status": "offline"})
    line.cancel()
    with suppress(asyncio.CancelledError):
        await line
    await agent.leave()


@asynccontextmanager
async def stage(center: Center) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        scene = Stage(center, stack)
        scene.carrier = Phone(center.sip, "carrier")
        await scene.carrier.open(center.carrier_port)
        stack.callback(scene.carrier.close)
        yield scene


async def chooses(call: Call, key: str) -> None:
    """Once the menu is heard: a key before would be nobody's."""
    await call.up(PATIENCE_S)
    await hears_something(call)
    call.audio.press(key)


# --- what is heard ----------------------------------------------------------------------------------------


async def hears(call: Call, *tones: float, seconds: float = PATIENCE_S, alone: bool = True) -> None:
    """Returns when this tone is heard clearly, or all of these at once; or, if others speak at the
    same time (not `alone`), when it is heard among them."""
    least = CLEAR if len(tones) == 1 and alone else AMONG_OTHERS

    def heard(samples: Any) -> bool:
        return all(sound.strength(samples, hz) > least for hz in tones)

    await _listened(call, heard, f"{tones} Hz", seconds)


async def hears_something(call: Call, seconds: float = PATIENCE_S) -> None:
    await _listened(call, lambda samples: sound.level(samples) > LOUD, "something", seconds)


async def hears_nothing_of(call: Call, hz: float, seconds: float = 0.6) -> None:
    """Nothing of this tone in what comes next; nothing may come at all."""
    start = call.audio.length
    with suppress(TimeoutError):
        await asyncio.wait_for(call.audio.hears(int(seconds * sound.RATE_HZ)), 2 * seconds)
    heard = call.audio.heard(start)
    assert not heard or sound.strength(heard, hz) < FAINT, f"hears {hz} Hz"


async def stops_hearing(call: Call, hz: float, stretch_s: float = 0.6) -> None:
    """Returns when nothing of this tone came for so long; what is on its way still may."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return await hears_nothing_of(call, hz, stretch_s)
        except AssertionError:
            if time.monotonic() > end:
                raise


async def _listened(call: Call, true: Callable[[Any], bool], what: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    samples: Any = ()
    while True:
        assert call.state is not State.ENDED, f"the call ended before {what} was heard"
        assert time.monotonic() < end, f"not in {seconds:g} s: {what}; {_described(samples)}"
        samples = await asyncio.wait_for(call.audio.hears(LOOK_SAMPLES), seconds)
        if true(samples):
            return


def _described(samples: Any) -> str:
    """For whoever reads why a story failed."""
    if not len(samples):
        return "nothing came"
    loudest = np.argsort(np.abs(np.fft.rfft(samples)))[:-4:-1] * sound.RATE_HZ / len(samples)
    return f"level {sound.level(samples):.0f}, loudest at {loudest.tolist()} Hz"


@asynccontextmanager
async def speaking(call: Call, hz: float) -> AsyncIterator[None]:
    """Says this tone for as long as it takes."""
    task = asyncio.create_task(_speak(call, hz))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        call.audio.hush()


async def _speak(call: Call, hz: float) -> None:
    while True:
        call.audio.say(sound.tone(hz, 1.0))
        await call.audio.said()
