"""The doctor's look at calls: an Asterisk is there, answers on each of its lines, and carries sound.

It looks at the one that runs for this data directory; if none does, at one that is started for the
moment on other ports, so that the machine is proven before the first call comes.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from parley.adapters.ai import voices
from parley.adapters.telephony import asterisk_absent as absent
from parley.adapters.telephony import asterisk_unpack
from parley.adapters.telephony.asterisk import Asterisk, switch
from parley.adapters.telephony.asterisk_absent import NoAsterisk, both
from parley.adapters.telephony.asterisk_config import ECHO, PROBE
from parley.adapters.telephony.asterisk_find import Program, cache_dir, find, fit, passed_over
from parley.adapters.telephony.asterisk_home import (
    LOOPBACK,
    AsteriskSettings,
    Home,
    free_port,
    known,
)
from parley.adapters.telephony.asterisk_process import left_over
from parley.config import Settings
from parley.core.model import Texts
from parley.demo.phone import Audio, Phone, sound
from parley.prompts.catalogue import LANGUAGES, PROMPTS
from parley.prompts.files import SUFFIX, SYSTEM
from parley.telephone import asterisk_settings

ASK_S = 5.0
TONE_HZ, TONE_S = 700.0, 1.0
LOOK = sound.RATE_HZ // 5  # samples that are listened to at once
LOOKS = 15
PURE = 0.8  # strength of the tone in what comes back

Told = tuple[str, Texts, Texts | None]  # part, what was found, and the cure if it is broken

RESTART: Texts = both(
    "重启 Parley；若仍如此，查看数据目录下 asterisk/log/messages",
    "restart Parley; if it stays so, see asterisk/log/messages in the data directory",
)
REINSTALL: Texts = both("重新安装 Parley", "install Parley again")
FIREWALL: Texts = both(
    "检查本机防火墙是否放行回环地址上的 UDP，以及 PARLEY_SIP_HOST",
    "check that a firewall lets UDP on loopback pass, and PARLEY_SIP_HOST",
)


async def examine(settings: Settings) -> list[Told]:
    """Each part of telephony."""
    if not settings.telephony:
        return [("telephony", absent.turned_off().cause, None)]
    if settings.ari_url is not None:
        return [await _foreign(settings)]
    try:
        program = await asyncio.to_thread(find, settings.asterisk, cache_dir(settings.asterisk_dir))
    except NoAsterisk as error:
        return [("asterisk", error.cause, error.cure)]
    if program is None:
        return [_not_yet()]
    found = f"Asterisk {program.version_text}, {program.modules}"
    told: list[Told] = [("asterisk", both(found, found), None)]
    if settings.asterisk is None and (old := await asyncio.to_thread(passed_over)):
        told.append(("asterisk of the machine", _passed_over(old.cause), None))
    try:
        async with _running(settings, program) as (home, host):
            told += await _lines(home, host)
    except NoAsterisk as error:
        told.append(("asterisk starts", error.cause, error.cure))
    return told


def _passed_over(cause: Texts) -> Texts:
    return both(
        f"{cause['zh-CN']}，改用自行解压的", f"{cause['en-US']}: the unpacked one is used instead"
    )


def _not_yet() -> Told:
    """There is none; whether the next start can unpack one."""
    try:
        asterisk_unpack.require_tools()
    except NoAsterisk as error:
        return "asterisk", error.cause, error.cure
    words = both(
        "尚未安装；下次启动时自动下载（约 100 MB）",
        "not here yet: the next start unpacks it (some 100 MB)",
    )
    return "asterisk", words, None


async def _foreign(settings: Settings) -> Told:
    url = str(settings.ari_url).rstrip("/").removesuffix("/ari")
    auth = (settings.ari_user, settings.ari_password.get_secret_value())
    detail = ""
    try:
        async with httpx.AsyncClient(timeout=ASK_S, trust_env=False, auth=auth) as client:
            answer = await client.get(f"{url}/ari/asterisk/info?only=system")
        if answer.status_code == 200:
            version = str(answer.json()["system"]["version"])
            if not fit(version):
                old = absent.too_old(url, version)
                return "asterisk", old.cause, old.cure
            return "asterisk", both(f"{url}，{version}", f"{url}, {version}"), None
        detail = f"HTTP {answer.status_code}"
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        detail = str(error) or type(error).__name__
    told = absent.not_answering(url, detail)
    return "asterisk", told.cause, told.cure


@asynccontextmanager
async def _running(settings: Settings, program: Program) -> AsyncIterator[tuple[Home, str]]:
    """The Asterisk of the data directory if it runs, else one for the moment, and where its SIP is.

    Raises NoAsterisk."""
    home = known(asterisk_settings(settings).home)
    process = left_over(home) if home else None
    if home is not None and process is not None:
        process.close()
        everywhere = settings.sip_host in ("0.0.0.0", "::")  # noqa: S104
        yield home, LOOPBACK if everywhere else settings.sip_host
        return
    with tempfile.TemporaryDirectory(prefix="parley-doctor-") as name:
        named = Path(program.command[0]) if len(program.command) == 1 else None
        trial = AsteriskSettings(
            home=Path(name) / "asterisk", program=named, cache=settings.asterisk_dir,
            sip_port=free_port(),
        )  # fmt: skip
        server = Asterisk(trial, lambda _: None)
        await server.start()
        try:
            yield server.home, LOOPBACK
        finally:
            await server.stop()


async def _lines(home: Home, host: str) -> list[Told]:
    return [
        await _ari(home),
        await _sip(home, host),
        await _websocket(home),
        await _call(home, host),
        *_voices(),
    ]


async def _ari(home: Home) -> Told:
    access = switch(home).access
    try:
        async with httpx.AsyncClient(timeout=ASK_S, trust_env=False) as client:
            answer = await client.get(
                f"{access.url}/ari/asterisk/ping", auth=(access.user, access.password)
            )
        words = both(f"ARI 应答：{answer.status_code}", f"ARI answers {answer.status_code}")
        return "ari", words, None if answer.status_code == 200 else RESTART
    except httpx.HTTPError as error:
        told = str(error) or type(error).__name__
        return "ari", both(f"ARI 没有应答：{told}", f"ARI does not answer: {told}"), RESTART


async def _sip(home: Home, host: str) -> Told:
    port = home.ports.sip
    try:
        async with _probe(home, host) as phone:
            status = await asyncio.wait_for(phone.options(), ASK_S)
    except (OSError, TimeoutError):
        return (
            "sip",
            both(f"SIP 端口 {port} 没有应答", f"SIP port {port} does not answer"),
            FIREWALL,
        )
    return "sip", both(f"SIP 端口 {port} 应答 {status}", f"SIP port {port} answers {status}"), None


def _probe(home: Home, host: str) -> Phone:
    return Phone((host, home.ports.sip), PROBE, home.secrets.probe, host=host)


async def _websocket(home: Home) -> Told:
    """As a browser's phone connects."""
    url = switch(home).phone_line
    try:
        async with asyncio.timeout(ASK_S), connect(url, subprotocols=["sip"], proxy=None) as line:  # type: ignore[list-item]
            agreed = line.subprotocol
    except (OSError, WebSocketException, TimeoutError) as error:
        told = str(error) or type(error).__name__
        words = both(f"浏览器电话线路不通：{told}", f"browsers' phones can't connect: {told}")
        return "phone line", words, RESTART
    return "phone line", both(f"WebSocket 正常（{agreed}）", f"WebSocket agrees on {agreed}"), None


async def _call(home: Home, host: str) -> Told:
    """Calls the echo, says a tone, and hears it again."""
    try:
        async with _probe(home, host) as phone:
            call = await phone.call(ECHO)
            await call.up(ASK_S)
            heard = await asyncio.wait_for(_echo(call.audio), ASK_S)
            call.hang_up()
    except (OSError, TimeoutError) as error:
        told = str(error) or "no answer in time"
        return "test call", both(f"测试呼叫失败：{told}", f"the test call failed: {told}"), FIREWALL
    if not heard:
        return "test call", both("测试呼叫没有声音", "the test call carries no sound"), FIREWALL
    return "test call", both("声音往返正常", "its sound came back"), None


async def _echo(audio: Audio) -> bool:
    audio.say(sound.tone(TONE_HZ, TONE_S))
    for _ in range(LOOKS):
        if sound.strength(await audio.hears(LOOK), TONE_HZ) > PURE:
            return True
    return False


def _voices() -> Iterator[Told]:
    """What the system says itself, and whether texts of one's own can be spoken."""
    wanted = [SYSTEM / language / f"{key}{SUFFIX}" for language in LANGUAGES for key in PROMPTS]
    lacking = [path for path in wanted if not path.is_file()]
    if lacking:
        words = both(
            f"缺少 {len(lacking)} 个提示音，例如 {lacking[0]}",
            f"{len(lacking)} prompts are missing, e.g. {lacking[0]}",
        )
        yield "prompts", words, REINSTALL
    else:
        count = len(wanted)
        yield "prompts", both(f"{count} 个提示音齐全", f"{count} prompts are there"), None
    if cure := voices.missing():
        yield "voices", both("无法合成新的提示音", "texts of your own can't be spoken"), dict(cure)
    else:
        yield "voices", both("可以合成提示音", "texts of your own can be spoken"), None
