"""Signing in: errors say whether to try again, to wait or to ask."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from parley.core.desk.signin import FREE_FAILURES
from tests.e2e.stage import Stage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOCKED_OUT = {"zh-CN": "xu", "en-US": "olivia"}  # nobody else's story


@pytest.mark.parametrize("language", LOCKED_OUT)
def test_wrong_passwords_are_told_and_at_last_lock_the_account(stage: Stage, language: str) -> None:
    person = stage.stranger(language)
    person.open_sign_in()
    alert = person.page.get_by_role("alert")

    person.page.get_by_role("button", name=person.words("sign_in.go")).click()
    expect(person.page.get_by_text(person.words("sign_in.email_needed"))).to_be_visible()

    email = f"{LOCKED_OUT[language]}@demo.parley"
    for attempt in range(FREE_FAILURES):
        with person.page.expect_response("**/api/v1/session") as answer:
            person.try_to_sign_in(email, f"wrong-{attempt}")
        assert answer.value.status == 401
        expect(alert).to_contain_text(person.words("problem.wrong_credentials"))
    person.try_to_sign_in(email)  # the right one, too late
    expect(alert).to_have_text(person.words.any("problem.locked"))


def test_somebody_signed_out_elsewhere_is_asked_to_sign_in_again(stage: Stage) -> None:
    person = stage.stranger("en-US")
    person.sign_in("james")
    person.context.request.delete(
        f"{person.url}/api/v1/session", headers={"X-CSRF-Token": person.me["csrf"]}
    )
    expect(person.page.get_by_label(person.words("sign_in.email"), exact=True)).to_be_visible()
