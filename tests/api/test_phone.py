"""The browser's phone: credentials for whoever is signed in, and a SIP line that is passed on both ways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from parley.api.limits import PHONE_FRAME_BYTES, PHONE_LINES_PER_ACCOUNT
from parley.core.ports import TelephonyStatus, TrunkFigures
from parley.engine.subscription import CloseCode
from tests.api.house import Client, House
from tests.api.test_live import served
from tests.api.test_people import with_phone

SIP = Subprotocol("sip")
PATIENCE_S = 30
Open = Callable[..., Awaitable[ClientConnection]]


class Registrar:
    """The telephone engine's side of all lines: answers each frame with the same in capitals."""

    def __init__(self) -> None:
        self.lines: list[ServerConnection] = []

    async def __call__(self, line: ServerConnection) -> None:
        self.lines.append(line)
        async for frame in line:
            await line.send(frame.upper())


@pytest.fixture
async def registrar(house: House) -> AsyncIterator[Registrar]:
    registrar = Registrar()
    async with serve(registrar, "127.0.0.1", 0, subprotocols=[SIP]) as server:
        port = server.sockets[0].getsockname()[1]
        house.telephony.line = f"ws://127.0.0.1:{port}/ws"
        yield registrar


@pytest.fixture
async def opened(house: House, registrar: Registrar) -> AsyncIterator[Open]:
    """Opens a line as a browser does."""
    async with served(house) as host, AsyncExitStack() as stack:

        async def open_line(client: Client | None, **more: Any) -> ClientConnection:
            cookies = "" if client is None else "; ".join(
                f"{name}={value}" for name, value in client.cookies.items()
            )  # fmt: skip
            arguments = {
                "subprotocols": [SIP],
                "additional_headers": {"Cookie": cookies},
                "max_size": None,
                **more,
            }
            return await stack.enter_async_context(
                connect(f"ws://{host}/api/v1/phone/line", **arguments)
            )

        yield open_line


async def closed(line: ClientConnection) -> int | None:
    async with asyncio.timeout(PATIENCE_S):
        await line.wait_closed()
    return line.close_code


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not true():
            await asyncio.sleep(0.01)


# --- credentials ----------------------------------------------------------------------------------


async def test_each_opening_gives_new_credentials_for_oneself(house: House):
    lin = await house.signed_in("lin")
    first, second = [await lin.done("POST", "/phone") for _ in range(2)]
    assert first["websocket"] == "/api/v1/phone/line"
    assert first["user"] == house.id("lin")
    assert first["password"] != second["password"]
    assert house.telephony.opened == [house.id("lin")] * 2


async def test_a_browser_is_told_the_way_through_a_nat(house: House):
    relay: dict[str, object] = {
        "urls": ["turn:turn.example"],
        "username": "parley",
        "credential": "s3cret",
    }
    house.telephony.ice_servers = [{"urls": ["stun:stun.example:3478"]}, relay]
    told = await (await house.signed_in("lin")).done("POST", "/phone")
    assert told["ice_servers"] == [{"urls": ["stun:stun.example:3478"]}, relay]


@pytest.mark.parametrize("phone", [{"kind": "sip"}, {"kind": "number", "number": "+8613800138000"}])
async def test_whose_phone_is_elsewhere_gets_none_in_the_browser(
    house: House, opened: Open, phone: dict[str, str]
):
    lin = await house.signed_in("lin")
    line = await opened(lin)
    await with_phone(house, phone)
    assert await closed(line) == CloseCode.SIGNED_OUT  # the browser asks again, and is told
    problem = await lin.refused("POST", "/phone")
    assert (problem["status"], problem["code"]) == (409, "phone_not_browser")
    assert house.telephony.opened == []


@pytest.mark.parametrize("state", ["off", "starting", "lost"])
async def test_without_a_telephone_it_is_said_why(house: House, state):
    cause = {"zh-CN": "没有 Asterisk。", "en-US": "There is no Asterisk."}
    house.telephony.told = TelephonyStatus(state=state, cause=cause)
    lin = await house.signed_in("lin")
    problem = await lin.refused("POST", "/phone")
    assert (problem["status"], problem["code"]) == (503, "voice_off")
    assert problem["values"]["cause"] == "没有 Asterisk。"
    told = await lin.done("GET", "/voice")
    assert (told["state"], told["cause"]) == (state, cause)


async def test_trunks_are_shown_to_administrators_only(house: House):
    figures = TrunkFigures("trk_1", "Carrier", True, 2, 30, 400, 3)
    house.telephony.told = TelephonyStatus(state="on", legs=4, phones=3, trunks=[figures])
    assert (await (await house.signed_in("lin")).done("GET", "/voice"))["trunks"] == []
    told = await (await house.signed_in("admin")).done("GET", "/voice")
    assert told["trunks"][0]["carried"] == 400
    assert (told["legs"], told["phones"]) == (4, 3)


# --- the line -------------------------------------------------------------------------------------


async def test_frames_go_both_ways_in_order(house: House, opened: Open):
    line = await opened(await house.signed_in("lin"))
    assert line.subprotocol == "sip"
    for number in range(200):
        await line.send(f"register {number}")
    answers = [await line.recv() for _ in range(200)]
    assert answers == [f"REGISTER {number}" for number in range(200)]
    large = "v" * PHONE_FRAME_BYTES
    await line.send(large)
    assert await line.recv() == large.upper()


async def test_the_phone_is_gone_when_its_last_line_is(house: House, opened: Open):
    lin = await house.signed_in("lin")
    before = await opened(lin)
    after = await opened(lin)  # a reloaded page
    await after.send("x")
    await after.recv()
    await before.close()
    await after.send("y")
    await after.recv()
    assert house.telephony.gone == []
    await after.close()
    await until(lambda: house.telephony.gone == [house.id("lin")])


async def test_the_engines_end_ends_the_browsers(house: House, opened: Open, registrar: Registrar):
    line = await opened(await house.signed_in("lin"))
    await line.send("x")
    await line.recv()
    await registrar.lines[0].close()
    assert await closed(line) == 4503
    await until(lambda: house.telephony.gone == [house.id("lin")])


async def test_an_engine_that_cannot_be_reached_is_tried_again_later(house: House, opened: Open):
    house.telephony.line = "ws://127.0.0.1:9/ws"
    assert await closed(await opened(await house.signed_in("lin"))) == 4503
    house.telephony.line = None
    assert await closed(await opened(await house.signed_in("lin"))) == 4503


async def test_a_frame_that_is_too_large_closes_the_line(house: House, opened: Open):
    line = await opened(await house.signed_in("lin"))
    await line.send("x" * (PHONE_FRAME_BYTES + 1))
    assert await closed(line) == 1009


async def test_nobody_phones_without_being_signed_in(house: House, opened: Open):
    assert await closed(await opened(None)) == 4401
    lin = await house.signed_in("lin")
    line = await opened(lin)
    await line.send("x")
    await line.recv()
    await lin.done("DELETE", "/session")
    assert await closed(line) == 4401


async def test_who_is_deactivated_phones_no_longer(house: House, opened: Open):
    line = await opened(await house.signed_in("lin"))
    await line.send("x")
    await line.recv()
    admin = await house.signed_in("admin")
    await admin.done("PUT", f"/people/{house.id('lin')}/active", json={"active": False})
    assert await closed(line) == 4401


@pytest.mark.parametrize("wrong", [{"origin": "https://elsewhere.test"}, {"subprotocols": None}])
async def test_another_sites_page_and_another_protocol_are_refused(
    house: House, opened: Open, wrong: dict[str, Any]
):
    with pytest.raises(InvalidStatus) as refused:
        await opened(await house.signed_in("lin"), **wrong)
    assert refused.value.response.status_code == 403


async def test_lines_of_one_account_are_limited(house: House, opened: Open):
    lin = await house.signed_in("lin")
    for _ in range(PHONE_LINES_PER_ACCOUNT):
        line = await opened(lin)
        await line.send("x")
        await line.recv()
    extra = await opened(lin)
    assert await closed(extra) == 1008
    with pytest.raises(ConnectionClosed):
        await extra.recv()
