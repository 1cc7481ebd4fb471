"""One running product and one Chromium for all browser stories of a test process.

A failed story leaves pictures and Playwright traces under `test-results/`.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.stage import Stage
from tests.harness.product import ROOT, Product

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 15_000  # for anything a screen should show; it shows in far less on a quiet machine

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="session")
def url(open_dir: Path) -> Iterator[str]:
    """The product with the demo company, as `make run` starts it; or one that runs already, whose
    address PARLEY_TEST_URL tells (for whoever writes stories)."""
    if running := os.environ.get("PARLEY_TEST_URL"):
        yield running
        return
    product = Product(open_dir / "e2e")
    try:
        product.start()
        yield product.url
    finally:
        product.end()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def stage(url: str, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(browser, url)
    yield stage
    broken = [person.broken for person in stage.people if person.broken]
    try:
        if request.node.stash.get(FAILED, False) or broken:
            stage.keep(ROOT / "test-results" / re.sub(r"[^\w.-]+", "-", request.node.name))
        stage.clear()
    finally:
        stage.close()
    assert broken == []  # no page threw what it did not catch
