"""One Parley for all stories of a test process, with a real Asterisk, a number, agents and a carrier.

center    it runs; a story may kill and start parts of it, but leaves it running
stage     people of one story
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from parley.adapters.telephony.asterisk_find import Program
from parley.adapters.telephony.asterisk_home import free_port
from tests.telephony.fixtures import asterisk_program
from tests.telephony.house import PhoneHouse
from tests.voice.line import Center, Stage
from tests.voice.line import stage as on_stage

__all__ = ["asterisk_program"]


@pytest.fixture(scope="session")
def center(open_dir: Path, asterisk_program: Program) -> Iterator[Center]:
    assert asterisk_program.version
    house = PhoneHouse(open_dir / "voice-stories")
    try:
        house.start()
        found = Center(house)
        found.furnish(free_port())
        yield found
        _the_books_balance(house)
    finally:
        house.end()


def _the_books_balance(house: PhoneHouse) -> None:
    """All that the stories did (talked, passed on, conferred, left, called back, killed) is told alike by
    the journal, the records of legs and calls, and the recordings."""
    told = house.product.command("reconcile", "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    for books in json.loads(told.stdout):
        assert books["balanced"], books["faults"]


@pytest.fixture
async def stage(center: Center) -> AsyncIterator[Stage]:
    async with on_stage(center) as scene:
        yield scene
