"""Text to the phonemes that Kokoro was trained on: Chinese by words and pinyin, English by dictionary.

Runs in the worker process alone: the libraries are imported when first needed. Source of the Chinese
spelling: misaki.zh 0.9.4 (Apache-2.0), whose segmenter is replaced; tones are written as arrows.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from importlib.resources import files

ESPEAK_TIMEOUT_S = 5.0
MAX_WORD_CHARS = 64
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUNS = re.compile(rf"[{_HAN}]+|[A-Za-z][A-Za-z'’-]*(?: [A-Za-z][A-Za-z'’-]*)*|[^{_HAN}A-Za-z]+")
_TOKENS = re.compile(r"[A-Za-z][A-Za-z'’]*|[^A-Za-z]")
_TONES = {"˧˩˧": "↓", "˧˥": "↗", "˥˩": "↘", "˥": "→", "ɻ̩": "ɨ", "ɹ̩": "ɨ", "̯": ""}
_PUNCTUATION = str.maketrans({
    "、": ", ", "，": ", ", "。": ". ", "．": ". ", "！": "! ", "：": ": ", "；": "; ", "？": "? ",
    "《": " “", "》": "” ", "「": " “", "」": "” ", "【": " “", "】": "” ", "（": " (", "）": ") ",
    "’": "'", "\n": ". ",
})  # fmt: skip
_STRESS = ("ˈ", "ˌ")
_VOWELS = "AIOQWYaeiouæɑɐɔəɛɜɪʊʌᵻ"
_WEAK = {"a": "ɐ", "an": "ən", "the": "ðə", "to": "tə", "of": "ʌv", "and": "ænd", "i": "ˈI"}
_SILENT_E = re.compile(r"(?<=[a-z])e$")


def phonemes(text: str, language: str) -> str:
    """Of text without numerals; words of the other language are said in their own."""
    if not language.startswith("zh"):
        return " ".join(english(text.translate(_PUNCTUATION)).split())
    said = []
    for run in _RUNS.findall(text.translate(_PUNCTUATION)):
        if re.match(f"[{_HAN}]", run):
            said.append(chinese(run))
        elif run[0].isalpha():
            said.append(f" {english(run)} ")
        else:
            said.append(run)
    return re.sub(r"\s+", " ", "".join(said)).strip()


def chinese(run: str) -> str:
    """Words of Chinese characters, apart."""
    import rjieba

    return " ".join(_pinyin(word) for word in rjieba.cut(run))


def _pinyin(word: str) -> str:
    from misaki.transcription import pinyin_to_ipa
    from pypinyin import Style, lazy_pinyin

    syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True, errors="ignore")
    return "".join(_retoned("".join(pinyin_to_ipa(syllable)[0])) for syllable in syllables)


def _retoned(ipa: str) -> str:
    for mark, arrow in _TONES.items():
        ipa = ipa.replace(mark, arrow)
    return ipa


def english(text: str) -> str:
    """Words by dictionary, weak forms where a sentence has them, punctuation as it is."""
    tokens = _TOKENS.findall(text)
    said: list[str] = []
    for n, token in enumerate(tokens):
        if not token[0].isalpha():
            said.append(token)
            continue
        following = next((word for word in tokens[n + 1 :] if word[0].isalpha()), "")
        said.append(_in_sentence(token, following))
    return "".join(said)


def _in_sentence(word: str, following: str) -> str:
    low = word.lower()
    if low in {"the", "to"} and following and _plain(_word(following))[:1] in _VOWELS:
        return "ði" if low == "the" else "tʊ"
    return _WEAK.get(low) or _word(word)


def _plain(ipa: str) -> str:
    return ipa.lstrip("".join(_STRESS)) or " "


@cache
def _word(word: str) -> str:
    """By the dictionary, by its stem, by its parts, by espeak-ng where installed, else spelled."""
    word = word[:MAX_WORD_CHARS].strip("'")
    if not word:
        return ""
    found = _known(word) or _inflected(word.lower()) or _by_espeak(word)
    return found or " ".join(_letter(letter) for letter in word if letter.isalpha())


def _known(word: str) -> str | None:
    if word.isupper() and len(word) > 1 and word.lower() not in _dictionary():
        return " ".join(_letter(letter) for letter in word if letter.isalpha())
    for form in (word, word.lower(), word.capitalize()):
        if found := _dictionary().get(form):
            return found
    return None


def _letter(letter: str) -> str:
    return _dictionary().get(letter.upper(), "")


def _inflected(word: str) -> str | None:
    """A plural, a possessive, a past or an -ing of a word that is known."""
    for ending, sound in (
        ("'s", _s),
        ("s", _s),
        ("es", _s),
        ("ed", _ed),
        ("d", _ed),
        ("ing", _ing),
    ):
        stem = word.removesuffix(ending)
        if len(stem) < 2 or stem == word:
            continue
        for form in (stem, stem + "e", _SILENT_E.sub("", stem)):
            if known := _dictionary().get(form):
                return sound(known)
    return None


def _s(ipa: str) -> str:
    if ipa[-1] in "szʃʒʧʤ":
        return ipa + "ᵻz"
    return ipa + ("s" if ipa[-1] in "ptkfθ" else "z")


def _ed(ipa: str) -> str:
    if ipa[-1] in "td":
        return ipa + "ᵻd"
    return ipa + ("t" if ipa[-1] in "pkfθsʃʧ" else "d")


def _ing(ipa: str) -> str:
    return ipa + "ɪŋ"


@cache
def _dictionary() -> dict[str, str]:
    """American English: spelling -> phonemes; the carefully made list wins over the derived one."""
    words: dict[str, str] = {}
    for name in ("us_silver.json", "us_gold.json"):
        entries = json.loads((files("misaki") / "data" / name).read_text(encoding="utf-8"))
        for spelling, ipa in entries.items():
            usual = ipa.get("DEFAULT") if isinstance(ipa, dict) else ipa
            if usual:
                words[spelling] = usual
    return words


def _by_espeak(word: str) -> str | None:
    """What espeak-ng makes of a name that no dictionary has, if this machine has espeak-ng."""
    program = shutil.which("espeak-ng")
    if program is None:
        return None
    command = [program, "-q", "--ipa", "-v", "en-us", "--", word]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=ESPEAK_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    ipa = done.stdout.strip()
    for plain, kokoro in _FROM_ESPEAK.items():
        ipa = ipa.replace(plain, kokoro)
    return ipa or None


_FROM_ESPEAK = {
    "dʒ": "ʤ", "tʃ": "ʧ", "eɪ": "A", "aɪ": "I", "oʊ": "O", "aʊ": "W", "ɔɪ": "Y", "ɚ": "əɹ", "ɝ": "ɜɹ",
    "r": "ɹ", "ɐ": "ə", "ɬ": "l", "e": "A", "ː": "", "̩": "", "g": "ɡ",
}  # fmt: skip
"""espeak's IPA in Kokoro's spelling (after misaki.espeak)."""
