"""The live board as one answer, for what doesn't hold a live socket open."""

from __future__ import annotations

from fastapi import APIRouter

from parley.api.caller import BoardReader
from parley.api.center import center_of
from parley.api.permissions import Scope
from parley.api.schemas.board import AgentRow, AlertRow, Board, DeedRow, QueueRow, Totals, TrendRow
from parley.api.schemas.common import rfc3339
from parley.api.scope import team_queues
from parley.core.center import views
from parley.core.center.state import AgentState, State
from parley.core.insight import views as insight
from parley.core.insight.alerts import alerts_of
from parley.core.insight.interventions import Intervention

router = APIRouter(prefix="/board", tags=["board"])


@router.get("", operation_id="board_get")
async def get_board(caller: BoardReader) -> Board:
    """Queues, agents and totals of the caller's team as they are now; the same rows as live."""
    live, now = center_of(caller), caller.now()
    state, router_ = live.center.state, live.center.router
    team = () if caller.scope is Scope.TENANT else await team_queues(caller)
    queues = [queue for queue in state.config.queues if not team or queue in team]
    agents = [agent for agent in state.agents.values() if _is_shown(state, agent, team)]
    crews = views.crews(state)
    rows = (views.queue_row(state, router_, live.board, q, now, crews[q]) for q in queues)
    return Board(
        at=rfc3339(now),
        seq=live.seq,
        queues=[QueueRow.model_validate(row) for row in rows],
        agents=[AgentRow.model_validate(views.agent_row(state, agent)) for agent in agents],
        totals=Totals.model_validate(
            views.totals_row(state, router_, live.board, now, queues if team else None)
        ),
        alerts=[
            AlertRow.model_validate(insight.alert_row(alert, now))
            for queue in queues
            for alert in alerts_of(state, router_, live.trend, queue, now).standing
        ],
        trends=[
            TrendRow.model_validate(insight.trend_row(queue, live.trend.line(queue, now)))
            for queue in queues
        ],
        deeds=[
            DeedRow.model_validate(insight.deed_row(state, each))
            for each in live.interventions.rows
            if _concerns(state, each, team)
        ],
    )


def _concerns(state: State, each: Intervention, team: tuple[str, ...]) -> bool:
    """A deed by the queue it was done in, else by whom it concerned."""
    if each.queue is not None:
        return not team or each.queue in team
    agent = state.agents.get(each.agent_id or "")
    return agent is not None and _is_shown(state, agent, team)


def _is_shown(state: State, agent: AgentState, team: tuple[str, ...]) -> bool:
    profile = state.config.agents.get(agent.id)
    return profile is not None and (not team or bool(set(team) & profile.queues.keys()))
