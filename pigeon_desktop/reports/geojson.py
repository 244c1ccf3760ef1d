"""A GeoJSON FeatureCollection (RFC 7946): candidates as points, on request their regions as areas."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

import shapely

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.prediction import Candidate, Prediction
from pigeon_desktop.reports import verdicts
from pigeon_desktop.reports.context import ReportContext
from pigeon_desktop.reports.text import utf8

AREA_DEGREES = 0.02
"""Outlines are drawn to this tolerance: about 2 km, far below any radius."""


def write(predictions: Iterable[Prediction], out: TextIO, context: ReportContext) -> None:
    """Write a feature a candidate, one for a confirmed verdict, and one without geometry for a photograph without.

    Coordinates are longitude, latitude, as the format wants. With `context.areas` a second feature holds the
    candidate's region; outer rings run counterclockwise. The run's marks are the member "pigeon".
    """
    out.write(f'{{"type": "FeatureCollection",\n"pigeon": {_json(context.record())},\n"features": [')
    between = "\n"
    for prediction in predictions:
        for feature in _features(prediction, context):
            out.write(between + _json(feature))
            between = ",\n"
        out.flush()
    out.write("\n]}\n")


def _json(value: object) -> str:
    # What is no text becomes an escape of JSON's own.
    return utf8(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _features(prediction: Prediction, context: ReportContext) -> Iterator[dict[str, Any]]:
    cells, verdict = context.cells_of(prediction) if context.areas else None, context.verdict_on(prediction)
    photo: dict[str, Any] = {
        "path": utf8(str(prediction.path)),
        "sha256": prediction.sha256,
        "status": prediction.status,
        "reason": utf8(prediction.reason),
        "warnings": [utf8(warning) for warning in prediction.warnings],
    }
    if verdict is not None:
        photo["verdict"] = verdicts.record(verdict)
    at = verdicts.spot(verdict)
    if at is not None:
        yield {"type": "Feature", "geometry": _point(*at), "properties": photo | {"kind": "verdict"}}
    elif not prediction.candidates:
        yield {"type": "Feature", "geometry": None, "properties": photo}
    for candidate in prediction.candidates:
        point = _point(candidate.latitude, candidate.longitude)
        about = photo | _properties(candidate)
        yield {"type": "Feature", "geometry": point, "properties": about | {"kind": "candidate"}}
        if cells is not None:
            area = json.loads(shapely.to_geojson(region(candidate, cells)))
            yield {"type": "Feature", "geometry": area, "properties": about | {"kind": "region"}}


def _point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [round(longitude, 5), round(latitude, 5)]}


def _properties(candidate: Candidate) -> dict[str, Any]:
    return {
        "rank": candidate.rank,
        "probability": round(candidate.probability, 6),
        "radius_km": round(candidate.radius_km, 1),
        "country_code": candidate.place.country_code,
        "country": candidate.place.country,
        "region": candidate.place.region,
        "city": candidate.place.city,
        "city_km": round(candidate.place.city_km, 1),
        "cells": list(candidate.cells),
    }


def region(candidate: Candidate, cells: GeocellSet) -> Any:
    """The candidate's cells as one area, x = longitude, outer rings counterclockwise."""
    whole = shapely.union_all(cells.polygons[[cells.index[cell] for cell in candidate.cells]])
    # Simplified, then on a grid of 100 m: set_precision keeps it valid, plain rounding would not.
    plain = shapely.set_precision(shapely.simplify(whole, AREA_DEGREES), 0.001)
    return shapely.orient_polygons(whole if shapely.is_empty(plain) else plain)
