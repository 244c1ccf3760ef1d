"""Beliefs back from a case's file, under the filter of the run that answered: for maps and areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import Run
from pigeon_desktop.cases.vectors import KIND
from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.engine.within import Filter, parse_within
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack, find_packs

AT_ONCE = 100


def pack_of(run: Run, known: Pack | None = None) -> Pack | None:
    """The pack that a run was made with: `known`, if it is that, or one that is installed; None if there is none."""
    if known is not None and known.sha256 == run.pack.sha256:
        return known
    return next((pack for pack in find_packs(lambda problem: None) if pack.sha256 == run.pack.sha256), None)


def with_beliefs(
    case: Case, told: Iterable[tuple[Prediction, Run | None]], pack: Pack, cells: GeocellSet, atlas: Atlas
) -> Iterator[Prediction]:
    """The predictions, those made with this pack, whose cells these are, with their beliefs where they are kept.

    Raises:
        PigeonError: the file of features is damaged.
    """
    if not case.vectors_path.exists():  # nothing was answered yet, or it was copied without
        yield from (prediction for prediction, _ in told)
        return
    vectors, filters = case.vectors(), dict[str, Filter]()
    left = iter(told)
    try:
        while some := list(islice(left, AT_ONCE)):
            ours = [(p.sha256, run) for p, run in some if run is not None and run.pack.sha256 == pack.sha256]
            found = {}
            for model in {run.model for _, run in ours}:
                found.update(vectors.beliefs([photo for photo, run in ours if run.model == model], model, len(cells)))
            for prediction, run in some:
                probability = found.get(prediction.sha256)
                if probability is None or run is None or prediction.status == "failed":
                    yield prediction
                    continue
                belief = Belief(cells, probability.astype(np.float64))
                if run.within:
                    if run.within not in filters:
                        filters[run.within] = parse_within(run.within, cells, atlas)
                    try:
                        belief, _ = belief.within(filters[run.within].mask)
                    except ValueError as error:
                        raise PigeonError(f"{vectors.path}: is damaged ({error}). {KIND.damaged}") from error
                yield replace(prediction, probability=belief.probability.astype(np.float32))
    finally:
        vectors.close()
