"""Records of answers that somebody made to do harm: bombs, and JSON that no answer is."""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import pytest

from pigeon_desktop.cases.answers import packed, unpacked
from pigeon_desktop.errors import PigeonError
from tests.reports.predictions import MARK, located

from .made import FIRST, of_first, record


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no zlib",
        packed(located())[:-3],
        packed(located()) + b"more",
        zlib.compress(bytes(64 << 20), 9),  # a bomb
        zlib.compress(b"[" * 100_000),
        zlib.compress(b'{"status": "\xff"}'),
        zlib.compress(b"[]"),
        zlib.compress(b"9" * 5000),
        record(status="certain"),
        record(status=["located"]),
        record(candidates=[]),
        record(candidates={"0": FIRST}),
        record(candidates=[FIRST | {"probability": 0.7}, FIRST | {"rank": 2, "probability": 0.7}]),
        record(reason=5),
        record(warnings="text"),
        record(countries=[["SE"]]),
        record(countries=[["SE", float("nan")]]),
        record(removed=2),
        record(seconds=-1),
        of_first(latitude=float("nan")),
        of_first(latitude=91),
        of_first(longitude=float("inf")),
        of_first(radius_km=1e300),
        of_first(radius_km=10**400),
        of_first(probability=True),
        of_first(rank=2),
        of_first(cells=[1]),
        of_first(cells="AA"),
        of_first(place=[]),
        of_first(place=FIRST["place"] | {"city": 5}),
        of_first(place=FIRST["place"] | {"city_km": None}),
        of_first(place=FIRST["place"] | {"__class__": "x"}),
        of_first(more=1),
    ],
)
def test_an_absurd_record_is_refused(data: bytes):
    start = time.perf_counter()
    with pytest.raises(PigeonError, match=r"a\.jpg: what the case holds of it is damaged"):
        unpacked(data, Path("a.jpg"), "", MARK, "")
    assert time.perf_counter() - start < 2
