"""Configuration documents with their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import msgspec

from parley.adapters.store.database import json_text
from parley.adapters.store.records import Records, version_changed
from parley.core.desk.settings import Document
from parley.core.events import Event

_COLUMNS = "kind, id, body, version, updated_at, updated_by"
_LIST = f"SELECT {_COLUMNS} FROM document WHERE tenant_id = $1 ORDER BY kind, id"  # noqa: S608
_LIST_OF_KIND = f"""
SELECT {_COLUMNS} FROM document WHERE tenant_id = $1 AND kind = $2 ORDER BY id
"""  # noqa: S608
_GET = f"SELECT {_COLUMNS} FROM document WHERE tenant_id = $1 AND kind = $2 AND id = $3"  # noqa: S608
_INSERT = """
INSERT INTO document (tenant_id, kind, id, body, version, updated_at, updated_by)
VALUES ($1, $2, $3, $4, 1, $5, $6)
ON CONFLICT DO NOTHING
RETURNING version
"""
_KEEP_OLD = """
INSERT INTO document_history (tenant_id, kind, id, version, body, updated_at, updated_by)
SELECT tenant_id, kind, id, version, body, updated_at, updated_by
FROM document WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND version = $4
"""
_UPDATE = """
UPDATE document SET body = $4, updated_at = $5, updated_by = $6, version = version + 1
WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND version = $7
RETURNING version
"""
_REMOVE = """
DELETE FROM document WHERE tenant_id = $1 AND kind = $2 AND id = $3 AND version = $4
RETURNING version
"""
_HISTORY = f"""
SELECT {_COLUMNS} FROM document_history WHERE tenant_id = $1 AND kind = $2 AND id = $3
ORDER BY entry DESC LIMIT $4
"""  # noqa: S608


class PostgresDocuments(Records):
    async def list(self, tenant_id: str, kind: str | None = None) -> Sequence[Document]:
        """All documents, or those of one kind, by id."""
        async with self._database.tenant(tenant_id) as connection:
            if kind is None:
                rows = await connection.fetch(_LIST, tenant_id)
            else:
                rows = await connection.fetch(_LIST_OF_KIND, tenant_id, kind)
        return [_document(row) for row in rows]

    async def get(self, tenant_id: str, kind: str, id: str) -> Document | None:
        async with self._database.tenant(tenant_id) as connection:
            row = await connection.fetchrow(_GET, tenant_id, kind, id)
        return _document(row) if row else None

    async def save(
        self, tenant_id: str, document: Document, events: Sequence[Event], *, new: bool = False
    ) -> Document:
        """Compare-and-set on `version`; the old body goes to the history. Raises Conflict."""
        key = (tenant_id, document.kind, document.id)
        values = (json_text(document.body), document.updated_at, document.updated_by)
        async with self._change(tenant_id, events) as connection:
            if new:
                version = await connection.fetchval(_INSERT, *key, *values)
            else:
                await connection.execute(_KEEP_OLD, *key, document.version)
                version = await connection.fetchval(_UPDATE, *key, *values, document.version)
            if version is None:
                raise version_changed(document.kind, document.id)
        return replace(document, version=version)

    async def remove(
        self, tenant_id: str, kind: str, id: str, version: int, events: Sequence[Event]
    ) -> None:
        """The last body goes to the history. Raises Conflict."""
        async with self._change(tenant_id, events) as connection:
            await connection.execute(_KEEP_OLD, tenant_id, kind, id, version)
            if await connection.fetchval(_REMOVE, tenant_id, kind, id, version) is None:
                raise version_changed(kind, id)

    async def history(self, tenant_id: str, kind: str, id: str, limit: int) -> Sequence[Document]:
        """Earlier bodies of a document, newest first."""
        async with self._database.tenant(tenant_id) as connection:
            rows = await connection.fetch(_HISTORY, tenant_id, kind, id, limit)
        return [_document(row) for row in rows]


def _document(row: asyncpg.Record) -> Document:
    return Document(**{**row, "body": msgspec.json.decode(row["body"])})
