"""Pictures of the product for `docs/images`, taken when PARLEY_PICTURES names the folder to keep them in.

PARLEY_PICTURES=docs/images pytest tests/e2e/test_pictures.py
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.agent import Agent, Supervisor
from tests.e2e.customer import Customer
from tests.e2e.person import Person
from tests.e2e.stage import Stage
from tests.harness.product import until

FOLDER = os.environ.get("PARLEY_PICTURES")
SIZES = {1280: 800, 1920: 1080}
PACE_MS = 50
DESK_SIZES = {1024: 768, **SIZES}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(FOLDER is None, reason="PARLEY_PICTURES is not set"),
]

CASTS = {"zh-CN": ("wang", "lin"), "en-US": ("emma", "james")}
SAID = {
    "zh-CN": [
        ("你好，这款空调有白色的吗？卧室 18 平米够用吗？", "您好！有云白和星灰两色。18 平米用 KFR-35 正合适。"),
        ("安装要另外收费吗？", "不收费，48 小时内上门安装，铜管 3 米以内都包含。"),
        ("好的，那我下单云白色。旧空调你们能收吗？", "可以，下单时勾选“以旧换新”，最高抵 300 元。"),
    ],
    "en-US": [
        ("Hi, does this one come in white? Is it enough for 18 m²?", "It does: cloud white and star grey. The KFR-35 is right for 18 m²."),
        ("Is the installation extra?", "No, it is included: within 48 hours, with up to three metres of pipe."),
        ("Great, I'll take the white one. Can you take my old one away?", "Yes: tick “trade-in” when you order, up to ¥300 off."),
    ],
}  # fmt: skip
OTHERS = {
    "zh-CN": ["洗衣机显示 F02，怎么办？", "快递三天没动了，麻烦查一下"],
    "en-US": ["My washing machine shows F02", "My parcel hasn't moved for three days"],
}
NOTES = {"zh-CN": "老客户，注意保价", "en-US": "Regular customer: mind the price protection"}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", CASTS)
def test_pictures_of_a_busy_hour(stage: Stage, language: str) -> None:
    agent, customer = busy_desk(stage, language)
    keep(customer, "widget", {1280: 800})
    keep(agent, "desk", DESK_SIZES)
    supervisor = stage.supervisor("zhou", language)
    pictures_of_the_board(supervisor)
    pictures_of_records(supervisor)
    administrator = stage.supervisor("admin", language)
    administrator.page.goto(f"{administrator.url}/settings/queues/aftersales")
    shown(administrator)
    keep(administrator, "settings", SIZES)
    agent.close()
    customer.is_told("ended_by_agent")
    expect(customer.panel.get_by_role("radiogroup")).to_be_in_viewport(ratio=1)
    keep(agent, "wrap-up", {1280: 800})
    keep(customer, "widget-rating", {1280: 800})


def busy_desk(stage: Stage, language: str) -> tuple[Agent, Customer]:
    """One conversation in full swing, others beside it and waiting."""
    name, colleague = CASTS[language]
    for each in (name, colleague):
        stage.agent(each, language).get_ready()
    agent = next(p for p in stage.people if isinstance(p, Agent))
    customer = stage.customer(language)
    customer.visit("AC-KFR35")
    sign_in_at_the_shop(customer)
    customer.open_chat()
    for number, (question, answer) in enumerate(SAID[language]):
        customer.say(question)
        if number == 0:
            agent = whoever_is_asked(stage)
            agent.accept()
        agent.sees(question)
        agent.say(answer)
        customer.sees(answer)
    agent.write_note(NOTES[language])
    for text in OTHERS[language]:
        other = stage.customer(language)
        other.visit("WM-10D")
        other.open_chat()
        other.say(text)
        whoever_is_asked(stage).accept()
    agent.work.get_by_role("button").filter(has_text=SAID[language][-1][1][:6]).first.click()
    expect(agent.messages.get_by_text(SAID[language][-1][1])).to_be_visible()
    return agent, customer


def whoever_is_asked(stage: Stage) -> Agent:
    agents = [person for person in stage.people if isinstance(person, Agent)]

    def asked() -> Agent | None:
        agents[0].page.wait_for_timeout(PACE_MS)  # lets the browser's news come in
        return next((agent for agent in agents if agent.offer.count()), None)

    found: Agent = until(asked, "an offer", seconds=20)
    return found


def sign_in_at_the_shop(customer: Customer) -> None:
    """As a member who speaks the language: agents see orders and history."""
    latin = re.compile(r"[A-Za-z]" if customer.language == "en-US" else r"^[^A-Za-z]+$")
    customer.page.locator("details.account summary").click()
    customer.page.locator("details.account button").filter(has_text=latin).first.click()
    expect(customer.page.locator(".member")).to_be_visible()


def pictures_of_the_board(supervisor: Supervisor) -> None:
    supervisor.watch()
    shown(supervisor)
    keep(supervisor, "live", SIZES)
    supervisor.page.goto(f"{supervisor.url}/wallboard")
    shown(supervisor)
    keep(supervisor, "wallboard", {1920: 1080})


def pictures_of_records(supervisor: Supervisor) -> None:
    supervisor.page.goto(f"{supervisor.url}/interactions")
    shown(supervisor)
    keep(supervisor, "interactions", SIZES)
    served = supervisor.api("GET", "interactions?limit=30&outcome=served")["items"]
    talked = max(served, key=lambda row: row["messages_in"] + row["messages_out"])
    supervisor.page.goto(f"{supervisor.url}/interactions/{talked['id']}")
    shown(supervisor)
    keep(supervisor, "interaction", SIZES)
    ticket = supervisor.api("GET", "tickets?limit=1&status=in_progress")["items"][0]["id"]
    supervisor.page.goto(f"{supervisor.url}/tickets/{ticket}")
    shown(supervisor)
    keep(supervisor, "ticket", SIZES)


def shown(person: Person) -> None:
    person.page.wait_for_load_state("networkidle")
    expect(person.page.locator(".ant-skeleton")).to_have_count(0)


def keep(person: Person, name: str, sizes: dict[int, int]) -> None:
    """`desk-1280-zh.png` … in the wanted folder; the window is as it was afterwards."""
    assert FOLDER is not None
    before = person.page.viewport_size
    for width, height in sizes.items():
        person.page.set_viewport_size(ViewportSize(width=width, height=height))
        person.page.mouse.move(0, 0)
        person.keep(Path(FOLDER) / f"{name}-{width}-{person.language[:2]}.png")
    if before is not None:
        person.page.set_viewport_size(before)
