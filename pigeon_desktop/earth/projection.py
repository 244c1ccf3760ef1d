"""The Equal Earth map projection (Šavrič, Patterson and Jenny 2018): areas on the map are true to each other.

Map units are Earth radii on the unit sphere; x grows east, y grows north.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from pigeon_desktop.earth.sphere import Floats

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
_M = np.sqrt(3.0) / 2.0


def _y(theta: Floats) -> Floats:
    t2 = theta * theta
    return theta * (A1 + A2 * t2 + t2**3 * (A3 + A4 * t2))


def _dy(theta: Floats) -> Floats:
    t2 = theta * theta
    return A1 + 3 * A2 * t2 + t2**3 * (7 * A3 + 9 * A4 * t2)


def project(latitude: ArrayLike, longitude: ArrayLike) -> tuple[Floats, Floats]:
    """Map x and y of coordinates in degrees, of the same shape."""
    theta = np.arcsin(_M * np.sin(np.radians(np.asarray(latitude, np.float64))))
    x = np.radians(np.asarray(longitude, np.float64)) * np.cos(theta) / (_M * _dy(theta))
    return x, _y(theta)


def unproject(x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
    """Latitude and longitude of map points; NaN for points outside the map."""
    y = np.asarray(y, np.float64)
    inside = np.abs(y) <= Y_MAX
    theta = np.where(inside, y, 0.0) / A1
    for _ in range(8):  # Newton: at most 6 steps to 1e-12 anywhere on the map
        theta = theta - (_y(theta) - np.where(inside, y, 0.0)) / _dy(theta)
    longitude = np.degrees(_M * np.asarray(x, np.float64) * _dy(theta) / np.cos(theta))
    latitude = np.degrees(np.arcsin(np.clip(np.sin(theta) / _M, -1.0, 1.0)))
    inside = inside & (np.abs(longitude) <= 180.0 + 1e-9)
    return np.where(inside, latitude, np.nan), np.where(inside, longitude, np.nan)


X_MAX = float(project(0.0, 180.0)[0])
"""Half the width of the map: 2.7066."""
Y_MAX = float(project(90.0, 0.0)[1])
"""Half the height of the map: 1.3174."""


def outline(points: int = 90) -> tuple[Floats, Floats]:
    """The edge of the map as a closed ring of map points."""
    latitude = np.concatenate([np.linspace(-90, 90, points), np.linspace(90, -90, points), [-90.0]])
    longitude = np.concatenate([np.full(points, 180.0), np.full(points, -180.0), [180.0]])
    return project(latitude, longitude)
