"""The Equal Earth projection."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth import projection

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def test_size_of_the_map() -> None:
    # The ratio of width to height in Šavrič, Patterson and Jenny (2018).
    ratio = projection.X_MAX / projection.Y_MAX
    assert ratio == pytest.approx(2.05458, abs=1e-5)
    # Half the map holds half the sphere: 4 pi in all.
    y = np.linspace(-projection.Y_MAX, projection.Y_MAX, 20001)
    latitude, _ = projection.unproject(np.zeros_like(y), y)
    half_width, _ = projection.project(latitude, np.full_like(y, 180.0))
    assert 2 * np.trapezoid(half_width, y) == pytest.approx(4 * np.pi, rel=1e-6)


@given(latitudes, longitudes)
def test_round_trip(latitude, longitude) -> None:
    x, y = projection.project(latitude, longitude)
    assert abs(x) <= projection.X_MAX
    assert abs(y) <= projection.Y_MAX
    lat, lon = projection.unproject(x, y)
    # asin is flat at the poles: a rounding of 1e-16 there is 1e-6 degrees.
    assert lat == pytest.approx(latitude, abs=2e-6)
    assert lon == pytest.approx(longitude, abs=1e-6)


@given(latitudes, longitudes)
def test_symmetry(latitude, longitude) -> None:
    x, y = projection.project(latitude, longitude)
    assert projection.project(-latitude, longitude) == pytest.approx((x, -y))
    assert projection.project(latitude, -longitude) == pytest.approx((-x, y))


@given(st.floats(-89, 89), st.floats(-179, 179))
def test_areas_are_true(latitude, longitude) -> None:
    h = 1e-4
    (x_n, x_s), (y_n, y_s) = projection.project([latitude + h, latitude - h], longitude)
    (x_e, x_w), _ = projection.project(latitude, [longitude + h, longitude - h])
    step = np.radians(2 * h)
    area = (x_e - x_w) * (y_n - y_s) / step**2  # y does not depend on longitude
    assert area == pytest.approx(np.cos(np.radians(latitude)), rel=1e-4)
    assert y_n > y_s
    assert np.isfinite(x_n + x_s)


@given(st.floats(-10, 10), st.floats(-10, 10))
def test_every_map_point_is_on_the_globe_or_not_a_number(x, y) -> None:
    latitude, longitude = projection.unproject(x, y)
    assert np.isnan(latitude) == np.isnan(longitude)
    if np.isnan(latitude):
        edge, _ = projection.project(projection.unproject(0.0, y)[0], 180.0)
        assert abs(y) > projection.Y_MAX or abs(x) > edge
    else:
        assert abs(latitude) <= 90
        assert abs(longitude) <= 180 + 1e-6
        assert projection.project(latitude, longitude) == pytest.approx((x, y), abs=1e-6)


def test_outline_runs_round_the_map() -> None:
    x, y = projection.outline()
    assert (x[0], y[0]) == (x[-1], y[-1])
    assert x.max() == pytest.approx(projection.X_MAX, rel=1e-3)
    assert (y.min(), y.max()) == pytest.approx((-projection.Y_MAX, projection.Y_MAX))
    # The shoelace formula: the outline holds nearly the whole sphere.
    assert abs(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) / 2 == pytest.approx(4 * np.pi, rel=1e-3)
