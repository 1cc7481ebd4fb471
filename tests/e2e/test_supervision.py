"""A supervisor reads along, whispers and takes over; customers notice only what they should."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.agent import Agent, Supervisor
from tests.e2e.customer import Customer
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CASTS = {"zh-CN": ("wang", "王芳", "周敏"), "en-US": ("emma", "Emma Clarke", "周敏")}
WHISPER = "给他九折 / offer ten per cent off"


@pytest.mark.parametrize("language", CASTS)
def test_a_supervisor_whispers_to_the_agent_and_then_takes_over(
    stage: Stage, language: str
) -> None:
    name, full_name, supervisor_name = CASTS[language]
    agent, customer = talking(stage, name, language)
    supervisor = stage.supervisor("zhou", language)
    supervisor.watch()

    # reads along: the agent's colleague column says so, the customer sees nothing
    supervisor.agent_in("serving", full_name).click()
    drawer = supervisor.page.get_by_role("dialog")
    drawer.get_by_role("button", name=supervisor.words("live.look")).click()
    expect(drawer.get_by_text("太贵了 / too dear").first).to_be_visible()
    drawer.get_by_role("button", name=supervisor.words("interactions.read_along")).click()
    whisper(supervisor, WHISPER)
    agent.sees(WHISPER)
    assert not [text for text in customer.bubbles() if "九折" in text]

    # the agent goes on, the supervisor sees it live
    agent.say("我可以给您九折。/ I can offer ten per cent off.")
    expect(drawer.get_by_text("I can offer ten per cent off.").first).to_be_visible()

    # takes over: on the supervisor's desk, no longer on the agent's
    drawer.get_by_role("button", name=supervisor.words("interactions.take_over")).first.click()
    confirm = supervisor.page.get_by_role("tooltip")
    confirm.get_by_role("button", name=supervisor.words("interactions.take_over")).click()
    customer.is_told("connected", agent=supervisor_name)
    expect(agent.reply).to_be_hidden()
    supervisor.page.keyboard.press("Escape")
    supervisor.go("desk")
    supervisor.say("我是主管。/ I am the supervisor.")
    customer.sees("I am the supervisor.")
    supervisor.close()
    customer.is_told("ended_by_agent")


def talking(stage: Stage, name: str, language: str) -> tuple[Agent, Customer]:
    """An agent who serves a customer."""
    agent = stage.agent(name, language)
    agent.get_ready()
    customer = stage.customer(language)
    customer.visit("RF-520")
    customer.open_chat()
    customer.say("太贵了 / too dear")
    agent.accept()
    return agent, customer


def whisper(supervisor: Supervisor, text: str) -> None:
    box = supervisor.page.get_by_role(
        "textbox", name=supervisor.words.any("interactions.whisper_to")
    )
    box.fill(text)
    box.press("Enter")
    expect(box).to_have_value("")
