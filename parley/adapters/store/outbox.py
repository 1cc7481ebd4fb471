"""Commands that wait to be carried out: one ordered lane per interaction."""

from __future__ import annotations

from collections.abc import Sequence

from parley.adapters.store.database import Connection, clean_text
from parley.adapters.store.rows import Codec
from parley.core.ports import MAX_FAILURES, OutboxFailure, OutboxItem

MAX_ERROR_CHARS = 500


async def open_items(connection: Connection, codec: Codec, tenant_id: str) -> list[OutboxItem]:
    """All that is not given up, oldest first."""
    rows = await connection.fetch(
        "SELECT id, kind, payload, attempts, due_at FROM outbox"
        " WHERE tenant_id = $1 AND NOT failed ORDER BY id",
        tenant_id,
    )
    return [
        OutboxItem(
            id=row["id"],
            command=codec.decode_command(row["kind"], row["payload"]),
            attempts=row["attempts"],
            due_at=row["due_at"],
        )
        for row in rows
    ]


async def done(connection: Connection, tenant_id: str, ids: Sequence[int]) -> None:
    """Forget what was carried out. Losing this only means doing it again: idempotent by its id."""
    await connection.execute("SET LOCAL synchronous_commit = off")
    await connection.execute(
        "DELETE FROM outbox WHERE tenant_id = $1 AND id = ANY($2::bigint[])", tenant_id, list(ids)
    )


async def retry(connection: Connection, tenant_id: str, id: int, due_at: float, error: str) -> None:
    """Count the attempt and say when the next is due."""
    await connection.execute(
        "UPDATE outbox SET attempts = attempts + 1, due_at = $3, error = $4"
        " WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        id,
        due_at,
        _short(error),
    )


async def give_up(connection: Connection, tenant_id: str, id: int, error: str) -> None:
    """Keep it for an administrator to see; nobody tries it again."""
    await connection.execute(
        "UPDATE outbox SET attempts = attempts + 1, failed = true, error = $3"
        " WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        id,
        _short(error),
    )


async def failures(connection: Connection, tenant_id: str) -> list[OutboxFailure]:
    """What was given up, oldest first."""
    rows = await connection.fetch(
        "SELECT id, kind, lane, coalesce(error, '') AS error FROM outbox"
        " WHERE tenant_id = $1 AND failed ORDER BY id LIMIT $2",
        tenant_id,
        MAX_FAILURES,
    )
    return [OutboxFailure(**row) for row in rows]


async def forget(connection: Connection, tenant_id: str) -> int:
    """Remove what was given up; how many."""
    rows = await connection.fetch(
        "DELETE FROM outbox WHERE tenant_id = $1 AND failed RETURNING id", tenant_id
    )
    return len(rows)


def _short(error: str) -> str:
    return clean_text(error)[:MAX_ERROR_CHARS]
