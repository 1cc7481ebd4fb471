"""The engine's numbers for Prometheus, one label set a tenant, and its spans for OpenTelemetry."""

from __future__ import annotations

from contextlib import AbstractContextManager

from opentelemetry import trace
from opentelemetry.trace import Span, SpanContext
from prometheus_client import Counter, Gauge, Histogram

from parley.engine.batch import Batch
from parley.engine.outbox import Outbox
from parley.engine.status import EnginePhase, EngineStatus

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)

INPUTS = Counter("parley_inputs", "Inputs decided", ["tenant", "kind"])
FAILED = Counter("parley_inputs_failed", "Inputs the core failed on", ["tenant", "kind"])
REFUSED = Counter("parley_inputs_refused", "Inputs refused because too many wait", ["tenant"])
EVENTS = Counter("parley_events", "Events made durable", ["tenant"])
COMMIT = Histogram("parley_commit_seconds", "Time of one commit", ["tenant"], buckets=_SECONDS)
BATCH = Histogram("parley_commit_inputs", "Inputs in one commit", ["tenant"], buckets=_BATCHES)
LEADING = Gauge("parley_engine_leading", "1 while this node leads the tenant", ["tenant"])
QUEUE = Gauge("parley_engine_queue", "Inputs that wait for their turn", ["tenant"])
SEQ = Gauge("parley_engine_seq", "Sequence number of the last event", ["tenant"])
STUCK = Gauge("parley_engine_stuck", "1 while a turn takes too long", ["tenant"])
BACKLOG = Gauge("parley_outbox_backlog", "Commands not yet carried out", ["tenant"])
PROMISE = Gauge(
    "parley_estimated_wait_error",
    "Root mean squared error of estimated waits, relative to the mean wait of those who waited",
    ["tenant"],
)
RETRYING = Gauge("parley_outbox_retrying", "Lanes that wait for another try", ["tenant"])
GIVEN_UP = Gauge("parley_outbox_failed", "Commands that failed for good", ["tenant"])
FRAMES = Counter("parley_live_frames", "Frames handed to subscriptions", ["audience"])
OVERFLOWS = Counter("parley_live_overflows", "Subscriptions closed for being too slow")
SUBSCRIPTIONS = Gauge("parley_live_subscriptions", "Open subscriptions", ["audience"])

_tracer = trace.get_tracer("parley.engine")


def current_trace() -> SpanContext | None:
    """Of whoever is asking, if traces are on."""
    context = trace.get_current_span().get_span_context()
    return context if context.is_valid else None


class Measure:
    """Counts of one tenant, with the label lookups done once."""

    def __init__(self, tenant_id: str) -> None:
        self._tenant = tenant_id
        self._kinds: dict[str, Counter] = {}
        self._events = EVENTS.labels(tenant_id)
        self._commit = COMMIT.labels(tenant_id)
        self._batch = BATCH.labels(tenant_id)
        self._refused = REFUSED.labels(tenant_id)

    def received(self, kind: str) -> None:
        counter = self._kinds.get(kind)
        if counter is None:
            counter = self._kinds[kind] = INPUTS.labels(self._tenant, kind)
        counter.inc()

    def failed(self, kind: str) -> None:
        FAILED.labels(self._tenant, kind).inc()

    def refused(self) -> None:
        self._refused.inc()

    def commit_span(self, batch: Batch) -> AbstractContextManager[Span]:
        """The span of one commit, linked to the requests whose inputs it carries."""
        return _tracer.start_as_current_span(
            "commit",
            links=batch.links(),
            attributes={"parley.tenant": self._tenant, "parley.events": len(batch.events)},
        )

    def committed(self, inputs: int, events: int, took_s: float) -> None:
        self._batch.observe(inputs)
        self._events.inc(events)
        self._commit.observe(took_s)


def gauge(tenant_id: str, status: EngineStatus, outbox: Outbox, now: float) -> None:
    """What is read off at each scrape."""
    LEADING.labels(tenant_id).set(status.phase is EnginePhase.LEADING)
    QUEUE.labels(tenant_id).set(status.queue_length)
    SEQ.labels(tenant_id).set(status.seq)
    STUCK.labels(tenant_id).set(status.stuck(now))
    BACKLOG.labels(tenant_id).set(outbox.backlog)
    RETRYING.labels(tenant_id).set(outbox.retrying)
    GIVEN_UP.labels(tenant_id).set(outbox.failed)


def promised(tenant_id: str, error: float | None) -> None:
    if error is not None:
        PROMISE.labels(tenant_id).set(error)
