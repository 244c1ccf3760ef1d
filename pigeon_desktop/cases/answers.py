"""What was said of a photograph, as a case keeps it: all of it, and to the last digit."""

from __future__ import annotations

import hashlib
import json
import sys
import zlib
from dataclasses import fields
from pathlib import Path
from typing import Any, cast, get_args

from pigeon_desktop.cases.audit import canonical
from pigeon_desktop.earth.atlas import Place
from pigeon_desktop.engine.prediction import Candidate, PackMark, Prediction, Status
from pigeon_desktop.errors import PigeonError

MOST_BYTES = 8 << 20
"""No record is longer as JSON: a thousand candidates with all their cells are shorter."""
MOST_KM = 100_000.0
"""More than any distance on the globe, whatever a calibration made of it."""
ONE = 1.000001
"""The most that probabilities can come to, which are sums of rounded numbers."""


def packed(prediction: Prediction) -> bytes:
    """The answer without what the case knows otherwise (path, pack, device) and without the belief."""
    answer = {
        "status": prediction.status,
        "reason": prediction.reason,
        "warnings": prediction.warnings,
        "candidates": [vars(candidate) | {"place": vars(candidate.place)} for candidate in prediction.candidates],
        "countries": prediction.countries,
        "removed": prediction.removed_by_filter,
        "seconds": prediction.seconds,
    }
    return zlib.compress(canonical(answer).encode("ascii"), 1)


def digest(record: bytes) -> str:
    """By what the audit chain knows a record: SHA-256 in hex."""
    return hashlib.sha256(record).hexdigest()


def unpacked(record: bytes, path: Path, sha256: str, pack: PackMark, device: str) -> Prediction:
    """The prediction of a record that `packed` made. A case may come from anybody: whatever reports and the window
    rely on is looked at here.

    Raises:
        PigeonError: it is none.
    """
    try:
        answer = json.loads(_unzipped(record), parse_constant=_no_number)
        status, candidates = _text(answer["status"]), _candidates(answer["candidates"])
        if status not in get_args(Status) or (status == "located" and not candidates):
            raise ValueError(f"status {status[:40]!r} with {len(candidates)} candidates")
        return Prediction(
            path=path,
            sha256=sha256,
            status=cast(Status, status),
            reason=_text(answer["reason"]),
            warnings=tuple(map(_text, _list(answer["warnings"]))),
            candidates=candidates,
            countries=tuple((_text(code), _number(p, 0, ONE)) for code, p in _list(answer["countries"])),
            removed_by_filter=_number(answer["removed"], 0, ONE),
            pack=pack,
            device=device,
            seconds=_number(answer["seconds"], 0, sys.float_info.max),
        )
    except (zlib.error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise PigeonError(
            f"{path}: what the case holds of it is damaged ({error}). Run the case again with another pack or filter, "
            "which answers anew, or take a copy of the case."
        ) from error


def _unzipped(record: bytes) -> bytes:
    """The JSON of a record, which may not fill the memory."""
    unpacking = zlib.decompressobj()
    text = unpacking.decompress(record, MOST_BYTES)
    if not unpacking.eof or unpacking.unused_data:
        raise ValueError("cut short, too long, or followed by other bytes")
    return text


def _candidates(values: object) -> tuple[Candidate, ...]:
    candidates = tuple(_candidate(rank, *each) for rank, each in enumerate(map(_parts, _list(values)), start=1))
    if sum(candidate.probability for candidate in candidates) > ONE:
        raise ValueError("probabilities that sum to more than 1")
    return candidates


def _parts(values: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of a candidate and of its place, by their names and no others."""
    candidate, place = dict(values), dict(values["place"])
    if candidate.keys() != _fields(Candidate) or not _fields(Place) - {"city_country_code"} <= place.keys():
        raise ValueError("a candidate that is none")
    return candidate, place


def _fields(kind: Any) -> set[str]:
    return {field.name for field in fields(kind)}


def _candidate(rank: int, values: dict[str, Any], place: dict[str, Any]) -> Candidate:
    if values["rank"] != rank:
        raise ValueError("candidates out of order")
    city_km = _number(place.pop("city_km"), 0, MOST_KM)
    return Candidate(
        rank=rank,
        probability=_number(values["probability"], 0, ONE),
        latitude=_number(values["latitude"], -90, 90),
        longitude=_number(values["longitude"], -180, 180),
        radius_km=_number(values["radius_km"], 0, MOST_KM),
        place=Place(**{name: _text(value) for name, value in place.items()}, city_km=city_km),
        cells=tuple(map(_text, _list(values["cells"]))),
    )


def _number(value: object, low: float, high: float) -> float:
    # A bool is an int to Python; here it is not. What is no number compares as false.
    if type(value) not in (int, float) or not low <= cast(float, value) <= high:
        raise ValueError(f"{str(value)[:40]!r} is no number from {low:g} to {high:g}")
    return float(cast(float, value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{str(value)[:40]!r} is no text")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{str(value)[:40]!r} is no list")
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
