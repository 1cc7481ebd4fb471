"""An Asterisk of the test's own, whose Parley is killed, which dies itself, or can't be had."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from parley.adapters.telephony import asterisk_unpack
from parley.adapters.telephony.ari import Ari
from parley.adapters.telephony.asterisk import Asterisk, State
from parley.adapters.telephony.asterisk_absent import NoAsterisk
from parley.adapters.telephony.asterisk_find import COMPLETE, Program, find, newest_in
from parley.adapters.telephony.asterisk_home import AsteriskSettings, free_port, known
from parley.adapters.telephony.asterisk_unpack import Unpacking
from parley.demo.phone import Phone

pytestmark = [pytest.mark.telephony, pytest.mark.slow]

PATIENCE_S = 60.0
# A Parley that starts Asterisk and is killed the moment it answers.
DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from parley.adapters.telephony.asterisk import Asterisk
from parley.adapters.telephony.asterisk_home import AsteriskSettings

async def main():
    server = Asterisk(AsteriskSettings(home=Path(sys.argv[1]), sip_port=int(sys.argv[2])), print)
    await server.start()
    print(server.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.fixture
def settings(asterisk_program: Program, tmp_path: Path) -> AsteriskSettings:
    assert asterisk_program.version
    return AsteriskSettings(home=tmp_path / "asterisk", sip_port=free_port())


def killed_parley(settings: AsteriskSettings) -> int:
    """The Asterisk that a killed Parley leaves behind."""
    command = [sys.executable, "-c", DYING, str(settings.home), str(settings.sip_port)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return int(done.stdout.split()[-1])


async def test_calls_outlive_a_killed_parley_and_its_asterisk_is_adopted(
    settings: AsteriskSettings,
) -> None:
    pid = await asyncio.to_thread(killed_parley, settings)
    home = known(settings.home)
    assert home is not None
    async with Phone(("127.0.0.1", home.ports.sip), "probe", home.secrets.probe) as phone:
        call = await phone.call("echo")
        await call.up()
        server = Asterisk(settings, print)
        switch = await server.start()
        assert server.pid == pid
        ari = Ari(switch.access)
        assert len(await ari.get("/channels")) == 1
        ari.close()
        await server.stop()
        await call.ended()
    assert not Path(f"/proc/{pid}/exe").exists()  # a clean stop ends it


async def test_other_settings_are_taken_once_nobody_talks(settings: AsteriskSettings) -> None:
    pid = await asyncio.to_thread(killed_parley, settings)
    moved = AsteriskSettings(home=settings.home, sip_port=free_port())
    server = Asterisk(moved, print)
    await server.start()
    assert server.pid != pid
    assert server.home.ports.sip == moved.sip_port
    async with Phone(("127.0.0.1", server.home.ports.sip), "nobody") as phone:
        assert await phone.options() == 401
    await server.stop()


async def test_a_dead_asterisk_is_started_again_on_the_same_ports(
    settings: AsteriskSettings,
) -> None:
    server = Asterisk(settings, print)
    switch = await server.start()
    dead = server.pid
    assert dead is not None
    os.kill(dead, signal.SIGKILL)
    async with asyncio.timeout(PATIENCE_S):
        while server.restarts == 0 or server.state is not State.ON:
            await asyncio.sleep(0.02)
    assert server.pid not in (None, dead)
    ari = Ari(switch.access)
    assert await ari.get("/channels") == []
    ari.close()
    await server.stop()


async def test_a_place_that_cannot_be_written_to_is_told_with_cause_and_cure(
    settings: AsteriskSettings,
) -> None:
    nowhere = AsteriskSettings(home=Path("/proc/parley"), program=settings.program)
    with pytest.raises(NoAsterisk) as told:
        await Asterisk(nowhere, print).start()
    assert {"zh-CN", "en-US"} == set(told.value.cause) == set(told.value.cure)


async def test_ports_and_passwords_stay_over_restarts(settings: AsteriskSettings) -> None:
    first = Asterisk(settings, print)
    await first.start()
    before = first.home
    await first.stop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", before.ports.sip))  # given back
    second = Asterisk(AsteriskSettings(home=settings.home), print)
    await second.start()
    assert second.home == before
    await second.stop()


def test_what_is_not_asterisk_is_refused_with_a_cure(tmp_path: Path) -> None:
    with pytest.raises(NoAsterisk) as told:
        find(Path("/bin/true"), tmp_path)
    assert "PARLEY_ASTERISK" in str(told.value)
    assert told.value.cure["zh-CN"]


def test_a_half_unpacked_one_is_not_taken_and_a_whole_one_not_fetched_again(
    asterisk_program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = next(p for p in asterisk_program.modules.parents if p.name == "root")
    folder = tmp_path / "asterisk-22.0.0"
    folder.mkdir()
    (folder / "root").symlink_to(root)
    assert newest_in(tmp_path) is None
    (folder / COMPLETE).touch()
    (tmp_path / ".unpacking-left").mkdir()

    def no_network(*_: object) -> str | None:
        raise AssertionError("asked for a mirror")

    monkeypatch.setattr(asterisk_unpack, "machine_mirror", no_network)
    program = Unpacking(tmp_path, print).run()
    assert program.version == asterisk_program.version
    assert not (tmp_path / ".unpacking-left").exists()


def test_without_packages_there_is_a_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asterisk_unpack, "NEEDED", ("no-such-program",))
    with pytest.raises(NoAsterisk) as told:
        Unpacking(tmp_path, print).run()
    assert "PARLEY_ARI_URL" in told.value.cure["zh-CN"]
