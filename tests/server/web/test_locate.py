"""The page that locates one photo, with the shipped bundle."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from server.locate.bundles import RENDERED, load_models
from server.pages import DIST
from tests.bot.standins.pictures import PICTURES
from tests.server.attack.test_policy import WATCH, violations
from tests.server.locate.conftest import encoded, exif_at, png_claiming
from tests.server.web.conftest import TOKEN, Server, Visit

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # torch, on busy machines

REAL = Path(__file__).parents[4] / "shared/data/real/photos"
PATIENCE_MS = 90_000
"""The first photo warms the models up."""

DROP = """([photos, kind]) => {
  const data = new DataTransfer();
  for (const [name, base64] of photos) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name));
  }
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
    : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector("#drop").dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serves the shipped bundle."""
    if not (DIST / "locate.html").exists():
        pytest.fail("expected built pages, got none: run `make web`")
    server = Server(tmp_path_factory.mktemp("home"), load_models)
    server.start()
    while httpx.get(f"{server.url}/health", timeout=60).json()["status"] == "loading":
        time.sleep(0.2)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def panorama() -> bytes:
    """A place of the rendered world: drawing one takes longer than all that is done with it."""
    return (PICTURES / "0.jpg").read_bytes()


@pytest.fixture(scope="module")
def snapshot() -> bytes:
    """A photo of fog, which says that it was taken in Reims."""
    return encoded(Image.effect_noise((480, 360), 40).convert("RGB"), exif=exif_at())


def arrive(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/locate#token={TOKEN}")
    visit.phase("ready")


def bring(visit: Visit, *photos: tuple[str, bytes], kind: str = "drop") -> None:
    given = [[name, base64.b64encode(data).decode()] for name, data in photos]
    visit.page.evaluate(DROP, [given, kind])


def located(visit: Visit) -> None:
    visit.page.wait_for_selector("body[data-phase=located]", timeout=PATIENCE_MS)
    expect(visit.page.locator("#working")).to_be_hidden()


def drawn(visit: Visit, selector: str) -> list[bool]:
    """Of each such image, whether the browser could draw it."""
    script = "all => Promise.all(all.map((e) => e.decode().then(() => e.naturalWidth > 0)))"
    return list(visit.page.eval_on_selector_all(selector, script))


def test_a_dropped_photo_of_a_street(visit: Visit) -> None:
    photo = REAL / "opensfm_berlin_01.jpg"
    if not photo.is_file():
        pytest.skip(f"needs {photo.name} of the shared data")
    arrive(visit)
    expect(visit.page.locator("#caveat")).to_have_text(RENDERED)
    bring(visit, (photo.name, photo.read_bytes()))
    located(visit)
    published = visit.data("#map")
    assert -90 <= float(published["lat"]) <= 90
    expect(visit.page.locator("#place")).not_to_be_empty()
    expect(visit.page.locator("#cells li")).to_have_count(5)
    assert visit.page.locator(".tiles li").count() > 0
    assert visit.page.locator("path.circle").count() == 2
    assert drawn(visit, "#heat img") == [True]
    visit.page.click("#compare")
    # Wherever it was guessed: the flag stands in Berlin, which the guess does not know.
    expect(visit.page.locator("#compared")).to_contain_text("km from the guess")
    expect(visit.page.locator("#map .flag")).to_have_count(1)


def test_a_rendered_panorama_is_seen_in_four_views(visit: Visit, panorama: bytes) -> None:
    visit.page.add_init_script(f"({WATCH})()")
    arrive(visit)
    bring(visit, ("place.jpg", panorama))
    located(visit)
    expect(visit.page.locator("#panorama")).to_be_checked()
    assert drawn(visit, "#heat img") == [True] * 4
    expect(visit.page.locator("#comparison")).to_be_hidden()
    visit.page.uncheck("#panorama")
    expect(visit.page.locator("#heat img")).to_have_count(1, timeout=PATIENCE_MS)
    assert violations(visit) == [], "map, heat, tiles and circles keep the page's policy"


def test_several_views_are_pasted(visit: Visit, snapshot: bytes) -> None:
    arrive(visit)
    bring(visit, ("a.jpg", snapshot), ("b.jpg", snapshot), kind="paste")
    located(visit)
    expect(visit.page.locator("#made-by")).to_contain_text("2 views")
    expect(visit.page.locator("#comparison")).to_be_visible()


def test_heat_lies_where_the_belief_is(visit: Visit, panorama: bytes) -> None:
    arrive(visit)
    bring(visit, ("place.jpg", panorama))
    located(visit)
    painted = visit.page.eval_on_selector(
        "canvas.heat",
        "c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
        ".filter((v, i) => i % 4 === 3 && v > 0).length / (c.width * c.height)",
    )
    assert 0 < painted < 0.9


def truncated() -> bytes:
    return encoded(Image.effect_noise((400, 300), 90))[:9000]


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "letter.txt": (lambda: b"Dear Homing, where was this taken?", "JPEG, PNG, WebP or HEIC"),
    "half.jpg": (truncated, "cannot be decoded"),
    "bomb.png": (lambda: png_claiming(30_000, 30_000), "30000x30000"),
}


@pytest.mark.parametrize(("name", "data", "words"), [(n, *b) for n, b in BAD.items()], ids=BAD)
def test_bad_files_are_named_and_the_next_is_located(
    visit: Visit, snapshot: bytes, name: str, data: Callable[[], bytes], words: str
) -> None:
    arrive(visit)
    bring(visit, (name, data()))
    expect(visit.page.locator("#trouble-text")).to_contain_text(words, timeout=PATIENCE_MS)
    expect(visit.page.locator("#trouble-text")).to_contain_text(name)
    expect(visit.page.locator("#trouble")).to_be_visible()
    bring(visit, ("good.jpg", snapshot))
    located(visit)
    expect(visit.page.locator("#trouble")).to_be_hidden()
    visit.faults.clear()  # the browser logs the 4xx


def test_100_megabytes_are_not_even_sent(visit: Visit, tmp_path: Path) -> None:
    huge = tmp_path / "huge.jpg"
    with huge.open("wb") as file:
        file.truncate(100 * 10**6)
    arrive(visit)
    visit.page.set_input_files("#files", huge)
    expect(visit.page.locator("#trouble-text")).to_contain_text("at most 32 MiB, got: 96 MiB")


def test_five_photos_are_too_many(visit: Visit, snapshot: bytes) -> None:
    arrive(visit)
    bring(visit, *[(f"{n}.jpg", snapshot) for n in range(5)])
    expect(visit.page.locator("#trouble-text")).to_contain_text("up to 4 views")


def test_without_a_token_it_asks_for_one(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/locate")
    expect(visit.page.locator("#trouble")).to_contain_text("homing serve")
    visit.page.fill("#key-field", TOKEN)
    visit.page.press("#key-field", "Enter")
    visit.phase("ready")


def test_home_leads_there(visit: Visit) -> None:
    visit.page.goto(f"{visit.server.url}/#token={TOKEN}")
    visit.page.click("nav a")
    visit.phase("ready")


def test_on_a_phone_nothing_is_wider_than_it(
    visit_with: Callable[..., Visit], snapshot: bytes
) -> None:
    visit = visit_with(viewport={"width": 390, "height": 844})
    arrive(visit)
    expect(visit.page.locator("#map")).to_be_hidden()
    bring(visit, ("fog.jpg", snapshot))
    located(visit)
    expect(visit.page.locator("#map")).to_be_in_viewport()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= 390
