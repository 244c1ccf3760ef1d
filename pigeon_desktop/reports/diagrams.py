"""Diagrams of a measurement: plain numbers to whole SVG files, which stand alone or inside a page.

Each carries its own style, with colours for light and dark, and says in words what it shows. Nothing is told by
colour alone: few photographs are a hollow mark, doubt is a whisker or a band.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

FEW = 20
"""Figures of fewer photographs say little; they are marked wherever they are shown."""
SIZE = 560
STYLE = """
.diagram { --paper: #ffffff; --ink: #1f262b; --soft: #5f6a71; --line: #e3e1da; --data: #c2410c;
  font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { .diagram { --paper: #1b2125; --ink: #e6e9ea; --soft: #97a3aa;
  --line: #333d43; --data: #ff8a4c; } }
.diagram .paper { fill: var(--paper); }
.diagram text { fill: var(--soft); }
.diagram .said { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.diagram .grid { stroke: var(--line); fill: none; }
.diagram .ideal { stroke: var(--soft); stroke-dasharray: 5 4; fill: none; }
.diagram .limit { stroke: var(--ink); stroke-dasharray: 2 3; fill: none; }
.diagram .count { fill: var(--soft); opacity: .45; }
.diagram .whisker { stroke: var(--data); stroke-width: 1.5; fill: none; }
.diagram .dot { fill: var(--data); stroke: var(--data); stroke-width: 2; }
.diagram .few { fill: var(--paper); }
.diagram .curve { stroke: var(--data); stroke-width: 2; stroke-linejoin: round; fill: none; }
.diagram .band { fill: var(--data); opacity: .16; }
"""


@dataclass(frozen=True)
class Share:
    """A share of `n` photographs, with its 95 % interval; all in 0..1, `share` NaN where n is 0."""

    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class ReliabilityBin:
    """Photographs whose likeliest country was given a probability from `low` to below `high`.

    `probability` is their mean, NaN where there are none; `right` says how often that country was the true one.
    """

    low: float
    high: float
    probability: float
    right: Share


@dataclass(frozen=True)
class CoveragePoint:
    """What the photographs of at least this `certainty` are worth, were only they answered.

    `answered` is their share of all, 0..1; `right` the share of them with the right country; `median_km` of the
    first candidate. NaN where nothing is known of them.
    """

    certainty: float
    answered: float
    right: Share
    median_km: float


@dataclass(frozen=True)
class _Panel:
    """A part of the drawing: shares 0..1, to the right and upwards, become its units."""

    left: float
    top: float
    width: float
    height: float

    def x(self, share: float) -> str:
        return f"{self.left + self.width * share:.1f}"

    def y(self, share: float) -> str:
        return f"{self.top + self.height * (1 - share):.1f}"

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def level(self, share: float, label: str) -> str:
        """A horizontal line across, with its label at the left."""
        return (
            f'<path class="grid" d="M{self.x(0)},{self.y(share)}H{self.x(1)}"/>'
            f'<text x="{self.left - 8:.1f}" y="{float(self.y(share)) + 4.5:.1f}" text-anchor="end">{label}</text>'
        )

    def side(self, text: str) -> str:
        """What is measured upwards, written along the side."""
        middle = self.top + self.height / 2
        return f'<text transform="translate(15 {middle:.1f}) rotate(-90)" text-anchor="middle">{text}</text>'


def reliability(bins: Sequence[ReliabilityBin], name: str = "reliability") -> str:
    """How often the likeliest country is right (upwards) where it was given this probability (to the right).

    A mark lies at a bin's mean probability, its whisker is the 95 % interval, and on the diagonal a probability
    is worth what it says (Guo et al. 2017, figure 1). `name` makes the ids unique within a page.
    """
    plot, strip = _Panel(66, 34, 468, 394), _Panel(66, 436, 468, 56)
    most = max((one.right.n for one in bins), default=0)
    parts = [_tenths(plot), plot.side("how often that country is right")]
    parts += [
        f'<path class="ideal" d="M{plot.x(0)},{plot.y(0)}L{plot.x(1)},{plot.y(1)}"/>',
        _legend(f"dashed: as often as said; above it more often, below less; hollow: under {FEW}"),
    ]
    for one in bins:
        if not one.right.n:
            continue
        middle, width = (one.low + one.high) / 2, one.high - one.low
        height = 36 * one.right.n / most
        parts += [
            f'<rect class="count" x="{strip.x(middle - 0.42 * width)}" y="{strip.bottom - height:.1f}" '
            f'width="{0.84 * width * strip.width:.1f}" height="{height:.1f}"/>',
            f'<text x="{strip.x(middle)}" y="{strip.bottom - height - 4:.1f}" text-anchor="middle">'
            f"{one.right.n:,}</text>",
            _whisker(plot, one.probability, one.right),
        ]
    parts += [_across(strip, "probability of the likeliest country; bars: how many photographs")]
    told = "; ".join(
        f"{_percent(one.low)} to {_percent(one.high)}: {_percent(one.right.share)} of {one.right.n:,} right"
        for one in bins
        if one.right.n
    )
    return _drawing(
        name,
        "Reliability: how often the likeliest country is right, by the probability it was given",
        f"By probability of the likeliest country: {told or 'no photographs'}.",
        parts,
    )


def coverage(points: Sequence[CoveragePoint], limit: CoveragePoint | None, name: str = "coverage") -> str:
    """What answering only the most certain photographs would give: from few at the left to all at the right.

    Above the share with the right country, its 95 % interval as a band; below the median distance on a
    logarithmic scale. `limit` is where the pack says "can't tell", marked in both.
    """
    upper, lower = _Panel(66, 34, 468, 284), _Panel(66, 348, 468, 144)
    told = [p for p in points if p.right.n]
    parts = [_tenths(upper), upper.side("right country"), lower.side("median km")]
    parts.append(_legend("band: 95 % interval; dotted: the pack says “can't tell” beyond it"))
    if told:
        band = [f"{upper.x(p.answered)},{upper.y(p.right.high)}" for p in told]
        band += [f"{upper.x(p.answered)},{upper.y(p.right.low)}" for p in reversed(told)]
        parts += [
            f'<path class="band" d="M{"L".join(band)}Z"/>',
            _curve([f"{upper.x(p.answered)},{upper.y(p.right.share)}" for p in told]),
        ]
    scale = _Logarithmic.around([p.median_km for p in points])
    parts += [lower.level(scale.share(tick), f"{tick:,}") for tick in scale.ticks]
    parts.append(
        _curve([f"{lower.x(p.answered)},{lower.y(scale.share(p.median_km))}" for p in points if p.median_km >= 0])
    )
    if limit is not None:
        parts += _limit(upper, lower, limit, scale)
    parts.append(_across(lower, "share of the photographs answered, the most certain first"))
    tenths = "; ".join(
        f"{_percent(p.answered)} answered: {_percent(p.right.share)} right"
        + (f", median {p.median_km:,.0f} km" if math.isfinite(p.median_km) else "")
        for p in tenth_points(points)
        if p.right.n
    )
    return _drawing(
        name,
        "Coverage: how good the answers are, by the share of photographs answered",
        f"{tenths or 'No photographs'}.",
        parts,
    )


def tenth_points(points: Sequence[CoveragePoint]) -> list[CoveragePoint]:
    """For each tenth of the photographs the first point that answers so many, each once."""
    found = [next((p for p in points if p.answered >= tenth / 10 - 1e-9), None) for tenth in range(1, 11)]
    return list(dict.fromkeys(p for p in found if p is not None))


@dataclass(frozen=True)
class _Logarithmic:
    """A scale of kilometres between powers of ten."""

    low: int
    high: int

    @classmethod
    def around(cls, values: Sequence[float]) -> _Logarithmic:
        """The powers of ten around `values`, those below 1 km aside."""
        kept = [max(v, 1.0) for v in values if math.isfinite(v)] or [100.0]
        low, high = math.floor(math.log10(min(kept))), math.ceil(math.log10(max(kept)))
        return cls(10**low, 10 ** max(high, low + 1))

    def share(self, km: float) -> float:
        return math.log(max(km, 1.0) / self.low) / math.log(self.high / self.low)

    @property
    def ticks(self) -> list[int]:
        decades = [self.low * 10**k for k in range(len(str(self.high // self.low)))]
        between = [step * tick for tick in decades[:-1] for step in ((2, 5) if len(decades) == 2 else (3,))]
        return sorted([*decades, *between] if len(decades) < 4 else decades)


def _limit(upper: _Panel, lower: _Panel, limit: CoveragePoint, scale: _Logarithmic) -> list[str]:
    x = upper.x(limit.answered)
    # The text stands on the side with more room, low, where a curve of shares seldom comes.
    left = limit.answered > 0.55
    at = f'x="{float(x) + (-9 if left else 9):.1f}" text-anchor="{"end" if left else "start"}"'
    parts = [f'<path class="limit" d="M{x},{upper.top}V{lower.bottom}"/>']
    words = [f"the pack answers {_percent(limit.answered)}"]
    if limit.right.n:
        words.append(f"{_percent(limit.right.share)} of these right")
        parts.append(f'<circle class="dot" cx="{x}" cy="{upper.y(limit.right.share)}" r="4.5"/>')
    if math.isfinite(limit.median_km):
        y = lower.y(scale.share(limit.median_km))
        parts += [
            f'<circle class="dot" cx="{x}" cy="{y}" r="4.5"/>',
            f'<text class="said" {at} y="{lower.bottom - 10:.1f}">median {limit.median_km:,.0f} km</text>',
        ]
    for line, text in enumerate(words):
        parts.append(f'<text class="said" {at} y="{upper.bottom - 32 + 19 * line:.1f}">{text}</text>')
    return parts


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _legend(text: str) -> str:
    return f'<text x="{SIZE / 2 + 20:.0f}" y="16" text-anchor="middle">{text}</text>'


def _tenths(panel: _Panel) -> str:
    return "".join(panel.level(share / 5, f"{20 * share} %") for share in range(6))


def _across(panel: _Panel, text: str) -> str:
    """The scale to the right under a panel, and what it measures."""
    ticks = "".join(
        f'<path class="grid" d="M{panel.x(i / 5)},{panel.bottom:.1f}v5"/>'
        f'<text x="{panel.x(i / 5)}" y="{panel.bottom + 20:.1f}" text-anchor="middle">{20 * i} %</text>'
        for i in range(6)
    )
    base = f'<path class="grid" d="M{panel.x(0)},{panel.bottom:.1f}H{panel.x(1)}"/>'
    return f'{base}{ticks}<text x="{panel.x(0.5)}" y="{panel.bottom + 46:.1f}" text-anchor="middle">{text}</text>'


def _whisker(panel: _Panel, at: float, share: Share) -> str:
    x, few = panel.x(at), " few" if share.n < FEW else ""
    ends = "".join(f"M{float(x) - 4:.1f},{panel.y(end)}h8" for end in (share.low, share.high))
    return (
        f'<path class="whisker" d="M{x},{panel.y(share.low)}V{panel.y(share.high)}{ends}"/>'
        f'<circle class="dot{few}" cx="{x}" cy="{panel.y(share.share)}" r="5"/>'
    )


def _curve(places: Sequence[str]) -> str:
    return f'<path class="curve" d="M{"L".join(places)}"/>' if places else ""


def _drawing(name: str, title: str, description: str, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="diagram" width="{SIZE}" height="{SIZE}" '
        f'viewBox="0 0 {SIZE} {SIZE}" role="img" '
        f'aria-labelledby="{name}-title {name}-description"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-description">{escape(description)}</desc><style>{STYLE}</style>'
        f'<rect class="paper" width="{SIZE}" height="{SIZE}"/>{"".join(parts)}</svg>'
    )
