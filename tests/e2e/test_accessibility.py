"""No page of the console has a serious violation of axe, light or dark, or jumps while it loads, and each
fits the windows people have. Pages take turns between the languages."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import serious_violations
from tests.e2e.layout import DESK_WIDTHS, WIDTHS, jumps, misfits
from tests.e2e.pages import pages_of, settle
from tests.e2e.stage import WIDE, Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = ["zh-CN", "en-US"]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_the_console_is_accessible_and_fits(stage: Stage, language: str) -> None:
    stranger = stage.stranger(language)
    stranger.open_sign_in()
    expect(
        stranger.page.get_by_label(stranger.words("sign_in.password"), exact=True)
    ).to_be_visible()
    found = {"sign-in": serious_violations(stranger.page)}
    administrator = stage.supervisor("admin", language)
    for path in pages_of(administrator)[LANGUAGES.index(language) :: len(LANGUAGES)]:
        administrator.page.goto(administrator.url + path)
        settle(administrator)
        found[f"{path} layout"] = [*jumps(administrator)]
        for scheme in SCHEMES:
            administrator.page.emulate_media(color_scheme=scheme)
            found[f"{path} {scheme}"] = serious_violations(administrator.page)
        sizes = DESK_WIDTHS if path == "/desk" else WIDTHS
        found[f"{path} layout"] += misfits(administrator, sizes)
        administrator.page.set_viewport_size(WIDE)
    assert told(found) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_and_the_widget_in_use_have_no_serious_violation(
    stage: Stage, language: str
) -> None:
    agent = stage.agent({"zh-CN": "wang", "en-US": "emma"}[language], language)
    agent.get_ready()
    customer = stage.customer(language)
    customer.visit("AP-400")
    customer.open_chat()
    found = {"widget": serious_violations(customer.page)}
    customer.say("PM2.5?")
    found["waiting"] = serious_violations(customer.page)
    expect(agent.offer).to_be_visible()
    found["offer"] = serious_violations(agent.page)
    agent.accept()
    agent.say("99 %")
    customer.sees("99 %")
    found["talking"] = serious_violations(customer.page)
    found["desk"] = serious_violations(agent.page)
    agent.reply.fill("/")
    expect(agent.page.get_by_role("option").first).to_be_visible()
    found["canned"] = serious_violations(agent.page)
    agent.reply.fill("")
    agent.open_ticket()
    settle(agent)
    found["ticket"] = serious_violations(agent.page)
    agent.press("Escape")
    agent.close()
    found["wrap-up"] = serious_violations(agent.page)
    customer.is_told("ended_by_agent")
    found["rating"] = serious_violations(customer.page)
    assert told(found) == ""


def told(found: dict[str, list[str]]) -> str:
    return "\n".join(f"{place}: {line}" for place, lines in found.items() for line in lines)
