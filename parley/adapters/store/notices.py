"""What an agent should look at: mentions, tickets given to them."""

from __future__ import annotations

from collections.abc import Sequence

from parley.adapters.store.database import clean_text
from parley.adapters.store.records import Records, page_size
from parley.core.ports import Notice

_COLUMNS = "id, account_id, at, kind, interaction_id, ticket_id, by, text, read"


class PostgresNotices(Records):
    async def add(self, tenant_id: str, notice: Notice) -> None:
        """Idempotent by id."""
        async with self._database.tenant(tenant_id) as connection:
            await connection.execute(
                f"INSERT INTO notice (tenant_id, {_COLUMNS})"  # noqa: S608
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
                tenant_id,
                notice.id,
                notice.account_id,
                notice.at,
                notice.kind,
                notice.interaction_id,
                notice.ticket_id,
                notice.by,
                clean_text(notice.text),
                notice.read,
            )

    async def list(self, tenant_id: str, account_id: str, limit: int) -> Sequence[Notice]:
        """Newest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                f"SELECT {_COLUMNS} FROM notice WHERE tenant_id = $1 AND account_id = $2"  # noqa: S608
                " ORDER BY at DESC, id DESC LIMIT $3",
                tenant_id,
                account_id,
                page_size(limit),
            )
        return [Notice(**row) for row in rows]

    async def mark_read(self, tenant_id: str, account_id: str, ids: Sequence[str]) -> None:
        async with self._database.tenant(tenant_id) as connection:
            await connection.execute(
                "UPDATE notice SET read = true"
                " WHERE tenant_id = $1 AND account_id = $2 AND id = ANY($3::text[]) AND NOT read",
                tenant_id,
                account_id,
                list(ids),
            )
