"""What a commit of the engine makes readable: messages, facts, owners, words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from parley.adapters.store import commit
from parley.adapters.store.store import PostgresStore
from parley.core.errors import Conflict
from parley.core.events import (
    Arrived,
    Connected,
    DeliveryChanged,
    Ended,
    Event,
    MessageAdded,
    Queued,
)
from parley.core.insight.facts import Facts
from parley.core.model import (
    Attachment,
    Channel,
    CustomerRef,
    Delivery,
    Outcome,
    Sender,
    Visibility,
)
from parley.core.ports import InteractionFilter, StoredFile

AT = 1_790_000_000.25


class Visitor:
    """Tells a story of interactions to the journal as an engine would."""

    def __init__(self, store: PostgresStore, tenant: str) -> None:
        self.store, self.tenant = store, tenant
        self.shard = store.shard(tenant)
        self.facts = Facts()
        self.epoch = 0

    async def tells(self, *events: Event) -> int:
        if not self.epoch:
            self.epoch = await self.shard.acquire("test") or 0
        changed = [f for event in events if (f := self.facts.apply(event)) is not None]
        return (await self.shard.commit(self.epoch, events, [], changed))[0]

    async def finds(self, **wanted: Any) -> list[str]:
        page = await self.store.interactions.list(
            self.tenant, InteractionFilter(**wanted), None, 50
        )
        some = InteractionFilter(**wanted)
        counted = await self.store.interactions.count(self.tenant, some, 50)
        assert counted == len(page.items)
        return [fact.id for fact in page.items]


@pytest.fixture
async def visitor(store: PostgresStore, tenant: str):
    teller = Visitor(store, tenant)
    yield teller
    await teller.shard.release(teller.epoch)


def arrived(id_: str, at: float = AT, address: str = "web:vis_1", name: str = "李雷") -> Arrived:
    customer = CustomerRef(id=f"cus_{name}", name=name)
    return Arrived(
        at=at,
        interaction_id=id_,
        channel=Channel.CHAT,
        entry_point="shop",
        address=address,
        customer=customer,
        language="zh-CN",
    )


def queued(id_: str, at: float = AT, queue: str = "presales") -> Queued:
    return Queued(at=at, interaction_id=id_, queue=queue, priority=0, order_at=at, reason="arrived")


def said(id_: str, message: str, text: str, **more: Any) -> MessageAdded:
    values: dict = {"sender": Sender.CUSTOMER, "client_id": f"c-{message}", "at": AT, **more}
    return MessageAdded(interaction_id=id_, message_id=message, text=text, **values)


def connected(id_: str, agent: str, waited_s: float, queue: str = "presales") -> Connected:
    return Connected(
        at=AT + waited_s, interaction_id=id_, agent_id=agent, queue=queue, waited_s=waited_s
    )


def ended(id_: str, outcome: Outcome, at: float = AT) -> Ended:
    return Ended(at=at, interaction_id=id_, outcome=outcome)


async def test_messages_are_read_back_with_the_seq_of_their_event(visitor: Visitor) -> None:
    picture = Attachment(id="att_1", name="门.png", media_type="image/png", size=9)
    first = await visitor.tells(
        arrived("int_1"),
        queued("int_1"),
        said("int_1", "msg_1", "你好\x00", attachments=(picture,)),
        said("int_1", "msg_2", "note", sender=Sender.AGENT, visibility=Visibility.INTERNAL),
    )
    interactions = visitor.store.interactions
    public = await interactions.messages(visitor.tenant, "int_1")
    assert [(m.id, m.seq, m.text) for m in public] == [("msg_1", first + 2, "你好\ufffd")]
    assert public[0].attachments[0]["name"] == "门.png"
    everything = await interactions.messages(visitor.tenant, "int_1", internal=True)
    assert [m.id for m in everything] == ["msg_1", "msg_2"]


async def test_a_thread_joins_the_conversations_of_an_address(visitor: Visitor) -> None:
    await visitor.tells(arrived("int_1"), said("int_1", "msg_1", "first"))
    await visitor.tells(ended("int_1", Outcome.SERVED))
    await visitor.tells(arrived("int_2", AT + 9), said("int_2", "msg_2", "second"))
    await visitor.tells(arrived("int_3", address="web:vis_2"), said("int_3", "msg_3", "other"))
    await visitor.tells(said("int_2", "msg_4", "third"), said("int_2", "msg_5", "fourth"))

    thread = visitor.store.interactions.thread
    everything = await thread(visitor.tenant, "web:vis_1")
    assert [m.text for m in everything] == ["first", "second", "third", "fourth"]
    seqs = [m.seq for m in everything]
    assert [m.seq for m in await thread(visitor.tenant, "web:vis_1", limit=2)] == seqs[2:]
    before = await thread(visitor.tenant, "web:vis_1", before_seq=seqs[2], limit=1)
    assert [m.seq for m in before] == [seqs[1]]
    after = await thread(visitor.tenant, "web:vis_1", after_seq=seqs[0], limit=2)
    assert [m.seq for m in after] == seqs[1:3]


async def test_a_client_id_is_found_in_any_conversation_of_its_address(visitor: Visitor) -> None:
    await visitor.tells(arrived("int_1"), said("int_1", "msg_1", "hello", client_id="k7"))
    await visitor.tells(ended("int_1", Outcome.SERVED))
    find = visitor.store.interactions.message_of_client
    found = await find(visitor.tenant, "web:vis_1", "k7")
    assert found is not None
    assert found.id == "msg_1"
    assert await find(visitor.tenant, "web:vis_2", "k7") is None
    assert await find(visitor.tenant, "web:vis_1", "k8") is None


async def test_a_failed_delivery_is_shown_at_the_message(visitor: Visitor) -> None:
    await visitor.tells(arrived("int_1"), said("int_1", "msg_1", "hi", sender=Sender.AGENT))
    failure = DeliveryChanged(
        at=AT,
        interaction_id="int_1",
        message_id="msg_1",
        delivery=Delivery.FAILED,
        side=Sender.AGENT,
        reason="address unknown",
    )
    await visitor.tells(failure)
    [message] = await visitor.store.interactions.messages(visitor.tenant, "int_1")
    assert message.failed == "address unknown"


async def test_a_fact_is_read_back_as_it_was_folded(visitor: Visitor) -> None:
    await visitor.tells(arrived("int_1"), queued("int_1"), connected("int_1", "agt_1", 12.5))
    stored = await visitor.store.interactions.get(visitor.tenant, "int_1")
    assert stored == visitor.facts.rows["int_1"]
    assert await visitor.store.interactions.get(visitor.tenant, "int_9") is None


async def test_the_words_of_a_filter_mean_what_the_board_counts(visitor: Visitor) -> None:
    await visitor.tells(
        *(arrived("int_fast"), queued("int_fast"), connected("int_fast", "agt_1", 29.0)),
        *(arrived("int_late"), queued("int_late"), connected("int_late", "agt_2", 31.0)),
        *(arrived("int_gone"), queued("int_gone"), ended("int_gone", Outcome.ABANDONED, AT + 60)),
        *(arrived("int_blip"), queued("int_blip"), ended("int_blip", Outcome.ABANDONED, AT + 2)),
        *(arrived("int_wait", AT + 100), queued("int_wait", AT + 100, "english")),
    )
    await save_queue(visitor, "presales", service_level_s=30.0, short_abandon_s=5.0)
    finds = visitor.finds
    assert set(await finds(answered=True)) == {"int_fast", "int_late"}
    assert await finds(in_service_level=True) == ["int_fast"]
    assert set(await finds(outcome="abandoned")) == {"int_gone", "int_blip"}
    assert await finds(outcome="abandoned", short_abandon=False) == ["int_gone"]
    assert await finds(short_abandon=True) == ["int_blip"]
    assert await finds(agent_id="agt_2") == ["int_late"]
    assert await finds(queue="english", phases=("queued",)) == ["int_wait"]
    assert await finds(queues=("english", "complaints")) == ["int_wait"]
    assert await finds(queued_from=AT + 100, queued_to=AT + 101) == ["int_wait"]
    assert await finds(queued_to=AT) == []


async def save_queue(visitor: Visitor, id_: str, **body: float) -> None:
    from parley.core.desk.settings import Document

    document = Document(kind="queue", id=id_, body={"id": id_, **body}, updated_at=AT)
    await visitor.store.documents.save(visitor.tenant, document, [], new=True)


@pytest.mark.parametrize("step_s", [1, 2**-22])  # the finest that a clock's float can tell
async def test_pages_follow_each_other_without_gap_or_repeat(
    visitor: Visitor, step_s: float
) -> None:
    ids = [f"int_{n:02}" for n in range(40)]
    await visitor.tells(*(arrived(id_, AT + n // 3 * step_s) for n, id_ in enumerate(ids)))
    seen: list[str] = []
    cursor = None
    while True:
        page = await visitor.store.interactions.list(visitor.tenant, InteractionFilter(), cursor, 3)
        seen += [fact.id for fact in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert sorted(seen) == ids
    if step_s == 1:
        assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("退货", {"int_1"}),
        ("运费", {"int_1"}),
        ("refunds", {"int_2"}),
        ("refund policy", {"int_2"}),
        ("policy refund 退货", set()),
        ("韩梅", {"int_2"}),
        ("梅梅", {"int_2"}),
        ("t_1", {"int_1"}),
        ("_", set()),
        ("int_1", {"int_1"}),
        ("100%_", set()),
        ("'; DROP TABLE", set()),
    ],
)
async def test_interactions_are_found_by_what_was_said_and_who_said_it(
    visitor: Visitor, text: str, found: set[str]
) -> None:
    await visitor.tells(
        arrived("int_1"), said("int_1", "msg_1", "我想退货，请问运费谁出？"),
        arrived("int_2", name="韩梅梅"), said("int_2", "msg_2", "What is your refund policy?"),
    )  # fmt: skip
    assert set(await visitor.finds(text=text)) == found


async def test_a_rating_is_kept_once_and_survives_later_facts(visitor: Visitor) -> None:
    await visitor.tells(arrived("int_1"), queued("int_1"), connected("int_1", "agt_1", 3.0))
    rate = visitor.store.interactions.rate
    rated = await rate(visitor.tenant, "int_1", 5, "谢谢", AT + 10)
    assert rated is not None
    assert (rated.rating, rated.rating_comment) == (5, "谢谢")
    with pytest.raises(Conflict) as refused:
        await rate(visitor.tenant, "int_1", 1, "", AT + 11)
    assert refused.value.code == "already_rated"
    assert await rate(visitor.tenant, "int_9", 1, "", AT) is None

    await visitor.tells(ended("int_1", Outcome.SERVED, AT + 20))
    stored = await visitor.store.interactions.get(visitor.tenant, "int_1")
    assert stored is not None
    assert (stored.rating, stored.outcome) == (5, Outcome.SERVED)
    assert await visitor.finds(rated=True) == ["int_1"]
    kinds = [
        type(r.event).__name__
        for r in await visitor.store.journal.of_interaction(visitor.tenant, "int_1")
    ]
    assert kinds == ["Arrived", "Queued", "Connected", "Rated", "Ended"]


async def test_the_board_is_rebuilt_from_what_was_queued_since(visitor: Visitor) -> None:
    await visitor.tells(arrived("int_1"), queued("int_1", AT), arrived("int_2"))
    await visitor.tells(queued("int_2", AT + 50))
    since = visitor.store.interactions.since_queued
    assert [f.id for f in await since(visitor.tenant, AT)] == ["int_1", "int_2"]
    assert [f.id for f in await since(visitor.tenant, AT + 1)] == ["int_2"]


async def test_a_file_belongs_to_the_first_interaction_that_carries_it(
    visitor: Visitor, store: PostgresStore, tenant: str
) -> None:
    """In the very commit of the message: a crash right after it leaves no file that nobody may see."""
    file = StoredFile("att_1", "发票.pdf", "application/pdf", 99, "ab" * 32, "web:vis_1", AT)
    await store.files.add(tenant, file)
    for number in (1, 2):
        await visitor.tells(
            arrived(f"int_{number}", address=f"web:vis_{number}"),
            MessageAdded(
                at=AT,
                interaction_id=f"int_{number}",
                message_id=f"msg_{number}",
                client_id="c1",
                sender=Sender.CUSTOMER,
                text="",
                attachments=(Attachment("att_1", file.name, file.media_type, file.size),),
            ),
        )
    assert await store.files.get(tenant, "att_1") == replace(file, interaction_id="int_1")


@pytest.mark.parametrize(("part", "width"), [("undelivered", 2), ("moved", 9), ("forgotten", 1)])
async def test_what_a_commit_changes_is_found_by_its_key(
    store: PostgresStore, tenant: str, part: str, width: int
) -> None:
    """Also by a plan that was made before there were rows: else each commit would read all of them."""
    name = f"commit_{part}"
    async with store._database.tenant(tenant) as connection:
        await connection.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE {name} AS {commit._statement(((part, width),))}")
        empty = ", NULL" * width
        rows = await connection.fetch(f"EXPLAIN EXECUTE {name} ('', 1, 1, 3{empty})")
        await connection.execute(f"DEALLOCATE {name}")
    plan = [row[0] for row in rows]
    found = [line for line in plan if "Index Cond" in line]
    assert [line for line in found if "AND" not in line] == [found[0]], plan  # the shard's own row
    assert not [line for line in plan if "Seq Scan" in line], plan
