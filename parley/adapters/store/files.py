"""Attachment metadata; the bytes are elsewhere (blobs).

The commit of the message that carries a file says which interaction it belongs to (commit.py).
"""

from __future__ import annotations

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
