"""jsonl, csv and geojson: what is read back is what was said."""

import csv as stdlib_csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from geojson_pydantic import Feature, FeatureCollection, MultiPolygon, Point, Polygon
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.cli import FORMATS
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.reports import csv, geojson, jsonl
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.text import utf8
from pigeon_desktop.reports.writers import WRITERS, Writer
from tests.reports.predictions import (
    CELLS,
    HOSTILE,
    abstained,
    confirmed,
    context,
    failed,
    hostile,
    in_case,
    located,
    undecodable,
)

# In the order of the design.
RECORD = ["path", "sha256", "status", "reason", "warnings", "candidates", "countries", "removed_by_filter", "pack"]
RECORD += ["device", "seconds"]


def written(writer: Writer, predictions: Iterable[Prediction], about: ReportContext | None = None) -> str:
    out = io.StringIO()
    writer(predictions, out, about or context())
    out.getvalue().encode("utf-8")  # whatever a file is called, the report can be stored
    return out.getvalue()


def test_the_command_line_knows_every_format() -> None:
    assert set(FORMATS) <= {*WRITERS}


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_formats_write_a_photograph_before_they_ask_for_the_next(writer: Writer) -> None:
    out, sizes = io.StringIO(), []

    def predictions() -> Iterator[Prediction]:
        for name in "abc":
            yield located(Path(f"{name}.jpg"))
            sizes.append(len(out.getvalue()))

    writer(predictions(), out, context(None))
    assert sizes[0] > 100
    assert sizes == sorted(set(sizes))


def test_jsonl_is_a_record_a_line() -> None:
    predictions = [located(), abstained(), failed(), hostile()]
    records = [json.loads(line) for line in written(jsonl.write, predictions).splitlines()]
    assert records == [p.record() for p in predictions]
    assert all(list(record) == RECORD for record in records)
    assert "São" in written(jsonl.write, [located(Path("São Tomé.jpg"))])


def test_jsonl_keeps_the_bytes_of_a_name_that_is_no_text() -> None:
    text = written(jsonl.write, [undecodable()])
    assert json.loads(text)["path"].encode("utf-8", "surrogateescape") == b"caf\xe9.jpg"


def rows(predictions: Iterable[Prediction], about: ReportContext | None = None) -> list[dict[str, str]]:
    return list(stdlib_csv.DictReader(io.StringIO(written(csv.write, predictions, about), newline=""), strict=True))


def test_csv_has_a_row_a_candidate_and_one_for_a_failure() -> None:
    table = rows([located(), failed()])
    assert [row["rank"] for row in table] == ["1", "2", "3", ""]
    assert [row["status"] for row in table] == ["located"] * 3 + ["failed"]
    first = table[0]
    assert (float(first["latitude"]), float(first["longitude"])) == (31.25, 3.75)
    assert float(first["elsewhere"]) == pytest.approx(0.15)
    assert first["cells"] == " ".join(located().candidates[0].cells)
    for row in table:
        assert row["note"] == LEAD
        assert row["pack_sha256"] == "ab" * 32
        assert (row["tool"], row["self_check"], row["created"]) == (
            "Pigeon Desktop 9.9",
            "0.99987",
            "2026-01-31T12:00:05Z",
        )
        assert None not in row.values()


def test_csv_numbers_stay_numbers() -> None:
    # South and west: a minus in front is no formula where the field is a number.
    assert rows([located()])[2]["latitude"] == "-16.5"


@given(st.text(max_size=20))
def test_csv_text_never_starts_a_formula(text: str) -> None:
    safe = csv.harmless(text)
    assert safe.lstrip()[:1] not in ("=", "+", "-", "@")
    assert safe[:1] not in ("\t", "\r", "\n")
    assert safe.removeprefix("'") == text or safe == text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", " =1", "\t=1", "\r=1", "\n1", "\xa0=1"])
def test_csv_formulas_are_quoted(text: str) -> None:
    assert csv.harmless(text) == "'" + text


def test_csv_hostile_names_stay_in_their_field() -> None:
    (row,) = rows([hostile()])
    assert row["path"] == str(Path("folder") / HOSTILE)
    assert row["country"] == "'=1+1"


def test_geojson_points_lie_where_the_candidates_do() -> None:
    collection = json.loads(written(geojson.write, [located(), failed(), undecodable()]))
    assert collection["type"] == "FeatureCollection"
    features = collection["features"]
    assert [f["geometry"] and f["geometry"]["type"] for f in features] == ["Point"] * 3 + [None] + ["Point"] * 3
    point, candidate = features[0], located().candidates[0]
    assert point["geometry"]["coordinates"] == [candidate.longitude, candidate.latitude]
    assert point["properties"]["radius_km"] == candidate.radius_km
    assert features[3]["properties"]["reason"] == failed().reason
    assert collection["pigeon"]["note"] == LEAD
    assert collection["pigeon"]["pack"]["sha256"] == "ab" * 32
    assert collection["pigeon"]["self_check"] == 0.99987


def test_geojson_of_nothing_is_whole() -> None:
    assert json.loads(written(geojson.write, []))["features"] == []


def test_geojson_areas_are_the_regions() -> None:
    features = json.loads(written(geojson.write, [located()], context(areas=True)))["features"]
    areas = [f for f in features if f["properties"]["kind"] == "region"]
    assert len(areas) == 3
    assert len(features) == 6
    for area, candidate in zip(areas, located().candidates, strict=True):
        shape = shapely.from_geojson(json.dumps(area["geometry"]))
        whole = shapely.union_all(CELLS.polygons[[CELLS.index[cell] for cell in candidate.cells]])
        assert shape.is_valid
        assert shape.symmetric_difference(whole).area < 0.01 * whole.area
        # RFC 7946: outer rings run counterclockwise.
        assert all(part.exterior.is_ccw for part in shapely.get_parts(shape))


def test_geojson_is_what_the_standard_allows() -> None:
    about = replace(in_case({located().sha256: confirmed()}), areas=True)
    text = written(geojson.write, [located(), abstained(), failed(), hostile(), undecodable()], about)
    collection = FeatureCollection[Feature[Point | Polygon | MultiPolygon | None, dict]].model_validate_json(text)
    for feature in collection.features:
        if isinstance(feature.geometry, Point):
            # RFC 7946: longitude before latitude.
            assert -180 <= feature.geometry.coordinates[0] <= 180
            assert -90 <= feature.geometry.coordinates[1] <= 90


def test_geojson_goes_through_shapely_and_back() -> None:
    text = written(geojson.write, [located(), abstained()], context(areas=True))
    features = json.loads(text)["features"]
    for feature, shape in zip(features, shapely.get_parts(shapely.from_geojson(text)), strict=True):
        assert shape.is_valid
        again = shapely.from_geojson(shapely.to_geojson(shape))
        assert again.equals(shape)
        assert again.geom_type == feature["geometry"]["type"]
        assert abs(again.area - shapely.from_geojson(json.dumps(feature["geometry"])).area) < 1e-12


@given(st.text(st.characters(), max_size=30).filter(lambda s: "\0" not in s))
def test_any_name_comes_back_from_csv_and_geojson(name: str) -> None:
    bad = replace(located(Path("folder") / f"x{name}"), reason=name, warnings=(name,))
    about = in_case({bad.sha256: Verdict("confirmed", 1.0, 2.0, note=name, place=name, by=name)})
    row = rows([bad], about)[0]
    assert row["path"] == utf8(str(bad.path))
    assert row["verdict_note"].removeprefix("'") in (utf8(name), utf8(name).removeprefix("'"))
    properties = json.loads(written(geojson.write, [bad], about))["features"][0]["properties"]
    assert properties["path"] == utf8(str(bad.path))
    assert properties["verdict"]["note"] == properties["reason"] == utf8(name)


def test_an_error_while_locating_is_not_swallowed() -> None:
    def predictions() -> Iterator[Prediction]:
        yield located()
        raise PigeonError("the disk is gone")

    for writer in WRITERS.values():
        with pytest.raises(PigeonError, match="disk"):
            written(writer, predictions(), context(None))
