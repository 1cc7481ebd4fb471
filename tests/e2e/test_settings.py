"""An administrator changes how the center works, and sees it work."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.e2e.agent import Supervisor
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LANGUAGES = ["zh-CN", "en-US"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_queue_is_renamed_and_the_change_can_be_undone(stage: Stage, language: str) -> None:
    administrator = stage.supervisor("admin", language)
    watcher = stage.supervisor("zhou", language)
    watcher.watch()
    administrator.page.goto(f"{administrator.url}/settings/queues/presales")
    label = "名称" if language == "zh-CN" else "Name"
    names = administrator.page.get_by_role("textbox", name=label)
    own = names.first
    before = own.input_value()
    own.fill("售前咨询一组")
    save = administrator.page.get_by_role("button", name=administrator.words("settings.save"))
    save.click()
    expect(administrator.page.get_by_text(administrator.words("settings.saved"))).to_be_visible()
    if language == "zh-CN":
        expect(watcher.page.get_by_role("rowheader", name="售前咨询一组")).to_be_visible()
    administrator.page.get_by_role("button", name=administrator.words("settings.undo")).click()
    expect(own).to_have_value(before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_point_shows_its_embed_code_and_the_widget_to_try(
    stage: Stage, language: str
) -> None:
    administrator = stage.supervisor("admin", language)
    administrator.page.goto(f"{administrator.url}/settings/entry-points/demo-shop")
    code = f'<script src="{administrator.url}/widget.js" data-entry="demo-shop" async></script>'
    expect(administrator.page.get_by_text(code)).to_be_visible()
    preview = open_preview(administrator)
    expect(preview.get_by_role("dialog")).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_second_entry_point_previews_itself(stage: Stage, language: str) -> None:
    administrator = stage.supervisor("admin", language)
    name = f"第二家店 {language}"
    made = administrator.api("POST", "entry-points", {"name": name, "queue": "presales"})
    administrator.page.goto(f"{administrator.url}/settings/entry-points/{made['id']}")
    preview = open_preview(administrator)
    expect(preview.get_by_role("dialog", name=name)).to_be_visible()


def open_preview(administrator: Supervisor) -> FrameLocator:
    """Of the entry point on the page, with the widget's panel open."""
    tries = administrator.words("settings.entry_point.try")
    administrator.page.get_by_role("button", name=tries).click()
    below = administrator.words("settings.entry_point.reload")
    beneath = administrator.page.get_by_role("button", name=below)
    beneath.evaluate("button => button.scrollIntoView({block: 'center'})")
    preview = administrator.page.frame_locator("iframe")
    preview.get_by_role("button", name=administrator.words.widget("open")).click()
    return preview
