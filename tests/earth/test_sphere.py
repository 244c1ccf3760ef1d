"""Distances, means and circles on the sphere."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth import sphere

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
HALF_WAY_ROUND = math.pi * sphere.EARTH_RADIUS_KM


def test_distance_of_known_places() -> None:
    # By the law of cosines on the same sphere, worked out apart from the code.
    lisbon, kyoto = (38.7223, -9.1393), (35.0116, 135.7681)
    a, b, d = math.radians(lisbon[0]), math.radians(kyoto[0]), math.radians(lisbon[1] - kyoto[1])
    expected = 6371.0088 * math.acos(math.sin(a) * math.sin(b) + math.cos(a) * math.cos(b) * math.cos(d))
    assert sphere.distance_km(*lisbon, *kyoto) == pytest.approx(expected)
    assert sphere.distance_km(0, 0, 90, 123) == pytest.approx(HALF_WAY_ROUND / 2)
    assert sphere.distance_km(10, 20, -10, -160) == pytest.approx(HALF_WAY_ROUND)
    assert sphere.distance_km(-18, 179.9, -18, -179.9) == pytest.approx(
        0.2 * 111.195 * math.cos(math.radians(18)), rel=1e-3
    )


@given(latitudes, longitudes, latitudes, longitudes, latitudes, longitudes)
def test_distance_is_a_metric(lat_a, lon_a, lat_b, lon_b, lat_c, lon_c) -> None:
    ab, ba = sphere.distance_km(lat_a, lon_a, lat_b, lon_b), sphere.distance_km(lat_b, lon_b, lat_a, lon_a)
    assert ab == ba
    assert 0 <= ab <= HALF_WAY_ROUND + 1e-6
    assert sphere.distance_km(lat_a, lon_a, lat_a, lon_a) == 0
    assert sphere.distance_km(lat_a, lon_a + 360, lat_b, lon_b) == pytest.approx(ab, abs=1e-4)
    ac, cb = sphere.distance_km(lat_a, lon_a, lat_c, lon_c), sphere.distance_km(lat_c, lon_c, lat_b, lon_b)
    # Near the antipode the haversine formula is good to 0.1 m.
    assert ab <= ac + cb + 1e-3


def test_distance_broadcasts() -> None:
    assert sphere.distance_km([[0.0], [10.0]], 0.0, 0.0, [0.0, 1.0, 2.0]).shape == (2, 3)


@given(st.lists(st.tuples(latitudes, longitudes), min_size=1, max_size=12), st.tuples(latitudes, longitudes))
def test_matrix_agrees_with_haversine(points, other) -> None:
    lat, lon = np.array(points).T
    # A point against itself is where the chord loses most.
    lat_b, lon_b = np.append(lat, other[0]), np.append(lon, other[1])
    matrix = sphere.distance_matrix_km(lat, lon, lat_b, lon_b)
    assert matrix.shape == (len(lat), len(lat) + 1)
    expected = sphere.distance_km(lat[:, None], lon[:, None], lat_b, lon_b)
    np.testing.assert_allclose(matrix, expected, atol=0.02)


@given(st.floats(-89.99, 89.99), longitudes, st.floats(1e-3, 1e3))
def test_vectors_give_their_coordinates_back(latitude, longitude, length) -> None:
    lat, lon = sphere.coordinates(sphere.unit_vectors(latitude, longitude) * length)
    assert sphere.distance_km(latitude, longitude, lat, lon) < 1e-6


@given(latitudes, longitudes, st.floats(0.01, 0.999 * HALF_WAY_ROUND))
def test_circle_keeps_its_distance(latitude, longitude, radius) -> None:
    lat, lon = sphere.circle(latitude, longitude, radius, points=36)
    assert lat.shape == lon.shape == (37,)
    np.testing.assert_allclose(sphere.distance_km(latitude, longitude, lat, lon), radius, rtol=1e-6, atol=1e-3)
    assert sphere.distance_km(lat[0], lon[0], lat[-1], lon[-1]) < 1e-3
    assert np.all((lon >= -180) & (lon <= 180))


def test_circle_starts_in_the_north_and_turns_east() -> None:
    lat, lon = sphere.circle(0.0, 0.0, 100.0, points=4)
    assert lat[0] > 0.8
    assert lon[1] > 0.8
    # No circle is wider than half the way round.
    assert np.all(np.isfinite(sphere.circle(10.0, 10.0, 1e6)))
