import numpy as np
from geopy.distance import great_circle

from models.geo import EARTH_RADIUS_KM
from models.geography.places import countries_of, places, population_density

LONDON, CAIRO = (51.507, -0.128), (30.044, 31.236)
TOKYO, REYKJAVIK = (35.68, 139.76), (64.147, -21.94)


def test_the_table_knows_the_world():
    table = places()
    assert len(table) > 150_000
    assert len(np.unique(table.countries)) > 240
    tokyo = table.names.index("Tokyo")
    assert table.countries[tokyo] == "JP"
    assert table.admin1[tokyo] == "Tokyo"
    assert table.populations[tokyo] > 8_000_000


def test_the_table_is_read_once():
    assert places() is places()


def test_countries_of_capitals():
    assert countries_of([LONDON, CAIRO, TOKYO, REYKJAVIK]).tolist() == ["GB", "EG", "JP", "IS"]


def test_nearest_is_what_a_brute_search_finds():
    table = places()
    point = (-17.3, 179.99)  # Fiji, beside the antimeridian
    distances_km, rows = table.nearest(point, k=4)
    assert distances_km.shape == rows.shape == (1, 4)
    close = np.flatnonzero(np.abs(table.points[:, 0] - point[0]) < 6)
    brute = sorted(
        (great_circle(point, table.points[row], radius=EARTH_RADIUS_KM).km, row)
        for row in close.tolist()
    )[:4]
    assert rows[0].tolist() == [row for _, row in brute]
    np.testing.assert_allclose(distances_km[0], [km for km, _ in brute], rtol=1e-6)


def test_nearest_of_one_point_and_of_many_agree():
    table = places()
    _, alone = table.nearest(CAIRO)
    _, together = table.nearest([TOKYO, CAIRO])
    assert alone[0, 0] == together[1, 0]


def test_cities_are_denser_than_country_and_country_than_sahara():
    city, country, sahara = population_density([TOKYO, (46.5, 2.9), (23.0, 10.0)])
    assert city > 1500
    assert 0.01 < country < 300
    assert sahara < 0.01
