"""The panorama shows what it says: right direction, right projection, nothing stale."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Error

from models.world.views import perspective_views
from tests.server.web.conftest import CENTRE_HEADING, Server, Visit, painted

pytestmark = pytest.mark.slow

SIDE_PX = 720


@pytest.fixture(scope="module")
def camera(browser: Browser, server: Server) -> Iterator[Visit]:
    """One page without its interface, for all that only look: each says where to."""
    context = browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    visit = Visit(context, server)
    visit.play()
    visit.page.evaluate("document.body.classList.add('capturing')")
    yield visit
    context.close()
    assert visit.faults == []


def centred_square(visit: Visit) -> NDArray[np.int_]:
    clip = {"x": (1280 - SIDE_PX) / 2, "y": 0, "width": SIDE_PX, "height": SIDE_PX}
    shot = visit.page.screenshot(clip=clip)  # type: ignore[arg-type]  a TypedDict
    return np.asarray(Image.open(BytesIO(shot)).convert("RGB"), int)


def expected_view(heading: float, pitch: float) -> NDArray[np.float64]:
    """What a pinhole camera of 90 degrees sees of the painted sphere, pixel by pixel."""
    across = (np.arange(SIDE_PX) + 0.5) * 2 / SIDE_PX - 1
    right, down = np.meshgrid(across, across)
    tilt = np.radians(pitch)
    forward = np.cos(tilt) + down * np.sin(tilt)
    up = np.sin(tilt) - down * np.cos(tilt)
    bearing = heading + np.degrees(np.arctan2(right, forward))
    return painted(bearing, np.degrees(np.arctan2(up, np.hypot(right, forward))))


@pytest.mark.parametrize(("heading", "channel"), [(0, 0), (90, 1), (180, 2)])
def test_a_heading_is_north_east_or_south_of_the_picture(
    camera: Visit, heading: float, channel: int
) -> None:
    camera.look(heading)
    middle = centred_square(camera)[SIDE_PX // 2, SIDE_PX // 2]
    assert int(np.argmax(middle)) == channel


@pytest.mark.parametrize(
    ("heading", "pitch"), [(0.0, 0.0), (37.0, 0.0), (217.0, 0.0), (301.5, -35.0), (90.0, 60.0)]
)
def test_a_view_is_the_perspective_projection(camera: Visit, heading: float, pitch: float) -> None:
    camera.look(heading, pitch, 90)
    away = np.abs(centred_square(camera) - expected_view(heading, pitch))
    # The picture's JPEG and the mesh of 128 segments each cost about half a grey level.
    assert away.mean() < 1.0
    assert np.percentile(away, 99.9) < 4


@pytest.mark.parametrize(("heading", "pitch"), [(0.0, 0.0), (301.5, -35.0), (90.0, 60.0)])
def test_the_models_views_are_the_browsers(
    camera: Visit, server: Server, heading: float, pitch: float
) -> None:
    camera.look(heading, pitch, 90)
    file = server.home / "packs" / "painted" / "images" / "painted.jpg"
    picture = np.asarray(Image.open(file).convert("RGB"), np.uint8)
    (view,) = perspective_views(
        picture, [heading], size_px=SIDE_PX, pitch=pitch, centre_heading=CENTRE_HEADING
    )
    away = np.abs(centred_square(camera) - view.astype(int))
    assert away.mean() < 1.0
    assert np.percentile(away, 99.9) < 4


def test_looking_counts_and_publishes_the_view(visit: Visit) -> None:
    visit.play()
    start = visit.data("#panorama")
    assert (start["round"], float(start["heading"]), float(start["fov"])) == ("1", 37.0, 75.0)
    settled = [visit.look(350, 10, 90), visit.look(350, 10, 90), visit.look(20, -5)]
    assert settled == sorted(set(settled))
    assert settled[0] > int(start["settled"])
    drawn = visit.data("#panorama")
    assert int(drawn["settled"]) == settled[-1]
    seen = [float(drawn[name]) for name in ("heading", "pitch", "fov")]
    assert seen == pytest.approx([20, -5, 90], abs=0.01)


def test_a_drag_turns_and_then_stands_still(visit: Visit) -> None:
    visit.play()
    before = visit.data("#panorama")
    mouse = visit.page.mouse
    mouse.move(640, 300)
    mouse.down()
    mouse.move(440, 300, steps=4)
    mouse.up()
    visit.page.wait_for_selector(f"#panorama:not([data-settled='{before['settled']}'])")
    after = visit.data("#panorama")
    # Pulled to the left, the picture shows what lies to the right.
    assert 5 < float(after["heading"]) - float(before["heading"]) < 60


def test_capturing_hides_all_but_the_panorama_and_moves_nothing(visit: Visit) -> None:
    visit.play()
    box = visit.page.locator("#panorama canvas").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 1280, "height": 720}
    visit.page.evaluate("document.body.classList.add('capturing')")
    assert visit.page.locator("#panorama canvas").bounding_box() == box
    for part in ("#hud", "#tools", "#guess-map", "#submit-guess", "#hint"):
        assert not visit.page.locator(part).is_visible()
    visit.look(0, 0, 90)
    away = np.abs(centred_square(visit) - expected_view(0, 0))
    assert away[-80:, -80:].mean() < 1.5  # where the interface was


@pytest.mark.parametrize("rules", [{"pan": False}, {"zoom": False}])
def test_rules_hold_for_mouse_keys_and_scripts(visit: Visit, rules: dict[str, bool]) -> None:
    visit.play(**rules)
    before = visit.data("#panorama")
    visit.page.mouse.move(500, 300)
    visit.page.mouse.wheel(0, -300)
    visit.page.mouse.down()
    visit.page.mouse.move(300, 350, steps=3)
    visit.page.mouse.up()
    visit.page.keyboard.press("ArrowRight" if "pan" in rules else "+")
    forbidden = (80, 0, None) if "pan" in rules else (37, 0, 90)
    with pytest.raises(Error, match=r"look: no (panning|zooming) in this match"):
        visit.look(*forbidden)
    visit.page.wait_for_selector(f"#panorama:not([data-settled='{before['settled']}'])")
    after = visit.data("#panorama")
    kept, free = ("heading", "fov") if "pan" in rules else ("fov", "heading")
    assert after[kept] == before[kept]
    assert after[free] != before[free]


def test_a_view_out_of_reach_is_refused(camera: Visit) -> None:
    with pytest.raises(Error, match="expected a field of view from 30 to 100, got: 120"):
        camera.look(0, 0, 120)


def test_keys_turn_and_zoom(visit: Visit) -> None:
    visit.play()
    before = visit.data("#panorama")
    visit.page.keyboard.press("d", delay=120)
    visit.page.wait_for_selector(f"#panorama:not([data-heading='{before['heading']}'])")
    visit.page.keyboard.press("+", delay=120)
    visit.page.wait_for_selector(f"#panorama:not([data-fov='{before['fov']}'])")
    visit.page.keyboard.press("n")
    visit.page.wait_for_selector("#panorama[data-heading='0.000']")


def test_a_phone_sees_more_of_the_height(visit_with: Callable[..., Visit]) -> None:
    visit = visit_with(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit.play()
    assert float(visit.data("#panorama")["fov"]) == 95
