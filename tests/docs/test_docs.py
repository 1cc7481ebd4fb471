"""The documents are true: links lead somewhere, files that are named exist, nothing is left out."""

import argparse
import re
from pathlib import Path

import pytest

from parley.__main__ import _parser
from parley.config import Settings

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ROOMS = ("parley", "parley/core", "parley/core/center", "parley/core/desk", "parley/core/insight",
         "parley/core/language", "parley/engine", "parley/adapters/store",
         "parley/adapters/embedded", "parley/adapters/channels/webchat", "parley/adapters/telephony",
         "parley/api",
         "parley/demo", "parley/simulate", "parley/adapters", "web", "web/console", "web/widget/src")  # fmt: skip


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_link_leads_to_a_file(page):
    targets = [link.partition("#")[0] for link in LINK.findall(page.read_text("utf-8"))]
    missing = [
        target
        for target in targets
        if target and "://" not in target and not (page.parent / target).exists()
    ]
    assert missing == []


def test_every_file_the_architecture_names_exists():
    named = re.findall(r"`([\w/.]+(?:\.py|/))`", text_of("docs/architecture.md"))
    assert len(named) > 60
    missing = [
        name
        for name in named
        if not any((ROOT / room / name).exists() for room in (".", "tests", *ROOMS))
    ]
    assert missing == []


def test_every_module_of_the_center_is_on_the_walk():
    walk = text_of("docs/architecture.md")
    modules = [path.name for path in (ROOT / "parley/core/center").glob("[a-z]*.py")]
    assert [name for name in modules if name not in walk] == []


def test_every_setting_is_in_the_reference_and_no_other():
    told = set(
        re.findall(r"^\| `PARLEY_(\w+)`", text_of("docs/reference/settings.md"), re.MULTILINE)
    )
    assert told == {name.upper() for name in Settings.model_fields}


def test_every_command_is_in_the_reference():
    parser = _parser()
    action = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    reference = text_of("docs/reference/command-line.md")
    assert [name for name in action.choices if f"`parley {name}" not in reference] == []


def test_each_decision_is_numbered_and_has_its_parts():
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(numbers) + 1))
    for path in decisions:
        for part in ("Context", "Decision", "Consequences", "Alternatives"):
            assert f"**{part}.**" in path.read_text("utf-8"), path.name


def test_both_readmes_name_the_same_links():
    def links(page: str) -> set[str]:
        found = (link for link in LINK.findall(text_of(page)) if not link.startswith("README"))
        return {link.replace("-zh.png", "-en.png") for link in found}  # each shows its own language

    assert links("README.md") == links("README.zh-CN.md")
