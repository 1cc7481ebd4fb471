"""The small parts that need no house."""

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from parley.api.passwords import Passwords, temporary_password, weakness
from parley.api.rates import Rate
from parley.api.readings import READ_AGAIN_S, Readings
from parley.api.replies import fill, in_language
from parley.api.schemas.common import rfc3339, unix_seconds
from parley.api.strangers import Strangers
from parley.core.desk.signin import FREE_FAILURES
from parley.core.errors import TooMany


def taken(rate: Rate, key: str, now: float) -> bool:
    try:
        rate.take(key, now)
    except TooMany:
        return False
    return True


@given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 20))
def test_a_rate_never_lets_more_through_than_a_burst_and_its_refill(gaps, burst):
    rate, now, allowed = Rate(burst, period_s=60), 1000.0, 0
    for gap in gaps:
        now += gap
        allowed += taken(rate, "k", now)
    assert allowed <= burst + burst * (now - 1000.0) / 60 + 1e-6


def test_whoever_waits_as_told_is_let_through_again():
    rate = Rate(3)
    assert [taken(rate, "a", 0.0) for _ in range(4)] == [True, True, True, False]
    assert taken(rate, "b", 0.0)
    with pytest.raises(TooMany) as refusal:
        rate.take("a", 0.0)
    wait_s = refusal.value.values["retry_after_s"]
    assert isinstance(wait_s, float)
    assert taken(rate, "a", wait_s)


async def test_a_password_matches_only_itself_and_nobody_has_none():
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    stored = await passwords.hash("好密码 with spaces")
    assert "好密码" not in stored
    assert await passwords.matches(stored, "好密码 with spaces")
    assert not await passwords.matches(stored, "好密码 with space")
    assert not await passwords.matches(None, "anything")
    assert not await passwords.matches("not a hash", "anything")


def test_a_temporary_password_passes_the_policy_and_is_never_the_same():
    made = {temporary_password() for _ in range(200)}
    assert len(made) == 200
    assert all(weakness(each, email="a@b.c", name="林") is None for each in made)


def test_readings_are_coalesced_for_a_while_by_person_and_record():
    readings = Readings()
    assert readings.is_new("a x", 0.0)
    assert not readings.is_new("a x", READ_AGAIN_S - 1)
    assert readings.is_new("b x", 1.0)
    assert readings.is_new("a x", READ_AGAIN_S)


def test_an_unknown_email_is_locked_as_a_known_one_would_be():
    strangers = Strangers()
    for n in range(FREE_FAILURES):
        strangers.check("x", float(n))
        strangers.count_failure("x", float(n))
    with pytest.raises(TooMany):
        strangers.check("x", float(FREE_FAILURES))
    strangers.check("x", 1000.0)
    strangers.check("y", float(FREE_FAILURES))


@given(st.floats(0, 32_503_680_000))
def test_a_time_survives_the_wire_to_the_millisecond(at):
    back = unix_seconds(rfc3339(at))
    assert isinstance(back, float)
    assert abs(back - at) <= 0.001


def test_variables_are_filled_and_the_missing_are_named():
    values = {"customer.name": "王女士"}
    assert fill("{{ customer.name }},单号 {{order.id}}", values) == (
        "王女士,单号 {{order.id}}",
        ["order.id"],
    )


@pytest.mark.parametrize(
    ("language", "found"),
    [("en-US", "en-US"), ("en-GB", "en-US"), ("zh-TW", "zh-CN"), ("fr-FR", "zh-CN")],
)
def test_a_text_is_chosen_in_the_nearest_language(language, found):
    assert in_language({"zh-CN": "你好", "en-US": "Hello"}, language)[0] == found
