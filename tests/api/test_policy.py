"""The routing policy: drafted, looked at, published, obeyed by the next customer, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from parley.core.center.state import State
from parley.core.events import Offered
from parley.core.model import Policy
from tests.api.house import House

TO_REPAIR = {
    "id": "vip", "names": {"zh-CN": "贵宾", "en-US": "VIP"},
    "when": {"fact": "customer.tier", "is": "=", "value": "VIP"}, "queue": "repair", "priority": 5,
}  # fmt: skip


def state(house: House) -> State:
    return house.engines[house.tenant].picture.center.state


async def drafted(admin: Any, *rules: dict[str, Any], version: int = 0, **guards: Any) -> Any:
    body = {"version": version, "policy": {"rules": list(rules)}, "guards": guards}
    return await admin.done("PUT", "/policy/draft", json=body)


async def published(admin: Any, *rules: dict[str, Any], **guards: Any) -> Any:
    draft = await drafted(admin, *rules, **guards)
    return await admin.done("POST", "/policy/publish", json={"version": draft["version"]})


async def ask_as_vip(house: House) -> str:
    return await house.ask(customer=await house.customer("王总", tier="VIP"))


async def test_a_published_policy_sends_the_next_customer_elsewhere_and_is_on_the_receipt(house):
    admin = await house.signed_in("admin")
    await house.ready("chen")
    assert (await admin.done("GET", "/policy"))["published"]["number"] == 0
    waiting = state(house).interactions[await ask_as_vip(house)]
    assert waiting.queue == "sales"
    assert (await published(admin, TO_REPAIR))["number"] == 1
    assert waiting.queue == "repair"  # who waited moved at once
    assert waiting.offer is not None
    assert (waiting.offer.why["version"], waiting.offer.why["rules"]) == (1, ("vip",))
    later = state(house).interactions[await ask_as_vip(house)]
    assert (later.queue, later.priority) == ("repair", 5)
    events = await admin.done("GET", f"/interactions/{waiting.id}/events")
    offered = next(e for e in events["items"] if e["kind"] == Offered.__name__)
    assert offered["event"]["why"]["rules"] == ["vip"]


async def test_taking_it_back_is_a_new_number_of_the_old_policy(house):
    admin = await house.signed_in("admin")
    await published(admin, TO_REPAIR)
    await published(admin)
    restored = await admin.done("POST", "/policy/rollback", json={"number": 1})
    assert (restored["number"], restored["restored"]) == (3, 1)
    assert state(house).config.policy.rules[0].id == "vip"
    versions = await admin.done("GET", "/policy/versions")
    assert [v["number"] for v in versions] == [3, 2, 1]
    await admin.done("POST", "/policy/rollback", json={"number": 0})
    assert state(house).config.policy == Policy(version=4)
    problem = await admin.refused("POST", "/policy/rollback", json={"number": 77})
    assert (problem["status"], problem["code"]) == (404, "policy_not_found")


async def test_a_policy_with_errors_is_named_and_not_published(house):
    admin = await house.signed_in("admin")
    broken = {**TO_REPAIR, "queue": "nowhere"}
    found = await admin.done("POST", "/policy/lint", json={"policy": {"rules": [broken]}})
    unknown = next(f for f in found if f["code"] == "unknown_queue")
    assert (unknown["severity"], unknown["where"]) == ("error", "rule:vip")
    assert set(unknown["texts"]) == {"zh-CN", "en-US"}
    draft = await drafted(admin, broken)
    problem = await admin.refused("POST", "/policy/publish", json={"version": draft["version"]})
    assert (problem["status"], problem["code"]) == (422, "policy_has_errors")
    assert state(house).config.policy == Policy()


async def test_a_draft_is_guarded_by_its_version_and_can_be_thrown_away(house):
    admin = await house.signed_in("admin")
    draft = await drafted(admin, TO_REPAIR)
    body = {"version": 0, "policy": {}, "guards": {}}
    assert (await admin.refused("PUT", "/policy/draft", json=body))["code"] == "version_changed"
    problem = await admin.refused("POST", "/policy/publish", json={"version": 9})
    assert problem["code"] == "version_changed"
    answer = await admin.delete("/policy/draft", params={"version": draft["version"]})
    assert answer.status_code == 204
    assert (await admin.done("GET", "/policy"))["draft"] is None


async def test_a_wrong_shape_names_the_field(house):
    admin = await house.signed_in("admin")
    rule = {**TO_REPAIR, "when": {"fact": "moon", "is": "=", "value": "full"}}
    body = {"version": 0, "policy": {"rules": [rule]}, "guards": {}}
    problem = await admin.refused("PUT", "/policy/draft", json=body)
    assert problem["errors"][0]["field"].startswith("policy.rules.0.when")
    assert problem["errors"][0]["code"] == "condition_invalid"


async def test_a_guard_stops_what_would_make_yesterday_worse(house):
    admin = await house.signed_in("admin")

    async def worse(
        tenant_id: str, policy: Policy, replications: int, staffing: dict[str, int]
    ) -> dict[str, Any]:
        figure = {"before": 0.82, "after": 0.70, "delta": -0.12, "half_width": 0.01}
        return {
            "day": "2026-11-21", "interactions": 400, "measured_service_level": 0.82,
            "total": {"service_level": figure}, "queues": [], "agents": [],
        }  # fmt: skip

    front = house.app.state.front
    front.context = replace(front.context, try_policy=worse)
    staffing = [{"agent_id": "agt_lin", "count": 2}]
    trial = await admin.done(
        "POST", "/policy/try", json={"policy": {"rules": [TO_REPAIR]}, "staffing": staffing}
    )
    assert trial["total"]["service_level"]["delta"] == -0.12
    draft = await drafted(admin, TO_REPAIR, service_level_drop=0.05)
    problem = await admin.refused("POST", "/policy/publish", json={"version": draft["version"]})
    assert (problem["status"], problem["code"]) == (409, "guard_failed")
    assert problem["values"]["figure"] == "service_level"
    looser = await drafted(admin, TO_REPAIR, version=draft["version"], service_level_drop=0.2)
    await admin.done("POST", "/policy/publish", json={"version": looser["version"]})


async def test_without_a_recorded_day_there_is_nothing_to_try_on(house):
    admin = await house.signed_in("admin")
    problem = await admin.refused("POST", "/policy/try", json={"policy": {}})
    assert (problem["status"], problem["code"]) == (409, "no_recorded_day")


async def test_only_administrators_change_the_policy_and_supervisors_may_read_it(house):
    boss = await house.signed_in("boss")
    await boss.done("GET", "/policy")
    await boss.done("GET", "/policy/vocabulary")
    body = {"version": 0, "policy": {}, "guards": {}}
    assert (await boss.refused("PUT", "/policy/draft", json=body))["status"] == 403
