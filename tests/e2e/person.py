"""Somebody before a screen: a browser context of their own, and the words of their language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.e2e.words import Words

PASSWORD = "parley-demo"


class Person:
    """`page` is their one tab."""

    def __init__(self, context: BrowserContext, url: str, language: str) -> None:
        self.context = context
        self.url = url
        self.words = Words(language)
        self.page: Page = context.new_page()
        self.broken: list[str] = []  # exceptions that a page did not catch
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    @property
    def language(self) -> str:
        return self.words.language

    def button(self, key: str, **values: object) -> Locator:
        return self.page.get_by_role("button", name=self.words(key, **values))

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def keep(self, path: Path) -> None:
        """A picture of what they see."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path, animations="disabled", caret="hide")


class Console(Person):
    """Whoever signs in to the console."""

    me: dict[str, Any]

    def open_sign_in(self) -> None:
        self.page.goto(self.url)

    def try_to_sign_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.get_by_label(self.words("sign_in.email"), exact=True).fill(email)
        self.page.get_by_label(self.words("sign_in.password"), exact=True).fill(password)
        self.page.get_by_role("button", name=self.words("sign_in.go")).click()

    def sign_in(self, name: str) -> None:
        """By keyboard and mouse; then in the language of this browser."""
        self.open_sign_in()
        self.try_to_sign_in(f"{name}@demo.parley")
        expect(self.line_state).to_be_visible()
        self.me = self.context.request.get(f"{self.url}/api/v1/session").json()
        if self.me["account"]["language"] != self.language:
            self._switch_language()
        expect(self.button("frame.person", name=self.me["account"]["name"])).to_be_visible()

    def sign_in_again(self) -> None:
        """Behind the screen, if the session is another's or over."""
        body = {"email": self.me["account"]["email"], "password": PASSWORD}
        answer = self.context.request.post(f"{self.url}/api/v1/session", data=body)
        assert answer.ok, answer.text()
        self.me = answer.json()

    def _switch_language(self) -> None:
        other = "en-US" if self.language == "zh-CN" else "zh-CN"
        self.page.get_by_role("button", name=Words(other)("frame.language")).click()
        chosen = "简体中文" if self.language == "zh-CN" else "English"
        self.page.get_by_role("menuitem", name=chosen).click()

    @property
    def line_state(self) -> Locator:
        """The mark of a good line, in either language: an account brings its own."""
        names = "|".join(Words(each)("line.open") for each in ("zh-CN", "en-US"))
        return self.page.get_by_role("img", name=re.compile(names))

    def go(self, place: str) -> None:
        """To a place of the rail: desk, live, interactions, tickets, customers, people, settings."""
        rail = self.page.get_by_role("navigation", name=self.words("frame.places"))
        rail.get_by_role("link", name=self.words(f"place.{place}")).click()

    def api(self, method: str, path: str, body: Any = None) -> Any:
        """What the console's own session may ask, behind the screen's back: for setting the scene."""
        answer = self.context.request.fetch(
            f"{self.url}/api/v1/{path}",
            method=method,
            headers={"X-CSRF-Token": self.me["csrf"], "Content-Type": "application/json"},
            data=body,
        )
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
        return answer.json()
