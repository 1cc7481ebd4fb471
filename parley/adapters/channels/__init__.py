"""Channels by which customers write to us: one package each, found by this table of dotted paths.

A channel's module offers `Settings`, the pydantic model of its entry points from which the
administrator's form is drawn, and is handed everything else it needs by `main`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

CHANNELS = {
    "chat": "parley.adapters.channels.webchat",
}


def channel_module(channel: str) -> ModuleType:
    """The module of a channel. Raises KeyError for a channel nobody adapts."""
    return import_module(CHANNELS[channel])
