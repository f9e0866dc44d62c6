from models.world.importing.folder import find_in_folder
from models.world.importing.source import Skipped


def test_pictures_that_know_their_place_are_found(jpeg, tmp_path, panorama_xmp):
    jpeg("sub/pano.JPG", lat=48.5, lng=9.25, xmp=panorama_xmp)
    jpeg("photo.jpeg", lat=1, lng=2, focal_mm=18, size=(60, 40))
    jpeg("nowhere.jpg")
    jpeg("unfixed.jpg", lat=0, lng=0)
    (tmp_path / "in" / "broken.jpg").write_bytes(b"nothing")
    (tmp_path / "in" / "notes.txt").write_text("not a picture")
    found = {item.name: item for item in find_in_folder(tmp_path / "in")}
    reasons = {name: item.reason for name, item in found.items() if isinstance(item, Skipped)}
    assert set(reasons) == {"broken.jpg", "nowhere.jpg", "unfixed.jpg"}
    assert reasons["nowhere.jpg"] == "no place"
    panorama, photo = found["sub/pano.JPG"], found["photo.jpeg"]
    assert (panorama.kind, panorama.heading, panorama.hfov_deg) == ("equirect", 77, 360)
    assert (photo.kind, photo.heading, round(photo.hfov_deg)) == ("photo", None, 90)


def test_a_glob_chooses_a_part(jpeg, tmp_path):
    for name in ("a/1.jpg", "a/b/2.jpg", "c/3.jpg"):
        jpeg(name, lat=1, lng=2)
    names = [item.name for item in find_in_folder(tmp_path / "in", "a/*")]
    assert names == ["a/1.jpg", "a/b/2.jpg"]
