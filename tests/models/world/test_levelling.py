import cv2
import numpy as np
import pytest

from models.world.levelling import levelled
from models.world.views import perspective_views

W, H = 512, 256


def world():
    """Smooth noise on the sphere, as a level camera sees it."""
    noise = np.random.default_rng(3).uniform(0, 255, (H, W, 3)).astype(np.float32)
    soft = cv2.GaussianBlur(np.tile(noise, (1, 3, 1)), (0, 0), 5)[:, W : 2 * W]
    return np.clip((soft - 127.5) * 8 + 127.5, 0, 255).astype(np.uint8)


def tilted(pitch, roll):
    """Half the sky white, the ground black, as a camera with this pose sees it: rays, by hand."""
    p, r = np.radians(pitch), np.radians(roll)
    pitching = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    rolling = np.array([[np.cos(r), 0, np.sin(r)], [0, 1, 0], [-np.sin(r), 0, np.cos(r)]])
    turn = pitching @ rolling  # of the camera's rays (right, forward, up) into the world
    picture = np.zeros((H, W, 3), np.uint8)
    for row in range(H):
        for column in range(W):
            a, e = ((column + 0.5) / W - 0.5) * 2 * np.pi, (0.5 - (row + 0.5) / H) * np.pi
            ray = [np.cos(e) * np.sin(a), np.cos(e) * np.cos(a), np.sin(e)]
            picture[row, column] = 255 if (turn @ ray)[2] > 0 else 0
    return picture


@pytest.mark.parametrize(("pitch", "roll"), [(12, 0), (0, -20), (-8, 35)])
def test_the_horizon_becomes_level(pitch, roll):
    picture = tilted(pitch, roll)
    assert np.abs(np.diff(picture[:, :, 0].astype(int).sum(0))).max() > 0  # it was not
    level = levelled(picture, pitch, roll)
    assert level[: H // 2 - 2].min() == 255
    assert level[H // 2 + 2 :].max() == 0


def test_a_raised_camera_shows_the_horizon_below_its_centre():
    assert tilted(12, 0)[H // 2, W // 2, 0] == 255  # the centre looks into the sky
    rolled = tilted(0, 20)  # counterclockwise: the horizon is higher on the right
    assert rolled[H // 2 - 5, W * 3 // 4, 0] == 0
    assert rolled[H // 2 + 5, W // 4, 0] == 255


def test_what_the_centre_showed_is_at_its_pitch():
    picture = world()
    (centre,) = perspective_views(picture, [0], size_px=31, fov_deg=20)
    (looking_up,) = perspective_views(
        levelled(picture, 15, 0), [0], size_px=31, fov_deg=20, pitch=15
    )
    assert np.abs(looking_up.astype(int) - centre).mean() < 2


def test_a_level_camera_stays():
    picture = world()
    assert np.abs(levelled(picture, 0, 0).astype(int) - picture).max() <= 1
