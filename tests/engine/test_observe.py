"""What the process tells of itself: logs without secrets, spans that belong together, settings."""

import io
import json
import logging

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from parley import observe
from parley.config import WrongSetting, load
from parley.engine import measure
from tests.engine.shop import Shop


@pytest.fixture
def logged():
    """The JSON lines written while the test runs."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    observe.set_up_logs("info", as_json=True)
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def spans(monkeypatch):
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    monkeypatch.setattr(measure, "_tracer", provider.get_tracer("parley.engine"))
    return exporter


def test_a_logged_exception_shows_where_but_never_the_values_of_variables(logged):
    password = "open-sesame"
    try:
        raise ValueError(f"bad length {len(password)}")
    except ValueError:
        structlog.get_logger("parley.test").exception("it_broke")
    (line,) = logged()
    assert line["event"] == "it_broke"
    assert "bad length 11" in json.dumps(line)
    assert password not in json.dumps(line)


def test_what_libraries_log_comes_out_in_the_same_form(logged):
    logging.getLogger("somewhere").warning("careful with %s", "this")
    (line,) = logged()
    assert line["event"] == "careful with this"
    assert line["level"] == "warning"


async def test_a_commits_span_is_linked_to_the_request_that_caused_it(spans):
    shop = await Shop().open()
    with trace.get_tracer("test").start_as_current_span("request") as request:
        await shop.ready("lin")
    await shop.close()
    commits = [span for span in spans.get_finished_spans() if span.name == "commit"]
    linked = {link.context.span_id for span in commits for link in span.links}
    assert linked == {request.get_span_context().span_id}


def test_a_requests_span_is_named_by_its_route_and_continues_the_callers_trace(spans):
    client = TestClient(observe.Traced(PlainTextResponse("done", 201)))
    caller = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    client.get(
        "/api/v1/interactions/int_01M80SSZAPFERDP0Q0V0N9DP1Q", headers={"traceparent": caller}
    )
    (span,) = spans.get_finished_spans()
    assert span.name == "GET /api/v1/interactions/{id}"
    assert span.attributes["http.response.status_code"] == 201
    assert f"{span.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"


def test_settings_come_from_the_environment_and_a_wrong_one_is_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_PORT", "9999")
    monkeypatch.setenv("PARLEY_TRUSTED_PROXIES", "10.0.0.1, 10.0.0.2")
    monkeypatch.setenv("PARLEY_SECRET", "s" * 40)
    settings = load()
    assert settings.port == 9999
    assert settings.trusted_proxies == ["10.0.0.1", "10.0.0.2"]
    assert "ssss" not in repr(settings)
    assert load(port=1).port == 1, "the command line comes first"
    monkeypatch.setenv("PARLEY_PORT", "many")
    with pytest.raises(WrongSetting, match="PARLEY_PORT"):
        load()
