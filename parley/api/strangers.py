"""Sign-ins with an e-mail that nobody has are locked out like those of an account, so that the
answers tell nobody which e-mails exist."""

from __future__ import annotations

from collections import OrderedDict

from parley.core.desk.signin import locked_for, locked_until
from parley.core.errors import TooMany

MAX_STRANGERS = 10_000  # the longest unseen are forgotten


def locked(wait_s: float) -> TooMany:
    """The answer to a sign-in while the account is locked."""
    return TooMany("locked", retry_after_s=round(wait_s))


class Strangers:
    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[int, float | None]] = OrderedDict()

    def check(self, email: str, now: float) -> None:
        """Raises TooMany (`locked`) after too many failures."""
        _, until = self._failures.get(email, (0, None))
        if wait_s := locked_for(until, now):
            raise locked(wait_s)

    def count_failure(self, email: str, now: float) -> None:
        failures = self._failures.pop(email, (0, None))[0] + 1
        self._failures[email] = (failures, locked_until(failures, now))
        if len(self._failures) > MAX_STRANGERS:
            self._failures.popitem(last=False)
