"""KML 2.2 (OGC 07-147r2) for Google Earth: a folder a photograph, in it the candidates with radius and area.

What is seen at first is each photograph's answer alone: its confirmed verdict, or else its first candidate. The other
candidates are there to be switched on, as are those of photographs that were rejected or of which the program can't
tell. Where the context names one candidate, that one alone is written and seen. Nothing refers to an icon elsewhere:
Google Earth would fetch it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TextIO

import shapely

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.earth.atlas import CREDIT
from pigeon_desktop.earth.disc import disc
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.reports import verdicts
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.geojson import region
from pigeon_desktop.reports.text import STATES, coordinate, kilometres, percent
from pigeon_desktop.reports.xml import DECLARATION, element, leaf, page, texts

NAMESPACE = "http://www.opengis.net/kml/2.2"
TITLE = f"Where may these photographs have been taken? {LEAD.capitalize()}"
RADIUS = "The circle holds the place in 80 % of cases, if this region is the right one."
LEAST_VIEW_KM = 5.0
"""Half the height of what is seen around a coordinate, at least."""

FIELDS: Mapping[str, str] = {
    "rank": "int",
    "probability": "double",
    "radius_km": "double",
    "country_code": "string",
    "country": "string",
    "region": "string",
    "city": "string",
    "city_km": "double",
    "cells": "string",
}
"""What is said of a candidate, as typed data: name and type."""

# Colours are opacity, blue, green, red in hexadecimal.
SURE = "ff50c878"
RANKS = ("ff1f5fff", "ff4f8fff", "ff7fafff", "ffa8c8ff", "ffc8dcff")
"""By rank: the further down, the paler. Candidates after these look like the last."""
FAINT = "38"
"""The opacity of areas: the ground must be seen through several of them."""


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write the document, photograph by photograph. Coordinates are longitude, latitude, as the format wants."""
    out.write(_head(context))
    for prediction in predictions:
        out.write(_folder(prediction, context))
        out.flush()
    out.write("</Document></kml>\n")


def _head(context: ReportContext) -> str:
    about = context.marks()
    said = [f"{LEAD.capitalize()}. A circle holds the place in 80 % of cases, if that region is the right one."]
    said += [f"{name}: {value}" for name, value in about.items()]
    fields = "".join(element("SimpleField", "", type=kind, name=name) for name, kind in FIELDS.items())
    return (
        f'{DECLARATION}<kml xmlns="{NAMESPACE}"><Document>{leaf("name", TITLE)}{leaf("open", 1)}'
        f"{leaf('Snippet', LEAD.capitalize(), maxLines=1)}{element('description', page([*said, CREDIT]))}"
        f"{''.join(_styles())}{_data(about | {'Note': LEAD})}"
        f"{element('Schema', fields, name='candidate', id='candidate')}\n"
    )


def _styles() -> Iterator[str]:
    # The title of a balloon would be a file's name, read as HTML; the description has it as text.
    balloon = element("BalloonStyle", leaf("text", "$[description]"))
    for rank, colour in enumerate(RANKS, start=1):
        first = rank == 1
        pin = element("IconStyle", leaf("color", colour) + leaf("scale", 1.1 if first else 0.8))
        label = element("LabelStyle", leaf("scale", 0.9 if first else 0.7))
        line = element("LineStyle", leaf("color", colour) + leaf("width", 2 if first else 1))
        area = element("PolyStyle", leaf("color", FAINT + colour[2:]) + leaf("outline", 0))
        yield element("Style", pin + label + balloon, id=f"point{rank}")
        yield element("Style", line + element("PolyStyle", leaf("fill", 0)) + balloon, id=f"radius{rank}")
        yield element("Style", area + balloon, id=f"area{rank}")
    pin = element("IconStyle", leaf("color", SURE) + leaf("scale", 1.3))
    yield element("Style", pin + element("LabelStyle", leaf("scale", 1)) + balloon, id="verdict")


def _folder(prediction: Prediction, context: ReportContext) -> str:
    verdict = context.verdict_on(prediction)
    answered = prediction.status == "located" and (verdict is None or verdict.decision == "undecided")
    shown, alone = prediction.candidates, context.candidate is not None
    if alone:
        shown = tuple(candidate for candidate in shown if candidate.rank == context.candidate)
    short, about = _said(prediction, verdict)
    data = {"path": str(prediction.path), "sha256": prediction.sha256, "status": prediction.status}
    data |= {} if verdict is None else {"verdict": verdict.decision, "verdict_note": verdict.note}
    decided = [_verdict(prediction, verdict)] if verdict is not None and verdicts.spot(verdict) else []
    seen = int(answered or alone or bool(decided))
    parts = decided + [_candidate(c, prediction, context, seen=alone or (answered and c.rank == 1)) for c in shown]
    return (
        f"<Folder>{leaf('name', prediction.path.name)}{leaf('visibility', seen)}{leaf('open', 0)}"
        f"{leaf('Snippet', short, maxLines=1)}{element('description', page(about))}"
        f"{_data(data)}{''.join(parts)}</Folder>\n"
    )


def _said(prediction: Prediction, verdict: Verdict | None) -> tuple[str, list[str]]:
    """What is said of a photograph: in a few words, and as paragraphs."""
    state = STATES[prediction.status]
    first = [f"{c.place} {percent(c.probability)}" for c in prediction.candidates[:1]]
    short = first[0] if first and prediction.status == "located" else state
    about = [prediction.path.name, f"{state.capitalize()}. {prediction.reason}".strip()]
    about += prediction.warnings
    if verdict is not None:
        short = verdicts.headline(verdict)
        about += [short, verdict.note, verdicts.signed(verdict)]
    about += [f"{c.rank}  {c.place} {percent(c.probability)}" for c in prediction.candidates]
    if prediction.elsewhere >= 0.0005:
        about.append(f"elsewhere {percent(prediction.elsewhere)}")
    if prediction.removed_by_filter >= 0.0005:
        about.append(f"“Search within” removed {percent(prediction.removed_by_filter)} of the probability.")
    return short, [*about, str(prediction.path.parent), f"SHA-256 {prediction.sha256}" if prediction.sha256 else ""]


def _verdict(prediction: Prediction, verdict: Verdict) -> str:
    latitude, longitude = verdicts.spot(verdict) or (0.0, 0.0)
    about = [prediction.path.name, verdicts.headline(verdict), verdict.note, verdicts.signed(verdict)]
    return element(
        "Placemark",
        leaf("name", f"{prediction.path.name}: {verdict.place or 'confirmed'}")
        + leaf("visibility", 1)
        + leaf("Snippet", "Confirmed by the analyst", maxLines=1)
        + element("description", page(about))
        + _view(latitude, longitude, LEAST_VIEW_KM)
        + leaf("styleUrl", "#verdict")
        + _data({"kind": "verdict", **{name: str(value) for name, value in verdicts.record(verdict).items() if value}})
        + _point(latitude, longitude),
    )


def _candidate(candidate: Candidate, prediction: Prediction, context: ReportContext, *, seen: bool) -> str:
    """A folder with the candidate's point, radius and area."""
    named = f"{candidate.rank}  {candidate.place} · {percent(candidate.probability)}"
    within = f"within {kilometres(candidate.radius_km)}"
    about = page(
        [
            named,
            f"{coordinate(candidate.latitude, candidate.longitude)}, {within}. {RADIUS}",
            prediction.path.name,
            f"Candidate {candidate.rank} of {len(prediction.candidates)}, probability {candidate.probability:.3f}. "
            f"{LEAD.capitalize()}.",
        ]
    )
    view = _view(candidate.latitude, candidate.longitude, candidate.radius_km)
    look = min(candidate.rank, len(RANKS))
    shapes = {"point": (named, _point(candidate.latitude, candidate.longitude))}
    circle = disc(candidate.latitude, candidate.longitude, candidate.radius_km)
    shapes["radius"] = (f"Radius, {kilometres(candidate.radius_km)}", _polygons(circle))
    cells = context.cells_of(prediction)
    if cells is not None:
        shapes["area"] = ("Area of the region", _polygons(region(candidate, cells)))
    return element(
        "Folder",
        f"{leaf('name', named)}{leaf('visibility', int(seen))}{leaf('open', 0)}{leaf('Snippet', within, maxLines=1)}"
        f"{element('description', about)}{view}"
        + "".join(
            element(
                "Placemark",
                f"{leaf('name', name)}{leaf('visibility', int(seen))}{leaf('Snippet', '', maxLines=0)}"
                f"{element('description', about)}{view}{leaf('styleUrl', f'#{kind}{look}')}"
                f"{_typed(candidate) if kind == 'point' else ''}{shape}",
            )
            for kind, (name, shape) in shapes.items()
        ),
    )


def _typed(candidate: Candidate) -> str:
    place = candidate.place
    values = (
        candidate.rank,
        round(candidate.probability, 6),
        round(candidate.radius_km, 1),
        *(place.country_code, place.country, place.region, place.city, round(place.city_km, 1)),
        " ".join(candidate.cells),
    )
    simple = "".join(leaf("SimpleData", value, name=name) for name, value in zip(FIELDS, values, strict=True))
    return element("ExtendedData", element("SchemaData", simple, schemaUrl="#candidate"))


def _data(values: Mapping[str, str]) -> str:
    """Untyped data, texts with their line breaks."""
    return element(
        "ExtendedData",
        "".join(element("Data", element("value", texts(value)), name=name) for name, value in values.items() if value),
    )


def _view(latitude: float, longitude: float, radius_km: float) -> str:
    """Where to look from so that the radius fills about half the picture: `range` is in metres."""
    metres = round(4000 * min(max(radius_km, LEAST_VIEW_KM), 3000.0))
    return element(
        "LookAt", leaf("longitude", round(longitude, 5)) + leaf("latitude", round(latitude, 5)) + leaf("range", metres)
    )


def _point(latitude: float, longitude: float) -> str:
    return element("Point", leaf("coordinates", f"{longitude:.5f},{latitude:.5f}"))


def _polygons(area: Any) -> str:
    """Every piece of an area in degrees (x = longitude), holes included."""
    return element("MultiGeometry", "".join(map(_polygon, shapely.get_parts(area))))


def _polygon(polygon: Any) -> str:
    holes = "".join(element("innerBoundaryIs", _ring(hole)) for hole in polygon.interiors)
    return element("Polygon", leaf("tessellate", 1) + element("outerBoundaryIs", _ring(polygon.exterior)) + holes)


def _ring(ring: Any) -> str:
    # About 10 m; Python writes no more digits than are needed.
    vertices = " ".join(f"{x},{y}" for x, y in shapely.get_coordinates(ring).round(4).tolist())
    return element("LinearRing", leaf("coordinates", vertices))
