"""Calls: dial a number, promise to, or take the promise back. Their records are in call_records.py."""

from __future__ import annotations

from fastapi import APIRouter

from parley.api.caller import (
    Caller,
    InteractionsServer,
    PhoneOwner,
)
from parley.api.center import submit
from parley.api.limits import CALLBACK_WITHIN_S
from parley.api.numbers import as_e164, dialled
from parley.api.problems import FieldErrors, field_error
from parley.api.schemas.common import Done, Id
from parley.api.schemas.voice import (
    CallbackBook,
    CallbackBooking,
    Dial,
    Dialling,
)
from parley.api.scope import (
    supervised_interaction,
    visible_customer,
    visible_interaction,
    visible_ticket,
)
from parley.api.voice import telephony_of
from parley.core.center.change import client_key
from parley.core.desk.customer import Address, Customer, newcomer
from parley.core.events import CallbackPlanned
from parley.core.inputs import CallbackBooked, CallbackCancelled, DialRequested
from parley.core.model import CustomerRef, Outcome
from parley.ids import derived_id, new_id

DAY_S = 86_400.0

router = APIRouter(tags=["calls"])


# --- dialling -----------------------------------------------------------------------------------


@router.post("/calls", operation_id="call_dial", status_code=201)
async def dial(body: Dial, caller: PhoneOwner) -> Dialling:
    """Call a number: one's own phone first, then the number. 409 `number_invalid`, 503 `voice_off`."""
    caller.front.dials.take(caller.id, caller.now())
    number = await dialled(caller, body.number)
    entries = await caller.directory.of(caller.tenant_id)
    if body.queue is not None and ("queue", body.queue) not in entries.documents:
        raise FieldErrors([field_error("queue", "unknown_queue", id=body.queue)])
    if body.ticket_id is not None:
        await visible_ticket(caller, body.ticket_id)
    telephony_of(caller)
    customer = await _called(caller, number, body.customer_id)
    language = (await _language(caller, customer)) or caller.account.language
    interaction_id = new_id("int")
    await submit(
        caller,
        DialRequested(
            at=caller.now(),
            interaction_id=interaction_id,
            agent_id=caller.id,
            number=number,
            customer=customer,
            queue=body.queue,
            ticket_id=body.ticket_id,
            language=language,
        ),
    )
    return Dialling(interaction_id=interaction_id)


@router.post(
    "/interactions/{interaction_id}/callback", operation_id="interaction_callback", status_code=201
)
async def book_callback(
    interaction_id: Id, body: CallbackBook, caller: InteractionsServer
) -> CallbackBooking:
    """Promise the interaction's customer a call: a new interaction that waits for its time, at most
    CALLBACK_WITHIN_S ahead, then for an agent of the queue. A repeated `client_id` is booked once.
    503 `voice_off`."""
    fact = await visible_interaction(caller, interaction_id)
    booking_id = derived_id(interaction_id, client_key(body.client_id, caller.id))
    before = await _booked_before(caller, booking_id)
    if before is not None:
        return before
    caller.front.dials.take(caller.id, caller.now())
    entries = await caller.directory.of(caller.tenant_id)
    queue = body.queue or fact.queue or ""
    number = await as_e164(caller, body.number)
    errors = []
    if not number.startswith("+"):
        errors.append(field_error("number", "number_invalid"))
    if body.at <= caller.now():
        errors.append(field_error("at", "in_the_past"))
    elif body.at > caller.now() + CALLBACK_WITHIN_S:
        errors.append(field_error("at", "too_far_ahead", days=round(CALLBACK_WITHIN_S / DAY_S)))
    if ("queue", queue) not in entries.documents:
        errors.append(field_error("queue", "unknown_queue", id=queue))
    if errors:
        raise FieldErrors(errors)
    telephony_of(caller)
    customer = await _called(caller, number, fact.customer_id)
    booked = CallbackBooked(
        at=caller.now(),
        interaction_id=booking_id,
        agent_id=caller.id,
        number=number,
        callback_at=body.at,
        customer=customer,
        queue=queue,
        note=body.note.strip(),
        language=(await _language(caller, customer)) or fact.language,
        owned=body.owned,
    )
    await submit(caller, booked)
    return CallbackBooking(interaction_id=booking_id, at=body.at)


async def _booked_before(caller: Caller, booking_id: str) -> CallbackBooking | None:
    """What was promised the first time."""
    for recorded in await caller.store.journal.of_interaction(caller.tenant_id, booking_id):
        match recorded.event:
            case CallbackPlanned(at_time=float(at)):
                return CallbackBooking(interaction_id=booking_id, at=at)
    return None


@router.post(
    "/interactions/{interaction_id}/cancel-callback", operation_id="interaction_callback_cancel"
)
async def cancel_callback(interaction_id: Id, caller: InteractionsServer) -> Done:
    """The promised call is needed no more; it ends as `callback_cancelled`. 409 `being_called` once a
    phone rings for it, `no_callback` if none is promised."""
    fact = await supervised_interaction(caller, interaction_id)
    if fact.outcome is not Outcome.CALLBACK_CANCELLED:  # else told twice
        news = CallbackCancelled(at=caller.now(), interaction_id=interaction_id, agent_id=caller.id)
        await submit(caller, news)
    return Done()


async def _called(caller: Caller, number: str, customer_id: str | None) -> CustomerRef:
    """The customer who is named, or the one behind the number; a new one if nobody is."""
    if customer_id is not None:
        customer = await visible_customer(caller, customer_id)
        known = await caller.store.customers.known(caller.tenant_id, customer_id)
        return known or newcomer(customer)
    new = Customer(
        id=new_id("cus"),
        name=number,
        phone=number,
        created_at=caller.now(),
        updated_at=caller.now(),
    )
    return await caller.store.customers.recognise(
        caller.tenant_id, Address("phone", number), new, caller.now()
    )


async def _language(caller: Caller, customer: CustomerRef) -> str | None:
    known = await caller.store.customers.get(caller.tenant_id, customer.id)
    return known.language if known else None
