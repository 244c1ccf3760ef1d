"""Coordinates in writing: read back they are the same, to what was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.notation import decimal, geo_link, sexagesimal

LATITUDES, LONGITUDES = st.floats(-90, 90), st.floats(-180, 180)


def read_seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+)°(\d\d)′(\d\d)″([NSEW])", text)
    assert match is not None, text
    degrees, minutes, seconds = map(int, match.groups()[:3])
    assert minutes < 60
    assert seconds < 60
    return (degrees + minutes / 60 + seconds / 3600) * (-1 if match[4] in "SW" else 1)


@given(LATITUDES, LONGITUDES)
def test_decimal_degrees_are_read_back(latitude: float, longitude: float) -> None:
    text = decimal(latitude, longitude)
    assert re.fullmatch(r"-?\d+\.\d{5}, -?\d+\.\d{5}", text)
    assert [float(part) for part in text.split(",")] == pytest.approx([latitude, longitude], abs=0.5001e-5)


@given(LATITUDES, LONGITUDES)
def test_degrees_minutes_and_seconds_are_read_back(latitude: float, longitude: float) -> None:
    north, east = sexagesimal(latitude, longitude).split(" ")
    assert north[-1] in "NS"
    assert east[-1] in "EW"
    back = [read_seconds(north), read_seconds(east)]
    assert back == pytest.approx([latitude, longitude], abs=0.5001 / 3600)
    assert abs(back[0]) <= 90
    assert abs(back[1]) <= 180


@given(LATITUDES, LONGITUDES)
def test_a_geo_link_is_read_back(latitude: float, longitude: float) -> None:
    match = re.fullmatch(r"geo:(-?\d+\.\d{5}),(-?\d+\.\d{5})", geo_link(latitude, longitude))
    assert match is not None
    assert float(match[1]) == pytest.approx(latitude, abs=0.5001e-5)
    if abs(float(match[1])) < 90:
        assert float(match[2]) == pytest.approx(longitude, abs=0.5001e-5)


@pytest.mark.parametrize(
    ("place", "degrees", "seconds", "link"),
    [
        ((38.71667, -9.13333), "38.71667, -9.13333", "38°43′00″N 9°08′00″W", "geo:38.71667,-9.13333"),
        ((-33.45, -70.66), "-33.45000, -70.66000", "33°27′00″S 70°39′36″W", "geo:-33.45000,-70.66000"),
        # 59.99 seconds: the next minute, the next degree
        ((10 + 4 / 60 + 59.99 / 3600, 0.0), "10.08333, 0.00000", "10°05′00″N 0°00′00″E", "geo:10.08333,0.00000"),
        ((-(1 - 1e-6), 179.9999999), "-1.00000, 180.00000", "1°00′00″S 180°00′00″E", "geo:-1.00000,180.00000"),
        ((89.99999, 12.5), "89.99999, 12.50000", "90°00′00″N 12°30′00″E", "geo:89.99999,12.50000"),
        ((-90.0, 12.5), "-90.00000, 12.50000", "90°00′00″S 12°30′00″E", "geo:-90.00000,0.00000"),
        ((0.0, -180.0), "0.00000, -180.00000", "0°00′00″N 180°00′00″W", "geo:0.00000,-180.00000"),
        ((-1e-7, -1e-7), "0.00000, 0.00000", "0°00′00″N 0°00′00″E", "geo:0.00000,0.00000"),
    ],
)
def test_coordinates_are_written_as_people_expect(
    place: tuple[float, float], degrees: str, seconds: str, link: str
) -> None:
    assert (decimal(*place), sexagesimal(*place), geo_link(*place)) == (degrees, seconds, link)
