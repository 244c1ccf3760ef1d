"""Captions for geocells: what StreetCLIP is asked about every country and cell, and the head made of the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pigeon_desktop.earth import shapes
from pigeon_desktop.earth.atlas import AdminRegion, Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.head import CaptionsHead, packed, unit
from pigeon_desktop.engine.prompts import country_caption, region_caption, town_caption
from pigeon_desktop.errors import Cancelled
from pigeon_desktop.training.heads.head import Progress
from pigeon_desktop.training.measuring.calibration import HeldOut
from pigeon_desktop.training.measuring.validation import CrossValidation, judged, owning_cells
from pigeon_desktop.training.photographs import TrainingPhotographs

TOWNS = 5
"""Captions of towns that a cell has at most: its largest."""
BATCH = 64
"""Captions encoded at once."""


@dataclass(frozen=True, eq=False)
class Captions:
    """A caption for each of the cells' countries, in the order of `GeocellSet.countries`, and some for every cell:
    `texts` (m,) with the cell of each in `cell` (m,), ascending."""

    countries: tuple[str, ...]
    texts: tuple[str, ...]
    cell: NDArray[np.int32]


def captions_of(cells: GeocellSet, atlas: Atlas) -> Captions:
    """Each cell's admin-1 units, and its largest towns in its own country.

    A unit belongs to the cells that name it and to the one that holds a point inside it. Where the atlas has neither,
    the cell has its country's caption.
    """
    names = {country.code: country.name for country in atlas.countries}
    regions = {region.code: region for region in atlas.regions}
    found: list[dict[str, None]] = [{} for _ in range(len(cells))]  # keys in order, none twice

    def add(cell: int, country_code: str, text: str) -> None:
        if cells.country_code[cell] == country_code:
            found[cell].setdefault(text)

    def add_region(cell: int, region: AdminRegion) -> None:
        add(cell, region.country_code, region_caption(region.name, names[region.country_code]))

    for cell, code in enumerate(cells.region_code.tolist()):
        if code in regions:
            add_region(cell, regions[code])
    here = set(cells.country_code.tolist())
    units = [region for region in atlas.regions if region.country_code in here]
    inside = shapely.get_coordinates(shapely.point_on_surface([region.polygon for region in units]))
    for region, cell in zip(units, cells.cells_at(inside[:, 1], inside[:, 0]).tolist(), strict=True):
        add_region(cell, region)
    cities, had = atlas.cities, np.zeros(len(cells), int)
    of_here = np.flatnonzero(np.isin(cities.country_code, list(here)))  # the largest first
    owner = cells.cells_at(cities.latitude[of_here], cities.longitude[of_here])
    for city, cell in zip(of_here.tolist(), owner.tolist(), strict=True):
        if cities.country_code[city] == cells.country_code[cell] and had[cell] < TOWNS:
            had[cell] += 1
            of, country_code = regions.get(str(cities.region_code[city])), str(cities.country_code[city])
            add(cell, country_code, town_caption(str(cities.name[city]), of.name if of else "", names[country_code]))
    own = [country_caption(names.get(code, code)) for code in cells.country_code.tolist()]
    texts = [list(texts) or [own[cell]] for cell, texts in enumerate(found)]
    return Captions(
        countries=tuple(country_caption(names.get(code, code)) for code in cells.countries[0].tolist()),
        texts=tuple(text for of in texts for text in of),
        cell=np.repeat(np.arange(len(cells), dtype=np.int32), [len(of) for of in texts]),
    )


def encode_texts(
    tower: torch.nn.Module,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    end_token: int,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> NDArray[np.float32]:
    """Embeddings of n texts at length 1, shape (n, e), each computed once however often it is there.

    Raises:
        Cancelled: by `cancelled`.
    """
    once, back = np.unique(np.array(texts), return_inverse=True)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(once.tolist())]
    # By length: what a text is filled up with is computed like the rest of it.
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    vectors: dict[int, NDArray[np.float32]] = {}
    with torch.inference_mode():
        for start in range(0, len(order), BATCH):
            if cancelled():
                raise Cancelled
            rows = order[start : start + BATCH]
            longest = len(ids[rows[-1]])
            batch = torch.tensor([ids[i] + [end_token] * (longest - len(ids[i])) for i in rows])
            vectors |= dict(zip(rows, unit(tower(batch).numpy()), strict=True))
            progress(len(vectors), len(order))
    return np.stack([vectors[i] for i in range(len(ids))])[back]


def captions_head(
    cells: GeocellSet, captions: Captions, encode: Callable[[Sequence[str]], NDArray[np.float32]], scale: float
) -> CaptionsHead:
    """The head that tells these cells apart by their captions; `scale` is the checkpoint's logit scale."""
    vectors = encode((*captions.countries, *captions.texts))
    countries = len(captions.countries)
    return CaptionsHead(
        countries=vectors[:countries],
        captions=vectors[countries:],
        cell=captions.cell,
        country=cells.countries[1].astype(np.int32),
        scale=scale,
        temperature=1.0,
    )


def write_captions(head: CaptionsHead, path: Path) -> None:
    """Write the file that a pack carries."""
    arrays: dict[str, NDArray[Any]] = {
        **packed("countries", head.countries),
        **packed("captions", head.captions),
        "cell": head.cell,
        "country": head.country,
        "scale": np.array([head.scale], np.float32),
    }
    shapes.write_arrays(path, arrays)


@dataclass(frozen=True, eq=False)
class CaptionBeliefs(HeldOut):
    """Beliefs of a captions head, which has seen none of the photographs; its temperature is that of both stages."""

    head: CaptionsHead

    def probabilities(self, rows: NDArray[np.int64], temperature: float) -> NDArray[np.float64]:
        head = replace(self.head, temperature=temperature)
        return head.probabilities(self.photographs.features.rows(rows))


def measure(
    head: CaptionsHead,
    cells: GeocellSet,
    photographs: TrainingPhotographs,
    folds: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> CrossValidation:
    """Temperature and calibration from the photographs, and what the head is worth with those of other places.

    Raises:
        Cancelled: by `cancelled`.
    """
    log_p = np.log(np.maximum(head.probabilities(photographs.features), 1e-12)).astype(np.float32)
    beliefs = CaptionBeliefs(photographs, cells, log_p, owning_cells(photographs, cells), head)
    return judged(beliefs, photographs.folds(folds), cancelled=cancelled)
