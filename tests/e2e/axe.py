"""Accessibility of what is on a page, by axe-core (github.com/dequelabs/axe-core)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def serious_violations(page: Page) -> list[str]:
    """One line for each: the rule, the first places, what is wrong."""
    page.evaluate(AXE.read_text("utf-8"))  # past the page's own content policy
    found: list[dict[str, Any]] = page.evaluate(
        "(rules) => axe.run(document, {runOnly: rules}).then((result) => result.violations)", RULES
    )
    return [_told(each) for each in found if each["impact"] in SERIOUS]


def _told(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    places = "; ".join(f"{node['target']} {node['html'][:160]}" for node in nodes[:3])
    why = (nodes[0].get("failureSummary") or "").replace("\n", " ")[:300]
    return f"{violation['id']} ({violation['impact']}, {len(nodes)}×): {places}: {why}"
