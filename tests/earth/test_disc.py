"""Discs on the globe as polygons of degrees."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.disc import disc
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, distance_km

POINTS = np.random.default_rng(0).uniform(-1, 1, (2, 400))
LATITUDE, LONGITUDE = np.degrees(np.arcsin(POINTS[0])), 180 * POINTS[1]


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 25_000))
def test_a_disc_holds_what_is_near_and_nothing_else(latitude: float, longitude: float, radius: float) -> None:
    area = disc(latitude, longitude, radius)
    assert area.is_valid
    west, south, east, north = area.bounds
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90
    assert all(part.exterior.is_ccw for part in shapely.get_parts(area))
    away = distance_km(latitude, longitude, LATITUDE, LONGITUDE)
    inside = shapely.contains_xy(area, LONGITUDE, LATITUDE)
    # Edges are straight in degrees, not on the globe: near the rim either may hold.
    margin = 150 + 0.05 * radius
    assert np.all(inside[away < radius - margin])
    assert not np.any(inside[away > radius + margin])


@pytest.mark.parametrize(
    ("latitude", "longitude", "parts"), [(0.0, 0.0, 1), (-17.0, 179.0, 2), (-17.0, -179.9, 2), (89.0, 30.0, 1)]
)
def test_a_disc_is_cut_at_the_antimeridian_alone(latitude: float, longitude: float, parts: int) -> None:
    area = disc(latitude, longitude, 500.0)
    assert len(shapely.get_parts(area)) == parts
    flat = shapely.transform(area, lambda c: np.stack([np.radians(c[:, 0]), np.sin(np.radians(c[:, 1]))], axis=-1))
    cap = 2 * np.pi * (1 - np.cos(500.0 / EARTH_RADIUS_KM))
    assert flat.area == pytest.approx(cap, rel=0.02 if abs(latitude) < 80 else 0.2)


def test_a_disc_as_large_as_the_globe_is_all_of_it() -> None:
    assert disc(10.0, 20.0, 30_000.0).area == 360 * 180
