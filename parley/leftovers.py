"""Files that visitors uploaded and then never sent: removed after a day, so that a disk does not fill
with what nobody will ever see."""

from __future__ import annotations

from parley.core.desk.attachment import blob_key
from parley.core.ports import RangedBlobs, Store

KEPT_S = 86_400.0  # a widget that was closed meanwhile still sends its file
AT_ONCE = 500  # files looked up together


async def remove_leftovers(store: Store, blobs: RangedBlobs, tenant_id: str, now: float) -> int:
    """How many files were removed. One that a message takes up at the last moment stays."""
    removed = 0
    while leftovers := await store.files.leftovers(tenant_id, now - KEPT_S, AT_ONCE):
        for file_id in leftovers:
            if await store.files.forget(tenant_id, file_id):
                await blobs.remove(blob_key(tenant_id, file_id))
                removed += 1
        if len(leftovers) < AT_ONCE:
            break
    return removed
