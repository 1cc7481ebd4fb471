"""What a single leg hears and leaves: prompts over silence or music, and messages it speaks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from parley.adapters.telephony.ari import EXISTS, Ari, AriError
from parley.adapters.telephony.arranging import GONE, Arranger
from parley.adapters.telephony.legs import Leg
from parley.adapters.telephony.names import Spooled
from parley.adapters.telephony.news import Playback
from parley.adapters.telephony.telling import Teller
from parley.core import inputs as got
from parley.core.commands import Play, StopPlaying
from parley.core.model import Part

MAX_SILENCE_S = 8  # of somebody who leaves a message: they have ended
END_KEY = "#"
MAX_MEDIA = 64  # pieces of one prompt


class Prompts(Protocol):
    """Sound files of what is to be said (see prompts.py)."""

    async def media(self, tenant_id: str, parts: Sequence[Part], language: str) -> tuple[str, ...]:
        """ARI's media URIs, in order."""


class Player:
    """One prompt at a time on each leg; each is told to have ended exactly once."""

    def __init__(self, ari: Ari, prompts: Prompts, arranger: Arranger, teller: Teller) -> None:
        self._ari = ari
        self._prompts = prompts
        self._arranger = arranger
        self._teller = teller
        self._open: dict[str, Leg] = {}  # playbacks whose end is not told yet

    async def play(self, leg: Leg, command: Play) -> None:
        if command.playback_id in self._open:
            return  # it is being played already
        media = await self._prompts.media(leg.tenant_id, command.parts, command.language)
        async with leg.lock:
            if leg.playback is not None:
                await self._ari.delete(f"/playbacks/{leg.playback}")
            if not media:
                self._over(leg, command.playback_id, failed=True)
                return
            self._open[command.playback_id] = leg
            leg.playback = command.playback_id
            leg.music = False  # a prompt takes its place
            try:
                await self._ari.post(
                    f"/channels/{leg.channel}/play/{command.playback_id}", fine=(EXISTS,),
                    media=",".join(media[:MAX_MEDIA]),
                )  # fmt: skip
            except AriError as error:
                leg.playback = None
                if error.http == 0:
                    self._open.pop(command.playback_id, None)
                    raise
                self._told(leg, command.playback_id, failed=True)
        await self._arranger.resume_music(leg)  # if it could not be played

    async def stop(self, leg: Leg, command: StopPlaying) -> None:
        """Its end follows as an event."""
        await self._ari.delete(f"/playbacks/{command.playback_id}")

    async def ended(self, leg: Leg, playback: Playback) -> None:
        if leg.playback == playback.id:
            leg.playback = None
        self._told(leg, playback.id, failed=playback.state == "failed")
        await self._arranger.resume_music(leg)

    def _told(self, leg: Leg, playback_id: str, *, failed: bool) -> None:
        if self._open.pop(playback_id, None) is not None:
            self._over(leg, playback_id, failed=failed)

    def _over(self, leg: Leg, playback_id: str, *, failed: bool) -> None:
        end = got.PromptEnded(
            at=self._teller.now(), leg_id=leg.id, playback_id=playback_id, failed=failed
        )
        self._teller.tell(leg, end)

    def leg_ended(self, leg: Leg) -> None:
        """What was played to it is of no interest any more."""
        for playback_id in [key for key, of in self._open.items() if of is leg]:
            del self._open[playback_id]

    async def record(self, leg: Leg, name: Spooled, max_s: float) -> None:
        """Beep, then what the leg says; out of every bridge, where it can't be recorded alone."""
        async with leg.lock:
            if leg.playback is not None:
                await self._ari.delete(f"/playbacks/{leg.playback}")
                leg.playback = None
            if leg.bridge is not None:
                path = f"/bridges/{leg.bridge}/removeChannel"
                await self.gone_is_fine(path, channel=leg.channel)
                leg.bridge = None
            if leg.music:
                await self._ari.delete(f"/channels/{leg.channel}/moh")
                leg.music = False
        await self._ari.post(
            f"/channels/{leg.channel}/record", fine=(EXISTS, 404), name=name.stem("in"),
            format="wav", maxDurationSeconds=max(1, round(max_s)), maxSilenceSeconds=MAX_SILENCE_S,
            beep=True, terminateOn=END_KEY, ifExists="fail",
        )  # fmt: skip

    async def gone_is_fine(self, path: str, **query: str | int) -> None:
        await self._ari.ask("POST", path, query, None, GONE)
