"""Nobody serves now: a message becomes a ticket, and the ticket finds a person when one is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.person import Console
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOPICS = {"zh-CN": "投诉与建议", "en-US": "Complaint"}
TEXTS = {"zh-CN": "师傅迟到了两小时", "en-US": "The technician came two hours late"}


@pytest.fixture
def closed(stage: Stage) -> Iterator[Console]:
    """Complaints are not served now, by an administrator's word."""
    administrator = stage.supervisor("admin", "zh-CN")
    hours = set_override(administrator, "closed")
    assert hours["override"] == "closed"
    yield administrator
    set_override(administrator, None)


def set_override(administrator: Console, override: str | None) -> dict[str, object]:
    [office] = [h for h in administrator.api("GET", "hours") if h["id"] == "office"]
    body = {k: v for k, v in office.items() if k not in ("id", "updated_at", "updated_by")}
    answer = administrator.api("PUT", "hours/office", {**body, "override": override})
    return dict(answer)


@pytest.mark.parametrize("language", TOPICS)
def test_a_message_left_out_of_hours_becomes_a_ticket_and_a_task(
    stage: Stage, closed: Console, language: str
) -> None:
    customer = stage.customer(language)
    customer.visit("WH-16")
    customer.open_chat()
    customer.ask_about(TOPICS[language])
    customer.is_told("closed_hours")
    customer.leave_message(TEXTS[language])

    agent = stage.agent("zhao", language)
    agent.go("tickets")
    newest = agent.page.get_by_role("row").filter(has_text=TEXTS[language]).first
    newest.get_by_role("link").first.click()
    expect(agent.page.get_by_text(TEXTS[language]).first).to_be_visible()

    # whoever serves complaints gets it as a task as soon as they are served again
    set_override(closed, "open")
    agent.go("desk")
    agent.get_ready()
    expect(agent.offer).to_contain_text(agent.words("channel.task"))
    agent.offer.get_by_role("button", name=agent.words("offer.accept")).click()
    expect(agent.conversation).to_contain_text(TEXTS[language])
    agent.close()
