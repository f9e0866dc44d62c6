import pytest

from models.geography.languages import _LANGUAGES_OF_AREA, languages_at, scripts_at
from models.geography.places import places

SCRIPTS = (
    "EG Arab, RU Cyrl, GR Grek, JP Jpan, KR Kore, CN Hans, TW Hant, HK Hant, IN Deva, TH Thai, "
    "GE Geor, FR Latn, BR Latn, UZ Latn, RS Cyrl, KZ Cyrl, ZA Latn, SG Latn, PH Latn, MN Cyrl"
)
STATES = (
    "Tamil Nadu Taml, Telangana Telu, Karnataka Knda, Kerala Mlym, Gujarat Gujr, Punjab Guru, "
    "Odisha Orya, West Bengal Beng, Assam Beng, Jammu and Kashmir Arab, Bihar Deva, Nagaland Latn"
)


@pytest.mark.parametrize(("country", "script"), [pair.split() for pair in SCRIPTS.split(", ")])
def test_scripts_of_countries(country, script):
    assert scripts_at(country)[0] == script


@pytest.mark.parametrize("pair", STATES.split(", "))
def test_each_indian_state_writes_its_own_script(pair):
    state, _, script = pair.rpartition(" ")
    assert scripts_at("IN", state)[0] == script


@pytest.mark.parametrize(
    ("country", "admin1", "language"),
    [
        ("CA", "Quebec", "fr"),
        ("CA", "Ontario", "en"),
        ("BE", "Flanders", "nl"),
        ("BE", "Wallonia", "fr"),
        ("CH", "Geneva", "fr"),
        ("CH", "Ticino", "it"),
        ("CH", "Zurich", "de"),
        ("ES", "Catalonia", "ca"),
        ("ES", "Madrid", "es"),
        ("AT", "", "de"),
        ("BR", "", "pt"),
    ],
)
def test_the_first_language(country, admin1, language):
    assert languages_at(country, admin1)[0] == language


def test_several_scripts():
    assert scripts_at("IL") == ("Hebr", "Arab", "Latn")
    assert scripts_at("LK") == ("Sinh", "Taml", "Latn")
    assert scripts_at("HK") == ("Hant", "Latn")
    assert set(scripts_at("RS")) == {"Latn", "Cyrl"}
    assert {"Hans", "Taml", "Latn"} <= set(scripts_at("SG"))


def test_the_areas_are_named_as_places_name_them():
    table = places()
    known = set(zip(table.countries.tolist(), table.admin1, strict=True))
    assert set(_LANGUAGES_OF_AREA) <= known
    for country, admin1 in known:
        assert languages_at(country, admin1)
        assert len(scripts_at(country, admin1)[0]) == 4
