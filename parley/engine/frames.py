"""The texts that go over a live line. Rows come encoded already, so a frame is put together from
strings and the same string goes to everybody who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from parley.core.events import MessageAdded

Row = Mapping[str, Any]  # JSON-ready
Encoded = str  # JSON

_encoder = msgspec.json.Encoder()


def encode(value: object) -> Encoded:
    return _encoder.encode(value).decode()


def rfc3339(at: float) -> str:
    """UTC with milliseconds, e.g. `2026-11-22T04:31:07.250Z`."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def table(rows: Mapping[str, Encoded | None]) -> Encoded:
    """`{id: row}`; None becomes null: the row is gone."""
    return "{" + ",".join(f"{encode(id_)}:{row or 'null'}" for id_, row in rows.items()) + "}"


def array(rows: Mapping[str, Encoded]) -> Encoded:
    return "[" + ",".join(rows.values()) + "]"


def frame(kind: str, /, **parts: Encoded | None) -> Encoded:
    """`{"type": kind, …}` of parts that are JSON already; parts that are None are left out."""
    body = "".join(f',"{name}":{part}' for name, part in parts.items() if part is not None)
    return f'{{"type":"{kind}"{body}}}'


def agent_message(event: MessageAdded, seq: int, agent_name: str | None) -> dict[str, Any]:
    """A message as the console shows it; attachments are fetched from the API by their ids."""
    return {
        "id": event.message_id,
        "seq": seq,
        "interaction_id": event.interaction_id,
        "at": rfc3339(event.at),
        "sender": event.sender,
        "visibility": event.visibility,
        "text": event.text,
        "key": event.key,
        "values": event.values or None,
        "client_id": event.client_id,
        "agent_id": event.agent_id,
        "agent_name": agent_name,
        "attachments": [
            {**_attachment(each), "url": f"/api/v1/attachments/{each.id}"}
            for each in event.attachments
        ],
        "mentions": event.mentions,
        "language": event.language,
    }


def visitor_message(event: MessageAdded, seq: int, agent_name: str | None) -> dict[str, Any]:
    """A message as the customer's screen shows it; the channel adds the links of attachments."""
    return {
        "id": event.message_id,
        "seq": seq,
        "interaction_id": event.interaction_id,
        "client_id": event.client_id,
        "at": rfc3339(event.at),
        "sender": event.sender,
        "agent_name": agent_name,
        "text": event.text,
        "key": event.key,
        "values": event.values or None,
        "attachments": [_attachment(each) for each in event.attachments],
    }


def _attachment(each: Any) -> dict[str, Any]:
    return {"id": each.id, "name": each.name, "media_type": each.media_type, "size": each.size}
