"""Attachment metadata; the bytes are elsewhere (blobs).

The commit of the message that carries a file says which interaction it belongs to (commit.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from parley.adapters.store.database import clean_text
from parley.adapters.store.records import Records
from parley.core.ports import StoredFile

_COLUMNS = "id, name, media_type, size, sha256, uploaded_by, created_at, interaction_id"


class PostgresFiles(Records):
    async def add(self, tenant_id: str, file: StoredFile) -> None:
        async with self._database.tenant(tenant_id) as connection:
            await connection.execute(
                f"INSERT INTO attachment (tenant_id, {_COLUMNS})"  # noqa: S608
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                tenant_id,
                file.id,
                clean_text(file.name),
                file.media_type,
                file.size,
                file.sha256,
                file.uploaded_by,
                file.created_at,
                file.interaction_id,
            )

    async def get(self, tenant_id: str, file_id: str) -> StoredFile | None:
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(
                f"SELECT {_COLUMNS} FROM attachment WHERE tenant_id = $1 AND id = $2",  # noqa: S608
                tenant_id,
                file_id,
            )
        return StoredFile(**row) if row else None

    async def uncarried_bytes(self, tenant_id: str, uploaded_by: str) -> int:
        """What they uploaded and no message carries (yet)."""
        async with self._database.tenant(tenant_id) as connection:
            found = await connection.fetchval(
                "SELECT coalesce(sum(size), 0) FROM attachment"
                " WHERE tenant_id = $1 AND uploaded_by = $2 AND interaction_id IS NULL",
                tenant_id,
                uploaded_by,
            )
        return int(found)

    async def leftovers(self, tenant_id: str, before: float, limit: int) -> Sequence[str]:
        """Visitors' files uploaded before a time that no message carries, oldest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(
                "SELECT id FROM attachment WHERE tenant_id = $1 AND interaction_id IS NULL"
                " AND uploaded_by LIKE 'web:%' AND created_at < $2 ORDER BY created_at LIMIT $3",
                tenant_id,
                before,
                limit,
            )
        return [row["id"] for row in rows]

    async def forget(self, tenant_id: str, file_id: str) -> bool:
        """False if a message carries it, or there is none."""
        async with self._database.tenant(tenant_id) as connection:
            gone = await connection.fetchval(
                "DELETE FROM attachment WHERE tenant_id = $1 AND id = $2"
                " AND interaction_id IS NULL RETURNING id",
                tenant_id,
                file_id,
            )
        return gone is not None
