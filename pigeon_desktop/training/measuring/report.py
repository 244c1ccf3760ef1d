"""From outcomes to the page about them: everything that `pigeon evaluate --report` shows, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.reports.context import ReportContext
from pigeon_desktop.reports.diagrams import Share
from pigeon_desktop.reports.evaluation import MOST_WRONG, Basis, Evaluation, WrongAnswer
from pigeon_desktop.training.measuring.evaluate import RESAMPLES, Outcome
from pigeon_desktop.training.measuring.reliability import (
    coverage_limit,
    coverage_points,
    reliability_bins,
    right_country,
    share_of,
    within_radius,
)


def evaluation(
    outcomes: Sequence[Outcome],
    values: Mapping[str, Any],
    atlas: Atlas,
    context: ReportContext,
    table: Path,
    table_sha256: str,
    least_certainty: float,
) -> Evaluation:
    """What the page shows of `outcomes`, whose `figures` are `values`; `least_certainty` is the pack's."""
    answered = [o for o in outcomes if o.status != "failed"]
    located = [o for o in answered if o.status == "located"]
    known = [o for o in located if o.country_rank >= 0]
    wrong = sorted((o for o in known if o.country_rank != 1), key=lambda o: -o.country_probability)
    return Evaluation(
        context=context,
        table=table.name,
        table_sha256=table_sha256,
        values=values,
        answered=_basis(answered),
        located=_basis(located),
        places=len({o.evidence for o in answered}),
        named_places=any(o.truth.place for o in answered),
        resamples=RESAMPLES,
        bins=reliability_bins(answered),
        coverage=coverage_points(answered),
        limit=coverage_limit(answered),
        least_certainty=least_certainty,
        radius=within_radius(answered),
        groups=_groups(answered, atlas),
        wrong=[
            WrongAnswer(_name(o, table), o.country, o.country_probability, o.said, o.truth.country_code, o.km)
            for o in wrong[:MOST_WRONG]
        ],
        located_wrong=share_of([o.country_rank != 1 for o in known], [o.evidence for o in known]),
        failures=[
            (_name(o, table), o.reason.removeprefix(f"{o.truth.path}: ")) for o in outcomes if o.status == "failed"
        ],
    )


def _basis(outcomes: Sequence[Outcome]) -> Basis:
    return Basis(
        len(outcomes), sum(o.country_rank >= 0 for o in outcomes), sum(bool(np.isfinite(o.km)) for o in outcomes)
    )


def _groups(outcomes: Sequence[Outcome], atlas: Atlas) -> dict[str, Share]:
    """The share with the right country by code of the country and by name of the continent."""
    continent = {country.code: country.continent for country in atlas.countries}
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        code = one.truth.country_code
        for key in {code, continent.get(code, "")} - {""}:
            groups.setdefault(key, []).append(one)
    return {key: right_country(members) for key, members in groups.items()}


def _name(one: Outcome, table: Path) -> str:
    """The photograph as the table names it, but for folders above the table: they are nobody's business."""
    path = one.truth.path
    return str(path.relative_to(table.parent)) if path.is_relative_to(table.parent) else path.name
