"""Passwords of browsers' phones: each works while its line is there, and no longer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from parley.adapters.telephony import exchange as exchange_module
from parley.adapters.telephony import phones as phones_module
from parley.adapters.telephony.asterisk_peers import Peers
from parley.adapters.telephony.names import phone_name
from parley.adapters.telephony.phones import LINE_S, Phone, Phones
from parley.core.desk.settings import Document
from parley.core.model import PhoneKind
from tests.contract.telephony.stage import until
from tests.telephony.fake_switch import FakeSwitch
from tests.telephony.newcomer import SETTINGS, Come

TENANT, ANN = "tnt_a", "agt_ann"
NAME = Phone(TENANT, ANN).name


class Switch:
    """Knows the password it was told last."""

    def __init__(self) -> None:
        self.passwords: dict[str, str] = {}

    async def get(self, path: str, **query: Any) -> Any:
        return {"value": ""}

    async def post(self, path: str, **query: Any) -> object:
        return None

    async def put(self, path: str, body: Any) -> object:
        kind, name = path.split("/")[-2:]
        if kind == "auth":
            fields = {field["attribute"]: field["value"] for field in body["fields"]}
            self.passwords[name] = fields["password"]
        return None

    async def delete(self, path: str) -> None: ...


class House:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        self.switch = Switch()
        self.phones = self.another_parley()
        self.line_comes = False
        monkeypatch.setattr(asyncio, "sleep", self.sleep)

    def another_parley(self) -> Phones:
        return Phones(Peers(self.switch), b"secret", lambda: self.now)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.line_comes:
            self.phones.contact(NAME, "sip:ann@192.0.2.1", "Created")

    async def opened(self) -> str:
        access = await self.phones.open(TENANT, ANN)
        assert self.works(access.password)
        return access.password

    def works(self, password: str) -> bool:
        return self.switch.passwords[NAME] == password


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    return House(monkeypatch)


async def test_a_password_ends_with_its_line(house: House) -> None:
    password = await house.opened()
    house.phones.contact(NAME, "sip:ann@192.0.2.1", "Created")
    await house.phones.lock(TENANT, ANN)
    assert house.works(password)  # as long as the line is there
    house.now += 10 * 3_600
    await house.phones.lock(TENANT, ANN)
    assert house.works(password)
    before = house.now
    house.phones.gone(TENANT, ANN)
    await house.phones.lock(TENANT, ANN)
    assert not house.works(password)
    assert house.now == before  # at once


async def test_a_password_that_nobody_used_ends_soon(house: House) -> None:
    password = await house.opened()
    await house.phones.lock(TENANT, ANN)
    assert not house.works(password)
    assert house.now == 1_000.0 + LINE_S


async def test_a_page_that_was_loaded_again_keeps_its_new_password(house: House) -> None:
    """Its old line may close after the new password was given, and before the new line is there."""
    await house.opened()
    house.phones.contact(NAME, "sip:ann@192.0.2.1", "Created")
    house.now += 3_600
    password = await house.opened()
    house.phones.gone(TENANT, ANN)
    house.line_comes = True
    await house.phones.lock(TENANT, ANN)
    assert house.works(password)


async def test_passwords_of_an_earlier_parley_end_if_nobody_asked_for_another(house: House) -> None:
    password = await house.opened()
    house.phones = house.another_parley()
    await house.phones.configure(TENANT, [Phone(TENANT, ANN), Phone(TENANT, "agt_bo")])
    await house.phones.lock_left_over(TENANT, {NAME: False})
    assert not house.works(password)
    assert set(house.switch.passwords) == {NAME}  # who never phoned has no phone there
    password = await house.opened()
    await house.phones.lock_left_over(TENANT, {NAME: False})
    assert house.works(password)


async def test_a_desk_phone_keeps_its_password(house: House) -> None:
    await house.phones.configure(TENANT, [Phone(TENANT, ANN, PhoneKind.SIP)])
    password = await house.opened()
    house.phones.gone(TENANT, ANN)
    await house.phones.lock(TENANT, ANN)
    await house.phones.lock_left_over(TENANT, {NAME: False})
    assert house.works(password)


# --- as the exchange sees to it -----------------------------------------------------------------------

BO, CY = phone_name(TENANT, "agt_browser_bo"), phone_name(TENANT, "agt_browser_cy")
AGENTS = [
    Document("agent", agent_id, {"phone": "browser"})
    for agent_id in ("agt_browser_bo", "agt_browser_cy")
]


def told(switch: FakeSwitch, name: str) -> int:
    """How often a phone's password was told."""
    return switch.asked.count(f"PUT /asterisk/config/dynamic/res_pjsip/auth/{name}")


async def test_passwords_end_with_the_line_at_the_switch(
    switch: FakeSwitch, come: Come, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_module, "PHONES_BACK_S", 0.2)
    monkeypatch.setattr(phones_module, "LINE_S", 0.0)
    switch.endpoints |= {BO: "online", CY: "offline"}
    house = await come()
    await house.exchange.configure(TENANT, [*SETTINGS, *AGENTS])
    await house.surveyed()
    await house.exchange.open_phone(TENANT, "agt_browser_bo")
    assert told(switch, CY) == 0
    await house.exchange.survey(TENANT)
    await until(lambda: told(switch, CY) == 1, "an earlier Parley's password ends")
    assert told(switch, BO) == 1
    house.exchange.phone_gone(TENANT, "agt_browser_bo")
    await until(lambda: told(switch, BO) == 2, "it ends with its line")
    await house.exchange.open_phone(TENANT, "agt_browser_cy")
    await until(lambda: told(switch, CY) == 3, "it ends as no line came")
