import unicodedata

import pytest

from models.geography.build_local_names import best, fits, likeness, serbian
from models.geography.local_names import local_names
from models.geography.places import places

# country, name in the table, language, name: as encyclopedias have them
KNOWN = [
    ("GR", "Athens", "el", "Αθήνα"),
    ("JP", "Tokyo", "ja", "東京"),
    ("KR", "Seoul", "ko", "서울"),
    ("CN", "Beijing", "zh", "北京"),
    ("TH", "Bangkok", "th", "กรุงเทพมหานคร"),
    ("IN", "Chennai", "ta", "சென்னை"),
    ("IN", "Kochi", "ml", "കൊച്ചി"),
    ("IN", "Ludhiāna", "pa", "ਲੁਧਿਆਣਾ"),
    ("GE", "Tbilisi", "ka", "თბილისი"),
    ("RU", "Yekaterinburg", "ru", "Екатеринбург"),
    ("UA", "Kharkiv", "uk", "Харків"),
    ("EG", "Cairo", "ar", "القاهرة"),
    ("IR", "Isfahan", "fa", "اصفهان"),
    ("IL", "Haifa", "he", "חיפה"),
    ("RS", "Belgrade", "sr", "Београд"),
    ("DE", "Munich", "de", "München"),
]


def row_of(country, name):
    table = places()
    return next(
        row
        for row, found in enumerate(table.names)
        if found == name and table.countries[row] == country
    )


@pytest.mark.parametrize(("country", "latin", "language", "name"), KNOWN)
def test_known_names(country, latin, language, name):
    assert local_names(row_of(country, latin))[language] == name


def test_a_place_whose_name_is_its_latin_one_has_no_other():
    assert local_names(row_of("FR", "Bordeaux")) == {}


def test_letters_tell_languages_apart():
    assert fits("Київ", "uk", "Cyrl")
    assert not fits("Київ", "ru", "Cyrl")
    assert fits("东京", "zh", "Hans")
    assert not fits("東京", "zh", "Hans")
    assert not fits("東京", "ko", "Kore")
    assert not fits("چنای", "ar", "Arab")


def test_the_name_that_sounds_like_the_latin_one():
    names = ["Anvers", "Одеса", "Хаджибей", "Одесса", "Όδησσός"]
    assert best(names, "Odesa", "uk", "UA") == "Одеса"
    assert best(["Νέα Ιωνία"], "Athens", "ru", "RU") is None
    assert likeness("Одеса", "Odesa", "uk") == 1


def test_a_spelling_that_lost_its_marks_gives_way():
    whole = "\N{GREEK CAPITAL LETTER ALPHA}θήνα"
    bare = "".join(c for c in unicodedata.normalize("NFD", whole) if not unicodedata.combining(c))
    assert best([bare, whole], "Athens", "el", "GR") == whole


def test_serbian_letters():
    assert serbian("Ljig") == "Љиг"
    assert serbian("Požarevac") == "Пожаревац"
    assert serbian("Ćuprija") == "Ћуприја"
    assert serbian("Banja Koviljača") == "Бања Ковиљача"
