import json
from datetime import date

import numpy as np
import pytest
from PIL import ImageFont

from models.geography.languages import script_of_language
from models.geography.local_names import local_names
from models.geography.places import places
from models.world.cues import writing
from models.world.cues.signs import Signs
from models.world.cues.writing import Destination, Line, names_of, writing_of
from models.world.renderer import boards, fonts
from models.world.setting import setting_at

DAY = date(2022, 6, 15)
PLAIN = Signs((1, 1, 1), (0, 0, 0), (0, 0, 0))


def names_at(lat, lng):
    _, rows = places().nearest((lat, lng))
    return [(line.text, line.script) for line in names_of(int(rows[0, 0]))]


def writing_at(lat, lng, key="k"):
    return writing_of(setting_at(lat, lng, DAY, key))


def test_signs_name_towns_in_local_script_and_latin():
    assert names_at(37.98, 23.73) == [("Αθήνα", "Grek"), ("Athens", "Latn")]
    assert names_at(32.82, 34.99) == [("חיפה", "Hebr"), ("حيفا", "Arab"), ("Haifa", "Latn")]
    assert names_at(56.85, 60.61) == [("Екатеринбург", "Cyrl")]
    assert names_at(46.2, 6.15) == [("Genève", "Latn")]
    assert names_at(48.14, 11.58) == [("München", "Latn")]


def test_romanised_names_lose_the_scholars_marks():
    assert names_at(30.91, 75.85)[1] == ("Ludhiana", "Latn")


@pytest.mark.parametrize(
    ("lat", "lng", "days"),
    [
        (45.5, -73.57, "lundi to samedi"),
        (50.63, 5.57, "lundi to samedi"),
        (51.05, 3.72, "maandag to zaterdag"),
        (35.68, 139.76, "月曜日 to 土曜日"),
        (13.08, 80.27, "திங்கள் to சனி"),
        (51.5, -0.12, "Monday to Saturday"),
    ],
)
def test_shops_are_open_in_the_local_language(lat, lng, days):
    assert writing_at(lat, lng).shop[-1].text == days.replace(" to ", fonts.TO)


def test_far_from_towns_signs_tell_the_way():
    near, far = writing_at(51.5, -0.12), writing_at(-25.0, 131.0, "far")
    assert [town.distance for town in near.towns] == [""]
    km = float(places().nearest((-25.0, 131.0))[0][0, 0])
    assert far.towns[0].distance == f"{round(km)} km"


def test_miles_and_cyrillic_kilometres():
    texas = next(w for w in (writing_at(31.0, -104.3, k) for k in "abcdef") if w.towns[0].distance)
    assert texas.towns[0].distance.isdigit()
    steppe = next(w for w in (writing_at(62.9, 95.0, k) for k in "abcdef") if w.towns[0].distance)
    assert steppe.towns[0].distance.endswith(" км")


def test_an_unsigned_place_gives_way_to_a_signed_one():
    """Bhachau in Gujarat has no Gujarati name in the table; its neighbours do."""
    first = writing_at(23.6, 70.2).towns[0]
    assert first.names[0].script == "Gujr"
    assert first.distance


@pytest.mark.slow
def test_every_name_has_all_its_letters():
    table = places()
    lacking = []
    for row in range(len(table)):
        for language, name in local_names(row).items():
            script = script_of_language(language, str(table.countries[row]))
            shown = fonts.drawable(name, script)
            if not shown or (script not in fonts.JOINING and shown != name):
                lacking.append((script, name))
        if not fonts.drawable(table.names[row], "Latn"):
            lacking.append(("Latn", table.names[row]))
    assert lacking == []


def test_every_word_of_the_shops_has_all_its_letters():
    listed = json.loads(writing._WORDS.read_text(encoding="utf-8"))
    keyed = [(language, "", text) for language, text in listed["days"].items()]
    keyed += [(key[3:], key[:2], text) for key, text in listed["countries"].items()]
    for language, country, text in keyed:
        script = script_of_language(language, country)
        for word in text.split(fonts.TO):
            shown = fonts.drawable(word, script)
            assert shown, (language, word)
            assert script in fonts.JOINING or shown == word


def test_a_glyph_is_a_picture_and_not_the_empty_box():
    for script in sorted(fonts.JOINING):
        font = fonts.font_of(script)
        box = bytes(font.getmask("\uffff"))
        used = {c for text in fonts._shaped()[script].values() for c in text}
        assert used
        assert all(bytes(font.getmask(c)) != box for c in used), script


def test_arabic_joins_and_runs_leftward():
    shown = fonts._shaped()["Arab"]["القاهرة"]
    mask = np.array(boards.lettering(Line("القاهرة", "Arab")))
    assert len(shown) == len("القاهرة")
    ink = (mask > 99).any(axis=0)
    pieces = int((np.diff(ink.astype(int)) == 1).sum() + ink[0])
    assert pieces <= 4  # alef; lam-qaf-alef; heh-reh; teh marbuta
    columns = np.flatnonzero(ink)
    stroke = columns[-1] - np.flatnonzero(~ink[: columns[-1]])[-1]
    assert stroke < fonts.TEXT_PX / 4  # alef, the first letter, stands alone at the right


def test_no_font_and_no_layout_of_the_machine_is_asked(monkeypatch):
    asked = []
    real = ImageFont.truetype

    def watched(file, size, **options):
        asked.append((file, options["layout_engine"]))
        return real(file, size, **options)

    fonts.font_of.cache_clear()
    monkeypatch.setattr(ImageFont, "truetype", watched)
    for script in ("Latn", "Grek", "Arab", "Jpan"):
        fonts.font_of(script)
    fonts.font_of.cache_clear()
    assert len(asked) == 4
    assert all(file.parent == fonts.FONTS for file, _ in asked)
    assert {engine for _, engine in asked} == {ImageFont.Layout.BASIC}


def test_letters_that_no_font_has_are_left_out():
    assert fonts.drawable("Muğla 東京", "Latn") == "Muğla"
    assert fonts.drawable("never seen", "Taml") == ""


def test_a_board_is_as_wide_as_its_text():
    short, long = (
        boards.town_board((Destination((Line(text, "Latn"),), ""),), PLAIN)
        for text in ("Ulm", "Ulm" * 5)
    )
    assert long.shape[1] > 2 * short.shape[1]
    assert long.shape[0] == short.shape[0]
    assert short.dtype == np.float32


def test_distances_and_an_arrow_make_it_wider():
    entry, way = (
        boards.town_board((Destination((Line("Ulm", "Latn"),), distance),), PLAIN)
        for distance in ("", "12 km")
    )
    assert way.shape[1] > entry.shape[1] * 1.5
