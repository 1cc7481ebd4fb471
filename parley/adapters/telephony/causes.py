"""Why a leg ended, from what the network says: SIP statuses (RFC 3261) and Q.850 causes."""

from __future__ import annotations

from typing import Final

from parley.core.model import LegEnd

UNALLOCATED, NORMAL, USER_BUSY, REJECTED, CONGESTION = 1, 16, 17, 21, 34
"""Q.850, as we tell them to others."""

HANG_UP: Final = {"normal": NORMAL, "busy": USER_BUSY, "rejected": REJECTED}
"""`commands.HangUp.cause` as Q.850."""

_SIP = {
    403: LegEnd.REJECTED, 404: LegEnd.UNREACHABLE, 408: LegEnd.UNREACHABLE, 410: LegEnd.UNREACHABLE,
    480: LegEnd.NO_ANSWER, 484: LegEnd.UNREACHABLE, 486: LegEnd.BUSY, 487: LegEnd.NO_ANSWER,
    600: LegEnd.BUSY, 603: LegEnd.REJECTED, 604: LegEnd.UNREACHABLE,
}  # fmt: skip

_Q850 = {
    1: LegEnd.UNREACHABLE, 2: LegEnd.UNREACHABLE, 3: LegEnd.UNREACHABLE, 16: LegEnd.NORMAL,
    17: LegEnd.BUSY, 18: LegEnd.NO_ANSWER, 19: LegEnd.NO_ANSWER, 20: LegEnd.UNREACHABLE,
    21: LegEnd.REJECTED, 22: LegEnd.UNREACHABLE, 26: LegEnd.NORMAL, 27: LegEnd.UNREACHABLE,
    28: LegEnd.UNREACHABLE, 31: LegEnd.NORMAL, 34: LegEnd.UNREACHABLE, 38: LegEnd.UNREACHABLE,
    41: LegEnd.UNREACHABLE, 42: LegEnd.UNREACHABLE, 127: LegEnd.NORMAL,
}  # fmt: skip

_TRUNK_OUT = frozenset(
    (0, 27, 34, 38, 41, 42, 44, 47)
)  # Q.850: the trunk's fault, not the number's
_BROKEN = frozenset((27, 38, 41, 44))  # of a leg that was up: the line went away


def of_unanswered(code: int, sip: int) -> LegEnd:
    """Of a leg that we dialled and nobody answered."""
    if sip >= 300:
        return _SIP.get(sip, LegEnd.UNREACHABLE if sip >= 500 else LegEnd.FAILED)
    end = _Q850.get(code, LegEnd.FAILED)
    return LegEnd.NO_ANSWER if end is LegEnd.NORMAL else end


def of_answered(code: int) -> LegEnd:
    return LegEnd.LOST if code in _BROKEN else LegEnd.NORMAL


def another_trunk_may_help(code: int, sip: int) -> bool:
    """The trunk failed (5xx, no answer to the INVITE, congestion), not the one who was called."""
    if sip >= 300:
        return sip in (401, 403, 407, 408) or 500 <= sip < 600
    return code in _TRUNK_OUT
