import pytest

from parley.core import inputs as got
from tests.api.house import House

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


async def test_a_repeated_message_is_stored_once_and_answered_with_the_same_id(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    at = f"/interactions/{await house.served('lin')}/messages"
    body = {"client_id": "c7", "text": "您好"}
    first, second = await lin.done("POST", at, json=body), await lin.done("POST", at, json=body)
    assert first == second
    items = (await lin.done("GET", at))["items"]
    assert [m["text"] for m in items if m["sender"] == "agent"] == ["您好"]


async def test_a_message_retried_after_the_end_is_acknowledged_if_it_was_stored(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    served = await house.served("lin")
    at = f"/interactions/{served}/messages"
    body = {"client_id": "c7", "text": "再见"}
    first = await lin.done("POST", at, json=body)
    await house.tell(got.EndRequested, interaction_id=served)
    await house.tell(got.EndRequested, interaction_id=served)
    assert served not in house.engines[house.tenant].picture.center.state.interactions
    assert await lin.done("POST", at, json=body) == first
    problem = await lin.refused("POST", at, json=body | {"client_id": "c8"})
    assert (problem["status"], problem["code"]) == (409, "interaction_over")


async def test_the_customer_gets_messages_but_never_notes(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    at = f"/interactions/{await house.served('lin')}/messages"
    await lin.done("POST", at, json={"client_id": "c1", "text": "难缠", "internal": True})
    await lin.done("POST", at, json={"client_id": "c2", "text": "您好"})
    await house.engines[house.tenant].outbox.drain(5)
    assert [command.text for command in house.channel.sent] == ["您好"]


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"text": "x"}, "client_id", "required"),
        ({"client_id": "", "text": "x"}, "client_id", "too_short"),
        ({"client_id": "c", "text": "x" * 8001}, "text", "too_long"),
        ({"client_id": "c", "text": 7}, "text", "wrong_type"),
        ({"client_id": "c", "text": "x", "colour": "red"}, "colour", "unknown_field"),
        ({"client_id": "c", "text": "x", "language": "chinese"}, "language", "format"),
        ({"client_id": "c", "text": "  "}, "text", "required"),
        ({"client_id": "c", "text": "x", "mentions": ["agt_1"]}, "mentions", "only_in_notes"),
        ({"client_id": "c", "attachments": ["att_1"]}, "attachments.0", "unknown_attachment"),
        ({"client_id": "c", "mentions": ["x"] * 21}, "mentions", "too_long"),
    ],
)
async def test_a_wrong_message_names_its_field(house: House, body, field, code):
    lin = await house.signed_in("lin")
    problem = await lin.refused("POST", "/interactions/int_1/messages", json=body)
    assert problem["status"] == 422
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


async def test_what_is_no_json_is_told(house: House):
    lin = await house.signed_in("lin")
    problem = await lin.refused("POST", "/interactions/int_1/messages", content=b"{")
    assert [e["code"] for e in problem["errors"]] == ["not_json"]


async def test_a_message_to_nowhere_is_refused(house: House):
    lin = await house.signed_in("lin")
    problem = await lin.refused(
        "POST", "/interactions/int_1/messages", json={"client_id": "c", "text": "x"}
    )
    assert problem["status"] == 409


async def test_a_file_travels_with_its_message_and_only_where_it_belongs(house: House):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    file = await lin.done("POST", "/attachments", files={"file": ("白.png", PNG, "x/y")})
    assert (file["media_type"], file["size"]) == ("image/png", len(PNG))
    at = f"/interactions/{await house.served('lin')}/messages"
    body = {"client_id": "c1", "attachments": [file["id"]]}
    await lin.done("POST", at, json=body)
    message = (await lin.done("GET", at))["items"][-1]
    assert message["attachments"] == [file]
    answer = await lin.get(f"http://parley.test{file['url']}")
    assert answer.content == PNG
    assert (await chen.refused("GET", f"/attachments/{file['id']}"))["status"] == 404
    elsewhere = f"/interactions/{await house.served('lin')}/messages"
    problem = await lin.refused("POST", elsewhere, json=body)
    assert [e["code"] for e in problem["errors"]] == ["unknown_attachment"]


async def test_a_file_of_somebody_else_cannot_be_sent(house: House):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    file = await chen.done("POST", "/attachments", files={"file": ("a.png", PNG)})
    at = f"/interactions/{await house.served('lin')}/messages"
    body = {"client_id": "c1", "attachments": [file["id"]]}
    assert (await lin.refused("POST", at, json=body))["status"] == 422


async def test_who_is_mentioned_in_a_note_gets_one_notice(house: House):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    asked = await house.served("lin")
    body = {
        "client_id": "n1",
        "text": "@chen 能修吗?",
        "internal": True,
        "mentions": [house.id("chen"), house.id("chen"), house.id("lin"), "agt_nobody"],
    }
    for _ in range(2):
        await lin.done("POST", f"/interactions/{asked}/messages", json=body)
    notices = await chen.done("GET", "/notices")
    assert notices["unread"] == 1
    [notice] = notices["items"]
    assert (notice["kind"], notice["by_name"], notice["interaction_id"]) == (
        "mention", "lin", asked,
    )  # fmt: skip
    await chen.done("POST", "/notices/read", json={"ids": [notice["id"]]})
    assert (await chen.done("GET", "/notices"))["unread"] == 0
    assert (await lin.done("GET", "/notices"))["items"] == []


async def test_who_is_mentioned_may_read_that_interaction_and_no_more(house: House):
    await house.ready("lin")
    lin, chen = await house.signed_in("lin"), await house.signed_in("chen")
    asked = await house.served("lin")
    at = f"/interactions/{asked}"
    assert (await chen.refused("GET", at))["code"] == "interaction_not_found"
    note = {"client_id": "n1", "text": "@chen", "internal": True, "mentions": [house.id("chen")]}
    await lin.done("POST", f"{at}/messages", json=note)
    assert (await chen.done("GET", at))["id"] == asked
    said = (await chen.done("GET", f"{at}/messages"))["items"]
    assert said[-1]["text"] == "@chen"
    await chen.done("GET", f"{at}/events")
    answer = {"client_id": "a1", "text": "你好"}
    assert (await chen.refused("POST", f"{at}/messages", json=answer))["status"] in (403, 409)


async def test_a_mention_lets_a_supervisor_of_another_team_read_but_not_act(house: House):
    await house.ready("chen")
    chen, zhou = await house.signed_in("chen"), await house.signed_in("zhou")
    at = f"/interactions/{await house.served('chen', topic='repair')}"
    note = {"client_id": "n1", "text": "@zhou", "internal": True, "mentions": [house.id("zhou")]}
    await chen.done("POST", f"{at}/messages", json=note)
    await zhou.done("GET", at)
    for what in ("take-over", "monitor"):
        assert (await zhou.refused("POST", f"{at}/{what}"))["status"] == 404


async def test_reading_tells_the_center(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.served("lin")
    row = (await lin.done("GET", f"/interactions/{asked}"))["work"]
    assert row["unread"] == 1
    messages = (await lin.done("GET", f"/interactions/{asked}/messages"))["items"]
    last = [m for m in messages if m["sender"] == "customer"][-1]
    await lin.done("POST", f"/interactions/{asked}/read", json={"message_id": last["id"]})
    assert (await lin.done("GET", f"/interactions/{asked}"))["work"]["unread"] == 0
