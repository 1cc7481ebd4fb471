"""Chinese sentences have Chinese punctuation: in every text that the product shows."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [
    path
    for folder, kinds in (("parley", ("py", "json")), ("web", ("ts", "tsx", "json")))
    for kind in kinds
    for path in sorted((ROOT / folder).rglob(f"*.{kind}"))
    if not {"node_modules", "dist"} & set(path.parts) and ".test." not in path.name
]
NO_SENTENCES = {"parley/adapters/ai/voices_text.py"}  # regular expressions over Chinese
HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,?!:;]|[,?!:;](?=[\u4e00-\u9fff])")
QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def texts(path: Path) -> Iterator[str]:
    """What is quoted in a file, but for Python's docstrings."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        yield from QUOTED.findall(source)
        return
    tree = ast.parse(source)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def test_a_chinese_text_has_no_half_width_punctuation() -> None:
    wrong = [
        (name, text)
        for path in SOURCES
        if (name := path.relative_to(ROOT).as_posix()) not in NO_SENTENCES
        for text in texts(path)
        if HALF_WIDTH.search(text)
    ]
    assert wrong == []
