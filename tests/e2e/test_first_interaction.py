"""The first interaction: from the shop's page to a closed ticket, live on every screen."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.agent import Supervisor
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IMAGE = Path(__file__).parent / "label.png"


@dataclass(frozen=True)
class Cast:
    language: str
    agent: str
    agent_name: str
    colleague: str
    colleague_name: str
    queue: str
    product: str  # a part of what the shop's page is called
    disposition: str


CASTS = [
    Cast("zh-CN", "wang", "王芳", "chen", "陈伟", "售前咨询", "KFR-35", "产品咨询"),
    Cast("en-US", "emma", "Emma Clarke", "james", "James Okafor", "English", "KFR-35", "Other"),
]


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast.language)
def test_a_question_becomes_an_answer_and_a_ticket_before_everybodys_eyes(
    stage: Stage, cast: Cast
) -> None:
    words = cast.language
    supervisor = stage.supervisor("zhou", words)
    supervisor.watch()
    agent = stage.agent(cast.agent, words)
    agent.get_ready()
    expect(supervisor.agent_in("free", cast.agent_name)).to_be_visible()

    # the customer asks, from the page of a product
    customer = stage.customer(words)
    customer.visit("AC-KFR35")
    customer.open_chat()
    offered = number(supervisor, cast.queue, "offered")
    customer.say("有白色的吗?" if words == "zh-CN" else "Does it come in white?")
    expect(supervisor.agent_in("ringing", cast.agent_name)).to_be_visible()
    expect(supervisor.number(cast.queue, "offered")).to_have_text(str(offered + 1))

    # the agent sees who asks, from where, and why it is offered to them
    expect(agent.offer).to_contain_text("白色" if words == "zh-CN" else "white")
    expect(agent.offer).to_contain_text(agent.words("offer.why"))
    agent.accept()
    page = agent.page.get_by_role("region", name=agent.words("desk.page"), exact=True)
    expect(page).to_contain_text(cast.product)
    expect(supervisor.agent_in("serving", cast.agent_name)).to_be_visible()
    customer.is_told("connected", agent=cast.agent_name)

    # both write, see each other write, and see what was read
    agent.reply.press_sequentially("Hm")
    expect(customer.log.get_by_text(customer.words.widget("typing"))).to_be_visible()
    agent.say("有的,云白和星灰两色。" if words == "zh-CN" else "Yes: cloud white and star grey.")
    customer.sees("云白" if words == "zh-CN" else "cloud white")
    expect(agent.messages.get_by_text(agent.words("desk.mark.read")).last).to_be_visible()
    customer.composer.press_sequentially("Th")
    expect(agent.page.get_by_text(agent.words.any("desk.is_typing")).first).to_be_visible()
    customer.say("谢谢" if words == "zh-CN" else "Thanks")
    agent.sees("谢谢" if words == "zh-CN" else "Thanks")
    expect(customer.log.get_by_text(customer.words.widget("read")).last).to_be_attached()

    # a canned reply, a note that stays inside, and a picture each way
    canned = agent.use_canned("photo")
    customer.sees(canned)
    agent.write_note("只有同事能看到" if words == "zh-CN" else "For colleagues only")
    customer.attach(IMAGE)
    expect(agent.messages.get_by_role("img", name="label.png")).to_be_visible()
    agent.attach(IMAGE)
    picture = customer.words.widget("image", name="label.png")
    expect(customer.log.get_by_role("img", name=picture)).to_have_count(2)
    assert not [text for text in customer.bubbles() if "同事" in text or "colleagues" in text]

    # it is passed on with a note, and the customer sees it go on
    colleague = stage.agent(cast.colleague, words)
    colleague.get_ready()
    agent.transfer_to(cast.colleague_name, "想要白色 / wants it in white")
    expect(colleague.offer).to_be_visible()
    colleague.accept()
    expect(colleague.conversation).to_contain_text("wants it in white")
    colleague.sees("谢谢" if words == "zh-CN" else "Thanks")
    customer.is_told("connected", agent=cast.colleague_name)

    # a ticket in one click, filled in already
    ticket = colleague.open_ticket()
    subject = ticket.get_by_label(colleague.words("desk.ticket_subject"))
    expect(subject).not_to_have_value("")
    subject_text = subject.input_value()
    ticket.get_by_role("button", name=colleague.words("desk.ticket_go")).click()
    opened = colleague.page.get_by_text(colleague.words.any("desk.ticket_opened")).first
    expect(opened).to_be_visible()
    number_of_ticket = re.search(r"\d+", opened.inner_text())
    assert number_of_ticket is not None

    # wrapped up; the customer rates
    colleague.close()
    expect(supervisor.agent_in("wrap_up", cast.colleague_name)).to_be_visible()
    customer.is_told("ended_by_agent")
    expect(customer.panel.get_by_role("radiogroup")).to_be_in_viewport(ratio=1)
    colleague.wrap_up(cast.disposition, "推荐云白 / recommended white")
    csat = csat_after_one_more(supervisor, cast.queue)
    customer.rate(5, "很好 / very good")
    expect(supervisor.agent_in("free", cast.colleague_name)).to_be_visible()
    expect(supervisor.number(cast.queue, "rated")).to_have_text(csat)

    # the ticket is there, with the customer's words
    colleague.go("tickets")
    colleague.page.get_by_role("link", name=number_of_ticket[0]).first.click()
    expect(colleague.page.get_by_text(subject_text).first).to_be_visible()


def number(supervisor, queue: str, figure: str) -> int:
    return int(supervisor.number(queue, figure).inner_text())


def csat_after_one_more(supervisor: Supervisor, queue: str) -> str:
    """What the board shows once one more customer is satisfied; the demo's own day has ratings too."""
    rows = supervisor.api("GET", "board")["queues"]
    today = next(row["today"] for row in rows if queue in row["names"].values())
    satisfied = round((today["csat"] or 0) * today["rated"]) + 1
    return f"{math.floor(100 * satisfied / (today['rated'] + 1) + 0.5)}%"
