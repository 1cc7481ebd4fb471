"""The process that speaks: real model, real files, and everything that may go wrong with it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from parley.adapters.ai import voices as module
from parley.adapters.ai.voices import MAX_TEXT_CHARS, VOICES, Voices, missing, voice_for
from parley.adapters.ai.voices_worker import Worker
from parley.core.errors import Invalid, Unavailable
from parley.prompts.files import duration_s
from parley.prompts.sound import SPEECH_DB, active_db, from_alaw

pytestmark = pytest.mark.xdist_group("voices")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("voices")


@pytest.fixture
async def voices(home: Path) -> AsyncIterator[Voices]:
    opened = Voices(home)
    yield opened
    await opened.close()


def speech_like(seconds: float, rate_hz: int) -> np.ndarray:
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    return np.asarray(0.4 * np.sin(2 * np.pi * 300 * t) * np.sin(2 * np.pi * 2 * t), np.float32)


# --- speaking -------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_both_languages_are_spoken_once_and_kept(voices: Voices, tmp_path: Path) -> None:
    zh = await voices.say("国庆放假三天。", "zh-CN", tmp_path)
    en = await voices.say("We are closed on Friday.", "en-US", tmp_path)
    for path in (zh, en):
        assert 0.8 < duration_s(path) < 6
        assert active_db(from_alaw(path.read_bytes())) == pytest.approx(SPEECH_DB, abs=2)
    made_at = zh.stat().st_mtime_ns
    await voices.close()
    assert await voices.say(" 国庆放假三天。", "zh-CN", tmp_path) == zh
    assert zh.stat().st_mtime_ns == made_at
    assert not voices.running  # it was not even asked
    assert {path.name for path in tmp_path.iterdir()} == {zh.name, en.name}


@pytest.mark.slow
async def test_what_cannot_be_said_is_refused(voices: Voices, tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        await voices.say("☺☺", "zh-CN", tmp_path)
    assert refused.value.code == "voice_text_unspeakable"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "voice", "code"),
    [
        ("  \n", None, "voice_text_empty"),
        ("长" * (MAX_TEXT_CHARS + 1), None, "voice_text_too_long"),
        ("你好", "../../etc/passwd", "voice_unknown"),
    ],
)
async def test_a_wrong_request_starts_no_process(
    voices: Voices, tmp_path: Path, text: str, voice: str | None, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await voices.say(text, "zh-CN", tmp_path, voice)
    assert refused.value.code == code
    assert not voices.running


def test_each_language_has_a_voice_whose_style_is_here() -> None:
    styles = Path(module.__file__).parent / "voices_data"
    assert all((styles / f"{voice}.f16").is_file() for names in VOICES.values() for voice in names)
    assert [voice_for(tag) for tag in ("zh-CN", "zh-TW", "en-GB", "fr-FR")] == [
        VOICES["zh-CN"][0], VOICES["zh-CN"][0], VOICES["en-US"][0], VOICES["en-US"][0],
    ]  # fmt: skip


async def test_missing_packages_are_told_in_both_languages(
    voices: Voices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert missing() == {}
    monkeypatch.setattr(module, "MODULES", ("numpy", "no_such_model"))
    assert set(missing()) == {"zh-CN", "en-US"}
    assert all("no_such_model" in sentence for sentence in missing().values())
    with pytest.raises(Unavailable) as refused:
        await voices.say("你好", "zh-CN", tmp_path)
    assert refused.value.code == "voices_missing"


# --- the process ------------------------------------------------------------------------------------


async def test_a_process_that_takes_too_long_is_ended(home: Path, tmp_path: Path) -> None:
    hurried = Voices(home, starting_s=-1e6)
    with pytest.raises(Unavailable) as late:
        await hurried.say("你好", "zh-CN", tmp_path)
    assert late.value.code == "voices_too_slow"
    assert not hurried.running


async def test_a_killed_process_is_told_and_replaced(voices: Voices, tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    soundfile.write(source, speech_like(1, 8000), 8000)
    await voices.convert(source, tmp_path / "first.alaw")
    process = voices._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    await voices.convert(source, tmp_path / "second.alaw")
    assert (tmp_path / "second.alaw").is_file()


async def test_an_idle_process_goes(home: Path, tmp_path: Path) -> None:
    restless = Voices(home, idle_s=0)
    source = tmp_path / "in.wav"
    soundfile.write(source, speech_like(1, 8000), 8000)
    await restless.convert(source, tmp_path / "out.alaw")
    async with asyncio.timeout(60):
        while restless.running:
            await asyncio.sleep(0)
    await restless.close()


async def test_whoever_gives_up_leaves_no_answer_for_the_next(
    voices: Voices, tmp_path: Path
) -> None:
    source = tmp_path / "in.wav"
    soundfile.write(source, speech_like(1, 8000), 8000)
    given_up = asyncio.create_task(voices.convert(source, tmp_path / "first.alaw"))
    async with asyncio.timeout(60):
        while not voices.running:
            await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    assert voices._process is None
    path = await voices.convert(source, tmp_path / "second.alaw")
    assert duration_s(path) > 0.5


async def test_many_ask_at_once_and_one_is_served_after_the_other(
    voices: Voices, tmp_path: Path
) -> None:
    source = tmp_path / "in.wav"
    soundfile.write(source, speech_like(1, 8000), 8000)
    targets = [tmp_path / f"{n % 3}.alaw" for n in range(9)]
    made = await asyncio.gather(*(voices.convert(source, target) for target in targets))
    assert list(made) == targets


# --- files of others ----------------------------------------------------------------------------------


@pytest.fixture
def worker(home: Path) -> Worker:
    return Worker(home)


def converted(worker: Worker, source: Path) -> dict[str, object]:
    target = source.with_suffix(".alaw")
    return worker.answer(
        {"do": "convert", "source": str(source), "target": str(target), "longest_s": 5}
    )


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "mp3"])
@pytest.mark.parametrize("rate_hz", [8000, 44_100])
@pytest.mark.parametrize("channels", [1, 2])
def test_common_files_become_telephone_sound(
    worker: Worker, tmp_path: Path, kind: str, rate_hz: int, channels: int
) -> None:
    source = tmp_path / f"in.{kind}"
    soundfile.write(source, np.stack([speech_like(2, rate_hz)] * channels, axis=1), rate_hz)
    assert converted(worker, source)["seconds"] == pytest.approx(2, abs=0.3)
    assert active_db(from_alaw(source.with_suffix(".alaw").read_bytes())) == pytest.approx(
        SPEECH_DB, abs=2
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "audio_unknown"),
        (b"<html>not a sound</html>", "audio_unknown"),
        (b"RIFF\x10\0\0\0WAVEgarbage.", "audio_unreadable"),
        (b"fLaC" + b"\xff" * 200, "audio_unreadable"),
        (b"OggS" + b"\0" * 200, "audio_unreadable"),
    ],
)
def test_what_is_no_sound_is_refused(
    worker: Worker, tmp_path: Path, data: bytes, code: str
) -> None:
    source = tmp_path / "in.wav"
    source.write_bytes(data)
    assert converted(worker, source) == {"error": code}
    assert not source.with_suffix(".alaw").exists()


def test_too_long_and_silent_files_are_refused(worker: Worker, tmp_path: Path) -> None:
    source = tmp_path / "in.wav"
    soundfile.write(source, speech_like(6, 8000), 8000)
    assert converted(worker, source) == {"error": "audio_too_long"}
    soundfile.write(source, np.zeros(16_000, np.float32), 8000)
    assert converted(worker, source) == {"error": "audio_silent"}


def test_a_damaged_model_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from parley.adapters.ai import voices_model

    monkeypatch.setattr(voices_model, "SHA256", "0" * 64)
    asked = {"do": "say", "text": "你好", "language": "zh-CN", "voice": "zf_xiaoxiao"}
    answer = Worker(tmp_path / "home").answer({**asked, "target": str(tmp_path / "out.alaw")})
    assert answer["error"] == "voices_failed"
    assert "damaged" in answer["detail"]
    assert list((tmp_path / "home").iterdir()) == []
