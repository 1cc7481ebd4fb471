"""What the core asks for is done, and how it ended comes back as news."""

from dataclasses import replace

import pytest

from parley.core import inputs as got
from parley.core.center.turn import Step
from parley.core.commands import OpenTicket, SendMessage
from parley.core.errors import Unavailable
from parley.core.ports import TransportError
from parley.engine.desk import TicketDesk, task_of
from tests.engine.shop import Shop
from tests.engine.world import HandClock, settle

COMMAND = OpenTicket(
    lane="int_1",
    ticket_id="tkt_01M80",
    kind="callback",
    interaction_id="int_1",
    customer_id="cus_1",
    queue="sales",
    subject="Please call",
    text="about the fridge",
    phone="+8613800000000",
    language="zh-CN",
)


class Center:
    """Takes tasks as the core does: a repeat changes nothing."""

    def __init__(self) -> None:
        self.tasks: dict[str, got.TaskArrived] = {}
        self.busy = False

    async def submit(self, tenant_id: str, input: got.Input) -> Step:
        assert isinstance(input, got.TaskArrived)
        if self.busy:
            raise Unavailable("busy")
        self.tasks.setdefault(input.interaction_id, input)
        return Step([], [])


@pytest.fixture
def center():
    return Center()


@pytest.fixture
def desk(store, center):
    clock = HandClock()
    return TicketDesk(store.tickets, store.customers, store.interactions, center.submit, clock)


async def test_a_callback_becomes_a_ticket_and_the_ticket_a_task(desk, store, tenant, center):
    await desk.perform(tenant, COMMAND)
    ticket = await store.tickets.get(tenant, COMMAND.ticket_id)
    assert ticket is not None
    assert (ticket.number, ticket.kind, ticket.phone) == (1, "callback", COMMAND.phone)
    (task,) = center.tasks.values()
    assert (task.ticket_id, task.queue) == (COMMAND.ticket_id, "sales")
    assert task.interaction_id == task_of(COMMAND.ticket_id) == "int_01M80.task"


async def test_a_callback_for_a_time_is_a_task_for_that_time(desk, tenant, center):
    await desk.perform(tenant, replace(COMMAND, callback_at=9_000.0))
    (task,) = center.tasks.values()
    assert (task.phone, task.callback_at) == (COMMAND.phone, 9_000.0)


async def test_a_repeat_opens_no_second_ticket_and_no_second_task(desk, store, tenant, center):
    center.busy = True
    with pytest.raises(Unavailable):
        await desk.perform(tenant, COMMAND)
    center.busy = False
    await desk.perform(tenant, COMMAND)
    await desk.perform(tenant, COMMAND)
    page = await store.tickets.list(tenant)
    assert [ticket.number for ticket in page.items] == [1]
    assert len(center.tasks) == 1


async def test_a_command_of_another_kind_is_refused_for_good(desk, tenant):
    with pytest.raises(TransportError) as error:
        await desk.perform(tenant, SendMessage.__new__(SendMessage))
    assert error.value.permanent


class Deaf:
    """A channel that can never deliver."""

    async def perform(self, tenant_id, command) -> None:
        raise TransportError("no such address", permanent=True)


async def test_a_message_that_cannot_be_delivered_is_shown_to_the_agent_as_failed():
    shop = Shop()
    shop.engine.outbox._handlers = {SendMessage: Deaf()}
    await shop.open()
    lin = shop.console("lin")
    await shop.ready("lin")
    await shop.ask("anna", "hello")
    await shop.accept("lin", "int_1")
    await shop.reply("lin", "int_1", "are you there?")
    await settle(200)
    (failed,) = [f for f in lin.of("changed") if f["kind"] == "message"]
    assert (failed["id"], failed["failed"]) == ("msg_2", "no such address")
    await shop.close()
