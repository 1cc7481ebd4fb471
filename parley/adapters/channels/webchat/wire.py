"""Frames and bodies a visitor's screen may send, with the limits of each field."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from parley.adapters.channels.webchat.clean import clean, clean_line
from parley.adapters.channels.webchat.settings import MAX_TEXT_CHARS
from parley.core.errors import Invalid, TooLarge
from parley.core.model import Page

MAX_FRAME_BYTES = 32 * 1024
MAX_BODY_BYTES = 16 * 1024  # of a JSON request
MAX_FILES_PER_MESSAGE = 5
MAX_URL_CHARS = 2_000
MAX_TITLE_CHARS = 300
MAX_CONTEXT_KEYS = 20
MAX_CONTEXT_CHARS = 500
MAX_PREVIEW_CHARS = 500  # of what is being typed
MAX_COMMENT_CHARS = 1_000

ClientId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$")]
Seq = Annotated[int, Meta(ge=0, le=2**53)]
Language = Annotated[str, Meta(max_length=35)]
Text = Annotated[str, Meta(max_length=MAX_TEXT_CHARS)]
EntryId = Annotated[str, Meta(min_length=1, max_length=100)]
Token = Annotated[str, Meta(max_length=4_096)]


class PageBody(msgspec.Struct):
    url: str = ""
    title: str = ""
    context: dict[str, Any] = {}

    def page(self) -> Page:
        """Cut to what is stored; a context value that is no text is told as JSON."""
        context = {}
        for key, value in list(self.context.items())[:MAX_CONTEXT_KEYS]:
            text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
            context[clean_line(key, 40)] = clean_line(text, MAX_CONTEXT_CHARS)
        return Page(
            url=_web_address(clean_line(self.url, MAX_URL_CHARS)),
            title=clean_line(self.title, MAX_TITLE_CHARS),
            context=context,
        )


def _web_address(url: str) -> str:
    """Consoles make a link of it: what is no address of the web (`javascript:`, `file:`) is none."""
    return url if url.lower().startswith(("https://", "http://")) else ""


class SessionBody(msgspec.Struct):
    entry: EntryId
    token: Token | None = None
    identity: Token | None = None
    language: Language = ""
    page: PageBody = msgspec.field(default_factory=PageBody)


class Hello(msgspec.Struct, tag="hello"):
    token: Token
    after_seq: Seq = 0
    language: Language = ""
    page: PageBody = msgspec.field(default_factory=PageBody)


class Send(msgspec.Struct, tag="send"):
    client_id: ClientId
    text: Text = ""
    attachments: Annotated[list[Id], Meta(max_length=MAX_FILES_PER_MESSAGE)] = []
    topic: Annotated[str, Meta(max_length=40)] | None = None
    retry: bool = False


class Typing(msgspec.Struct, tag="typing"):
    text: str = ""


class Read(msgspec.Struct, tag="read"):
    message_id: Id


class Delivered(msgspec.Struct, tag="delivered"):
    message_id: Id


class Visit(msgspec.Struct, tag="page"):
    page: PageBody


class End(msgspec.Struct, tag="end"):
    pass


class Rate(msgspec.Struct, tag="rate"):
    interaction_id: Id
    score: Annotated[int, Meta(ge=1, le=5)]
    comment: Annotated[str, Meta(max_length=MAX_COMMENT_CHARS)] = ""


class LeaveMessage(msgspec.Struct, tag="leave_message"):
    client_id: ClientId
    text: Text = ""
    phone: Annotated[str, Meta(max_length=40)] | None = None
    callback_at: Annotated[str, Meta(max_length=40)] | None = None  # RFC 3339
    topic: Annotated[str, Meta(max_length=40)] | None = None


class Beat(msgspec.Struct, tag="beat"):
    pass


Frame = Send | Typing | Read | Delivered | Visit | End | Rate | LeaveMessage | Beat | Hello

_frames: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)
_sessions = msgspec.json.Decoder(SessionBody)


def read_frame(text: str) -> Frame:
    """Raises TooLarge(frame_too_large), Invalid(frame_invalid) with the place in `detail`."""
    if len(text) > MAX_FRAME_BYTES or len(text.encode(errors="replace")) > MAX_FRAME_BYTES:
        raise TooLarge("frame_too_large", limit=MAX_FRAME_BYTES)
    try:
        return _frames.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Invalid("frame_invalid", str(error)) from None


def client_id_of(text: str) -> str | None:
    """The client id of a refused frame, so that the widget knows which message it was."""
    try:
        value = msgspec.json.decode(text[:MAX_FRAME_BYTES], type=dict[str, Any]).get("client_id")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return value if isinstance(value, str) and len(value) <= 64 else None


def read_session(body: bytes) -> SessionBody:
    """Raises Invalid(body_invalid) with the place in `detail`."""
    try:
        return _sessions.decode(body)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Invalid("body_invalid", str(error)) from None


def language_of(asked: str) -> str:
    """The nearest of the languages that exist."""
    return "zh-CN" if asked.lower().startswith("zh") else "en-US"


def cleaned(text: str) -> str:
    return clean(text, MAX_TEXT_CHARS)
