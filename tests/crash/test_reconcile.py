"""The audit finds every kind of damage, and none where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.embedded.postgres import EmbeddedPostgres
from parley.adapters.store.store import PostgresStore
from parley.core.center.center import Center
from parley.core.events import RecordingStored
from parley.core.inputs import (
    AgentScreenChanged,
    CallArrived,
    ConfigChanged,
    CustomerEnded,
    Input,
    LegAnswered,
    LegEnded,
    MessageReceived,
    MessageWritten,
    OfferAccepted,
    PresenceSet,
)
from parley.core.insight.facts import InteractionFact
from parley.core.model import (
    AgentProfile,
    CenterConfig,
    Channel,
    CustomerRef,
    EntryPoint,
    LegEnd,
    PresenceStatus,
    Queue,
)
from parley.core.ports import KeptRecording
from parley.engine.picture import CenterPicture
from parley.reconcile import Books, differing, reconcile_at
from tests.conftest import psql

AT = 1_790_000_000.253_456_7  # finer than the database keeps
LIN, WEB = "agt_lin", "web:vis_1"
CONFIG = CenterConfig(
    queues={"sales": Queue(id="sales", names={})},
    agents={LIN: AgentProfile(LIN, "林晓", {"sales": 1}, capacity={Channel.CHAT: 2})},
    entry_points={
        "shop": EntryPoint("shop", Channel.CHAT, "shop", "sales"),
        "line": EntryPoint("line", Channel.VOICE, "line", "sales", numbers=("10086",)),
    },
)


def wrote(number: int, address: str = WEB) -> MessageReceived:
    return MessageReceived(
        at=AT,
        entry_point="shop",
        address=address,
        message_id=f"msg_{address}_{number}",
        client_id=f"c_{number}",
        interaction_id=f"int_{address}",
        text="有货吗",
        customer=CustomerRef(id="cus_1", name="李雷"),
    )


STORY: list[Input] = [
    ConfigChanged(at=AT, config=CONFIG),
    AgentScreenChanged(at=AT, agent_id=LIN, online=True),
    PresenceSet(at=AT, agent_id=LIN, status=PresenceStatus.READY),
    wrote(1),
    OfferAccepted(at=AT, interaction_id=f"int_{WEB}", agent_id=LIN),
    MessageWritten(
        at=AT,
        interaction_id=f"int_{WEB}",
        agent_id=LIN,
        message_id="msg_lin",
        client_id="a_1",
        text="有",
    ),
    wrote(2),
    wrote(1, "web:vis_2"),
    CustomerEnded(at=AT, address="web:vis_2"),
    CallArrived(
        at=AT, interaction_id="int_call", leg_id="1790.1", entry_point="line",
        ani="+8613800138000", dnis="10086", customer=CustomerRef(id="cus_2", name="韩梅梅"),
    ),
    LegAnswered(at=AT + 1, leg_id="1790.1"),
    LegEnded(at=AT + 9, leg_id="1790.1", cause=LegEnd.NORMAL),
    CallArrived(
        at=AT + 9, interaction_id="int_live", leg_id="1790.2", entry_point="line",
        ani="+8613800138001", dnis="10086", customer=CustomerRef(id="cus_2", name="韩梅梅"),
    ),
]  # fmt: skip
KEPT = KeptRecording("rec_1", "int_call", "call", AT, 8.0, 900, "tnt/recordings/rec_1")
KEPT_TOLD = RecordingStored(
    at=AT + 10,
    recording_id="rec_1",
    interaction_id="int_call",
    kind="call",
    duration_s=8.0,
    size=900,
)


@pytest.fixture
async def told(store: PostgresStore, tenant: str) -> str:
    """A tenant whose journal tells STORY, with a snapshot at its end."""
    shard = store.shard(tenant)
    epoch = await shard.acquire("test")
    assert epoch is not None
    picture = CenterPicture("UTC", _no_history)
    seq = 0
    for news in STORY:
        events = picture.receive(news).events
        first, _ = await shard.commit(epoch, events, (), picture.take_changed(AT))
        seq = first + len(events) - 1
    await shard.save_snapshot(epoch, seq, picture.encode())
    await store.recordings.add(tenant, KEPT, [KEPT_TOLD])
    await shard.release(epoch)
    return tenant


async def _no_history(since: float) -> list[InteractionFact]:
    return []


async def books_of(dsn: str, tenant: str) -> Books:
    [books] = [each for each in await reconcile_at(dsn) if each.tenant_id == tenant]
    return books


async def test_an_honest_journal_balances(told: str, dsn: str) -> None:
    books = await books_of(dsn, told)
    assert books.faults == []
    assert (books.messages, books.ended, books.open) == (5, 2, 2)  # one message is the system's
    assert (books.legs, books.recordings) == (2, 1)


COPY = """INSERT INTO journal (tenant_id, seq, at, kind, interaction_id, payload)
SELECT tenant_id, (SELECT seq + 1 FROM shard s WHERE s.tenant_id = j.tenant_id), at, kind,
       interaction_id, {payload} FROM journal j WHERE {which}"""
COUNT = "UPDATE shard SET seq = seq + 1 WHERE {tenant}"


@pytest.mark.parametrize(
    ("law", "damage"),
    [
        ("numbered", ["DELETE FROM journal WHERE {tenant} AND seq = 2"]),
        ("numbered", ["UPDATE shard SET seq = seq + 1 WHERE {tenant}"]),
        ("stored once", ["DELETE FROM message WHERE {tenant} AND id = 'msg_lin'"]),
        ("stored once", ["UPDATE message SET seq = seq + 1 WHERE {tenant} AND id = 'msg_lin'"]),
        (
            "sent once",
            [
                COPY.format(
                    payload="""payload || '{{"message_id": "msg_again"}}'""",
                    which="{tenant} AND kind = 'MessageAdded' AND seq = "
                    "(SELECT min(seq) FROM journal WHERE {tenant} AND kind = 'MessageAdded')",
                ),
                COUNT,
            ],
        ),
        (
            "ends once",
            [
                COPY.format(
                    payload="payload",
                    which="{tenant} AND kind = 'Ended' AND interaction_id = 'int_web:vis_2'",
                ),
                COUNT,
            ],
        ),
        (
            "ends once",
            [
                COPY.format(
                    payload="payload",
                    which="{tenant} AND kind = 'Arrived' AND interaction_id = 'int_web:vis_1'",
                ),
                COUNT,
            ],
        ),
        ("rows", ["DELETE FROM interaction WHERE {tenant} AND id = 'int_web:vis_1'"]),
        (
            "rows",
            [
                """UPDATE interaction SET fact = fact || '{{"messages_in": 7}}'
                WHERE {tenant} AND id = 'int_web:vis_2'"""
            ],
        ),
        ("legs", ["DELETE FROM leg WHERE {tenant} AND id = '1790.1'"]),
        ("legs", ["UPDATE leg SET cause = 'busy' WHERE {tenant} AND id = '1790.1'"]),
        ("legs", ["UPDATE leg SET ended_at = now() WHERE {tenant} AND id = '1790.2'"]),
        ("legs", [COPY.format(payload="payload", which="{tenant} AND kind = 'LegOver'"), COUNT]),
        (
            "tickets",
            [
                """INSERT INTO journal (tenant_id, seq, at, kind, interaction_id, payload)
                SELECT tenant_id, seq + 1, now(), 'MessageLeft', 'int_live', '{{"at": 1790000011,
                "interaction_id": "int_live", "ticket_id": "tkt_live", "text": ""}}'
                FROM shard WHERE {tenant}""",
                COUNT,
            ],
        ),
        ("recordings", ["DELETE FROM recording WHERE {tenant}"]),
        ("recordings", ["UPDATE recording SET id = 'rec_2' WHERE {tenant}"]),
        (
            "snapshots",
            [
                """UPDATE journal SET payload = payload || '{{"reason": "lunch"}}'
                WHERE {tenant} AND kind = 'PresenceChanged'"""
            ],
        ),
    ],
)
async def test_damage_is_found_and_named(
    postgres: EmbeddedPostgres, told: str, dsn: str, law: str, damage: list[str]
) -> None:
    database = dsn.split("/")[3].partition("?")[0]
    for statement in damage:
        psql(postgres, statement.format(tenant=f"tenant_id = '{told}'"), database=database)
    books = await books_of(dsn, told)
    assert law in {fault.law for fault in books.faults}


def test_a_state_and_its_replay_are_compared_part_by_part() -> None:
    one, other = Center(), Center()
    for news in STORY:
        one.receive(news)
    assert set(differing(one.state, other.state)) >= {
        f"agents {LIN}",
        f"interactions int_{WEB}",
        f"by_address {WEB}",
        "config",
    }


async def test_a_recordings_file_is_looked_for_where_the_files_are(
    store: PostgresStore, told: str, dsn: str, tmp_path: Path
) -> None:
    blobs = DiskBlobs(tmp_path)

    async def faults() -> set[str]:
        all_books = await reconcile_at(dsn, blobs)
        return {f.law for books in all_books if books.tenant_id == told for f in books.faults}

    assert await faults() == {"recordings"}
    await blobs.put(KEPT.blob_key, b"sound")
    assert await faults() == set()
    await store.recordings.mark_deleted(told, KEPT.id, [])
    assert await faults() == {"recordings"}
    await blobs.remove(KEPT.blob_key)
    assert await faults() == set()
