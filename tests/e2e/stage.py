"""Who is in a story, and how it leaves no trace in the next one."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.e2e.agent import Agent, Supervisor
from tests.e2e.customer import Customer
from tests.e2e.person import Console, Person

P = TypeVar("P", bound=Person)

WIDE = ViewportSize(width=1280, height=800)


class Stage:
    """Opens a browser context for each person; `url` is the running product."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.people: list[Person] = []
        self._browser = browser
        self._url = url

    def customer(self, language: str, *, url: str | None = None) -> Customer:
        return self._enter(Customer, language, url)

    def agent(self, name: str, language: str, *, url: str | None = None) -> Agent:
        person = self._enter(Agent, language, url)
        person.sign_in(name)
        return person

    def supervisor(self, name: str, language: str) -> Supervisor:
        person = self._enter(Supervisor, language, None)
        person.sign_in(name)
        return person

    def stranger(self, language: str) -> Console:
        """Somebody at the sign-in page."""
        return self._enter(Console, language, None)

    def clear(self) -> None:
        """Customers leave, agents finish what they have and sign off."""
        for person in self.people:
            if isinstance(person, Customer):
                person.go_away(self._url)
        for person in self.people:
            if isinstance(person, Agent):
                person.sign_off(self._url)

    def keep(self, folder: Path) -> None:
        """A picture and a trace of everybody, as it is now."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, person in enumerate(self.people):
            name = f"{number}-{type(person).__name__.lower()}"
            person.page.screenshot(path=folder / f"{name}.png")
            person.context.tracing.stop(path=folder / f"{name}.zip")

    def close(self) -> None:
        for person in self.people:
            person.context.close()

    def _enter(self, kind: type[P], language: str, url: str | None) -> P:
        person = kind(self._context(language), url or self._url, language)
        self.people.append(person)
        return person

    def _context(self, language: str) -> BrowserContext:
        context = self._browser.new_context(
            locale=language, viewport=WIDE, timezone_id="Asia/Shanghai", reduced_motion="reduce"
        )
        context.tracing.start(screenshots=False, snapshots=True)
        return context
