from datetime import date

import pytest

from models.world.sun import declination_deg, sun_position

EQUINOX, MIDSUMMER, MIDWINTER = date(2023, 3, 21), date(2023, 6, 21), date(2023, 12, 21)


@pytest.mark.parametrize(
    ("lat", "day", "altitude", "heading"),
    [
        (51.5, EQUINOX, 38.5, 180),  # 90 - lat
        (59.91, MIDSUMMER, 53.5, 180),  # Oslo: 90 - 59.91 + 23.44
        (-33.87, MIDSUMMER, 32.7, 0),  # Sydney: the sun is in the north
        (59.91, MIDWINTER, 6.6, 180),
        (78.2, MIDWINTER, -11.7, 180),  # Svalbard: night at noon
    ],
)
def test_noon(lat, day, altitude, heading):
    got, azimuth = sun_position(lat, day, 12)
    assert got == pytest.approx(altitude, abs=0.6)
    assert (azimuth - heading + 180) % 360 - 180 == pytest.approx(0, abs=0.5)


def test_overhead_on_the_equator_at_equinox():
    assert sun_position(0, EQUINOX, 12)[0] == pytest.approx(90, abs=0.6)


def test_it_rises_in_the_east_at_six_and_sets_in_the_west():
    altitude, heading = sun_position(40, EQUINOX, 6)
    assert altitude == pytest.approx(0, abs=0.6)
    assert heading == pytest.approx(90, abs=1)
    assert sun_position(40, EQUINOX, 18)[1] == pytest.approx(270, abs=1)


def test_midnight_sun():
    assert sun_position(70, MIDSUMMER, 0)[0] == pytest.approx(70 + 23.44 - 90, abs=0.6)


def test_declination_at_the_solstices():
    assert declination_deg(MIDSUMMER) == pytest.approx(23.44, abs=0.05)
    assert declination_deg(MIDWINTER) == pytest.approx(-23.44, abs=0.05)
