"""Notices: what a person should look at, kept until read and told at once to an open console."""

from __future__ import annotations

import base64
import hashlib

from fastapi import APIRouter

from parley.api.caller import Caller, NoticesOwner
from parley.api.limits import NOTICES
from parley.api.rows import notice_rows
from parley.api.schemas.common import Done
from parley.api.schemas.desk import NoticeList, NoticesRead
from parley.core.ports import Notice

ID_DIGITS = 26  # as in every other id

router = APIRouter(prefix="/notices", tags=["notices"])


@router.get("", operation_id="notice_list")
async def list_notices(caller: NoticesOwner) -> NoticeList:
    """The newest notices of the signed-in person."""
    notices = await caller.store.notices.list(caller.tenant_id, caller.id, NOTICES)
    return NoticeList(
        items=await notice_rows(caller, notices),
        unread=sum(not notice.read for notice in notices),
    )


@router.post("/read", operation_id="notice_read")
async def read_notices(body: NoticesRead, caller: NoticesOwner) -> Done:
    await caller.store.notices.mark_read(caller.tenant_id, caller.id, body.ids)
    return Done()


def notice_id(*about: str) -> str:
    """The same for the same news to the same account, so that a repeat is no second notice."""
    digest = hashlib.sha256(" ".join(about).encode()).digest()
    return "ntc_" + base64.b32encode(digest)[:ID_DIGITS].decode()


async def notify(caller: Caller, notice: Notice) -> None:
    """Store `notice` (once, by its id) and show it on the open consoles of its account."""
    await caller.store.notices.add(caller.tenant_id, notice)
    [row] = await notice_rows(caller, [notice])
    caller.context.live.notice(caller.tenant_id, notice.account_id, row.model_dump(mode="json"))
