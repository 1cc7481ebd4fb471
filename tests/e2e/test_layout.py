"""What is in use fits the windows people have. Every page as it opens: see test_accessibility."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import ViewportSize

from tests.e2e.layout import DESK_WIDTHS, MISFITS, misfits
from tests.e2e.pages import settle
from tests.e2e.stage import WIDE, Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = ["zh-CN", "en-US"]
PHONE = ViewportSize(width=390, height=844)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_and_the_widget_in_use_fit(stage: Stage, language: str) -> None:
    agent = stage.agent({"zh-CN": "wang", "en-US": "emma"}[language], language)
    agent.get_ready()
    customer = stage.customer(language)
    customer.page.set_viewport_size(PHONE)
    customer.visit("AP-400")
    customer.open_chat()
    customer.say("https://example.com/" + "a-very-long-address-" * 12)
    agent.accept()
    agent.say("好" * 200 if language == "zh-CN" else "W" * 200)
    customer.sees("好" if language == "zh-CN" else "W")
    told = [f"widget {each}" for each in misfits(customer, {PHONE["width"]: PHONE["height"]})]
    told += [f"desk {each}" for each in misfits(agent, DESK_WIDTHS)]
    agent.page.set_viewport_size(WIDE)
    agent.close()
    assert told == []


def test_what_does_not_fit_is_seen(stage: Stage) -> None:
    page = stage.stranger("en-US").page
    page.set_content(
        "<p style='width: 5000px'>wide</p>"
        "<p style='width: 40px; overflow: hidden; white-space: nowrap'>a text that is cut</p>"
    )
    assert [each.partition(":")[0] for each in page.evaluate(MISFITS)] == [
        "sideways", "outside", "cut",
    ]  # fmt: skip


CALL: dict[str, Any] = {
    "interaction_id": "int_1", "direction": "in", "caller": "+8613800138000",
    "called": "+8657188880001", "customer_id": "cus_1", "customer_name": "王女士",
    "entry_point": "ept_1", "entry_point_name": "Hotline", "queue": "sales",
    "queue_names": {"zh-CN": "销售", "en-US": "Sales"}, "trunk": "trk_1", "trunk_name": "Carrier",
    "agents": ["agt_1", "agt_2"], "agent_names": ["林晓", "Emma Clarke"],
    "started_at": "2026-11-27T08:00:00Z", "answered_at": "2026-11-27T08:00:01Z",
    "connected_at": "2026-11-27T08:00:21Z", "ended_at": "2026-11-27T08:04:21Z",
    "wait_s": 20.0, "talk_s": 215.0, "hold_s": 25.0, "outcome": "served", "ended_by": "customer",
    "cause": "normal", "code": 16,
}  # fmt: skip
CUT = """() => [...document.querySelectorAll("nav a > span:not([role])")]
  .filter((label) => label.offsetWidth > label.parentElement.clientWidth - 4)
  .map((label) => label.innerText)"""
PALE = """() => {
  const light = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => part / 255)
      .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const numbers = [...document.querySelectorAll("td button:disabled")];
  if (!numbers.length) return ["no number that can't be called"];
  const white = 1.05;
  return numbers.filter((each) => white / (light(getComputedStyle(each).color) + 0.05) < 4.5)
    .map((each) => each.innerText);
}"""


SCROLLED_SIDEWAYS = """() => {
  const table = document.querySelector(".ant-table-content");
  return table.scrollWidth - table.clientWidth;
}"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_places_are_not_cut_and_numbers_are_read_where_they_cannot_be_called(
    stage: Stage, language: str
) -> None:
    administrator = stage.supervisor("admin", language)
    administrator.page.goto(administrator.url + "/interactions")  # its name is bold there
    settle(administrator)
    assert administrator.page.evaluate(CUT) == []
    administrator.page.route(
        "**/api/v1/call-records?*", lambda route: route.fulfill(json={"items": [CALL]})
    )  # the demo company had no calls yet
    administrator.page.goto(administrator.url + "/calls")
    settle(administrator)
    assert administrator.page.evaluate(PALE) == []
    administrator.page.set_viewport_size(ViewportSize(width=1280, height=800))
    assert administrator.page.evaluate(SCROLLED_SIDEWAYS) == 0
