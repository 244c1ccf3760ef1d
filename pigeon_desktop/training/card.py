"""card.md: what a pack is good and bad at, in figures and plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pigeon_desktop.training.head import Places
from pigeon_desktop.training.validation import CrossValidation

LICENCE_WEIGHTS = "research use; trained on features of Street View and web imagery"


@dataclass(frozen=True)
class PackIdentity:
    """What a pack is called and where its encoder comes from."""

    name: str
    version: str
    summary: str
    encoder_source: str


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"


def _row(name: str, of: dict[str, Any]) -> str:
    def interval(key: str, unit: float = 100.0) -> str:
        low, high = of.get("intervals", {}).get(key, (None, None))
        return "" if low is None else f" ({low * unit:.0f}–{high * unit:.0f})"

    within = " / ".join(_percent(v).removesuffix(" %") for v in of["within_km"].values())
    median, score = of["median_km"], of["geoscore"]
    return (
        f"| {name} | {of['n']:,} | {_percent(of['country_top1'])}{interval('country_top1')} "
        f"| {_percent(of['country_top5'])}{interval('country_top5')} "
        f"| {'–' if median is None else f'{median:,.0f}'}{interval('median_km', 1.0)} "
        f"| {'–' if score is None else f'{score:,.0f}'} | {within} | {_percent(of['ece'])} |"
    )


def card(
    identity: PackIdentity,
    places: Places,
    validation: CrossValidation,
    values: dict[str, Any],
    by_domain: dict[str, Any],
) -> str:
    """The text of card.md."""
    photographs, cells = validation.held_out.photographs, validation.held_out.cells
    head = [
        "| | photographs | country 1st | country in 5 | median km | GeoScore | within 1/25/200/750/2500 km, % | ECE |",
        "|---|---|---|---|---|---|---|---|",
    ]
    weak = sorted(
        ((code, of) for code, of in values["by_country"].items() if of["n"] >= 20 and of["country_top1"] is not None),
        key=lambda item: item[1]["country_top1"],
    )
    located = values["located"]
    lines = [
        f"# {identity.name} {identity.version}",
        "",
        identity.summary,
        "",
        f"- Encoder: {identity.encoder_source}. Head: a linear map from the embedding and the mean token to the space "
        "of GeoCLIP's location encoder, whose embeddings of "
        f"{len(places.cell):,} places are the classes; {len(cells):,} geocells.",
        f"- Trained on {len(photographs):,} photographs at {len(np.unique(photographs.place)):,} places in "
        f"{len(np.unique(photographs.country_code))} countries and territories. A quarter of the places are in the "
        "United States.",
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
        _row("all", values),
        _row("located (the rest: can't tell)", located),
        *(_row(name.replace("_", " "), of) for name, of in by_domain.items()),
        "",
        f'It says "can\'t tell" of {_percent(values["abstained"] / values["n"])} of them. ECE is the mean gap between '
        "the probability of the likeliest country and how often it is right. Of the photographs taken in the first "
        f"candidate's region, {_percent(validation.radius_coverage)} lie within its radius (80 % wanted).",
        "",
        "## By continent",
        "",
        *head,
        *(_row(name, of) for name, of in values["by_continent"].items()),
        "",
        "## Where it is weak",
        "",
        "Countries with at least 20 photographs, the worst first: "
        + ", ".join(f"{code} {_percent(of['country_top1'])}" for code, of in weak[:15])
        + ". And the best: "
        + ", ".join(f"{code} {_percent(of['country_top1'])}" for code, of in weak[::-1][:10])
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
        *(f"| {least:.3f} | {_percent(share)} | {_percent(right)} |" for least, share, right in validation.curve),
        "",
    ]
    return "\n".join(lines)
