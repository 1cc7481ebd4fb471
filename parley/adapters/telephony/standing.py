"""How we stand with the switch: starting, on, lost; told in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from parley.adapters.telephony.ari import Ari
from parley.core.ports import TelephonyStatus, TrunkFigures


class State(StrEnum):
    STARTING = "starting"
    ON = "on"
    LOST = "lost"


_CAUSES: Mapping[State, Mapping[str, str]] = {
    State.STARTING: {
        "zh-CN": "电话引擎正在启动。",
        "en-US": "The telephone engine is starting.",
    },
    State.ON: {},
    State.LOST: {
        "zh-CN": "与电话引擎的连接已断开，正在重新连接；新来电暂时无法接入。",
        "en-US": "The line to the telephone engine is broken and is being restored; "
        "calls can't come in meanwhile.",
    },
}

_CURES: Mapping[State, Mapping[str, str]] = {
    State.STARTING: {},
    State.ON: {},
    State.LOST: {
        "zh-CN": "通常几秒内自动恢复；若未恢复，请运行 parley doctor 查看 Asterisk 的状态。",
        "en-US": "It usually comes back within seconds; if not, `parley doctor` tells how Asterisk is.",
    },
}


class Standing:
    def __init__(self) -> None:
        self.state = State.STARTING
        self.dead = False  # nobody answers: no leg lives
        self._process: str | None = None  # when the Asterisk that we know was started
        self._stale = False

    @property
    def on(self) -> bool:
        return self.state is State.ON

    async def news(self, ari: Ari) -> bool:
        """Whether the switch must be told everything: it is another process, or could not be told
        before. Raises AriError."""
        info = await ari.get("/asterisk/info", only="status,system")
        started = f"{info['status']['startup_time']} {info['system']['entity_id']}"
        new = started != self._process or self._stale or self.dead
        self._process, self._stale = started, False
        return new

    def joined(self) -> None:
        """It knows all that it must."""
        self.state, self.dead = State.ON, False

    def unconfigured(self) -> None:
        """Something could not be told."""
        self._stale = True

    def lost(self) -> None:
        if self.state is State.ON:
            self.state = State.LOST

    def died(self) -> bool:
        """Nobody answers; True the first time."""
        first, self.dead = not self.dead, True
        return first

    def status(
        self, *, legs: int, phones: int, trunks: Sequence[TrunkFigures], turned_away: int
    ) -> TelephonyStatus:
        return TelephonyStatus(
            state=self.state,
            cause=_CAUSES[self.state],
            cure=_CURES[self.state],
            legs=legs,
            phones=phones,
            trunks=trunks,
            turned_away=turned_away,
        )
