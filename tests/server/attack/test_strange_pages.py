"""A stranger's page in a real Chromium: from another loopback origin it gets nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from server.pages import DIST
from tests.server.attack.conftest import TOKEN, Running
from tests.server.web.conftest import browser  # noqa: F401  a fixture

pytestmark = pytest.mark.slow

TRIES = """async ([url, token]) => {
  const said = {};
  const tries = {};
  const attempt = (name, run) => { tries[name] = run; };
  const auth = { Authorization: `Bearer ${token}` };
  const read = async (path, options) => (await fetch(url + path, options)).text();
  attempt("fetch", () => read("/health"));
  attempt("fetch with the token", () => read("/api/arena/packs", { headers: auth }));
  attempt("post of text", () => read("/api/arena/matches", { method: "POST", body: "{}" }));
  attempt("post of a form", () => read("/api/locate", { method: "POST", body: new FormData() }));
  attempt("post of json", () => read("/api/arena/matches", {
    method: "POST", body: '{"pack": "tiny"}',
    headers: { ...auth, "Content-Type": "application/json" },
  }));
  attempt("put", () => read("/api/arena/matches/m/rounds/1/pin", { method: "PUT", headers: auth }));
  const tag = (kind, path, key) => new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(kind), {
      onload: () => resolve("loaded"), onerror: () => reject(new Error("error")),
    });
    element[key] = url + path;
    if (kind === "link") element.rel = "stylesheet";
    document.body.append(element);
  });
  attempt("image", () => tag("img", "/static/logo.svg", "src"));
  attempt("script", () => tag("script", "/static/home.js", "src"));
  attempt("style", () => tag("link", "/static/home.css", "href"));
  attempt("module", () => import(url + "/static/home.js").then(() => "loaded"));
  attempt("events", () => new Promise((resolve, reject) => {
    const events = new EventSource(url + "/health");
    events.onopen = () => resolve("open");
    events.onerror = () => { events.close(); reject(new Error("error")); };
  }));
  attempt("worker", () => new Promise((resolve, reject) => {
    try {
      new Worker(url + "/static/home.js").onerror = () => reject(new Error("error"));
    } catch (error) { reject(error); }
  }));
  const line = (protocols) => () => new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws") + "/ws/locate", protocols);
    socket.onopen = () => { socket.close(); resolve("open"); };
    socket.onerror = () => reject(new Error("error"));
  });
  attempt("socket", line([]));
  attempt("socket with the token", line(["homing.v1", `token.${token}`]));
  for (const [name, run] of Object.entries(tries)) {
    try { said[name] = await run(); } catch (error) { said[name] = null; }
  }
  return said;
}"""

FRAME = """async ([url]) => {
  const frame = document.createElement("iframe");
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  frame.src = url + "/";
  document.body.append(frame);
  await loaded;
  return frame.contentWindow.length;
}"""

SANDBOXED = """async ([url, token]) => {
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts";
  const answer = new Promise((resolve) => { onmessage = (event) => resolve(event.data); });
  frame.srcdoc = `<script>
    const ask = async () => (await fetch("${url}/api/arena/packs",
      { headers: { Authorization: "Bearer ${token}" } })).text();
    ask().catch(() => null).then((said) => parent.postMessage(said, "*"));
  </` + `script>`;
  document.body.append(frame);
  return answer;
}"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A stranger</title><body></body>")

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def stranger() -> Iterator[str]:
    """Another origin of this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as site:
        thread = threading.Thread(target=site.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{site.server_address[1]}"
        site.shutdown()


@pytest.fixture
def page(browser: Browser, stranger: str) -> Iterator[Page]:  # noqa: F811
    context = browser.new_context()
    page = context.new_page()
    page.goto(stranger)
    yield page
    context.close()


def test_a_strangers_page_gets_nothing_even_with_the_token(page: Page, server: Running) -> None:
    said = page.evaluate(TRIES, [server.url, TOKEN])
    assert len(said) == 14
    assert {name: answer for name, answer in said.items() if answer is not None} == {}


def test_by_another_name_of_this_machine_it_gets_nothing(page: Page, server: Running) -> None:
    """`localhost` is another site than 127.0.0.1: then no frame of mind of the browser helps."""
    said = page.evaluate(TRIES, [server.url.replace("127.0.0.1", "localhost"), TOKEN])
    assert {name: answer for name, answer in said.items() if answer is not None} == {}


def test_a_page_without_an_origin_gets_nothing(page: Page, server: Running) -> None:
    assert page.evaluate(SANDBOXED, [server.url, TOKEN]) is None
    page.goto("about:blank")
    said = page.evaluate(TRIES, [server.url, TOKEN])
    assert {name: answer for name, answer in said.items() if answer is not None} == {}


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data"])
def test_a_form_is_refused(page: Page, server: Running, kind: str) -> None:
    fields = f"<form method=post enctype={kind} action={server.url}/api/arena/matches>"
    page.set_content(f"{fields}<input name='{{\"pack\":\"tiny\"}}' value=''></form>")
    with page.expect_response("**/api/arena/matches") as answer:
        page.evaluate("document.forms[0].submit()")
    assert answer.value.status == 403


def test_it_frames_no_page(page: Page, server: Running) -> None:
    answers = []
    page.on("response", lambda answer: answers.append(answer.status))
    page.evaluate(FRAME, [server.url])
    assert answers[-1] == 403


def test_dns_rebinding_gets_nothing(browser: Browser, server: Running) -> None:  # noqa: F811
    """A name of the stranger's that now leads here: to the browser it is one origin."""
    rebound = server.url.replace("127.0.0.1", "rebound.localhost")
    page = browser.new_page()
    answer = page.goto(rebound)
    assert answer is not None
    assert answer.status == 400
    said = page.evaluate(TRIES, [rebound, TOKEN])
    answers = {answer for answer in said.values() if answer is not None}
    assert answers <= {"Invalid host header", '{"detail":"this page\'s origin is not allowed"}'}
    page.close()


def test_a_link_from_elsewhere_opens_the_page(page: Page, server: Running) -> None:
    page.set_content(f"<a href='{server.url}/'>Play</a>")
    with page.expect_navigation() as navigated:
        page.click("a")
    assert navigated.value.status == (200 if (DIST / "home.html").exists() else 503)


def test_with_its_origin_allowed_it_works(page: Page, stranger: str, home) -> None:
    with Running(home, HOMING_ORIGINS=stranger) as server:
        said = page.evaluate(TRIES, [server.url, TOKEN])
        assert '"tiny"' in said["fetch with the token"]
        assert '"seat_token"' in said["post of json"]
        assert "ready" in said["fetch"]
        assert said["socket with the token"] == "open"
        assert said["socket"] is None
        assert "expected the server's token" in said["post of text"]
        strange = page.evaluate(TRIES, [server.url, "guess"])
        assert strange["socket with the token"] is None
        assert "expected the server's token" in strange["fetch with the token"]
