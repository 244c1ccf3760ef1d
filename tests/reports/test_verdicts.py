"""Verdicts and the case's marks in the formats that were there before cases were."""

import csv as stdlib_csv
import io
import json
from pathlib import Path

import pytest

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import csv, geojson, html, jsonl, verdicts
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.writers import Writer
from tests.reports.pages import Page
from tests.reports.predictions import abstained, confirmed, context, failed, hostile, in_case, located, undecodable

ONE = located()
DECIDED = in_case({ONE.sha256: confirmed()})


def written(writer: Writer, about: ReportContext, *predictions: Prediction) -> str:
    out = io.StringIO()
    writer(predictions, out, about)
    out.getvalue().encode("utf-8")
    return out.getvalue()


def test_verdicts_in_words() -> None:
    assert verdicts.headline(confirmed()) == "Confirmed: Lisbon, Portugal (candidate 1), 31.26012° N, 3.74000° E"
    own = Verdict("confirmed", -1.0, -2.0)
    assert verdicts.headline(own) == "Confirmed: the analyst's own coordinate, 1.00000° S, 2.00000° W"
    assert verdicts.headline(Verdict("rejected")) == "Rejected: at none of the candidates"
    assert verdicts.headline(Verdict("undecided")) == "Undecided"
    assert verdicts.signed(confirmed()) == "=Ana & Co, 2026-02-01 08:00:00 UTC"
    assert verdicts.signed(Verdict("undecided")) == ""
    assert verdicts.counted({"rejected": 2, "confirmed": 1_000}) == "1,000 confirmed · 2 rejected"


@pytest.mark.parametrize("verdict", [Verdict("rejected", 1.0, 2.0), Verdict("undecided", 1.0, 2.0), None])
def test_only_a_confirmed_verdict_is_somewhere(verdict: Verdict | None) -> None:
    assert verdicts.spot(verdict) is None
    assert verdicts.spot(confirmed()) == (31.26012, 3.74)


def test_csv_ends_with_what_was_decided() -> None:
    text = written(csv.write, DECIDED, ONE, failed())
    table = list(stdlib_csv.DictReader(io.StringIO(text, newline=""), strict=True))
    ends = ["", "_latitude", "_longitude", "_place", "_note", "_by", "_time"]
    assert list(table[0])[-8:] == ["licence", *(f"verdict{end}" for end in ends)]
    assert [row["verdict"] for row in table] == ["confirmed"] * 3 + [""]
    first = table[0]
    assert (float(first["verdict_latitude"]), float(first["verdict_longitude"])) == (31.26012, 3.74)
    assert first["verdict_note"] == confirmed().note
    assert first["verdict_by"] == "'=Ana & Co", "a name is no formula"
    assert first["verdict_time"] == "2026-02-01T08:00:00Z"


def test_geojson_has_a_feature_for_a_confirmed_verdict() -> None:
    other = located(Path("other.jpg"))
    rejected = {ONE.sha256: confirmed("\udcff")}
    features = json.loads(written(geojson.write, in_case(rejected), ONE))["features"]
    assert [f["properties"]["kind"] for f in features] == ["verdict", "candidate", "candidate", "candidate"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [3.74, 31.26012]}
    assert all(f["properties"]["verdict"]["decision"] == "confirmed" for f in features)
    assert features[0]["properties"]["verdict"]["note"] == "\\udcff"
    features = json.loads(written(geojson.write, in_case({ONE.sha256: Verdict("rejected")}), other))["features"]
    assert [f["properties"]["verdict"]["decision"] for f in features] == ["rejected"] * 3


def test_jsonl_says_more_in_a_case_and_only_there() -> None:
    plain, failure = (json.loads(line) for line in written(jsonl.write, context(), ONE, failed()).splitlines())
    assert plain == ONE.record()
    assert failure == failed().record()
    decided, undecided = (json.loads(line) for line in written(jsonl.write, DECIDED, ONE, failed()).splitlines())
    assert list(decided) == [*plain, "verdict", "run"]
    assert decided["verdict"] == verdicts.record(confirmed())
    assert undecided["verdict"] is None
    assert decided["run"] == DECIDED.record()
    assert decided["run"]["note"] == LEAD
    assert decided["run"]["case"]["head"] == "9f" * 32
    json.loads(written(jsonl.write, DECIDED, undecodable()))


def test_html_shows_the_verdict_and_the_case() -> None:
    page = Page(written(html.write, DECIDED, ONE, abstained(Path("b.jpg")), failed(), hostile()))
    for words in (
        "Confirmed: Lisbon, Portugal (candidate 1), 31.26012° N, 3.74000° E",
        "The tower is <unique>.",
        "=Ana & Co, 2026-02-01 08:00:00 UTC",
        "Who took these?",
        f"{'9f' * 32} after 12 entries",
        "Verdicts: 3 confirmed",  # these three have the same SHA-256
    ):
        assert words in page.text
    assert [a["class"] for a in page.all("div") if str(a.get("class")).startswith("verdict")] == [
        "verdict confirmed"
    ] * 3
    assert "Verdict" not in Page(written(html.write, context(), ONE)).text
