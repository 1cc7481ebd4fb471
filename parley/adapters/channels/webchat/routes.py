"""HTTP of web chat: the entry point as the widget shows it, sessions, history, files, transcript."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.entries import Entry
from parley.adapters.channels.webchat.files import give_file, shown_file, take_upload
from parley.adapters.channels.webchat.limits import ip_key
from parley.adapters.channels.webchat.origins import allowed, origin_of
from parley.adapters.channels.webchat.preview import preview
from parley.adapters.channels.webchat.problems import Endpoint, across_origins, answer
from parley.adapters.channels.webchat.settings import MAX_TEXT_CHARS, Topic
from parley.adapters.channels.webchat.shown import shown_messages
from parley.adapters.channels.webchat.socket import live
from parley.adapters.channels.webchat.tokens import Visitor
from parley.adapters.channels.webchat.transcript import transcript
from parley.adapters.channels.webchat.visits import history, history_before, open_session
from parley.adapters.channels.webchat.wire import MAX_BODY_BYTES, language_of, read_session
from parley.core.errors import Forbidden, Invalid, NotFound, NotSignedIn, TooLarge

PREFIX = "/chat/v1"
WIDGET_AGE_S = 300  # browsers may keep widget.js for so long before asking again


def chat_routes(chat: Chat) -> list[BaseRoute]:
    """To be added to the application's routes, before any catch-all."""
    http: list[tuple[str, str, Any]] = [
        ("GET", "/entry/{entry_id}", _entry),
        ("POST", "/session", _session),
        ("GET", "/messages", _messages),
        ("POST", "/attachments", _upload),
        ("GET", "/attachments/{file_id}", _file),
        ("GET", "/transcript", _transcript),
        ("GET", "/preview/{entry_id}", _preview),
    ]
    routes: list[BaseRoute] = [
        Route(PREFIX + path, _endpoint(chat, handler), methods=[method, "OPTIONS"])
        for method, path, handler in http
    ]

    async def line(socket: WebSocket) -> None:
        await live(chat, socket)

    routes.append(WebSocketRoute(f"{PREFIX}/live", line))
    routes.append(Route("/widget.js", across_origins(partial(_widget, chat))))
    return routes


def _endpoint(chat: Chat, handler: Any) -> Endpoint:
    return across_origins(partial(handler, chat))


# --- who asks ------------------------------------------------------------------------------------


async def _admitted(chat: Chat, request: Request, entry_id: str) -> Entry:
    """The entry point, if this page may use it. Raises NotFound, Forbidden."""
    entry = await chat.entries.find(entry_id, chat.now())
    host = request.headers.get("host", "")
    if not allowed(origin_of(request.headers), host, entry.settings.origins):
        raise Forbidden("origin_refused")
    if entry.settings.blocks(_ip(request)):
        raise Forbidden("blocked")
    return entry


async def _visitor(chat: Chat, request: Request) -> tuple[Visitor, Entry]:
    """Raises NotSignedIn without a good token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn("token_missing")
    visitor = chat.signer.visitor(token.strip())
    return visitor, await _admitted(chat, request, visitor.entry_id)


def _ip(request: Request) -> str:
    return ip_key(request.client.host if request.client else None)


# --- what is asked -------------------------------------------------------------------------------


async def _entry(chat: Chat, request: Request) -> Response:
    chat.gate.admit(chat.now(), "requests", ip=_ip(request))
    entry = await _admitted(chat, request, request.path_params["entry_id"])
    language = language_of(request.query_params.get("lang", ""))
    settings = entry.settings
    state = chat.center.entry_state(entry.tenant_id, entry.id, language)
    shown = {
        "names": settings.names or {language: settings.name},
        "language": language,
        "texts": {"greeting": settings.greeting},
        "topics": [_topic(topic) for topic in settings.topics],
        "colour": settings.colour,
        "accent": settings.accent or settings.colour,
        "logo": settings.logo_url,
        "limits": {
            "text_chars": MAX_TEXT_CHARS,
            "file_bytes": settings.max_file_bytes,
            "file_types": settings.file_types if settings.max_file_bytes else [],
        },
        **state,
    }
    return answer(shown)


def _topic(topic: Topic) -> dict[str, Any]:
    return {"key": topic.key, "names": topic.names}


async def _session(chat: Chat, request: Request) -> Response:
    body = read_session(await _body(request))
    chat.gate.admit(chat.now(), "sessions", ip=_ip(request), entry=body.entry)
    entry = await _admitted(chat, request, body.entry)
    return answer(await open_session(chat, entry, body))


async def _body(request: Request) -> bytes:
    """Raises TooLarge as soon as it is known."""
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_BODY_BYTES:
            raise TooLarge("body_too_large", limit=MAX_BODY_BYTES)
    return bytes(data)


async def _messages(chat: Chat, request: Request) -> Response:
    chat.gate.admit(chat.now(), "requests", ip=_ip(request))
    visitor, _ = await _visitor(chat, request)
    before, after = _seq(request, "before_seq"), _seq(request, "after_seq")
    if after is None:
        page = await history(chat, visitor, before)
        more = history_before(page)
    else:
        thread = chat.records.interactions.thread
        page = list(await thread(visitor.tenant_id, visitor.address, after_seq=after))
        more = None
    shown = shown_messages(chat, visitor, page)
    return answer({"messages": shown, "history_before": more})


def _seq(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 16):
        raise Invalid("query_invalid", name)
    return int(text)


async def _upload(chat: Chat, request: Request) -> Response:
    visitor, entry = await _visitor(chat, request)
    chat.gate.admit(chat.now(), "uploads", visitor=visitor.id, ip=_ip(request))
    file = await take_upload(chat, visitor, entry, request)
    return answer(shown_file(chat, visitor, file))


async def _file(chat: Chat, request: Request) -> Response:
    chat.gate.admit(chat.now(), "requests", ip=_ip(request))
    link = request.query_params.get("t", "")
    return await give_file(chat, request.path_params["file_id"], link)


async def _transcript(chat: Chat, request: Request) -> Response:
    chat.gate.admit(chat.now(), "requests", ip=_ip(request))
    visitor, _ = await _visitor(chat, request)
    language = language_of(request.query_params.get("lang", ""))
    interaction_id = request.query_params.get("interaction_id", "")
    text = await transcript(chat, visitor, interaction_id[:64], language)
    headers = {
        "content-disposition": f'attachment; filename="{interaction_id[:64]}.txt"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(text, headers=headers, media_type="text/plain")


async def _preview(chat: Chat, request: Request) -> Response:
    chat.gate.admit(chat.now(), "requests", ip=_ip(request))
    return await preview(chat, request)


async def _widget(chat: Chat, request: Request) -> Response:
    """The one script, small enough to be read and packed again when it changed."""
    try:
        script = chat.widget.read()
    except OSError:
        raise NotFound("widget_not_built", "build web/widget first") from None
    headers = {
        "cache-control": f"public, max-age={WIDGET_AGE_S}",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
        "etag": script.etag,
    }
    if request.headers.get("if-none-match") == script.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(script.packed, headers=headers, media_type="text/javascript")
    return Response(script.plain, headers=headers, media_type="text/javascript")
