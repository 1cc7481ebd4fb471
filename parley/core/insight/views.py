"""Rows of alerts, of the last hour's lines and of what supervisors did, as screens show them.

Times are RFC 3339 strings in UTC. An alert that counts with time (a wait) sends no value: the screen
has the queue's row, so nothing travels while nothing happens.
"""

from __future__ import annotations

from typing import Any

from parley.core.center.call_views import iso
from parley.core.center.state import State
from parley.core.insight.alerts import Alert
from parley.core.insight.interventions import Intervention
from parley.core.insight.trend import Line, hour_began

Row = dict[str, Any]

SHARE_DIGITS = 4


def alert_row(alert: Alert, now: float) -> Row:
    share = alert.value
    return {
        "id": f"{alert.queue}:{alert.kind}",
        "queue": alert.queue,
        "kind": alert.kind,
        "since": iso(alert.since),
        "value": None if share is None else round(share, SHARE_DIGITS),
        "target": alert.target,
        "counted": alert.counted,
        "queued_from": None if share is None else iso(hour_began(now)),
    }


def trend_row(queue_id: str, line: Line) -> Row:
    return {"id": queue_id, "offered": line.offered, "waiting": line.waiting}


def deed_row(state: State, each: Intervention) -> Row:
    agents = state.config.agents
    by, whom = agents.get(each.by), agents.get(each.agent_id or "")
    return {
        "id": each.id,
        "at": iso(each.at),
        "deed": each.deed,
        "by": by.name if by else None,
        "agent_id": each.agent_id,
        "agent_name": whom.name if whom else None,
        "detail": each.detail,
        "reason": each.reason,
        "interaction_id": each.interaction_id,
        "customer_name": each.customer_name,
    }
