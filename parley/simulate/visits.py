"""Who comes when, and what they bring: drawn from a scenario, or read from a recorded trace.

All of a visit's chances are drawn when it comes, in the order of arrival. Two policies on one seed
thus meet the same customers, and their difference is the policies'.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from pathlib import Path
from random import Random

from parley.core.errors import Invalid
from parley.core.model import CustomerRef
from parley.simulate.draws import Arrivals, Draw, day_factor, drawer
from parley.simulate.scenario import ArrivalSpec, KindSpec, Scenario

ANYBODY = CustomerRef("cus", "")
COLUMNS = {"at_s", "queue", "patience_s", "handle_s", "priority"}


@dataclass(slots=True)
class Visit:
    at: float
    queue: str
    handle_s: float
    patience_s: float = inf
    customer: CustomerRef = ANYBODY
    kind: str = ""
    answer_s: float = 0.0  # from the offer until it is accepted
    message: tuple[str, str, str | None] | None = None  # a chat: entry point, language, topic


def sources(scenario: Scenario, random: Random, folder: Path) -> list[Iterator[Visit]]:
    """One source for each line of arrivals, each in order of time."""
    handle = {q: drawer(d, random, folder) for q, d in scenario.handle.items()}
    patience = {
        q: drawer(d, random, folder) for q, d in (scenario.patience or {}).items() if d is not None
    }
    factor = day_factor(scenario, random)
    found: list[Iterator[Visit]] = []
    for line in scenario.arrivals:
        if line.trace is not None:
            found.append(_traced(folder / line.trace, scenario, line.queue, handle, patience))
        else:
            profile = line.profile or [(0.0, line.rate_per_s or 0.0)]
            times = Arrivals([(at, rate * factor) for at, rate in profile], random)
            found.append(_drawn(line, scenario.horizon_s, times, random, handle, patience))
    return found


def _drawn(
    line: ArrivalSpec, end: float, times: Arrivals, random: Random,
    handle: dict[str, Draw], patience: dict[str, Draw],
) -> Iterator[Visit]:  # fmt: skip
    queue = line.queue or ""
    handle_s, patience_s = handle[queue], patience.get(queue)
    kind_of = _kinds(line.kinds, random)
    at = times.after(0.0)
    while at < end:
        kind, customer = kind_of()
        stays = patience_s(at) if patience_s else inf
        yield Visit(at, queue, handle_s(at), stays, customer, kind)
        at = times.after(at)


def _kinds(kinds: list[KindSpec], random: Random) -> Callable[[], tuple[str, CustomerRef]]:
    if not kinds:
        return lambda: ("", ANYBODY)
    known = [
        (k.share, (k.name, CustomerRef("cus", "", k.tier, k.priority, tags=tuple(k.tags))))
        for k in kinds
    ]

    def draw() -> tuple[str, CustomerRef]:
        place = random.random()
        for share, kind in known:
            place -= share
            if place < 0:
                return kind
        return "", ANYBODY

    return draw


def _traced(
    path: Path, scenario: Scenario, default: str | None,
    handle: dict[str, Draw], patience: dict[str, Draw],
) -> Iterator[Visit]:  # fmt: skip
    """Raises Invalid(trace_invalid): the file, the line and what is wrong."""
    queues = {q.id for q in scenario.queues}
    rows: list[Visit] = []
    for number, row in enumerate(_rows(path), 2):
        try:
            rows.append(_visit(row, default, queues, handle, patience))
        except (ValueError, KeyError) as error:
            reason = error.args[0] if error.args else error
            raise Invalid("trace_invalid", f"{path.name}, line {number}: {reason}") from None
    rows.sort(key=lambda visit: visit.at)
    return iter(rows)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            unknown = set(reader.fieldnames or ()) - COLUMNS
            if "at_s" not in (reader.fieldnames or ()) or unknown:
                wanted = "at_s,queue[,patience_s][,handle_s][,priority]"
                raise Invalid("trace_invalid", f"{path.name}: columns must be {wanted}")
            yield from reader
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("trace_invalid", f"{path.name}: {error}") from None


def _visit(
    row: dict[str, str], default: str | None, queues: set[str],
    handle: dict[str, Draw], patience: dict[str, Draw],
) -> Visit:  # fmt: skip
    queue = row.get("queue") or default or ""
    if queue not in queues:
        raise ValueError(f"there is no queue {queue!r}")
    at = _seconds(row, "at_s", None)
    if row.get("handle_s"):
        handle_s = _seconds(row, "handle_s", None)
    elif queue in handle:
        handle_s = handle[queue](at)
    else:
        raise ValueError("no handle_s, and handle has no distribution for this queue")
    stays = patience[queue](at) if queue in patience else inf
    priority = int(row.get("priority") or 0)
    customer = CustomerRef("cus", "", priority=priority) if priority else ANYBODY
    return Visit(at, queue, handle_s, _seconds(row, "patience_s", stays), customer)


def _seconds(row: dict[str, str], column: str, default: float | None) -> float:
    text = row.get(column) or ""
    if not text and default is not None:
        return default
    value = float(text)
    if not 0 <= value < inf:
        raise ValueError(f"{column} is {text}")
    return value
