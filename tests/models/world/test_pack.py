from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from models.world.pack import Pack, PackError, Panorama, find_packs, load_pack, save_pack

ONE = Panorama(
    id="a1",
    lat=44.7447471,
    lng=-1.10709685,
    heading=146.0,
    date="2024-05-01",
    split="train",
    licence="etalab-2.0",
    attribution="é; 'quoted' \"twice\"",
    file="images/a1.jpg",
    hfov_deg=65.0,
    sequence="drive 7",
)
TWO = replace(ONE, id="b2", split="test", file="images/b2.jpg")


def pack_at(folder, *panoramas, name="arcachon"):
    return Pack(folder=folder, name=name, about='line\nand "quote" \\', panoramas=panoramas)


def test_a_saved_pack_is_loaded_as_it_was(tmp_path):
    pack = replace(pack_at(tmp_path / "p", ONE, TWO), diagonal_km=12.5)
    assert load_pack(save_pack(pack)) == pack


def test_panoramas_are_found_by_id_and_split(tmp_path):
    pack = pack_at(tmp_path, ONE, TWO)
    assert len(pack) == 2
    assert pack["b2"] is TWO
    assert pack.split("test") == (TWO,)
    assert pack.split("validation") == ()
    with pytest.raises(PackError, match="got: 'tests'"):
        pack.split("tests")


def test_no_image_lies_outside_the_pack(tmp_path):
    pack = pack_at(tmp_path, ONE)
    assert pack.image_path(ONE) == tmp_path.resolve() / "images" / "a1.jpg"
    for file in ("../secret.jpg", "/etc/passwd", "images/../../x.jpg"):
        with pytest.raises(PackError, match="inside the pack"):
            pack.image_path(replace(ONE, file=file))


def test_what_is_no_pack_is_named(tmp_path):
    with pytest.raises(PackError, match="expected a pack"):
        load_pack(tmp_path)
    (tmp_path / "pack.toml").write_text("format = ")
    with pytest.raises(PackError, match="expected TOML"):
        load_pack(tmp_path)
    (tmp_path / "pack.toml").write_text("format = 2\n")
    with pytest.raises(PackError, match="expected pack format 1, got: 2"):
        load_pack(tmp_path)


@pytest.mark.parametrize(
    "broken",
    [
        "missing",
        "garbage",
        "other columns",
    ],
)
def test_a_broken_table_is_named(tmp_path, broken):
    table = save_pack(pack_at(tmp_path, ONE)) / "panoramas.parquet"
    table.unlink()
    if broken == "garbage":
        table.write_bytes(b"PAR1 not really")
    if broken == "other columns":
        pq.write_table(pa.table({"id": ["a"]}), table)
    with pytest.raises(PackError, match=r"expected (the table of a pack|columns)"):
        load_pack(tmp_path)


def test_packs_at_home_come_by_name(tmp_path):
    for name in ("b", "a"):
        save_pack(pack_at(tmp_path / name, ONE, name=name))
    (tmp_path / "empty").mkdir()
    assert [pack.name for pack in find_packs(tmp_path)] == ["a", "b"]
    assert find_packs(tmp_path / "nowhere") == []


def test_a_description_without_a_name_is_named(tmp_path):
    folder = save_pack(pack_at(tmp_path, ONE))
    (folder / "pack.toml").write_text('format = 1\nabout = ""\ndiagonal_km = 1.0\n')
    with pytest.raises(PackError, match=r"expected \['name'\] in it"):
        load_pack(folder)


def test_any_text_is_a_name(tmp_path):
    pack = pack_at(tmp_path, ONE, name="a\r\t\x00\x7f\u2028🌍\\")
    assert load_pack(save_pack(pack)) == pack


def test_a_description_that_is_no_text_and_a_file_for_a_folder_are_named(tmp_path):
    (tmp_path / "pack.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(PackError, match="expected TOML"):
        load_pack(tmp_path)
    with pytest.raises(PackError, match="expected a pack"):
        load_pack(tmp_path / "pack.toml")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lat": None}, "expected the table of a pack"),
        ({"lng": float("nan")}, "expected a place and heading"),
        ({"lat": 90.5}, "expected a place and heading, got: 90.5"),
        ({"split": "exam"}, "got: 'exam'"),
        ({"date": "2024-05-02"}, "got repeated ones"),
    ],
)
def test_rows_that_are_no_panoramas_are_named(tmp_path, changes, message):
    save_pack(pack_at(tmp_path, ONE, replace(ONE, **changes)))
    with pytest.raises(PackError, match=message):
        load_pack(tmp_path)


def test_a_map_has_a_size(tmp_path):
    save_pack(replace(pack_at(tmp_path, ONE), diagonal_km=0.0))
    with pytest.raises(PackError, match=r"expected diagonal_km above 0, got: 0\.0"):
        load_pack(tmp_path)
