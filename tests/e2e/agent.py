"""An agent at the desk, and a supervisor who watches."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from tests.e2e.person import Console


class Agent(Console):
    # --- presence and offers -----------------------------------------------------------------------

    @property
    def presence(self) -> Locator:
        name = self.words("presence.mine").strip()
        return self.page.get_by_role("banner").get_by_role("button", name=name)

    def get_ready(self) -> None:
        """With F8, unless they are."""
        expect(self.presence).to_be_enabled()
        if self.presence.locator("strong").inner_text() != self.words("presence.ready"):
            self.press("F8")
        self.is_in("ready")

    def is_in(self, status: str) -> None:
        """ready, not_ready or offline"""
        expect(self.presence.locator("strong")).to_have_text(self.words(f"presence.{status}"))

    @property
    def offer(self) -> Locator:
        return self.page.get_by_role("alertdialog")

    def accept(self) -> None:
        """The offer, by mouse; the conversation opens."""
        self.offer.get_by_role("button", name=self.words("offer.accept")).click()
        expect(self.offer).to_be_hidden()
        expect(self.reply).to_be_visible()

    # --- the conversation --------------------------------------------------------------------------

    @property
    def conversation(self) -> Locator:
        return self.page.get_by_role("region", name=self.words("desk.conversation"), exact=True)

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("log", name=self.words("desk.messages"))

    @property
    def reply(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words("desk.reply_box"), exact=True)

    @property
    def note(self) -> Locator:
        return self.page.get_by_role("textbox", name=self.words("desk.note_box"), exact=True)

    @property
    def work(self) -> Locator:
        return self.page.get_by_role("region", name=self.words("desk.work"), exact=True)

    def sees(self, text: str) -> None:
        expect(self.messages.get_by_text(text).last).to_be_visible()

    def say(self, text: str) -> None:
        self.reply.fill(text)
        self.reply.press("Enter")
        self.sees(text)

    def write_note(self, text: str) -> None:
        self.page.get_by_role("radiogroup", name=self.words("desk.mode")).get_by_text(
            self.words("desk.note")
        ).click()
        self.note.fill(text)
        self.note.press("Enter")
        self.sees(text)
        self.page.get_by_role("radiogroup", name=self.words("desk.mode")).get_by_text(
            self.words("desk.reply"), exact=True
        ).click()

    def use_canned(self, shortcut: str) -> str:
        """By `/`; what was then sent."""
        self.reply.press_sequentially(f"/{shortcut}")
        choice = self.page.get_by_role("option", name=f"/{shortcut} ")
        expect(choice).to_have_attribute("aria-selected", "true")
        self.press("Enter")
        expect(self.reply).not_to_have_value(re.compile(r"^/"))
        said = self.reply.input_value()
        self.press("Enter")
        self.sees(said)
        return said

    def attach(self, path: Path) -> None:
        with self.page.expect_file_chooser() as chosen:
            self.button("desk.attach").click()
        chosen.value.set_files(path)
        send = self.page.get_by_role("button", name=self.words("desk.send"))
        expect(send).to_be_enabled()
        send.click()

    # --- passing on and finishing ------------------------------------------------------------------

    def transfer_to(self, name: str, note: str) -> None:
        self.button("desk.transfer").click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("textbox", name=self.words("desk.find_target")).fill(name)
        dialog.get_by_role("option", name=name).click()
        dialog.get_by_role("textbox", name=self.words("desk.hand_note")).fill(note)
        dialog.get_by_role("button", name=self.words("desk.transfer")).click()
        expect(dialog).to_be_hidden()

    def close(self) -> None:
        self.conversation.get_by_role("button", name=self.words("desk.close")).click()
        expect(self.wrap_up_form).to_be_visible()

    @property
    def wrap_up_form(self) -> Locator:
        return self.page.get_by_role("region", name=self.words("phase.wrap_up"), exact=True)

    def wrap_up(self, disposition: str, solution: str) -> None:
        form = self.wrap_up_form
        form.get_by_role("radio", name=disposition, exact=True).click()
        form.get_by_role("textbox", name=self.words("desk.solution")).fill(solution)
        form.get_by_role("button", name=self.words("desk.save_ready")).click()
        expect(form).to_be_hidden()

    def open_ticket(self) -> Locator:
        """The prefilled form."""
        self.conversation.get_by_role("button", name=self.words("desk.ticket")).click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        return dialog

    # --- behind the screen -------------------------------------------------------------------------

    def sign_off(self, url: str) -> None:
        """Wraps up what is left and goes offline: the next story finds nobody here."""
        self.url = url  # past a line that a story cut
        self.sign_in_again()
        found = self.api("GET", f"interactions?agent_id={self.me['account']['id']}&limit=20")
        for row in found["items"]:
            if row["agent_id"] == self.me["account"]["id"]:
                self._finish(row)
        self.api("PUT", "presence", {"status": "offline"})

    def _finish(self, row: dict[str, Any]) -> None:
        verb = f"interactions/{row['id']}"
        if row["phase"] == "connected":
            self.api("POST", f"{verb}/close", {})
        if row["phase"] in ("connected", "wrap_up"):
            queues = {each["id"]: each for each in self.api("GET", "queues")}
            first = (queues[row["queue"]]["dispositions"] or ["other"])[0]
            form = {"disposition": first, "note": "", "ready": False}
            self.api("POST", f"{verb}/wrap-up", form)


class Supervisor(Agent):
    def watch(self) -> None:
        self.go("live")
        expect(self.page.get_by_role("heading", name=self.words("live.title"))).to_be_visible()

    def number(self, queue: str, figure: str) -> Locator:
        """A number of the live board, by its queue's name."""
        name = f"{queue} · {self.words(f'live.figure_of.{figure}')}: "
        return self.page.get_by_role("link", name=name)

    def agent_in(self, group: str, name: str) -> Locator:
        """An agent's cell, if they are in this group: serving, ringing, free, wrap_up, …"""
        heading = self.words(f"live.group.{group}")
        agents = self.page.get_by_role("region", name=self.words("live.agents"), exact=True)
        column = agents.locator("div").filter(
            has=self.page.get_by_role("heading", name=re.compile(rf"^{heading} \d+$"))
        )
        return column.last.get_by_role("button", name=name)
