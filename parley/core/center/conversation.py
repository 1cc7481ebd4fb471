"""The customer's side: writing, reading, coming, going, and asking to be called back."""

from __future__ import annotations

from parley.core import commands as do
from parley.core import events as ev
from parley.core import inputs as got
from parley.core.center.change import client_key
from parley.core.center.classify import arrive, reclassify
from parley.core.center.queueing import abandon, leave_message
from parley.core.center.state import Interaction
from parley.core.center.turn import Turn
from parley.core.center.wrapup import close
from parley.core.model import (
    Channel,
    Delivery,
    EndedBy,
    EntryPoint,
    Phase,
    Sender,
    Visibility,
)

OPENABLE = (Phase.QUEUED, Phase.OFFERED, Phase.AWAY)


def message_received(turn: Turn, news: got.MessageReceived) -> None:
    interaction = _of_address(turn, news.address)
    if interaction is not None:
        _add_customer_message(turn, interaction.id, news)
        return None
    entry = turn.state.config.entry_points.get(news.entry_point)
    if entry is None:
        return turn.refuse("unknown_entry_point")
    interaction = _open(turn, entry, news)
    _add_customer_message(turn, interaction.id, news)
    arrive(turn, interaction, _queue_for(entry, news.topic, news.language))
    return None


def _of_address(turn: Turn, address: str) -> Interaction | None:
    interaction_id = turn.state.by_address.get(address)
    return None if interaction_id is None else turn.state.interactions[interaction_id]


def _open(
    turn: Turn, entry: EntryPoint, news: got.MessageReceived | got.LeaveMessageRequested
) -> Interaction:
    turn.emit(
        ev.Arrived(
            at=turn.at, interaction_id=news.interaction_id, channel=entry.channel,
            entry_point=entry.id, address=news.address, customer=news.customer,
            language=news.language, topic=news.topic, page=news.page,
        )
    )  # fmt: skip
    return turn.state.interactions[news.interaction_id]


def _queue_for(entry: EntryPoint, topic: str | None, language: str) -> str:
    """A topic was chosen on purpose, so it comes before the language."""
    return entry.topics.get(topic or "") or entry.by_language.get(language) or entry.queue


def _add_customer_message(
    turn: Turn, interaction_id: str, news: got.MessageReceived | got.LeaveMessageRequested
) -> None:
    """A repeat (same client id) or an empty message changes nothing."""
    attachments = news.attachments if isinstance(news, got.MessageReceived) else ()
    if news.client_id in turn.state.interactions[interaction_id].client_ids:
        return
    if not (news.text.strip() or attachments):
        return
    turn.emit(
        ev.MessageAdded(
            at=turn.at, interaction_id=interaction_id, message_id=news.message_id,
            client_id=news.client_id, sender=Sender.CUSTOMER, text=news.text,
            customer_id=news.customer.id, language=news.language, attachments=attachments,
        )
    )  # fmt: skip


def leave_message_requested(turn: Turn, news: got.LeaveMessageRequested) -> None:
    interaction = _of_address(turn, news.address)
    if interaction is not None and interaction.phase not in OPENABLE:
        return turn.refuse("being_served")
    entry = turn.state.config.entry_points.get(news.entry_point)
    if entry is None:
        return turn.refuse("unknown_entry_point")
    if interaction is None:
        interaction = _open(turn, entry, news)
    _add_customer_message(turn, interaction.id, news)
    if interaction.queue is None:
        queue_id = _queue_for(entry, news.topic, news.language)
        turn.emit(
            ev.WentAway(
                at=turn.at, interaction_id=interaction.id, queue=queue_id, reason="by_choice"
            )
        )
    return leave_message(turn, interaction, news.text, news.phone, news.callback_at)


def customer_ended(turn: Turn, news: got.CustomerEnded) -> None:
    interaction = _of_address(turn, news.address)
    if interaction is None:
        return
    if interaction.phase is Phase.CONNECTED:
        close(turn, interaction, EndedBy.CUSTOMER)
    elif interaction.phase in OPENABLE:
        abandon(turn, interaction)


def customer_screen_changed(turn: Turn, news: got.CustomerScreenChanged) -> None:
    interaction = _of_address(turn, news.address)
    if interaction is None or interaction.customer_online == news.online:
        return
    event = ev.CustomerBack if news.online else ev.CustomerAway
    turn.emit(event(at=turn.at, interaction_id=interaction.id))


def page_visited(turn: Turn, news: got.PageVisited) -> None:
    interaction = _of_address(turn, news.address)
    if interaction is not None and interaction.page != news.page:
        turn.emit(ev.PageChanged(at=turn.at, interaction_id=interaction.id, page=news.page))


def customer_identified(turn: Turn, news: got.CustomerIdentified) -> None:
    interaction = _of_address(turn, news.address)
    if interaction is not None and interaction.customer != news.customer:
        turn.emit(
            ev.CustomerRecognised(at=turn.at, interaction_id=interaction.id, customer=news.customer)
        )
        reclassify(turn, interaction)


def customer_read(turn: Turn, news: got.CustomerRead) -> None:
    interaction = _of_address(turn, news.address)
    if interaction is None:
        return
    before = interaction.customer_read_to if news.read else interaction.customer_delivered_to
    if not _is_later(interaction, news.message_id, before):
        return
    delivery = Delivery.READ if news.read else Delivery.DELIVERED
    _delivered(turn, interaction, news.message_id, delivery, Sender.AGENT)


def agent_read(turn: Turn, news: got.AgentRead) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None or interaction.owner != news.agent_id:
        return
    if _is_later(interaction, news.message_id, interaction.agent_read_to):
        _delivered(turn, interaction, news.message_id, Delivery.READ, Sender.CUSTOMER)


def _is_later(interaction: Interaction, message_id: str, than: str | None) -> bool:
    ordinals = interaction.ordinals
    return message_id in ordinals and ordinals[message_id] > ordinals.get(than or "", 0)


def _delivered(
    turn: Turn, interaction: Interaction, message_id: str, delivery: Delivery, side: Sender
) -> None:
    turn.emit(
        ev.DeliveryChanged(
            at=turn.at, interaction_id=interaction.id, message_id=message_id,
            delivery=delivery, side=side,
        )
    )  # fmt: skip


def delivery_failed(turn: Turn, news: got.DeliveryFailed) -> None:
    """Told twice, or of what is over or unknown: nothing changes."""
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None or news.message_id not in interaction.ordinals:
        return
    if news.message_id in interaction.undelivered:
        return
    turn.emit(
        ev.DeliveryChanged(
            at=turn.at, interaction_id=news.interaction_id, message_id=news.message_id,
            delivery=Delivery.FAILED, side=Sender.AGENT, reason=news.reason,
        )
    )  # fmt: skip


def message_written(turn: Turn, news: got.MessageWritten) -> None:
    interaction = turn.state.interactions.get(news.interaction_id)
    if interaction is None:
        return turn.refuse("interaction_over")
    if client_key(news.client_id, news.agent_id) in interaction.client_ids:
        return None
    takes_part = news.agent_id == interaction.owner or news.agent_id in interaction.participants
    if news.internal:
        if not takes_part:
            return turn.refuse("not_yours")
    elif interaction.owner != news.agent_id:
        return turn.refuse("not_yours")
    elif interaction.phase is not Phase.CONNECTED:
        return turn.refuse("not_connected")
    turn.emit(
        ev.MessageAdded(
            at=turn.at, interaction_id=interaction.id, message_id=news.message_id,
            client_id=news.client_id, sender=Sender.AGENT, text=news.text,
            visibility=Visibility.INTERNAL if news.internal else Visibility.PUBLIC,
            agent_id=news.agent_id, attachments=news.attachments, mentions=news.mentions,
            language=news.language,
        )
    )  # fmt: skip
    if not news.internal and interaction.channel is not Channel.TASK:
        turn.command(
            do.SendMessage(
                lane=interaction.id, interaction_id=interaction.id,
                entry_point=interaction.entry_point or "", address=interaction.address,
                message_id=news.message_id, text=news.text, attachments=news.attachments,
            )
        )  # fmt: skip
    return None
