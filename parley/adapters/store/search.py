"""What people look for: entries of the `search` table, written with the record they lead to."""

from __future__ import annotations

from parley.adapters.store.database import Connection, clean_text
from parley.core.language import segment

MAX_REFS = 10_000  # ids of one search; more would mean the question is too wide

_PUT = """
INSERT INTO search (tenant_id, noun, ref, part, label, words)
VALUES ($1, $2, $3, $4, $5, $6::text::tsvector)
ON CONFLICT (tenant_id, noun, ref, part)
    DO UPDATE SET label = excluded.label, words = excluded.words
"""


async def put(
    connection: Connection,
    tenant_id: str,
    noun: str,
    ref: str,
    *,
    part: str = "",
    label: str = "",
    text: str = "",
) -> None:
    """`label` is found by any part of it from three characters on, `text` by its words."""
    await connection.execute(_PUT, tenant_id, noun, ref, part, *entry(label, text))


def entry(label: str, text: str) -> tuple[str, str]:
    """The columns `label` and `words`."""
    return clean_text(label).lower(), segment.vector(text)


async def refs(connection: Connection, noun: str, text: str) -> list[str]:
    """Ids of the transaction's tenant that `text` finds, newest first."""
    label = clean_text(text).strip().lower()
    rows = await connection.fetch(
        "SELECT ref FROM search_refs($1, $2::text::tsquery, $3, $4) AS ref",
        noun,
        segment.query(text),
        label,
        MAX_REFS,
    )
    return [row["ref"] for row in rows]
