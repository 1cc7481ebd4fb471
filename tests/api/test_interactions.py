"""The life of a conversation as an agent lives it over HTTP."""

from parley.core import inputs as got
from tests.api.house import House


async def test_from_the_first_question_to_the_saved_wrap_up(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    customer = await house.customer("王女士", tier="VIP")
    asked = await house.ask("空调有白色吗?", customer=customer)
    at = f"/interactions/{asked}"

    await lin.done("POST", f"{at}/accept")
    row = await lin.done("GET", at)
    assert (row["phase"], row["agent_name"], row["queue_names"]["en-US"]) == (
        "connected", "lin", "Sales",
    )  # fmt: skip
    assert row["customer"] == {"id": customer.id, "name": "王女士", "tier": "VIP"}
    assert row["work"]["role"] == "owner"

    sent = await lin.done("POST", f"{at}/messages", json={"client_id": "c1", "text": "有的,亲"})
    messages = (await lin.done("GET", f"{at}/messages"))["items"]
    said = [(m["sender"], m["text"]) for m in messages if m["sender"] != "system"]
    assert said == [("customer", "空调有白色吗?"), ("agent", "有的,亲")]
    assert messages[-1]["id"] == sent["message_id"]
    assert messages[-1]["agent_name"] == "lin"

    await lin.done("POST", f"{at}/close")
    await lin.done(
        "POST",
        f"{at}/wrap-up",
        json={"disposition": "solved", "note": "要白色", "resolved": True, "ready": True},
    )
    done = await lin.done("GET", at)
    assert (done["phase"], done["outcome"], done["disposition"]) == ("ended", "served", "solved")
    assert (done["wrap_up_note"], done["resolved"], done["work"]) == ("要白色", True, None)


async def test_the_entry_point_and_the_topic_have_names(house: House):
    asked = await house.ask("坏了", topic="repair")
    row = await (await house.signed_in("admin")).done("GET", f"/interactions/{asked}")
    assert (row["entry_point_name"], row["topic_names"]) == ("Shop", {"en-US": "Repair"})


async def test_the_events_of_one_tell_its_story_with_names(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.served("lin")
    await lin.done("POST", f"/interactions/{asked}/close")
    events = (await lin.done("GET", f"/interactions/{asked}/events"))["items"]
    kinds = [event["kind"] for event in events]
    story = ["Arrived", "Queued", "Offered", "Connected", "ConversationEnded", "WrapUpStarted"]
    assert [kind for kind in kinds if kind in story] == story
    assert [e["seq"] for e in events] == sorted(e["seq"] for e in events)
    [offered] = [event for event in events if event["kind"] == "Offered"]
    assert offered["names"]["agents"] == {house.id("lin"): "lin"}
    assert offered["names"]["queues"]["sales"]["zh-CN"] == "售前"
    assert offered["event"]["ring_until"].endswith("Z")
    assert offered["event"]["why"]["best"][0][-1] == house.id("lin")


async def test_what_cannot_be_done_now_is_refused_with_the_reason(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.served("lin")
    for what, code in (("accept", "offer_gone"), ("resume", "not_in_wrap_up")):
        problem = await lin.refused("POST", f"/interactions/{asked}/{what}")
        assert (problem["status"], problem["code"]) == (409, code)
    chen = await house.signed_in("chen")
    problem = await chen.refused("POST", f"/interactions/{asked}/close")
    assert (problem["status"], problem["code"]) == (409, "not_yours")


async def test_a_declined_offer_goes_back_to_the_queue(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.ask()
    await lin.done("POST", f"/interactions/{asked}/decline")
    zhou = await house.signed_in("zhou")
    assert (await zhou.done("GET", f"/interactions/{asked}"))["phase"] == "queued"


async def test_a_transfer_goes_to_exactly_one_target(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.served("lin")
    at = f"/interactions/{asked}/transfer"
    for body in ({}, {"to_queue": "repair", "to_agent": house.id("chen")}):
        problem = await lin.refused("POST", at, json=body)
        assert [error["code"] for error in problem["errors"]] == ["one_target"]
    problem = await lin.refused("POST", at, json={"to_queue": "nowhere"})
    assert (problem["status"], problem["code"]) == (409, "unknown_queue")
    await lin.done("POST", at, json={"to_queue": "repair", "note": "他要修冰箱"})
    row = await lin.done("GET", f"/interactions/{asked}")
    assert (row["phase"], row["queue"], row["agents"]) == ("queued", "repair", [house.id("lin")])


async def test_a_colleague_is_asked_and_leaves_again(house: House):
    for name in ("lin", "chen"):
        await house.ready(name)
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    asked = await house.served("lin")
    at = f"/interactions/{asked}"
    await lin.done("POST", f"{at}/consult", json={"agent_id": house.id("chen"), "note": "帮我看看"})
    row = await chen.done("GET", at)
    assert row["work"]["role"] == "invited"
    assert row["work"]["invitation"] | {"until": ""} == {
        "by": "lin", "note": "帮我看看", "until": "", "answer_s": 45.0
    }  # fmt: skip
    await chen.done("POST", f"{at}/decline")
    mine = (await lin.done("GET", at))["work"]
    assert mine["invited"] == [{"agent_id": house.id("chen"), "name": "chen", "answer": "declined"}]
    await lin.done("POST", f"{at}/consult", json={"agent_id": house.id("chen"), "note": "帮我看看"})
    await chen.done("POST", f"{at}/accept")
    row = await chen.done("GET", at)
    assert row["participants"] == [
        {"agent_id": house.id("chen"), "name": "chen", "role": "consult"}
    ]
    assert row["work"]["role"] == "consult"
    await chen.done(
        "POST", f"{at}/messages", json={"client_id": "n1", "text": "可以换", "internal": True}
    )
    await chen.done("POST", f"{at}/leave")
    assert (await lin.done("GET", at))["participants"] == []


async def test_a_supervisor_reads_along_whispers_and_takes_over(house: House):
    await house.ready("lin")
    zhou = await house.signed_in("zhou")
    await house.tell(got.AgentScreenChanged, agent_id=house.id("zhou"), online=True)
    asked = await house.served("lin")
    at = f"/interactions/{asked}"
    await zhou.done("POST", f"{at}/monitor")
    assert (await zhou.done("GET", at))["work"]["role"] == "monitor"
    whisper = {"client_id": "w1", "text": "先道歉", "internal": True}
    await zhou.done("POST", f"{at}/messages", json=whisper)
    await zhou.done("POST", f"{at}/take-over")
    row = await zhou.done("GET", at)
    assert row["agent_id"] == house.id("zhou")
    assert row["agents"] == [house.id("lin"), house.id("zhou")]


async def test_a_supervisor_assigns_and_reprioritises_what_waits(house: House):
    zhou = await house.signed_in("zhou")
    asked = await house.ask()
    at = f"/interactions/{asked}"
    await zhou.done("POST", f"{at}/priority", json={"priority": 50})
    assert (await zhou.done("GET", at))["priority"] == 50
    problem = await zhou.refused("POST", f"{at}/assign", json={"agent_id": house.id("lin")})
    assert problem["status"] == 409
    problem = await zhou.refused("POST", f"{at}/assign", json={"agent_id": house.id("chen")})
    assert (problem["status"], problem["code"]) == (404, "agent_not_found"), "of another team"
    await house.tell(got.AgentScreenChanged, agent_id=house.id("lin"), online=True)
    assert (await zhou.done("GET", at))["phase"] == "queued"
    await house.ready("lin")
    assert (await zhou.done("GET", at))["phase"] == "offered"


async def test_an_agent_pulls_from_a_queue_that_allows_it(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.ask()
    at = f"/interactions/{asked}"
    await lin.done("POST", f"{at}/decline")  # not offered again for a while, but free to take
    assert (await lin.done("GET", at))["phase"] == "queued"
    await lin.done("POST", f"{at}/pull")
    row = await lin.done("GET", at)
    assert (row["phase"], row["agent_id"]) == ("connected", house.id("lin"))


async def test_an_agent_sees_who_waits_only_where_they_may_pull(house: House):
    asked = await house.ask()
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    waiting = {"queue": "sales", "phase": "queued"}
    page = await lin.done("GET", "/interactions", params=waiting)
    assert [row["id"] for row in page["items"]] == [asked]
    assert (await chen.done("GET", "/interactions", params=waiting))["items"] == []
    everything = await lin.done("GET", "/interactions", params={"queue": "sales"})
    assert everything["items"] == []


async def test_the_list_filters_by_the_words_of_the_board_and_counts(house: House):
    await house.ready("lin")
    lin, zhou = await house.signed_in("lin"), await house.signed_in("zhou")
    served = await house.served("lin", "我要买冰箱")
    await lin.done("POST", f"/interactions/{served}/close")
    waiting = [await house.ask(f"排队 {n}") for n in range(3)]

    async def ids(**filter: object) -> list[str]:
        page = await zhou.done("GET", "/interactions", params={"queue": "sales", **filter})
        assert page["total"] == len(page["items"])
        return [row["id"] for row in page["items"]]

    assert await ids(answered=True) == [served]
    assert await ids(agent_id=house.id("lin"), phase="wrap_up") == [served]
    assert set(await ids(phase=["queued", "offered"])) == set(waiting)
    assert await ids(text="冰箱") == [served]
    assert await ids(outcome="abandoned") == []
    assert await ids(arrived_to="2020-01-01T00:00:00Z") == []


async def test_pages_follow_each_other_without_gap_or_repeat(house: House):
    boss = await house.signed_in("boss")
    asked = [await house.ask(f"第 {n} 个") for n in range(5)]
    seen, cursor = [], None
    for _ in range(3):
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = await boss.done("GET", "/interactions", params=params)
        seen += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
        assert page["total"] == 5
    assert cursor is None
    assert seen == asked[::-1]


async def test_messages_are_read_on_from_a_seq(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    at = f"/interactions/{await house.served('lin')}"
    for n in range(3):
        await lin.done("POST", f"{at}/messages", json={"client_id": f"c{n}", "text": str(n)})
    everything = (await lin.done("GET", f"{at}/messages"))["items"]
    middle = everything[-2]
    rest = await lin.done("GET", f"{at}/messages", params={"after_seq": middle["seq"]})
    assert [m["id"] for m in rest["items"]] == [everything[-1]["id"]]


async def test_presence_is_ones_own_and_the_teams(house: House):
    lin, zhou = await house.signed_in("lin"), await house.signed_in("zhou")
    problem = await lin.refused("PUT", "/presence", json={"status": "ready"})
    assert (problem["status"], problem["code"]) == (409, "agent_not_connected")
    await house.ready("lin")
    lunch = {"status": "not_ready", "reason": "lunch"}
    await lin.done("PUT", "/presence", json=lunch)
    problem = await lin.refused("PUT", "/presence", json={**lunch, "reason": "siesta"})
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("reason", "unknown_reason")]
    await zhou.done("PUT", f"/agents/{house.id('lin')}/presence", json={"status": "ready"})
    agents = {agent["name"]: agent for agent in await lin.done("GET", "/agents")}
    assert (agents["lin"]["status"], agents["lin"]["free"]) == ("ready", True)
    assert (agents["chen"]["status"], agents["chen"]["free"]) == ("offline", False)
    assert agents["lin"]["queues"] == ["sales"]
    problem = await zhou.refused(
        "PUT", f"/agents/{house.id('chen')}/presence", json={"status": "ready"}
    )
    assert (problem["status"], problem["code"]) == (404, "agent_not_found")
    reasons = await lin.done("GET", "/presence/reasons")
    assert reasons == [{"id": "lunch", "names": {"zh-CN": "午餐", "en-US": "Lunch"}}]


async def test_the_board_shows_a_supervisor_the_team_and_an_administrator_everything(house: House):
    await house.ready("lin")
    await house.served("lin")
    await house.ask(topic="repair")
    zhou, admin = await house.signed_in("zhou"), await house.signed_in("admin")
    mine, all_ = await zhou.done("GET", "/board"), await admin.done("GET", "/board")
    assert [queue["id"] for queue in mine["queues"]] == ["sales"]
    assert mine["queues"][0]["today"]["answered"] == 1
    assert {queue["id"] for queue in all_["queues"]} == {"sales", "repair"}
    assert (mine["totals"]["waiting"], all_["totals"]["waiting"]) == (0, 1)
    assert {agent["name"] for agent in mine["agents"]} == {"lin", "zhou"}
    [row] = [agent for agent in mine["agents"] if agent["name"] == "lin"]
    assert row["busy"][0]["phase"] == "connected"
