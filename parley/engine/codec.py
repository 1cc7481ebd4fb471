"""Events, commands and the live state as bytes: `(kind, JSON)` in the journal, MessagePack in snapshots.

The kind is the class's name and never changes. A field that an old journal lacks takes its default;
a field that a newer journal has is ignored.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from parley.core import commands, events
from parley.core.commands import Command
from parley.core.events import Event

T = TypeVar("T")


class UnknownKind(Exception):
    """The journal or outbox holds a kind this program does not know: it was written by a newer one."""


class Kinds(Generic[T]):
    """A closed set of dataclasses, told apart by their names."""

    def __init__(self, root: type[T], members: Iterable[type[T]]) -> None:
        self._root = root
        self._decoders = {kind.__name__: msgspec.json.Decoder(kind) for kind in members}
        self._encoder = msgspec.json.Encoder()

    def encode(self, value: T) -> tuple[str, bytes]:
        return type(value).__name__, self._encoder.encode(value)

    def decode(self, kind: str, payload: bytes | str) -> T:
        """Raises UnknownKind; msgspec.ValidationError if the payload does not fit the kind."""
        decoder = self._decoders.get(kind)
        if decoder is None:
            raise UnknownKind(f"{self._root.__name__} {kind!r}")
        return decoder.decode(payload)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._decoders)


def _subclasses(root: type[T], module: object) -> list[type[T]]:
    return [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, root) and value is not root
    ]


EVENTS: Kinds[Event] = Kinds(Event, _subclasses(Event, events))
COMMANDS: Kinds[Command] = Kinds(Command, _subclasses(Command, commands))


def encode_event(event: Event) -> tuple[str, bytes]:
    """(kind, JSON)"""
    return EVENTS.encode(event)


def decode_event(kind: str, payload: bytes | str) -> Event:
    return EVENTS.decode(kind, payload)


def encode_command(command: Command) -> tuple[str, bytes]:
    """(kind, JSON)"""
    return COMMANDS.encode(command)


def decode_command(kind: str, payload: bytes | str) -> Command:
    return COMMANDS.decode(kind, payload)


class Codec:
    """The functions above as one value, given to the store, which may not import this room."""

    encode_event = staticmethod(encode_event)
    decode_event = staticmethod(decode_event)
    encode_command = staticmethod(encode_command)
    decode_command = staticmethod(decode_command)


def json_text(value: object) -> str:
    """Compact JSON, as frames carry it."""
    return msgspec.json.encode(value).decode()
