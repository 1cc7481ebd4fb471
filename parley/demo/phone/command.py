"""`parley demo call`: a simulated carrier brings one customer's call, with sound, to a running Parley."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from parley.adapters.telephony.asterisk_home import known
from parley.core.errors import ParleyError
from parley.demo.phone import sound
from parley.demo.phone.call import Call, State
from parley.demo.phone.phone import Phone, caller, dialled

HOTLINE = "+8657188880001"
RING_S = 60.0
RINGING_S = 2.0  # before somebody who is called answers
CARRIER_PORT = 5080  # of the demo company's trunk
BEFORE_KEYS_S = 2.5  # people listen first
BETWEEN_KEYS_S = 2.0
LOOK_S = 0.25
LOUD = 150.0  # level above which something is said
QUIET_S = 0.75  # silence that ends it
NOT_TAKEN = 3  # the exit status
WHY = {
    401: ", this machine is no trunk: the demo company has one (`make run`)",
    404: ", nobody has this number",
    503: ", Parley is not ready for calls",
}

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the customer does."""

    number: str = ""
    to: str | None = None
    speak: Sequence[Path] = ()
    keys: str = ""
    seconds: float | None = None
    save: Path | None = None


class NoLine(ParleyError):
    """`str(error)` is one sentence for whoever typed the command."""


async def place(data_dir: Path, wish: Wish, tell: Tell) -> int:
    """The exit status: 0 if the call was answered. Raises NoLine."""
    home = known(data_dir / "asterisk")
    if home is None:
        raise NoLine(
            "no_telephony",
            f"No Parley with telephony was ever started on {data_dir}: type `make run`.",
        )
    words = _voice(wish.speak)
    server = ("127.0.0.1", home.ports.sip)
    async with Phone(server, wish.number, name=wish.number) as phone:
        call = await phone.call(wish.to or HOTLINE)
        tell(f"{wish.number} calls {wish.to or HOTLINE} (SIP {server[0]}:{server[1]})")
        try:
            return await _live(call, wish, words, _Clock(tell))
        finally:
            call.hang_up()
            with suppress(TimeoutError):
                await call.ended(2.0)
            if wish.save is not None:
                call.audio.save(wish.save)
                tell(f"what was heard is in {wish.save}")


async def answer(port: int, wish: Wish, tell: Tell) -> int:
    """Whoever is called over the demo's trunk: rings, answers and speaks, until it is stopped."""
    words = _voice(wish.speak)
    try:
        phone = await Phone(("127.0.0.1", port), "carrier").open(port)
    except OSError as error:
        raise NoLine("port_taken", f"Port {port}: {error.strerror}.") from error
    tell(f"phones behind the demo's trunk are at hand (SIP 127.0.0.1:{port}); Ctrl-C stops them")
    async with asyncio.TaskGroup() as calls:
        try:
            while True:
                call = await phone.arrived.get()
                calls.create_task(_taken(call, wish, words, tell))
        finally:
            phone.close()


async def _taken(call: Call, wish: Wish, words: Sequence[array[int]], tell: Tell) -> None:
    number = dialled(call)
    tell(f"{number} is called by {caller(call)}")
    await asyncio.sleep(RINGING_S)
    if call.state is State.ENDED:
        tell(f"{number}: the call was given up")
        return
    call.answer()
    await _talk(call, wish, words, _Clock(lambda line: tell(f"{number} {line}")))
    call.hang_up()


def _voice(files: Sequence[Path]) -> list[array[int]]:
    try:
        return [sound.read(path) for path in files]
    except (ValueError, OSError) as error:
        raise NoLine("no_sound", f"{error}.") from error


async def _live(call: Call, wish: Wish, words: Sequence[array[int]], clock: _Clock) -> int:
    try:
        await call.rings(RING_S)
        if call.state is State.RINGING:
            clock.tell("it rings")
        await call.up(RING_S)
    except TimeoutError:
        clock.tell("nobody answers: is Parley running, with telephony?")
        return NOT_TAKEN
    except ConnectionError:
        clock.tell(f"not taken: SIP {call.status}{WHY.get(call.status or 0, '')}")
        return NOT_TAKEN
    clock.tell("answered")
    await _talk(call, wish, words, clock)
    return 0


async def _talk(call: Call, wish: Wish, words: Sequence[array[int]], clock: _Clock) -> None:
    acts = [
        asyncio.create_task(_act(call, wish, words, clock)),
        asyncio.create_task(_listen(call, clock)),
    ]
    try:
        await call.ended(wish.seconds or 24 * 3600.0)
        clock.tell("the other side hung up")
    except TimeoutError:
        clock.tell("hangs up")
    finally:
        for act in acts:
            act.cancel()
    heard = call.audio.length / sound.RATE_HZ
    clock.tell(f"heard {heard:.1f} s, {call.audio.lost} packets of {call.audio.packets} were lost")


async def _act(call: Call, wish: Wish, words: Sequence[array[int]], clock: _Clock) -> None:
    for key in (key for key in wish.keys if key not in ", "):
        await asyncio.sleep(BEFORE_KEYS_S)
        clock.tell(f"presses {key}")
        call.audio.press(key)
        await call.audio.said()
        await asyncio.sleep(BETWEEN_KEYS_S)
    for samples in words:
        clock.tell(f"speaks for {len(samples) / sound.RATE_HZ:.1f} s")
        call.audio.say(samples)
        await call.audio.said()
        clock.tell("has spoken")


async def _listen(call: Call, clock: _Clock) -> None:
    """Tells when something is to be heard and when it is quiet again."""
    quiet_s, speaking = 0.0, False
    while True:
        samples = await call.audio.hears(int(LOOK_S * sound.RATE_HZ))
        loud = sound.level(samples) > LOUD
        quiet_s = 0.0 if loud else quiet_s + LOOK_S
        if loud and not speaking:
            speaking = True
            clock.tell("hears something")
        elif speaking and quiet_s >= QUIET_S:
            speaking = False
            clock.tell("hears nothing")


class _Clock:
    """Tells each thing with the seconds since the call began."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._began = time.monotonic()

    def tell(self, what: str) -> None:
        self._tell(f"{time.monotonic() - self._began:6.1f} s  {what}")
