"""What was said of a photograph, as a case keeps it: all of it, and to the last digit."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

from pigeon_desktop.cases.audit import canonical
from pigeon_desktop.earth.atlas import Place
from pigeon_desktop.engine.prediction import Candidate, PackMark, Prediction
from pigeon_desktop.errors import PigeonError


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
    """The prediction of a record that `packed` made.

    Raises:
        PigeonError: it is none.
    """
    try:
        answer: dict[str, Any] = json.loads(zlib.decompress(record))
        return Prediction(
            path=path,
            sha256=sha256,
            status=answer["status"],
            reason=answer["reason"],
            warnings=tuple(answer["warnings"]),
            candidates=tuple(
                Candidate(**{**c, "place": Place(**c["place"]), "cells": tuple(c["cells"])})
                for c in answer["candidates"]
            ),
            countries=tuple((code, p) for code, p in answer["countries"]),
            removed_by_filter=answer["removed"],
            pack=pack,
            device=device,
            seconds=answer["seconds"],
        )
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise PigeonError(
            f"{path}: what the case holds of it is damaged ({error}). Run the case again with another pack or filter, "
            "which answers anew, or take a copy of the case."
        ) from error
