"""card.md: what a pack is good and bad at, in figures and plain words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.reports.diagrams import coverage, reliability
from pigeon_desktop.training.heads.head import HeadOptions
from pigeon_desktop.training.measuring.evaluate import Outcome, figures, figures_by_place
from pigeon_desktop.training.measuring.reliability import (
    coverage_limit,
    coverage_points,
    reliability_bins,
    within_radius,
)
from pigeon_desktop.training.measuring.validation import CrossValidation
from pigeon_desktop.training.photographs import TrainingPhotographs

COLUMNS = "country 1st | country in 5 | median km | GeoScore | within 1/25/200/750/2500 km, % | ECE |"
LICENCE_WEIGHTS = "research use; trained on features of Street View and web imagery"


@dataclass(frozen=True)
class PackIdentity:
    """What a pack is called and where its encoder comes from."""

    name: str
    version: str
    summary: str
    encoder_source: str


@dataclass(frozen=True, eq=False)
class Measured:
    """Figures of a cross-validation: of all photographs, with every place counted once, and both by domain."""

    all: dict[str, Any]
    by_place: dict[str, Any]
    by_domain: dict[str, Any]
    by_domain_and_place: dict[str, Any]

    @classmethod
    def of(cls, validation: CrossValidation, atlas: Atlas) -> Measured:
        domain = validation.held_out.photographs.domain
        parts = {
            str(name): [o for o, d in zip(validation.outcomes, domain, strict=True) if d == name]
            for name in np.unique(domain)
        }
        return cls(
            figures(validation.outcomes, atlas),
            figures_by_place(validation.outcomes),
            {name: figures(part, atlas) for name, part in parts.items()},
            {name: figures_by_place(part) for name, part in parts.items()},
        )


def diagrams(outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The drawings that the card shows, by the names of their files."""
    return {
        "reliability.svg": reliability(reliability_bins(outcomes)),
        "coverage.svg": coverage(coverage_points(outcomes), coverage_limit(outcomes)),
    }


def percent(value: float | None) -> str:
    """A share in words, a dash where there is none."""
    return "–" if value is None else f"{100 * value:.0f} %"


def table_row(name: str, of: dict[str, Any]) -> str:
    """A line of the tables of figures, under `COLUMNS`."""

    def interval(key: str, unit: float = 100.0) -> str:
        low, high = of.get("intervals", {}).get(key, (None, None))
        return "" if low is None else f" ({low * unit:.0f}–{high * unit:.0f})"

    within = " / ".join(percent(v).removesuffix(" %") for v in of["within_km"].values())
    median, score = of["median_km"], of["geoscore"]
    return (
        f"| {name} | {of['n']:,} | {percent(of['country_top1'])}{interval('country_top1')} "
        f"| {percent(of['country_top5'])}{interval('country_top5')} "
        f"| {'–' if median is None else f'{median:,.0f}'}{interval('median_km', 1.0)} "
        f"| {'–' if score is None else f'{score:,.0f}'} | {within} | {percent(of['ece'])} |"
    )


def _method(options: HeadOptions, classes: int, cells: int) -> str:
    """The head in words."""
    layer = f", with {options.hidden} rectified units beside it," if options.hidden else ""
    many = f" The mean of {options.members} such heads, folded into one." if options.members > 1 else ""
    if options.kind == "linear":
        return f"Head: a linear map{layer} from the embedding and the mean token to {cells:,} geocells.{many}"
    return (
        f"Head: a linear map{layer} from the embedding and the mean token to the space of GeoCLIP's location encoder, "
        f"whose embeddings of {classes:,} places are the classes, and to countries; {cells:,} geocells. A cell that no "
        f"training photograph shows is scored like any other.{many}"
    )


PUBLISHED = (
    "Published figures are of other photographs and cannot be set beside these: PIGEON's 91.96 % of countries is for "
    "four-heading Street View panoramas drawn from the same countries it was trained on with hundreds of thousands of "
    "them (about 13 points less for one view); the benchmark IM2GPS3k (PIGEOTTO 11.3 / 36.7 / 53.8 / 72.4 / 85.3 % "
    "within 1 / 25 / 200 / 750 / 2500 km, GeoCLIP 14.1 / 34.5 / 50.7 / 69.7 / 83.8, StreetCLIP – / 22.4 / 37.4 / 61.3 "
    "/ 80.4) is of tourist photographs, many of landmarks, with encoders several times as large. Here places are "
    "spread thin, a place is never on both sides of the split, and every photograph is one single view."
)


def card(
    identity: PackIdentity, options: HeadOptions, classes: int, validation: CrossValidation, measured: Measured
) -> str:
    """The text of card.md."""
    photographs, cells = validation.held_out.photographs, validation.held_out.cells
    head = [f"| | photographs | {COLUMNS}", "|---|---|---|---|---|---|---|---|"]
    values = measured.all
    weak = sorted(
        ((code, of) for code, of in values["by_country"].items() if of["n"] >= 20 and of["country_top1"] is not None),
        key=lambda item: item[1]["country_top1"],
    )
    names = {name: name.replace("_", " ") for name in measured.by_domain}
    lines = [
        f"# {identity.name} {identity.version}",
        "",
        identity.summary,
        "",
        f"- Encoder: {identity.encoder_source}.",
        f"- {_method(options, classes, len(cells))}",
        f"- Trained on {len(photographs):,} photographs at {len(np.unique(photographs.place)):,} places in "
        f"{len(np.unique(photographs.country_code))} countries and territories.{_where(photographs)}",
        f"- Licence of the weights: {LICENCE_WEIGHTS}.",
        "",
        "A lead, not proof: hold every candidate against other evidence.",
        "",
        "## How often it is right",
        "",
        "Cross-validation over places: no figure comes from a place that the head or its calibration had seen. "
        "In brackets the 95 % interval, resampled by place. The distance is that of the first candidate.",
        "",
        *head,
        table_row("all", values),
        table_row("located (the rest: can't tell)", values["located"]),
        *(table_row(names[name], of) for name, of in measured.by_domain.items()),
        "",
        "The same with every place counted once, however many photographs were taken there:",
        "",
        f"| | places | {COLUMNS}",
        "|---|---|---|---|---|---|---|---|",
        table_row("all", measured.by_place),
        *(table_row(names[name], of) for name, of in measured.by_domain_and_place.items()),
        "",
        f'It says "can\'t tell" of {percent(values["abstained"] / values["n"])} of them. ECE is the mean gap between '
        "the probability of the likeliest country and how often it is right. Of the photographs taken in the first "
        f"candidate's region, {percent(validation.radius_coverage)} lie within its radius (80 % wanted)"
        f"{_by_size(validation)}.",
        "",
        "![Reliability: how often the likeliest country is right, by the probability it was given](reliability.svg)",
        "",
        PUBLISHED,
        "",
        "## By continent",
        "",
        *head,
        *(table_row(name, of) for name, of in values["by_continent"].items()),
        "",
        "## Where it is weak",
        "",
        "Countries with at least 20 photographs, the worst first: "
        + ", ".join(f"{code} {percent(of['country_top1'])}" for code, of in weak[:15])
        + ". And the best: "
        + ", ".join(f"{code} {percent(of['country_top1'])}" for code, of in weak[::-1][:10])
        + ".",
        "",
        "It knows no interiors, portraits, food, night skies or drawings: it was shown outdoor scenes in daylight. "
        "It confuses neighbours (Portugal and Spain, the Baltic states, the Andean countries) and is drawn to places "
        "that are photographed often.",
        "",
        '## When it says "can\'t tell"',
        "",
        "A photograph is abstained on when its certainty, the geometric mean of the likeliest country's probability "
        "and the best expected score exp(-d/500 km) of any coordinate, is below "
        f"{validation.calibration.least_certainty:.3f}: the point from which upwards the country is right for two "
        "of three photographs, every place counted the same.",
        "",
        "| certainty at least | answered | country right |",
        "|---|---|---|",
        *(f"| {least:.3f} | {percent(share)} | {percent(right)} |" for least, share, right in validation.curve),
        "",
        "![Coverage: the surer the photographs that are answered, the more often the country is right](coverage.svg)",
        "",
    ]
    return "\n".join(lines)


def _by_size(validation: CrossValidation) -> str:
    """The same for the photographs with the smallest and with the largest radii."""
    inside = sorted((o for o in validation.outcomes if o.in_region), key=lambda o: o.radius_km)
    thirds = [within_radius(list(part)).share for part in (inside[: len(inside) // 3], inside[-len(inside) // 3 :])]
    return f"; {percent(thirds[0])} where it is small, {percent(thirds[1])} where it is large"


def _where(photographs: TrainingPhotographs) -> str:
    """Which country has more of the places than is good."""
    pairs = np.unique(np.stack([photographs.country_code, photographs.place]), axis=1)
    codes, places = np.unique(pairs[0], return_counts=True)
    share = places.max() / len(pairs[0])
    country = load_atlas().country(str(codes[places.argmax()])).name
    return f" {percent(share)} of the places are in one country, {country}." if share > 0.1 else ""
