"""Geocells: the classes of the model, polygons that tile the land."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.nearest import SphereIndex, search_tree
from pigeon_desktop.earth.sphere import EARTH_RADIUS_KM, distance_matrix_km, unit_vectors
from pigeon_desktop.errors import PigeonError

Strings = NDArray[np.str_]

MOST_CELLS = 20_000
"""PIGEON has 2,203. Distances are kept between every two: those of so many take 1.6 GB."""
MOST_BYTES = 64 << 20
"""The default pack's cells unpack to 3 MB."""


@dataclass(frozen=True, eq=False)
class GeocellSet:
    """n geocells, each with an id, a coordinate, a country and a polygon.

    `region_code` is empty where a cell spans several admin-1 units. `polygons` are shapely geometries
    (x = longitude, y = latitude), cut at the antimeridian. `neighbours` are pairs (i < j) of cells that
    touch or face each other over narrow water, shape (m, 2). `prior` is the share of the world's
    photographs taken in each cell, as far as the pack's maker knows; it sums to 1. `spread_km` is the root
    mean square distance of those photographs from the cell's coordinate: where in a cell a photograph was
    taken is unknown, and this is that doubt as a distance.
    """

    ids: Strings
    names: Strings
    country_code: Strings
    region_code: Strings
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    prior: NDArray[np.float64]
    spread_km: NDArray[np.float64]
    polygons: NDArray[np.object_]
    neighbours: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def distances_km(self) -> NDArray[np.float32]:
        """Distance between the coordinates of every two cells, shape (n, n)."""
        return distance_matrix_km(self.latitude, self.longitude, self.latitude, self.longitude)

    def score_kernel(self, scale_km: float) -> NDArray[np.float32]:
        """exp(-d/scale) from the coordinate of cell i to a photograph somewhere in cell j, shape (n, n).

        d adds the spread of cell j to the distance of the coordinates, as legs of a right triangle.
        Kept for the scales in use.
        """
        kernel = self._kernels.get(scale_km)
        if kernel is None:
            spread = self.spread_km.astype(np.float32)
            kernel = np.exp(-np.hypot(self.distances_km, spread) / np.float32(scale_km))
            self._kernels[scale_km] = kernel
        return kernel

    @cached_property
    def _kernels(self) -> dict[float, NDArray[np.float32]]:
        return {}

    @cached_property
    def neighbour_lists(self) -> tuple[NDArray[np.int32], ...]:
        """For each cell the indices of its neighbours."""
        both = np.concatenate([self.neighbours, self.neighbours[:, ::-1]])
        both = both[np.argsort(both[:, 0], kind="stable")]
        starts = np.searchsorted(both[:, 0], np.arange(len(self) + 1))
        return tuple(both[a:b, 1] for a, b in pairwise(starts))

    @cached_property
    def countries(self) -> tuple[Strings, NDArray[np.int64]]:
        """The country codes, sorted, and the position of each cell's among them, shape (n,)."""
        codes, position = np.unique(self.country_code, return_inverse=True)
        return codes, position

    @cached_property
    def index(self) -> dict[str, int]:
        """Position of each id."""
        return {str(cell): i for i, cell in enumerate(self.ids)}

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return search_tree(self.polygons)

    def cells_at(self, latitude: NDArray[Any], longitude: NDArray[Any]) -> NDArray[np.int64]:
        """Index of the cell that owns each point, shape (k,): by polygon, off the land the nearest polygon."""
        lat, lon = np.atleast_1d(np.asarray(latitude, float)), np.atleast_1d(np.asarray(longitude, float))
        owner = np.full(len(lat), -1, np.int64)
        point, cell = self._tree.query(shapely.points(lon, lat), predicate="intersects")
        # A point on a border belongs to the cell with the smaller index: one owner, always the same.
        order = np.lexsort((-cell, point))
        owner[point[order]] = cell[order]
        off = owner < 0
        if off.any():
            owner[off] = self._outlines.nearest(lat[off], lon[off])[0]
        return owner

    def touching(self, geometry: Any) -> NDArray[np.bool_]:
        """Which cells meet a shapely geometry (x = longitude, y = latitude), shape (n,)."""
        mask = np.zeros(len(self), bool)
        mask[self._tree.query(geometry, predicate="intersects")] = True
        return mask

    def distance_to_km(self, latitude: float, longitude: float) -> NDArray[np.float64]:
        """Distance from a coordinate to the nearest point of each cell's polygon, 0 inside, shape (n,).

        Outside, by vertices set at most a quarter of a degree apart: at most 14 km too long.
        """
        vectors, first = self._vertices
        cosine = vectors @ unit_vectors(latitude, longitude).astype(np.float32)
        nearest = np.maximum.reduceat(cosine, first).astype(np.float64)
        km = EARTH_RADIUS_KM * np.arccos(np.clip(nearest, -1.0, 1.0))
        km[self._tree.query(shapely.Point(longitude, latitude), predicate="intersects")] = 0.0
        return km

    @cached_property
    def _outlines(self) -> SphereIndex:
        return SphereIndex(self.polygons)

    @cached_property
    def _vertices(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Unit vectors along the outlines of all cells, and where each cell's begin."""
        lonlat, cell = shapely.get_coordinates(shapely.segmentize(self.polygons, 0.25), return_index=True)
        vectors = unit_vectors(lonlat[:, 1], lonlat[:, 0]).astype(np.float32)
        return vectors, np.searchsorted(cell, np.arange(len(self)))

    def write(self, path: Path) -> None:
        """Write the set to one file; the same set gives the same bytes."""
        shapes.write_arrays(
            path,
            {
                "ids": self.ids,
                "names": self.names,
                "country_code": self.country_code,
                "region_code": self.region_code,
                "latitude": self.latitude.astype(np.float32),
                "longitude": self.longitude.astype(np.float32),
                "prior": self.prior.astype(np.float32),
                "spread_km": self.spread_km.astype(np.float32),
                "neighbours": self.neighbours.astype(np.int32),
                **{f"polygons_{k}": v for k, v in shapes.encode(list(self.polygons)).items()},
            },
        )

    @classmethod
    def read(cls, path: Path) -> GeocellSet:
        """Read a set written by `write`.

        Raises:
            PigeonError: the file is damaged, or its arrays do not belong together.
        """
        arrays = shapes.read_arrays(path, most_bytes=MOST_BYTES)
        try:
            n = len(arrays["ids"])
            cells = cls(
                ids=_texts(arrays["ids"]),
                names=_texts(arrays["names"]),
                country_code=_texts(arrays["country_code"]),
                region_code=_texts(arrays["region_code"]),
                latitude=arrays["latitude"].astype(np.float64),
                longitude=arrays["longitude"].astype(np.float64),
                prior=arrays["prior"].astype(np.float64),
                spread_km=arrays["spread_km"].astype(np.float64),
                polygons=shapes.decode({k[9:]: v for k, v in arrays.items() if k.startswith("polygons_")}),
                neighbours=arrays["neighbours"].astype(np.int32),
            )
        except (KeyError, ValueError, IndexError, TypeError, shapely.GEOSException) as error:
            raise PigeonError(f"{path}: not a geocell file ({error!r}). Install the pack again.") from error
        if not 0 < n <= MOST_CELLS:
            raise PigeonError(f"{path}: holds {n:,} geocells, not 1 to {MOST_CELLS:,}. Install the pack again.")
        cells.check(path)
        return cells

    def check(self, path: Path) -> None:
        """Refuse a set whose arrays disagree in length or hold impossible values, naming `path`."""
        n = len(self.ids)
        numbers = (self.latitude, self.longitude, self.prior, self.spread_km)
        same = all(np.shape(a) == (n,) for a in (self.names, self.country_code, self.region_code, *numbers))
        sane = (
            same
            and len(self.polygons) == n
            and len(set(self.ids.tolist())) == n
            and bool(np.all(np.abs(self.latitude) <= 90))
            and bool(np.all(np.abs(self.longitude) <= 180))
            and all(bool(np.all(np.isfinite(a))) for a in numbers)
            and bool(np.all(self.prior >= 0) and np.all(self.spread_km >= 0))
            and self.neighbours.ndim == 2
            and self.neighbours.shape[1] == 2
            and bool(np.all((self.neighbours >= 0) & (self.neighbours < n)))
            and bool(np.all(shapely.is_valid(self.polygons)))
        )
        if not sane:
            raise PigeonError(f"{path}: its geocells are inconsistent. Install the pack again.")


def _texts(array: NDArray[Any]) -> Strings:
    if array.dtype.kind != "U":
        raise ValueError(f"{array.dtype} where there should be texts")
    return array.astype(np.str_)
