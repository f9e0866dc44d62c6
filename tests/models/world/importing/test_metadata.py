import pytest
from PIL import Image

from models.world.importing.metadata import photo_hfov_deg, read_metadata
from models.world.importing.source import BadPictureError, checked_place


def test_a_photo_tells_place_heading_day_and_angle(jpeg):
    path = jpeg(
        "a.jpg",
        size=(60, 40),
        lat=-33.8568,
        lng=-70.25,
        focal_mm=18,
        direction=271.5,
        date="2023:04:09 10:11:12",
    )
    says = read_metadata(path)
    assert (says.lat, says.lng) == pytest.approx((-33.8568, -70.25), abs=1e-7)
    assert says.heading == pytest.approx(271.5)
    assert says.date == "2023-04-09"
    assert says.hfov_deg == pytest.approx(90)  # 18 mm before 36 mm of film
    assert says.attribution == "Ada"
    assert not says.is_panorama


def test_a_panorama_tells_its_pose(jpeg, xmp_element):
    for xmp in (xmp_element, None):
        says = read_metadata(jpeg("p.jpg", lat=1, lng=2, direction=10, xmp=xmp))
        assert says.heading == pytest.approx(123.25 if xmp else 10)
        assert says.is_panorama is bool(xmp)
        assert (says.hfov_deg == 360) is bool(xmp)


@pytest.fixture(params=["attributes", "elements"])
def xmp_element(request):
    if request.param == "attributes":
        return (
            b"<rdf:Description GPano:ProjectionType='equirectangular'\n"
            b' GPano:PoseHeadingDegrees = "123.25" GPano:PosePitchDegrees="1"/>'
        )
    return (
        b"<rdf:Description><GPano:ProjectionType>equirectangular</GPano:ProjectionType>"
        b"<GPano:PoseHeadingDegrees>123.25</GPano:PoseHeadingDegrees></rdf:Description>"
    )


def test_a_picture_that_says_nothing(tmp_path):
    path = tmp_path / "plain.jpg"
    Image.new("RGB", (40, 60)).save(path)
    says = read_metadata(path)
    assert (says.lat, says.lng, says.heading, says.date) == (None, None, None, "")
    # 65 degrees across the longer side, here the height: 2 atan(tan(32.5 deg) * 2 / 3).
    assert says.hfov_deg == pytest.approx(46.02, abs=0.02)


def test_orientation_swaps_the_sides_of_the_angle(jpeg):
    upright = read_metadata(jpeg("a.jpg", size=(60, 40), focal_mm=18, orientation=6))
    assert upright.hfov_deg == pytest.approx(67.38, abs=0.01)  # 2 atan(24 / 2 / 18)


def test_no_focal_length_is_written_as_zero():
    assert photo_hfov_deg((40, 30), 0) == photo_hfov_deg((40, 30), None) == pytest.approx(65)


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe1\x00\x10Exif"])
def test_what_is_no_picture_is_unreadable(tmp_path, content):
    path = tmp_path / "x.jpg"
    path.write_bytes(content)
    with pytest.raises(BadPictureError, match="unreadable") as caught:
        read_metadata(path)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    ("lat", "lng", "reason"),
    [
        (None, 3.0, "no place"),
        (0.0, 0.0, "no GPS fix"),
        (91.0, 3.0, "on the globe"),
        (3.0, -180.5, "on the globe"),
        (float("nan"), 3.0, "on the globe"),
    ],
)
def test_places_that_are_none(lat, lng, reason):
    with pytest.raises(BadPictureError, match=reason):
        checked_place(lat, lng)


def test_a_part_of_a_panorama_is_no_panorama(jpeg, panorama_xmp):
    whole = b'GPano:CroppedAreaImageWidthPixels="64" GPano:FullPanoWidthPixels="%d" GPano:Pose'
    kept, cut = (panorama_xmp.replace(b"GPano:Pose", whole % full) for full in (64, 128))
    assert read_metadata(jpeg("whole.jpg", xmp=kept)).is_panorama
    with pytest.raises(BadPictureError, match="expected a whole panorama, got: a part"):
        read_metadata(jpeg("part.jpg", xmp=cut))
