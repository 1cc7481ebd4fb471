"""From the live center to the records and back: what is left as a message becomes a ticket, and the
ticket, since it needs a person, returns as a task that is routed like everything else, when its time
has come."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from parley.core.center.turn import Step
from parley.core.commands import Command, OpenTicket
from parley.core.desk.ticket import Ticket, TicketPriority
from parley.core.inputs import Input, TaskArrived
from parley.core.model import CustomerRef
from parley.core.ports import Customers, Interactions, Tickets, TransportError
from parley.engine.clock import Clock

Submit = Callable[[str, Input], Awaitable[Step]]
"""(tenant, input) to the engine that leads the tenant."""


class TicketDesk:
    """Carries out OpenTicket. Repeats change nothing: ids are given, and the task is named after
    its ticket."""

    def __init__(
        self,
        tickets: Tickets,
        customers: Customers,
        interactions: Interactions,
        submit: Submit,
        clock: Clock,
    ) -> None:
        self._tickets = tickets
        self._customers = customers
        self._interactions = interactions
        self._submit = submit
        self._clock = clock

    async def perform(self, tenant_id: str, command: Command) -> None:
        if not isinstance(command, OpenTicket):
            raise TransportError(f"no ticket: {type(command).__name__}", permanent=True)
        ticket, _ = await self._tickets.open(tenant_id, self._ticket(command))
        task_id = task_of(ticket.id)
        if await self._interactions.get(tenant_id, task_id) is not None:
            return  # a repeat after a crash: the task is on its way, or done already
        step = await self._submit(tenant_id, await self._task(tenant_id, command, ticket))
        if step.refusal is not None:
            raise TransportError(step.refusal.code, permanent=True)

    def _ticket(self, command: OpenTicket) -> Ticket:
        now = self._clock.now()
        urgent = command.kind == "callback" and command.callback_at is None
        return Ticket(
            id=command.ticket_id,
            number=0,
            kind=command.kind,
            subject=command.subject,
            description=command.text,
            priority=TicketPriority.HIGH if urgent else TicketPriority.NORMAL,
            customer_id=command.customer_id,
            interaction_id=command.interaction_id,
            queue=command.queue,
            phone=command.phone,
            callback_at=command.callback_at,
            due_at=command.callback_at,
            recording_id=command.recording_id,
            created_at=now,
            updated_at=now,
        )

    async def _task(self, tenant_id: str, command: OpenTicket, ticket: Ticket) -> TaskArrived:
        known = await self._customers.known(tenant_id, command.customer_id)
        return TaskArrived(
            at=self._clock.now(),
            interaction_id=task_of(ticket.id),
            queue=command.queue,
            customer=known or CustomerRef(command.customer_id, command.customer_id),
            ticket_id=ticket.id,
            subject=command.subject,
            language=command.language,
            phone=command.phone,
            callback_at=command.callback_at,
        )


def task_of(ticket_id: str) -> str:
    """The id of the interaction that brings a new ticket to an agent, e.g. `int_01J….task`.

    Not the ticket's own suffix alone: a left message's ticket shares that with its conversation.
    """
    return f"int_{ticket_id.partition('_')[2] or ticket_id}.task"
