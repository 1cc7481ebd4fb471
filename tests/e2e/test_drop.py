"""A line that is gone for long: when it returns, the screen equals the server (P2).

More is said meanwhile than any page, buffer or history of the product holds at once. The agent has another
screen open all the while, so the grace of a lost screen never begins: their work stays theirs. What a screen
tells of messages that came too late, once the grace is over, is in web/console (desk/unsent.test.tsx).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.agent import Agent
from tests.e2e.customer import Customer
from tests.e2e.stage import Stage
from tests.harness.proxy import Proxy

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MISSED = 260  # a page of messages is 200, the widget's history 50
BACK_MS = 45_000  # the longest pause before a line comes back is 15 s; then there is much to fetch
LANGUAGE, NAME = "zh-CN", "wang"


@pytest.fixture
def customers_line(url: str) -> Iterator[Proxy]:
    proxy = Proxy(urlsplit(url).port or 80)
    yield proxy
    proxy.close()


@pytest.fixture
def agents_line(url: str) -> Iterator[Proxy]:
    proxy = Proxy(urlsplit(url).port or 80)
    yield proxy
    proxy.close()


def test_after_a_long_drop_both_screens_show_everything_once(
    stage: Stage, customers_line: Proxy, agents_line: Proxy
) -> None:
    agent = stage.agent(NAME, LANGUAGE, url=agents_line.url)
    agent.get_ready()
    customer = stage.customer(LANGUAGE, url=customers_line.url)
    customer.visit("TV-65")
    customer.open_chat()
    customer.say("before the drop")
    agent.accept()
    agent.say("still here")
    customer.sees("still here")
    interaction = open_interaction(agent)

    # both lines break; what each says now waits on their screen
    customers_line.cut()
    agents_line.cut()
    lost = agent.words("line.lost")
    expect(agent.page.get_by_role("alert").filter(has_text=lost)).to_be_visible()
    customer.say("said into the void")
    agent.reply.fill("also into the void")
    agent.reply.press("Enter")
    expect(agent.messages.get_by_text("also into the void")).to_be_visible()

    # meanwhile the same agent goes on elsewhere: their work is not handed back
    elsewhere = stage.stranger(LANGUAGE)
    elsewhere.sign_in(NAME)
    for number in range(MISSED):
        write(elsewhere, interaction, number)

    customers_line.mend()
    agents_line.mend()
    last = f"missed {MISSED - 1}"
    expect(customer.log.get_by_text(last, exact=True)).to_be_visible(timeout=BACK_MS)
    expect(agent.messages.get_by_text(last, exact=True)).to_be_visible(timeout=BACK_MS)
    agent.sees("said into the void")
    customer.sees("also into the void")

    stored = said_to_customer(elsewhere, interaction)
    assert sorted(stored) == sorted(
        ["before the drop", "still here", "said into the void", "also into the void"]
        + [f"missed {number}" for number in range(MISSED)]
    )
    assert own_words(customer) == stored
    assert shown(agent) == stored


def open_interaction(agent: Agent) -> str:
    """From the address of the desk."""
    return re.findall(r"int_\w+", agent.page.url)[0]


def write(person: Any, interaction: str, number: int) -> None:
    body = {"client_id": f"missed-{number}", "text": f"missed {number}"}
    person.api("POST", f"interactions/{interaction}/messages", body)


def said_to_customer(person: Any, interaction: str) -> list[str]:
    """What the server has, oldest first."""
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["seq"] if found else 0
        path = f"interactions/{interaction}/messages?after_seq={after}"
        page = person.api("GET", path)["items"]
        if not page:
            return [m["text"] for m in found if m["sender"] != "system"]
        found.extend(page)


def own_words(customer: Customer) -> list[str]:
    return [text for text in customer.bubbles() if text]


def shown(agent: Agent) -> list[str]:
    """All messages on the desk, earlier ones unfolded."""
    earlier = agent.messages.get_by_role("button", name=agent.words.any("desk.earlier"))
    while earlier.count():
        earlier.first.click()
    return agent.messages.locator("[class*=bubble]").all_inner_texts()
