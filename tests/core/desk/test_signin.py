from hypothesis import given
from hypothesis import strategies as st

from parley.core.desk.signin import FREE_FAILURES, LONGEST_LOCK_S, locked_for, locked_until

NOW = 1_800_000_000.0


def test_a_few_mistyped_passwords_lock_nothing():
    assert [locked_until(n, NOW) for n in range(FREE_FAILURES)] == [None] * FREE_FAILURES


def test_the_wait_doubles_with_each_further_failure():
    waits = [locked_for(locked_until(FREE_FAILURES + n, NOW), NOW) for n in range(7)]
    assert waits == [30, 60, 120, 240, 480, 900, 900]


@given(st.integers(0, 100_000))
def test_a_lock_never_gets_shorter_and_never_exceeds_its_limit(failures):
    now = locked_for(locked_until(failures, NOW), NOW)
    after = locked_for(locked_until(failures + 1, NOW), NOW)
    assert now <= after <= LONGEST_LOCK_S


def test_a_lock_ends_by_itself():
    until = locked_until(FREE_FAILURES, NOW)
    assert until is not None
    assert locked_for(until, until) == 0
    assert locked_for(None, NOW) == 0
