"""Whether calls are possible now; what other routes of calls ask first."""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal, cast

from fastapi import APIRouter

from parley.api.caller import Caller, SettingsReader
from parley.api.permissions import Permission
from parley.api.schemas.voice import TrunkFigures, VoiceStatus
from parley.core.errors import Unavailable
from parley.core.ports import Telephony, TelephonyStatus

NO_TELEPHONY = TelephonyStatus(
    state="off",
    cause={
        "zh-CN": "这台服务器启动时没有启用电话。",
        "en-US": "This server was started without telephony.",
    },
    cure={
        "zh-CN": "去掉 --no-telephony 重新启动；parley doctor 会说明缺什么。",
        "en-US": "Start it without --no-telephony; parley doctor tells what is missing.",
    },
)

router = APIRouter(prefix="/voice", tags=["calls"])


@router.get("", operation_id="voice_status")
async def status(caller: SettingsReader) -> VoiceStatus:
    """The state of the telephone and why it is so; trunks only for those who may see them."""
    told = status_of(caller)
    trunks = told.trunks if caller.reach(Permission.TRUNKS_READ) else ()
    return VoiceStatus(
        state=cast(Literal["off", "starting", "on", "lost"], told.state),
        cause=dict(told.cause),
        cure=dict(told.cure),
        legs=told.legs,
        phones=told.phones,
        trunks=[TrunkFigures(**asdict(trunk)) for trunk in trunks],
        turned_away=told.turned_away,
        warnings=[dict(text) for text in told.warnings],
    )


def status_of(caller: Caller) -> TelephonyStatus:
    telephony = caller.context.telephony
    return NO_TELEPHONY if telephony is None else telephony.status(caller.tenant_id)


def telephony_of(caller: Caller) -> Telephony:
    """Raises Unavailable(voice_off) while no calls are possible."""
    telephony = caller.context.telephony
    told = status_of(caller)
    if telephony is None or told.state != "on":
        cause = told.cause.get(caller.account.language, "")
        raise Unavailable("voice_off", told.cause.get("en-US", ""), cause=cause)
    return telephony
