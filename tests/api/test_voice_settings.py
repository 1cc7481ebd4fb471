"""Settings of calls: flows are linted, trunks keep their secrets, prompts are heard, numbers are unique."""

from __future__ import annotations

import io
import wave
from typing import Any

import pytest

from parley.adapters.blobs.vault import SEALED
from parley.core.desk.settings import Document
from parley.core.ports import SoundState
from tests.api.house import House

FLOW: dict[str, Any] = {
    "name": "Hotline",
    "start": "greet",
    "nodes": {
        "greet": {"kind": "play", "say": ["welcome"], "next": "menu"},
        "menu": {
            "kind": "menu", "say": ["welcome"], "keys": {"1": "sales", "2": "card"},
            "otherwise": "sales",
        },
        "card": {
            "kind": "collect", "say": ["welcome"], "into": "card", "secret": True, "next": "asked",
            "otherwise": "bye",
        },
        "asked": {
            "kind": "condition", "when": {"fact": "customer.tier", "is": "=", "value": "VIP"},
            "yes": "sales", "no": "message",
        },
        "sales": {"kind": "queue", "queue": "sales", "otherwise": "back"},
        "back": {"kind": "callback", "otherwise": "message"},
        "message": {"kind": "voicemail", "max_s": 60},
        "bye": {"kind": "hang_up", "say": ["welcome"]},
    },
}  # fmt: skip
TRUNK: dict[str, Any] = {"name": "Carrier", "host": "sip.carrier.test"}
NUMBER = "+8657188880001"


def flow(**nodes: Any) -> dict[str, Any]:
    return {**FLOW, "nodes": {**FLOW["nodes"], **nodes}}


def wrong(problem: dict[str, Any]) -> set[tuple[str, str]]:
    return {(error["field"], error["code"]) for error in problem["errors"]}


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(1600))
    return out.getvalue()


# --- flows ----------------------------------------------------------------------------------------


async def test_a_flow_is_saved_and_true_in_the_live_center_at_once(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/flows", json=FLOW)
    live = house.engines[house.tenant].picture.center.state.config.flows[made["id"]]
    assert live.start == "greet"
    assert live.nodes["card"].secret
    assert live.nodes["menu"].keys == {"1": "sales", "2": "card"}
    body = {k: v for k, v in made.items() if k not in ("id", "updated_at")}
    body["nodes"]["menu"]["repeats"] = 1
    changed = await admin.done("PUT", f"/flows/{made['id']}", json=body)
    assert changed["nodes"]["menu"]["repeats"] == 1
    assert changed["nodes"]["bye"] == {"kind": "hang_up", "say": ["welcome"]}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({**FLOW, "start": "nowhere"}, {("start", "unknown_node")}),
        (
            flow(alone={"kind": "hang_up"}, greet={"kind": "play", "say": [], "next": "gone"}),
            {("nodes.alone", "node_unreachable"), ("nodes.greet.next", "unknown_node")},
        ),
        (
            flow(menu={"kind": "menu", "say": ["welcome"], "keys": {"1": "sales", "2": "card"}}),
            {("nodes.menu.otherwise", "way_missing")},
        ),
        (flow(sales={"kind": "queue", "queue": "que_x"}), {("nodes.sales.queue", "unknown_queue")}),
        (flow(sales={"kind": "queue", "next": "card"}), {("nodes.sales.next", "next_unused")}),
        (
            flow(greet={"kind": "play", "say": ["pmt_x"], "next": "menu"}),
            {("nodes.greet.say.0", "unknown_prompt")},
        ),
        (
            flow(menu={"kind": "menu", "say": [], "keys": {"A": "sales"}, "otherwise": "sales"}),
            {("nodes.menu.keys.A.[key]", "format"), ("nodes.menu.keys.A", "format")},
        ),
        (flow(greet={"kind": "dance"}), {("nodes.greet", "union_tag_invalid")}),
        (
            flow(card={"kind": "collect", "say": ["welcome"], "digits": 99}),
            {("nodes.card.into", "required"), ("nodes.card.digits", "too_large")},
        ),
    ],
    ids=["start", "unreachable", "menu", "queue", "next", "prompt", "key", "kind", "collect"],
)  # fmt: skip
async def test_what_would_strand_a_caller_is_refused_where_it_is(house: House, body, errors):
    admin = await house.signed_in("admin")
    problem = await admin.refused("POST", "/flows", json=body)
    assert problem["code"] == "validation"
    assert wrong(problem) & errors, problem
    assert await admin.done("GET", "/flows") == []


async def test_a_prompt_must_have_words_in_each_of_the_companys_languages(house: House):
    admin = await house.signed_in("admin")
    prompt = {"names": {"en-US": "Welcome"}, "texts": {"zh-CN": "您好"}}
    made = await admin.done("POST", "/prompts", json=prompt)
    spoken = flow(greet={"kind": "play", "say": [made["id"], "{card}"], "next": "menu"})
    problem = await admin.refused("POST", "/flows", json=spoken)
    [error] = problem["errors"]
    assert (error["field"], error["code"]) == ("nodes.greet.say.0", "prompt_language_missing")
    assert error["values"]["language"] == "en-US"
    both = {**prompt, "texts": {"zh-CN": "您好", "en-US": "Hello"}, "version": 1}
    await admin.done("PUT", f"/prompts/{made['id']}", json=both)
    saved = await admin.done("POST", "/flows", json=spoken)
    problem = await admin.refused("DELETE", f"/prompts/{made['id']}", params={"version": 2})
    assert problem["code"] == "in_use"
    await admin.done("DELETE", f"/flows/{saved['id']}", params={"version": 1})
    await admin.done("DELETE", f"/prompts/{made['id']}", params={"version": 2})


# --- trunks ---------------------------------------------------------------------------------------


async def test_a_trunks_secret_is_written_kept_and_removed_but_never_shown(house: House):
    admin = await house.signed_in("admin")
    body = {**TRUNK, "username": "u100", "register": True, "secret": "hush"}
    made = await admin.done("POST", "/trunks", json=body)
    assert (made["secret_set"], made["register"]) == (True, True)
    at = f"/trunks/{made['id']}"
    assert "hush" not in str(await admin.done("GET", at))
    assert "hush" not in str(await admin.done("GET", "/trunks"))

    async def stored() -> dict[str, Any]:
        document = await house.store.documents.get(house.tenant, "trunk", made["id"])
        assert document is not None
        return document.body

    before = await stored()
    assert before["secret"].startswith(SEALED)
    assert house.vault.unseal(house.tenant, before["secret"]) == "hush"
    assert before["register"] is True
    same = {k: v for k, v in body.items() if k != "secret"}
    await admin.done("PUT", at, json={**same, "version": 1, "limit": 30})
    assert (await stored())["secret"] == before["secret"]
    shown = await admin.done("PUT", at, json={**same, "version": 2, "secret": ""})
    assert not shown["secret_set"]
    audit = [e.fields for e in await house.audit("trunk") if e.action == "changed"]
    assert [set(fields) for fields in audit] == [{"limit"}, {"limit", "secret"}]


async def test_a_secret_goes_with_its_user_name(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/trunks", json={**TRUNK, "username": "u", "secret": "hush"})
    at = f"/trunks/{made['id']}"
    assert not (await admin.done("PUT", at, json={**TRUNK, "version": 1}))["secret_set"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "sip.test\n[evil]"), ("host", "a b"), ("username", "u;v"), ("secret", "a\nb"),
        ("codecs", []), ("codecs", ["gsm"]), ("transport", "sctp"), ("port", 0), ("register", True),
        ("secret", "of nobody"),
    ],
)  # fmt: skip
async def test_a_trunk_that_makes_no_sense_is_refused(house: House, field: str, value: Any):
    admin = await house.signed_in("admin")
    problem = await admin.refused("POST", "/trunks", json={**TRUNK, field: value})
    assert problem["code"] == "validation"


async def test_agents_and_supervisors_see_no_trunk(house: House):
    for name in ("lin", "zhou"):
        client = await house.signed_in(name)
        assert (await client.refused("GET", "/trunks"))["code"] == "not_allowed"


# --- prompts --------------------------------------------------------------------------------------


async def test_a_recording_is_uploaded_for_a_language_and_heard_again(house: House):
    admin = await house.signed_in("admin")
    body = {"names": {"en-US": "Welcome"}, "texts": {"en-US": "Hello"}}
    made = await admin.done("POST", "/prompts", json=body)
    at = f"/prompts/{made['id']}"
    sound = wav()
    told = await admin.done("PUT", f"{at}/audio/zh-CN", files={"file": ("hello.wav", sound)})
    assert (told["language"], told["version"]) == ("zh-CN", 2)
    assert (await admin.done("GET", at))["audio"] == {"zh-CN": told["file_id"]}
    heard = await (await house.signed_in("lin")).get(f"{at}/audio/zh-CN")
    assert (heard.content, heard.headers["content-type"]) == (sound, "audio/wav")
    problem = await admin.refused("GET", f"{at}/audio/en-US")
    assert problem["code"] == "prompt_audio_not_found"
    forged = {**body, "audio": {"en-US": "att_elsewhere"}, "version": 2}
    problem = await admin.refused("PUT", at, json=forged)
    assert wrong(problem) == {("audio.en-US", "unknown_attachment")}
    await admin.done("PUT", at, json={**body, "audio": {}, "version": 2})
    assert (await admin.done("GET", at))["audio"] == {}


async def test_only_sound_is_taken_and_not_too_much_of_it(house: House, monkeypatch):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/prompts", json={"names": {"en-US": "Welcome"}})
    at = f"/prompts/{made['id']}/audio/en-US"
    problem = await admin.refused("PUT", at, files={"file": ("x.png", b"\x89PNG\r\n\x1a\n" * 9)})
    assert wrong(problem) == {("file", "file_type_refused")}
    monkeypatch.setattr("parley.api.prompts.PROMPT_BYTES", 100)
    problem = await admin.refused("PUT", at, files={"file": ("x.wav", wav())})
    assert (problem["status"], problem["code"]) == (413, "file_too_large")
    zhou = await house.signed_in("zhou")
    problem = await zhou.refused("PUT", at, files={"file": ("x.wav", wav())})
    assert problem["code"] == "not_allowed"


# --- numbers, queues, people ----------------------------------------------------------------------


async def test_a_number_belongs_to_one_entry_point(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/flows", json=FLOW)
    body = {
        "channel": "voice", "name": "Hotline", "queue": "sales", "numbers": [NUMBER],
        "flow": made["id"], "language": "en-US",
    }  # fmt: skip
    first = await admin.done("POST", "/entry-points", json=body)
    live = house.engines[house.tenant].picture.center.state.config.entry_points[first["id"]]
    assert (live.numbers, live.flow, live.language) == ((NUMBER,), made["id"], "en-US")
    problem = await admin.refused("POST", "/entry-points", json=body)
    assert wrong(problem) == {("numbers.0", "taken")}
    twice = {**body, "numbers": ["10086", "10086"]}
    problem = await admin.refused("POST", "/entry-points", json=twice)
    assert wrong(problem) == {("numbers.1", "taken")}
    problem = await admin.refused("POST", "/entry-points", json={**body, "numbers": []})
    assert {code for _, code in wrong(problem)} == {"numbers_required"}
    gone = {**body, "numbers": ["10010"], "flow": "flw_x"}
    assert wrong(await admin.refused("POST", "/entry-points", json=gone)) == {
        ("flow", "unknown_flow")
    }
    problem = await admin.refused("DELETE", f"/flows/{made['id']}", params={"version": 1})
    assert problem["code"] == "in_use"


async def test_a_queue_says_what_waiting_callers_may_choose(house: House):
    admin = await house.signed_in("admin")
    body = {
        "names": {"en-US": "Calls"}, "record": True, "announce_s": 20,
        "choices": {"1": "callback", "2": "voicemail"}, "callback_first": "customer",
    }  # fmt: skip
    plain = await admin.done("POST", "/queues", json=body)
    assert plain["callback_amd"] is False
    body["callback_amd"] = True
    made = await admin.done("POST", "/queues", json=body)
    live = house.engines[house.tenant].picture.center.state.config.queues[made["id"]]
    assert (live.record, live.announce_s, live.callback_first) == (True, 20, "customer")
    assert live.choices == {"1": "callback", "2": "voicemail"}
    assert live.callback_amd is True
    problem = await admin.refused("POST", "/queues", json={**body, "choices": {"1": "dance"}})
    assert problem["errors"][0]["code"] == "not_a_choice"


async def test_a_person_has_a_phone(house: House):
    admin = await house.signed_in("admin")
    person = {
        "email": f"new@{house.domain}", "name": "新", "role": "agent",
        "phone": {"kind": "number", "number": "+8613800138000"},
    }  # fmt: skip
    made = await admin.done("POST", "/people", json=person)
    assert made["phone"] == person["phone"]
    live = house.engines[house.tenant].picture.center.state.config.agents[made["id"]]
    assert (live.phone, live.phone_number) == ("number", "+8613800138000")
    for phone in ({"kind": "number"}, {"kind": "browser", "number": "+8613800138000"}):
        problem = await admin.refused("POST", "/people", json={**person, "phone": phone})
        assert {code for _, code in wrong(problem)} == {"phone_number"}
    shown = await admin.done("GET", "/people")
    lin = next(each for each in shown if each["id"] == house.id("lin"))
    assert lin["phone"] == {"kind": "browser", "number": None}


async def test_the_companys_rules_of_calls_are_saved(house: House):
    admin = await house.signed_in("admin")
    before = await admin.done("GET", "/settings")
    assert (before["phone_grace_s"], before["country"], before["recording_days"]) == (8, "CN", None)
    wanted = {
        **before, "phone_grace_s": 12, "recording_notice": False, "monitor_notice": "silent",
        "caller_id": "+8657188880001", "country": "DE", "recording_days": 90,
    }  # fmt: skip
    after = await admin.done("PUT", "/settings", json=wanted)
    assert {k: after[k] for k in wanted if k != "version"} == {
        k: v for k, v in wanted.items() if k != "version"
    }
    config = house.engines[house.tenant].picture.center.state.config
    assert (config.phone_grace_s, config.recording_notice, config.monitor_notice) == (
        12, False, "silent",
    )  # fmt: skip
    assert config.caller_id == "+8657188880001"
    for old, meant in ((True, "told"), (False, "silent")):  # as programs say that know no other
        again = await admin.done("GET", "/settings")
        again = await admin.done("PUT", "/settings", json={**again, "monitor_notice": old})
        assert again["monitor_notice"] == meant


# --- sounds of prompts ------------------------------------------------------------------------------

PROMPT = {
    "names": {"zh-CN": "节日", "en-US": "Holiday"},
    "texts": {"zh-CN": "放假", "en-US": "Closed"},
}


async def test_what_the_system_says_is_listed_in_both_languages_and_heard(house: House):
    admin = await house.signed_in("admin")
    house.sounds.kept[None, "welcome", "zh-CN"] = b"RIFF"
    [row] = await admin.done("GET", "/built-in-prompts")
    assert row == {
        "key": "welcome", "texts": {"zh-CN": "您好", "en-US": "Hello"},
        "durations_s": {"zh-CN": 1.5}, "unit": False,
    }  # fmt: skip
    heard = await admin.get("/built-in-prompts/welcome/audio/zh-CN")
    assert (heard.content, heard.headers["content-type"]) == (b"RIFF", "audio/wav")
    for at in ("welcome/audio/en-US", "nothing/audio/zh-CN"):
        problem = await admin.refused("GET", f"/built-in-prompts/{at}")
        assert (problem["status"], problem["code"]) == (404, "prompt_audio_not_found")


async def test_how_far_a_prompts_sounds_are_is_told_with_the_reason_of_a_failure(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/prompts", json=PROMPT)
    at = f"/prompts/{made['id']}"
    assert await admin.done("GET", f"{at}/sounds") == []  # this node was told nothing yet
    house.sounds.told = {
        (made["id"], "zh-CN"): SoundState("making"),
        (made["id"], "en-US"): SoundState("failed", "voices_too_slow", tried_again=True),
        (made["id"], "fr-FR"): SoundState("ready"),  # of a text that is gone
    }
    assert await admin.done("GET", f"{at}/sounds") == [
        {"language": "en-US", "uploaded": False, "state": "failed", "code": "voices_too_slow",
         "tried_again": True},
        {"language": "zh-CN", "uploaded": False, "state": "making", "code": None,
         "tried_again": False},
    ]  # fmt: skip


async def test_a_text_is_heard_once_it_is_spoken_and_not_what_it_said_before(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/prompts", json=PROMPT)
    at = f"/prompts/{made['id']}/audio/zh-CN"
    house.sounds.kept[house.tenant, made["id"], "zh-CN"] = b"RIFF of the text"
    house.sounds.told = {(made["id"], "zh-CN"): SoundState("making")}
    assert (await admin.refused("GET", at))["code"] == "prompt_audio_not_found"
    house.sounds.told = {(made["id"], "zh-CN"): SoundState("ready")}
    assert (await admin.get(at)).content == b"RIFF of the text"
    await admin.done("PUT", at, files={"file": ("x.wav", wav(), "audio/wav")})
    assert (await admin.get(at)).content == wav()


# --- a flow looked at before it is saved --------------------------------------------------------------


async def test_a_flow_is_checked_without_being_saved(house: House):
    admin = await house.signed_in("admin")
    lost = flow(lost={"kind": "hang_up"}, card={**FLOW["nodes"]["card"], "next": "nowhere"})
    found = await admin.done("POST", "/flows/check", json=lost)
    assert {(each["field"], each["code"]) for each in found} == {
        ("nodes.lost", "node_unreachable"),
        ("nodes.asked", "node_unreachable"),
        ("nodes.card.next", "unknown_node"),
    }
    assert await admin.done("POST", "/flows/check", json=FLOW) == []
    assert await admin.done("GET", "/flows") == []
    problem = await admin.refused("POST", "/flows/check", json=flow(greet={"kind": "sing"}))
    assert problem["status"] == 422


async def test_the_order_of_the_steps_is_kept_as_it_was_given(house: House):
    admin = await house.signed_in("admin")
    order = ["bye", "greet", "message", "menu"]
    made = await admin.done("POST", "/flows", json={**FLOW, "order": order})
    assert (await admin.done("GET", f"/flows/{made['id']}"))["order"] == order
    problem = await admin.refused("POST", "/flows", json={**FLOW, "order": ["bye", "bye", "x"]})
    assert wrong(problem) == {("order.1", "taken"), ("order.2", "unknown_node")}


# --- another company at the same carrier ------------------------------------------------------------------


async def test_a_number_that_another_company_at_the_carrier_has_is_refused_to_the_second(
    house: House,
):
    admin = await house.signed_in("admin")
    house.elsewhere["tnt_x"] = [
        Document("trunk", "trk", {"host": "sip.carrier.test"}),
        Document("entry_point", "ep", {"channel": "voice", "numbers": [NUMBER], "name": "Hush"}),
    ]
    point = {
        "channel": "voice", "name": "Line", "queue": "sales", "language": "en-US",
        "numbers": ["+8657188880002", NUMBER],
    }  # fmt: skip
    trunk = await admin.done("POST", "/trunks", json=TRUNK)
    problem = await admin.refused("POST", "/entry-points", json=point)
    assert wrong(problem) == {("numbers.1", "number_taken")}
    assert "Hush" not in str(problem)
    assert "tnt_x" not in str(problem)

    elsewhere = {**TRUNK, "host": "sip.other.test"}
    path = f"/trunks/{trunk['id']}"
    trunk = await admin.done("PUT", path, json={**elsewhere, "version": trunk["version"]})
    made = await admin.done("POST", "/entry-points", json=point)
    problem = await admin.refused("PUT", path, json={**TRUNK, "version": trunk["version"]})
    assert wrong(problem) == {("host", "number_taken")}

    house.elsewhere["tnt_x"][0].body["host"] = "sip.other.test"  # from an earlier release
    change = {**point, "name": "Line two", "version": made["version"]}
    await admin.done("PUT", f"/entry-points/{made['id']}", json=change)


async def test_another_country_makes_no_number_of_another_company_ours(house: House):
    admin = await house.signed_in("admin")
    await admin.done("POST", "/trunks", json=TRUNK)
    point = {
        "channel": "voice", "name": "Line", "queue": "sales", "language": "en-US",
        "numbers": ["03012345678"],
    }  # fmt: skip
    await admin.done("POST", "/entry-points", json=point)
    house.elsewhere["tnt_x"] = [
        Document("trunk", "trk", {"host": "sip.carrier.test"}),
        Document("entry_point", "ep", {"channel": "voice", "numbers": ["+493012345678"]}),
    ]
    before = await admin.done("GET", "/settings")
    problem = await admin.refused("PUT", "/settings", json={**before, "country": "DE"})
    assert wrong(problem) == {("country", "number_taken")}
    assert (await admin.done("GET", "/settings"))["country"] == "CN"
    await admin.done("PUT", "/settings", json={**before, "country": "FR"})


async def test_a_trunk_in_another_manner_than_another_companys_is_refused(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/trunks", json=TRUNK)
    house.elsewhere["tnt_x"] = [Document("trunk", "trk", {"host": "sip.carrier.test"})]
    change = {**TRUNK, "srtp": True, "version": made["version"]}
    for problem in (
        await admin.refused("PUT", f"/trunks/{made['id']}", json=change),
        await admin.refused("POST", "/trunks", json={**TRUNK, "transport": "tls"}),
    ):
        assert wrong(problem) == {("host", "carrier_shared_otherwise")}
    await admin.done("POST", "/trunks", json={**TRUNK, "host": "sip.other.test", "srtp": True})


async def test_networks_that_are_no_carriers_are_refused(house: House):
    admin = await house.signed_in("admin")
    for host, code in (
        ("0.0.0.0/0", "network_too_wide"), ("192.0.2.0/23", "network_too_wide"),
        ("2001:db8::/47", "network_too_wide"), ("sip.carrier.test/0", "format"),
    ):  # fmt: skip
        problem = await admin.refused("POST", "/trunks", json={**TRUNK, "from_hosts": [host]})
        assert wrong(problem) == {("from_hosts", code)}
    made = await admin.done(
        "POST", "/trunks", json={**TRUNK, "from_hosts": ["192.0.2.0/24", "2001:db8::/48"]}
    )
    stored = await house.store.documents.get(house.tenant, "trunk", made["id"])
    assert stored is not None
    stored.body["from_hosts"] = ["0.0.0.0/0"]  # by an earlier release
    await house.store.documents.save(house.tenant, stored, [])
    assert len(await admin.done("GET", "/trunks")) == 1
