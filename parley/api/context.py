"""What the API is given by main: ports and callables, never a concrete adapter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from parley.core.center.center import Center, Step
from parley.core.desk.settings import Document
from parley.core.inputs import Input
from parley.core.insight.board import Board
from parley.core.insight.interventions import Interventions
from parley.core.insight.trend import Trend
from parley.core.model import Policy
from parley.core.ports import Blobs, RangedBlobs, Sounds, Store, Telephony
from parley.engine.live import Live


class LiveCenter(Protocol):
    """One tenant's live center as routes use it: submit inputs, read what is true now."""

    @property
    def leading(self) -> bool:
        """Whether `center` and `board` are complete and inputs are taken on this node."""

    @property
    def center(self) -> Center: ...

    @property
    def board(self) -> Board: ...

    @property
    def trend(self) -> Trend: ...

    @property
    def interventions(self) -> Interventions: ...

    @property
    def seq(self) -> int:
        """Of the last event that `center` holds."""

    async def submit(self, input: Input) -> Step:
        """Resolves once durable. Raises Unavailable while nobody leads here."""


@dataclass(frozen=True, slots=True)
class Part:
    """Whether one part of the system works, and if not, what is wrong with it."""

    ok: bool
    detail: str = ""


TryPolicy = Callable[[str, Policy, int, Mapping[str, int]], Awaitable[Mapping[str, Any] | None]]
"""(tenant, policy, replications, how many work like an agent did): yesterday replayed under the published
and under this policy, as schemas.policy.Trial; None if nothing is recorded."""


async def _no_trial(
    tenant_id: str, policy: Policy, replications: int, staffing: Mapping[str, int]
) -> None:
    return None


class Clashes(Protocol):
    """What a tenant can't have to itself."""

    @property
    def numbers(self) -> Collection[str]:
        """As it wrote them: another tenant at the same carrier has them, too."""

    @property
    def trunks(self) -> Collection[str]:
        """Ids: another tenant's at the same carrier has other transport or SRTP."""


NewClashes = Callable[[str, Sequence[Document], Sequence[Document]], Awaitable[Clashes | None]]
"""(tenant, its documents now, as they would be): what would clash, and does not yet."""


async def _no_clashes(
    tenant_id: str, now: Sequence[Document], then: Sequence[Document]
) -> Clashes | None:
    return None


def _no_metrics() -> tuple[bytes, str]:
    return b"", "text/plain; version=0.0.4"


async def _no_parts() -> Mapping[str, Part]:
    return {}


@dataclass(frozen=True, slots=True)
class ApiContext:
    store: Store
    blobs: Blobs
    centers: Callable[[str], LiveCenter | None]
    """The live center of a tenant on this node; None: no such tenant here."""
    live: Live
    reload_config: Callable[[str], Awaitable[None]]
    """Told after each change of configuration: documents → ConfigChanged."""
    clock: Callable[[], float]  # unix seconds
    vault: RangedBlobs
    """Recordings, encrypted at rest."""
    seal: Callable[[str, str], str]
    """(tenant, secret) → what is stored of a secret that only the server reads again."""
    telephony: Telephony | None = None  # None: this node has none
    new_clashes: NewClashes = _no_clashes
    built_in_prompts: Collection[str] = ()  # keys; empty: not known
    sounds: Sounds | None = None  # None: this node makes none
    secure_cookies: bool = False  # true behind https
    try_policy: TryPolicy = _no_trial
    readiness: Callable[[], Awaitable[Mapping[str, Part]]] = _no_parts
    metrics: Callable[[], tuple[bytes, str]] = _no_metrics  # (exposition, content type)
