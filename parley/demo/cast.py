"""How the people of the demo behave: visitors who ask, wait, give up and rate; agents who answer."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.desk.customer import newcomer
from parley.core.model import CustomerRef, PresenceStatus
from parley.demo.company import ENTRY_POINT, people
from parley.demo.customers import KnownCustomer
from parley.demo.dialogues import Dialogue, Line, TicketPlan
from parley.demo.stage import Stage
from parley.demo.visit import PastRating, PastTicket, Visit

RATED_SHARE = 0.55
CALLBACK_SHARE = 0.4  # of those who leave a message
IMPATIENT_SHARE = 0.15
DECLINED_SHARE, MISSED_SHARE = 0.02, 0.01  # of offers
TRANSFERRED_SHARE = 0.03
TASK_QUIET_S = 16 * 3600.0  # callbacks of the last hours stay open tickets: nobody has called yet

_SHORT_WORDS = {
    5: ("谢谢，很满意", "服务很好", "", "Very helpful", ""),
    4: ("不错", "", "速度可以再快一点", "Good, thanks", ""),
    3: ("一般", "", "等得有点久", "OK", ""),
    2: ("问题还没彻底解决", "Still waiting for a solution", "不太满意"),
    1: ("太慢了", "Not solved", "很失望"),
}


class Cast:
    """Everybody on stage. Reacts to events by planning deeds, never at once."""

    def __init__(self, stage: Stage, end: float) -> None:
        self.stage = stage
        self.end = end
        self.tickets: list[PastTicket] = []
        self.ratings: list[PastRating] = []
        self._visits: dict[str, Visit] = {}
        self._busy: set[str] = set()  # addresses with an open conversation
        self._served: dict[str, tuple[str, float]] = {}  # customer -> last agent, when
        self._came: Counter[str] = Counter()  # customer -> earlier visits
        self._customer_names: dict[str, str] = {}
        self._agent_names = {person.id: person.name for person in people()}
        stage.on_event = self._react
        stage.on_command = self._obey

    # --- visitors --------------------------------------------------------------------------------

    def visit(self, known: KnownCustomer, dialogue: Dialogue) -> None:
        """A customer opens the chat and writes; nothing if they are in a conversation already."""
        chance = self.stage.chance
        visit = Visit(known, dialogue, self.stage.new_id("int"))
        if visit.address in self._busy:
            return
        visit.transfers = dialogue.topic == "presales" and chance.random() < TRANSFERRED_SHARE
        self._busy.add(visit.address)
        self._visits[visit.interaction_id] = visit
        self._customer_names[known.customer.id] = known.customer.name
        self._write(visit)
        patience_s = (12, 70) if chance.random() < IMPATIENT_SHARE else (150, 600)
        self.stage.later(chance.uniform(*patience_s), lambda: self._give_up(visit))

    def _write(self, visit: Visit) -> None:
        """The customer's next line, and the one after it if it is theirs as well."""
        line = visit.lines[visit.next]
        visit.next += 1
        self.stage.tell(
            got.MessageReceived(
                at=self.stage.now,
                entry_point=ENTRY_POINT,
                address=visit.address,
                message_id=self.stage.new_id("msg"),
                client_id=self.stage.new_id("cli"),
                interaction_id=visit.interaction_id,
                text=line.text,
                customer=self._ref(visit.known),
                language=visit.dialogue.language,
                topic=visit.dialogue.topic,
                page=visit.page,
            )
        )
        self._plan(visit)

    def _give_up(self, visit: Visit) -> None:
        """Waited long enough: gone, unless they would rather be called back."""
        interaction = self.stage.center.state.interactions.get(visit.interaction_id)
        if interaction is None or interaction.connected_at is not None:
            return
        if self.stage.chance.random() < CALLBACK_SHARE:
            self._leave_message(visit)
        else:
            self.stage.tell(got.CustomerEnded(at=self.stage.now, address=visit.address))

    def _leave_message(self, visit: Visit) -> None:
        if visit.interaction_id not in self.stage.center.state.interactions:
            return  # it ended meanwhile
        chance, chinese = self.stage.chance, visit.dialogue.language == "zh-CN"
        phone = visit.known.customer.phone if chance.random() < CALLBACK_SHARE else None
        text = (
            "请尽快给我回电，谢谢。" if chinese else "Please call me back when you can, thank you."
        )
        self.stage.tell(
            got.LeaveMessageRequested(
                at=self.stage.now,
                entry_point=ENTRY_POINT,
                address=visit.address,
                interaction_id=visit.interaction_id,
                message_id=self.stage.new_id("msg"),
                client_id=self.stage.new_id("cli"),
                customer=self._ref(visit.known),
                text=text,
                phone=phone,
                language=visit.dialogue.language,
                topic=visit.dialogue.topic,
                page=visit.page,
            )
        )

    def _ref(self, known: KnownCustomer) -> CustomerRef:
        customer = known.customer
        agent_id, at = self._served.get(customer.id, (None, None))
        return replace(
            newcomer(customer), last_agent=agent_id, last_served_at=at, spend=known.spend,
            contacts=self._came[customer.id],
        )  # fmt: skip

    # --- agents ----------------------------------------------------------------------------------

    def sign_in(self, agent_id: str) -> None:
        self.stage.tell(got.AgentScreenChanged(at=self.stage.now, agent_id=agent_id, online=True))
        self.set_presence(agent_id, PresenceStatus.READY)

    def sign_out(self, agent_id: str) -> None:
        self.set_presence(agent_id, PresenceStatus.OFFLINE)
        self.stage.tell(got.AgentScreenChanged(at=self.stage.now, agent_id=agent_id, online=False))

    def set_presence(
        self, agent_id: str, status: PresenceStatus, reason: str | None = None
    ) -> None:
        self.stage.tell(
            got.PresenceSet(at=self.stage.now, agent_id=agent_id, status=status, reason=reason)
        )

    def pause(self, agent_id: str, reason: str, seconds: float) -> None:
        """Not ready for a while; back afterwards unless signed out meanwhile."""
        if self.stage.center.state.agents[agent_id].status is PresenceStatus.READY:
            self.set_presence(agent_id, PresenceStatus.NOT_READY, reason)
            self.stage.later(seconds, lambda: self._back(agent_id))

    def _back(self, agent_id: str) -> None:
        if self.stage.center.state.agents[agent_id].status is PresenceStatus.NOT_READY:
            self.set_presence(agent_id, PresenceStatus.READY)

    def _answer(self, event: ev.Offered) -> None:
        luck = self.stage.chance.random()
        if luck < MISSED_SHARE:
            return
        deed = got.OfferDeclined if luck < MISSED_SHARE + DECLINED_SHARE else got.OfferAccepted
        self.stage.later(
            min(15.0, self.stage.chance.lognormvariate(1.3, 0.6)),
            lambda: self._tell(
                deed(
                    at=self.stage.now, interaction_id=event.interaction_id, agent_id=event.agent_id
                )
            ),
        )

    # --- the conversation ------------------------------------------------------------------------

    def _plan(self, visit: Visit) -> None:
        """Plan the next line, if whoever speaks it is there."""
        visit.turn += 1
        turn = visit.turn
        interaction = self.stage.center.state.interactions.get(visit.interaction_id)
        if interaction is None:
            return
        if visit.next >= len(visit.lines):
            self.stage.later(self.stage.chance.uniform(4, 30), lambda: self._close(visit, turn))
            return
        line = visit.lines[visit.next]
        if line.speaker == "customer":
            self.stage.later(self._typing_s(line, 8), lambda: self._go_on(visit, turn))
        elif interaction.owner is not None:
            self.stage.later(self._typing_s(line, 6), lambda: self._reply(visit, turn))

    def _go_on(self, visit: Visit, turn: int) -> None:
        if visit.turn == turn:
            self._write(visit)

    def _typing_s(self, line: Line, thinking_s: float) -> float:
        return self.stage.chance.uniform(0.5, 1.5) * (thinking_s + len(line.text) * 0.25)

    def _reply(self, visit: Visit, turn: int) -> None:
        interaction = self.stage.center.state.interactions.get(visit.interaction_id)
        if interaction is None or interaction.owner is None or visit.turn != turn:
            return
        if visit.transfers and visit.next > 2:
            visit.transfers = False
            self._transfer(visit, interaction.owner)
            return
        line = visit.lines[visit.next]
        visit.next += 1
        self.stage.tell(
            got.MessageWritten(
                at=self.stage.now,
                interaction_id=visit.interaction_id,
                agent_id=interaction.owner,
                message_id=self.stage.new_id("msg"),
                client_id=self.stage.new_id("cli"),
                text=line.text.replace("{agent}", self._agent_names[interaction.owner]),
                internal=line.speaker == "note",
                language=visit.dialogue.language,
            )
        )
        self._plan(visit)

    def _transfer(self, visit: Visit, agent_id: str) -> None:
        self.stage.tell(
            got.TransferRequested(
                at=self.stage.now,
                interaction_id=visit.interaction_id,
                agent_id=agent_id,
                to_queue="aftersales",
                note="客户还有安装问题，请售后同事继续。",
            )
        )

    def _close(self, visit: Visit, turn: int) -> None:
        interaction = self.stage.center.state.interactions.get(visit.interaction_id)
        if interaction is None or interaction.owner is None or visit.turn != turn:
            return
        last = interaction.last_message
        if last is not None and self.stage.chance.random() < 0.7:
            self._customer_read(visit)
        if self.stage.chance.random() < 0.7:
            self._close_as_agent(visit.interaction_id, interaction.owner)
        else:
            self.stage.tell(got.CustomerEnded(at=self.stage.now, address=visit.address))

    def _customer_read(self, visit: Visit) -> None:
        interaction = self.stage.center.state.interactions[visit.interaction_id]
        newest = next(reversed(interaction.ordinals))
        self.stage.tell(
            got.CustomerRead(
                at=self.stage.now,
                address=visit.address,
                message_id=newest,
                read=True,
            )
        )

    def _close_as_agent(self, interaction_id: str, agent_id: str) -> None:
        self.stage.tell(
            got.ConversationClosed(
                at=self.stage.now, interaction_id=interaction_id, agent_id=agent_id
            )
        )

    def _wrap_up(self, interaction_id: str, agent_id: str) -> None:
        visit = self._visits.get(interaction_id)
        if visit is not None and visit.dialogue.ticket is not None:
            self._open_ticket(visit, visit.dialogue.ticket, agent_id)
        self.stage.tell(
            got.WrapUpSaved(
                at=self.stage.now,
                interaction_id=interaction_id,
                agent_id=agent_id,
                disposition=visit.dialogue.disposition if visit else "other",
                note=visit.dialogue.note if visit else "",
                resolved=visit is None or visit.dialogue.ticket is None,
            )
        )

    def _open_ticket(self, visit: Visit, plan: TicketPlan, agent_id: str) -> None:
        interaction = self.stage.center.state.interactions.get(visit.interaction_id)
        if interaction is None:
            return
        self.tickets.append(
            PastTicket(
                id=self.stage.new_id("tkt"),
                kind=plan.kind,
                subject=plan.subject,
                description=visit.dialogue.note,
                priority=plan.priority,
                customer_id=visit.known.customer.id,
                interaction_id=visit.interaction_id,
                queue=interaction.queue,
                agent_id=agent_id,
                opened_at=self.stage.now,
            )
        )

    # --- what the center says --------------------------------------------------------------------

    def _react(self, event: ev.Event) -> None:
        match event:
            case ev.Offered():
                self._answer(event)
            case ev.Connected():
                self._connected(event)
            case ev.WrapUpStarted():
                delay = self.stage.chance.uniform(6, 50)
                self.stage.later(delay, lambda: self._wrap_up(event.interaction_id, event.agent_id))
            case ev.WentAway():
                self._went_away(event)
            case ev.PresenceChanged(reason="no_answer"):
                delay = self.stage.chance.uniform(60, 240)
                self.stage.later(delay, lambda: self._back(event.agent_id))
            case ev.Ended():
                self._ended(event)

    def _connected(self, event: ev.Connected) -> None:
        visit = self._visits.get(event.interaction_id)
        if visit is not None:
            self.stage.later(0, lambda: self._plan(visit))
            return
        calling_s = self.stage.chance.uniform(60, 240)  # a callback or a message: they phone
        self.stage.later(
            calling_s, lambda: self._close_as_agent(event.interaction_id, event.agent_id)
        )

    def _went_away(self, event: ev.WentAway) -> None:
        visit = self._visits.get(event.interaction_id)
        if visit is not None:
            visit.turn += 1
            leaves = self.stage.chance.random() < 0.7
            deed = self._leave_message if leaves else self._give_up
            self.stage.later(self.stage.chance.uniform(10, 60), lambda: deed(visit))

    def _ended(self, event: ev.Ended) -> None:
        visit = self._visits.pop(event.interaction_id, None)
        if visit is None:
            return
        visit.turn += 1
        self._busy.discard(visit.address)
        self._came[visit.known.customer.id] += 1
        if event.agent_id is None:
            return
        self._served[visit.known.customer.id] = (event.agent_id, event.at)
        if self.stage.chance.random() < RATED_SHARE:
            score = self.stage.chance.randint(*visit.dialogue.rating)
            comment = self.stage.chance.choice(_SHORT_WORDS[score])
            if comment.isascii() != (visit.dialogue.language == "en-US"):
                comment = ""
            at = min(event.at + self.stage.chance.uniform(5, 300), self.end)
            self.ratings.append(PastRating(event.interaction_id, score, comment, at))

    def _obey(self, command: do.Command) -> None:
        """Messages are delivered as they are; a ticket comes back to the router as a task."""
        if not isinstance(command, do.OpenTicket):
            return
        self.tickets.append(
            PastTicket(
                id=command.ticket_id,
                kind=command.kind,
                subject=command.subject,
                description=command.text,
                priority="normal",
                customer_id=command.customer_id,
                interaction_id=command.interaction_id,
                queue=command.queue,
                agent_id=None,
                opened_at=self.stage.now,
                phone=command.phone,
                callback_at=command.callback_at,
            )
        )
        if self.stage.now < self.end - TASK_QUIET_S:
            self.stage.later(1.0, lambda: self._tell(self._task(command)))

    def _task(self, command: do.OpenTicket) -> got.TaskArrived:
        return got.TaskArrived(
            at=self.stage.now,
            interaction_id=self.stage.new_id("int"),
            queue=command.queue,
            customer=CustomerRef(command.customer_id, self._customer_names[command.customer_id]),
            ticket_id=command.ticket_id,
            subject=command.subject,
            language=command.language,
        )

    def _tell(self, news: got.Input) -> None:
        self.stage.tell(news)
