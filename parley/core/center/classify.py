"""Ask the policy's rules what an interaction needs, when it comes and when more becomes known (A1, A6)."""

from __future__ import annotations

from typing import NamedTuple

from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.change import WAITING, queue_of
from parley.core.center.conditions import facts_of, holds
from parley.core.center.queueing import asked, enter_queue, queued, turn_away, withdraw
from parley.core.center.state import Interaction, State
from parley.core.center.turn import Turn


class Classification(NamedTuple):
    rules: tuple[str, ...]
    needs: dict[str, int]
    priority: int
    hard: bool
    tags: tuple[str, ...]
    queue: str | None  # None: no rule chose one


def classify(state: State, interaction: Interaction, now: float) -> Classification:
    """What the rules say, in their order; later rules add to earlier ones, `stop` ends the list."""
    policy = state.config.policy
    if not policy.rules:
        return Classification((), {}, 0, False, interaction.tags, None)
    held: list[str] = []
    needs: dict[str, int] = {}
    priority, hard, queue = 0, False, None
    tags = dict.fromkeys(interaction.tags)
    facts = facts_of(interaction, now, state.config.zone)
    for rule in policy.rules:
        if not holds(rule.when, facts):
            continue
        held.append(rule.id)
        for skill, level in rule.needs.items():
            needs[skill] = max(level, needs.get(skill, 0))
        priority, hard, queue = priority + rule.priority, hard or rule.hard, rule.queue or queue
        tags |= dict.fromkeys(rule.tags)
        facts["tags"] = tuple(tags)  # a later rule may ask for what an earlier one tagged
        if rule.stop:
            break
    return Classification(tuple(held), needs, priority, hard, tuple(tags), queue)


def arrive(turn: Turn, interaction: Interaction, default_queue: str) -> None:
    """Classify a new interaction and queue it."""
    found = _note(turn, interaction)
    enter_queue(turn, interaction, found.queue or default_queue, "arrived")


def reclassify(turn: Turn, interaction: Interaction) -> None:
    """Ask again; a waiting interaction moves at once where the answer changed."""
    if interaction.phase not in WAITING:
        return
    found = _note(turn, interaction)
    queue = queue_of(turn.state, interaction)
    if found.queue is not None and found.queue != queue.id:
        withdraw(turn, interaction)
        enter_queue(turn, interaction, found.queue, "reclassified")
        return
    if asked(turn.state, interaction, queue) != interaction.needs:
        withdraw(turn, interaction)
        queued(
            turn, interaction, queue, "reclassified", only_agent=interaction.only_agent,
            only_until=interaction.only_until,
        )  # fmt: skip
        turn_away(turn, interaction)


def _note(turn: Turn, interaction: Interaction) -> Classification:
    found = classify(turn.state, interaction, turn.at)
    i = interaction
    if found[:5] != (i.rules, i.rule_needs, i.rule_priority, i.hard, i.tags):
        turn.emit(
            ev.Classified(
                at=turn.at, interaction_id=i.id, version=turn.state.config.policy.version,
                rules=found.rules, needs=found.needs, priority=found.priority, hard=found.hard,
                tags=found.tags,
            )
        )  # fmt: skip
    return found


def facts_learned(turn: Turn, news: got.FactsLearned) -> None:
    """A tag, an emotion, an intent: kept with the interaction and asked about at once."""
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None:
        return turn.refuse("interaction_over")
    tags = [t for t in interaction.tags if t not in news.remove_tags]
    tags += [t for t in news.add_tags if t not in tags]
    known = {k: v for k, v in news.known.items() if interaction.known.get(k) != v}
    if not known and tuple(tags) == interaction.tags:
        return None
    turn.emit(
        ev.FactsChanged(
            at=turn.at, interaction_id=interaction.id, known=known, tags=tuple(tags), by=news.by
        )
    )
    return reclassify(turn, interaction)
