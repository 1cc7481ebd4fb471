"""The live center as routes use it: submit an input, look at the state."""

from __future__ import annotations

from parley.api.caller import Caller
from parley.api.context import LiveCenter
from parley.core.center.center import Step
from parley.core.center.state import State
from parley.core.errors import Conflict, Unavailable
from parley.core.inputs import CustomerIdentified, Input


def center_of(caller: Caller) -> LiveCenter:
    """The live center of the caller's tenant. Raises Unavailable if this node does not lead it."""
    center = caller.context.centers(caller.tenant_id)
    if center is None or not center.leading:
        raise Unavailable("not_leading")
    return center


def live_state(caller: Caller) -> State:
    """What is live now. Raises Unavailable while it is rebuilt or another node leads."""
    return center_of(caller).center.state


async def submit(caller: Caller, input: Input) -> Step:
    """Have `input` decided and made durable.

    Raises Conflict with the core's code for what can't be done now, Unavailable while nobody leads.
    """
    step = await center_of(caller).submit(input)
    if step.refusal is not None:
        raise Conflict(step.refusal.code, "", **step.refusal.values)
    return step


async def customer_changed(caller: Caller, customer_id: str) -> None:
    """What is live of this customer is routed and shown by what is known now.

    While nobody leads, nothing is told: their next contact asks anew.
    """
    try:
        live = live_state(caller).interactions.values()
        for each in [i for i in live if i.customer.id == customer_id]:
            known = await caller.store.customers.known(
                caller.tenant_id, customer_id, besides=each.id
            )
            if known is not None:
                news = CustomerIdentified(at=caller.now(), address=each.address, customer=known)
                await center_of(caller).submit(news)
    except Unavailable:
        return
