"""The built console and other pages as files in memory, with the headers that keep browsers safe.

Names with a hash in them are kept by browsers for ever; everything else is asked for again. An
address that is no file shows the console, which has its own routes.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_GZIP_BYTES = 1_000
API_PATHS = ("/healthz", "/readyz", "/metrics")
COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"

_POLICY = [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",  # antd writes its styles into the page
    "img-src 'self' data: blob:",
    "media-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "frame-ancestors 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
]
CONSOLE_POLICY = "; ".join(_POLICY)
HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"permissions-policy": b"camera=(), geolocation=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    gzipped: bytes | None
    media_type: str
    etag: str
    cache: str


def read_assets(folder: Path) -> dict[str, Asset]:
    """All files under `folder` by their path, e.g. `assets/index-1a2b.js`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _read(path, folder) for path in files}


def _read(path: Path, folder: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"
    small = gzip.compress(body, 6) if media_type.startswith(COMPRESSIBLE) else body
    hashed = path.relative_to(folder).parts[0] == "assets"
    return Asset(
        body=body,
        gzipped=small if len(body) > LEAST_GZIP_BYTES and len(small) < len(body) else None,
        media_type=f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
        cache=FOR_EVER if hashed else ASK_AGAIN,
    )


def give(asset: Asset, request: Request, headers: Mapping[str, str]) -> Response:
    told = {"ETag": asset.etag, "Cache-Control": asset.cache, "Vary": "Accept-Encoding", **headers}
    if request.headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=told)
    body = asset.body
    if asset.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body, told["Content-Encoding"] = asset.gzipped, "gzip"
    return Response(body, headers=told, media_type=asset.media_type)


class Folder:
    """Files by their path; `fallback` is given for an address that is no file."""

    def __init__(self, folder: Path, policy: str | None, *, fallback: str) -> None:
        self._assets = read_assets(folder)
        self._headers = {"Content-Security-Policy": policy} if policy else {}
        self._start = self._assets.get(fallback)

    async def page(self, request: Request) -> Response:
        path = request.path_params.get("path", "")
        asset = self._assets.get(path)
        if asset is None and PurePosixPath(path).suffix:
            return PlainTextResponse("Not found\n", status_code=404)
        asset = asset or self._start
        if asset is None:
            return PlainTextResponse("This page is not built yet: type `make run`.\n", 503)
        return give(asset, request, self._headers)


def application(
    api: ASGIApp, channels: Sequence[BaseRoute], pages: Sequence[BaseRoute], *, https: bool
) -> ASGIApp:
    """One application: the API by its prefix, everything else by route, the console at last."""
    rest = Starlette(routes=[*channels, *pages])

    async def dispatch(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        mine = path.startswith("/api/") or path in API_PATHS
        await (api if mine else rest)(scope, receive, send)

    return SafeHeaders(dispatch, https=https)


class SafeHeaders:
    """Adds HEADERS to every answer that does not set them itself."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._headers = dict(HEADERS)
        if https:
            self._headers[b"strict-transport-security"] = b"max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                missing = [h for h in self._headers.items() if h[0] not in present]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await self._app(scope, receive, with_headers)
