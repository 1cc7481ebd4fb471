"""Configuration documents: what is saved is checked, audited, and true in the live center at once."""

from typing import Any

import pytest

from parley.api import documents
from parley.core.center.state import State
from parley.demo import company
from parley.engine.screens import CenterScreens
from tests.api.house import House

PATHS: dict[str, dict[str, Any]] = {
    "queues": {"names": {"en-US": "New"}},
    "skills": {"names": {"en-US": "New"}},
    "hours": {"name": "New", "week": [[[540, 1080]]] * 5 + [[], []]},
    "dispositions": {"names": {"en-US": "New"}},
    "reasons": {"names": {"en-US": "New"}},
    "canned-replies": {"shortcut": "new", "names": {"en-US": "N"}, "texts": {"en-US": "New"}},
    "entry-points": {"name": "New", "queue": "sales"},
    "flows": {
        "name": "New",
        "start": "go",
        "nodes": {"go": {"kind": "hang_up", "say": []}},
    },
    "prompts": {"names": {"en-US": "New"}, "texts": {"en-US": "Hello"}},
    "trunks": {"name": "New", "host": "sip.example.test", "limit": 30},
}


def state(house: House) -> State:
    return house.engines[house.tenant].picture.center.state


def wrong(problem: dict) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in problem["errors"]]


@pytest.mark.parametrize("path", PATHS)
async def test_each_kind_is_made_read_changed_and_removed(house: House, path):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", f"/{path}", json=PATHS[path])
    assert made["version"] == 1
    assert PATHS[path].items() <= made.items()
    at = f"/{path}/{made['id']}"
    assert await admin.done("GET", at) == made
    assert made in await admin.done("GET", f"/{path}")
    body = {k: v for k, v in made.items() if k not in ("id", "updated_at", "secret_set")}
    changed = await admin.done("PUT", at, json=body)
    assert changed["version"] == 2
    problem = await admin.refused("PUT", at, json=body)
    assert (problem["status"], problem["code"]) == (409, "version_changed")
    problem = await admin.refused("DELETE", at, params={"version": 1})
    assert (problem["status"], problem["code"]) == (409, "version_changed")
    await admin.done("DELETE", at, params={"version": 2})
    assert (await admin.refused("GET", at))["status"] == 404


async def test_every_change_is_audited_with_its_fields(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/queues", json=PATHS["queues"])
    body = {**PATHS["queues"], "version": 1, "ring_s": 20, "priority": 3}
    await admin.done("PUT", f"/queues/{made['id']}", json=body)
    await admin.done("DELETE", f"/queues/{made['id']}", params={"version": 2})
    audit = [(e.action, e.by, set(e.fields)) for e in await house.audit("queue")]
    me = house.id("admin")
    assert audit == [
        ("created", me, set()),
        ("changed", me, {"ring_s", "priority"}),
        ("removed", me, set()),
    ]


async def test_a_saved_queue_is_in_the_live_center_at_once(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/queues", json={"names": {"en-US": "New"}, "ring_s": 12})
    assert state(house).config.queues[made["id"]].ring_s == 12
    await admin.done("DELETE", f"/queues/{made['id']}", params={"version": 1})
    assert made["id"] not in state(house).config.queues


@pytest.mark.parametrize(
    ("path", "body", "errors"),
    [
        ("queues", {"needs": {"magic": 3}}, [("needs.magic", "unknown_skill")]),
        ("queues", {"hours_id": "never"}, [("hours_id", "unknown_hours")]),
        ("queues", {"overflow_queue": "nowhere"}, [("overflow_queue", "unknown_queue")]),
        (
            "queues",
            {"dispositions": ["solved", "gone"]},
            [("dispositions.1", "unknown_disposition")],
        ),
        ("queues", {"wrap_up_s": 999_999}, [("wrap_up_s", "too_large")]),
        ("canned-replies", {"shortcut": "hi"}, [("shortcut", "taken")]),
        ("canned-replies", {"shortcut": "a b"}, [("shortcut", "format")]),
        ("canned-replies", {"queues": ["nowhere"]}, [("queues.0", "unknown_queue")]),
        ("entry-points", {"queue": "nowhere"}, [("queue", "unknown_queue")]),
        (
            "entry-points",
            {"by_language": {"en-US": "nowhere"}},
            [("by_language.en-US", "unknown_queue")],
        ),
        ("entry-points", {"origins": ["shop.example"]}, [("origins.0", "origin_format")]),
        ("entry-points", {"logo_url": "javascript:alert(1)"}, [("logo_url", "url_format")]),
        ("entry-points", {"colour": "blue"}, [("colour", "format")]),
        ("entry-points", {"file_types": ["text/html"]}, [("file_types.0", "not_a_choice")]),
        ("entry-points", {"secret": "x" * 40}, [("secret", "unknown_field")]),
        (
            "entry-points",
            {"topics": [{"key": "a", "names": {"en-US": "A"}, "queue": "sales"}] * 2},
            [("topics.1.key", "taken")],
        ),
        ("hours", {"zone": "Mars/Olympus"}, [("zone", "unknown_zone")]),
        ("hours", {"holidays": {"2026-02-30": []}}, [("holidays.2026-02-30", "date_format")]),
        ("hours", {"week": [[[600, 540]]] * 7}, [(f"week.{n}", "span_order") for n in range(7)]),
    ],
)
async def test_a_wrong_document_names_its_fields_and_is_not_saved(house: House, path, body, errors):
    admin = await house.signed_in("admin")
    before = await admin.done("GET", f"/{path}")
    problem = await admin.refused("POST", f"/{path}", json={**PATHS[path], **body})
    assert problem["status"] == 422
    assert [(f.removesuffix(".[key]"), c) for f, c in wrong(problem)] == errors
    assert await admin.done("GET", f"/{path}") == before


async def test_a_queue_does_not_overflow_to_itself(house: House):
    admin = await house.signed_in("admin")
    body = {"names": {"en-US": "Repair"}, "version": 1, "overflow_queue": "repair"}
    problem = await admin.refused("PUT", "/queues/repair", json=body)
    assert wrong(problem) == [("overflow_queue", "itself")]


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("skills/product", {("queue", "needs.product"), ("agent", "skills.product")}),
        ("hours/always", {("queue", "hours_id")}),
        ("dispositions/solved", {("queue", "dispositions.0")}),
        ("queues/repair", {("entry_point", "topics.0.queue"), ("agent", "queues.repair")}),
    ],
)
async def test_what_is_in_use_stays_and_every_place_is_named(house: House, path, places):
    admin = await house.signed_in("admin")
    problem = await admin.refused("DELETE", f"/{path}", params={"version": 1})
    assert (problem["status"], problem["code"]) == (409, "in_use")
    assert {(e["values"]["kind"], e["field"]) for e in problem["errors"]} == places
    assert all(e["values"]["name"] for e in problem["errors"])
    await admin.done("GET", f"/{path}")


async def test_a_queue_in_which_somebody_waits_stays(house: House):
    admin = await house.signed_in("admin")
    made = await admin.done("POST", "/queues", json=PATHS["queues"])
    entry = {"name": "New", "queue": made["id"]}
    point = await admin.done("POST", "/entry-points", json=entry)
    await house.ask(entry_point=point["id"])
    await admin.done("DELETE", f"/entry-points/{point['id']}", params={"version": 1})
    problem = await admin.refused("DELETE", f"/queues/{made['id']}", params={"version": 1})
    assert wrong(problem) == [("interactions", "in_use")]


async def test_a_secret_is_made_by_the_server_shown_on_request_and_never_listed(house: House):
    admin, lin = await house.signed_in("admin"), await house.signed_in("lin")
    made = await admin.done("POST", "/entry-points", json=PATHS["entry-points"])
    at = f"/entry-points/{made['id']}"
    secret = (await admin.done("POST", f"{at}/secret"))["secret"]
    assert len(secret) >= 43
    for client in (admin, lin):
        for path in ("/entry-points", at):
            assert secret not in (await client.get(path)).text
    assert (await lin.refused("POST", f"{at}/secret"))["status"] == 403
    await admin.done("PUT", at, json={**PATHS["entry-points"], "version": 1, "name": "Other"})
    assert (await admin.done("POST", f"{at}/secret"))["secret"] == secret
    renewed = (await admin.done("PUT", f"{at}/secret"))["secret"]
    assert renewed != secret
    assert (await admin.done("POST", f"{at}/secret"))["secret"] == renewed
    audit = [(e.action, e.fields) for e in await house.audit("entry_point")]
    assert ("read", ("secret",)) in audit
    assert ("changed", ("secret",)) in audit


async def test_a_supervisor_writes_canned_replies_but_no_queues(house: House):
    zhou = await house.signed_in("zhou")
    await zhou.done("POST", "/canned-replies", json=PATHS["canned-replies"])
    assert (await zhou.refused("POST", "/queues", json=PATHS["queues"]))["status"] == 403


async def test_canned_replies_are_filled_in_the_customers_language(house: House):
    await house.ready("lin")
    lin = await house.signed_in("lin")
    asked = await house.served("lin", customer=await house.customer("王女士"))
    only_repair = {**PATHS["canned-replies"], "queues": ["repair"]}
    await (await house.signed_in("admin")).done("POST", "/canned-replies", json=only_repair)
    [reply] = await lin.done("GET", "/canned-replies/render", params={"interaction_id": asked})
    assert (reply["shortcut"], reply["language"]) == ("hi", "zh-CN")
    assert reply["text"] == "王女士,您好!我是lin。"
    assert reply["missing"] == []


async def test_the_companys_settings_are_read_and_saved_as_one(house: House):
    admin, lin = await house.signed_in("admin"), await house.signed_in("lin")
    settings = await lin.done("GET", "/settings")
    assert settings["names"]["en-US"] == "Shop"
    assert settings["interrupts"] == {"chat": ["chat"]}
    body = {**settings, "names": {"en-US": "Store"}, "screen_grace_s": 60}
    body["targets"] = {"service_level": 0.9, "abandonment": 0.03, "csat": 0.8}
    saved = await admin.done("PUT", "/settings", json=body)
    assert (saved["names"], saved["screen_grace_s"]) == ({"en-US": "Store"}, 60)
    assert saved["version"] == settings["version"] + 1
    assert state(house).config.screen_grace_s == 60
    screens = CenterScreens(house.engines[house.tenant].picture)
    assert screens.totals(None, 0.0)["targets"] == body["targets"], "the board is held to them"
    assert (await admin.done("GET", "/session"))["tenant"]["names"] == {"en-US": "Store"}
    problem = await admin.refused("PUT", "/settings", json=body)
    assert problem["code"] == "version_changed"


async def test_the_demo_companys_documents_pass_the_same_checks(house: House):
    """They are seeded past the API, so they are held to its models here."""
    for document in company.documents():
        if document.kind in documents.BODIES:
            assert documents.shown(document)["id"] == document.id
            documents.parsed(document)
    kept = {(d.kind, d.id) for d in company.documents()}
    for document in company.documents():
        if document.kind in documents.BODIES:
            for reference in documents.parsed(document).references():
                assert (reference.kind, reference.id) in kept
