"""The peer: matrix-synapse, one process, on the same PostgreSQL binaries; rate limits lifted,
presence off. Each sender has a room with one receiver who long-polls /sync, as Matrix clients do.

Install it where Parley's own environment is not disturbed:

    python3 -m venv /somewhere && /somewhere/bin/pip install 'matrix-synapse[postgres]==1.163.2'
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import parse_qs, quote, unquote, urlsplit

import httpx

from bench.measure import percentile
from parley.adapters.embedded.postgres import EmbeddedPostgres

READY_S = 90.0
_UNLIMITED = {"per_second": 1_000_000, "burst_count": 1_000_000}
_LIMITS = (
    "rc_message", "rc_registration", "rc_registration_token_validity", "rc_admin_redaction",
    "rc_joins_per_room", "rc_third_party_invite",
)  # fmt: skip


def measure(python: Path, senders: Sequence[int], seconds: float) -> dict[int, dict[str, float]]:
    """Messages a second and median delay for each number of senders."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        database = EmbeddedPostgres(folder / "data")
        database.start()
        try:
            _create_database(database)
            with _serving(python, folder, database) as (url, secret):
                return asyncio.run(_measure(url, secret, senders, seconds))
        finally:
            database.stop()


def _create_database(server: EmbeddedPostgres) -> None:
    statement = "CREATE DATABASE synapse TEMPLATE template0"
    command = [str(server.bin_dir / "psql"), "-Xq", "-c", statement, server.superuser_dsn]
    subprocess.run(command, check=True)


@contextlib.contextmanager
def _serving(python: Path, folder: Path, database: EmbeddedPostgres) -> Iterator[tuple[str, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    secret, url = secrets.token_hex(16), f"http://127.0.0.1:{port}"
    path = folder / "homeserver.yaml"  # JSON is YAML
    path.write_text(json.dumps(_config(folder, database, port, secret)), "utf-8")
    base = [str(python), "-m", "synapse.app.homeserver", "-c", str(path)]
    subprocess.run([*base, "--generate-keys"], check=True, cwd=folder, capture_output=True)
    log = (folder / "synapse.log").open("wb")
    process = subprocess.Popen(base, cwd=folder, stdout=log, stderr=log)
    try:
        _await_ready(url, process, folder / "synapse.log")
        yield url, secret
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        log.close()


def _config(folder: Path, server: EmbeddedPostgres, port: int, secret: str) -> dict[str, object]:
    address = urlsplit(server.superuser_dsn)
    query = parse_qs(address.query)
    logs = folder / "log.yaml"
    logs.write_text(
        json.dumps({"version": 1, "root": {"level": "ERROR"}, "disable_existing_loggers": False})
    )
    return {
        "server_name": "bench",
        "listeners": [
            {
                "port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": False,
                "resources": [{"names": ["client"], "compress": False}],
            }
        ],
        "database": {
            "name": "psycopg2",
            "allow_unsafe_locale": True,
            "args": {
                "user": unquote(address.username or query["user"][0]),
                "password": unquote(address.password or ""),
                "dbname": "synapse",
                "host": query["host"][0],
                "cp_min": 5, "cp_max": 10,
            },
        },
        "registration_shared_secret": secret,
        "signing_key_path": str(folder / "signing.key"),
        "media_store_path": str(folder / "media"),
        "log_config": str(logs),
        "report_stats": False,
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _UNLIMITED),
        "rc_joins": {"local": _UNLIMITED, "remote": _UNLIMITED},
        "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _UNLIMITED),
        **dict.fromkeys(_LIMITS, _UNLIMITED),
    }  # fmt: skip


def _await_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + READY_S
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/health").is_success:
                return
        time.sleep(0.2)
    raise SystemExit(f"synapse did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")


class Person:
    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.client = httpx.AsyncClient(base_url=url, timeout=60.0)
        self.id = ""

    async def register(self, secret: str) -> None:
        path = "/_synapse/admin/v1/register"
        nonce = (await self.client.get(path)).json()["nonce"]
        signed = f"{nonce}\0{self.name}\0password\0notadmin".encode()
        body = {
            "nonce": nonce, "username": self.name, "password": "password", "admin": False,
            "mac": hmac.new(secret.encode(), signed, "sha1").hexdigest(),
        }  # fmt: skip
        answer = (await self.client.post(path, json=body)).raise_for_status().json()
        self.id = answer["user_id"]
        self.client.headers["Authorization"] = f"Bearer {answer['access_token']}"


class Pair:
    """A sender and a receiver in a room of their own."""

    def __init__(self, url: str, number: int) -> None:
        self.took: list[float] = []
        self._sender = Person(url, f"sender{number}")
        self._receiver = Person(url, f"receiver{number}")
        self._sent: dict[str, float] = {}
        self._room = ""
        self._count = 0
        self._listening: asyncio.Task[None] | None = None

    async def meet(self, secret: str) -> None:
        await self._sender.register(secret)
        await self._receiver.register(secret)
        body = {"preset": "private_chat", "invite": [self._receiver.id]}
        room = await self._sender.client.post("/_matrix/client/v3/createRoom", json=body)
        self._room = quote(room.raise_for_status().json()["room_id"])
        joined = await self._receiver.client.post(f"/_matrix/client/v3/join/{self._room}", json={})
        joined.raise_for_status()
        self._listening = asyncio.create_task(self._listen())

    async def send(self) -> None:
        self._count += 1
        text = f"message {self._count} asks where the parcel is"
        path = f"/_matrix/client/v3/rooms/{self._room}/send/m.room.message/t{self._count}"
        self._sent[text] = time.perf_counter()
        body = {"msgtype": "m.text", "body": text}
        (await self._sender.client.put(path, json=body)).raise_for_status()

    async def part(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
        await self._sender.client.aclose()
        await self._receiver.client.aclose()

    async def _listen(self) -> None:
        since = None
        while True:
            query = {"timeout": "30000", **({"since": since} if since else {})}
            answer = await self._receiver.client.get("/_matrix/client/v3/sync", params=query)
            page = answer.raise_for_status().json()
            since = page["next_batch"]
            for room in page.get("rooms", {}).get("join", {}).values():
                for event in room["timeline"]["events"]:
                    began = self._sent.pop(event.get("content", {}).get("body", ""), None)
                    if began is not None:
                        self.took.append(time.perf_counter() - began)


async def _measure(
    url: str, secret: str, senders: Sequence[int], seconds: float
) -> dict[int, dict[str, float]]:
    pairs = [Pair(url, number) for number in range(max(senders))]
    for pair in pairs:
        await pair.meet(secret)
    found = {}
    for count in senders:
        for pair in pairs:
            pair.took.clear()
        end = time.perf_counter() + seconds

        async def one(pair: Pair, end: float = end) -> int:
            sent = 0
            while time.perf_counter() < end:
                await pair.send()
                sent += 1
            return sent

        sent = sum(await asyncio.gather(*(one(pair) for pair in pairs[:count])))
        await asyncio.sleep(1.0)
        took = [delay for pair in pairs for delay in pair.took]
        found[count] = {"per_s": sent / seconds, "p50_ms": 1000 * percentile(took, 0.5)}
    for pair in pairs:
        await pair.part()
    return found
