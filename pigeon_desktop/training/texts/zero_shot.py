"""What a text tower is worth: on countries that it was never told of (generalised zero-shot), and on new places.

Whole countries are held out, with every photograph taken there and every caption that names them, their regions or
their towns. Then each photograph is classified among all countries of the atlas, those held out and the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.engine.head import Matrix, softmax
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.measuring.evaluate import expected_calibration_error
from pigeon_desktop.training.photographs import TrainingPhotographs
from pigeon_desktop.training.texts.prompt_captions import KINDS, Lesson, country_statement
from pigeon_desktop.training.texts.text_tower import Projection, TowerOptions, train_projection

Rows = NDArray[np.int64]
Sentence = Mapping[str, NDArray[np.float32]]
Progress = Callable[[int, int], None]

HELD_OUT = 25
"""Countries that are held out in a draw."""
LEAST_PHOTOGRAPHS = 10
"""A country with fewer is not drawn."""
FOLDS = 5
"""Of the places of the other countries one of five is kept for testing."""
STACKING = np.arange(0.0, 4.01, 0.1)
"""Calibrated stacking (Chao et al. 2016): what is tried as the constant taken off the logits of seen countries."""
SCALES = np.exp(np.linspace(np.log(2.0), np.log(200.0), 93))


@dataclass(frozen=True, eq=False)
class Draw:
    """Countries that are held out, and photographs: `train` of the others, `seen` of theirs at other places, all of
    countries that `train` shows, and `unseen`, all of those held out."""

    codes: frozenset[str]
    train: Rows
    seen: Rows
    unseen: Rows


def draw(photographs: TrainingPhotographs, seed: int, count: int = HELD_OUT, least: int = LEAST_PHOTOGRAPHS) -> Draw:
    """A draw of `count` countries, each as likely as the other, among those with `least` photographs; of half of these
    where they are few.

    Raises:
        PigeonError: there are not two.
    """
    codes, pictures = np.unique(photographs.country_code, return_counts=True)
    codes = codes[pictures >= least]
    if len(codes) < 2:
        raise PigeonError(
            f"The photographs hold {len(codes)} countries with {least} of them at least; to hold one out takes two. "
            "Add photographs of other countries."
        )
    some = np.random.default_rng(seed).choice(codes, min(count, len(codes) // 2), replace=False)
    unseen = np.isin(photographs.country_code, some)
    tested = photographs.folds(FOLDS, seed) == 0
    train = np.flatnonzero(~unseen & ~tested)
    shown = np.isin(photographs.country_code, np.unique(photographs.country_code[train]))
    return Draw(frozenset(some.tolist()), train, np.flatnonzero(~unseen & tested & shown), np.flatnonzero(unseen))


def taught(lesson: Lesson, one: Draw) -> Lesson:
    """What is left to be taught: nothing of the countries held out, neither photographs nor captions."""
    return lesson.without(one.codes).rows(one.train)


@dataclass(frozen=True)
class Share:
    """How often the first, and one of the first five, is right: every country counted the same, and every photograph
    the same."""

    first: float
    five: float
    first_of_photographs: float


@dataclass(frozen=True)
class DrawFigures:
    """Of one draw: how many countries were held out of how many, how many photographs of seen and unseen ones were
    tested, seen and unseen countries by prompts, then for comparison towers that were told of all countries
    but not of the places (`told`), always naming the commonest country, and naming countries by how common they are.
    `stacked` is with a constant, chosen on the other draws, taken off the logits of seen countries."""

    seed: int
    held_out: int
    countries: int
    photographs: tuple[int, int]
    seen: Share
    unseen: Share
    stacked: tuple[float, float]
    told: Share
    commonest: float
    commonest_of_photographs: float
    by_prior: float

    @property
    def harmonic(self) -> float:
        return harmonic(self.seen.first, self.unseen.first)

    @property
    def stacked_harmonic(self) -> float:
        return harmonic(*self.stacked)


def harmonic(a: float, b: float) -> float:
    """The harmonic mean; 0 where both are."""
    return 2 * a * b / (a + b) if a + b else 0.0


def country_logits(
    projection: Projection, photographs: TrainingPhotographs, rows: Rows, sentence: Sentence, atlas: Atlas
) -> tuple[Matrix, NDArray[np.int64]]:
    """Of the photographs `rows` for StreetCLIP's caption of every country of the atlas, the column of each truth."""
    codes = np.array([country.code for country in atlas.countries])
    texts = np.stack([sentence[country_statement(code, atlas).texts[0]] for code in codes.tolist()])
    order = np.argsort(codes)
    truth = order[np.searchsorted(codes[order], photographs.country_code[rows])]
    return projection.logits(texts, photographs.features.rows(rows)), truth


def share(logits: Matrix, truth: NDArray[np.int64]) -> Share:
    """How often the truth is first, and among the first five."""
    rank = 1 + (logits > logits[np.arange(len(truth)), truth][:, None]).sum(axis=1)

    def by_country(right: NDArray[np.bool_]) -> float:
        return float(np.mean([right[truth == one].mean() for one in np.unique(truth)]))

    return Share(by_country(rank == 1), by_country(rank <= 5), float(np.mean(rank == 1)))


def zero_shot(
    photographs: TrainingPhotographs,
    lesson: Lesson,
    sentence: Sentence,
    atlas: Atlas,
    options: TowerOptions,
    seeds: Sequence[int],
    told: Matrix,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> list[DrawFigures]:
    """The figures of some draws. `told` (n, countries of the atlas): logits of towers that saw each photograph's
    country, but not its place. Raises Cancelled."""
    weights, columns = photographs.weights(), [country.code for country in atlas.countries]
    draws, answers = [draw(photographs, seed) for seed in seeds], []
    for done, one in enumerate(draws):
        projection = train_projection(
            (photographs.features.embedding[one.train], photographs.mirrored.embedding[one.train]),
            weights[one.train],
            taught(lesson, one),
            sentence,
            replace(options, seed=seeds[done]),
            lambda part, of, done=done: progress(done * of + part, len(draws) * of),  # type: ignore[misc]
            cancelled,
        )
        answers.append(
            [country_logits(projection, photographs, rows, sentence, atlas) for rows in (one.seen, one.unseen)]
        )
    known = [~np.isin(columns, list(one.codes)) for one in draws]

    def at(i: int, off: float) -> tuple[float, float]:
        seen, unseen = (
            share(z - np.float32(off) * known[i].astype(np.float32), truth).first for z, truth in answers[i]
        )
        return seen, unseen

    curves = np.array([[at(i, float(off)) for off in STACKING] for i in range(len(draws))])
    means = np.array([[harmonic(*pair) for pair in curve] for curve in curves.tolist()])
    figures = []
    for i, one in enumerate(draws):
        (seen, seen_truth), (unseen, unseen_truth) = answers[i]
        others = np.delete(means, i, axis=0)
        best = int(others.mean(axis=0).argmax()) if len(others) else 0
        common = np.bincount(_columns(photographs, one.train, columns), minlength=len(columns)) / len(one.train)
        tested = np.unique(seen_truth)
        figures.append(
            DrawFigures(
                seeds[i],
                len(one.codes),
                len(columns),
                (len(one.seen), len(one.unseen)),
                share(seen, seen_truth),
                share(unseen, unseen_truth),
                (float(curves[i, best, 0]), float(curves[i, best, 1])),
                share(told[one.unseen], unseen_truth),
                float(common.argmax() in tested) / len(tested),
                float(np.mean(seen_truth == common.argmax())),
                float(common[tested].mean()),
            )
        )
    return figures


def _columns(photographs: TrainingPhotographs, rows: Rows, columns: Sequence[str]) -> NDArray[np.int64]:
    """The column of each photograph's country."""
    position = {code: i for i, code in enumerate(columns)}
    return np.array([position[code] for code in photographs.country_code[rows].tolist()], np.int64)


@dataclass(frozen=True)
class KindFigures:
    """Of prompts of one kind on held-out places, every place counted the same: of how many choices, how often the first
    is right, how often naming always the commonest would be, and the gap between probability and truth (ECE)."""

    kind: str
    choices: int
    photographs: int
    first: float
    commonest: float
    ece: float


@dataclass(frozen=True, eq=False)
class HeldOutPrompts:
    """What towers say of places that they have not seen: cosines with all countries' captions (n, countries of the
    atlas), and with the statements of the lesson (n, m) in one wording."""

    countries: Matrix
    truth: NDArray[np.int64]
    statements: Matrix


def held_out_prompts(
    photographs: TrainingPhotographs,
    lesson: Lesson,
    sentence: Sentence,
    atlas: Atlas,
    options: TowerOptions,
    progress: Progress = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> HeldOutPrompts:
    """Towers of `FOLDS` folds of the places, each asked about the one it was not shown. Raises Cancelled."""
    fold, weights = photographs.folds(FOLDS), photographs.weights()
    texts = np.stack([sentence[statement.texts[0]] for statement in lesson.statements])
    countries = np.empty((len(photographs), len(atlas.countries)), np.float32)
    statements, truth = np.empty((len(photographs), len(texts)), np.float32), np.empty(len(photographs), np.int64)
    for k in range(FOLDS):
        train, rows = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        projection = train_projection(
            (photographs.features.embedding[train], photographs.mirrored.embedding[train]),
            weights[train],
            lesson.rows(train),
            sentence,
            replace(options, seed=options.seed + k),
            lambda part, of, k=k: progress(k * of + part, FOLDS * of),  # type: ignore[misc]
            cancelled,
        )
        cosine = replace(projection, scale=1.0)
        countries[rows], truth[rows] = country_logits(cosine, photographs, rows, sentence, atlas)
        statements[rows] = cosine.logits(texts, photographs.features.rows(rows))
    return HeldOutPrompts(countries, truth, statements)


def fit_scale(held_out: HeldOutPrompts, weights: NDArray[np.float32]) -> float:
    """The scale at which the true country is likeliest among all."""

    def loss(scale: float) -> float:
        z = held_out.countries.astype(np.float64) * scale
        top = z.max(axis=1)
        log_sum = np.log(np.exp(z - top[:, None]).sum(axis=1)) + top
        return float((weights * (log_sum - z[np.arange(len(z)), held_out.truth])).mean())

    return float(SCALES[int(np.argmin([loss(float(scale)) for scale in SCALES]))])


def by_kind(held_out: HeldOutPrompts, lesson: Lesson, scale: float, weights: NDArray[np.float32]) -> list[KindFigures]:
    """Figures of each kind of prompt; countries among all of the atlas, the others among those that the lesson has."""
    figures = [
        _figures(
            "country",
            held_out.countries,
            np.eye(held_out.countries.shape[1], dtype=bool)[held_out.truth],
            scale,
            weights,
        )
    ]
    for kind in KINDS[1:]:
        columns = lesson.kind(kind)
        if len(columns) > 1:
            figures.append(_figures(kind, held_out.statements[:, columns], lesson.holds[:, columns], scale, weights))
    return figures


def _figures(
    kind: str, cosine: Matrix, holds: NDArray[np.bool_], scale: float, weights: NDArray[np.float32]
) -> KindFigures:
    rows = np.flatnonzero(holds.any(axis=1))
    p, w = softmax(cosine[rows] * scale, 1.0), weights[rows].astype(np.float64)
    best = p.argmax(axis=1)
    right = holds[rows, best]
    commonest = (w[:, None] * holds[rows]).sum(axis=0).max() / w.sum()
    ece = expected_calibration_error(p.max(axis=1), right, w)
    return KindFigures(
        kind, cosine.shape[1], len(rows), float((w * right).sum() / w.sum()), float(commonest), float(ece)
    )
