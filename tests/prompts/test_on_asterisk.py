"""A real Asterisk plays the system's own files, in order and to the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.adapters.telephony.exchange import Exchange
from parley.adapters.telephony.prompts import Prompts
from parley.core import commands as do
from parley.core import inputs as got
from parley.core.model import Part
from tests.contract.telephony import tones
from tests.contract.telephony.real import RealPerson, RealStage
from tests.contract.telephony.stage import until
from tests.contract.telephony.test_callers import answered
from tests.prompts.test_prompts import Maker, uploaded
from tests.telephony.fixtures import Running, asterisk, asterisk_program

__all__ = ["asterisk", "asterisk_program"]

BEEP = {"beep": 1000}
AUDIBLE = 500  # of 32,768


class Stage(RealStage):
    def _exchange(self) -> Exchange:
        prompts = Prompts(self._folder / "prompts", Maker(), uploaded)
        return Exchange(self._running.switch, self.board, prompts, self._keep, b"desk phones")


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
async def test_a_caller_hears_words_and_then_the_tone(
    asterisk: Running, tmp_path: Path, language: str
) -> None:
    stage = Stage(asterisk, tmp_path)
    await stage.open()
    try:
        caller, leg = await answered(stage)
        assert isinstance(caller, RealPerson)
        parts = (Part("prompt", "position_intro"), Part("number", "21"), Part("tone", "beep"))
        play = do.Play(lane="int_1", leg_id=leg, playback_id="p1", parts=parts, language=language)
        await stage.telephony.perform(stage.tenant, play)
        await until(lambda: max(caller.call.audio.now(), default=0) > AUDIBLE, "words are heard")
        assert not tones.heard(caller.call.audio.now(), BEEP)
        await until(lambda: bool(tones.heard(caller.call.audio.now(), BEEP)), "the tone is heard")
        ended = await stage.heard.one(got.PromptEnded, playback_id="p1")
        assert not ended.failed
    finally:
        await stage.close()
