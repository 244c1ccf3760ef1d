"""The section "Prompts" of card.md: what a pack's text tower is worth, in tables and plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pigeon_desktop.training.card import percent
from pigeon_desktop.training.texts.seen import SeenFigures
from pigeon_desktop.training.texts.zero_shot import LEAST_PHOTOGRAPHS, DrawFigures, KindFigures

TITLE = "## Prompts"


@dataclass(frozen=True)
class Parity:
    """Cosine between the int8 tower's embeddings and the full one's, over some captions."""

    captions: int
    mean: float
    least: float


@dataclass(frozen=True)
class PromptFigures:
    """All that is measured of a text tower, by kind of prompt on held-out places and by draw of held-out countries.

    `head`: how often the pack's head finds the country of the same places, where that is known.
    """

    kinds: Sequence[KindFigures]
    draws: Sequence[DrawFigures]
    seen: SeenFigures
    parity: Parity
    scale: float
    captions: int
    statements: int
    head: float | None = None


def evaluation(figures: PromptFigures) -> dict[str, Any]:
    """The short table of pack.toml."""
    draws = figures.draws
    return {
        "int8_cosine": round(figures.parity.mean, 4),
        "held_out_places": {
            of.kind.replace(" ", "_"): {
                "n": of.photographs,
                "top1": round(of.first, 4),
                "commonest": round(of.commonest, 4),
                "ece": round(of.ece, 4),
            }
            for of in figures.kinds
        },
        "held_out_countries": {
            "draws": len(draws),
            "seen_top1": _mean(draws, lambda one: one.seen.first),
            "unseen_top1": _mean(draws, lambda one: one.unseen.first),
            "harmonic": _mean(draws, lambda one: one.harmonic),
        },
        "seen": {
            "places": {wording: round(rate, 4) for wording, rate in figures.seen.places.items()},
            "outside": round(figures.seen.outside, 4),
        },
    }


def with_section(card: str, name: str, version: str, figures: PromptFigures) -> str:
    """The card with this section in the place of the one that it has, else at its end; its title says the version."""
    card = re.sub(r"\A# .*", f"# {name} {version}", card)
    before, found, after = card.partition(f"{TITLE}\n")
    rest = re.search(r"^## ", after, re.MULTILINE) if found else None
    return before.rstrip() + "\n\n" + section(figures) + ("\n" + after[rest.start() :] if rest else "")


def section(figures: PromptFigures) -> str:
    """The text of the section."""
    draws, seen = figures.draws, figures.seen
    first = draws[0]
    places = ", ".join(f"{percent(rate)} as {wording}" for wording, rate in seen.places.items())
    lines = [
        TITLE,
        "",
        "The text tower is all-MiniLM-L6-v2, frozen, with a projection onto the frozen image space of the encoder "
        "(image-locked tuning). It was taught "
        f"{figures.captions:,} captions, wordings of {figures.statements:,} statements of the atlas on where the "
        "training photographs were taken: countries, regions, towns, continents and their parts, zones of climate by "
        "latitude, the side of the road, the hemisphere. It knows nothing else: what a photograph shows, who is on it "
        "or when it was taken, it cannot tell.",
        "",
        "On places that the tower had not seen (the folds of the table at the top), every place counted once, each "
        "prompt against all others of its kind; ECE is at the one scale that the pack carries, fitted on countries:",
        "",
        "| prompts | choices | photographs | first is right | always the commonest | ECE |",
        "|---|---|---|---|---|---|",
        *(
            f"| {of.kind} | {of.choices:,} | {of.photographs:,} | {percent(of.first)} | {percent(of.commonest)} "
            f"| {percent(of.ece)} |"
            for of in figures.kinds
        ),
        "",
        *_beside_the_head(figures),
        "### Countries that it was never told of",
        "",
        f"Generalised zero-shot: {first.held_out} countries with at least {LEAST_PHOTOGRAPHS} photographs are drawn "
        "and held out, with all photographs taken there and all captions that name them, their regions or their "
        "towns; of the other countries a fifth of the places. A tower taught the rest must find each photograph's "
        f"country among all {first.countries} of the atlas. Every country counts the same, also one with few "
        'photographs; H is the harmonic mean. "Told" is the same unseen countries by towers that were told of them, '
        "but not of the place.",
        "",
        "| draw | seen S, 1st / in 5 | unseen U, 1st / in 5 | H | S / U by photograph | told, 1st / in 5 |",
        "|---|---|---|---|---|---|",
        *(_row(f"{one.seed + 1}", [one]) for one in draws),
        _row("mean ± spread", draws),
        "",
        f"For comparison: guessing blindly is right for {100 / first.countries:.1f} % of either, always naming the "
        f"commonest country for {_percents(draws, lambda one: one.commonest)} of the seen "
        f"({_percents(draws, lambda one: one.commonest_of_photographs)} by photograph) and none of the unseen "
        f"countries, naming countries as often as they were shown for {_percents(draws, lambda one: one.by_prior)} of "
        "the seen and none of the unseen. With a constant, chosen on the other draws, taken off what was seen "
        f"(calibrated stacking), S is {_percents(draws, lambda one: one.stacked[0])}, U "
        f"{_percents(draws, lambda one: one.stacked[1])} and H {_percents(draws, lambda one: one.stacked_harmonic)}; "
        "the pack does without, for it was told of nearly every country. How the tower is trained was chosen on other "
        "draws than these.",
        "",
        "### Captions outside what it has seen",
        "",
        f"The tower also says how near a caption comes to one that it was taught (`seen`, a cosine); below "
        f"{seen.least_seen:.3f} the program says that the caption lies outside. That was set so that 95 % of the names "
        "of towns and regions that it was not taught pass. Of others that had no say in it there pass "
        f"{places}; of captions that speak of no place at all still {percent(seen.outside)} pass, so the "
        "warning is no proof that a caption makes sense.",
        "",
        f"The tower's weights are int8: over {figures.parity.captions:,} captions its embeddings have a mean cosine of "
        f"{figures.parity.mean:.4f} with those before rounding, {figures.parity.least:.3f} at least.",
        "",
    ]
    return "\n".join(lines)


def _beside_the_head(figures: PromptFigures) -> list[str]:
    """What the head makes of the country, and which prompts hardly tell more than the commonest answer."""
    poor = [of.kind for of in figures.kinds if of.first < 1.05 * of.commonest]
    lines = []
    if figures.head is not None:
        lines.append(
            f"The head finds the country of the same places in {percent(figures.head)} of cases, among those with "
            "geocells; it also has the mean token, and the text tower only the embedding. To find the country, locate "
            "the photograph."
        )
    if poor:
        lines.append(f"Hardly better than always giving the commonest answer: {', '.join(poor)}.")
    return [" ".join(lines), ""] if lines else []


def _row(name: str, draws: Sequence[DrawFigures]) -> str:
    columns: list[list[Callable[[DrawFigures], float]]] = [
        [lambda one: one.seen.first, lambda one: one.seen.five],
        [lambda one: one.unseen.first, lambda one: one.unseen.five],
        [lambda one: one.harmonic],
        [lambda one: one.seen.first_of_photographs, lambda one: one.unseen.first_of_photographs],
        [lambda one: one.told.first, lambda one: one.told.five],
    ]
    return f"| {name} | " + " | ".join(" / ".join(_percents(draws, of) for of in column) for column in columns) + " |"


def _percents(draws: Sequence[DrawFigures], of: Callable[[DrawFigures], float]) -> str:
    """The mean in percent, with the standard deviation between draws where there are several."""
    values = 100 * np.array([of(one) for one in draws])
    spread = f" ± {values.std(ddof=1):.1f}" if len(values) > 1 else ""
    return f"{values.mean():.1f}{spread} %"


def _mean(draws: Sequence[DrawFigures], of: Callable[[DrawFigures], float]) -> float:
    return round(float(np.mean([of(one) for one in draws])), 4)
