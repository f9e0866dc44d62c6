import cv2
import numpy as np
import pytest

from models.world import views

pytestmark = pytest.mark.slow


def smooth_picture(seed, width=512):
    """Noise without detail finer than a few pixels, joined at the seam."""
    noise = np.random.default_rng(seed).uniform(0, 255, (width // 2, width, 3))
    tiled = np.tile(noise, (1, 3, 1)).astype(np.float32)
    soft = cv2.GaussianBlur(tiled, (0, 0), 3)[:, width : 2 * width]
    return np.clip((soft - 127.5) * 8 + 127.5, 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("size_px", "fov_deg", "pitch"), [(61, 90, 0), (64, 60, 25), (33, 100, -60), (24, 90, 88)]
)
def test_views_are_those_of_opencv(size_px, fov_deg, pitch):
    import torch

    from models.world.views_torch import perspective_views

    pictures = np.stack([smooth_picture(seed) for seed in range(3)])
    headings = np.array([[0, 90.3, 181, 359.9], [-77, 12, 720, 45], [180, -180, 5.5, 300]])
    got = perspective_views(
        torch.from_numpy(pictures),
        torch.from_numpy(headings),
        size_px=size_px,
        fov_deg=fov_deg,
        pitch=pitch,
    ).numpy()
    assert got.shape == (3, 4, size_px, size_px, 3)
    for picture, turns, cut in zip(pictures, headings, got, strict=True):
        expected = views.perspective_views(
            picture, turns, size_px=size_px, fov_deg=fov_deg, pitch=pitch
        )
        off = np.abs(cut.astype(int) - expected)
        assert off.max() <= 8  # a step of 1/32 pixel where neighbours differ by 255
        assert off.mean() < 0.6


def test_what_does_not_fit_is_refused():
    import torch

    from models.world.views_torch import perspective_views

    picture, headings = torch.zeros((1, 8, 16, 3), dtype=torch.uint8), torch.zeros((1, 4))
    with pytest.raises(ValueError, match="expected uint8"):
        perspective_views(picture.float(), headings, size_px=8)
    with pytest.raises(ValueError, match=r"expected headings \(1, n\), got: \(2, 4\)"):
        perspective_views(picture, torch.zeros((2, 4)), size_px=8)
    with pytest.raises(ValueError, match="expected a field of view"):
        perspective_views(picture, headings, size_px=8, fov_deg=180)
