"""What screens say, read from the products' own catalogues, so that stories follow the words.

A key that does not exist fails the story. Values fill `{{name}}` (console) or `{name}` (widget);
with `count` the console's plural is chosen.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

WEB = Path(__file__).resolve().parents[2] / "web"
CONSOLE = WEB / "console" / "src"
WIDGET_WORDS = WEB / "widget" / "src" / "i18n" / "words.ts"
SYSTEM_WORDS = WEB / "widget" / "src" / "i18n" / "system.ts"

_LINE = re.compile(r"^\s+(\w+):\s*\"((?:[^\"\\]|\\.)*)\",?$", re.MULTILINE)


class Words:
    """All words of one language. `words("desk.send")` is the console's, `words.widget("send")`…"""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        text = self._find(key, values.get("count"))
        return re.sub(r"\{\{(\w+)\}\}", lambda match: str(values[match[1]]), text)

    def any(self, key: str, **values: object) -> re.Pattern[str]:
        """The text with anything in place of the values that are not given."""
        parts = re.split(r"\{\{(\w+)\}\}", self._find(key, values.get("count", 2)))
        names = [str(values[n]) if n in values else None for n in parts[1::2]]
        fills = [".*" if name is None else re.escape(name) for name in names]
        plain = [re.escape(part) for part in parts[0::2]]
        return re.compile("".join(a + b for a, b in zip(plain, [*fills, ""], strict=True)))

    def widget(self, key: str, **values: object) -> str:
        return _filled(_widget_words(self.language)[key], values)

    def system(self, key: str, **values: object) -> str:
        """What the widget makes of a system message."""
        return _filled(_system_words(self.language)[key], values)

    def _find(self, key: str, count: object) -> str:
        found: Any = _console_words(self.language)
        *path, last = key.split(".")
        for part in path:
            found = found[part]
        plural = "one" if count == 1 and self.language == "en-US" else "other"
        text = found.get(last, found.get(f"{last}_{plural}"))
        assert isinstance(text, str), f"{self.language} has no text {key}"
        return text


def _filled(text: str, values: dict[str, object]) -> str:
    return re.sub(r"\{(\w+)\}", lambda match: str(values[match[1]]), text)


@cache
def _console_words(language: str) -> dict[str, Any]:
    common: dict[str, Any] = json.loads((CONSOLE / "i18n" / f"{language}.json").read_text("utf-8"))
    for path in CONSOLE.glob(f"features/*/i18n.{language}.json"):
        common[path.parent.name] = json.loads(path.read_text("utf-8"))
    return common


@cache
def _widget_words(language: str) -> dict[str, str]:
    chinese, english = WIDGET_WORDS.read_text("utf-8").split("const en: Words")
    return dict(_LINE.findall(chinese if language == "zh-CN" else english))


@cache
def _system_words(language: str) -> dict[str, str]:
    system = SYSTEM_WORDS.read_text("utf-8").split("const ERRORS")[0]
    chinese, english = system.split('"en-US"')
    return dict(_LINE.findall(chinese if language == "zh-CN" else english))
