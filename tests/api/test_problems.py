"""What is wrong is answered as a problem that names it, and costs nothing."""

import pytest

from parley.api.app import bare_app
from parley.api.context import Part
from parley.api.limits import JSON_BODY_BYTES, UPLOAD_BYTES, UPLOAD_OVERHEAD_BYTES
from tests.api.house import House


def errors(problem: dict) -> list[tuple[str, str]]:
    return [(error["field"], error["code"]) for error in problem["errors"]]


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(house: House):
    lin = await house.signed_in("lin")
    assert (await lin.refused("GET", "/nonsense"))["code"] == "not_found"
    assert (await lin.refused("POST", "/search"))["code"] == "method_not_allowed"


async def test_wrong_fields_are_named_with_stable_codes(house: House):
    admin = await house.signed_in("admin")
    body = {
        "names": {"english": "x"},
        "needs": {"product": 11},
        "ring_s": "long",
        "wrap_up": "maybe",
        "colour": "red",
    }
    problem = await admin.refused("POST", "/queues", json=body)
    assert (problem["status"], problem["code"]) == (422, "validation")
    assert set(errors(problem)) == {
        ("names.english", "format"),
        ("needs.product", "too_large"),
        ("ring_s", "wrong_type"),
        ("wrap_up", "not_a_choice"),
        ("colour", "unknown_field"),
    }
    [level] = [e for e in problem["errors"] if e["field"] == "needs.product"]
    assert level["values"] == {"le": 10}


@pytest.mark.parametrize("text", ["", "  ", None])
async def test_a_noun_without_a_name_in_any_language_is_refused(house: House, text):
    admin = await house.signed_in("admin")
    names = {} if text is None else {"en-US": text}
    problem = await admin.refused("POST", "/skills", json={"names": names})
    assert errors(problem) == [("names", "required")]


async def test_what_is_not_json_is_said_so(house: House):
    lin = await house.signed_in("lin")
    headers = {"Content-Type": "application/json"}
    problem = await lin.refused("PUT", "/presence", content=b"{status:", headers=headers)
    assert [code for _, code in errors(problem)] == ["not_json"]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("queued_from", "yesterday", "time_format"),
        ("queued_from", "2026-11-22T10:00:00", "time_offset"),
        ("limit", "0", "too_small"),
        ("limit", "100000", "too_large"),
        ("phase", "sleeping", "not_a_choice"),
        ("text", "x" * 300, "too_long"),
    ],
)
async def test_a_wrong_filter_is_named(house: House, field, value, code):
    lin = await house.signed_in("lin")
    problem = await lin.refused("GET", "/interactions", params={field: value})
    [(where, what)] = errors(problem)
    assert where.split(".")[0] == field
    assert what == code


async def test_a_cursor_that_nobody_gave_out_is_refused(house: House):
    admin = await house.signed_in("admin")
    for path in ("/interactions", "/customers", "/tickets"):
        problem = await admin.refused("GET", path, params={"cursor": "!!!"})
        assert (problem["status"], problem["code"]) == (422, "bad_cursor"), path


async def test_an_oversized_body_is_refused_before_it_is_read(house: House):
    lin = await house.signed_in("lin")
    problem = await lin.refused("PUT", "/presence", content=b" " * (JSON_BODY_BYTES + 1))
    assert (problem["status"], problem["code"]) == (413, "body_too_large")
    assert problem["values"] == {"limit": JSON_BODY_BYTES}


async def test_a_body_longer_than_it_said_is_cut_off(house: House):
    lin = await house.signed_in("lin")

    async def endless():
        for _ in range(JSON_BODY_BYTES // 65536 + 2):
            yield b" " * 65536

    problem = await lin.refused("PUT", "/presence", content=endless())
    assert (problem["status"], problem["code"]) == (413, "body_too_large")


async def test_an_oversized_upload_is_refused_by_its_length(house: House):
    lin = await house.signed_in("lin")
    size = str(UPLOAD_BYTES + UPLOAD_OVERHEAD_BYTES + 1)
    problem = await lin.refused("POST", "/attachments", headers={"Content-Length": size})
    assert (problem["status"], problem["code"]) == (413, "body_too_large")


async def test_answers_of_the_api_are_neither_kept_nor_framed_nor_guessed_at(house: House):
    answer = await house.stranger().get("/session")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"


async def test_a_bug_is_a_problem_without_its_secrets(house: House, monkeypatch):
    async def broken(*_: object) -> None:
        raise RuntimeError("dsn=postgres://secret")

    lin = await house.signed_in("lin")
    monkeypatch.setattr(type(house.store.notices), "list", broken)
    problem = await lin.refused("GET", "/notices")
    assert (problem["status"], problem["code"], problem["retry"]) == (500, "internal", True)
    assert "secret" not in str(problem)


async def test_while_nobody_leads_the_answer_says_to_try_again(house: House):
    lin = await house.signed_in("lin")
    engine = house.engines[house.tenant]
    engine.stop()
    problem = await lin.refused("PUT", "/presence", json={"status": "offline"})
    assert (problem["status"], problem["retry"]) == (503, True)


async def test_readiness_tells_which_part_is_stuck(house: House):
    stranger = house.stranger()
    assert (await stranger.get("http://parley.test/readyz")).json()["ready"]
    house.broken_parts["disk"] = Part(False, "no space left")
    answer = await stranger.get("http://parley.test/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"]["disk"] == {"ok": False, "detail": "no space left"}
    assert (await stranger.get("http://parley.test/healthz")).json() == {"status": "ok"}
    assert "parley_up 1" in (await stranger.get("http://parley.test/metrics")).text


def test_no_two_operations_have_the_same_name():
    names = [route["operationId"] for ops in bare_app().openapi()["paths"].values()
             for route in ops.values()]  # fmt: skip
    assert len(names) == len(set(names))
