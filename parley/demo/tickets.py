"""What became of the demo company's tickets: how far each has come by its age."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.core.desk.ticket import (
    Changed,
    Ticket,
    TicketComment,
    TicketPriority,
    TicketStatus,
    change,
)
from parley.core.events import TicketChanged, TicketCommented
from parley.demo.visit import PastTicket

DUE_S = {"urgent": 4 * 3600.0, "high": 24 * 3600.0, "normal": 48 * 3600.0, "low": 96 * 3600.0}
_DAY = 86400.0
_OWNERS = {
    "presales": ("agt_lin", "agt_wang", "agt_huang"),
    "aftersales": ("agt_lin", "agt_chen", "agt_sun", "agt_xu"),
    "complaints": ("agt_zhao", "agt_lin"),
    "english": ("agt_emma", "agt_james", "agt_olivia"),
}
_STARTED = {
    "zh-CN": ("已联系客户，确认了时间。", "已转对应部门处理，今天回复。", "已向仓库和承运商催办。"),
    "en-US": ("Called the customer, the time is agreed.", "Passed on, answer due today."),
}
_DONE = {
    "zh-CN": ("客户确认问题已解决。", "师傅已上门处理，回访满意。", "退款已到账，客户知悉。"),
    "en-US": ("The customer confirms it is solved.", "Fixed on site; customer is happy."),
}


@dataclass(frozen=True, slots=True)
class Remark:
    comment: TicketComment
    event: TicketCommented


@dataclass(frozen=True, slots=True)
class Course:
    """A ticket as opened, as it is now, and what was noted on the way."""

    opened: Ticket
    now: Ticket
    events: tuple[TicketChanged, ...]
    remarks: tuple[Remark, ...]


def course(past: PastTicket, chance: random.Random, now: float) -> Course:
    """The ticket's life up to `now` (unix seconds); old ones are mostly done."""
    opened = _opened(past)
    owner = past.agent_id or chance.choice(_OWNERS[past.queue or "presales"])
    language = "en-US" if past.subject.isascii() else "zh-CN"
    events: list[TicketChanged] = []
    remarks: list[Remark] = []
    ticket, at = opened, past.opened_at
    for status, share, words in _steps(now - past.opened_at):
        at += chance.uniform(0.3, 7) * 3600
        if at >= now or chance.random() > share:
            break
        wanted: dict[str, Any] = {"status": status}
        if status is TicketStatus.IN_PROGRESS:
            wanted["assignee"] = owner
        ticket, event = _changed(ticket, wanted, owner, at)
        events.append(event)
        if words:
            number = len(remarks)
            remarks.append(_remark(ticket, number, chance.choice(words[language]), owner, at))
    return Course(opened, ticket, tuple(events), tuple(remarks))


def _steps(
    age_s: float,
) -> tuple[tuple[TicketStatus, float, Mapping[str, tuple[str, ...]]], ...]:
    """Status, the share of tickets of that age which get there, and what is noted."""
    if age_s > 3 * _DAY:
        shares = (0.97, 0.93, 0.5)
    elif age_s > _DAY:
        shares = (0.8, 0.6, 0.2)
    else:
        shares = (0.4, 0.3, 0.0)
    return (
        (TicketStatus.IN_PROGRESS, shares[0], _STARTED),
        (TicketStatus.RESOLVED, shares[1], _DONE),
        (TicketStatus.CLOSED, shares[2], {}),
    )


def _opened(past: PastTicket) -> Ticket:
    return Ticket(
        id=past.id,
        number=0,
        kind=past.kind,
        subject=past.subject,
        description=past.description,
        priority=TicketPriority(past.priority),
        customer_id=past.customer_id,
        interaction_id=past.interaction_id,
        queue=past.queue,
        phone=past.phone,
        callback_at=past.callback_at,
        due_at=past.opened_at + DUE_S[past.priority],
        created_at=past.opened_at,
        updated_at=past.opened_at,
        created_by=past.agent_id,
    )


def _changed(
    ticket: Ticket, wanted: dict[str, Any], by: str, at: float
) -> tuple[Ticket, TicketChanged]:
    decided = change(ticket, wanted, by=by, now=at)
    assert isinstance(decided, Changed)
    return decided.ticket, decided.event


def _remark(ticket: Ticket, number: int, text: str, by: str, at: float) -> Remark:
    comment = TicketComment(
        id=f"cmt_{ticket.id.removeprefix('tkt_')}.{number}",
        ticket_id=ticket.id,
        at=at,
        by=by,
        text=text,
    )
    event = TicketCommented(
        at=at,
        ticket_id=ticket.id,
        comment_id=comment.id,
        text=text,
        by=by,
        customer_id=ticket.customer_id,
    )
    return Remark(comment, event)
