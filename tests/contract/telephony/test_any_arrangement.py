"""From any arrangement to any other: what is heard depends on the last one alone."""

from __future__ import annotations

import random

import pytest

from parley.adapters.telephony.twin_people import Person, TwinLeg
from parley.adapters.telephony.twin_sound import heard_by
from parley.core.model import LegPlan, LegRole, Place
from tests.contract.telephony.stage import ANN, BOB, SUE, Stage, hears
from tests.contract.telephony.test_callers import INT, answered, arrange
from tests.contract.telephony.test_conversations import join

STEPS = 12
PLACES = {
    "customer": (Place.TALK, Place.TALK, Place.MUSIC, Place.ALONE),
    "ann": (Place.TALK, Place.TALK, Place.ASIDE),
    "bob": (Place.TALK, Place.ASIDE, Place.ALONE),
    "sue": (Place.LISTEN, Place.WHISPER, Place.TALK, Place.ALONE),
}


class Nobody:
    """A desk that does nothing: the people only stand there."""

    def __getattr__(self, name: str):
        return lambda *_: None


@pytest.mark.parametrize("seed", [1, 2, 4])
async def test_each_hears_what_the_last_arrangement_says(stage: Stage, seed: int):
    chance = random.Random(seed)
    caller, customer = await answered(stage)
    caller.speak("customer")
    people, legs = {"customer": caller}, {"customer": customer}
    for voice, agent in (("ann", ANN), ("bob", BOB), ("sue", SUE)):
        people[voice], legs[voice] = await join(stage, agent)
    for _ in range(STEPS):
        plans = {
            voice: LegPlan(legs[voice], chance.choice(places), muted=chance.random() < 0.2)
            for voice, places in PLACES.items()
        }
        await arrange(stage, *plans.values(), owner_leg=legs["ann"])
        expected = _expected(plans, legs["ann"])
        for voice, person in people.items():
            try:
                await hears(person, *expected[voice])
            except AssertionError as error:
                raise AssertionError(f"{voice} of {plans}: {error}") from None


def _expected(plans: dict[str, LegPlan], owner: str) -> dict[str, frozenset[str]]:
    standing = {}
    for voice, plan in plans.items():
        person = Person(Nobody())
        person.voice = voice
        standing[plan.leg_id] = TwinLeg(
            plan.leg_id, "tnt", LegRole.AGENT, person, interaction_id=INT, up=True,
            place=plan.place, muted=plan.muted, owner=owner,
        )  # fmt: skip
    return {v: heard_by(standing[plan.leg_id], standing) for v, plan in plans.items()}
