"""What an administrator decides about a chat entry point; the form is drawn from this model."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from parley.core.desk.attachment import MEDIA_TYPES

MAX_ORIGINS = 50
MAX_TOPICS = 8
MAX_TEXT_CHARS = 4_000  # of one message
MAX_FILE_BYTES = 20 * 1024 * 1024  # an entry point may allow less, never more
DEFAULT_FILE_BYTES = 10 * 1024 * 1024
LEAST_SECRET_CHARS = 32  # RFC 7518, section 3.2: a HS256 key has at least 256 bits

DEFAULT_FILE_TYPES = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "application/pdf",
    "text/plain",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "video/mp4",
    "audio/mpeg",
]

_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?", re.IGNORECASE)


def _origin(value: str) -> str:
    if not _ORIGIN.fullmatch(value):
        raise ValueError("an origin looks like https://shop.example.com or https://*.example.com")
    return value.lower()


def _media_type(value: str) -> str:
    if value not in MEDIA_TYPES:
        raise ValueError("only what can be told from a file's content may be allowed")
    return value


def _network(value: str) -> str:
    return str(ip_network(value, strict=False))


def _label(zh: str, en: str, **more: Any) -> dict[str, Any]:
    return {"names": {"zh-CN": zh, "en-US": en}, **more}


Texts = dict[
    Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")],
    Annotated[str, StringConstraints(max_length=1_000)],
]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Origin = Annotated[str, AfterValidator(_origin)]
MediaType = Annotated[str, AfterValidator(_media_type)]
Network = Annotated[str, AfterValidator(_network)]
Link = Annotated[str, StringConstraints(pattern=r"^(https?://|/)[^\s\"'<>]{1,500}$")]


class Topic(BaseModel):
    """A button that starts the conversation about something, in a queue of its own if given."""

    model_config = ConfigDict(extra="ignore")

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")]
    names: Texts
    queue: str | None = None


class EntryPointSettings(BaseModel):
    """The body of an `entry_point` document whose channel is chat."""

    model_config = ConfigDict(extra="ignore")

    channel: Literal["chat"] = "chat"
    name: str = Field(min_length=1, max_length=100, json_schema_extra=_label("名称", "Name"))
    names: Texts = Field(default={}, json_schema_extra=_label("窗口标题", "Title in the widget"))
    enabled: bool = Field(default=True, json_schema_extra=_label("启用", "Enabled"))
    queue: str = Field(min_length=1, json_schema_extra=_label("队列", "Queue", widget="queue"))
    by_language: dict[str, str] = Field(
        default={}, json_schema_extra=_label("按语言分队列", "Queue by language")
    )
    topics: list[Topic] = Field(
        default=[], max_length=MAX_TOPICS, json_schema_extra=_label("快捷主题", "Topics")
    )
    greeting: Texts = Field(default={}, json_schema_extra=_label("欢迎语", "Greeting"))
    origins: list[Origin] = Field(
        default=[],
        max_length=MAX_ORIGINS,
        json_schema_extra=_label("允许的网站（空：任意）", "Allowed sites (none: any)"),
    )
    secret: str | None = Field(
        default=None,
        min_length=LEAST_SECRET_CHARS,
        max_length=200,
        json_schema_extra=_label("身份签名密钥", "Identity secret", widget="secret"),
    )
    colour: Colour = Field(
        default="#1f5eff", json_schema_extra=_label("主色", "Main colour", widget="colour")
    )
    accent: Colour | None = Field(
        default=None,
        json_schema_extra=_label("访客气泡色", "Colour of the visitor's messages", widget="colour"),
    )
    logo_url: Link | None = Field(default=None, json_schema_extra=_label("标志", "Logo"))
    file_types: list[MediaType] = Field(
        default=DEFAULT_FILE_TYPES, json_schema_extra=_label("允许的文件类型", "Allowed file types")
    )
    max_file_bytes: int = Field(
        default=DEFAULT_FILE_BYTES,
        ge=0,
        le=MAX_FILE_BYTES,
        json_schema_extra=_label("文件大小上限（0：不收文件）", "Largest file (0: no files)"),
    )
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = Field(
        default=None,
        json_schema_extra=_label("电话号码所属国家", "Country of phone numbers without prefix"),
    )
    blocked_networks: list[Network] = Field(
        default=[],
        max_length=200,
        json_schema_extra=_label("屏蔽的网段", "Blocked networks"),
    )

    def blocks(self, ip: str) -> bool:
        """Whether a visitor's network address (see `limits.ip_key`) lies in a blocked network."""
        try:
            network = ip_network(ip, strict=False)
        except ValueError:
            return False
        return any(_within(network, ip_network(each)) for each in self.blocked_networks)


def _within(network: IPv4Network | IPv6Network, blocked: IPv4Network | IPv6Network) -> bool:
    if isinstance(network, IPv4Network) and isinstance(blocked, IPv4Network):
        return network.subnet_of(blocked)
    if isinstance(network, IPv6Network) and isinstance(blocked, IPv6Network):
        return network.subnet_of(blocked)
    return False
