"""GPX 1.1: a waypoint a photograph, where it was confirmed to be or where its first candidate lies.

No waypoint has a time: the format means that of a capture, and nobody knows it. Photographs of which the program can't
tell, that could not be read or whose candidates were rejected have no waypoint; the file ends with their numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TextIO

from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import verdicts
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.text import kilometres, percent
from pigeon_desktop.reports.xml import DECLARATION, element, leaf, text, texts

NAMESPACE = "http://www.topografix.com/GPX/1/1"
OURS = "urn:pigeon-desktop:report"
LEFT_OUT = "can't tell, could not be read, or its candidates were rejected"
SYMBOLS = {"candidate": "Flag, Blue", "verdict": "Flag, Green"}
"""Names that receivers of Garmin's know."""


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write the waypoints as they come, and at last how many photographs have none, and why."""
    out.write(_head(context))
    counts: Counter[str] = Counter()
    for prediction in predictions:
        kind = _kind(prediction, context)
        counts[kind] += 1
        out.write(_waypoint(prediction, context, kind) if kind in SYMBOLS else "")
        out.flush()
    numbers = "".join(leaf(f"pigeon:{kind}", number) for kind, number in sorted(counts.items()))
    out.write(element("extensions", element("pigeon:photographs", numbers)) + "</gpx>\n")


def _head(context: ReportContext) -> str:
    about = [
        f"{LEAD.capitalize()}. A waypoint is the first candidate of a photograph, or where the analyst confirmed it.",
        f"A photograph without one: {LEFT_OUT}; their numbers stand at the end of the file.",
        *(f"{name}: {value}" for name, value in context.marks().items()),
    ]
    return (
        f'{DECLARATION}<gpx xmlns="{NAMESPACE}" xmlns:pigeon="{OURS}" '
        f'version="1.1" creator="{text(context.tool)}">'
        + element(
            "metadata",
            leaf("name", f"Where may these photographs have been taken? {LEAD.capitalize()}")
            + element("desc", texts("\n".join(about)))
            + leaf("time", context.created_text),
        )
        + "\n"
    )


def _kind(prediction: Prediction, context: ReportContext) -> str:
    """What a photograph's waypoint is, or why it has none."""
    verdict = context.verdict_on(prediction)
    if verdicts.spot(verdict):
        return "verdict"
    if verdict is not None and verdict.decision == "rejected":
        return "rejected"
    return "candidate" if prediction.status == "located" else prediction.status


def _waypoint(prediction: Prediction, context: ReportContext, kind: str) -> str:
    verdict = context.verdict_on(prediction)
    data = {"kind": kind, "path": str(prediction.path), "sha256": prediction.sha256}
    if verdict is not None and (at := verdicts.spot(verdict)):
        about = [verdicts.headline(verdict), verdict.note, verdicts.signed(verdict)]
        data |= {"place": verdict.place, "by": verdict.by, "decided": verdict.time}
    else:
        first = prediction.candidates[0]
        at = first.latitude, first.longitude
        share = f"probability {percent(first.probability)}, within {kilometres(first.radius_km)}"
        about = [f"Candidate 1 of {len(prediction.candidates)}: {first.place}, {share}. {LEAD.capitalize()}."]
        data |= {
            "place": str(first.place),
            "rank": "1",
            "probability": f"{first.probability:.6f}",
            "radius_km": f"{first.radius_km:.1f}",
        }
        about += prediction.warnings
    pack = f"{context.pack.name} {context.pack.version} ({context.pack.sha256})"
    return (
        element(
            "wpt",
            leaf("name", prediction.path.name)
            + element("desc", texts("\n".join(line for line in about if line)))
            + leaf("src", f"{context.tool}, pack {pack}, {prediction.device}")
            + leaf("sym", SYMBOLS[kind])
            + leaf("type", kind)
            + element("extensions", "".join(leaf(f"pigeon:{name}", value) for name, value in data.items() if value)),
            lat=f"{at[0]:.5f}",
            lon=_longitude(at[1]),
        )
        + "\n"
    )


def _longitude(degrees: float) -> str:
    """The format ends before 180: the antimeridian is at -180."""
    written = f"{degrees:.5f}"
    return "-180.00000" if float(written) >= 180 else written
