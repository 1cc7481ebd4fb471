"""Sound for the telephone: the codec, and that everything is equally loud."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.prompts import sound, tones
from parley.prompts.catalogue import TONES
from parley.prompts.sound import PEAK, RATE_HZ, SPEECH_DB, from_alaw, to_alaw


def note(hz: float, seconds: float, level: float, rate_hz: int = RATE_HZ) -> sound.Sound:
    t = np.arange(int(seconds * rate_hz)) / rate_hz
    return np.asarray(level * np.sin(2 * np.pi * hz * t), np.float32)


@pytest.mark.parametrize(
    ("pcm", "code"),  # ITU-T G.711 table 1a, even bits inverted; 16-bit values
    [(0, 0xD5), (8, 0xD5), (-1, 0x55), (-16, 0x55), (1008, 0xFA), (-1008, 0x7A), (32767, 0xAA)],
)
def test_samples_are_coded_as_the_standard_says(pcm: int, code: int) -> None:
    assert to_alaw(np.array([pcm / 32767], np.float32))[0] == code


def test_every_code_means_itself() -> None:
    codes = bytes(range(256))
    assert to_alaw(from_alaw(codes) * np.float32(32768 / 32767)) == codes


@given(st.floats(-1, 1, width=32))
def test_a_sample_comes_back_within_a_step(value: float) -> None:
    back = float(from_alaw(to_alaw(np.array([value], np.float32)))[0])
    assert abs(back - value) <= max(abs(value) / 30, 1 / 2000)


@pytest.mark.parametrize("level", [0.02, 0.1, 0.9])
def test_soft_and_loud_speech_come_out_alike(level: float) -> None:
    made = sound.finish(note(440, 1.0, level, 24_000), 24_000)
    assert sound.active_db(made) == pytest.approx(SPEECH_DB, abs=0.5)
    assert np.abs(made).max() <= PEAK


def test_a_peak_is_bent_and_not_cut() -> None:
    quiet = note(300, 1.0, 0.01)
    quiet[4000:4040] = 0.9
    made = sound.levelled(quiet)
    assert np.abs(made).max() <= PEAK


def test_silence_around_speech_goes_and_silence_inside_stays() -> None:
    spoken = note(440, 0.5, 0.3)
    inside = np.concatenate([spoken, sound.silence(0.4), spoken])
    padded = np.concatenate([sound.silence(2.0), inside, sound.silence(3.0)])
    made = sound.trimmed(padded, before_s=0.05, after_s=0.1)
    assert len(made) / RATE_HZ == pytest.approx(len(inside) / RATE_HZ + 0.15, abs=0.06)


def test_silence_stays_silent() -> None:
    assert sound.active_db(sound.silence(1.0)) is None
    assert not len(sound.finish(sound.silence(1.0), RATE_HZ))


def test_a_note_keeps_its_pitch_at_another_rate() -> None:
    narrow = sound.resample(note(1000, 1.0, 0.5, 44_100), 44_100)
    spectrum = np.abs(np.fft.rfft(narrow))
    assert np.argmax(spectrum) * RATE_HZ / len(narrow) == pytest.approx(1000, abs=2)


def test_music_begins_where_it_ends() -> None:
    music = tones.music()
    step = np.abs(np.diff(np.concatenate([music[-400:], music[:400]])))
    assert 30 <= len(music) / RATE_HZ <= 60
    assert step.max() <= np.abs(np.diff(music)).max()
    assert np.abs(music).max() <= tones.MUSIC_PEAK


@pytest.mark.parametrize("name", TONES)
def test_every_tone_can_be_made(name: str) -> None:
    assert len(tones.tone(name)) > 0


def test_an_unknown_tone_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="siren"):
        tones.tone("siren")
