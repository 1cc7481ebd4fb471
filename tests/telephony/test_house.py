"""A whole Parley with calls: taken, outliving a killed Parley, ended with a dead Asterisk."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from parley.adapters.telephony.asterisk_find import Program
from tests.harness.product import until
from tests.telephony.house import PhoneHouse

pytestmark = [pytest.mark.telephony, pytest.mark.crash, pytest.mark.slow,
              pytest.mark.xdist_group("crash"), pytest.mark.timeout(900)]  # fmt: skip


@pytest.fixture(scope="module")
def house(open_dir: Path, asterisk_program: Program) -> Iterator[PhoneHouse]:
    assert asterisk_program.version
    house = PhoneHouse(open_dir / "phone-house")
    try:
        house.start()
        house.have_a_hotline()
        yield house
    finally:
        house.end()


def test_a_call_outlives_a_killed_parley(house: PhoneHouse) -> None:
    caller = house.call("13800138000")
    caller.says("hears something")
    asterisk = house.asterisk_pid()
    house.product.kill()
    house.start()
    assert house.asterisk_pid() == asterisk
    until(lambda: house.voice()["legs"] == 1, "the call is known again")
    assert caller.process.poll() is None
    caller.end()
    until(lambda: house.voice()["legs"] == 0, "the call is over")


def test_a_dead_asterisk_ends_its_calls_and_is_started_again(house: PhoneHouse) -> None:
    caller = house.call("13800138001")
    caller.says("hears something")
    until(lambda: house.voice()["legs"] == 1, "the call is known")
    dead = house.asterisk_pid()
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    until(lambda: house.asterisk_pid() not in (None, dead), "started again", 60)
    until(lambda: house.voice()["state"] == "on", "calls are possible", 60)
    until(lambda: house.voice()["legs"] == 0, "nothing is left of the call")
    assert house.product.ready()
    caller.end()
    again = house.call("13800138001", "--seconds", "1")
    again.says("hangs up")  # trunks are known to the new one


def test_the_doctor_finds_calls_well(house: PhoneHouse) -> None:
    done = house.product.command("doctor", "--json", seconds=120)
    found = {finding["part"]: finding for finding in json.loads(done.stdout)["findings"]}
    wanted = ("asterisk", "ari", "sip", "phone line", "test call", "prompts")
    assert [part for part in wanted if not found[part]["ok"]] == []
    assert all(set(found[part]["cause"]) == {"zh-CN", "en-US"} for part in wanted)


def test_a_clean_stop_ends_asterisk_too(house: PhoneHouse) -> None:
    assert house.product.stop() == 0
    assert house.asterisk_pid() is None
