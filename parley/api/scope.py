"""Data scopes: what of the tenant a person may see. What they may not see is "not found"."""

from __future__ import annotations

from dataclasses import dataclass, replace

from parley.api.caller import Caller
from parley.api.center import live_state
from parley.api.permissions import Permission, Scope
from parley.core.center import consult
from parley.core.center.state import Interaction, State
from parley.core.desk.customer import Customer
from parley.core.desk.ticket import Ticket
from parley.core.errors import Forbidden, NotFound
from parley.core.insight.facts import InteractionFact
from parley.core.model import Phase
from parley.core.ports import InteractionFilter


async def my_queues(caller: Caller) -> tuple[str, ...]:
    """The queues the caller is a member of."""
    return (await caller.directory.of(caller.tenant_id)).queues_of(caller.id)


async def team_queues(caller: Caller) -> tuple[str, ...]:
    """The queues a TEAM scope reaches; empty: all of them."""
    return await my_queues(caller)


async def shares_team(caller: Caller, agent_id: str) -> bool:
    """Whether a TEAM scope reaches this agent."""
    team = await team_queues(caller)
    entries = await caller.directory.of(caller.tenant_id)
    return not team or bool(set(team) & set(entries.queues_of(agent_id)))


# --- interactions -------------------------------------------------------------------------------


def takes_part(interaction: Interaction, agent_id: str) -> bool:
    """Owner, offered, wrapping up, asked to consult, consulting or reading along."""
    offered = interaction.offer is not None and interaction.offer.agent_id == agent_id
    wrapping_up = interaction.wrap_up is not None and interaction.wrap_up.agent_id == agent_id
    return (
        interaction.owner == agent_id
        or offered
        or wrapping_up
        or agent_id in interaction.participants
        or agent_id in consult.agent_ids(interaction)
    )


async def scoped(caller: Caller, wanted: InteractionFilter) -> InteractionFilter:
    """`wanted`, narrowed to what the caller may see. Raises Forbidden if it asks for more."""
    reach = caller.reach(Permission.INTERACTIONS_READ)
    if reach is Scope.TENANT:
        return wanted
    if reach is Scope.TEAM:
        team = await team_queues(caller)
        if wanted.queue is not None and team and wanted.queue not in team:
            raise Forbidden("out_of_scope", queue=wanted.queue)
        return replace(wanted, queues=team)
    if wanted.customer_id is not None and await serves(caller, wanted.customer_id):
        return wanted
    if wanted.agent_id not in (None, caller.id):
        raise Forbidden("out_of_scope", agent_id=wanted.agent_id or "")
    if wanted.agent_id is None and _asks_who_waits(caller, wanted):
        return wanted
    return replace(wanted, agent_id=caller.id)


def _asks_who_waits(caller: Caller, wanted: InteractionFilter) -> bool:
    """Those waiting in one queue that the caller may pull from, and no others."""
    if wanted.phases != (Phase.QUEUED,):
        return False
    return _may_pull_from(live_state(caller), wanted.queue, caller.id)


async def visible_interaction(caller: Caller, interaction_id: str) -> InteractionFact:
    """To read it: also whoever is mentioned in one of its notes may.

    Raises NotFound if there is none or the caller may not see it.
    """
    interactions = caller.store.interactions
    fact = await interactions.get(caller.tenant_id, interaction_id)
    if fact is not None and await _may_see(caller, fact):
        return fact
    if fact is not None and await interactions.mentions(
        caller.tenant_id, interaction_id, caller.id
    ):
        return fact
    raise NotFound("interaction_not_found", id=interaction_id)


async def supervised_interaction(caller: Caller, interaction_id: str) -> InteractionFact:
    """To act on it: a mention is not enough. Raises NotFound."""
    fact = await caller.store.interactions.get(caller.tenant_id, interaction_id)
    if fact is None or not await _may_see(caller, fact):
        raise NotFound("interaction_not_found", id=interaction_id)
    return fact


async def _may_see(caller: Caller, fact: InteractionFact) -> bool:
    reach = caller.reach(Permission.INTERACTIONS_READ)
    if reach is Scope.TENANT or caller.id in fact.agents or caller.id == fact.agent_id:
        return True
    if fact.phase is not Phase.ENDED and await _is_at_hand(caller, fact.id):
        return True
    if reach is Scope.TEAM:
        team = await team_queues(caller)
        return not team or fact.queue in team
    return await serves(caller, fact.customer_id)


async def _is_at_hand(caller: Caller, interaction_id: str) -> bool:
    """Whether the caller takes part, or it waits in a queue they may pull from."""
    state = live_state(caller)
    interaction = state.interactions.get(interaction_id)
    if interaction is None:
        return False
    if takes_part(interaction, caller.id):
        return True
    return interaction.phase is Phase.QUEUED and _may_pull_from(state, interaction.queue, caller.id)


def _may_pull_from(state: State, queue_id: str | None, agent_id: str) -> bool:
    queue = state.config.queues.get(queue_id or "")
    profile = state.config.agents.get(agent_id)
    return queue is not None and queue.pull and profile is not None and queue.id in profile.queues


# --- customers ----------------------------------------------------------------------------------


async def serves(caller: Caller, customer_id: str) -> bool:
    """Whether the customer is or was the caller's to serve: an interaction or a ticket of theirs."""
    if is_serving(caller, customer_id):
        return True
    mine = InteractionFilter(agent_id=caller.id, customer_id=customer_id)
    if await caller.store.interactions.count(caller.tenant_id, mine, 1):
        return True
    tickets = await caller.store.tickets.list(
        caller.tenant_id, assignee=caller.id, customer_id=customer_id, limit=1
    )
    return bool(tickets.items)


def is_serving(caller: Caller, customer_id: str) -> bool:
    """Whether the caller takes part in a live interaction of the customer now."""
    state = live_state(caller)
    me = state.agents.get(caller.id)
    if me is None:
        return False
    at_hand = (state.interactions.get(each) for each in (*me.work, *me.joined, *me.invited))
    return any(i is not None and i.customer.id == customer_id for i in at_hand)


async def visible_customer(caller: Caller, customer_id: str) -> Customer:
    """Raises NotFound if there is none or the caller may not see them."""
    customer = await caller.store.customers.get(caller.tenant_id, customer_id)
    own = caller.reach(Permission.CUSTOMERS_READ) is Scope.OWN
    if customer is None or (own and not await serves(caller, customer_id)):
        raise NotFound("customer_not_found", id=customer_id)
    return customer


# --- tickets ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TicketScope:
    """Arguments of `Tickets.list` that narrow it."""

    visible_to: str | None = None
    visible_queues: tuple[str, ...] = ()


async def ticket_scope(caller: Caller) -> TicketScope:
    """Own: given to or made by the caller, or of their queues. Team: of the team's queues as well."""
    reach = caller.reach(Permission.TICKETS_READ)
    queues = await my_queues(caller)
    if reach is Scope.TENANT or (reach is Scope.TEAM and not queues):
        return TicketScope()
    return TicketScope(caller.id, queues)


async def visible_ticket(caller: Caller, ticket_id: str) -> Ticket:
    """Raises NotFound if there is none or the caller may not see it."""
    ticket = await caller.store.tickets.get(caller.tenant_id, ticket_id)
    if ticket is None or not await _may_see_ticket(caller, ticket):
        raise NotFound("ticket_not_found", id=ticket_id)
    return ticket


async def _may_see_ticket(caller: Caller, ticket: Ticket) -> bool:
    scope = await ticket_scope(caller)
    if scope.visible_to is None or caller.id in (ticket.assignee, ticket.created_by):
        return True
    if ticket.queue in scope.visible_queues:
        return True
    return ticket.customer_id is not None and await serves(caller, ticket.customer_id)
