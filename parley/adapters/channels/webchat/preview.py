"""An almost empty page with the widget of one entry point: what an administrator tries it on.

It is served by us, so the entry point's list of sites doesn't have to name it; only we may frame it.
"""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.wire import language_of
from parley.core.errors import NotFound

_POLICY = [
    "default-src 'none'",
    "script-src 'self'",
    "img-src 'self' http: https: data: blob:",  # the entry point's logo may be anywhere
    "media-src 'self' blob:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
]
_HEADERS = {"content-security-policy": "; ".join(_POLICY), "cache-control": "no-store"}
WORDS = {
    "zh-CN": {"title": "预览", "off": "此在线客服不存在或已停用。"},
    "en-US": {"title": "Preview", "off": "This chat does not exist or is switched off."},
}


async def preview(chat: Chat, request: Request) -> Response:
    """404 with a sentence for an entry point that is off, unknown or of another channel."""
    language = language_of(request.query_params.get("lang", ""))
    words = WORDS[language]
    try:
        entry = await chat.entries.find(request.path_params["entry_id"], chat.now())
    except NotFound:
        return _page(language, words["title"], "", f"<p>{words['off']}</p>", 404)
    title = entry.settings.names.get(language) or entry.settings.name
    script = (
        f'<script src="/widget.js" data-entry="{escape(entry.id)}" data-lang="{language}" async>'
        "</script>"
    )
    return _page(language, title, script, f"<h1>{escape(title)}</h1>", 200)


def _page(language: str, title: str, script: str, body: str, status: int) -> Response:
    text = f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{escape(title)}</title>
{script}
</head>
<body><main>{body}</main></body>
</html>
"""
    return HTMLResponse(text, status, headers=_HEADERS)
