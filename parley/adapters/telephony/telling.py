"""What happens is told as inputs, in order for each leg (see switchboard)."""

from __future__ import annotations

from parley.adapters.telephony.legs import Leg
from parley.adapters.telephony.names import Spooled
from parley.adapters.telephony.switchboard import Switchboard
from parley.core import inputs as got
from parley.core.inputs import Input


class Teller:
    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self.now = board.now

    def tell(self, leg: Leg, input: Input) -> None:
        self._board.tell(leg.tenant_id, leg.id, input)

    def not_recorded(self, name: Spooled, reason: str) -> None:
        failed = got.RecordingFailed(
            at=self.now(), interaction_id=name.interaction_id, recording_id=name.recording_id,
            reason=reason,
        )  # fmt: skip
        self._board.tell(name.tenant_id, name.interaction_id, failed)

    def recorded(self, name: Spooled, duration_s: float) -> None:
        told = got.MessageRecorded(
            at=self.now(), leg_id=name.leg_id, recording_id=name.recording_id, duration_s=duration_s
        )
        self._board.tell(name.tenant_id, name.leg_id, told)

    def phone(self, tenant_id: str, agent_id: str, *, reachable: bool) -> None:
        change = got.PhoneChanged(at=self.now(), agent_id=agent_id, reachable=reachable)
        self._board.tell(tenant_id, f"phone:{agent_id}", change)
