"""An agent's whole day without a mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CASTS = {"zh-CN": ("wang", "产品"), "en-US": ("emma", "Product")}


@pytest.mark.parametrize("language", CASTS)
def test_an_agent_serves_by_keyboard_alone(stage: Stage, language: str) -> None:
    name, disposition = CASTS[language]
    agent = stage.agent(name, language)
    agent.press("F8")
    agent.is_in("ready")

    first, second = stage.customer(language), stage.customer(language)
    for customer, text in ((first, "第一 / first"), (second, "第二 / second")):
        customer.visit("VC-20")
        customer.open_chat()
        customer.say(text)
        expect(agent.offer).to_contain_text(text)
        agent.press("Alt+a")
        expect(agent.offer).to_be_hidden()
        agent.sees(text)
    expect(agent.reply).to_be_focused()

    # type, send, go between conversations
    agent.page.keyboard.type("给第二位 / for the second")
    agent.press("Enter")
    second.sees("for the second")
    agent.press("Alt+1")
    agent.sees("第一 / first")
    expect(agent.reply).to_be_focused()
    agent.page.keyboard.type("/photo")
    agent.press("Enter")
    agent.press("Enter")
    expect(first.log.locator(".from-agent .text").last).to_be_visible()
    assert second.bubbles()[-1] == "给第二位 / for the second"

    # a ticket, then close and wrap up
    agent.press("Alt+n")
    ticket = agent.page.get_by_role("dialog")
    expect(ticket).to_be_visible()
    agent.press("Escape")
    expect(ticket).to_be_hidden()
    for customer in (first, second):
        agent.press("Alt+w")
        expect(agent.wrap_up_form).to_be_visible()
        box = agent.wrap_up_form.get_by_role("textbox", name=agent.words("desk.disposition"))
        expect(box).to_be_focused()
        agent.page.keyboard.type(disposition)
        agent.press("Enter")
        agent.press("Control+Enter")
        expect(agent.wrap_up_form).to_be_hidden()
        customer.is_told("ended_by_agent")
    agent.is_in("ready")
    expect(agent.page.get_by_text(agent.words("desk.none_open"))).to_be_visible()
