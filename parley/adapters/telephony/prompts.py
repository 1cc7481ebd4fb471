"""What is said becomes sound files that Asterisk plays: a tenant's own prompts, else the system's.

`prepare` takes over a tenant's documents of kind `prompt` ({names, texts: {language: text}, audio:
{language: file id}}) and has missing sounds made in the background; `media` only looks up what is
there. A prompt lacking in the caller's language is said in another one, for something is better than
silence. A tenant's files are in <directory>/<tenant>/, named by what they were made of.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import struct
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import structlog

from parley.core.desk.settings import Document
from parley.core.errors import NotFound, ParleyError, Unavailable
from parley.core.language import spoken
from parley.core.model import Part
from parley.core.ports import SoundState, SystemPrompt
from parley.prompts.catalogue import LANGUAGES, PROMPTS, TONES, UNITS
from parley.prompts.files import BYTES_PER_S, SUFFIX, SYSTEM, TONE, duration_s

MAX_PARTS: Final = 64  # of one Play; what follows is not said
MAX_PROMPTS: Final = 500  # of one tenant
MAX_TOLD: Final = 1000  # lines about what is missing
AGAIN_S: Final = 60.0  # after a sound could not be made for a passing reason
_KIND = "prompt"
_TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SPOKEN = ("number", "digits", "minutes")
_TONE_OF = {spoken.PAUSE: "pause"}

log = structlog.get_logger("parley.prompts")

Audio = Callable[[str, str], Awaitable[bytes | None]]
"""(tenant, file id) → an uploaded file's bytes."""


class Maker(Protocol):
    """See adapters.ai.voices."""

    def name_of(self, text: str, language: str) -> str:
        """The name of the file that `say` makes."""

    async def say(self, text: str, language: str, directory: Path) -> Path: ...

    async def convert(self, source: Path, target: Path) -> Path: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """One sound of a tenant: an uploaded file, or else a text."""

    key: str
    language: str
    text: str = ""
    file_id: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        return self.key, self.language


class Prompts:
    """`close` it at the end. One tenant's sounds are made one after the other."""

    def __init__(
        self,
        directory: Path,
        maker: Maker,
        audio: Audio,
        *,
        system: Path = SYSTEM,
        again_s: float = AGAIN_S,
    ) -> None:
        self._directory = directory
        self._maker = maker
        self._audio = audio
        self._system = _catalogued(system)
        self._again_s = again_s
        self._made: dict[str, dict[tuple[str, str], Path]] = {}  # tenant → (key, language) → file
        self._failed: dict[str, dict[tuple[str, str], str]] = {}  # … → code of the error
        self._waiting: dict[str, set[tuple[str, str]]] = {}  # … that are still to be made
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._told: set[tuple[str, ...]] = set()  # what was logged to be missing

    # --- playing -------------------------------------------------------------------------------

    async def media(self, tenant_id: str, parts: Sequence[Part], language: str) -> tuple[str, ...]:
        """ARI's media URIs, in order; empty if nothing of it exists."""
        found = (self._files(tenant_id, part, language) for part in parts[:MAX_PARTS])
        return tuple(f"sound:{path.with_suffix('')}" for files in found for path in files)

    def _files(self, tenant_id: str, part: Part, language: str) -> list[Path]:
        if part.kind in _SPOKEN:
            keys: Iterable[str] = spoken.units(part, language)
            found = [self._of_system(key, language) for key in keys]
        elif part.kind == "tone":
            found = [self._system.get((part.value, TONE))]
        else:
            found = [self._prompt(tenant_id, part.value, language)]
        if None in found:
            self._tell_once(tenant_id, part, language)
        return [path for path in found if path is not None]

    def _tell_once(self, tenant_id: str, part: Part, language: str) -> None:
        told = (tenant_id, part.kind, part.value if part.kind == "prompt" else "", language)
        if told not in self._told and len(self._told) < MAX_TOLD:
            self._told.add(told)
            log.warning("prompt_missing", tenant=told[0], what=told[1:3], language=language)

    def _prompt(self, tenant_id: str, key: str, language: str) -> Path | None:
        own = self._made.get(tenant_id, {})
        return (
            own.get((key, language))
            or self._system.get((key, language))
            or _any_language(own, key)
            or self._of_system(key, language)
        )

    def _of_system(self, key: str, language: str) -> Path | None:
        if key in _TONE_OF:
            return self._system.get((_TONE_OF[key], TONE))
        near = LANGUAGES[0] if language.split("-")[0].lower() == "zh" else LANGUAGES[1]
        return self._system.get((key, near)) or _any_language(self._system, key)

    # --- what screens show ---------------------------------------------------------------------

    def system(self) -> list[SystemPrompt]:
        return [
            SystemPrompt(
                key,
                dict(texts),
                {tag: duration_s(path) for tag in texts if (path := self._system.get((key, tag)))},
                unit=key in UNITS,
            )
            for key, texts in PROMPTS.items()
        ]

    def states(self, tenant_id: str) -> Mapping[tuple[str, str], SoundState]:
        failed = self._failed.get(tenant_id, {})
        waiting = self._waiting.get(tenant_id, set())
        ready = dict.fromkeys(self._made.get(tenant_id, {}), SoundState("ready"))
        making = dict.fromkeys(waiting, SoundState("making"))
        told = {
            place: SoundState("failed", code, tried_again=place in waiting)
            for place, code in failed.items()
        }
        return {**ready, **making, **told}

    async def wav(self, tenant_id: str | None, key: str, language: str) -> bytes | None:
        known = self._system if tenant_id is None else self._made.get(tenant_id, {})
        path = known.get((key, language))
        try:
            return _wav(await asyncio.to_thread(path.read_bytes)) if path else None
        except FileNotFoundError:  # its text was changed just now
            return None

    # --- making --------------------------------------------------------------------------------

    def prepare(self, tenant_id: str, documents: Sequence[Document]) -> None:
        """Take over the tenant's prompts; what they lack is made in the background."""
        if not _TENANT.fullmatch(tenant_id):
            raise ValueError(f"no name for a folder: {tenant_id!r}")
        before = self._tasks.pop(tenant_id, None)
        wanted = _wanted(documents)
        known = self._made.get(tenant_id, {})
        folder = self._directory / tenant_id
        late = (want for want in wanted if known.get(want.place) != folder / self._name(want))
        self._waiting[tenant_id] = {want.place for want in late}
        self._failed[tenant_id] = {}
        self._tasks[tenant_id] = asyncio.create_task(self._make_all(tenant_id, wanted, before))

    async def settled(self, tenant_id: str) -> Mapping[tuple[str, str], str]:
        """Wait until all that can be made is made; (prompt, language) → error code of the others."""
        while (task := self._tasks.get(tenant_id)) is not None and not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.shield(task)
        return dict(self._failed.get(tenant_id, {}))

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _make_all(
        self, tenant_id: str, wanted: Sequence[Wanted], before: asyncio.Task[None] | None
    ) -> None:
        """Sounds that are there count at once; then the others, again while a reason may pass."""
        if before is not None:
            before.cancel()
            await asyncio.gather(before, return_exceptions=True)
        folder = self._directory / tenant_id
        targets = {want: folder / self._name(want) for want in wanted}
        there = await asyncio.to_thread(_prepared, folder, set(targets.values()))
        made = {w.place: path for w, path in targets.items() if path in there}
        until_then = {w.place: self._made.get(tenant_id, {}).get(w.place) for w in wanted}
        old = {place: path for place, path in until_then.items() if path is not None}
        self._made[tenant_id], self._failed[tenant_id] = {**old, **made}, {}
        missing = [want for want, path in targets.items() if path not in there]
        self._waiting[tenant_id] = {want.place for want in missing}
        while missing:
            missing = [w for w in missing if not await self._make(tenant_id, w, targets[w])]
            if missing:
                await asyncio.sleep(self._again_s)
        await asyncio.to_thread(_forget_others, folder, set(targets.values()))

    async def _make(self, tenant_id: str, want: Wanted, target: Path) -> bool:
        """False: to be tried again."""
        done = await self._tried(tenant_id, want, target)
        if done:
            self._waiting[tenant_id].discard(want.place)
        return done

    async def _tried(self, tenant_id: str, want: Wanted, target: Path) -> bool:
        try:
            await self._sound(tenant_id, want, target)
        except ParleyError as error:
            log.warning("prompt_not_made", tenant=tenant_id, prompt=want.key, reason=str(error))
            self._failed[tenant_id][want.place] = error.code
            return not isinstance(error, Unavailable) or error.code == "voices_missing"
        except OSError as error:
            log.warning("prompt_not_made", tenant=tenant_id, prompt=want.key, reason=str(error))
            self._failed[tenant_id][want.place] = "disk"
            return False
        self._failed[tenant_id].pop(want.place, None)
        self._made[tenant_id][want.place] = target
        return True

    def _name(self, want: Wanted) -> str:
        """By what the sound is made of: one text has one file, a changed text another one."""
        if want.file_id is None:
            return self._maker.name_of(want.text, want.language)
        return f"file-{hashlib.sha256(want.file_id.encode()).hexdigest()[:32]}{SUFFIX}"

    async def _sound(self, tenant_id: str, want: Wanted, target: Path) -> None:
        if want.file_id is None:
            await self._maker.say(want.text, want.language, target.parent)
            return
        data = await self._audio(tenant_id, want.file_id)
        if data is None:
            raise NotFound("prompt_audio_missing", want.file_id)
        source = target.with_suffix(".upload")
        try:
            await asyncio.to_thread(source.write_bytes, data)
            await self._maker.convert(source, target)
        finally:
            await asyncio.to_thread(source.unlink, missing_ok=True)


def _wanted(documents: Iterable[Document]) -> list[Wanted]:
    wanted: list[Wanted] = []
    for document in [d for d in documents if d.kind == _KIND][:MAX_PROMPTS]:
        audio: Mapping[str, str] = document.body.get("audio") or {}
        texts: Mapping[str, str] = document.body.get("texts") or {}
        wanted += [Wanted(document.id, tag, file_id=file_id) for tag, file_id in audio.items()]
        wanted += [
            Wanted(document.id, tag, text.strip())
            for tag, text in texts.items()
            if tag not in audio and text.strip()
        ]
    return wanted


def _catalogued(system: Path) -> dict[tuple[str, str], Path]:
    """The system's files by (key, language); tones belong to none."""
    found = {
        (key, language): system / language / f"{key}{SUFFIX}"
        for language in LANGUAGES
        for key in PROMPTS
    }
    found |= {(name, TONE): system / TONE / f"{name}{SUFFIX}" for name in TONES}
    return {place: path for place, path in found.items() if path.is_file()}


def _wav(alaw: bytes) -> bytes:
    """A-law in the container that browsers play. Source: RFC 2361, section A.3 (format 6)."""
    form = struct.pack("<4sIHHIIHHH", b"fmt ", 18, 6, 1, BYTES_PER_S, BYTES_PER_S, 1, 8, 0)
    fact = struct.pack("<4sII", b"fact", 4, len(alaw))
    data = struct.pack("<4sI", b"data", len(alaw)) + alaw + bytes(len(alaw) % 2)
    body = b"WAVE" + form + fact + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def _any_language(found: Mapping[tuple[str, str], Path], key: str) -> Path | None:
    return next((path for (name, _), path in found.items() if name == key), None)


def _prepared(folder: Path, wanted: set[Path]) -> set[Path]:
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    return {path for path in wanted if path.is_file()}


def _forget_others(folder: Path, kept: set[Path]) -> None:
    """Sounds of texts that were changed, and what a crash left; who hears one hears it to its end."""
    for path in folder.iterdir():
        if path not in kept:
            path.unlink(missing_ok=True)
