"""Configuration documents: one model for each kind, the same for reading and writing.

A stored document is the model as JSON; the API adds id, version and time around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from ipaddress import ip_network
from itertools import pairwise
from typing import Annotated, Literal, get_args
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from parley.api.limits import LIST_ITEMS, NAME_CHARS, URL_CHARS
from parley.api.schemas.account import Capacity, Levels
from parley.api.schemas.common import (
    LANGUAGES,
    Body,
    Id,
    Instant,
    Language,
    Level,
    LongTexts,
    Name,
    Names,
    Wire,
)
from parley.api.schemas.numbers import E164, Received
from parley.api.schemas.reference import Reference, SettingBody
from parley.core.model import AgentOrder, Channel, MonitorNotice, PhoneKind, QueueOrder, WrapUpMode

MAX_S = 7 * 24 * 3600.0
MAX_WRAP_UP_S = 3600.0
MINUTES_A_DAY = 24 * 60
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_NUMBERS = 200  # of one entry point
MAX_RECORDING_DAYS = 3_660


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise PydanticCustomError("unknown_zone", "no such time zone")
    return name


def _in_order(spans: list[Span]) -> list[Span]:
    if any(start >= end for start, end in spans) or any(
        before[1] > after[0] for before, after in pairwise(spans)
    ):
        raise PydanticCustomError("span_order", "spans must be in order and not overlap")
    return spans


def _iso_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise PydanticCustomError("date_format", "not an ISO date") from None


def _origin(text: str) -> str:
    if not re.fullmatch(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?", text):
        raise PydanticCustomError("origin_format", "an origin is scheme://host[:port]")
    return text.lower()


def _web_address(text: str) -> str:
    if not re.fullmatch(r"(https?://|/)[^\s\"'<>]+", text):
        raise PydanticCustomError("url_format", "a web address starts with http(s):// or /")
    return text


def _network(text: str) -> str:
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        raise PydanticCustomError("network_format", "not an IP address or network") from None


Minute = Annotated[int, Field(ge=0, le=MINUTES_A_DAY)]
Span = tuple[Minute, Minute]
Spans = Annotated[list[Span], Field(max_length=24), AfterValidator(_in_order)]
Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[str, AfterValidator(_iso_date)]
Origin = Annotated[str, AfterValidator(_origin)]
WebAddress = Annotated[str, StringConstraints(max_length=URL_CHARS), AfterValidator(_web_address)]
Seconds = Annotated[float, Field(ge=0, le=MAX_S)]
Priority = Annotated[int, Field(ge=-100, le=100)]
Shortcut = Annotated[str, StringConstraints(pattern=r"^[^\s/]{1,40}$")]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Network = Annotated[str, AfterValidator(_network)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
ChoiceKey = Annotated[str, StringConstraints(pattern=r"^[0-9*#]$")]
TopicKey = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]
FileType = Literal[
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "audio/mpeg",
    "audio/wav",
    "video/mp4",
]
FILE_TYPES: tuple[FileType, ...] = get_args(FileType)


class QueueBody(SettingBody):
    names: Names
    needs: Annotated[dict[Id, Level], Field(max_length=LIST_ITEMS)] = {}
    priority: Priority = 0
    order: QueueOrder = QueueOrder.PRIORITY
    agent_order: AgentOrder = AgentOrder.LONGEST_IDLE
    hours_id: Id | None = None
    ring_s: Annotated[float, Field(ge=5, le=600)] = 30.0
    decline_pause_s: Seconds = 30.0
    wrap_up: WrapUpMode = WrapUpMode.TIMED
    wrap_up_s: Annotated[float, Field(ge=0, le=MAX_WRAP_UP_S)] = 120.0
    dispositions: Annotated[list[Id], Field(max_length=LIST_ITEMS)] = []
    disposition_required: bool = True
    max_waiting: Annotated[int, Field(ge=0, le=100_000)] | None = None
    max_wait_s: Seconds | None = None
    overflow_queue: Id | None = None
    last_agent_within_s: Annotated[float, Field(ge=0, le=400 * 24 * 3600)] = 0.0
    last_agent_wait_s: Seconds = 10.0
    reply_timeout_s: Seconds | None = None
    inactivity_s: Seconds | None = 900.0
    away_grace_s: Seconds = 120.0
    pull: bool = False
    service_level_s: Annotated[float, Field(ge=1, le=MAX_S)] = 30.0
    short_abandon_s: Seconds = 5.0
    record: bool = False
    announce_s: Annotated[float, Field(ge=10, le=600)] | None = 30.0
    choices: dict[ChoiceKey, Literal["callback", "voicemail"]] = {}
    callback_first: Literal["agent", "customer"] = "agent"
    callback_attempts: Annotated[int, Field(ge=1, le=10)] = 3
    callback_retry_s: Annotated[float, Field(ge=30, le=24 * 3600)] = 600.0
    callback_amd: bool = False

    def references(self) -> Iterator[Reference]:
        yield from (Reference(f"needs.{skill}", "skill", skill) for skill in self.needs)
        for index, disposition in enumerate(self.dispositions):
            yield Reference(f"dispositions.{index}", "disposition", disposition)
        if self.hours_id is not None:
            yield Reference("hours_id", "hours", self.hours_id)
        if self.overflow_queue is not None:
            yield Reference("overflow_queue", "queue", self.overflow_queue)


class SkillBody(SettingBody):
    names: Names


class HoursBody(SettingBody):
    """`week[0]` is Monday; spans are minutes since midnight in `zone`."""

    name: Name
    zone: Zone = "Asia/Shanghai"
    week: Annotated[list[Spans], Field(min_length=7, max_length=7)]
    holidays: Annotated[dict[Day, Spans], Field(max_length=1_000)] = {}
    override: Literal["open", "closed"] | None = None


class DispositionBody(SettingBody):
    """How an interaction ended, chosen at wrap-up; `group` orders long lists."""

    names: Names
    group: Annotated[str, StringConstraints(max_length=NAME_CHARS)] = ""
    resolved: bool | None = None  # what wrap-up proposes
    active: bool = True


class ReasonBody(SettingBody):
    """Why an agent is not ready."""

    names: Names
    active: bool = True


class CannedReplyBody(SettingBody):
    """A reply under a shortcut, with variables such as {{customer.name}}."""

    shortcut: Shortcut
    names: Names
    texts: LongTexts
    group: Annotated[str, StringConstraints(max_length=NAME_CHARS)] = ""
    queues: Annotated[list[Id], Field(max_length=LIST_ITEMS)] = []  # empty: all

    def references(self) -> Iterator[Reference]:
        for index, queue in enumerate(self.queues):
            yield Reference(f"queues.{index}", "queue", queue)


class TopicBody(Body):
    key: TopicKey
    names: Names
    queue: Id | None = None


class EntryPointBody(SettingBody):
    """The widget on a site, or (channel voice) telephone numbers with the flow that answers them.

    Its secret signs visitors' identities and is made by the server, see `secret`.
    """

    channel: Literal[Channel.CHAT, Channel.VOICE] = Channel.CHAT
    name: Name
    names: dict[Language, Annotated[str, StringConstraints(max_length=NAME_CHARS)]] = {}
    queue: Id
    by_language: Annotated[dict[Language, Id], Field(max_length=20)] = {}
    topics: Annotated[list[TopicBody], Field(max_length=8)] = []
    origins: Annotated[list[Origin], Field(max_length=50)] = []
    colour: Colour = "#1f5eff"
    accent: Colour | None = None
    logo_url: WebAddress | None = None
    greeting: dict[Language, Annotated[str, StringConstraints(max_length=500)]] = {}
    file_types: list[FileType] = list(FILE_TYPES)
    max_file_bytes: Annotated[int, Field(ge=0, le=MAX_FILE_BYTES)] = 10 * 1024 * 1024
    country: Country | None = None  # of phone numbers without a prefix
    blocked_networks: Annotated[list[Network], Field(max_length=LIST_ITEMS)] = []
    numbers: Annotated[list[Received], Field(max_length=MAX_NUMBERS)] = []  # voice: who is called
    flow: Id | None = None  # voice: none greets and queues
    language: Language = "zh-CN"  # voice: callers are spoken to in
    enabled: bool = True

    @model_validator(mode="after")
    def a_voice_has_numbers(self) -> EntryPointBody:
        if self.channel is Channel.VOICE and not self.numbers:
            raise PydanticCustomError("numbers_required", "at least one number")
        return self

    def references(self) -> Iterator[Reference]:
        yield Reference("queue", "queue", self.queue)
        if self.flow is not None:
            yield Reference("flow", "flow", self.flow)
        for language, queue in self.by_language.items():
            yield Reference(f"by_language.{language}", "queue", queue)
        for index, topic in enumerate(self.topics):
            if topic.queue is not None:
                yield Reference(f"topics.{index}.queue", "queue", topic.queue)


class AgentBody(SettingBody):
    """What routing knows of an agent; written with the person, see people.py."""

    name: Name
    queues: Levels = {}  # queue -> tier
    skills: Levels = {}
    capacity: Capacity = {}
    languages: Annotated[list[Language], Field(max_length=10)] = []
    phone: PhoneKind = PhoneKind.BROWSER
    phone_number: E164 | None = None

    def references(self) -> Iterator[Reference]:
        yield from (Reference(f"queues.{queue}", "queue", queue) for queue in self.queues)
        yield from (Reference(f"skills.{skill}", "skill", skill) for skill in self.skills)


Share = Annotated[float, Field(ge=0, le=1)]


class Targets(Body):
    """What the board's figures are held to, as shares of 1."""

    service_level: Share = 0.8
    abandonment: Share = 0.05
    csat: Share = 0.85


class TenantSettings(Body):
    """The company and the rules of the whole center."""

    names: Names
    zone: Zone = "Asia/Shanghai"
    languages: Annotated[list[Literal["zh-CN", "en-US"]], Field(min_length=1)] = list(LANGUAGES)  # type: ignore[arg-type]
    interrupts: dict[Channel, list[Channel]] = {}
    targets: Targets = Targets()
    screen_grace_s: Annotated[float, Field(ge=1, le=3600)] = 30.0
    phone_grace_s: Annotated[float, Field(ge=1, le=120)] = 8.0
    recording_notice: bool = True  # callers hear that they are recorded
    monitor_notice: MonitorNotice = MonitorNotice.TOLD
    caller_id: E164 | None = None  # shown to whom we call
    country: Country = "CN"  # of telephone numbers without a prefix
    recording_days: Annotated[int, Field(ge=1, le=MAX_RECORDING_DAYS)] | None = None  # none: kept


class SettingsUpdate(TenantSettings):
    version: int


class Settings(TenantSettings):
    """`version` is that of the tenant document, which every save raises."""

    version: int


class Stored(Wire):
    """What the API adds to a document."""

    id: str
    version: int
    updated_at: Instant


class Secret(Wire):
    """Shown on request only, never in a list."""

    secret: str
