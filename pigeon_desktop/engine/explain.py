"""What in a photograph spoke for a place: a heat over its pixels, of what the model did with them and nothing else.

The measure is the log-odds of a candidate's cells, log P(cells) - log P(all others). A log-probability would not do:
near certainty it barely moves, whatever is taken away. Positive values speak for the candidate, negative ones against
it; values are natural logarithms, so that 0.7 is a factor of two in the odds.

Of the two ways the slow one is the one to trust. Into 45 photographs a part of a street in another country was pasted
(`tests/benchmarks/test_explain.py`): for that country the heat was on average higher inside the part than outside 40
times by covering, 34 times by patches; of the 29 whose belief the part had moved by 1 or more, 27 and 24 times. It was
higher by 1.1 of its standard deviations by covering and by 0.3 by patches (medians of those 29): what a token says was
gathered from the whole picture by attention, and need not be of the patch where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import LinearHead, LocationHead
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.threads import in_threads
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.photos.loading import Photo
from pigeon_desktop.photos.preprocess import middle_square

Way = Literal["patches", "occlusion"]
Square = tuple[float, float, float, float]
Progress = Callable[[int, int], None]

GRID = 14
"""Rows and columns into which a picture is divided to be covered: those of the patches of CLIP ViT-B/16."""
COVER, STEP = 4, 2
"""Side of a covering square, and how far it moves on, in cells of GRID. Each cell is so covered 4 times by 64 squares;
smaller ones move the belief by no more than an int8 encoder's rounding does, which is 0.1
to 0.2 in the log-odds of a candidate when one pixel changes by one level."""
SURE = 1e-12
"""No probability counts as smaller: log-odds stay finite."""


@dataclass(frozen=True, eq=False)
class Spoke:
    """How much each place in a picture spoke for some cells.

    `values`: shape (rows, columns), in log-odds, from the top left; `square`: left, top, right and bottom of what they
    cover, as fractions 0..1 of the upright picture's sides. What lies outside was cut off before the model saw it.
    `cells`: the geocells' indices. `odds`: the log-odds of the cells for the whole picture. `unplaced`: of the way
    "patches", what the token spoke that belongs to no patch (CLS).
    """

    values: NDArray[np.float32]
    square: Square
    way: Way
    cells: NDArray[np.int64]
    odds: float
    unplaced: float = 0.0


def patches(
    locator: Locator,
    photo: Photo,
    cells: NDArray[np.integer] | NDArray[np.bool_],
    cancel: CancelToken | None = None,
    among: NDArray[np.bool_] | None = None,
) -> Spoke:
    """What each patch of the picture speaks through its token, for `cells` (indices or a mask) and against the other
    cells, those of the mask `among` if it is given.

    A head's input is the mean of the tokens, standardised and of fixed length: each token has a share in it. A value is
    the log-odds lost when one share is left out, that is replaced by that of an average training photograph's token.
    Where the head is linear (without hidden units) the values are instead exact parts of a whole: they and
    `unplaced` sum to what the mean token contributes to the logits of the cells less those of the others, each weighted
    by its part of the belief. Both are the same where shares are small.

    It says nothing of what the photograph's embedding, the other feature, contributes: that comes out of the attention
    over all patches. Prototypes, which share out probability anew, are left aside as well.

    Raises:
        Cancelled: by `cancel`.
        PigeonError: the graph averages the tokens itself, or the head does not read them.
        ValueError: there are no cells, or no others.
    """
    head = locator.head
    if not isinstance(head, LinearHead | LocationHead) or "mean_token" not in head.trunk.standard.names:
        raise PigeonError(
            f"Pack {locator.mark.name} does not read the picture patch by patch. Look closer instead, by covering."
        )
    mask, rest = _sides(cells, len(locator.cells), among)
    tokens = locator.encoder.tokens(locator.encoder.transform(photo.pixels)[None], cancel)
    features = Features(tokens.embedding[None], tokens.states.mean(axis=0, dtype=np.float32)[None])
    x, shares = head.trunk.standard.inputs(features), head.trunk.standard.shares(features, tokens.states)
    whole = head.spread(head.trunk.read(x))
    odds = float(log_odds(whole, mask, rest)[0])
    if isinstance(head, LinearHead) and not head.trunk.hidden_weight.shape[1]:
        side = (
            np.where(mask, whole[0], 0.0) / whole[0, mask].sum() - np.where(rest, whole[0], 0.0) / whole[0, rest].sum()
        )
        lost = shares.astype(np.float64) @ (head.trunk.weight.astype(np.float64) @ side) / head.temperature
    else:
        lost = odds - log_odds(head.spread(head.trunk.read(x - shares)), mask, rest)
    side_length = int(np.sqrt(len(lost) - 1))
    values = lost[1:].reshape(side_length, side_length).astype(np.float32)
    return Spoke(values, _square(locator, photo), "patches", np.flatnonzero(mask), odds, float(lost[0]))


def occlusion(
    locator: Locator,
    photo: Photo,
    cells: NDArray[np.integer] | NDArray[np.bool_],
    cancel: CancelToken | None = None,
    progress: Progress = lambda done, total: None,
    among: NDArray[np.bool_] | None = None,
) -> Spoke:
    """What each part of the picture spoke for `cells` (indices or a mask) and against the other cells, those of the
    mask `among` if it is given: the log-odds lost when it is covered with the picture's mean colour.

    65 pictures are encoded, each as if alone, for an int8 encoder rounds by what else it is given. A value is the mean
    over the squares that cover its place, so it is blurred by a square's side, 2/7 of the grid's. All of the model
    takes part: embedding, tokens and prototypes. `progress` is told how many pictures of how many are done.

    Raises:
        Cancelled: by `cancel`, within a fifth of a second; PigeonError: the graph failed.
        ValueError: there are no cells, or no others.
    """
    cancel = cancel or CancelToken()
    mask, rest = _sides(cells, len(locator.cells), among)
    pixels = locator.encoder.transform(photo.pixels)
    mean = pixels.mean(axis=(1, 2), keepdims=True)
    edges = np.linspace(0, pixels.shape[1], GRID + 1).round().astype(int)

    def odds_without(square: tuple[slice, slice] | None) -> float:
        given = pixels
        if square is not None:
            given = pixels.copy()
            rows, columns = (slice(edges[along.start], edges[along.stop]) for along in square)
            given[:, rows, columns] = mean
        probability, _ = locator.believe(locator.encoder.encode(given[None], cancel))
        return float(log_odds(probability, mask, rest)[0])

    todo = [None, *covers()]
    odds = np.zeros(len(todo))
    for done, value in enumerate(in_threads(odds_without, todo, locator.workers, cancel, in_order=True)):
        odds[done] = value
        progress(done + 1, len(todo))
    values = np.zeros((GRID, GRID))
    for square, without in zip(covers(), odds[1:], strict=True):
        values[square] += (odds[0] - without) / (COVER // STEP) ** 2
    return Spoke(values.astype(np.float32), _square(locator, photo), "occlusion", np.flatnonzero(mask), float(odds[0]))


def covers() -> list[tuple[slice, slice]]:
    """Squares over the grid, rows and columns; those at its edge hang over it, so that every cell is covered as
    often."""
    along = [slice(max(0, at), min(GRID, at + COVER)) for at in range(STEP - COVER, GRID, STEP)]
    return [(rows, columns) for rows in along for columns in along]


def log_odds(
    probability: NDArray[np.float64], cells: NDArray[np.bool_], others: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """log P(cells) - log P(others) of n beliefs (n, cells), shape (n,); masks (cells,)."""
    of = [np.log(np.maximum(probability[:, mask].sum(axis=1), SURE)) for mask in (cells, others)]
    return np.asarray(of[0] - of[1], np.float64)


def _sides(
    cells: NDArray[np.integer] | NDArray[np.bool_], count: int, among: NDArray[np.bool_] | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Masks of the cells and of those that they are held against."""
    mask = np.zeros(count, bool)
    mask[cells] = True
    rest = ~mask if among is None else among & ~mask
    if not mask.any() or not rest.any():
        raise ValueError("some cells must be held against some others")
    return mask, rest


def _square(locator: Locator, photo: Photo) -> Square:
    return middle_square(*photo.pixels.size, locator.encoder.spec.input_size)
