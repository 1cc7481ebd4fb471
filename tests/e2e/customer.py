"""A customer of the demo shop with the chat widget before them."""

from __future__ import annotations

import json
from pathlib import Path

import websockets.sync.client as websocket
from playwright.sync_api import Locator, expect
from websockets.exceptions import WebSocketException
from websockets.typing import Origin

from tests.e2e.person import Person

CODES = {"zh-CN": "zh", "en-US": "en"}


class Customer(Person):
    def visit(self, product: str = "AC-KFR35") -> None:
        self.page.goto(f"{self.url}/demo/{CODES[self.language]}/p/{product}")

    def open_chat(self) -> None:
        self.page.get_by_role("button", name=self.words.widget("open")).click()
        expect(self.composer).to_be_visible()

    # --- what they see -----------------------------------------------------------------------------

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log", name=self.words.widget("log"))

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words.widget("write"))

    def sees(self, text: str) -> None:
        expect(self.log.get_by_text(text).last).to_be_visible()

    def is_told(self, key: str, **values: object) -> None:
        """A system message."""
        self.sees(self.words.system(key, **values))

    def bubbles(self) -> list[str]:
        """The words of all messages, oldest first."""
        return self.log.locator(".bubble .text").all_inner_texts()

    # --- what they do ------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")
        self.sees(text)

    def attach(self, path: Path) -> None:
        with self.page.expect_file_chooser() as chosen:
            self.page.get_by_role("button", name=self.words.widget("attach")).click()
        chosen.value.set_files(path)
        send = self.page.get_by_role("button", name=self.words.widget("send"), exact=True)
        expect(send).to_be_enabled()
        send.click()

    def ask_about(self, topic: str) -> None:
        """With one of the buttons that say what it is about."""
        self.panel.get_by_role("button", name=topic).click()

    def leave_message(self, text: str) -> None:
        self.panel.get_by_role("button", name=self.words.widget("leaveMessage")).click()
        self.panel.get_by_label(self.words.widget("yourMessage")).fill(text)
        self.panel.get_by_role("button", name=self.words.widget("submit")).click()
        self.is_told("message_saved")

    def rate(self, score: int, comment: str) -> None:
        stars = self.words.widget("rateStars", n=score)
        self.panel.get_by_role("radio", name=stars).check(force=True)
        self.panel.get_by_label(self.words.widget("comment")).fill(comment)
        self.panel.get_by_role("button", name=self.words.widget("rateSend")).click()
        expect(self.panel.get_by_text(self.words.widget("thanks"))).to_be_visible()

    def end(self) -> None:
        self.page.get_by_role("button", name=self.words.widget("menu"), exact=True).click()
        self.page.get_by_role("menuitem", name=self.words.widget("end")).click()
        self.page.get_by_role("menuitem", name=self.words.widget("endSure")).click()

    # --- behind the screen -------------------------------------------------------------------------

    def token(self) -> str | None:
        """Of the visitor this browser is; None if they never opened the chat."""
        origins = self.context.storage_state()["origins"]
        stored = {each["name"]: each["value"] for o in origins for each in o["localStorage"]}
        return next((value for name, value in stored.items() if name.endswith("token")), None)

    def go_away(self, url: str) -> None:
        """Whatever is open at the product is over: the next story finds nobody waiting."""
        token = self.token()
        if token is None:
            return
        address = f"ws{url.removeprefix('http')}/chat/v1/live"
        with websocket.connect(address, origin=Origin(url), proxy=None) as line:
            line.send(json.dumps({"type": "hello", "token": token, "after_seq": 0}))
            ready = json.loads(line.recv(timeout=10))
            if ready["state"]["phase"] in ("idle", "ended"):
                return
            line.send(json.dumps({"type": "end"}))
            try:
                for text in line:
                    frame = json.loads(text)
                    if frame.get("state", {}).get("phase") in ("idle", "ended"):
                        return
            except WebSocketException:
                return
