"""Every page in a real Chromium: its policy is kept, and nothing on it breaks the policy."""

from __future__ import annotations

import pytest

from tests.server.web.conftest import TOKEN, Visit, browser, server, visit, visit_with  # noqa: F401

pytestmark = pytest.mark.slow

WATCH = """() => {
  window.violations = [];
  addEventListener("securitypolicyviolation",
    (event) => violations.push(`${event.effectiveDirective} ${event.blockedURI}`));
}"""

TRICKS = """async () => {
  const said = {};
  const inline = document.createElement("script");
  inline.textContent = "window.inlined = true";
  document.body.append(inline);
  said.inline = window.inlined === true;
  setTimeout("window.evaluated = true");  // Playwright's own script may use eval
  try {
    await fetch("http://127.0.0.1:9/");
    said.elsewhere = true;
  } catch {
    said.elsewhere = false;
  }
  const box = document.createElement("div");
  box.innerHTML = "<img src=x onerror='window.handled = true'>";
  document.body.append(box);
  await new Promise((resolve) => setTimeout(resolve, 200));
  said.eval = window.evaluated === true;
  said.handler = window.handled === true;
  return said;
}"""


def violations(visit: Visit) -> list[str]:  # noqa: F811
    found: list[str] = visit.page.evaluate("window.violations")
    return found


def test_the_pages_keep_their_policy(visit: Visit) -> None:  # noqa: F811
    visit.page.add_init_script(f"({WATCH})()")
    visit.page.goto(f"{visit.server.url}/#token={TOKEN}")
    visit.page.wait_for_selector("#wish:not([hidden])")
    assert violations(visit) == []
    visit.page.goto(f"{visit.server.url}/locate#token={TOKEN}")
    visit.page.wait_for_selector("body")
    assert violations(visit) == []
    visit.play(rounds=1)
    visit.place_pin()
    visit.page.click("#submit-guess")
    visit.page.wait_for_selector("body[data-phase=result], body[data-phase=over]")
    assert violations(visit) == []
    visit.faults.clear()  # the locate page has no bundle here, and says so


def test_what_a_stranger_got_into_a_page_does_nothing(visit: Visit) -> None:  # noqa: F811
    visit.page.add_init_script(f"({WATCH})()")
    visit.page.goto(f"{visit.server.url}/#token={TOKEN}")
    said = visit.page.evaluate(TRICKS)
    assert said == {"inline": False, "eval": False, "elsewhere": False, "handler": False}
    assert len(violations(visit)) >= 3
    visit.faults.clear()


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", '"><script>alert(1)</script>'])
def test_a_name_is_text(visit: Visit, name: str) -> None:  # noqa: F811
    visit.page.add_init_script(f"({WATCH})()")
    visit.page.on("dialog", lambda dialog: visit.faults.append(dialog.message))
    wish = {"pack": "painted", "seed": 1, "name": name[:40], "rules": {"rounds": 1}}
    seated = visit.server.call("POST", "/matches", json=wish)
    visit.page.goto(f"{visit.server.url}/play/{seated['match']}#seat={seated['seat_token']}")
    visit.page.wait_for_selector("body[data-phase=round]")
    assert violations(visit) == []
    assert visit.page.evaluate("document.querySelectorAll('img[src=x]').length") == 0
