"""One real Asterisk: found, configured, supervised, adopted."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from parley import doctor_telephony
from parley.adapters.telephony import ari as ari_module
from parley.adapters.telephony import asterisk as asterisk_module
from parley.adapters.telephony import asterisk_process, asterisk_unpack
from parley.adapters.telephony.ari import Access, Ari
from parley.adapters.telephony.asterisk import Asterisk, ForeignAsterisk, State
from parley.adapters.telephony.asterisk_absent import NoAsterisk
from parley.adapters.telephony.asterisk_find import Program, find
from parley.adapters.telephony.asterisk_guard import AmiAccess
from parley.adapters.telephony.asterisk_home import AsteriskSettings, free_port
from parley.config import load
from tests.telephony.fixtures import START_S, Running

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


async def test_a_deaf_one_is_ended_and_another_started(
    asterisk_program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asterisk_program.version
    monkeypatch.setattr(ari_module, "REQUEST_S", 0.5)
    monkeypatch.setattr(asterisk_module, "HEAR_S", 0.1)
    monkeypatch.setattr(asterisk_module, "DEAF_S", 1.0)
    with tempfile.TemporaryDirectory(prefix="parley-asterisk-") as folder:
        deaf = Asterisk(AsteriskSettings(home=Path(folder) / "a", sip_port=free_port()), print)
        await deaf.start()
        first = asterisk_process.left_over(deaf.home)
        assert first is not None
        os.kill(first.pid, signal.SIGSTOP)
        async with asyncio.timeout(START_S):
            while not (deaf.restarts and deaf.state is State.ON):
                await asyncio.sleep(0.05)
        assert deaf.restarts == 1
        await deaf.stop()
        first.close()


async def test_somebody_elses_asterisk_is_used_by_its_address(asterisk: Running) -> None:
    mine = asterisk.switch
    foreign = ForeignAsterisk(mine.access, mine.ami, mine.recordings)
    assert (await foreign.start()).phone_line == mine.phone_line
    await foreign.stop()
    wrong = ForeignAsterisk(replace(mine.access, password="wrong"), mine.ami, mine.recordings)
    with pytest.raises(NoAsterisk) as told:
        await wrong.start()
    assert "PARLEY_ARI_PASSWORD" in told.value.cure["zh-CN"]


async def test_an_older_one_by_its_address_is_refused_with_a_cure() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = b'{"system": {"version": "20.5.2", "entity_id": "x"}}'
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    ami = AmiAccess("127.0.0.1", 1, "u", "p")
    with pytest.raises(NoAsterisk) as told:
        await ForeignAsterisk(Access(url, "u", "p"), ami, Path("/")).start()
    assert "20.5.2" in str(told.value)
    assert "PARLEY_ARI_URL" in told.value.cure["zh-CN"]
    settings = load(ari_url=url, telephony=True)
    ((part, cause, cure),) = await doctor_telephony.examine(settings)
    assert (part, "20.5.2" in cause["zh-CN"]) == ("asterisk", True)
    assert cure is not None
    server.close()


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's own, of another age."""
    program = tmp_path / "bin/asterisk"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho Asterisk 18.10.0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return program


def test_one_that_is_named_and_too_old_is_refused_with_its_version(old: Path) -> None:
    with pytest.raises(NoAsterisk) as told:
        find(old, old.parent)
    assert "18.10.0" in told.value.cause["zh-CN"]
    assert "18.10.0" in told.value.cause["en-US"]


def test_the_machines_old_one_is_passed_over_and_told_where_none_can_be_unpacked(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find(None, old.parent) is None
    monkeypatch.setattr(asterisk_unpack, "NEEDED", ("no-such-program",))
    with pytest.raises(NoAsterisk) as told:
        asterisk_unpack.require_tools()
    assert str(old) in str(told.value)
    assert "18.10.0" in told.value.cause["zh-CN"]
    assert "upgrade" in told.value.cure["en-US"]


async def test_the_doctor_says_which_version_it_is_and_which_was_passed_over(
    asterisk_program: Program, old: Path, tmp_path: Path
) -> None:
    told = await doctor_telephony.examine(load(telephony=True, data_dir=tmp_path / "data"))
    found = {part: cause for part, cause, cure in told if cure is None}
    assert asterisk_program.version_text in found["asterisk"]["zh-CN"]
    assert "18.10.0" in found["asterisk of the machine"]["en-US"]
    assert str(old) in found["asterisk of the machine"]["zh-CN"]


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
