"""The engine's group commit: everything that many inputs made true, in one statement.

One round trip and one flush of the log carry up to hundreds of inputs. The first part numbers the
events and, comparing the epoch, refuses a deposed leader; if it finds no row nothing is written. Parts
that have nothing to write are left out: most commits need few of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import msgspec

from parley.adapters.store.database import Connection, clean_json, clean_text
from parley.adapters.store.rows import Codec, EventColumns, event_columns
from parley.core.commands import Command
from parley.core.events import (
    Arrived,
    CustomerRecognised,
    DeliveryChanged,
    Event,
    MessageAdded,
)
from parley.core.insight.facts import InteractionFact
from parley.core.insight.legs import LegChanges, LegKey, LegNews, LegRow
from parley.core.language import segment
from parley.core.model import Delivery, Sender
from parley.core.ports import OutboxItem

_LED = """
led AS (
    UPDATE shard SET seq = seq + $3, lease_until = clock_timestamp() + $4 * interval '1 s'
    WHERE tenant_id = $1 AND epoch = $2
    RETURNING seq - $3 AS base
)"""
# What a commit may write, each with its arguments {0}, {1} …: parallel arrays. Keys are compared with
# the arrays themselves too, so that no plan, made before there were statistics, reads a whole table.
_PARTS = {
    "written": """
    INSERT INTO journal
        (tenant_id, seq, at, kind, interaction_id, agent_id, customer_id, ticket_id, payload)
    SELECT $1, base + n, at, kind, interaction_id, agent_id, customer_id, ticket_id, payload
    FROM led, unnest({0}::timestamptz[], {1}::text[], {2}::text[], {3}::text[], {4}::text[],
                     {5}::text[], {6}::jsonb[]) WITH ORDINALITY
        AS e(at, kind, interaction_id, agent_id, customer_id, ticket_id, payload, n)
""",
    "said": """
    INSERT INTO message
        (tenant_id, id, seq, interaction_id, at, sender, visibility, client_id, body)
    SELECT $1, id, base + n, interaction_id, at, sender, visibility, client_id, body
    FROM led, unnest({0}::text[], {1}::int[], {2}::text[], {3}::timestamptz[], {4}::text[],
                     {5}::text[], {6}::text[], {7}::jsonb[])
        AS m(id, n, interaction_id, at, sender, visibility, client_id, body)
    ON CONFLICT (tenant_id, id) DO NOTHING
""",
    "undelivered": """
    UPDATE message SET failed = reason
    FROM led, unnest({0}::text[], {1}::text[]) AS u(message_id, reason)
    WHERE tenant_id = $1 AND id = ANY({0}::text[]) AND id = message_id
""",
    "folded": """
    INSERT INTO interaction AS i (tenant_id, id, fact, rating, rating_comment)
    SELECT $1, id, fact, (fact->>'rating')::int, fact->>'rating_comment'
    FROM led, unnest({0}::text[], {1}::jsonb[]) AS f(id, fact)
    ON CONFLICT (tenant_id, id) DO UPDATE SET fact = excluded.fact
""",
    "owned": """
    INSERT INTO interaction_agent (tenant_id, agent_id, interaction_id)
    SELECT $1, agent_id, interaction_id
    FROM led, unnest({0}::text[], {1}::text[]) AS o(agent_id, interaction_id)
    ON CONFLICT DO NOTHING
""",
    "findable": """
    INSERT INTO search (tenant_id, noun, ref, part, label, words)
    SELECT $1, 'interaction', ref, part, label, words::tsvector
    FROM led, unnest({0}::text[], {1}::text[], {2}::text[], {3}::text[])
        AS s(ref, part, label, words)
    ON CONFLICT (tenant_id, noun, ref, part)
        DO UPDATE SET label = excluded.label, words = excluded.words
""",
    "attached": """
    UPDATE attachment AS a SET interaction_id = x.interaction_id
    FROM led, unnest({0}::text[], {1}::text[]) AS x(file_id, interaction_id)
    WHERE a.tenant_id = $1 AND a.id = ANY({0}::text[]) AND a.id = x.file_id
      AND a.interaction_id IS NULL
""",
    "dialled": """
    INSERT INTO leg (tenant_id, interaction_id, id, role, direction, started_at, agent_id, number,
                     trunk, rang_at, answered_at, ended_at, cause, code, caller_id)
    SELECT $1, d.*
    FROM led, unnest({0}::text[], {1}::text[], {2}::text[], {3}::text[], {4}::timestamptz[],
                     {5}::text[], {6}::text[], {7}::text[], {8}::timestamptz[],
                     {9}::timestamptz[], {10}::timestamptz[], {11}::text[], {12}::int[],
                     {13}::text[]) AS d
    ON CONFLICT DO NOTHING
""",
    "moved": """
    UPDATE leg AS l SET
        rang_at = coalesce(l.rang_at, m.rang_at), trunk = coalesce(m.trunk, l.trunk),
        answered_at = coalesce(l.answered_at, m.answered_at),
        ended_at = coalesce(l.ended_at, m.ended_at),
        cause = coalesce(l.cause, m.cause), code = coalesce(l.code, m.code),
        caller_id = coalesce(m.caller_id, l.caller_id)
    FROM led, unnest({0}::text[], {1}::text[], {2}::timestamptz[], {3}::timestamptz[],
                     {4}::text[], {5}::timestamptz[], {6}::text[], {7}::int[], {8}::text[])
        AS m(interaction_id, id, rang_at, answered_at, trunk, ended_at, cause, code, caller_id)
    WHERE l.tenant_id = $1 AND l.interaction_id = ANY({0}::text[])
      AND l.interaction_id = m.interaction_id AND l.id = m.id
""",
    "forgotten": """
    DELETE FROM outbox USING led WHERE tenant_id = $1 AND id = ANY({0}::bigint[])
""",
    "queued": """
    INSERT INTO outbox (tenant_id, lane, kind, payload)
    SELECT $1, lane, kind, payload
    FROM led, unnest({0}::text[], {1}::text[], {2}::jsonb[]) WITH ORDINALITY
        AS c(lane, kind, payload, n)
    ORDER BY n
    RETURNING id, due_at
""",
}
_STORED = """
SELECT base,
       ARRAY(SELECT id FROM queued ORDER BY id) AS ids,
       (SELECT min(due_at) FROM queued) AS due_at
FROM led
"""
_NOTHING_STORED = "SELECT base, NULL AS ids, NULL AS due_at FROM led"
_FIRST = 5  # of the parts' arguments


@cache
def _statement(parts: tuple[tuple[str, int], ...]) -> str:
    """What writes these parts, each with its number of arguments."""
    place = itertools.count(_FIRST)
    written = [_LED]
    for name, width in parts:
        arguments = [f"${next(place)}" for _ in range(width)]
        written.append(f"{name} AS ({_PARTS[name].format(*arguments)})")
    stored = any(name == "queued" for name, _ in parts)
    return f"WITH {', '.join(written)} {_STORED if stored else _NOTHING_STORED}"


@dataclass(slots=True)
class Batch:
    """The columns of one commit, ready to be sent."""

    events: EventColumns
    commands: Sequence[Command]
    messages: list[tuple[object, ...]] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)  # message id -> reason
    facts: dict[str, str] = field(default_factory=dict)  # interaction id -> JSON
    owners: set[tuple[str, str]] = field(default_factory=set)
    entries: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    outbox: list[tuple[object, ...]] = field(default_factory=list)
    done: Sequence[int] = ()  # of the outbox
    files: dict[str, str] = field(default_factory=dict)  # of messages -> interaction id
    legs: LegChanges = field(default_factory=LegChanges)

    @classmethod
    def of(
        cls,
        codec: Codec,
        events: Sequence[Event],
        commands: Sequence[Command],
        facts: Sequence[InteractionFact],
        done: Sequence[int] = (),
    ) -> Batch:
        batch = cls(event_columns(codec, events), commands, done=done)
        newest = {fact.id: fact for fact in facts}
        for place, event in enumerate(events):
            batch._take_event(place, event, newest)
            batch.legs.take(event)
        for fact in newest.values():
            batch.facts[fact.id] = clean_json(msgspec.json.encode(fact))
            batch.owners.update((agent_id, fact.id) for agent_id in fact.agents)
        for command in commands:
            kind, payload = codec.encode_command(command)
            batch.outbox.append((command.lane, kind, clean_json(payload)))
        return batch

    def parts(self) -> Iterator[tuple[str, Sequence[Sequence[object]]]]:
        """Each of _PARTS with its arguments, whose arrays may be empty."""
        yield "written", self.events.arguments()
        yield "said", _columns(self.messages, 8)
        yield "undelivered", _columns(list(self.failures.items()), 2)
        yield "folded", _columns(list(self.facts.items()), 2)
        yield "owned", _columns(sorted(self.owners), 2)
        yield "findable", _columns([(*key, *value) for key, value in self.entries.items()], 4)
        yield "attached", _columns(list(self.files.items()), 2)
        yield "dialled", _columns([_started(row) for row in self.legs.started.values()], 14)
        yield "moved", _columns([_moved(key, news) for key, news in self.legs.moved.items()], 9)
        yield "forgotten", [self.done]
        yield "queued", _columns(self.outbox, 3)

    def _take_event(self, place: int, event: Event, facts: dict[str, InteractionFact]) -> None:
        match event:
            case MessageAdded():
                self._take_message(place, event)
            case DeliveryChanged(delivery=Delivery.FAILED, message_id=message_id):
                self.failures[message_id] = clean_text(event.reason or "failed")
            case Arrived(interaction_id=id) | CustomerRecognised(interaction_id=id) if id in facts:
                self.entries[id, ""] = _entry(facts[id])

    def _take_message(self, place: int, event: MessageAdded) -> None:
        key = (event.interaction_id, event.message_id)
        head = (event.message_id, place + 1, event.interaction_id, event.at)
        who = (event.sender, event.visibility, clean_text(event.client_id))
        self.messages.append((*head, *who, self.events.payload[place]))
        for file in event.attachments:  # first come: a file never moves to another interaction
            self.files.setdefault(file.id, event.interaction_id)
        if event.sender is not Sender.SYSTEM:
            self.entries[key] = ("", segment.vector(event.text))


async def write(
    line: Connection, tenant_id: str, epoch: int, lease_s: float, batch: Batch
) -> tuple[int, list[OutboxItem]] | None:
    """The seq of the first event and the stored commands; None if the epoch no longer leads."""
    parts = [(name, columns) for name, columns in batch.parts() if columns[0]]
    row = await line.fetchrow(
        _statement(tuple((name, len(columns)) for name, columns in parts)),
        tenant_id, epoch, len(batch.events.kind), lease_s,
        *(column for _, columns in parts for column in columns),
    )  # fmt: skip
    if row is None:
        return None
    items = [
        OutboxItem(number, command, attempts=0, due_at=row["due_at"])
        for number, command in zip(row["ids"] or (), batch.commands, strict=True)
    ]
    return row["base"] + 1, items


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    """Rows turned into `width` parallel lists, as `unnest` takes them."""
    return [[row[column] for row in rows] for column in range(width)]


def _started(row: LegRow) -> tuple[object, ...]:
    who = (row.interaction_id, row.id, row.role, row.direction, row.started_at, row.agent_id)
    where = (_clean(row.number), row.trunk)
    end = (row.rang_at, row.answered_at, row.ended_at, row.cause, row.code)
    return (*who, *where, *end, _clean(row.caller_id))


def _moved(key: LegKey, news: LegNews) -> tuple[object, ...]:
    when = (news.rang_at, news.answered_at, news.trunk, news.ended_at)
    return (*key, *when, news.cause, news.code, _clean(news.caller_id))


def _clean(text: str | None) -> str | None:
    return None if text is None else clean_text(text)


def _entry(fact: InteractionFact) -> tuple[str, str]:
    """What people look an interaction up by, besides what was said in it: label and words."""
    text = f"{fact.customer_name} {fact.subject}"
    label = f"{fact.id} {text} {fact.ticket_id or ''}"
    return clean_text(label.lower()), segment.vector(text)
