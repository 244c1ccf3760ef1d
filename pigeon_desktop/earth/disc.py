"""All that lies within a distance of a coordinate, as polygons of degrees: whole across the antimeridian and a pole."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.affinity import translate

from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, circle

WORLD = shapely.box(-180.0, -90.0, 180.0, 90.0)
LEAST_KM = 0.01
"""A smaller radius is drawn like this one, so that there is something to draw."""
STEP = 10.0
"""Degrees that an edge is long at most: one along a pole or the antimeridian is otherwise taken for a shortcut."""


def disc(latitude: float, longitude: float, radius_km: float) -> Any:
    """A valid polygon or multipolygon (x = longitude in -180..180, y = latitude), outer rings counterclockwise."""
    quarter = np.pi / 2 * EARTH_RADIUS_KM
    if radius_km <= quarter:
        area = _small(latitude, longitude, max(radius_km, LEAST_KM))
    elif radius_km < 2 * quarter - LEAST_KM:
        # More than a hemisphere: the world without what is far away.
        area = WORLD.difference(_small(-latitude, longitude - 180, 2 * quarter - radius_km))
    else:
        area = WORLD
    return shapely.orient_polygons(shapely.segmentize(area, STEP))


def _small(latitude: float, longitude: float, radius_km: float) -> Any:
    """A disc of a hemisphere at most, which holds one pole at most."""
    lat, lon = circle(latitude, longitude, radius_km)
    lon = np.unwrap(lon, period=360.0)
    around = round((lon[-1] - lon[0]) / 360)
    if around:
        pole = 90.0 if latitude > 0 else -90.0
        lat, lon = np.append(lat, [pole, pole]), np.append(lon, [lon[-1], lon[0]])
    ring = shapely.make_valid(shapely.polygons(np.stack([lon, lat], axis=-1)))
    # The ring may lie up to two turns off, wherever unwrapping began.
    turned = [translate(ring, xoff=turn) for turn in range(-720, 721, 360)]
    parts = shapely.get_parts(shapely.union_all([WORLD.intersection(piece) for piece in turned]))
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
