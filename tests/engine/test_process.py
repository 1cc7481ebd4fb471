"""The whole of it as a child process: it starts, stops, survives a power cut and its own backup."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.database import Database
from tests.engine.running import Person, Running, environment, lives, parley, roomy

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company():
    """A running demo company; the stories stop and start it again."""
    with roomy() as folder:
        running = Running(folder / "data").start()
        yield running
        running.close()


@pytest.fixture
def folder():
    with roomy() as folder:
        yield folder


class Visitor:
    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url
        self.session = httpx.post(
            f"{url}/chat/v1/session",
            json={"entry": "demo-shop", "token": token, "language": "zh-CN"},
        ).json()
        self.token = self.session["token"]

    def say(self, *texts: str) -> None:
        """Returns when each is acknowledged: then it is durable."""
        with connect(f"ws{self.url.removeprefix('http')}/chat/v1/live") as line:
            line.send(json.dumps({"type": "hello", "token": self.token}))
            for number, text in enumerate(texts):
                line.send(json.dumps({"type": "send", "client_id": f"c{number}", "text": text}))
                while json.loads(line.recv(10))["type"] != "ack":
                    pass

    def messages(self) -> list[str]:
        """What the customer wrote, as the server tells it now."""
        shown = Visitor(self.url, self.token).session["messages"]
        return [message["text"] for message in shown if message["sender"] == "customer"]


def test_everything_is_served_and_each_part_says_so(company):
    with httpx.Client(base_url=company.url, timeout=30) as client:
        ready = client.get("/readyz").json()
        assert ready["ready"], ready
        assert {"database", "postgres", "disk", "engine tnt_demo"} <= ready["parts"].keys()
        assert client.get("/healthz").json() == {"status": "ok"}
        assert "parley_engine_leading" in client.get("/metrics").text
        assert client.get("/openapi.json").json()["openapi"].startswith("3.")
        page = client.get("/")
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
        assert client.get("/assets/none.js").status_code == 404
        assert client.get("/api/v1/nothing").status_code == 404


def test_a_power_cut_loses_nothing_and_a_second_start_takes_seconds(company):
    visitor = Visitor(company.url)
    visitor.say("冰箱有货吗", "要双开门的")
    postgres = company.postgres_pid
    company.kill()
    company.start()
    assert not lives(postgres)
    visitor.url = company.url
    assert visitor.messages() == ["冰箱有货吗", "要双开门的"]
    state = Visitor(company.url, visitor.token).session["state"]
    assert state["phase"] in ("queued", "offered", "away")
    assert company.took_s < 10


def test_a_stop_ends_every_child_and_the_next_start_goes_on(company):
    visitor = Visitor(company.url)
    visitor.say("再问一句")
    postgres = company.postgres_pid
    assert company.stop() == 0
    assert not lives(postgres)
    assert company.lines[-1].strip().endswith("stopped")
    company.start()
    visitor.url = company.url
    assert visitor.messages() == ["再问一句"]


def test_postgres_killed_alone_comes_back_and_nothing_is_lost(company):
    visitor = Visitor(company.url)
    visitor.say("先说一句")
    os.kill(company.postgres_pid, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{company.url}/readyz").json()["ready"]:
                break
        except httpx.HTTPError:
            pass
    visitor.say("先说一句", "再说一句")
    assert visitor.messages() == ["先说一句", "再说一句"], "nothing lost, nothing twice"


def test_a_settings_change_reaches_the_live_center_at_once(company):
    boss = Person(company.url, "admin@demo.parley")
    queue = next(iter(boss.get("/queues")))
    id_ = queue.pop("id")
    del queue["updated_at"]
    queue["names"]["en-US"] = "Renamed"
    boss.put(f"/queues/{id_}", **queue)
    shown = {row["id"]: row for row in boss.get("/board")["queues"]}
    assert shown[id_]["names"]["en-US"] == "Renamed"


def test_a_backup_of_a_running_company_is_restored_elsewhere(company, folder):
    visitor = Visitor(company.url)
    visitor.say("备份之前")
    file = folder / "company.tar"
    done = parley(company.data_dir, "backup", str(file))
    assert done.returncode == 0, done.stderr
    again = parley(company.data_dir, "backup", str(file))
    assert again.returncode == 1
    assert "exists already" in again.stderr
    elsewhere = folder / "elsewhere"
    done = parley(elsewhere, "restore", str(file))
    assert done.returncode == 0, done.stderr
    assert "already" in parley(elsewhere, "restore", str(file)).stderr
    restored = Running(elsewhere).start()
    try:
        visitor.url = restored.url
        assert visitor.messages() == ["备份之前"]
    finally:
        restored.close()


def test_doctor_names_each_part_for_people_and_machines(company):
    port = company.url.rsplit(":", 1)[1]
    report = json.loads(parley(company.data_dir, "doctor", "--json", PARLEY_PORT=port).stdout)
    parts = {finding["part"]: finding for finding in report["findings"]}
    assert parts["server: engine tnt_demo"]["ok"]
    assert parts["schema"]["ok"]
    assert all(finding["cause"].keys() == {"zh-CN", "en-US"} for finding in parts.values())


def test_what_failed_for_good_is_told_everywhere_until_it_is_forgotten(company):
    port = company.url.rsplit(":", 1)[1]
    asyncio.run(give_up_a_ticket(EmbeddedPostgres(company.data_dir).dsn))
    ready = httpx.get(f"{company.url}/readyz").json()
    assert ready["ready"], "what failed is told, the rest works"
    assert "1 failed for good" in ready["parts"]["outbox tnt_demo"]["detail"]
    metrics = httpx.get(f"{company.url}/metrics").text
    assert 'parley_outbox_failed{tenant="tnt_demo"} 1.0' in metrics
    doctor = json.loads(parley(company.data_dir, "doctor", "--json", PARLEY_PORT=port).stdout)
    (finding,) = [each for each in doctor["findings"] if each["part"] == "outbox"]
    assert "OpenTicket of int_lost: no such queue" in finding["cause"]["en-US"]
    assert "parley failures --forget" in finding["cure"]["zh-CN"]
    told = parley(company.data_dir, "failures", "--forget").stdout
    assert told == "tnt_demo OpenTicket of int_lost: no such queue\n"
    assert parley(company.data_dir, "failures").stdout == "none\n"
    detail = httpx.get(f"{company.url}/readyz").json()["parts"]["outbox tnt_demo"]["detail"]
    assert detail.endswith("0 failed")


async def give_up_a_ticket(dsn: str) -> None:
    """As the outbox does after its last try."""
    database = Database(dsn, pool_size=2)
    await database.open()
    try:
        async with database.tenant("tnt_demo") as connection:
            await connection.execute(
                "INSERT INTO outbox (tenant_id, lane, kind, payload, failed, error)"
                " VALUES ('tnt_demo', 'int_lost', 'OpenTicket', '{}', true, 'no such queue')"
            )
    finally:
        await database.close()


# --- what keeps it from starting is one sentence ------------------------------------------------------


def refusal(data_dir: Path, **more: str) -> str:
    """The one line that a failing start says."""
    done = parley(data_dir, "run", **more)
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("parley: ")]
    assert "Traceback" not in done.stderr
    return line


def test_a_busy_port_is_named(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"Port {port} is taken" in refusal(folder, PARLEY_PORT=str(port))


def test_a_data_directory_that_cannot_be_made_is_named(folder):
    (folder / "file").write_text("")
    assert str(folder / "file") in refusal(folder / "file" / "data")


def test_a_second_instance_on_the_same_data_is_refused(company):
    assert "already running" in refusal(company.data_dir)


def test_a_wrong_setting_is_named(folder):
    assert "PARLEY_LOG_LEVEL" in refusal(folder, PARLEY_LOG_LEVEL="loud")


def test_an_unreachable_database_is_named_without_its_password(folder):
    url = "postgresql://someone:secret-word@127.0.0.1:1/nothing"
    line = refusal(folder, PARLEY_DATABASE_URL=url, PARLEY_DATABASE_PATIENCE_S="0.1")
    assert "secret-word" not in line
    assert "database" in line.lower()


def test_an_old_python_is_told_what_is_needed(folder):
    """The guard runs before anything newer is imported."""
    code = (
        "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0);"
        "runpy.run_module('parley', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr.strip() == "parley: this is Python 3.9.2, but Parley needs 3.11 or newer."
