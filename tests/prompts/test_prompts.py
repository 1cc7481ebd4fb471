"""What is said is found in the right order and language; what is missing is made in the background."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import pytest
import soundfile

from parley.adapters.telephony.prompts import MAX_PARTS, Prompts
from parley.core.desk.settings import Document
from parley.core.errors import Invalid, ParleyError, Unavailable
from parley.core.model import Part
from parley.core.ports import SoundState
from parley.prompts.files import SUFFIX, SYSTEM, duration_s

TENANT = "tnt_1"


class Maker:
    """Writes the text itself into the file."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.errors: list[ParleyError] = []

    def name_of(self, text: str, language: str) -> str:
        return f"{language}-{len(text)}-{abs(hash(text))}{SUFFIX}"

    async def say(self, text: str, language: str, directory: Path) -> Path:
        self.asked.append(text)
        return self._written(directory / self.name_of(text, language), text)

    async def convert(self, source: Path, target: Path) -> Path:
        self.asked.append(f"file of {source.read_bytes().decode()}")
        return self._written(target, "uploaded")

    def _written(self, target: Path, text: str) -> Path:
        if self.errors:
            raise self.errors.pop(0)
        target.write_text(text)
        return target


async def uploaded(tenant_id: str, file_id: str) -> bytes | None:
    return f"{tenant_id}/{file_id}".encode() if file_id != "att_gone" else None


@pytest.fixture
def maker() -> Maker:
    return Maker()


@pytest.fixture
async def prompts(tmp_path: Path, maker: Maker) -> AsyncIterator[Prompts]:
    opened = Prompts(tmp_path, maker, uploaded, again_s=0)
    yield opened
    await opened.close()


def prompt(id: str, texts: dict[str, str] | None = None, **audio: str) -> Document:
    spelled = {language.replace("_", "-"): file for language, file in audio.items()}
    return Document("prompt", id, {"names": {}, "texts": texts or {}, "audio": spelled})


async def said(prompts: Prompts, language: str, *parts: Part) -> list[str]:
    """File names with their folder, of files that are there."""
    media = await prompts.media(TENANT, parts, language)
    paths = [Path(uri.removeprefix("sound:") + SUFFIX) for uri in media]
    assert all(path.is_absolute() and path.is_file() for path in paths)
    return [f"{path.parent.name}/{path.stem}" for path in paths]


async def text_of(prompts: Prompts, language: str, key: str) -> str:
    [uri] = await prompts.media(TENANT, [Part("prompt", key)], language)
    return Path(uri.removeprefix("sound:") + SUFFIX).read_text()


async def test_a_place_in_the_queue_is_one_sentence_of_pieces(prompts: Prompts) -> None:
    parts = [
        Part("prompt", "position_intro"),
        Part("number", "21"),
        Part("prompt", "position_outro"),
        Part("prompt", "wait_intro"),
        Part("minutes", "2"),
    ]
    assert await said(prompts, "zh-CN", *parts) == [
        "zh-CN/position_intro", "zh-CN/unit_20", "zh-CN/unit_1", "zh-CN/position_outro",
        "zh-CN/wait_intro", "zh-CN/unit_2_of", "zh-CN/unit_minutes",
    ]  # fmt: skip
    assert await said(prompts, "en-US", *parts[-1:]) == ["en-US/unit_2", "en-US/unit_minutes"]


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
async def test_a_phone_number_is_heard_to_its_end(prompts: Prompts, language: str) -> None:
    media = await prompts.media(TENANT, [Part("digits", "+8613800138000")], language)
    lasts = [duration_s(Path(uri.removeprefix("sound:") + SUFFIX)) for uri in media]
    assert len(media) == 11 + 2  # digits, and breaths between
    assert all(seconds > 0 for seconds in lasts)
    assert 2 < sum(lasts) < 10


async def test_tones_belong_to_no_language(prompts: Prompts) -> None:
    tones = [Part("tone", "beep"), Part("tone", "ring")]
    assert await said(prompts, "fr-FR", *tones) == ["tones/beep", "tones/ring"]


async def test_a_language_nobody_speaks_gets_english(prompts: Prompts) -> None:
    assert await said(prompts, "fr-FR", Part("prompt", "goodbye")) == ["en-US/goodbye"]
    assert await said(prompts, "zh-TW", Part("prompt", "goodbye")) == ["zh-CN/goodbye"]


async def test_what_does_not_exist_is_left_out(prompts: Prompts) -> None:
    unknown = Part("prompt", "../../secret")
    assert await said(prompts, "zh-CN", unknown, Part("tone", "siren")) == []
    assert len(await said(prompts, "zh-CN", unknown, Part("prompt", "goodbye"))) == 1


async def test_a_tenants_own_words_come_first_and_only_there(prompts: Prompts) -> None:
    prompts.prepare(TENANT, [prompt("welcome", {"zh-CN": "欢迎", "en-US": "Hi"})])
    assert await prompts.settled(TENANT) == {}
    assert await text_of(prompts, "zh-CN", "welcome") == "欢迎"
    assert await text_of(prompts, "en-US", "welcome") == "Hi"
    others = await prompts.media("tnt_2", [Part("prompt", "welcome")], "zh-CN")
    assert others == (f"sound:{SYSTEM / 'zh-CN' / 'welcome'}",)


async def test_a_prompt_in_one_language_is_better_than_none(prompts: Prompts) -> None:
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "国庆放假"})])
    await prompts.settled(TENANT)
    assert await text_of(prompts, "en-US", "pmt_1") == "国庆放假"


async def test_an_uploaded_file_comes_before_the_text(prompts: Prompts, maker: Maker) -> None:
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "文字", "en-US": "text"}, zh_CN="att_1")])
    await prompts.settled(TENANT)
    assert await text_of(prompts, "zh-CN", "pmt_1") == "uploaded"
    assert sorted(maker.asked) == [f"file of {TENANT}/att_1", "text"]


async def test_nothing_is_made_twice_not_even_after_a_restart(
    prompts: Prompts, maker: Maker, tmp_path: Path
) -> None:
    documents = [prompt("pmt_1", {"zh-CN": "一样"}), prompt("pmt_2", {"zh-CN": "二"})]
    for opened in (prompts, prompts, Prompts(tmp_path, maker, uploaded)):
        opened.prepare(TENANT, documents)
        await opened.settled(TENANT)
    assert sorted(maker.asked) == sorted(["一样", "二"])


async def test_the_old_words_are_said_until_the_new_ones_are_made(
    prompts: Prompts, maker: Maker, tmp_path: Path
) -> None:
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "旧"})])
    await prompts.settled(TENANT)
    maker.errors = [Invalid("voice_text_unspeakable")]
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "新"})])
    assert await text_of(prompts, "zh-CN", "pmt_1") == "旧"
    failed = await prompts.settled(TENANT)
    assert failed == {("pmt_1", "zh-CN"): "voice_text_unspeakable"}
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "新"})])
    await prompts.settled(TENANT)
    assert await text_of(prompts, "zh-CN", "pmt_1") == "新"
    assert len(list((tmp_path / TENANT).iterdir())) == 1


async def test_a_passing_failure_is_tried_again(prompts: Prompts, maker: Maker) -> None:
    maker.errors = [Unavailable("voices_too_slow"), Unavailable("voices_failed")]
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "再试"})])
    assert await prompts.settled(TENANT) == {}
    assert maker.asked == ["再试"] * 3


async def test_a_removed_prompt_is_not_said_and_its_file_goes(
    prompts: Prompts, tmp_path: Path
) -> None:
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "短暂"})])
    await prompts.settled(TENANT)
    prompts.prepare(TENANT, [])
    await prompts.settled(TENANT)
    assert await prompts.media(TENANT, [Part("prompt", "pmt_1")], "zh-CN") == ()
    assert list((tmp_path / TENANT).iterdir()) == []


async def test_a_lost_upload_is_told(prompts: Prompts) -> None:
    prompts.prepare(TENANT, [prompt("pmt_1", zh_CN="att_gone")])
    assert await prompts.settled(TENANT) == {("pmt_1", "zh-CN"): "prompt_audio_missing"}


async def test_an_endless_list_is_cut(prompts: Prompts) -> None:
    parts = [Part("tone", "beep")] * (MAX_PARTS + 5)
    assert len(await prompts.media(TENANT, parts, "zh-CN")) == MAX_PARTS


async def test_a_tenant_is_a_plain_name(prompts: Prompts) -> None:
    with pytest.raises(ValueError, match="folder"):
        prompts.prepare("../elsewhere", [])


async def test_how_far_each_sound_is_can_be_asked(prompts: Prompts, maker: Maker) -> None:
    maker.errors = [Invalid("audio_silent"), Unavailable("voices_too_slow")]
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "你好", "en-US": "Hello"}, fr_FR="att_1")])
    assert await prompts.settled(TENANT) == {("pmt_1", "fr-FR"): "audio_silent"}
    assert prompts.states(TENANT) == {
        ("pmt_1", "fr-FR"): SoundState("failed", "audio_silent"),
        ("pmt_1", "zh-CN"): SoundState("ready"),
        ("pmt_1", "en-US"): SoundState("ready"),
    }
    assert prompts.states("tnt_2") == {}


class Slow(Maker):
    """Speaks when it is let, and then fails for a reason that may pass."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = asyncio.Event(), asyncio.Event()

    async def say(self, text: str, language: str, directory: Path) -> Path:
        self.begun.set()
        await self.let.wait()
        raise Unavailable("voices_too_slow")


async def test_a_failure_that_may_pass_is_said_to_be_tried_again(tmp_path: Path) -> None:
    maker = Slow()
    prompts = Prompts(tmp_path, maker, uploaded, again_s=0)
    prompts.prepare(TENANT, [prompt("pmt_1", {"zh-CN": "你好"})])
    await maker.begun.wait()
    assert prompts.states(TENANT) == {("pmt_1", "zh-CN"): SoundState("making")}
    maker.begun.clear()
    maker.let.set()
    await maker.begun.wait()  # again
    failed = SoundState("failed", "voices_too_slow", tried_again=True)
    assert prompts.states(TENANT) == {("pmt_1", "zh-CN"): failed}
    await prompts.close()


async def test_a_sound_is_a_file_that_browsers_play(prompts: Prompts) -> None:
    data = await prompts.wav(None, "welcome", "zh-CN")
    assert data is not None
    with soundfile.SoundFile(io.BytesIO(data)) as file:
        assert (file.samplerate, file.channels, file.subtype) == (8000, 1, "ALAW")
        assert len(file) == len((SYSTEM / "zh-CN" / f"welcome{SUFFIX}").read_bytes())
    assert await prompts.wav(TENANT, "welcome", "zh-CN") is None  # it has none of its own
    [welcome] = [each for each in prompts.system() if each.key == "welcome"]
    assert welcome.durations_s["zh-CN"] > 1
    assert asdict(welcome)["texts"]["zh-CN"].startswith("您好")  # as it is sent
