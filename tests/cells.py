"""A small GeocellSet for tests: a grid of square cells over Europe and North Africa."""

import numpy as np
import shapely

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.training.cells.geocells import neighbours


def grid_cells(
    rows: int = 8, columns: int = 10, step: float = 2.5, south: float = 30.0, west: float = -10.0
) -> GeocellSet:
    """`rows` x `columns` cells of `step` degrees; each row is a country, AA for the southernmost."""
    corners = [(south + r * step, west + c * step) for r in range(rows) for c in range(columns)]
    polygons = np.array([shapely.box(lon, lat, lon + step, lat + step) for lat, lon in corners], object)
    codes = np.array([f"A{chr(ord('A') + r)}" for r in range(rows) for _ in range(columns)])
    n = rows * columns
    return GeocellSet(
        ids=np.array([f"{code}-{i:03d}" for i, code in enumerate(codes)]),
        names=np.array([f"cell {i}" for i in range(n)]),
        country_code=codes,
        region_code=np.full(n, ""),
        latitude=np.array([lat + step / 2 for lat, _ in corners]),
        longitude=np.array([lon + step / 2 for _, lon in corners]),
        prior=np.full(n, 1.0 / n),
        spread_km=np.full(n, 80.0),
        polygons=polygons,
        neighbours=neighbours(polygons),
    )


def some_countries(cells: GeocellSet, codes: list[str]) -> GeocellSet:
    """The cells of these countries, as a set of their own."""
    rows = np.flatnonzero(np.isin(cells.country_code, codes))
    place = np.full(len(cells), -1)
    place[rows] = np.arange(len(rows))
    pairs = place[cells.neighbours]
    return GeocellSet(
        *(getattr(cells, name)[rows] for name in ("ids", "names", "country_code", "region_code", "latitude")),
        *(getattr(cells, name)[rows] for name in ("longitude", "prior", "spread_km", "polygons")),
        pairs[(pairs >= 0).all(axis=1)].astype(np.int32),
    )
