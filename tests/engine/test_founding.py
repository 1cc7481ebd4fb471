"""An empty Parley becomes a company's: by one command, once, and somebody can sign in and be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.engine.running import Person, Running, parley, roomy

pytestmark = pytest.mark.slow

BOSS = "boss@north.example"
FOUND = ("found", "北方书店", "--admin", BOSS, "--name", "苏梅")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with roomy() as folder:
        yield folder / "data"


def test_a_company_is_founded_in_an_empty_database_and_its_administrator_signs_in(
    data_dir: Path,
) -> None:
    running = Running(data_dir, demo=False).start()
    try:
        assert any('parley found "<company>" --admin <e-mail>' in line for line in running.lines)
        founded = parley(data_dir, *FOUND)  # beside it
        assert founded.returncode == 0, founded.stderr
        password = re.search(r" with (\S+):", founded.stdout)
        assert password
        assert password[1] not in founded.stderr, "it is never logged"
        running.stop()
        running.start()
        assert not any("parley found" in line for line in running.lines)
        boss = Person(running.url, BOSS, password[1])
        assert boss.me["account"]["must_change_password"]
        chosen = "a longer one, chosen"
        boss.put("/session/password", current=password[1], new=chosen)
        (entry,) = Person(running.url, BOSS, chosen).get("/entry-points")
        shown = httpx.get(f"{running.url}/chat/v1/entry/{entry['id']}?lang=zh-CN").json()
        assert shown["names"] == {"zh-CN": "北方书店"}
    finally:
        running.close()


def test_what_cannot_be_founded_is_told_in_a_sentence(data_dir: Path) -> None:
    assert parley(data_dir, *FOUND).returncode == 0
    again = parley(data_dir, *FOUND)
    assert (again.returncode, again.stdout) == (1, "")
    assert BOSS in again.stderr
    twin = parley(data_dir, "found", "北方书店", "--admin", "other@north.example")
    assert "exists already" in twin.stderr
    assert "email" in parley(data_dir, "found", "南方", "--admin", "nobody").stderr
    nowhere = parley(data_dir, "found", "南方", "--admin", "a@b.example", "--zone", "Nowhere/City")
    assert "zone" in nowhere.stderr
