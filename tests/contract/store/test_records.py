"""Records: each change is a version, a row and its events in one transaction."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from parley.adapters.blobs.disk import DiskBlobs
from parley.adapters.store.database import Database
from parley.adapters.store.store import PostgresStore
from parley.core.desk.account import Account, AccountRole, Session
from parley.core.desk.attachment import blob_key
from parley.core.desk.customer import Address, Customer, Order
from parley.core.desk.settings import Document
from parley.core.desk.signin import FREE_FAILURES
from parley.core.desk.ticket import Ticket, TicketComment, TicketPriority, TicketStatus
from parley.core.errors import Conflict, Invalid, NotFound
from parley.core.events import Event, RecordChanged, SignInFailed, TicketChanged, TicketCommented
from parley.core.ports import Notice, StoredFile
from parley.engine.codec import Codec
from parley.ids import new_id
from parley.leftovers import KEPT_S, remove_leftovers

AT = 1_790_000_000.5


def account(tenant: str, **more: Any) -> Account:
    values: dict = {
        "id": new_id("agt"),
        "email": f"{new_id('a')}@demo.parley".lower(),
        "name": "林晓",
        "role": AccountRole.AGENT,
        "password_hash": "argon2id…",
        **more,
    }
    return Account(tenant_id=tenant, **values)


def changed(kind: str, id_: str) -> RecordChanged:
    return RecordChanged(at=AT, kind=kind, id=id_, action="changed", by="agt_1")


# --- accounts and sessions ---------------------------------------------------------------------


async def test_an_account_is_found_by_its_email_in_every_tenant(
    store: PostgresStore, tenant: str
) -> None:
    other = new_id("tnt")
    await store.add_tenant(other)
    email = f"{new_id('x')}@demo.parley".lower()
    both = [account(t, email=email) for t in (tenant, other)]
    for one in both:
        await store.accounts.save(one, [], new=True)
    found = await store.accounts.by_email(email.upper())
    assert {a.tenant_id for a in found} == {tenant, other}
    assert await store.accounts.get(tenant, both[0].id) == both[0]
    assert await store.accounts.get(tenant, both[1].id) is None


async def test_an_email_belongs_to_one_account_of_a_tenant(
    store: PostgresStore, tenant: str
) -> None:
    first, second = account(tenant), account(tenant)
    await store.accounts.save(first, [], new=True)
    with pytest.raises(Conflict) as refused:
        await store.accounts.save(replace(second, email=first.email), [], new=True)
    assert refused.value.code == "email_taken"


async def test_a_change_made_on_an_old_version_is_refused_with_its_events(
    store: PostgresStore, tenant: str
) -> None:
    first = await store.accounts.save(account(tenant), [], new=True)
    second = await store.accounts.save(replace(first, name="林小"), [changed("account", first.id)])
    assert second.version == first.version + 1
    with pytest.raises(Conflict) as refused:
        await store.accounts.save(replace(first, name="迟到"), [changed("account", first.id)])
    assert refused.value.code == "version_changed"
    assert len(await store.journal.since(tenant, 0, 100)) == 1


async def test_wrong_passwords_in_a_row_lock_the_account(store: PostgresStore, tenant: str) -> None:
    one = await store.accounts.save(account(tenant), [], new=True)
    counts = await asyncio.gather(
        *(store.accounts.count_failure(tenant, one.id, AT) for _ in range(FREE_FAILURES))
    )
    assert sorted(a.failures for a in counts) == list(range(1, FREE_FAILURES + 1))
    locked = await store.accounts.get(tenant, one.id)
    assert locked is not None
    assert locked.locked_until is not None
    assert locked.locked_until > AT
    await store.accounts.clear_failures(tenant, one.id)
    assert await store.accounts.get(tenant, one.id) == one


async def test_a_session_is_known_by_its_token_until_it_expires_or_is_closed(
    store: PostgresStore, tenant: str
) -> None:
    one = await store.accounts.save(account(tenant), [], new=True)
    tokens = [hashlib.sha256(new_id("tok").encode()).digest() for _ in range(3)]
    for token in tokens:
        session = Session(token, tenant, one.id, "csrf", created_at=AT, expires_at=AT + 60)
        await store.accounts.open_session(session, [])
    known = await store.accounts.session(tokens[0], AT + 59)
    assert known is not None
    assert known[0].token_hash == tokens[0]
    assert known[1] == one
    assert await store.accounts.session(tokens[0], AT + 60) is None

    await store.accounts.close_session(tokens[0])
    assert await store.accounts.session(tokens[0], AT) is None
    assert await store.accounts.session(tokens[1], AT) is not None
    await store.accounts.close_sessions_of(tenant, one.id)
    assert await store.accounts.session(tokens[1], AT) is None


async def test_news_without_a_row_is_recorded_and_told(database: Database, tenant: str) -> None:
    told: list[tuple[str, int, Sequence[Event]]] = []
    store = PostgresStore(database, Codec, recorded=lambda *news: told.append(news))
    event = SignInFailed(at=AT, email="x@y.z")
    await store.accounts.record(tenant, [event])
    assert told == [(tenant, 1, [event])]
    assert [r.event for r in await store.journal.since(tenant, 0, 10)] == [event]


async def test_the_journal_is_read_by_time_and_kind_page_by_page(
    store: PostgresStore, tenant: str
) -> None:
    """In order of time, also where that is not the order of writing; ends are half open."""
    times = [AT, AT + 2, AT + 1, AT + 1, AT + 3]
    for n, at in enumerate(times):
        await store.accounts.record(tenant, [SignInFailed(at=at, email=f"{n}@y.z")])
    await store.accounts.record(tenant, [changed("queue", "q")])
    kinds, until = (SignInFailed,), AT + 3
    first = await store.journal.between(tenant, AT, until, 3, kinds=kinds)
    assert [r.seq for r in first] == [1, 3, 4]
    last = first[-1]
    rest = await store.journal.between(
        tenant, last.event.at, until, 3, kinds=kinds, after_seq=last.seq
    )
    assert [r.seq for r in rest] == [2]
    assert await store.journal.between(new_id("tnt"), AT, until, 3, kinds=kinds) == []


async def test_a_refused_change_is_not_told(database: Database, tenant: str) -> None:
    told: list[object] = []
    store = PostgresStore(database, Codec, recorded=lambda *news: told.append(news))
    missing = Document(kind="queue", id="q", body={}, version=3)
    with pytest.raises(Conflict):
        await store.documents.save(tenant, missing, [changed("queue", "q")])
    assert told == []


# --- documents ---------------------------------------------------------------------------------


async def test_a_document_keeps_its_former_bodies(
    store: PostgresStore, database: Database, tenant: str
) -> None:
    first = Document(kind="queue", id="presales", body={"names": {"zh-CN": "售前"}}, updated_at=AT)
    saved = await store.documents.save(tenant, first, [], new=True)
    later = replace(saved, body={"names": {"zh-CN": "售前咨询"}}, updated_by="agt_1")
    assert await store.documents.save(tenant, later, []) == replace(later, version=2)
    assert await store.documents.get(tenant, "queue", "presales") == replace(later, version=2)
    await store.documents.remove(tenant, "queue", "presales", 2, [])
    assert await store.documents.get(tenant, "queue", "presales") is None
    async with database.tenant(tenant) as connection:
        history = await connection.fetch("SELECT version FROM document_history ORDER BY entry")
    assert [row["version"] for row in history] == [1, 2]


async def test_documents_are_listed_by_kind(store: PostgresStore, tenant: str) -> None:
    for kind, id_ in (("skill", "zh"), ("queue", "b"), ("queue", "a")):
        document = Document(kind=kind, id=id_, body={}, updated_at=AT)
        await store.documents.save(tenant, document, [], new=True)
    assert [d.id for d in await store.documents.list(tenant, "queue")] == ["a", "b"]
    assert len(await store.documents.list(tenant)) == 3


async def test_an_id_that_exists_is_not_made_again(store: PostgresStore, tenant: str) -> None:
    document = Document(kind="skill", id="zh", body={}, updated_at=AT)
    await store.documents.save(tenant, document, [], new=True)
    with pytest.raises(Conflict):
        await store.documents.save(tenant, document, [], new=True)
    with pytest.raises(Conflict):
        await store.documents.remove(tenant, "skill", "zh", 7, [])


# --- customers ---------------------------------------------------------------------------------


def customer(name: str = "李雷", **more: Any) -> Customer:
    values: dict = {"created_at": AT, "updated_at": AT, **more}
    return Customer(id=new_id("cus"), name=name, **values)


async def test_a_customer_is_read_back_as_saved(store: PostgresStore, tenant: str) -> None:
    one = customer(tier="VIP", tags=("老客户",), fields={"会员号": "M-7"}, phone="+8613800138000")
    assert await store.customers.save(tenant, one, [], new=True) == one
    assert await store.customers.get(tenant, one.id) == one
    assert await store.customers.get_many(tenant, [one.id, "cus_none"]) == [one]


async def test_an_unknown_address_becomes_one_customer_however_many_ask(
    store: PostgresStore, tenant: str
) -> None:
    address = Address("web", "vis_1")
    asked = [store.customers.recognise(tenant, address, customer(), AT) for _ in range(8)]
    refs = await asyncio.gather(*asked)
    assert len({ref.id for ref in refs}) == 1
    page = await store.customers.search(tenant, "", None, 50)
    assert [c.id for c in page.items] == [refs[0].id]


async def test_a_linked_address_leads_to_its_new_customer(
    store: PostgresStore, tenant: str
) -> None:
    address = Address("web", "vis_1")
    visitor = await store.customers.recognise(tenant, address, customer("访客"), AT)
    member = await store.customers.save(tenant, customer("会员", tier="gold"), [], new=True)
    await store.customers.link(tenant, replace(address, verified=True), member.id)
    ref = await store.customers.recognise(tenant, address, customer(), AT)
    assert (ref.id, ref.tier) == (member.id, "gold")
    assert await store.customers.addresses(tenant, visitor.id) == []
    assert await store.customers.addresses(tenant, member.id) == [replace(address, verified=True)]
    with pytest.raises(NotFound):
        await store.customers.link(tenant, address, "cus_none")


@pytest.mark.parametrize("text", ["韩梅", "138001", "han@", "M-2026-7781", "SF99", "老客户"])
async def test_a_customer_is_found_by_any_part_of_what_identifies_them(
    store: PostgresStore, tenant: str, text: str
) -> None:
    one = customer("韩梅梅", phone="+8613800138000", email="Han@example.com", tags=("老客户",))
    await store.customers.save(tenant, one, [], new=True)
    await store.customers.save(tenant, customer("别人"), [], new=True)
    order = Order("M-2026-7781", one.id, AT, "shipped", "99.00", "CNY", waybill="SF990011")
    await store.customers.save_order(tenant, order)
    page = await store.customers.search(tenant, text, None, 10)
    assert [c.id for c in page.items] == [one.id]


async def test_customers_are_paged_by_their_last_change(store: PostgresStore, tenant: str) -> None:
    for n in range(5):
        await store.customers.save(tenant, customer(f"c{n}", updated_at=AT + n), [], new=True)
    first = await store.customers.search(tenant, "", None, 3)
    rest = await store.customers.search(tenant, "", first.next_cursor, 3)
    assert [c.name for c in (*first.items, *rest.items)] == ["c4", "c3", "c2", "c1", "c0"]
    assert rest.next_cursor is None
    with pytest.raises(Invalid):
        await store.customers.search(tenant, "", "made-up", 3)


async def test_a_scope_shows_only_customers_the_agent_works_for(
    store: PostgresStore, tenant: str
) -> None:
    mine, other = customer("mine"), customer("other")
    for one in (mine, other):
        await store.customers.save(tenant, one, [], new=True)
    await store.tickets.open(tenant, ticket(customer_id=mine.id, assignee="agt_1"))
    page = await store.customers.search(tenant, "", None, 10, served_by="agt_1")
    assert [c.id for c in page.items] == [mine.id]


async def test_orders_are_replaced_by_their_number_and_listed_newest_first(
    store: PostgresStore, tenant: str
) -> None:
    one = await store.customers.save(tenant, customer(), [], new=True)
    old = Order("M-1", one.id, AT - 9, "paid", "10.00", "CNY", items=({"sku": "A", "name": "锅"},))
    new = Order("M-2", one.id, AT, "paid", "20.00", "CNY")
    for order in (old, new, replace(old, status="delivered")):
        await store.customers.save_order(tenant, order)
    assert await store.customers.orders(tenant, one.id, 10) == [
        new,
        replace(old, status="delivered"),
    ]
    with pytest.raises(NotFound):
        await store.customers.save_order(tenant, replace(old, customer_id="cus_none"))


# --- tickets -----------------------------------------------------------------------------------


def ticket(subject: str = "烤箱不加热", **more: Any) -> Ticket:
    values: dict = {"created_at": AT, "updated_at": AT, "fields": {"型号": "X1"}, **more}
    return Ticket(id=new_id("tkt"), number=0, kind="problem", subject=subject, **values)


async def test_tickets_are_numbered_per_tenant_without_gaps(
    store: PostgresStore, tenant: str
) -> None:
    tickets = [ticket(f"t{n}") for n in range(6)]
    again = tickets[2]
    opened = await asyncio.gather(*(store.tickets.open(tenant, t) for t in (*tickets, again)))
    assert sorted({t.number for t, _ in opened}) == [1, 2, 3, 4, 5, 6]
    assert [is_new for _, is_new in opened].count(False) == 1
    journal = await store.journal.since(tenant, 0, 100)
    assert [type(r.event).__name__ for r in journal] == ["TicketOpened"] * 6


async def test_a_ticket_changes_by_version_and_keeps_its_story(
    store: PostgresStore, tenant: str
) -> None:
    first, _ = await store.tickets.open(tenant, ticket())
    assert await store.tickets.get(tenant, first.id) == first
    solved = replace(first, status=TicketStatus.RESOLVED, priority=TicketPriority.HIGH)
    news = TicketChanged(at=AT, ticket_id=first.id, changes={"status": "resolved"})
    second = await store.tickets.save(tenant, solved, [news])
    assert await store.tickets.get(tenant, first.id) == second
    with pytest.raises(Conflict):
        await store.tickets.save(tenant, first, [])
    comment = TicketComment(new_id("cmt"), first.id, AT, "agt_1", "已换新加热管")
    said = TicketCommented(at=AT, ticket_id=first.id, comment_id=comment.id, text=comment.text)
    await store.tickets.comment(tenant, comment, [said])
    assert await store.tickets.comments(tenant, first.id) == [comment]
    story = await store.journal.of_ticket(tenant, first.id)
    assert [r.event for r in story][1:] == [news, said]
    with pytest.raises(NotFound):
        await store.tickets.comment(tenant, replace(comment, ticket_id="tkt_none", id="c2"), [])


async def test_tickets_are_filtered_and_searched(store: PostgresStore, tenant: str) -> None:
    oven, _ = await store.tickets.open(tenant, ticket(assignee="agt_1", queue="aftersales"))
    fridge, _ = await store.tickets.open(
        tenant, ticket("Fridge is noisy", created_at=AT + 1, customer_id="cus_1", queue="english")
    )
    closed, _ = await store.tickets.open(
        tenant, ticket("旧", created_at=AT + 2, status=TicketStatus.CLOSED, created_by="agt_2")
    )
    note = TicketComment(new_id("cmt"), oven.id, AT, None, "客户要求上门维修")
    await store.tickets.comment(tenant, note, [])

    async def ids(**wanted: Any) -> list[str]:
        return [t.id for t in (await store.tickets.list(tenant, **wanted)).items]

    assert await ids() == [closed.id, fridge.id, oven.id]
    assert await ids(statuses=("open",)) == [fridge.id, oven.id]
    assert await ids(assignee="agt_1") == [oven.id]
    assert await ids(queue="english", customer_id="cus_1") == [fridge.id]
    assert oven.id not in await ids(unassigned=True)
    assert fridge.id in await ids(unassigned=True)
    assert await ids(due_before=AT) == []
    assert await ids(text="noisy fridges") == [fridge.id]
    assert await ids(text="上门维修") == [oven.id]
    assert await ids(text=f"#{oven.number}") == [oven.id]
    assert await ids(visible_to="agt_2", visible_queues=("english",)) == [closed.id, fridge.id]


# --- files and notices -------------------------------------------------------------------------


async def test_a_file_is_known_before_any_message_carries_it(
    store: PostgresStore, tenant: str
) -> None:
    file = StoredFile("att_1", "发票.pdf", "application/pdf", 99, "ab" * 32, "web:vis_1", AT)
    await store.files.add(tenant, file)
    assert await store.files.get(tenant, "att_1") == file


async def test_files_that_visitors_never_sent_are_removed_after_a_day_and_no_others(
    store: PostgresStore, tenant: str, tmp_path: Path
) -> None:
    blobs = DiskBlobs(tmp_path)
    uploaded = {
        "att_old": ("web:vis_1", AT, None),
        "att_sent": ("web:vis_1", AT, "int_1"),
        "att_new": ("web:vis_1", AT + KEPT_S, None),
        "att_prompt": ("agt_1", AT, None),
    }
    for file_id, (by, at, interaction) in uploaded.items():
        file = StoredFile(file_id, "a.png", "image/png", 5, "ab" * 32, by, at, interaction)
        await store.files.add(tenant, file)
        await blobs.put(blob_key(tenant, file_id), b"12345")
    assert await store.files.uncarried_bytes(tenant, "web:vis_1") == 10
    assert await remove_leftovers(store, blobs, tenant, AT + KEPT_S + 1) == 1
    kept = [f for f in uploaded if await store.files.get(tenant, f)]
    assert kept == [f for f in uploaded if await blobs.get(blob_key(tenant, f))]
    assert kept == ["att_sent", "att_new", "att_prompt"]


async def test_a_notice_is_kept_once_and_read_by_its_owner(
    store: PostgresStore, tenant: str
) -> None:
    notice = Notice("ntc_1", "agt_1", AT, "mention", interaction_id="int_1", text="@林晓")
    for _ in range(2):
        await store.notices.add(tenant, notice)
    await store.notices.mark_read(tenant, "agt_2", ["ntc_1"])
    assert await store.notices.list(tenant, "agt_1", 10) == [notice]
    await store.notices.mark_read(tenant, "agt_1", ["ntc_1"])
    assert await store.notices.list(tenant, "agt_1", 10) == [replace(notice, read=True)]


async def test_tenants_are_listed_and_added_once(store: PostgresStore, tenant: str) -> None:
    assert tenant in await store.tenants()
    assert await store.add_tenant(tenant) is False
