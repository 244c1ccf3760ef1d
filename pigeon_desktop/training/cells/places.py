"""The classes of a location head: coordinates where people take photographs, some in every cell."""

from __future__ import annotations

import numpy as np

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.training.cells.geocells import Points
from pigeon_desktop.training.heads.location_encoder import LocationEncoder
from pigeon_desktop.training.heads.targets import Classes

LEAST = 4
"""Places wanted in every cell, where the gallery has them."""


def choose_places(
    cells: GeocellSet, gallery: Points, encoder: LocationEncoder, count: int, least: int = LEAST, seed: int = 0
) -> Classes:
    """About `count` of the gallery's coordinates, and the cell's own coordinate where it has none.

    Drawn evenly from the gallery, which keeps its density as the model's prior; cells that got fewer than
    `least` are filled up. The same arguments give the same places.
    """
    owner = cells.cells_at(gallery.latitude, gallery.longitude)
    order = np.random.default_rng(seed).permutation(len(owner))
    chosen = set(order[:count].tolist())
    have = np.bincount(owner[order[:count]], minlength=len(cells))
    for point in order[count:]:
        if have[owner[point]] < least:
            chosen.add(int(point))
            have[owner[point]] += 1
    rows = np.array(sorted(chosen), np.int64)
    bare = np.flatnonzero(have == 0)
    latitude = np.concatenate([gallery.latitude[rows], cells.latitude[bare]])
    longitude = np.concatenate([gallery.longitude[rows], cells.longitude[bare]])
    cell = np.concatenate([owner[rows], bare])
    return Classes(latitude, longitude, cell, cells.countries[1][cell], encoder.embed(latitude, longitude))
