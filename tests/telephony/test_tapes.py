"""A recording ends with the leg it is made of, whenever that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.adapters.telephony import taping
from parley.adapters.telephony.legs import Leg, Legs
from parley.adapters.telephony.taping import HEADER_BYTES, RawRecording, Tapes
from parley.core.commands import Arrange
from parley.core.model import LegRole, Recording


class Manager:
    """Asterisk begins the recording of a leg that ends in the same moment."""

    def __init__(self, legs: Legs, leg: Leg) -> None:
        self.legs, self.leg = legs, leg

    async def ask(self, action: str, **fields: str) -> None:
        for file in fields["Options"].removeprefix("r(").removesuffix(")").split(")t("):
            Path(file).write_bytes(bytes(HEADER_BYTES))
        self.legs.end(self.leg)


async def test_the_recording_of_a_leg_that_ends_while_it_begins_ends_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(taping, "CLOSE_S", 0.1)
    kept: list[RawRecording] = []
    failed: list[str] = []

    async def keep(raw: RawRecording) -> None:
        kept.append(raw)

    legs = Legs()
    leg = Leg("leg_1", "tnt_a", LegRole.CUSTOMER, "c1", interaction_id="int_1", up=True)
    legs.add(leg)
    manager: object = Manager(legs, leg)
    tapes = Tapes(manager, tmp_path, keep, lambda name, reason: failed.append(reason))  # type: ignore[arg-type]
    await tapes.follow(
        Arrange(
            lane="int_1", interaction_id="int_1", legs=(), customer_leg=leg.id,
            recording=Recording.ON, recording_id="rec_1",
        ),
        leg,
    )  # fmt: skip
    await tapes.settle()
    assert [raw.recording_id for raw in kept] == ["rec_1"]
    assert failed == ["nothing_recorded"]
