"""What every document's body is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from parley.api.schemas.common import Body


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that holds the id of another document."""

    field: str  # dotted path
    kind: str
    id: str


class SettingBody(Body):
    """A document's body."""

    def references(self) -> Iterator[Reference]:
        """The documents it needs: they must exist, and stay as long as it does."""
        yield from ()
