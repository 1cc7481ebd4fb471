"""Founds the demo company in an empty database. Safe to repeat: what is there is left alone.

A seeding that was interrupted goes on where it stopped: the past is made from one seed and one
moment, both kept, so that a second run makes the very same days and skips those already stored.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from parley.core.desk.account import Account, AccountRole
from parley.core.desk.settings import Document, center_config
from parley.core.errors import Conflict
from parley.core.events import Arrived
from parley.demo.company import PASSWORD, TENANT, Person, documents, people
from parley.demo.customers import KnownCustomer, make_customers
from parley.demo.history import Chapter, History
from parley.demo.tickets import Course, course
from parley.demo.visit import PastRating
from parley.founding import Ground, store_documents

SEED = 20261
AT_ONCE = 6  # records stored at the same time: they share the database's commits
_MARK = ("demo", "seed")  # kind and id of the document that remembers the seeding
_BY = "demo"

T = TypeVar("T")

Tell = Callable[[str], None]
"""Hears what is being done, in English, for the terminal."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What the company has now; `fresh` if this call brought it."""

    fresh: bool
    interactions: int = 0
    tickets: int = 0


async def seed(
    store: Ground,
    now: float,
    hash_password: Callable[[str], Awaitable[str]],
    tell: Tell = lambda line: None,
) -> Seeded:
    """The demo company as of `now` (unix seconds). Raises Conflict(demo_running) if an engine leads
    the tenant while its past is still missing."""
    await store.add_tenant(TENANT)
    mark = await _mark(store, now)
    if mark.body["done"]:
        return Seeded(fresh=False)
    as_of = float(mark.body["at"])
    tell("settings and people")
    await store_documents(store, TENANT, documents(), as_of, _BY)
    await _store_people(store, await hash_password(PASSWORD))
    tell("customers and orders")
    customers = make_customers(SEED, as_of)
    await _each(customers, lambda known: _store_customer(store, known))
    seeded = await _store_history(store, customers, as_of, tell)
    await store.documents.save(TENANT, replace(mark, body={**mark.body, "done": True}), [])
    return seeded


async def _mark(store: Ground, now: float) -> Document:
    found = await store.documents.get(TENANT, *_MARK)
    if found is not None:
        return found
    mark = Document(*_MARK, {"at": now, "done": False}, updated_at=now)
    return await store.documents.save(TENANT, mark, [], new=True)


async def _store_people(store: Ground, password_hash: str) -> None:
    for person in people():
        if await store.accounts.get(TENANT, person.id) is None:
            await store.accounts.save(_account(person, password_hash), [], new=True)


def _account(person: Person, password_hash: str) -> Account:
    return Account(
        id=person.id,
        tenant_id=TENANT,
        email=person.email,
        name=person.name,
        role=AccountRole(person.role),
        password_hash=password_hash,
        language=person.language,
    )


async def _store_customer(store: Ground, known: KnownCustomer) -> None:
    customer = known.customer
    if await store.customers.get(TENANT, customer.id) is None:
        await store.customers.save(TENANT, customer, [], new=True)
    for address in known.addresses:
        await store.customers.link(TENANT, address, customer.id)
    for order in known.orders:
        await store.customers.save_order(TENANT, order)


# --- the past -----------------------------------------------------------------------------------


async def _store_history(
    store: Ground, customers: Sequence[KnownCustomer], now: float, tell: Tell
) -> Seeded:
    shard = store.shard(TENANT)
    epoch = await shard.acquire("demo-seed")
    if epoch is None:
        raise Conflict("demo_running", "an engine leads the demo tenant: stop it, then seed")
    history = History(center_config(documents()), customers, SEED, now)
    chance = random.Random(SEED)  # noqa: S311 - a demo, not a secret
    interactions = tickets = 0
    try:
        for chapter in history.chapters():
            tell(f"{chapter.day}: {len(chapter.facts)} interactions")
            if not await _is_stored(store, chapter):
                await shard.commit(epoch, chapter.events, (), chapter.facts)
            courses = [course(past, chance, now) for past in chapter.tickets]
            for one in courses:
                await _store_ticket(store, one)
            await _each(chapter.ratings, lambda rating: _store_rating(store, rating))
            interactions += sum(isinstance(event, Arrived) for event in chapter.events)
            tickets += len(courses)
    finally:
        await shard.release(epoch)
    return Seeded(fresh=True, interactions=interactions, tickets=tickets)


async def _is_stored(store: Ground, chapter: Chapter) -> bool:
    arrived = [event for event in chapter.events if isinstance(event, Arrived)]
    if not arrived:
        return False
    return await store.interactions.get(TENANT, arrived[-1].interaction_id) is not None


async def _store_ticket(store: Ground, one: Course) -> None:
    opened, is_new = await store.tickets.open(TENANT, one.opened)
    if not is_new:
        return
    if one.events:
        as_now = replace(one.now, number=opened.number, version=opened.version)
        await store.tickets.save(TENANT, as_now, one.events)
    for remark in one.remarks:
        await store.tickets.comment(TENANT, remark.comment, [remark.event])


async def _store_rating(store: Ground, rating: PastRating) -> None:
    try:
        await store.interactions.rate(
            TENANT, rating.interaction_id, rating.score, rating.comment, rating.at
        )
    except Conflict as error:
        if error.code != "already_rated":
            raise


async def _each(items: Iterable[T], store: Callable[[T], Awaitable[None]]) -> None:
    """A few at once, all of them."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(item: T) -> None:
        async with slots:
            await store(item)

    await asyncio.gather(*(one(item) for item in items))
