"""A call in real browsers: two agents and a supervisor with microphones, a customer over SIP; by ear.

All of it is in a network of its own, which a browser's sound needs (see tests/telephony/network.py).
"""

from __future__ import annotations

import asyncio
import io
import shutil
import threading
import time
from array import array
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import soundfile
from playwright.sync_api import Playwright, expect, sync_playwright

from parley.adapters.telephony.asterisk_find import Program
from parley.demo.phone import Call, Phone, sound
from tests.e2e.agent import Agent, Supervisor
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.e2e.stage import Stage
from tests.e2e.test_pictures import FOLDER, SIZES, keep, shown
from tests.harness.product import until
from tests.telephony.fixtures import asterisk_program
from tests.telephony.house import PhoneHouse
from tests.telephony.network import entered, why_not
from tests.telephony.test_house import KEEP_CONNECTIONS
from tests.voice.line import hears, hears_nothing_of, hears_something, stops_hearing
from tests.voice.prompts import hears_prompts
from tests.voice.test_call_story import loudest

__all__ = ["asterisk_program"]

pytestmark = [pytest.mark.telephony, pytest.mark.browser, pytest.mark.slow,
              pytest.mark.xdist_group("voice"), pytest.mark.timeout(600)]  # fmt: skip

CUSTOMER_HZ, AGENT_HZ, COLLEAGUE_HZ, SUPERVISOR_HZ = 600.0, 1_000.0, 1_500.0, 2_100.0
MICROPHONE = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
BURST_S, BURSTS = 0.3, 10  # what never changes would be taken for noise, and suppressed
PATIENCE_MS = 60_000
UNREACHABLE_S = 2.0  # after the browser is closed, at most
GRACE_S = 2.0
ENERGY_HEARD = """async () => {
  let energy = 0;
  for (const connection of window.connections)
    (await connection.getStats()).forEach(report => {
      if (report.type === "inbound-rtp") energy += report.totalAudioEnergy;
    });
  return energy;
}"""
CASTS = {
    "zh-CN": ("wang", "王芳", "lin", "林晓", "+8657188880001", "1"),
    "en-US": ("james", "James", "emma", "Emma", "+8657188880002", ""),
}


class Customer:
    """A telephone, in a thread of its own: Playwright has this one."""

    def __init__(self, house: PhoneHouse) -> None:
        self._server = "127.0.0.1", house.home.ports.sip
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._phone: Phone
        self.talk: Call

    def call(self, number: str, to: str) -> None:
        async def begin() -> None:
            self._phone = await Phone(self._server, number).open()
            self.talk = await self._phone.call(to)
            await self.talk.up(60.0)

        self._wait(begin())

    def press(self, keys: str) -> None:
        self._loop.call_soon_threadsafe(self.talk.audio.press, keys)

    def speak(self) -> None:
        """Until the call ends."""
        samples = bursts(CUSTOMER_HZ) * 40
        self._loop.call_soon_threadsafe(self.talk.audio.say, samples)

    def hears(self, hz: float, *, alone: bool = True) -> None:
        self._wait(hears(self.talk, hz, seconds=60.0, alone=alone))

    def hears_nothing_of(self, hz: float) -> None:
        self._wait(hears_nothing_of(self.talk, hz, 3 * BURST_S))

    def stops_hearing(self, hz: float) -> None:
        self._wait(stops_hearing(self.talk, hz, 3 * BURST_S))

    def hears_music(self, *, instead_of: float) -> None:
        self.stops_hearing(instead_of)
        self._wait(hears_something(self.talk))

    def hears_prompt(self, key: str, language: str, since: int) -> None:
        self._wait(hears_prompts(self.talk, key, language=language, since=since))

    def hang_up(self) -> None:
        self._loop.call_soon_threadsafe(self.talk.hang_up)
        self._wait(self.talk.ended(60.0))

    def close(self) -> None:
        async def leave() -> None:
            self._phone.close()

        self._wait(leave())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _wait(self, work: Coroutine[Any, Any, None]) -> None:
        done: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        done.result(120.0)


def bursts(hz: float) -> array[int]:
    silence = array("h", [0] * int(sound.RATE_HZ * BURST_S))
    return (sound.tone(hz, BURST_S) + silence) * BURSTS


@pytest.fixture(scope="module")
def network() -> Iterator[str]:
    if missing := why_not():
        pytest.skip(f"needs a network of its own: run as root with iproute2 ({missing} is missing)")
    with entered() as address:
        yield address


@pytest.fixture(scope="module")
def house(network: str, open_dir: Path, asterisk_program: Program) -> Iterator[PhoneHouse]:
    assert asterisk_program.version
    house = PhoneHouse(open_dir / "voice-browser")
    try:
        house.start()
        yield house
    finally:
        house.end()


@pytest.fixture
def playwright(network: str) -> Iterator[Playwright]:
    """Started inside the network, as its browsers are."""
    assert network
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as found:
        yield found


class Cast:
    """Each with a browser, and so a microphone, of their own."""

    def __init__(self, playwright: Playwright, url: str, folder: Path, stack: ExitStack) -> None:
        self._playwright = playwright
        self._url = url
        self._folder = folder
        self._stack = stack
        self._stages: list[Stage] = []

    def agent(self, name: str, language: str, hz: float) -> Agent:
        agent = self._stage(hz).agent(name, language)
        self._ready(agent)
        return agent

    def supervisor(self, name: str, language: str, hz: float) -> Supervisor:
        supervisor = self._stage(hz).supervisor(name, language)
        self._ready(supervisor)
        return supervisor

    def close_browser_of(self, person: Agent) -> None:
        stage = next(stage for stage in self._stages if person in stage.people)
        stage.people.remove(person)  # who can't sign off
        person.context.close()

    @staticmethod
    def _ready(person: Agent) -> None:
        name = person.words("phone.status", state=person.words("phone.line.registered"))
        expect(person.page.get_by_role("button", name=name)).to_be_visible()

    def _stage(self, hz: float) -> Stage:
        microphone = self._folder / f"{hz:.0f}.wav"
        sound.write(microphone, bursts(hz))
        program = next(filter(None, map(shutil.which, CHROMIUM)), None)
        if program is None:
            pytest.skip("no Chromium on this machine: apt install chromium")
        flags = [*FLAGS, *MICROPHONE, f"--use-file-for-fake-audio-capture={microphone}"]
        browser = self._playwright.chromium.launch(executable_path=program, args=flags)
        self._stack.callback(browser.close)
        stage = Stage(browser, self._url)
        self._stages.append(stage)
        self._stack.callback(stage.close)
        self._stack.callback(stage.clear)
        return stage


@pytest.fixture
def cast(house: PhoneHouse, playwright: Playwright, tmp_path: Path) -> Iterator[Cast]:
    with ExitStack() as stack:
        yield Cast(playwright, house.product.url, tmp_path, stack)


@pytest.fixture
def customer(house: PhoneHouse) -> Iterator[Customer]:
    customer = Customer(house)
    yield customer
    customer.close()


@pytest.fixture
def next_customer(house: PhoneHouse) -> Iterator[Customer]:
    customer = Customer(house)
    yield customer
    customer.close()


@pytest.mark.parametrize("language", CASTS)
def test_a_call_is_taken_shared_supervised_and_kept(
    house: PhoneHouse, cast: Cast, customer: Customer, language: str
) -> None:
    name, full_name, helper, helper_name, number, key = CASTS[language]
    agent = cast.agent(name, language, AGENT_HZ)
    agent.get_ready()
    customer.call("+8613800138000", number)
    if key:
        customer.press(key)
    expect(agent.offer).to_contain_text("138")
    picture(agent, "voice-offer")
    accept(agent)
    customer.speak()
    customer.hears(AGENT_HZ)
    picture(agent, "voice-desk")
    hold_mute_and_press(agent, customer)
    reload_the_page(agent, customer)
    promise_a_call_and_cancel_it(agent)

    colleague = cast.agent(helper, language, COLLEAGUE_HZ)
    consult(agent, helper_name)
    colleague.offer.get_by_role("button", name=colleague.words("offer.accept")).click()
    merge = bar(agent).get_by_role("button", name=agent.words("phone.call.conference"))
    expect(merge).to_be_enabled()
    customer.hears_nothing_of(COLLEAGUE_HZ)
    merge.click()
    expect(merge).to_be_disabled()  # they are together
    customer.hears(COLLEAGUE_HZ, alone=False)
    customer.hears(AGENT_HZ, alone=False)
    picture(agent, "voice-conference")

    supervisor = cast.supervisor("zhou", language, SUPERVISOR_HZ)
    overhear(supervisor, full_name)
    customer.hears_nothing_of(SUPERVISOR_HZ)
    become(supervisor, "whisper")
    customer.hears_nothing_of(SUPERVISOR_HZ)
    picture(supervisor, "voice-supervise")
    become(supervisor, "barge")
    for hz in (SUPERVISOR_HZ, AGENT_HZ, SUPERVISOR_HZ, COLLEAGUE_HZ):
        customer.hears(hz, alone=False)  # well before the recording ends

    customer.hang_up()
    expect(agent.wrap_up_form).to_be_visible()
    until(lambda: house.voice()["legs"] == 0, "nothing is left of the call", 60)
    kept = heard_in_the_recording(agent)
    picture_of_the_timeline(agent, kept)


def test_a_closed_browser_brings_the_customer_back_to_the_head_of_the_queue(
    house: PhoneHouse, cast: Cast, customer: Customer, next_customer: Customer
) -> None:
    name, _, _, _, number, _ = CASTS["en-US"]
    house.rule(phone_grace_s=GRACE_S)
    agent = cast.agent(name, "en-US", AGENT_HZ)
    agent.get_ready()
    customer.call("+8613800138000", number)
    accept(agent)
    customer.hears(AGENT_HZ)
    next_customer.call("+8613900139000", number)
    call = agent.api("GET", f"interactions?agent_id={agent.me['account']['id']}&limit=1")
    phones, since, closed_at = house.voice()["phones"], customer.talk.audio.length, time.time()
    cast.close_browser_of(agent)
    until(lambda: house.voice()["phones"] == phones - 1, "the phone can't be rung", 60)
    lost_at = until(lambda: left_at(house, call["items"][0]["id"]), "their leg is over", 60)
    assert lost_at - closed_at < UNREACHABLE_S
    customer.hears_prompt("agent_lost", "en-US", since)
    agent = cast.agent(name, "en-US", AGENT_HZ)
    agent.get_ready()
    expect(agent.offer).to_contain_text("138 0013 8000")  # before who called next
    accept(agent)
    customer.hears(AGENT_HZ)
    next_customer.hang_up()
    customer.hang_up()
    until(lambda: house.voice()["legs"] == 0, "nothing is left of the calls", 60)
    house.rule(phone_grace_s=8)


def left_at(house: PhoneHouse, interaction_id: str) -> float | None:
    """When the agent's leg ended, unix seconds, as the product has it."""
    legs = house.get(f"/interactions/{interaction_id}/legs")["items"]
    [ended_at] = [leg["ended_at"] for leg in legs if leg["role"] == "agent"]
    return datetime.fromisoformat(ended_at).timestamp() if ended_at else None


def accept(agent: Agent) -> None:
    agent.offer.get_by_role("button", name=agent.words("offer.accept")).click()
    expect(bar(agent)).to_be_visible()


def hold_mute_and_press(agent: Agent, customer: Customer) -> None:
    def press(key: str) -> None:
        bar(agent).get_by_role("button", name=agent.words(f"phone.call.{key}"), exact=True).click()

    press("hold")
    expect(agent.page.get_by_text(agent.words("phone.call.held"))).to_be_visible()
    customer.hears_music(instead_of=AGENT_HZ)
    press("retrieve")
    customer.hears(AGENT_HZ)
    press("mute")
    expect(agent.page.get_by_text(agent.words("phone.call.muted"))).to_be_visible()
    customer.stops_hearing(AGENT_HZ)
    press("unmute")
    customer.hears(AGENT_HZ)
    press("keypad")
    keypad = agent.page.get_by_role("group", name=agent.words("phone.call.keypad"))
    keypad.get_by_role("button", name="5", exact=True).click()
    until(lambda: customer.talk.audio.keys == ["5"], "the customer's side has the key", 60)
    agent.press("Escape")
    expect(keypad).to_be_hidden()


def reload_the_page(agent: Agent, customer: Customer) -> None:
    """The call comes back, in both directions."""
    agent.page.add_init_script(KEEP_CONNECTIONS)
    agent.page.reload()
    customer.stops_hearing(AGENT_HZ)
    expect(bar(agent)).to_be_visible()
    customer.hears(AGENT_HZ)
    hold = bar(agent).get_by_role("button", name=agent.words("phone.call.hold"), exact=True)
    expect(hold).to_be_enabled()
    before = agent.page.evaluate(ENERGY_HEARD)
    until(lambda: agent.page.evaluate(ENERGY_HEARD) > before, "the customer is heard", 60)


def bar(agent: Agent) -> Any:
    return agent.page.get_by_role("toolbar", name=agent.words("phone.call.bar"))


def promise_a_call_and_cancel_it(agent: Agent) -> None:
    """By keys, while they talk."""
    agent.press("Alt+b")
    form = agent.page.get_by_role("dialog")
    number = form.get_by_role("textbox", name=agent.words("desk.callback_number"), exact=True)
    expect(number).to_be_focused()
    expect(number).to_have_value("+8613800138000")
    form.get_by_role("textbox", name=agent.words("desk.callback_note")).fill("AP-400")
    agent.press("Control+Enter")
    expect(form).to_be_hidden()
    about = agent.page.get_by_role("region", name=agent.words("desk.customer"), exact=True)
    about.get_by_role("tab", name=agent.words("desk.timeline")).click()
    timeline = about.get_by_role("tabpanel")
    planned = timeline.get_by_text(agent.words("phase.scheduled"), exact=True)
    expect(planned).to_have_count(1)
    theirs = "+86 138 0013 8000"
    promised = about.get_by_role("group", name=agent.words("interactions.callback.title"))
    dial = promised.get_by_role("button", name=agent.words("phone.dial.call", number=theirs))
    expect(dial).to_be_visible()
    picture(agent, "voice-callback")
    cancel = agent.words("interactions.callback.cancel_of", number=theirs)
    promised.get_by_role("button", name=cancel).focus()
    agent.press("Enter")
    sure = agent.page.get_by_role("tooltip")
    yes = sure.get_by_role("button", name=agent.words("interactions.callback.cancel"))
    expect(yes).to_be_focused()
    agent.press("Enter")
    expect(promised).to_be_hidden()
    expect(planned).to_have_count(0)
    cancelled = agent.words("outcome.callback_cancelled")
    expect(timeline.get_by_text(cancelled, exact=True).first).to_be_visible()


def consult(agent: Agent, name: str) -> None:
    bar(agent).get_by_role("button", name=agent.words("phone.call.consult")).click()
    dialog = agent.page.get_by_role("dialog")
    dialog.get_by_role("textbox", name=agent.words("desk.find_target")).fill(name)
    dialog.get_by_role("option", name=name).click()
    dialog.get_by_role("button", name=agent.words("desk.consult_go")).click()
    expect(dialog).to_be_hidden()


def overhear(supervisor: Supervisor, agent_name: str) -> None:
    supervisor.watch()
    supervisor.agent_in("serving", agent_name).click()
    drawer = supervisor.page.get_by_role("dialog")
    drawer.get_by_role("button", name=supervisor.words("phone.supervise.listen")).click()
    roles = drawer.get_by_role("radiogroup", name=supervisor.words("phone.supervise.you"))
    expect(roles).to_be_visible()


def become(supervisor: Supervisor, role: str) -> None:
    roles = supervisor.page.get_by_role(
        "radiogroup", name=supervisor.words("phone.supervise.you")
    ).first
    roles.get_by_text(supervisor.words(f"phone.supervise.{role}")).click()
    chosen = roles.get_by_role("radio", name=supervisor.words(f"phone.supervise.{role}"))
    expect(chosen).to_be_checked()


def heard_in_the_recording(agent: Agent) -> str:
    """The customer on the left; everybody whom the customer heard on the right. Its interaction."""
    own = agent.me["account"]["id"]
    [row] = agent.api("GET", f"interactions?agent_id={own}&limit=1")["items"]

    def stored() -> Any:
        found = agent.api("GET", f"interactions/{row['id']}/recordings")["items"]
        return [item for item in found if item["state"] == "stored"]

    [recording] = until(stored, "the recording is kept", 60)
    address = f"{agent.url}/api/v1/recordings/{recording['id']}/audio"
    samples, _ = soundfile.read(io.BytesIO(agent.context.request.get(address).body()))
    assert loudest(samples[:, 0], CUSTOMER_HZ) > 0.7
    for hz in (AGENT_HZ, COLLEAGUE_HZ, SUPERVISOR_HZ):
        assert loudest(samples[:, 1], hz) > 0.4, f"{hz} Hz"
    return str(row["id"])


def picture_of_the_timeline(agent: Agent, interaction_id: str) -> None:
    if FOLDER is not None:
        agent.page.goto(f"{agent.url}/interactions/{interaction_id}")
        shown(agent)
        picture(agent, "voice-timeline")


def picture(person: Agent, name: str) -> None:
    if FOLDER is not None:
        keep(person, name, SIZES)
