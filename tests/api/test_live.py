"""The live socket over a real server: a snapshot, then what changes, and how a line ends."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from parley.api.limits import SOCKETS_PER_ACCOUNT
from parley.api.live import Line
from parley.core.errors import Unavailable
from parley.core.inputs import AgentScreenChanged
from tests.api.house import Client, House

Frame = dict[str, Any]


@asynccontextmanager
async def served(house: House) -> AsyncIterator[str]:
    """The app behind a real server on a free port: its host and port."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        house.app, ws="websockets-sansio", lifespan="off", log_level="critical", access_log=False
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([bound]))
    try:
        yield "{}:{}".format(*bound.getsockname())
    finally:
        server.should_exit = True
        await task


@pytest.fixture
async def host(house: House) -> AsyncIterator[str]:
    async with served(house) as address:
        yield address


class Console:
    """A browser's live line: applies nothing, remembers every frame."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line
        self.frames: list[Frame] = []

    async def until(self, found: Callable[[Frame], Any]) -> Frame:
        """The next frame that is it."""
        async with asyncio.timeout(30):
            while True:
                frame = json.loads(await self.line.recv())
                self.frames.append(frame)
                if found(frame):
                    return frame

    async def say(self, **said: Any) -> None:
        await self.line.send(json.dumps(said))

    async def closed(self) -> int:
        """The code it ends with, whatever comes before."""
        async with asyncio.timeout(30):
            await self.line.wait_closed()
        assert self.line.close_code is not None
        return self.line.close_code


@asynccontextmanager
async def console(host: str, client: Client, **headers: str) -> AsyncIterator[Console]:
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    async with connect(
        f"ws://{host}/api/v1/live", additional_headers={"Cookie": cookie, **headers}
    ) as line:
        yield Console(line)


def is_snapshot(frame: Frame) -> bool:
    return frame["type"] == "snapshot"


async def test_a_console_starts_from_a_snapshot_with_its_own_work(house: House, host: str):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.served("lin")
    async with console(host, lin) as screen:
        snapshot = await screen.until(is_snapshot)
    assert snapshot["me"]["status"] == "ready"
    assert [work["id"] for work in snapshot["work"]] == [asked]
    assert [queue["id"] for queue in snapshot["queues"]] == ["sales"]
    assert (snapshot["agents"], snapshot["totals"]) == (None, None)
    assert snapshot["unread_notices"] == 0
    assert snapshot["seq"] > 0


async def test_offers_messages_and_rows_arrive_as_they_happen(house: House, host: str):
    lin = await house.signed_in("lin")
    async with console(host, lin) as screen:
        await screen.until(is_snapshot)
        await lin.done("PUT", "/presence", json={"status": "ready"})
        asked = await house.ask("有白色吗?")
        offer = await screen.until(lambda f: asked in f.get("work", {}))
        assert offer["work"][asked]["role"] == "offer"
        await lin.done("POST", f"/interactions/{asked}/accept")
        await screen.until(lambda f: f.get("work", {}).get(asked, {}).get("role") == "owner")
        body = {"client_id": "c1", "text": "有的"}
        sent = await lin.done("POST", f"/interactions/{asked}/messages", json=body)
        frame = await screen.until(lambda f: f["type"] == "message" and f["message"]["text"])
        assert frame["message"]["id"] == sent["message_id"]
        assert frame["message"]["client_id"] == "c1"
        stored = (await lin.done("GET", f"/interactions/{asked}/messages"))["items"][-1]
        assert (stored["seq"], stored["at"]) == (frame["message"]["seq"], frame["message"]["at"])


async def test_a_supervisor_sees_the_board_of_the_team_move(house: House, host: str):
    zhou = await house.signed_in("zhou")
    async with console(host, zhou) as screen:
        snapshot = await screen.until(is_snapshot)
        assert {agent["name"] for agent in snapshot["agents"]} == {"lin", "zhou"}
        assert snapshot["totals"]["waiting"] == 0
        await house.ask()
        frame = await screen.until(lambda f: f.get("totals", {}).get("waiting") == 1)
        assert frame["queues"]["sales"]["waiting"] == 1


async def test_the_board_over_http_has_the_same_rows_as_the_live_one(house: House, host: str):
    await house.ready("lin")
    await house.served("lin")
    zhou = await house.signed_in("zhou")
    async with console(host, zhou) as screen:
        snapshot = await screen.until(is_snapshot)
        board = await zhou.done("GET", "/board")
    assert board["queues"] == snapshot["queues"]
    assert board["totals"] == snapshot["totals"]
    assert board["trends"] == snapshot["trends"]
    assert board["alerts"] == snapshot["alerts"] == []
    assert board["deeds"] == snapshot["deeds"] == []
    by_id = {agent["id"]: agent for agent in snapshot["agents"]}
    lin = house.id("lin")
    assert {a["id"]: a for a in board["agents"]}[lin] == by_id[lin]


async def test_the_first_console_connects_the_agent_and_the_last_one_loses_them(
    house: House, host: str
):
    lin = await house.signed_in("lin")
    agents = house.engines[house.tenant].picture.center.state.agents
    me = house.id("lin")
    async with console(host, lin) as one:
        await one.until(is_snapshot)
        async with console(host, lin) as two:
            await two.until(is_snapshot)
        await one.say(type="beat")
        await lin.done("PUT", "/presence", json={"status": "ready"})
        assert agents[me].online
    async with console(host, await house.signed_in("boss")) as other:
        await other.until(lambda f: _row(f, me) is not None and not _row(f, me)["online"])
    assert not agents[me].online


def _row(frame: Frame, agent_id: str) -> Any:
    rows = frame.get("agents") or {}
    if isinstance(rows, list):
        return next((row for row in rows if row["id"] == agent_id), None)
    return rows.get(agent_id)


async def test_typing_reaches_those_who_take_part_and_nobody_is_overheard(house: House, host: str):
    await house.ready("lin")
    lin, zhou = await house.signed_in("lin"), await house.signed_in("zhou")
    chen = await house.signed_in("chen")
    asked = await house.served("lin")
    async with console(host, lin) as at_lin, console(host, chen) as at_chen:
        await at_lin.until(is_snapshot)
        await at_chen.until(is_snapshot)
        await at_chen.say(type="viewing", interaction_id=asked)  # not theirs: dropped
        await at_chen.say(type="nonsense")
        async with console(host, zhou) as at_zhou:
            await at_zhou.until(is_snapshot)
            await at_zhou.say(type="viewing", interaction_id=asked)
            hint = await at_lin.until(lambda f: f["type"] == "hint")
        assert hint["hint"] == "viewing"
        assert hint["who"]["id"] == house.id("zhou")


async def test_a_mention_rings_at_once(house: House, host: str):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    asked = await house.served("lin")
    async with console(host, chen) as screen:
        await screen.until(is_snapshot)
        body = {"client_id": "n", "text": "@chen", "internal": True, "mentions": [house.id("chen")]}
        await lin.done("POST", f"/interactions/{asked}/messages", json=body)
        notice = (await screen.until(lambda f: f["type"] == "notice"))["notice"]
    assert (notice["kind"], notice["by_name"], notice["interaction_id"]) == (
        "mention", "lin", asked,
    )  # fmt: skip
    [stored] = (await chen.done("GET", "/notices"))["items"]
    assert stored == notice


async def test_records_that_change_are_told_to_open_screens(house: House, host: str):
    lin, admin = await house.signed_in("lin"), await house.signed_in("admin")
    async with console(host, lin) as screen:
        await screen.until(is_snapshot)
        made = await admin.done("POST", "/skills", json={"names": {"en-US": "New"}})
        frame = await screen.until(lambda f: f["type"] == "changed")
    assert (frame["kind"], frame["id"]) == ("skill", made["id"])


async def test_without_a_session_the_line_ends_at_once_with_its_own_code(house: House, host: str):
    async with console(host, house.stranger()) as screen:
        assert await screen.closed() == 4401


async def test_signing_out_ends_the_lines_of_that_session_only(house: House, host: str):
    here, there = await house.signed_in("lin"), await house.signed_in("lin")
    async with console(host, here) as mine, console(host, there) as other:
        await mine.until(is_snapshot)
        await other.until(is_snapshot)
        await here.done("DELETE", "/session")
        assert await mine.closed() == 4401
        await other.say(type="beat")
        await there.done("PUT", "/presence", json={"status": "ready"})
        await other.until(lambda f: f.get("me") and f["me"]["status"] == "ready")


async def test_a_deactivated_person_is_cut_off(house: House, host: str):
    lin, admin = await house.signed_in("lin"), await house.signed_in("admin")
    async with console(host, lin) as screen:
        await screen.until(is_snapshot)
        at = f"/people/{house.id('lin')}/active"
        await admin.done("PUT", at, json={"active": False})
        assert await screen.closed() == 4401


async def test_when_the_node_no_longer_leads_the_console_is_told_to_come_again(
    house: House, host: str
):
    lin = await house.signed_in("lin")
    async with console(host, lin) as screen:
        await screen.until(is_snapshot)
        house.engines[house.tenant].stop()
        assert await screen.closed() == 4503
    async with console(host, lin) as again:
        assert await again.closed() == 4503


async def test_while_the_database_restarts_the_console_is_told_to_come_again(
    house: House, host: str, monkeypatch
):
    async def gone(*_: object) -> None:
        raise Unavailable("database_unreachable")

    lin = await house.signed_in("lin")
    monkeypatch.setattr(type(house.store.notices), "list", gone)
    async with console(host, lin) as screen:
        assert await screen.closed() == 4503


async def test_another_sites_page_gets_no_line(house: House, host: str):
    lin = await house.signed_in("lin")
    with pytest.raises(InvalidStatus) as refusal:
        async with console(host, lin, Origin="https://evil.example"):
            pass
    assert refusal.value.response.status_code == 403
    async with console(host, lin, Origin=f"http://{host}") as screen:
        await screen.until(is_snapshot)


async def test_an_oversized_frame_ends_the_line(house: House, host: str):
    async with console(host, await house.signed_in("lin")) as screen:
        await screen.until(is_snapshot)
        await screen.say(type="typing", interaction_id="x" * 10_000)
        assert await screen.closed() == 1009


async def test_a_browser_cannot_open_lines_without_end(house: House, host: str):
    lin = await house.signed_in("lin")
    async with AsyncExitStack() as stack:
        for _ in range(SOCKETS_PER_ACCOUNT):
            screen = await stack.enter_async_context(console(host, lin))
            await screen.until(is_snapshot)
        async with console(host, lin) as one_too_many:
            assert await one_too_many.closed() == 1008


async def test_a_term_that_begins_while_a_console_opens_does_not_lose_the_agent(
    house: House, host: str, monkeypatch: pytest.MonkeyPatch
):
    """The new leader asked who is there after the console was told of and before it listened."""
    me = house.id("lin")
    unread = Line._unread

    async def meanwhile(line: Line) -> int:
        await house.tell(AgentScreenChanged, agent_id=me, online=False)
        return await unread(line)

    monkeypatch.setattr(Line, "_unread", meanwhile)
    agents = house.engines[house.tenant].picture.center.state.agents
    async with console(host, await house.signed_in("lin")) as screen:
        await screen.until(is_snapshot)
        await screen.until(lambda f: (f.get("me") or {}).get("online") is True)
        assert agents[me].online


async def test_a_console_that_could_not_be_told_of_comes_again(
    house: House, host: str, monkeypatch: pytest.MonkeyPatch
):
    async def rebuilding(line: Line, *, online: bool) -> None:
        raise Unavailable("rebuilding")

    monkeypatch.setattr(Line, "_tell_screen", rebuilding)
    async with console(host, await house.signed_in("lin")) as screen:
        assert await screen.closed() == 4503
