"""When an account is locked after wrong passwords. The wait grows, so guessing gets slower and slower.

Source: OWASP Authentication Cheat Sheet, "Account Lockout" (exponential lockout).
"""

from __future__ import annotations

FREE_FAILURES = 5  # wrong passwords in a row that lock nothing: people mistype
FIRST_LOCK_S = 30.0
LONGEST_LOCK_S = 900.0


def locked_until(failures: int, now: float) -> float | None:
    """Until when the account stays locked after the `failures`th wrong password in a row.

    None while it is not locked. Each further failure doubles the wait, up to LONGEST_LOCK_S.
    """
    beyond = failures - FREE_FAILURES
    if beyond < 0:
        return None
    doublings = min(beyond, 30)  # no overflow, however long somebody tries
    return now + min(FIRST_LOCK_S * 2.0**doublings, LONGEST_LOCK_S)


def locked_for(until: float | None, now: float) -> float:
    """Seconds the account is still locked, 0 if it is not."""
    return max(0.0, until - now) if until is not None else 0.0
