import math
from itertools import islice

import pytest

from models.world.importing.area import Area, Search, parse_area, search
from models.world.importing.source import BadPictureError, Skipped, Source, StoppedError


def size(area):
    return (area.east - area.west) * (area.north - area.south)


def test_a_box_is_read():
    assert parse_area("-1.2,44.6,-1.0,44.8") == Area(-1.2, 44.6, -1.0, 44.8)
    assert str(parse_area("170,-5,-170,5")) == "170.0000000,-5.0000000,-170.0000000,5.0000000"


@pytest.mark.parametrize(
    "text", ["1,2,3", "a,b,c,d", "1,5,2,4", "1,2,1,3", "0,0,200,1", "0,nan,1,1"]
)
def test_what_is_no_box_is_refused(text):
    with pytest.raises(ValueError, match="expected W,S,E,N in degrees"):
        parse_area(text)


@pytest.mark.parametrize("box", ["2,48,3,49", "179,-1,-179,1", "-10,-10,10,10"])
@pytest.mark.parametrize("wanted", [1, 7, 5000])
def test_cells_tile_the_box(box, wanted):
    area = parse_area(box)
    cells = area.cells(wanted, max_deg2=0.25)
    assert len(cells) >= min(wanted, 1024)
    assert max(map(size, cells)) < 0.25
    assert all(cell.west < cell.east for cell in cells)
    whole = (area.east - area.west) % 360 * (area.north - area.south)
    assert math.isclose(sum(map(size, cells)), whole)


def test_a_box_too_large_for_small_cells_is_refused():
    with pytest.raises(ValueError, match="expected a box of at most 400 square degrees"):
        Area(-180, -90, 180, 90).cells(10, max_deg2=0.01)


def test_quarters_end():
    area, halvings = Area(0, 0, 1, 1), 0
    while quarters := area.quarters():
        assert math.isclose(sum(map(size, quarters)), size(area))
        area, halvings = quarters[3], halvings + 1
    assert halvings == 14  # 1 deg / 2**14 is the first below 1e-4


def points(count):
    return [{"id": str(i), "x": (i + 0.5) / count, "y": (i * 0.618) % 1} for i in range(count)]


def pages_of(items, page_size, asked):
    def pages(cell):
        asked.append(cell)
        inside = [
            item
            for item in items
            if cell.west <= item["x"] <= cell.east and cell.south <= item["y"] <= cell.north
        ]
        yield inside[:page_size]

    return pages


def read(item):
    return Source(item["id"], "equirect", (), lat=item["y"], lng=item["x"], heading=0.0)


def how(pages, read=read):
    return Search("there", pages, 10, read)


def test_all_is_found_once_though_pages_are_cut():
    items = points(500)
    found = [item.name for item in search(Area(0, 0, 1, 1).cells(4), how(pages_of(items, 10, [])))]
    assert sorted(found, key=int) == [item["id"] for item in items]


def test_the_first_ones_are_spread():
    items, asked = points(2000), []
    cells = Area(0, 0, 1, 1).cells(16)
    found = list(islice(search(cells, how(pages_of(items, 10, asked))), 16))
    where = [items[int(item.name)] for item in found]
    assert len({(int(p["x"] * 4), int(p["y"] * 4)) for p in where}) == 16
    assert len(asked) == 16


def test_nothing_wanted_anywhere_ends():
    asked = []
    cells = Area(0, 0, 1, 1).cells(9)
    pages = pages_of(points(5000), 10, asked)
    assert list(search(cells, how(pages, lambda _: None))) == []
    assert len(asked) <= 210


def test_one_that_cannot_be_read_is_skipped():
    def read(item):
        raise BadPictureError("no place")

    cells = Area(0, 0, 1, 1).cells(1)
    assert list(search(cells, how(pages_of(points(1), 10, []), read))) == [
        Skipped("there 0", "no place")
    ]


def test_a_search_that_fails_stops():
    def pages(cell):
        raise BadPictureError("status 500")
        yield []

    with pytest.raises(StoppedError, match="the search failed: status 500"):
        list(search(Area(0, 0, 1, 1).cells(1), how(pages)))
