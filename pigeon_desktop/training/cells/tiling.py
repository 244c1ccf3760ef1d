"""Cells drawn anew from a net of lines on the grid of a file, so that they tile the land, and counted anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.earth.shapes import PER_DEGREE
from pigeon_desktop.training.cells.geocells import Draft, Points, check, in_order, look_up, merge

GRID = 1.0 / PER_DEGREE
"""Vertices lie on multiples of this, in degrees, as in a file: writing and reading keeps the tiling."""


def redrawn(drafts: Sequence[Draft], atlas: Atlas, cancelled: Callable[[], bool]) -> list[Draft]:
    """The drafts with outlines that share every vertex with their neighbours'; what closes up on the grid is left out.

    Where a cut meets an old border it puts a vertex there, which the cell on the other side needs as well. Each
    country is drawn from a net of its own outlines and of all that come near: how the grid bends a line depends on
    nothing farther away, so that the two nets that hold a border agree on it.

    Raises:
        Cancelled: by `cancelled`.
    """
    polygons = np.empty(len(drafts), object)
    for k, draft in enumerate(drafts):
        check(cancelled)
        polygons[k] = draft.outline(atlas.regions)
    tree = shapely.STRtree(polygons)
    land = shapely.STRtree(np.array([region.polygon for region in atlas.regions], object))
    codes = np.array([atlas.regions[draft.regions[0]].country_code for draft in drafts])
    settled = np.empty(len(drafts), object)
    for code in np.unique(codes):
        own = np.flatnonzero(codes == code)
        check(cancelled)
        near = np.unique(tree.query(polygons[own], predicate="dwithin", distance=2 * GRID)[1])
        check(cancelled)
        net = shapely.union_all(shapely.boundary(polygons[near]), grid_size=GRID)
        check(cancelled)
        faces = shapely.normalize(shapely.get_parts(shapely.polygonize([net])))
        check(cancelled)
        owner = _owners(faces, tree, codes, land, atlas)
        order = np.argsort(owner, kind="stable")
        first = np.searchsorted(owner[order], own, "left")
        beyond = np.searchsorted(owner[order], own, "right")
        for cell, start, end in zip(own, first, beyond, strict=True):
            check(cancelled)
            settled[cell] = shapely.union_all(faces[order[start:end]])
    drawn = zip(drafts, settled, strict=True)
    return [Draft(d.regions, d.points, outline) for d, outline in drawn if not outline.is_empty]


def _owners(
    faces: NDArray[np.object_], tree: shapely.STRtree, codes: NDArray[np.str_], land: shapely.STRtree, atlas: Atlas
) -> NDArray[np.int64]:
    """Which of the outlines in a tree, each of the country in `codes`, has each face of a net, -1 for the sea."""
    polygons = tree.geometries
    inside = shapely.point_on_surface(faces)
    face, cell = tree.query(inside, predicate="intersects")
    times = np.bincount(face, minlength=len(faces))
    owner = np.full(len(faces), -1, np.int64)
    owner[face] = cell
    # Slivers between an old border and the same border on the grid; what no unit holds is sea.
    odd = np.flatnonzero(times != 1)
    country = {int(odd[i]): atlas.regions[r].country_code for i, r in land.query(inside[odd], predicate="intersects").T}
    owner[odd] = -1
    for i, code in country.items():
        beside = np.sort(tree.query(faces[i], predicate="dwithin", distance=2 * GRID))
        near = beside[codes[beside] == code]
        near = near if len(near) else beside
        shared = shapely.length(shapely.intersection(faces[i].boundary, polygons[near]))
        owner[i] = near[int(np.argmax(shared))]
    return owner


def recounted(
    drafts: list[Draft], atlas: Atlas, points: Points, min_size: int, cancelled: Callable[[], bool]
) -> list[Draft]:
    """Points given to the cells whose final polygons own them; a cell that is too small for it is merged again."""
    kept = np.flatnonzero(look_up(atlas.regions_at, points.latitude, points.longitude, cancelled) >= 0)
    while True:
        check(cancelled)
        drafts = in_order(drafts, atlas.regions)
        owner = look_up(_bare(drafts).cells_at, points.latitude[kept], points.longitude[kept], cancelled)
        short = set[str]()  # countries where a cell that was large enough no longer is
        by_country: dict[str, list[Draft]] = {}
        for k, draft in enumerate(drafts):
            code = atlas.regions[draft.regions[0]].country_code
            by_country.setdefault(code, []).append(draft)
            before, draft.points = len(draft.points), kept[owner == k].tolist()
            if before >= min_size > len(draft.points):
                short.add(code)
        if not short:
            return drafts
        drafts = []
        for code, its in by_country.items():
            drafts += merge(its, atlas.regions, min_size, cancelled) if code in short else its


def _bare(drafts: Sequence[Draft]) -> GeocellSet:
    """The drafts' polygons as a set that tells which owns a point, and nothing else."""
    none, no_text = np.zeros(len(drafts)), np.zeros(len(drafts), np.str_)
    polygons = np.array([draft.polygon for draft in drafts], object)
    pairs = np.zeros((0, 2), np.int32)
    return GeocellSet(no_text, no_text, no_text, no_text, none, none, none, none, polygons, pairs)
