"""Who may talk to us, and as whom: origins, tokens, identities; and what the other doors give out."""

import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from parley.core import inputs as got
from tests.contract.channels.house import ENTRY, SITE, SITE_SECRET, House, Line

FORGED = "not the secret of the shop's server, but as long"


def identity(secret: str = SITE_SECRET, **claims: Any) -> str:
    body = {"sub": "M1001", "name": "王晓燕", "exp": int(time.time()) + 600, **claims}
    return jwt.encode({"alg": "HS256"}, {k: v for k, v in body.items() if v is not None},
                      OctKey.import_key(secret))  # fmt: skip


# --- origins ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (SITE, 200),
        ("https://a.shop.example.org", 200),
        ("https://parley.test", 200),  # pages this server serves itself
        ("https://shop.example.org", 403),
        ("https://evilshop.example.org", 403),
        ("http://shop.example.com", 403),
        ("https://shop.example.com.evil.test", 403),
        ("null", 403),
    ],
)
async def test_only_allowed_sites_use_an_entry_point(house: House, origin: str, status: int):
    async with house.http() as http:
        answer = await http.get(f"/chat/v1/entry/{ENTRY}", headers={"origin": origin})
    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == origin  # it may read the refusal
    if status == 403:
        assert answer.json()["code"] == "origin_refused"


async def test_a_line_from_another_site_is_closed(house: House):
    session = await house.session()
    line = Line(house, session["token"], origin="https://evil.test")
    line.tell("hello", token=session["token"])
    assert (await line.error())["code"] == "origin_refused"
    assert await line.end() == 4403


async def test_a_preflight_is_answered(house: House):
    async with house.http() as http:
        answer = await http.options("/chat/v1/session")
    assert answer.status_code == 204
    assert "authorization" in answer.headers["access-control-allow-headers"]


async def test_an_entry_point_that_is_off_or_unknown_does_not_exist(house: House):
    await house.configure(enabled=False)
    async with house.http() as http:
        for entry_id in (ENTRY, "ept_nobody", "x" * 500):
            answer = await http.get(f"/chat/v1/entry/{entry_id}")
            assert (answer.status_code, answer.json()["code"]) == (404, "entry_unknown")


async def test_a_preview_shows_its_own_entry_point_and_only_we_frame_it(house: House):
    async with house.http() as http:
        page = await http.get(f"/chat/v1/preview/{ENTRY}?lang=zh-CN")
    assert page.status_code == 200
    assert f'src="/widget.js" data-entry="{ENTRY}" data-lang="zh-CN"' in page.text
    assert "<title>商城</title>" in page.text
    policy = page.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'self'"} <= set(policy)


async def test_there_is_no_preview_of_an_entry_point_that_is_off_or_unknown(house: House):
    await house.configure(enabled=False)
    async with house.http() as http:
        for entry_id in (ENTRY, "ept_nobody", "<script>"):
            page = await http.get(f"/chat/v1/preview/{entry_id}?lang=en-US")
            assert (page.status_code, "data-entry" in page.text) == (404, False)
            assert "switched off" in page.text


async def test_a_blocked_network_is_refused(house: House):
    await house.configure(blocked_networks=["198.51.100.0/24"])
    async with house.http(ip="198.51.100.7") as http:
        answer = await http.get(f"/chat/v1/entry/{ENTRY}")
    assert answer.json()["code"] == "blocked"


# --- tokens ----------------------------------------------------------------------------------------


async def test_a_wrong_token_is_refused_on_every_door(house: House):
    token = (await house.session())["token"]
    payload, _, mac = token.partition(".")
    wrong = ["", "x", f"{payload}.", f"{payload}.{mac[:-2]}AA", f"{payload[:-1]}.{mac}", "é.é"]
    async with house.http() as http:
        for bad in wrong:
            answer = await http.get(
                "/chat/v1/messages", headers=[(b"authorization", f"Bearer {bad}".encode())]
            )
            assert answer.status_code == 401, bad
    line = Line(house, "")
    line.tell("hello", token=wrong[3])
    assert (await line.error())["code"] == "token_invalid"
    assert await line.end() == 4401


async def test_a_returning_visitor_keeps_the_conversation(house: House):
    line = await house.visitor()
    await line.said("你好")
    again = await house.session(token=line.token)
    assert again["token"] == line.token
    assert [m["text"] for m in again["messages"] if m["text"]] == ["你好"]
    assert again["state"]["phase"] == "queued"


async def test_another_visitor_sees_nothing_of_it(house: House):
    line = await house.visitor()
    ack = await line.said("我的电话是 13800138000")
    interaction_id = await line.interaction()
    other = await house.session()
    headers = {"authorization": f"Bearer {other['token']}"}
    assert other["messages"] == []
    async with house.http() as http:
        page = await http.get("/chat/v1/messages?after_seq=1", headers=headers)
        text = await http.get(
            f"/chat/v1/transcript?interaction_id={interaction_id}", headers=headers
        )
    assert page.json()["messages"] == []
    assert text.status_code == 404
    stranger = Line(house, other["token"])
    await stranger.ready()
    stranger.tell("rate", interaction_id=interaction_id, score=1)
    assert (await stranger.error())["code"] == "interaction_unknown"
    stranger.tell("read", message_id=ack["message_id"])
    stranger.tell("end")
    await line.said("还在吗")
    assert await line.interaction() == interaction_id


# --- identities ------------------------------------------------------------------------------------


async def test_a_signed_identity_is_the_customer(house: House):
    told = await house.session(identity=identity(phone="13800138000"))
    line = Line(house, told["token"])
    await line.ready()
    await line.said("我的订单")
    interactions = house.engine.picture.center.state.interactions
    customer = interactions[await line.interaction()].customer
    assert customer.name == "王晓燕"
    stored = await house.records.customers.get(house.tenant_id, customer.id)
    assert stored.phone == "+8613800138000"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (lambda: identity(FORGED), "identity_invalid"),
        (lambda: identity(exp=int(time.time()) - 300), "identity_expired"),
        (lambda: identity(exp=None), "identity_invalid"),
        (lambda: identity(sub=None), "identity_invalid"),
        (lambda: identity(sub=""), "identity_invalid"),
        (lambda: "eyJhbGciOiJub25lIn0.eyJzdWIiOiJNMTAwMSIsImV4cCI6OTk5OTk5OTk5OX0.",
         "identity_invalid"),
        (lambda: "x.y.z", "identity_invalid"),
        (lambda: "x" * 5000, "body_invalid"),
    ],
)  # fmt: skip
async def test_a_forged_or_expired_identity_is_refused(house: House, token: Any, code: str):
    async with house.http() as http:
        answer = await http.post("/chat/v1/session", json={"entry": ENTRY, "identity": token()})
    assert answer.json()["code"] == code
    assert answer.status_code in (401, 422)
    assert not house.center.inputs


async def test_who_signs_in_during_a_conversation_goes_on_with_it(house: House):
    line = await house.visitor()
    await line.said("你好")
    known = await house.session(token=line.token, identity=identity())
    assert known["visitor_id"] == house.chat.signer.visitor(line.token).id
    interactions = house.engine.picture.center.state.interactions
    assert interactions[await line.interaction()].customer.name == "王晓燕"


async def test_a_customer_finds_the_conversation_on_another_device(house: House):
    phone = await house.session(identity=identity())
    line = Line(house, phone["token"])
    await line.ready()
    await line.said("你好")
    desktop = await house.session(identity=identity())
    assert [m["text"] for m in desktop["messages"] if m["text"]] == ["你好"]


async def test_the_next_person_at_the_same_browser_sees_nothing(house: House):
    first = await house.session(identity=identity())
    line = Line(house, first["token"])
    await line.ready()
    await line.said("我的秘密")
    other = await house.session(token=first["token"], identity=identity(sub="M2002"))
    nobody = await house.session(token=first["token"])
    for told in (other, nobody):
        assert told["visitor_id"] != first["visitor_id"]
        assert told["messages"] == []


# --- the rest of the doors -------------------------------------------------------------------------


async def test_the_transcript_holds_what_was_said_in_words(house: House):
    line = await house.visitor()
    await house.agent_ready()
    await line.said("请问有白色吗")
    interaction_id = await line.served()
    await house.agent_says(interaction_id, "有的\n今天发货")
    await house.tell(
        got.MessageWritten(at=house.clock(), interaction_id=interaction_id, agent_id="agt_lin",
                           message_id="msg_note", client_id="n", text="内部", internal=True)
    )  # fmt: skip
    await house.until(lambda: "有的\n今天发货" in line.texts())
    async with house.http() as http:
        answer = await http.get(
            f"/chat/v1/transcript?interaction_id={interaction_id}&lang=zh",
            headers={"authorization": f"Bearer {line.token}"},
        )
    assert "我：请问有白色吗" in answer.text
    assert "林晓：有的\n          今天发货" in answer.text
    assert "林晓 为您服务" in answer.text
    assert "内部" not in answer.text


async def test_the_entry_point_tells_the_widget_all_it_needs(house: House):
    async with house.http() as http:
        told = (await http.get(f"/chat/v1/entry/{ENTRY}?lang=zh-CN")).json()
    assert told["names"]["en-US"] == "Shop"
    assert told["open"] is True
    assert told["usual_reply_s"] == 12.0
    assert told["limits"]["file_bytes"] == 64 * 1024
    assert "secret" not in str(told)
    assert SITE_SECRET not in str(told)


async def test_history_goes_back_page_by_page(house: House):
    line = await house.visitor()
    await house.agent_ready()
    await line.said("开始")
    interaction_id = await line.served()
    for n in range(70):
        await house.agent_says(interaction_id, f"{n}")
    told = await house.session(token=line.token)
    assert len(told["messages"]) == 50
    async with house.http() as http:
        page = await http.get(
            f"/chat/v1/messages?before_seq={told['history_before']}",
            headers={"authorization": f"Bearer {line.token}"},
        )
    earlier = page.json()
    assert earlier["history_before"] is None
    texts = [m["text"] for m in earlier["messages"] + told["messages"] if m["text"]]
    assert texts == ["开始", *[f"{n}" for n in range(70)]]


async def test_the_script_is_served_packed_and_remembered(house: House):
    async with house.http() as http:
        script = await http.get("/widget.js")
        again = await http.get("/widget.js", headers={"if-none-match": script.headers["etag"]})
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["content-encoding"] == "gzip"
    assert again.status_code == 304
