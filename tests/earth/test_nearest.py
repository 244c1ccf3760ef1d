"""The nearest point or outline on the sphere."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.nearest import SphereIndex
from pigeon_desktop.earth.sphere import circle, distance_km

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)
places = st.lists(st.tuples(latitudes, longitudes), min_size=1, max_size=30)


@given(places, places)
def test_points_equal_brute_force(points, queries) -> None:
    lat, lon = np.array(points).T
    q_lat, q_lon = np.array(queries).T
    index, km = SphereIndex(shapely.points(lon, lat)).nearest(q_lat, q_lon)
    every = distance_km(q_lat[:, None], q_lon[:, None], lat, lon)
    # Half a sphere away the haversine formula itself is good to 0.1 m only.
    np.testing.assert_allclose(km, every.min(axis=1), atol=1e-3)
    np.testing.assert_allclose(every[np.arange(len(queries)), index], km, atol=1e-3)


@given(latitudes, longitudes, st.floats(0.01, 5000), st.floats(0.01, 5000))
def test_the_limit_is_kept(latitude, longitude, away, limit) -> None:
    lat, lon = circle(latitude, longitude, away, points=3)
    index, km = SphereIndex(shapely.points(lon[:1], lat[:1])).nearest(
        np.array([latitude]), np.array([longitude]), limit
    )
    if away < limit * (1 - 1e-6):
        assert index.tolist() == [0]
        assert km[0] == pytest.approx(away, rel=1e-6, abs=1e-3)
    elif away > limit * (1 + 1e-6):
        assert index.tolist() == [-1]
        assert np.isinf(km[0])


def test_the_limit_is_a_circle_and_no_square() -> None:
    lat, lon = np.array([0.4]), np.array([0.4])  # 44 km north and 44 km east: 63 km
    for index in (SphereIndex(shapely.points(lon, lat)), SphereIndex(shapely.box(lon, lat, lon + 1, lat + 1))):
        assert index.nearest(np.zeros(1), np.zeros(1), 50.0)[0].tolist() == [-1]
        assert index.nearest(np.zeros(1), np.zeros(1), 64.0)[0].tolist() == [0]


def outline_km(polygon: shapely.Polygon, latitude: float, longitude: float) -> float:
    """Distance to a polygon's outline by trying points all along it, 1 km or less apart."""
    dense = shapely.get_coordinates(shapely.segmentize(shapely.boundary(polygon), 0.008))
    return float(distance_km(latitude, longitude, dense[:, 1], dense[:, 0]).min())


@given(
    st.lists(
        st.tuples(st.floats(-85, 84), st.floats(-180, 177), st.floats(0.1, 3), st.floats(0.1, 1)),
        min_size=1,
        max_size=4,
    ),
    st.floats(0, 2 * np.pi),
    st.floats(2, 60),
)
def test_outlines_agree_with_points_along_them(boxes, bearing, off_km) -> None:
    polygons = np.array([shapely.box(lon, lat, lon + w, lat + h) for lat, lon, w, h in boxes])
    rim_lat, rim_lon = circle(boxes[0][0], boxes[0][1], off_km, points=12)
    k = int(bearing)
    latitude, longitude = rim_lat[k], rim_lon[k]
    index, km = SphereIndex(polygons).nearest(np.array([latitude]), np.array([longitude]))
    every = [outline_km(polygon, latitude, longitude) for polygon in polygons]
    # 1 %, and half a step between the tried points.
    assert km[0] == pytest.approx(min(every), rel=0.01, abs=0.5)
    assert every[index[0]] == pytest.approx(min(every), rel=0.01, abs=0.5)


def test_across_the_antimeridian_and_the_poles() -> None:
    points = SphereIndex(shapely.points([179.9, -179.0, 0.0], [10.0, 10.0, 89.0]))
    index, km = points.nearest(np.array([10.0, 89.5]), np.array([-179.8, 180.0]))
    assert index.tolist() == [0, 2]
    assert km[0] == pytest.approx(float(distance_km(10, 179.9, 10, -179.8)))
    assert km[1] == pytest.approx(1.5 * 111.195, rel=1e-4)
    coast = SphereIndex(np.array([shapely.box(179.0, -1.0, 180.0, 1.0)]))
    index, km = coast.nearest(np.array([0.0]), np.array([-179.9]), 50.0)
    assert index.tolist() == [0]
    assert km[0] == pytest.approx(11.12, rel=0.01)


def test_equally_near_the_first_is_taken() -> None:
    points = SphereIndex(shapely.points([5.0, 5.0, 5.0], [1.0, 1.0, 1.0]))
    assert points.nearest(np.array([0.0, 1.0]), np.array([5.0, 5.0]))[0].tolist() == [0, 0]


def test_nothing_to_find() -> None:
    index, km = SphereIndex(np.array([], dtype=object)).nearest(np.zeros(2), np.zeros(2))
    assert index.tolist() == [-1, -1]
    assert np.isinf(km).all()
    index, km = SphereIndex(shapely.points([1.0], [1.0])).nearest(np.zeros(0), np.zeros(0))
    assert len(index) == len(km) == 0
