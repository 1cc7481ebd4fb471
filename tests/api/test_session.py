import pytest

from parley.core.desk.signin import FIRST_LOCK_S, FREE_FAILURES
from tests.api.house import PASSWORD, House

WRONG = "not the password"


async def test_who_signs_in_learns_who_they_are_and_what_they_may_do(house: House):
    lin = await house.signed_in("lin")
    me = await lin.done("GET", "/session")
    assert me == lin.me
    assert me["account"]["name"] == "lin"
    assert me["tenant"]["names"]["en-US"] == "Shop"
    assert "interactions.serve" in me["permissions"]
    assert "settings.write" not in me["permissions"]
    assert "password" not in str(me).replace("must_change_password", "")


async def test_the_session_cookie_cannot_be_read_by_scripts(house: House):
    answer = await house.stranger().post(
        "/session", json={"email": house.email("LIN"), "password": PASSWORD}
    )
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=43200" in cookie


@pytest.mark.parametrize("name", ["lin", "nobody"])
async def test_a_wrong_password_and_an_unknown_email_look_the_same(house: House, name):
    problem = await house.stranger().refused(
        "POST", "/session", json={"email": house.email(name), "password": WRONG}
    )
    assert (problem["status"], problem["code"]) == (401, "wrong_credentials")


@pytest.mark.parametrize("name", ["lin", "nobody"])
async def test_too_many_wrong_passwords_lock_whoever_is_tried_and_the_lock_ends(house: House, name):
    stranger = house.stranger()
    body = {"email": house.email(name), "password": WRONG}
    for _ in range(FREE_FAILURES):
        problem = await stranger.refused("POST", "/session", json=body)
        assert problem["code"] == "wrong_credentials"
    locked = await stranger.refused("POST", "/session", json={**body, "password": PASSWORD})
    assert (locked["status"], locked["code"], locked["retry"]) == (429, "locked", True)
    assert 0 < locked["values"]["retry_after_s"] <= FIRST_LOCK_S
    house.clock.ahead_s += FIRST_LOCK_S + 1
    after = await stranger.post("/session", json={**body, "password": PASSWORD})
    assert after.status_code == (200 if name == "lin" else 401)


async def test_a_right_password_forgets_the_wrong_ones(house: House):
    stranger = house.stranger()
    for _ in range(2):
        for _ in range(FREE_FAILURES - 1):
            await stranger.refused(
                "POST", "/session", json={"email": house.email("lin"), "password": WRONG}
            )
            house.clock.ahead_s += 10  # below the rate limit
        await stranger.sign_in(house.email("lin"))


async def test_guessing_over_many_accounts_from_one_address_is_slowed_down(house: House):
    stranger = house.stranger()
    codes = set()
    for number in range(40):
        body = {"email": house.email(f"guess{number}"), "password": WRONG}
        codes.add((await stranger.refused("POST", "/session", json=body))["code"])
    assert codes == {"wrong_credentials", "rate_limited"}


async def test_a_whole_office_signs_in_from_one_address(house: House):
    for _ in range(40):
        await house.signed_in("lin")


async def test_failed_and_successful_sign_ins_are_journalled(house: House):
    stranger = house.stranger()
    await stranger.refused(
        "POST", "/session", json={"email": house.email("lin"), "password": WRONG}
    )
    await stranger.sign_in(house.email("lin"))
    recorded = await house.store.journal.since(house.tenant, 0, 10_000)
    kinds = [type(entry.event).__name__ for entry in recorded]
    assert kinds[-2:] == ["SignInFailed", "SignedIn"]


async def test_an_email_of_two_companies_asks_which_one(house: House):
    other = await house.add_tenant()
    stranger = house.stranger()
    body = {"email": house.email("lin"), "password": PASSWORD}
    problem = await stranger.refused("POST", "/session", json=body)
    assert problem["code"] == "choose_tenant"
    assert set(problem["values"]["tenants"].split(",")) == {house.tenant, other}
    answer = await stranger.done("POST", "/session", json={**body, "tenant": other})
    assert answer["tenant"]["id"] == other


async def test_nobody_is_signed_in_by_another_sites_form(house: House):
    problem = await house.stranger().refused(
        "POST",
        "/session",
        json={"email": house.email("lin"), "password": PASSWORD},
        headers={"Origin": "https://evil.example"},
    )
    assert (problem["status"], problem["code"]) == (403, "origin")


async def test_a_change_without_the_csrf_token_is_refused_and_changes_nothing(house: House):
    lin = await house.signed_in("lin")
    for token in ("", "wrong"):
        problem = await lin.refused(
            "PUT", "/session/language", json={"language": "en-US"}, headers={"X-CSRF-Token": token}
        )
        assert (problem["status"], problem["code"]) == (403, "csrf")
    assert (await lin.done("GET", "/session"))["account"]["language"] == "zh-CN"


async def test_the_language_is_kept(house: House):
    lin = await house.signed_in("lin")
    await lin.done("PUT", "/session/language", json={"language": "en-US"})
    again = await house.signed_in("lin")
    assert again.me["account"]["language"] == "en-US"


async def test_who_signed_out_is_out_at_once(house: House):
    lin = await house.signed_in("lin")
    cookies = dict(lin.cookies)
    await lin.done("DELETE", "/session")
    lin.cookies.update(cookies)
    problem = await lin.refused("GET", "/session")
    assert (problem["status"], problem["code"]) == (401, "not_signed_in")


async def test_a_session_ends_by_itself(house: House):
    lin = await house.signed_in("lin")
    house.clock.ahead_s += 12 * 3600 + 1
    assert (await lin.refused("GET", "/session"))["status"] == 401


async def test_a_new_password_ends_all_other_sessions_and_replaces_the_old_one(house: House):
    here, there = await house.signed_in("lin"), await house.signed_in("lin")
    new = "a much better password"
    await here.done("PUT", "/session/password", json={"current": PASSWORD, "new": new})
    assert (await here.get("/session")).status_code == 200
    assert (await there.get("/session")).status_code == 401
    problem = await house.stranger().refused(
        "POST", "/session", json={"email": house.email("lin"), "password": PASSWORD}
    )
    assert problem["code"] == "wrong_credentials"
    await house.stranger().sign_in(house.email("lin"), new)


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        (WRONG, "a much better password", "current", "wrong_password"),
        (PASSWORD, PASSWORD, "new", "same_password"),
        (PASSWORD, "short", "new", "too_short"),
        (PASSWORD, "1234567890", "new", "too_common"),
        (PASSWORD, "aaaaaaaaaaaaaa", "new", "too_common"),
        (PASSWORD, "EMAIL", "new", "too_personal"),
        (PASSWORD, "x" * 200, "new", "too_long"),
    ],
)
async def test_a_bad_new_password_is_refused_by_name(house: House, current, new, field, code):
    lin = await house.signed_in("lin")
    new = new.replace("EMAIL", house.email("lin"))
    problem = await lin.refused("PUT", "/session/password", json={"current": current, "new": new})
    assert problem["status"] == 422
    assert [(e["field"], e["code"]) for e in problem["errors"]] == [(field, code)]


async def test_with_a_temporary_password_one_can_only_choose_a_new_one(house: House):
    admin = await house.signed_in("admin")
    reset = await admin.done("POST", f"/people/{house.id('lin')}/password-reset")
    temporary = reset["temporary_password"]
    lin = await house.stranger().sign_in(house.email("lin"), temporary)
    assert lin.me["account"]["must_change_password"]
    problem = await lin.refused("GET", "/interactions")
    assert (problem["status"], problem["code"]) == (403, "must_change_password")
    me = await lin.done(
        "PUT", "/session/password", json={"current": temporary, "new": "a much better password"}
    )
    lin.headers["X-CSRF-Token"] = me["csrf"]
    assert not me["account"]["must_change_password"]
    await lin.done("GET", "/interactions")
