"""A whole Parley with calls: taken in a browser, outliving a killed Parley, ended with a dead Asterisk.

As root all of it is in a network of its own, which a browser's sound needs.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
from array import array
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

from parley.adapters.telephony.asterisk_find import Program
from parley.demo.phone import sound
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.e2e.stage import Stage
from tests.harness.product import until
from tests.telephony.fixtures import needs_a_kernel_that_lends
from tests.telephony.house import PhoneHouse
from tests.telephony.network import entered, why_not
from tests.telephony.test_strangers import FLOOD, SCANNER, Scanner

pytestmark = [pytest.mark.telephony, pytest.mark.crash, pytest.mark.slow,
              pytest.mark.xdist_group("crash"), pytest.mark.timeout(900)]  # fmt: skip


FAKE_MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
BEEP_HZ = 400.0  # what Chromium's fake microphone says, twice a second
BLOCK = sound.RATE_HZ // 20


@pytest.fixture(scope="module")
def network() -> Iterator[str | None]:
    """None where there can be none of our own: the rest is tried all the same."""
    if why_not():
        yield None
        return
    with entered() as address:
        yield address


@pytest.fixture(scope="module")
def house(network: str | None, open_dir: Path, asterisk_program: Program) -> Iterator[PhoneHouse]:
    assert asterisk_program.version
    assert network is None or network.startswith("10.")
    house = PhoneHouse(open_dir / "phone-house")
    try:
        house.start()
        house.have_a_hotline()
        yield house
    finally:
        house.end()


@pytest.fixture
def stage(network: str | None, house: PhoneHouse) -> Iterator[Stage]:
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if network is None or program is None:
        pytest.skip("needs root with iproute2, and Chromium: apt install chromium iproute2")
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        flags = [*FLAGS, *FAKE_MICROPHONE]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        stage = Stage(browser, house.product.url)
        yield stage
        stage.clear()
        stage.close()
        browser.close()


@pytest.mark.browser
def test_an_agent_takes_a_call_in_the_browser(
    house: PhoneHouse, stage: Stage, tmp_path: Path
) -> None:
    agent = stage.agent("chen", "zh-CN")
    agent.page.add_init_script(KEEP_CONNECTIONS)
    agent.page.reload()
    agent.get_ready()
    until(lambda: house.voice()["phones"] == 1, "the browser's phone can be rung", 60)
    heard = tmp_path / "heard.wav"
    caller = house.call("13800138002", "--keys", "2", "--seconds", "120", "--save", str(heard))
    expect(agent.offer).to_contain_text("138")
    agent.offer.get_by_role("button", name=agent.words("offer.accept")).click()
    until(lambda: agent.page.evaluate(PACKETS_HEARD) > 100, "the customer is heard", 60)
    until(lambda: house.voice()["legs"] == 2, "both are in the call")
    agent.page.wait_for_timeout(3_000)  # three seconds of talk
    caller.end()
    caller.says("what was heard")
    assert beeps(sound.read(heard)) >= 3
    until(lambda: house.voice()["legs"] == 0, "nothing is left of the call")


KEEP_CONNECTIONS = """
  const Real = window.RTCPeerConnection; window.connections = [];
  window.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
"""
PACKETS_HEARD = """async () => {
  let packets = 0;
  for (const connection of window.connections)
    (await connection.getStats()).forEach(report => {
      if (report.type === "inbound-rtp") packets += report.packetsReceived;
    });
  return packets;
}"""


def beeps(samples: array[int]) -> int:
    """How often the agent's microphone is to be heard."""
    blocks = [samples[at : at + BLOCK] for at in range(0, len(samples), BLOCK)]
    return sum(sound.level(b) > 4_000 and sound.strength(b, BEEP_HZ) > 0.2 for b in blocks)


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


def test_a_scanner_hears_nothing_and_is_counted(house: PhoneHouse) -> None:
    """Nobody in the demo company has a desk phone: only the carrier is let in."""
    needs_a_kernel_that_lends()
    ready = f"{house.product.url}/readyz"
    until(lambda: "(unheard)" in httpx.get(ready, trust_env=False).text, "strangers are unheard")
    before = house.voice()["turned_away"]
    assert asyncio.run(answers_to_a_flood(house.home.ports.sip)) == 0
    until(lambda: house.voice()["turned_away"] >= before + FLOOD, "each is counted")
    caller = house.call("13800138003", "--seconds", "1")
    caller.says("hears something")
    caller.end()


async def answers_to_a_flood(sip_port: int) -> int:
    stranger = Scanner(SCANNER, sip_port)
    await stranger.flood(FLOOD)
    await stranger.silence()
    stranger.close()
    return stranger.answers


def test_the_doctor_finds_calls_well(house: PhoneHouse) -> None:
    done = house.product.command("doctor", "--json", seconds=120)
    found = {finding["part"]: finding for finding in json.loads(done.stdout)["findings"]}
    wanted = ("asterisk", "ari", "sip", "phone line", "test call", "prompts")
    assert [part for part in wanted if not found[part]["ok"]] == []
    assert all(set(found[part]["cause"]) == {"zh-CN", "en-US"} for part in wanted)


def test_a_clean_stop_ends_asterisk_too(house: PhoneHouse) -> None:
    assert house.product.stop() == 0
    assert house.asterisk_pid() is None
