"""Whether an entry point is open now, and how soon it usually answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parley.adapters.channels.webchat.shown import iso
from parley.core.desk.hours import is_open, opens_at
from parley.core.model import CenterConfig, Queue

MAX_OVERFLOWS = 5  # queues followed from one to the next


def entry_state(
    config: CenterConfig,
    entry_id: str,
    language: str,
    asa_s: Mapping[str, float | None],
    now: float,
) -> dict[str, Any]:
    """`{open, opens_at, usual_reply_s}`; `asa_s` is today's measured speed of answer by queue."""
    entry = config.entry_points.get(entry_id)
    first = entry and (entry.by_language.get(language) or entry.queue)
    queues = list(_overflows(config, first or ""))
    for queue in queues:
        if is_open(config.hours.get(queue.hours_id or ""), now):
            return {"open": True, "opens_at": None, "usual_reply_s": asa_s.get(queue.id)}
    opening = (opens_at(config.hours.get(queue.hours_id or ""), now) for queue in queues)
    at = min((each for each in opening if each is not None), default=None)
    return {"open": False, "opens_at": None if at is None else iso(at), "usual_reply_s": None}


def _overflows(config: CenterConfig, queue_id: str) -> Iterator[Queue]:
    for _ in range(MAX_OVERFLOWS):
        queue = config.queues.get(queue_id)
        if queue is None:
            return
        yield queue
        queue_id = queue.overflow_queue or ""
