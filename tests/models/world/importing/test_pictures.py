from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from models.world.importing.folder import find_in_folder
from models.world.importing.pictures import equirectangular, is_whole, picture_id, write_jpeg
from models.world.importing.source import BadPictureError, Source
from models.world.views import perspective_views


def source_of(*files, kind="equirect", **more):
    return Source("x", kind, files, lat=48.7, lng=9.1, heading=0.0, **more)


def test_a_panorama_keeps_its_pixels(jpeg):
    ramp = np.repeat(np.linspace(0, 255, 64).astype(np.uint8)[None], 32, 0)
    path = jpeg("a.jpg", np.stack([ramp] * 3, -1))
    assert np.abs(equirectangular(source_of(path)).astype(int) - ramp[..., None]).max() <= 6


def test_a_wide_panorama_is_scaled_down(jpeg):
    path = jpeg("a.jpg", size=(5000, 2500))
    assert equirectangular(source_of(path)).shape == (2048, 4096, 3)


@pytest.mark.parametrize("size", [(64, 40), (64, 29)])
def test_a_panorama_must_be_two_to_one(jpeg, size):
    with pytest.raises(BadPictureError, match=f"expected a 2:1 panorama, got: 64 x {size[1]}"):
        equirectangular(source_of(jpeg("a.jpg", size=size)))


def test_a_truncated_picture_is_refused(jpeg, tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (64, 128, 3), np.uint8)
    path = jpeg("a.jpg", noise)
    path.write_bytes(path.read_bytes()[:-900])
    assert not is_whole(path)
    assert not is_whole(tmp_path / "gone.jpg")
    with pytest.raises(BadPictureError, match="truncated"):
        equirectangular(source_of(path))


def test_orientation_is_honoured(jpeg):
    sideways = np.zeros((60, 40, 3), np.uint8)  # shown, turned clockwise: the left half is lit
    sideways[30:] = 255
    photo = jpeg("a.jpg", sideways, orientation=6)
    panorama = equirectangular(source_of(photo, kind="photo", hfov_deg=60.0))
    (view,) = perspective_views(panorama, [0], size_px=60, fov_deg=40)
    assert view[:, 10].mean() > 240
    assert view[:, 50].mean() < 15


def test_faces_look_where_they_are_said_to(jpeg):
    greys = {276.0: 40, 6.0: 90, 96.0: 160, 186.0: 230}
    files = [jpeg(f"{g}.jpg", (g, g, g), size=(64, 64)) for g in greys.values()]
    panorama = equirectangular(source_of(*files, kind="faces", face_headings=tuple(greys)))
    views = perspective_views(panorama, list(greys), size_px=32)
    assert [round(float(view[16, 16].mean()), -1) for view in views] == list(greys.values())


def test_faces_must_be_square(jpeg):
    files = [jpeg(f"{i}.jpg", size=(64, 60)) for i in range(4)]
    with pytest.raises(BadPictureError, match="expected square faces, got: 64 x 60"):
        equirectangular(source_of(*files, kind="faces", face_headings=(0, 90, 180, 270)))


def test_nothing_but_pixels_is_stored(jpeg, panorama_xmp, tmp_path):
    path = jpeg("a.jpg", lat=48.7, lng=9.1, xmp=panorama_xmp)
    for trace in (b"Exif", b"GPano", b"lat 48.7"):
        assert trace in path.read_bytes()
    stored = tmp_path / "out.jpg"
    write_jpeg(equirectangular(source_of(path)), stored)
    content = stored.read_bytes()
    for trace in (b"Exif", b"xmp", b"xap", b"GPano", b"GPS", b"lat", b"Ada", b"ICC_PROFILE"):
        assert trace not in content
    with Image.open(stored) as image:
        assert not image.info.get("progressive")
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_an_id_says_what_picture_it_is_and_not_where(jpeg):
    path = jpeg("a.jpg")
    here, there = source_of(path), Source("y", "equirect", (path,), 1.0, 2.0, 5.0)
    assert picture_id(here) == picture_id(there)
    assert picture_id(here) != picture_id(source_of(jpeg("b.jpg", (1, 2, 3))))
    assert picture_id(here) != picture_id(source_of(path, kind="photo", hfov_deg=65.0))


def test_a_sideways_panorama_is_measured_upright(jpeg):
    assert equirectangular(source_of(jpeg("a.jpg", size=(32, 64), orientation=6))).shape[1] == 64
    with pytest.raises(BadPictureError, match="expected a 2:1 panorama, got: 32 x 64"):
        equirectangular(source_of(jpeg("b.jpg", size=(64, 32), orientation=6)))


def test_what_would_be_cut_to_white_or_to_nothing_is_refused(tmp_path):
    deep, dot = tmp_path / "deep.jpg", tmp_path / "dot.jpg"
    Image.fromarray(np.full((32, 64), 40000, np.uint16)).save(deep, "PNG")
    Image.new("RGB", (1, 1)).save(dot)
    with pytest.raises(BadPictureError, match="expected 8 bits a channel, got: mode I;16"):
        equirectangular(source_of(deep))
    with pytest.raises(BadPictureError, match="expected a 2:1 panorama, got: 1 x 1"):
        equirectangular(source_of(dot))


def test_no_program_is_run_to_read_a_picture(tmp_path):
    Image.new("RGB", (64, 32)).save(tmp_path / "a.jpg", "EPS")
    with pytest.raises(BadPictureError, match="cannot identify image file"):
        equirectangular(source_of(tmp_path / "a.jpg"))


def test_a_tilted_panorama_is_made_level(jpeg, tmp_path, tilted_xmp):
    rows, columns = np.mgrid[0.5:128, 0.5:256]
    elevation, bearing = (0.5 - rows / 128) * np.pi, (columns / 256 - 0.5) * 2 * np.pi
    forward, up = np.cos(elevation) * np.cos(bearing), np.sin(elevation)
    tilt = np.radians(20)  # of the camera: its centre column shows the sky from 20 deg below
    sky = up * np.cos(tilt) + forward * np.sin(tilt) > 0
    picture = np.repeat((sky * 250).astype(np.uint8)[..., None], 3, -1)
    jpeg("up.jpg", picture, lat=1, lng=2, xmp=tilted_xmp)
    jpeg("level.jpg", picture, lat=1, lng=2)
    (_, source) = find_in_folder(tmp_path / "in")
    assert (source.pitch, source.roll, source.heading) == (20, 0, 77)
    level = equirectangular(source)
    assert level[:60].min() > 200
    assert level[68:].max() < 50
    assert picture_id(source) != picture_id(replace(source, pitch=0.0))
    assert picture_id(replace(source, pitch=0.05)) == picture_id(replace(source, pitch=0.0))
