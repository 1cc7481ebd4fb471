from collections.abc import Mapping

from tests.api.house import PASSWORD, House

NEW = {
    "name": "王芳",
    "role": "agent",
    "queues": {"sales": 1},
    "skills": {"product": 7},
    "capacity": {"chat": 3},
    "languages": ["zh-CN"],
}


def config(house: House):
    return house.engines[house.tenant].picture.center.state.config


async def test_a_new_person_signs_in_with_a_temporary_password_and_can_be_routed_to(house: House):
    admin = await house.signed_in("admin")
    body = {**NEW, "email": house.email("WANG")}
    made = await admin.done("POST", "/people", json=body)
    assert made["email"] == house.email("wang")
    assert config(house).agents[made["id"]].skills == {"product": 7}
    wang = await house.stranger().sign_in(made["email"], made["temporary_password"])
    assert wang.me["account"]["must_change_password"]
    problem = await admin.refused("POST", "/people", json=body)
    assert (problem["status"], problem["code"]) == (409, "email_taken")


async def test_a_given_first_password_must_be_good_and_is_not_shown_again(house: House):
    admin = await house.signed_in("admin")
    body = {**NEW, "email": house.email("wang"), "password": "1234567890"}
    problem = await admin.refused("POST", "/people", json=body)
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [("password", "too_common")]
    made = await admin.done("POST", "/people", json={**body, "password": PASSWORD})
    assert made["temporary_password"] is None


async def test_a_person_is_changed_with_the_profile_and_both_are_audited(house: House):
    admin = await house.signed_in("admin")
    [lin] = [p for p in await admin.done("GET", "/people") if p["name"] == "lin"]
    body = {**NEW, "email": lin["email"], "version": lin["version"], "name": "林晓"}
    changed = await admin.done("PUT", f"/people/{lin['id']}", json=body)
    assert (changed["name"], changed["skills"]) == ("林晓", {"product": 7})
    assert config(house).agents[lin["id"]].name == "林晓"
    assert [e.fields for e in await house.audit("account")] == [("name",)]
    assert [set(e.fields) for e in await house.audit("agent")] == [{"name", "skills", "capacity"}]
    problem = await admin.refused("PUT", f"/people/{lin['id']}", json=body)
    assert problem["code"] == "version_changed"


async def test_unknown_queues_and_skills_are_named(house: House):
    admin = await house.signed_in("admin")
    body = {**NEW, "email": "x@y.test", "queues": {"nowhere": 1}, "skills": {"magic": 3}}
    problem = await admin.refused("POST", "/people", json=body)
    assert {(e["field"], e["code"]) for e in problem["errors"]} == {
        ("queues.nowhere", "unknown_queue"),
        ("skills.magic", "unknown_skill"),
    }


async def test_a_changed_role_counts_from_the_next_request(house: House):
    admin, lin = await house.signed_in("admin"), await house.signed_in("lin")
    assert (await lin.refused("GET", "/board"))["status"] == 403
    [row] = [p for p in await admin.done("GET", "/people") if p["name"] == "lin"]
    body = {**NEW, "email": row["email"], "version": row["version"], "role": "supervisor"}
    await admin.done("PUT", f"/people/{row['id']}", json=body)
    await lin.done("GET", "/board")


async def test_who_is_deactivated_is_out_at_once_and_can_come_back(house: House):
    await house.ready("lin")
    admin, lin = await house.signed_in("admin"), await house.signed_in("lin")
    at = f"/people/{house.id('lin')}/active"
    assert not (await admin.done("PUT", at, json={"active": False}))["active"]
    assert (await lin.refused("GET", "/session"))["status"] == 401
    problem = await house.stranger().refused(
        "POST", "/session", json={"email": house.email("lin"), "password": PASSWORD}
    )
    assert problem["code"] == "wrong_credentials"
    agents = house.engines[house.tenant].picture.center.state.agents
    assert agents[house.id("lin")].status == "offline"
    await admin.done("PUT", at, json={"active": True})
    await house.signed_in("lin")


async def test_the_last_administrator_stays_one(house: House):
    admin = await house.signed_in("admin")
    me = house.id("admin")
    problem = await admin.refused("PUT", f"/people/{me}/active", json={"active": False})
    assert (problem["status"], problem["code"]) == (409, "yourself")
    [row] = [p for p in await admin.done("GET", "/people") if p["id"] == me]
    body = {**NEW, "email": row["email"], "version": row["version"], "role": "agent"}
    problem = await admin.refused("PUT", f"/people/{me}", json=body)
    assert (problem["status"], problem["code"]) == (409, "last_administrator")
    await admin.done("PUT", f"/people/{me}", json={**body, "role": "administrator"})


async def test_a_password_reset_ends_sessions_and_opens_a_locked_account(house: House):
    admin, lin = await house.signed_in("admin"), await house.signed_in("lin")
    for _ in range(5):
        await house.stranger().refused(
            "POST", "/session", json={"email": house.email("lin"), "password": "wrong"}
        )
    [row] = [p for p in await admin.done("GET", "/people") if p["name"] == "lin"]
    assert row["locked_until"] is not None
    reset = await admin.done("POST", f"/people/{row['id']}/password-reset")
    assert (await lin.refused("GET", "/session"))["status"] == 401
    await house.stranger().sign_in(row["email"], reset["temporary_password"])


async def test_people_are_listed_without_anything_secret(house: House):
    answer = await (await house.signed_in("zhou")).get("/people")
    assert "argon2" not in answer.text
    assert "hash" not in answer.text


async def with_phone(house: House, phone: Mapping[str, str | None]) -> str:
    """lin's id, once they have this phone."""
    admin = await house.signed_in("admin")
    [lin] = [p for p in await admin.done("GET", "/people") if p["name"] == "lin"]
    body = {**NEW, "name": "lin", "email": lin["email"], "version": lin["version"]}
    await admin.done("PUT", f"/people/{lin['id']}", json={**body, "phone": phone})
    return str(lin["id"])


async def test_everybody_is_told_which_phone_is_theirs(house: House):
    lin = await house.signed_in("lin")
    assert lin.me["phone"] == {"kind": "browser", "number": None}
    for phone in ({"kind": "sip", "number": None}, {"kind": "number", "number": "+8613800138000"}):
        await with_phone(house, phone)
        assert (await lin.done("GET", "/session"))["phone"] == phone


async def test_a_desk_phones_account_is_shown_to_administrators_and_audited(house: House):
    id_ = await with_phone(house, {"kind": "sip"})
    admin, lin = await house.signed_in("admin"), await house.signed_in("lin")
    before = len(await house.audit("agent"))
    shown = await admin.done("POST", f"/people/{id_}/phone")
    assert (shown["user"], shown["uri"]) == (id_, f"sip:{id_}@parley")
    [read] = (await house.audit("agent"))[before:]
    assert (read.action, read.id, read.fields) == ("read", id_, ("phone",))
    assert (await lin.refused("POST", f"/people/{id_}/phone"))["status"] == 403


async def test_a_browsers_phone_has_no_account_to_show(house: House):
    id_ = await with_phone(house, {"kind": "browser"})
    admin = await house.signed_in("admin")
    problem = await admin.refused("POST", f"/people/{id_}/phone")
    assert (problem["status"], problem["code"]) == (409, "phone_not_sip")
    assert house.telephony.opened == []
