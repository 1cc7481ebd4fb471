"""What a visitor writes arrives once, whatever the line does, and so does every answer."""

import asyncio

import pytest

from parley.core import inputs as got
from tests.contract.channels.house import AGENT, House, Line


async def test_a_message_is_acknowledged_and_comes_back_with_its_place(house: House):
    line = await house.visitor()
    ack = await line.said("请问有白色吗")
    told = await line.next("message")
    assert told["message"]["id"] == ack["message_id"]
    assert told["message"]["client_id"] == ack["client_id"]
    assert told["message"]["seq"] > 0
    assert told["message"]["sender"] == "customer"


async def test_the_same_client_id_is_stored_once_in_an_open_conversation(house: House):
    line = await house.visitor()
    first = await line.said("你好", client_id="c1")
    again = await line.said("你好", client_id="c1")
    assert again["message_id"] == first["message_id"]
    assert line.texts() == ["你好"]


async def test_a_retry_after_the_conversation_ended_opens_no_second_one(house: House):
    line = await house.visitor()
    await house.agent_ready()
    first = await line.said("你好", client_id="c1")
    interaction_id = await line.served()
    await house.close(interaction_id)
    await house.tell(
        got.WrapUpSaved(at=house.clock(), interaction_id=interaction_id, agent_id=AGENT)
    )
    again = await line.said("你好", client_id="c1", retry=True)
    assert again["message_id"] == first["message_id"]
    assert again["seq"] > 0
    assert not house.engine.picture.center.state.by_address


async def test_a_repeat_on_another_line_while_the_first_is_on_its_way_is_one_message(house: House):
    line = await house.visitor()
    other = Line(house, line.token)
    await other.ready()
    line.send("你好", client_id="c1")
    other.send("你好", client_id="c1", retry=True)
    acks = [await line.next("ack"), await other.next("ack")]
    assert acks[0]["message_id"] == acks[1]["message_id"]
    assert len(house.engine.picture.center.state.interactions) == 1


async def test_nothing_is_missing_and_nothing_twice_after_a_drop_under_traffic(house: House):
    line = await house.visitor()
    await house.agent_ready()
    await line.said("开始")
    interaction_id = await line.served()
    said = ["开始"]

    async def talk(count: int, who: str) -> None:
        for n in range(count):
            said.append(f"{who} {n}")
            await house.agent_says(interaction_id, f"{who} {n}")

    seen: list[str] = []
    await talk(20, "before")
    await line.next("message")
    for drop in range(5):
        traffic = asyncio.create_task(talk(60, f"drop {drop}"))
        await line.hang_up()
        seen_seq = max(message["seq"] for message in line.messages())
        await asyncio.sleep(0)
        again = Line(house, line.token, after_seq=seen_seq)
        again.frames.append({"type": "kept", "messages": line.messages()})
        await again.ready()
        await traffic
        line = again
    await house.until(lambda: len(line.texts()) >= len(said))
    seen = line.texts()
    assert seen == said


async def test_more_was_missed_than_one_page_holds(house: House):
    line = await house.visitor()
    await house.agent_ready()
    await line.said("开始")
    interaction_id = await line.served()
    await house.agent_says(interaction_id, "seen")
    await house.until(lambda: "seen" in line.texts())
    after_seq = max(message["seq"] for message in line.messages())
    await line.hang_up()
    for n in range(450):
        await house.agent_says(interaction_id, f"{n}")
    back = Line(house, line.token, after_seq=after_seq)
    await back.ready()
    await house.until(lambda: len(back.texts()) >= 450)
    assert back.texts() == [f"{n}" for n in range(450)]


async def test_two_screens_of_one_visitor_show_the_same(house: House):
    line = await house.visitor()
    other = Line(house, line.token)
    await other.ready()
    await line.said("从这里")
    await other.said("从那里")
    await house.until(lambda: len(line.texts()) == len(other.texts()) == 2)
    assert line.texts() == other.texts() == ["从这里", "从那里"]


async def test_a_visitor_waits_is_served_and_rates_once(house: House):
    line = await house.visitor()
    await line.said("你好")
    waiting = (await line.next("state"))["state"]
    assert (waiting["phase"], waiting["position"]) == ("queued", 1)
    await house.agent_ready()
    interaction_id = await line.served()
    await house.agent_says(interaction_id, "我在")
    await house.until(lambda: "我在" in line.texts())
    answer = next(m for m in line.messages() if m["text"] == "我在")
    assert answer["agent_name"] == "林晓"

    line.tell("rate", interaction_id=interaction_id, score=5)
    assert (await line.error())["code"] == "not_ended"
    await house.close(interaction_id)
    line.tell("rate", interaction_id=interaction_id, score=5, comment="很快")
    await line.next("rated", interaction_id=interaction_id)
    line.tell("rate", interaction_id=interaction_id, score=1)
    assert (await line.error())["code"] == "already_rated"


async def test_reading_is_told_to_the_agent_and_back(house: House):
    line = await house.visitor()
    await house.agent_ready()
    mine = await line.said("你好")
    interaction_id = await line.served()
    theirs = await house.agent_says(interaction_id, "我在")
    line.tell("read", message_id=theirs)
    interaction = house.engine.picture.center.state.interactions[interaction_id]
    await house.until(lambda: interaction.customer_read_to == theirs)
    await house.tell(
        got.AgentRead(
            at=house.clock(),
            interaction_id=interaction_id,
            agent_id=AGENT,
            message_id=mine["message_id"],
        )
    )
    assert (await line.next("read"))["message_id"] == mine["message_id"]


async def test_the_page_a_visitor_is_on_goes_with_them(house: House):
    line = await house.visitor()
    line.tell("page", page={"url": f"{SHOP}/a", "title": "空调", "context": {"sku": "KFR-35"}})
    await line.said("这款有货吗")
    interaction = house.engine.picture.center.state.interactions[await line.interaction()]
    assert interaction.page.context == {"sku": "KFR-35"}
    line.tell("page", page={"url": f"{SHOP}/b", "title": "冰箱", "context": {"price": 3999}})
    await house.until(lambda: interaction.page.title == "冰箱")
    assert interaction.page.context == {"price": "3999"}


async def test_a_topic_chooses_the_queue(house: House):
    line = await house.visitor()
    await line.said("我要退货", topic="returns")
    interaction = house.engine.picture.center.state.interactions[await line.interaction()]
    assert interaction.queue == "que_returns"


async def test_screens_coming_and_going_are_told_once(house: House):
    line = await house.visitor()
    other = Line(house, line.token)
    await other.ready()
    await line.said("你好")
    interaction = house.engine.picture.center.state.interactions[await line.interaction()]
    await line.hang_up()
    await other.said("还在")
    assert interaction.customer_online
    await other.hang_up()
    await house.until(lambda: not interaction.customer_online)
    told = [i.online for i in house.center.inputs if isinstance(i, got.CustomerScreenChanged)]
    assert told == [True, False]


async def test_while_nobody_leads_a_message_is_refused_and_can_be_sent_again(house: House):
    line = await house.visitor()
    house.engine.stop()
    await house.until(lambda: house.engine.status.phase == "stopped")
    line.send("你好", client_id="c1")
    refused = await line.error()
    assert (refused["code"], refused["retry"], refused["client_id"]) == ("stopping", True, "c1")


SHOP = "https://shop.example.com"


@pytest.mark.parametrize("url", ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x"])
async def test_an_address_that_would_run_something_is_no_address(house: House, url: str):
    line = await house.visitor()
    await line.said("hello")
    page = {"url": url, "title": "Kettle", "context": {}}
    line.tell("page", page=page)
    interactions = house.engine.picture.center.state.interactions
    asked = await line.interaction()
    await house.until(lambda: interactions[asked].page.title == "Kettle")
    assert interactions[asked].page.url == ""
