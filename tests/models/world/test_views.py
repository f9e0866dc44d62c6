import cv2
import numpy as np
import pytest

from models.world.views import (
    equirectangular_from_faces,
    equirectangular_from_photo,
    perspective_views,
)


def smooth_picture(width=256, seed=0):
    """Noise without detail finer than a few pixels, joined at the seam."""
    noise = np.random.default_rng(seed).uniform(0, 255, (width // 2, width, 3))
    tiled = np.tile(noise, (1, 3, 1)).astype(np.float32)
    soft = cv2.GaussianBlur(tiled, (0, 0), 3)[:, width : 2 * width]
    return np.clip((soft - 127.5) * 8 + 127.5, 0, 255).astype(np.uint8)


def slow_view(picture, heading, pitch, fov_deg, size_px, centre_heading=0.0):
    """Pixel by pixel: rotate a ray with matrices, find it on the sphere, mix four neighbours."""
    h, w = picture.shape[:2]
    p, y = np.radians(pitch), np.radians(heading - centre_heading)
    # x east, y north, z up; tilt about x, then turn clockwise about z.
    tilt = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    turn = np.array([[np.cos(y), np.sin(y), 0], [-np.sin(y), np.cos(y), 0], [0, 0, 1]])
    focal = size_px / (2 * np.tan(np.radians(fov_deg / 2)))
    view = np.zeros((size_px, size_px, 3))
    for row in range(size_px):
        for column in range(size_px):
            ray = np.array([column + 0.5 - size_px / 2, focal, size_px / 2 - row - 0.5])
            east, north, up = turn @ tilt @ (ray / np.linalg.norm(ray))
            u = np.degrees(np.arctan2(east, north)) / 360 + 0.5
            v = np.degrees(np.arccos(up)) / 180
            view[row, column] = slow_sample(picture, u * w - 0.5, v * h - 0.5)
    return view


def slow_sample(picture, x, y):
    h, w = picture.shape[:2]
    x0, y0 = int(np.floor(x)), int(np.floor(y))
    total = np.zeros(3)
    for dx in (0, 1):
        for dy in (0, 1):
            share = (1 - abs(x - x0 - dx)) * (1 - abs(y - y0 - dy))
            total += share * picture[min(max(y0 + dy, 0), h - 1), (x0 + dx) % w]
    return total


@pytest.mark.parametrize(
    ("heading", "pitch", "fov_deg", "centre_heading"),
    [
        (0, 0, 90, 0),
        (137.3, 0, 90, 20),
        (-77, 25, 60, 351.2),
        (180, -60, 100, 0),
        (720.01, 89, 75, 3),
    ],
)
def test_views_are_those_of_a_slow_projection(heading, pitch, fov_deg, centre_heading):
    picture = smooth_picture(160)  # no finer than the view, or it would be averaged down first
    (view,) = perspective_views(
        picture, [heading], size_px=61, fov_deg=fov_deg, pitch=pitch, centre_heading=centre_heading
    )
    expected = slow_view(picture, heading, pitch, fov_deg, 61, centre_heading)
    off = np.abs(view - expected)
    assert off.max() <= 8  # a step of 1/32 pixel where neighbours differ by 255
    assert off.mean() < 0.6


def marked(heading, width=3600):
    """Black, with one white column a tenth of a degree wide."""
    picture = np.zeros((width // 2, width, 3), np.uint8)
    picture[:, int(((heading / 360 + 0.5) % 1) * width)] = 255
    return picture


def brightest_column(view):
    return float(view[len(view) // 2, :, 0].argmax()) + 0.5


@pytest.mark.parametrize("heading", [0, 90, 180, 270])
def test_what_lies_at_a_heading_is_in_the_middle_of_its_view(heading):
    (view,) = perspective_views(marked(heading), [heading], size_px=1001)
    assert brightest_column(view) == pytest.approx(500.5, abs=1.5)


@pytest.mark.parametrize("off", [-40, -30, 10, 30])
def test_columns_follow_the_tangent(off):
    (view,) = perspective_views(marked(off), [0], size_px=1000)
    # tan 30 / tan 45 = 0.577: at 788.7, where equal angles would give 833.
    assert brightest_column(view) == pytest.approx(
        500 * (1 + np.tan(np.radians(off + 0.05))), abs=2
    )


def test_the_zenith_is_in_the_middle_of_the_view_straight_up():
    picture = np.zeros((90, 180, 3), np.uint8)
    picture[:5] = 255  # 10 degrees around the zenith
    (view,) = perspective_views(picture, [33], size_px=201, pitch=90)
    lit = np.argwhere(view[..., 0] > 127)
    assert lit.mean(0) == pytest.approx([100, 100], abs=0.6)
    assert np.ptp(lit, axis=0) + 1 == pytest.approx(200 * np.tan(np.radians(10)), abs=2.5)


def test_there_is_no_line_at_the_back():
    picture = smooth_picture()
    half_turned = np.roll(picture, picture.shape[1] // 2, axis=1)
    (back,) = perspective_views(picture, [180], size_px=128)
    (front,) = perspective_views(half_turned, [0], size_px=128)
    assert np.abs(back.astype(int) - front).max() <= 1


def test_detail_finer_than_the_view_is_averaged_not_aliased():
    picture = np.zeros((1024, 2048, 3), np.uint8)
    picture[:, ::2] = 255
    (view,) = perspective_views(picture, [0], size_px=64)
    assert view.min() > 100
    assert view.max() < 155


@pytest.mark.slow
@pytest.mark.parametrize("width", [800, 1024, 1400, 2048])
def test_views_are_alike_whatever_the_size_of_the_panorama(width):
    """Fine noise, seen at 4096 px and at smaller ones: as sharp, and the same picture."""
    noise = np.random.default_rng(1).integers(0, 2, (2048, 4096, 1)).astype(np.uint8) * 255
    soft = cv2.GaussianBlur(np.repeat(noise, 3, axis=2), (0, 0), 4).astype(np.float32)
    world = ((soft - 127.5) * 8 + 127.5).clip(0, 255).astype(np.uint8)
    smaller = cv2.resize(world, (width, width // 2), interpolation=cv2.INTER_AREA)
    (truth,) = perspective_views(world, [20], size_px=128).astype(float)
    (view,) = perspective_views(smaller, [20], size_px=128).astype(float)
    assert np.corrcoef(view.ravel(), truth.ravel())[0, 1] > 0.96
    sharpness = np.abs(np.diff(view, axis=1)).mean() / np.abs(np.diff(truth, axis=1)).mean()
    assert 0.85 < sharpness < 1.15


def test_no_headings_no_views():
    assert perspective_views(smooth_picture(64), [], size_px=8).shape == (0, 8, 8, 3)


def test_wrong_pictures_and_angles_are_named():
    with pytest.raises(ValueError, match=r"uint8 \(h, w, 3\), got: float64"):
        perspective_views(np.zeros((4, 8, 3)), [0], size_px=4)
    with pytest.raises(ValueError, match="got: 180"):
        perspective_views(smooth_picture(64), [0], size_px=4, fov_deg=180)


@pytest.mark.parametrize("turn", [0, 33.4])
def test_faces_come_back_out_of_the_panorama_made_of_them(turn):
    headings = [turn + quarter for quarter in (0, 90, 180, 270)]
    faces = perspective_views(smooth_picture(256), headings, size_px=128)
    panorama = equirectangular_from_faces(dict(zip(headings, faces, strict=True)), width_px=1024)
    assert panorama.shape == (512, 1024, 3)
    again = perspective_views(panorama, headings, size_px=128)
    off = np.abs(again.astype(int) - faces)
    assert off.mean() < 1.5
    assert np.percentile(off, 99) <= 8


def test_neighbouring_faces_meet_without_a_seam():
    headings = [10.0, 100.0, 190.0, 280.0]
    world = smooth_picture(256)
    faces = perspective_views(world, headings, size_px=256)
    panorama = equirectangular_from_faces(dict(zip(headings, faces, strict=True)), width_px=512)
    (between,) = perspective_views(panorama, [55], size_px=101, fov_deg=50)
    (truth,) = perspective_views(world, [55], size_px=101, fov_deg=50)
    assert np.abs(between.astype(int) - truth).mean() < 2


def test_what_no_face_shows_takes_the_colour_next_to_it():
    sky_over_road = np.full((64, 64, 3), 60, np.uint8)
    sky_over_road[:32] = 200
    faces = dict.fromkeys((0.0, 90.0, 180.0, 270.0), sky_over_road)
    panorama = equirectangular_from_faces(faces, width_px=256)
    assert np.abs(panorama[:20].astype(int) - 200).max() <= 2
    assert np.abs(panorama[-20:].astype(int) - 60).max() <= 2


def test_a_photo_lies_around_its_heading():
    photo = np.full((30, 40, 3), 90, np.uint8)
    photo[:, 19:21] = 255
    panorama = equirectangular_from_photo(photo, 60, 120, 720)
    middle = panorama[180, :, 0].astype(int)
    assert np.argwhere(middle > 170).mean() + 0.5 == pytest.approx((120 / 360 + 0.5) * 720, abs=1)
    assert middle.min() >= 85  # nothing black around it


def test_faces_and_width_are_checked():
    with pytest.raises(ValueError, match="even width, got: 1 and 511"):
        equirectangular_from_faces({0.0: np.zeros((8, 8, 3), np.uint8)}, width_px=511)
    with pytest.raises(ValueError, match="expected faces"):
        equirectangular_from_faces({}, width_px=512)
