"""What the process tells of itself: logs (structlog), metrics (Prometheus), traces (OpenTelemetry).

No log line carries what customers write, passwords, tokens or addresses of databases.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.propagate import extract
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley import __version__

MAX_PLAIN_PART_CHARS = 20  # a longer part of a path is an id

# Never the values of variables: they hold passwords and what customers wrote.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
_QUIET = ("uvicorn.access", "uvicorn.error", "websockets", "httpx", "asyncio")


def set_up_logs(level: str, *, as_json: bool) -> None:
    """Everything to standard error, also what libraries log: JSON lines, or lines for people."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_render(as_json=as_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)


def _render(*, as_json: bool) -> list[Any]:
    if as_json:
        return [_TRACEBACKS, structlog.processors.JSONRenderer()]
    colours = sys.stderr.isatty()
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=colours, exception_formatter=plain)]


def metrics() -> tuple[bytes, str]:
    """(exposition, content type) of all metrics of this process."""
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST


def set_up_traces(endpoint: str | None, node: str) -> None:
    """Send spans to an OTLP collector; without an endpoint spans cost nothing and go nowhere."""
    if endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create(
        {"service.name": "parley", "service.version": __version__, "service.instance.id": node}
    )
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    trace.set_tracer_provider(provider)


class Traced:
    """One span for each HTTP request, continued from the caller's trace; ids stay out of its name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._tracer = trace.get_tracer("parley.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        name = f"{scope['method']} {_route(scope['path'])}"
        with self._tracer.start_as_current_span(
            name, context=extract(headers), kind=trace.SpanKind.SERVER
        ) as span:

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                await send(message)

            await self._app(scope, receive, noted)


def _route(path: str) -> str:
    """`/api/v1/interactions/int_01J…` → `/api/v1/interactions/{id}`"""
    parts = path.split("/")
    return "/".join("{id}" if len(part) > MAX_PLAIN_PART_CHARS else part for part in parts)


def flush_traces() -> None:
    """Send what is still waiting, at the end of the process."""
    shutdown = getattr(trace.get_tracer_provider(), "shutdown", None)
    if shutdown is not None:
        shutdown()
