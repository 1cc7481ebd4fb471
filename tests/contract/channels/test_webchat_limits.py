"""How much is taken: sizes, floods, and numbers that can be called. A refusal costs nothing."""

import asyncio
from typing import Any

from parley.adapters.channels.webchat import Limits
from parley.adapters.channels.webchat.limits import Rate
from parley.adapters.channels.webchat.wire import MAX_BODY_BYTES, MAX_FRAME_BYTES
from parley.core import inputs as got
from tests.contract.channels.house import ENTRY, House, Line
from tests.contract.channels.records import MemoryBlobs


async def test_oversized_and_malformed_frames_are_named_and_cost_nothing(house: House):
    line = await house.visitor()
    line.tell_text("x" * (MAX_FRAME_BYTES + 1))
    assert (await line.error())["code"] == "frame_too_large"
    for text in ("", "{", "[]", '{"type":"nothing"}', '{"type":"send"}', '"\\ud800"', "[" * 20_000):
        line.tell_text(text)
        assert (await line.error())["code"] == "frame_invalid", text
    line.send("字" * 4_001, client_id="c9")
    refused = await line.error()
    assert (refused["code"], refused["client_id"]) == ("frame_invalid", "c9")
    line.send("   \u202e\x00 ")
    assert (await line.error())["code"] == "message_empty"
    assert not any(isinstance(i, got.MessageReceived) for i in house.center.inputs)
    assert (await line.said("还能用"))["message_id"]


async def test_whoever_sends_only_rubbish_is_closed(house: House):
    line = await house.visitor()
    for _ in range(20):
        line.tell_text("rubbish")
    assert await line.end() == 4429


async def test_an_oversized_body_is_refused(house: House):
    async with house.http() as http:
        answer = await http.post("/chat/v1/session", content=b"x" * (MAX_BODY_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_control_characters_never_reach_the_journal(house: House):
    line = await house.visitor()
    line.tell_text(r'{"type":"send","client_id":"c","text":"a\u0000b\u202e\r\nc\ud83d\ude00"}')
    await line.next("ack")
    await house.until(lambda: bool(line.texts()))
    assert line.texts() == ["ab\nc😀"]


async def test_a_flood_of_one_visitor_is_refused_until_later(records: Any):
    limits = Limits(messages_per_visitor=Rate(3, 60.0))
    async with House(records, records.shard, MemoryBlobs(), limits).running() as house:
        line = await house.visitor()
        for n in range(3):
            await line.said(f"{n}")
        line.send("too much", client_id="c4")
        refused = await line.error()
        assert (refused["code"], refused["retry"]) == ("too_many_messages", True)
        assert 0 < refused["values"]["retry_after_s"] <= 20
        await house.until(lambda: len(line.texts()) == 3)
        house.clock.ahead_s = refused["values"]["retry_after_s"]
        assert (await line.said("later", client_id="c4"))["message_id"]


async def test_sessions_and_sockets_of_one_network_are_limited(records: Any):
    limits = Limits(sessions_per_ip=Rate(2, 60.0), sockets_per_ip=1)
    async with House(records, records.shard, MemoryBlobs(), limits).running() as house:
        session = await house.session()
        await house.session()
        async with house.http() as http:
            refused = await http.post("/chat/v1/session", json={"entry": ENTRY})
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_sessions")
        assert int(refused.headers["retry-after"]) > 0
        assert (await house.session(ip="203.0.113.10"))["token"]
        line = Line(house, session["token"])
        await line.ready()
        assert await Line(house, session["token"]).end() == 4429
        await line.hang_up()
        again = Line(house, session["token"])
        await again.ready()


async def test_a_callback_is_booked_once_under_a_number_that_can_be_called(house: House):
    line = await house.visitor()
    line.tell("leave_message", client_id="c1", phone="12345")
    assert (await line.error())["code"] == "phone_invalid"
    line.tell("leave_message", client_id="c1", phone="138 0013 8000", callback_at="2001-01-01")
    assert (await line.error())["code"] == "callback_at_invalid"
    for _ in range(2):
        line.tell("leave_message", client_id="c1", phone="138 0013 8000")
        await line.next("ack", client_id="c1")
    await house.until(lambda: bool(house.tickets.asked))
    assert [(t.kind, t.phone) for t in house.tickets.asked] == [("callback", "+8613800138000")]


async def test_a_message_left_while_waiting_ends_the_wait(house: House):
    line = await house.visitor()
    await line.said("有人吗")
    interaction_id = await line.interaction()
    line.tell("leave_message", client_id="c2", text="请回复我")
    await line.next("ack", client_id="c2")
    await house.until(lambda: bool(house.tickets.asked))
    assert house.tickets.asked[0].interaction_id == interaction_id


async def test_a_flood_of_frames_ends_the_line(records: Any):
    limits = Limits(frames_per_socket=Rate(5, 60.0))
    async with House(records, records.shard, MemoryBlobs(), limits).running() as house:
        line = await house.visitor()
        for _ in range(30):
            line.tell("beat")
        assert (await line.error())["code"] == "too_many_frames"
        assert await line.end() == 4429


async def test_opening_line_after_line_is_a_flood_too(records: Any):
    limits = Limits(requests_per_ip=Rate(2, 60.0))
    async with House(records, records.shard, MemoryBlobs(), limits).running() as house:
        token = (await house.session())["token"]
        for _ in range(2):
            line = Line(house, token)
            await line.ready()
            await line.hang_up()
        assert await Line(house, token).end() == 4429


async def test_a_crowd_asks_once_for_its_entry_point(house: House):
    asked: list[str] = []
    look_up = house.chat.entries._look_up

    async def counted(entry_id: str) -> Any:
        asked.append(entry_id)
        return await look_up(entry_id)

    house.chat.entries.forget()
    house.chat.entries._look_up = counted  # type: ignore[method-assign]
    await asyncio.gather(*(house.chat.entries.find(ENTRY, house.clock()) for _ in range(50)))
    assert asked == [ENTRY]
