"""Two nodes on one database: one leads, the other takes over, and a leader of yesterday is refused."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection
from websockets.typing import Origin

from parley.demo.company import TENANT
from parley.ids import new_id
from parley.reconcile import reconcile_at
from tests.harness.agent import Agent
from tests.harness.product import Product
from tests.harness.visitor import Said, Visitor

SECRET = "one secret of both nodes, longer than thirty-two bytes"
TAKE_OVER_S = 30.0  # a lease of 3 s and a rebuild, on a machine that is busy with other tests

pytestmark = [
    pytest.mark.crash,
    pytest.mark.slow,
    pytest.mark.timeout(240),
]


@pytest.fixture(scope="module")
def nodes(open_dir: Path, dsn: str) -> Iterator[list[Product]]:
    """Two nodes with data directories of their own; the second is started once the first leads."""
    environment = {"PARLEY_DATABASE_URL": dsn, "PARLEY_SECRET": SECRET}
    names = ("one", "two")
    both = [Product(open_dir / n, environment={**environment, "PARLEY_NODE": n}) for n in names]
    try:
        both[0].start()
        both[1].launch()
        both[1].await_listening()
        yield both
    finally:
        for node in both:
            node.end()


# In this order: each story leaves what the next one needs.


def test_the_second_node_stands_by_and_says_so(nodes: list[Product]) -> None:
    leader, standby = _roles(nodes)
    assert leader is nodes[0]
    assert _stands_by(standby)


async def test_a_frozen_leader_is_followed_and_what_it_commits_late_is_refused(
    nodes: list[Product], dsn: str
) -> None:
    leader, standby = _roles(nodes)
    async with _talking([leader.url, standby.url]) as (visitor, agent):
        late = new_id("c")
        async with _another_tab(leader, visitor) as tab:
            leader.freeze()
            try:
                await _say(tab, late, "into the frozen node")  # its kernel takes it, it does not
                await asyncio.to_thread(standby.await_ready, TAKE_OVER_S)
                await visitor.drop()
                await agent.drop()
                visitor.pending.append(Said(late, "into the frozen node", tried=True))
                await visitor.until(lambda: late in visitor.acked, TAKE_OVER_S)
            finally:
                leader.thaw()
            assert "ack" not in [frame["type"] for frame in await _last_words(tab)]
        await asyncio.to_thread(leader.await_words, '"deposed"', TAKE_OVER_S)
        assert _stands_by(leader)
        assert standby.ready()
        await visitor.say("after the thaw")
        await agent.until(lambda: len(_heard(agent, visitor)) == 2, TAKE_OVER_S)
        stored = [m["client_id"] for m in await visitor.thread()]
        assert stored.count(late) == 1
        assert _heard(agent, visitor) == ["into the frozen node", "after the thaw"]
    await _the_books_balance(dsn)


async def test_everybody_goes_on_at_the_other_node_when_the_leader_is_killed(
    nodes: list[Product], dsn: str
) -> None:
    leader, standby = _roles(nodes)
    async with _talking([leader.url, standby.url]) as (visitor, agent):
        await visitor.say("to the first node")
        await agent.until(lambda: _heard(agent, visitor) == ["to the first node"])
        leader.kill()
        await visitor.say("to whoever leads now")
        await visitor.until(lambda: not visitor.pending, TAKE_OVER_S)
        await agent.until(lambda: len(_heard(agent, visitor)) == 2, TAKE_OVER_S)
        assert standby.ready()
        both = ["to the first node", "to whoever leads now"]
        assert visitor.texts("customer")[-2:] == both
        assert _heard(agent, visitor) == both
    await _the_books_balance(dsn)


# --- how ------------------------------------------------------------------------------------------


def _roles(nodes: list[Product]) -> tuple[Product, Product]:
    """The leading node, then the other."""
    one, two = nodes
    return (one, two) if one.ready() else (two, one)


def _stands_by(node: Product) -> bool:
    part = node.parts()[f"engine {TENANT}"]
    return not node.ready() and not part["ok"] and part["detail"].startswith("standby")


@asynccontextmanager
async def _talking(urls: list[str]) -> AsyncIterator[tuple[Visitor, Agent]]:
    """A visitor whom an agent serves; both find the node that leads."""
    visitor, agent = Visitor(urls), Agent(urls, "wang@demo.parley")
    await agent.sign_in()
    lines = [asyncio.create_task(agent.live()), asyncio.create_task(visitor.live())]
    try:
        await agent.until(lambda: agent.snapshots)
        await agent.ready()
        await visitor.say("hello")
        await visitor.until(lambda: visitor.phase == "offered")
        await agent.until(lambda: _role(agent, visitor) == "offer")
        await agent.do(visitor.interaction_id or "", "accept")
        await visitor.until(lambda: visitor.phase == "connected")
        yield visitor, agent
        await agent.do(visitor.interaction_id or "", "close")
    finally:
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
        await visitor.leave()
        await agent.leave()


@asynccontextmanager
async def _another_tab(node: Product, visitor: Visitor) -> AsyncIterator[ClientConnection]:
    """The same visitor's second line, which stays where it is."""
    async with websockets.connect(
        f"ws://127.0.0.1:{node.port}/chat/v1/live", origin=Origin(node.url), proxy=None
    ) as tab:
        hello = {"type": "hello", "token": visitor.token, "after_seq": visitor.seq}
        await tab.send(json.dumps(hello))
        assert json.loads(await tab.recv())["type"] == "ready"
        yield tab


async def _say(tab: ClientConnection, client_id: str, text: str) -> None:
    frame = {"type": "send", "client_id": client_id, "text": text, "retry": False}
    await tab.send(json.dumps(frame))


async def _last_words(tab: ClientConnection) -> list[dict[str, Any]]:
    """All that the node still says before it closes the line."""
    words: list[dict[str, Any]] = []
    with contextlib.suppress(websockets.ConnectionClosed):
        async with asyncio.timeout(TAKE_OVER_S):
            while True:
                words.append(json.loads(await tab.recv()))
    return words


def _role(agent: Agent, visitor: Visitor) -> str | None:
    row = agent.work.get(visitor.interaction_id or "")
    return None if row is None else str(row["role"])


def _heard(agent: Agent, visitor: Visitor) -> list[str]:
    """What the customer said after the greeting, on the agent's screen."""
    shown = agent.messages.get(visitor.interaction_id or "", {}).values()
    said = sorted((m for m in shown if m["sender"] == "customer"), key=lambda m: m["seq"])
    return [str(message["text"]) for message in said][1:]


async def _the_books_balance(dsn: str) -> None:
    [books] = [each for each in await reconcile_at(dsn) if each.tenant_id == TENANT]
    assert books.balanced, books.faults
