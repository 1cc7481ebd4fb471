"""What does not fit a window, or moves while it loads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import ViewportSize

from tests.e2e.person import Person

WIDTHS = {1280: 800, 1920: 1080}
DESK_WIDTHS = {1024: 768, **WIDTHS}
MOST_SHIFT = 0.1  # of web.dev/cls: up to here it is good

SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 50);
})"""

MISFITS = """() => {
  const found = [];
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth + 1)
    found.push(`sideways: ${root.scrollWidth} of ${root.clientWidth}`);
  const scrolls = (style) => /auto|scroll/.test(style.overflowX);
  const told = (node) => `${node.tagName.toLowerCase()}.${node.className} ${node.innerText?.slice(0, 40)}`;
  for (const node of document.body.querySelectorAll("*")) {
    const box = node.getBoundingClientRect();
    const style = getComputedStyle(node);
    if (!box.width || !box.height || style.visibility === "hidden" || node.closest("svg, .sr-only")) continue;
    const hides = /hidden|clip/.test(style.overflowX) && style.textOverflow !== "ellipsis";
    const text = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (text && hides && node.clientWidth > 1 && node.scrollWidth > node.clientWidth + 1)
      found.push(`cut: ${told(node)}`);
    let outer = node.parentElement;
    while (outer && !scrolls(getComputedStyle(outer)) && !/hidden|clip/.test(getComputedStyle(outer).overflowX))
      outer = outer.parentElement;
    if (text && !outer && (box.right > innerWidth + 1 || box.left < -1))
      found.push(`outside: ${told(node)}`);
  }
  return found.slice(0, 5);
}"""


def misfits(person: Person, sizes: dict[int, int]) -> Iterator[str]:
    for width, height in sizes.items():
        person.page.set_viewport_size(ViewportSize(width=width, height=height))
        found: list[Any] = person.page.evaluate(MISFITS)
        yield from (f"{width}: {each}" for each in found)


def jumps(person: Person) -> Iterator[str]:
    shift: float = person.page.evaluate(SHIFT)
    if shift > MOST_SHIFT:
        yield f"jumps by {shift:.2f}"
