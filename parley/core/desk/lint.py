"""What is wrong with a routing policy and the queues it stands on, before anybody waits for it (Y9).

`lint` looks at the whole configuration as it would be after publishing and names each trouble with a
code, its place, and whether it must be mended ("error") or looked at ("warning"). The sentences in
both languages are in `lint_words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from parley.core.center.conditions import problem_of
from parley.core.model import CenterConfig, Hours, Policy, Queue, QueueOrder, QueuePolicy, Rule

MAX_LEVEL = 10
LANGUAGES = ("zh-CN", "en-US")
WEEK_S = 7 * 86_400
A_MONDAY = 345_600.0  # 1970-01-05 00:00 UTC: hours are looked at over one week from here
HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    severity: Literal["error", "warning"]  # must be mended, or looked at
    where: str  # rule:vip, queue:sales, fairness
    values: dict[str, str | int | float] = field(default_factory=dict)


def lint(config: CenterConfig) -> list[Finding]:
    """All findings, errors first, in a stable order."""
    policy = config.policy
    found = [
        *_rules(config, policy),
        *_queues(config, policy),
        *_overflows(config),
        *_fairness(policy),
    ]
    return sorted(found, key=lambda f: (f.severity, f.where, f.code))


# --- rules ----------------------------------------------------------------------------------------


def _rules(config: CenterConfig, policy: Policy) -> Iterator[Finding]:
    seen: set[str] = set()
    stopped_by: list[Rule] = []
    for rule in policy.rules:
        where = f"rule:{rule.id}"
        if rule.id in seen:
            yield Finding("duplicate_rule", "error", where)
        seen.add(rule.id)
        if problem := problem_of(rule.when):
            yield Finding("condition_invalid", "error", where, {"problem": problem})
            continue
        yield from _rule(config, rule, where)
        if blocker := next((b for b in stopped_by if _implies(rule.when, b.when)), None):
            yield Finding("rule_unreachable", "error", where, {"by": blocker.id})
        if rule.stop:
            stopped_by.append(rule)


def _rule(config: CenterConfig, rule: Rule, where: str) -> Iterator[Finding]:
    yield from _names(rule.names, where)
    if _impossible(rule.when):
        yield Finding("condition_impossible", "error", where)
    if rule.queue is not None and rule.queue not in config.queues:
        yield Finding("unknown_queue", "error", where, {"queue": rule.queue})
    yield from _levels(config, rule.needs, where)
    effect = rule.queue or rule.needs or rule.priority or rule.hard or rule.tags or rule.stop
    if not effect:
        yield Finding("rule_without_effect", "warning", where)
    if rule.needs:
        queues = [rule.queue] if rule.queue else list(config.queues)
        if not any(_able(config, queue, rule.needs) for queue in queues):
            yield Finding("nobody_has_level", "error", where, _worst(config, rule.needs))


def _names(names: Mapping[str, str], where: str) -> Iterator[Finding]:
    for language in LANGUAGES:
        if names and not names.get(language, "").strip():
            yield Finding("name_missing", "warning", where, {"language": language})


def _levels(config: CenterConfig, needs: Mapping[str, int], where: str) -> Iterator[Finding]:
    for skill, level in needs.items():
        if skill not in config.skills:
            yield Finding("unknown_skill", "error", where, {"skill": skill})
        if not 0 <= level <= MAX_LEVEL:
            yield Finding("level_out_of_range", "error", where, {"skill": skill, "level": level})


def _implies(narrow: Mapping[str, Any], wide: Mapping[str, Any]) -> bool:
    """Whether `wide` certainly holds wherever `narrow` does (some true cases are not seen)."""
    if not wide or narrow == wide:
        return True
    if "any" in wide and any(_implies(narrow, part) for part in wide["any"]):
        return True
    if "all" in wide:
        return all(_implies(narrow, part) for part in wide["all"])
    if "all" in narrow:
        return any(_implies(part, wide) for part in narrow["all"])
    if "any" in narrow:
        return all(_implies(part, wide) for part in narrow["any"])
    return _test_implies(narrow, wide)


def _test_implies(narrow: Mapping[str, Any], wide: Mapping[str, Any]) -> bool:
    if "not" in narrow or "not" in wide or narrow.get("fact") != wide.get("fact"):
        return False
    values = narrow["value"] if narrow["is"] == "in" else [narrow["value"]]
    match (narrow["is"], wide["is"]):
        case ("=" | "in", "in"):
            return set(values) <= set(wide["value"])
        case ("in", "="):
            return set(values) == {wide["value"]}
        case ("=" | ">=", ">="):
            return bool(narrow["value"] >= wide["value"])
        case ("=", "<"):
            return bool(narrow["value"] < wide["value"])
        case ("<", "<"):
            return bool(narrow["value"] <= wide["value"])
    return False


def _impossible(condition: Mapping[str, Any]) -> bool:
    """Whether it can certainly never hold: the same fact asked to be two things at once."""
    if "any" in condition:
        return bool(condition["any"]) and all(_impossible(part) for part in condition["any"])
    if "all" not in condition:
        return False
    parts = condition["all"]
    if any(_impossible(part) for part in parts):
        return True
    tests = [p for p in parts if "fact" in p]
    return any(_excludes(a, b) for n, a in enumerate(tests) for b in tests[n + 1 :])


def _excludes(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    if a["fact"] != b["fact"]:
        return False
    single = {"=": lambda v: {v}, "in": set}
    if a["is"] in single and b["is"] in single:
        return not single[a["is"]](a["value"]) & single[b["is"]](b["value"])
    for low, high in ((a, b), (b, a)):
        if low["is"] == ">=" and high["is"] == "<":
            return bool(low["value"] >= high["value"])
        if low["is"] == "=" and high["is"] == "<":
            return bool(low["value"] >= high["value"])
        if low["is"] == ">=" and high["is"] == "=":
            return bool(high["value"] < low["value"])
    return False


# --- queues ---------------------------------------------------------------------------------------


def _queues(config: CenterConfig, policy: Policy) -> Iterator[Finding]:
    for queue_id in policy.queues.keys() - config.queues.keys():
        yield Finding("unknown_queue", "error", f"queue:{queue_id}", {"queue": queue_id})
    for queue in config.queues.values():
        where = f"queue:{queue.id}"
        yield from _names(queue.names, where)
        yield from _levels(config, queue.needs, where)
        yield from _staff(config, queue, where)
        yield from _opening(config, queue, where)
        own = policy.queues.get(queue.id)
        if own is not None:
            yield from _stages(config, queue, own, where)
            yield from _novices(config, queue, own, where)
            yield from _order(policy, queue, own, where)


def _staff(config: CenterConfig, queue: Queue, where: str) -> Iterator[Finding]:
    own = config.policy.queues.get(queue.id)
    members = [a for a in config.agents.values() if queue.id in a.queues]
    if not members:
        yield Finding("queue_without_agents", "error", where)
        return
    asked = _at_last(queue, own)
    helpers = {q for s in own.stages for q in s.queues} if own else set()
    if not any(_able(config, q, asked) for q in (queue.id, *helpers)):
        yield Finding("nobody_has_level", "error", where, _worst(config, asked))
        return
    yield from _hours_without_skill(config, queue, asked, where)


def _at_last(queue: Queue, own: QueuePolicy | None) -> dict[str, int]:
    """Skill levels asked for once every stage is open."""
    asked = dict(queue.needs)
    for stage in own.stages if own else ():
        asked.update(stage.needs)
    return {skill: level for skill, level in asked.items() if level > 0}


def _able(config: CenterConfig, queue: str | None, needs: Mapping[str, int]) -> list[str]:
    return [
        a.id
        for a in config.agents.values()
        if (queue is None or queue in a.queues)
        and all(a.skills.get(skill, 0) >= level for skill, level in needs.items())
    ]


def _worst(config: CenterConfig, needs: Mapping[str, int]) -> dict[str, str | int | float]:
    """The skill that is missed most."""

    def shortfall(skill: str) -> int:
        best = max((a.skills.get(skill, 0) for a in config.agents.values()), default=0)
        return needs[skill] - best

    skill = max(needs, key=shortfall)
    return {"skill": skill, "level": needs[skill]}


def _hours_without_skill(
    config: CenterConfig, queue: Queue, asked: Mapping[str, int], where: str
) -> Iterator[Finding]:
    """An hour of the week when the queue is open and nobody able is at work."""
    able = [config.agents[a] for a in _able(config, queue.id, asked)]
    if not able or any(agent.hours_id is None for agent in able):
        return  # somebody's working time is not known: nothing can be said
    opening = config.hours.get(queue.hours_id or "")
    rotas = [config.hours.get(agent.hours_id or "") for agent in able]
    for hour in range(WEEK_S // HOUR_S):
        at = A_MONDAY + hour * HOUR_S
        if _opens(opening, at) and not any(_opens(rota, at) for rota in rotas):
            values: dict[str, str | int | float] = {"weekday": hour // 24 + 1, "hour": hour % 24}
            yield Finding("hour_without_skill", "error", where, values)
            return


def _opens(hours: Hours | None, at: float) -> bool:
    """Hours as local wall-clock times of the looked-at week, holidays and overrides left out."""
    if hours is None:
        return True
    minute = int(at - A_MONDAY) // 60
    return any(a <= minute % 1440 < b for a, b in hours.week[minute // 1440])


def _opening(config: CenterConfig, queue: Queue, where: str) -> Iterator[Finding]:
    if queue.hours_id is None:
        yield Finding("queue_without_hours", "warning", where)
        return
    hours = config.hours.get(queue.hours_id)
    if hours is None:
        yield Finding("unknown_hours", "error", where, {"hours": queue.hours_id})
    elif not any(hours.week):
        yield Finding("never_open", "error", where)
    elif hours.override is not None:
        yield Finding("hours_overridden", "warning", where, {"override": hours.override})
    elif not hours.holidays and any(not day for day in hours.week):
        yield Finding("no_holidays", "warning", where)


def _stages(config: CenterConfig, queue: Queue, own: QueuePolicy, where: str) -> Iterator[Finding]:
    asked, before = dict(queue.needs), -1.0
    for number, stage in enumerate(own.stages, 1):
        yield from _levels(config, stage.needs, where)
        if stage.after_s <= before:
            yield Finding("stages_not_ascending", "error", where, {"stage": number})
        for skill, level in stage.needs.items():
            if number > 1 and level > asked.get(skill, 0):
                yield Finding("stage_asks_more", "error", where, {"stage": number, "skill": skill})
        for other in stage.queues:
            if other not in config.queues:
                yield Finding("unknown_queue", "error", where, {"queue": other})
        if queue.max_wait_s is not None and stage.after_s >= queue.max_wait_s:
            yield Finding("stage_after_longest_wait", "warning", where, {"stage": number})
        asked.update(stage.needs)
        before = stage.after_s


def _novices(config: CenterConfig, queue: Queue, own: QueuePolicy, where: str) -> Iterator[Finding]:
    if own.novice_below is None:
        return
    target = own.novice_queue or queue.id
    if target not in config.queues:
        yield Finding("unknown_queue", "error", where, {"queue": target})
    elif not _able(config, target, dict.fromkeys(queue.needs, own.novice_below)):
        yield Finding("nobody_above_novices", "error", where, {"level": own.novice_below})


def _order(policy: Policy, queue: Queue, own: QueuePolicy, where: str) -> Iterator[Finding]:
    if own.order is QueueOrder.CREDIT and own.credit_s <= 0:
        yield Finding("credit_without_seconds", "error", where)
    raising = [rule.id for rule in policy.rules if rule.priority and rule.queue == queue.id]
    if own.order is QueueOrder.ARRIVAL and raising:
        yield Finding("priority_without_effect", "warning", where, {"rule": raising[0]})


# --- overflow and fairness --------------------------------------------------------------------------


def _overflows(config: CenterConfig) -> Iterator[Finding]:
    looped: set[str] = set()
    for queue in config.queues.values():
        where = f"queue:{queue.id}"
        limited = queue.max_waiting is not None or queue.max_wait_s is not None
        if queue.overflow_queue is None:
            if not limited:
                yield Finding("queue_without_overflow", "warning", where)
            continue
        target = config.queues.get(queue.overflow_queue)
        if target is None:
            yield Finding("unknown_queue", "error", where, {"queue": queue.overflow_queue})
            continue
        chain = list(_chain(config, queue))
        if chain[-1] in chain[:-1]:
            if not looped & set(chain):
                yield Finding("overflow_loop", "error", where, {"chain": " → ".join(chain)})
            looped |= set(chain)
        elif _closed_together(config, queue, target):
            yield Finding("overflow_also_closed", "warning", where, {"queue": target.id})


def _chain(config: CenterConfig, queue: Queue | None) -> Iterable[str]:
    """Ids along the overflows, ending at the last or with the first repeated one."""
    chain: list[str] = []
    while queue is not None:
        chain.append(queue.id)
        if queue.id in chain[:-1]:
            break
        queue = config.queues.get(queue.overflow_queue or "")
    return chain


def _closed_together(config: CenterConfig, queue: Queue, target: Queue) -> bool:
    """The overflow is for full queues only then; said where nothing limits the queue."""
    limited = queue.max_waiting is not None or queue.max_wait_s is not None
    if limited or queue.hours_id is None or target.hours_id is None:
        return False
    a, b = config.hours.get(queue.hours_id), config.hours.get(target.hours_id)
    if a is None or b is None:
        return False
    times = [A_MONDAY + hour * HOUR_S for hour in range(WEEK_S // HOUR_S)]
    return all(_opens(a, at) or not _opens(b, at) for at in times)


def _fairness(policy: Policy) -> Iterator[Finding]:
    fairness = policy.fairness
    if fairness.run is not None and fairness.run < 1:
        yield Finding("cap_forbids_all", "error", "fairness", {"run": fairness.run})
    if fairness.share is not None and fairness.share * fairness.window < 1:
        yield Finding("cap_forbids_all", "error", "fairness", {"share": fairness.share})
    capped = fairness.run is not None or fairness.share is not None
    if capped and policy.rules and not any(rule.hard for rule in policy.rules):
        yield Finding("nothing_is_demanding", "warning", "fairness")
