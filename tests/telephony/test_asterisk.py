"""One real Asterisk: found, configured, supervised, adopted."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from parley.adapters.telephony import asterisk_process
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.asterisk import ForeignAsterisk
from parley.adapters.telephony.asterisk_absent import NoAsterisk
from tests.telephony.fixtures import Running

pytestmark = pytest.mark.telephony


async def test_it_answers_with_our_password_and_nothing_of_it_is_readable_by_others(
    asterisk: Running,
) -> None:
    ari = Ari(asterisk.switch.access)
    told = await ari.get("/asterisk/info", only="build")
    ari.close()
    assert told["build"]
    kept = [*asterisk.home.etc.iterdir(), asterisk.home.path / "secrets.json"]
    assert [path.name for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


async def test_somebody_elses_asterisk_is_used_by_its_address(asterisk: Running) -> None:
    mine = asterisk.switch
    foreign = ForeignAsterisk(mine.access, mine.ami, mine.recordings)
    assert (await foreign.start()).phone_line == mine.phone_line
    wrong = ForeignAsterisk(replace(mine.access, password="wrong"), mine.ami, mine.recordings)
    with pytest.raises(NoAsterisk) as told:
        await wrong.start()
    assert "PARLEY_ARI_PASSWORD" in told.value.cure["zh-CN"]


def test_a_long_log_is_moved_aside_and_emptied_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asterisk_process, "LOG_LIMIT_BYTES", 10)
    log = tmp_path / "messages"
    with log.open("a") as writer:
        writer.write("more than ten bytes\n")
        writer.flush()
        asterisk_process.shorten(log)
        writer.write("next\n")
    assert log.read_text() == "next\n"
    assert (tmp_path / "messages.1").read_text() == "more than ten bytes\n"
