"""The console's files: kept by browsers as long as they may be, safe, and small on the wire."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from parley.site import CONSOLE_POLICY, Folder, application


@pytest.fixture
def browser(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Parley</title>")
    (tmp_path / "assets" / "index-1a2b.js").write_text("let x = 1;\n" * 500)
    (tmp_path / "icon.svg").write_text("<svg/>")
    console = Folder(tmp_path, CONSOLE_POLICY, fallback="index.html")
    api = Starlette(routes=[Route("/api/v1/x", lambda request: PlainTextResponse("api"))])
    return TestClient(
        application(api, [], [Route("/{path:path}", console.page)], https=True),
        base_url="https://testserver",
    )


def test_a_hashed_file_is_kept_for_ever_and_compressed(browser):
    answer = browser.get("/assets/index-1a2b.js")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 10
    assert answer.headers["content-type"].startswith("text/javascript")
    plain = browser.get("/assets/index-1a2b.js", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == answer.content


def test_the_start_page_is_asked_for_again_and_not_sent_twice(browser):
    answer = browser.get("/")
    assert answer.headers["cache-control"] == "no-cache"
    again = browser.get("/", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_address_of_the_console_shows_the_console_and_a_missing_file_does_not(browser):
    assert "<title>Parley" in browser.get("/tickets/tkt_1").text
    assert browser.get("/assets/gone.js").status_code == 404
    assert browser.get("/../secret.txt").status_code == 404


def test_every_answer_carries_the_headers_that_keep_browsers_safe(browser):
    for path in ("/", "/api/v1/x", "/icon.svg"):
        headers = browser.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "strict-transport-security" in headers
    assert "object-src 'none'" in browser.get("/").headers["content-security-policy"]


def test_the_api_is_not_hidden_by_the_console(browser):
    assert browser.get("/api/v1/x").text == "api"
    assert browser.get("/api/v1/nothing").status_code == 404
    assert "<title>" not in browser.get("/api/v1/nothing").text


def test_a_console_that_is_not_built_says_so(tmp_path):
    console = Folder(tmp_path, None, fallback="index.html")
    client = TestClient(Starlette(routes=[Route("/{path:path}", console.page)]))
    assert client.get("/").status_code == 503
    assert "make run" in client.get("/").text
