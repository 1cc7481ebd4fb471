"""Fan-out: after each commit, every open screen gets what changed on it, encoded once.

Knows nothing of sockets: a `Subscription` is an iterator of texts. What is journalled goes out row by
row; hints (typing, viewing) are not journalled and may be dropped. A reader that falls behind is
closed and comes back for a snapshot; so is everybody when the node stops leading.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parley.core.desk.account import AccountRole
from parley.engine.batch import Committed
from parley.engine.clock import Clock, SystemClock
from parley.engine.frames import encode, frame
from parley.engine.stage import Source, Stage
from parley.engine.subscription import CloseCode, Subscription

BOARD_S = 0.25  # the board is drawn at most so often
BEAT_S = 10.0

__all__ = ["CloseCode", "Live", "Subscription"]


class Live:
    """All tenants' screens on this node."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._stages: dict[str, Stage] = {}

    def attach(self, source: Source) -> None:
        self._stages[source.tenant_id] = Stage(source, self._clock)

    async def run(self) -> None:
        """Draw what is coalesced, for ever."""
        beat_at = self._clock.now() + BEAT_S
        while True:
            await self._clock.sleep(BOARD_S)
            now = self._clock.now()
            for stage in self._stages.values():
                stage.guarded(stage.tick)
            if now >= beat_at or now < beat_at - BEAT_S:  # a clock set back must not silence it
                beat_at = now + BEAT_S
                for stage in self._stages.values():
                    stage.guarded(stage.beat)

    # --- lines -------------------------------------------------------------------------------

    def subscribe(
        self, tenant_id: str, account_id: str, role: AccountRole, *, unread_notices: int = 0
    ) -> Subscription:
        """The line of one console: a snapshot first, then changes. Raises KeyError if the tenant
        is not attached.
        """
        return self._stages[tenant_id].subscribe(account_id, role, unread_notices)

    def visitor(self, tenant_id: str, address: str) -> Subscription:
        """The line of one customer's screen: message, state, typing, read, delivered."""
        return self._stages[tenant_id].visitor(address)

    def online(self, tenant_id: str) -> frozenset[str]:
        """Accounts with an open console on this node."""
        return frozenset(self._stages[tenant_id].consoles)

    def visitor_state(self, tenant_id: str, address: str) -> Mapping[str, Any]:
        return self._stages[tenant_id].visits.state(address, self._clock.now())

    # --- news --------------------------------------------------------------------------------

    def published(self, committed: Committed) -> None:
        stage = self._stages.get(committed.tenant_id)
        if stage is not None:
            stage.guarded(lambda: stage.publish(committed))

    def typing(self, tenant_id: str, account_id: str, interaction_id: str) -> None:
        """An agent is typing: for colleagues and the customer."""
        self._stages[tenant_id].typing(account_id, interaction_id)

    def viewing(self, tenant_id: str, account_id: str, interaction_id: str | None) -> None:
        """The agent looks at this interaction now (and no longer at another)."""
        self._stages[tenant_id].viewing(account_id, interaction_id)

    def customer_typing(self, tenant_id: str, address: str, interaction_id: str, text: str) -> None:
        """The customer is typing; `text` is a preview for agents."""
        self._stages[tenant_id].customer_typing(interaction_id, text)

    def changed(self, tenant_id: str, kind: str, id: str, **ids: str) -> None:
        """A record changed: screens that show it fetch it again."""
        stage = self._stages.get(tenant_id)
        if stage is not None:
            names = {name: encode(value) for name, value in ids.items()}
            stage.push_all(frame("changed", kind=encode(kind), id=encode(id), **names))

    def notice(self, tenant_id: str, account_id: str, notice: Mapping[str, Any]) -> None:
        """Something this person should look at."""
        stage = self._stages.get(tenant_id)
        if stage is not None:
            stage.push(account_id, frame("notice", notice=encode(notice)))

    def rated(self, tenant_id: str, interaction_id: str, queue: str | None) -> None:
        """A rating was stored: the board's figures changed, and the customer is not asked again."""
        self._stages[tenant_id].rated(interaction_id, queue)

    def close_account(self, tenant_id: str, account_id: str) -> None:
        """Signed out or deactivated: all consoles of this person."""
        for line in list(self._stages[tenant_id].consoles.get(account_id, ())):
            line.close(CloseCode.SIGNED_OUT)

    def reset(self, tenant_id: str) -> None:
        """The node stops leading this tenant: everybody comes again elsewhere or later."""
        self._stages[tenant_id].close_all(CloseCode.NOT_LEADING)
