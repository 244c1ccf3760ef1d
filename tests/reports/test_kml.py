"""KML: valid by the OGC's schema, read back as it was said, hostile names as text."""

import html as stdlib_html
import io
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import kml
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.text import percent, printable
from tests.reports.pages import Page
from tests.reports.predictions import (
    CELLS,
    abstained,
    confirmed,
    context,
    failed,
    hostile,
    in_case,
    located,
    undecodable,
)
from tests.reports.schemas import valid

NS = {"k": kml.NAMESPACE}


def document(*predictions: Prediction, about: ReportContext | None = None) -> etree._Element:
    out = io.StringIO()
    kml.write(predictions, out, about or context())
    return valid("kml", out.getvalue())


def folders(root: etree._Element) -> list[etree._Element]:
    return root.findall("k:Document/k:Folder", NS)


def placemarks(root: etree._Element, style: str) -> list[etree._Element]:
    return [p for p in root.iterfind(".//k:Placemark", NS) if p.findtext("k:styleUrl", "", NS).startswith(f"#{style}")]


def area(placemark: etree._Element) -> shapely.Geometry:
    """The placemark's polygons, read as any reader of KML would."""
    pieces = []
    for polygon in placemark.iterfind(".//k:Polygon", NS):
        rings = [
            [tuple(map(float, pair.split(","))) for pair in (text or "").split()]
            for text in (ring.text for ring in polygon.iterfind(".//k:coordinates", NS))
        ]
        pieces.append(shapely.Polygon(rings[0], rings[1:]))
    return shapely.union_all(pieces)


def test_all_kinds_of_photographs_are_valid_kml() -> None:
    verdicts = {located().sha256: confirmed()}
    root = document(located(), abstained(), failed(), hostile(), undecodable(), about=in_case(verdicts))
    assert [f.findtext("k:name", "", NS) for f in folders(root)] == [
        "a photo.jpg",
        "sky.jpg",
        "broken.jpg",
        printable(hostile().path.name),
        "caf\\udce9.jpg",
    ]
    assert folders(document()) == []


def test_candidates_lie_where_they_were_said_to() -> None:
    root = document(located())
    points, circles, areas = (placemarks(root, style) for style in ("point", "radius", "area"))
    assert len(points) == len(circles) == len(areas) == 3
    for point, circle, region, candidate in zip(points, circles, areas, located().candidates, strict=True):
        longitude, latitude = map(float, point.findtext(".//k:coordinates", "", NS).split(","))
        assert (latitude, longitude) == (candidate.latitude, candidate.longitude)
        round_ = area(circle)
        assert round_.is_valid
        assert round_.covers(shapely.Point(longitude, latitude))
        south, north = round_.bounds[1], round_.bounds[3]
        assert (north - south) / 2 * 111.195 == pytest.approx(candidate.radius_km, rel=0.01)
        cells = shapely.union_all(CELLS.polygons[[CELLS.index[cell] for cell in candidate.cells]])
        assert area(region).symmetric_difference(cells).area < 0.01 * cells.area
        typed = {d.get("name"): d.text for d in point.iterfind(".//k:SimpleData", NS)}
        assert float(typed["probability"] or 0) == candidate.probability
        assert int(typed["rank"] or 0) == candidate.rank
        assert typed["city"] == "Lisbon"
        assert (typed["cells"] or "").split() == list(candidate.cells)
    assert [len(circle.findall(".//k:Polygon", NS)) for circle in circles] == [1, 1, 2], "Fiji is cut"
    assert placemarks(document(located(), about=context(None)), "area") == []


def test_typed_data_are_those_of_the_schema() -> None:
    root = document(located())
    names = [f.get("name") for f in root.iterfind(".//k:Schema/k:SimpleField", NS)]
    assert names == list(kml.FIELDS)
    for data in root.iterfind(".//k:SchemaData", NS):
        assert [d.get("name") for d in data] == names
        assert data.get("schemaUrl") == "#candidate"


def seen(root: etree._Element) -> list[str]:
    return [
        p.findtext("k:styleUrl", "", NS)
        for p in root.iterfind(".//k:Placemark", NS)
        if p.findtext("k:visibility", "", NS) == "1"
    ]


@pytest.mark.parametrize(
    ("prediction", "verdict", "styles"),
    [
        (located(), None, ["#point1", "#radius1", "#area1"]),
        (located(), Verdict("undecided", note="?"), ["#point1", "#radius1", "#area1"]),
        (located(), confirmed(), ["#verdict"]),
        (located(), Verdict("rejected"), []),
        (abstained(), None, []),
        (abstained(), confirmed(), ["#verdict"]),
    ],
)
def test_only_the_answer_is_seen_at_first(prediction: Prediction, verdict: Verdict | None, styles: list[str]) -> None:
    root = document(prediction, about=in_case({} if verdict is None else {prediction.sha256: verdict}))
    assert seen(root) == styles
    (folder,) = folders(root)
    assert folder.findtext("k:visibility", "", NS) == str(int(bool(styles)))
    assert folder.findtext("k:open", "", NS) == "0"


def test_every_style_that_is_used_is_there() -> None:
    many = replace(located(), candidates=tuple(replace(located().candidates[0], rank=r) for r in range(1, 9)))
    root = document(many, about=in_case({many.sha256: confirmed()}))
    ids = {s.get("id") for s in root.iterfind(".//k:Style", NS)}
    assert {p.findtext("k:styleUrl", "", NS)[1:] for p in root.iterfind(".//k:Placemark", NS)} <= ids


def test_nothing_is_fetched() -> None:
    root = document(located(), hostile(), about=in_case({located().sha256: confirmed()}))
    assert not [e.tag for e in root.iter() if etree.QName(e).localname in ("href", "Icon", "NetworkLink", "link")]


def test_the_document_says_who_spoke() -> None:
    root = document(located(), about=in_case({}))
    data = {d.get("name"): d.findtext("k:value", "", NS) for d in root.iterfind("k:Document/k:ExtendedData/k:Data", NS)}
    assert data["Note"] == LEAD
    assert data["Pack SHA-256"] == "ab" * 32
    assert data["By"] == "Pigeon Desktop 9.9"
    assert data["Self-check"] == "0.9999 of 1"
    assert data["Settings"] == "5 candidates"
    assert data["Made"] == "2026-01-31 12:00:05 UTC"
    assert data["Audit chain"] == f"{'9f' * 32} after 12 entries"
    for text in ("k:Document/k:name", "k:Document/k:Snippet", "k:Document/k:description"):
        assert LEAD in root.findtext(text, "", NS).lower()
    assert "Purpose of the case: Who took these? File 7/26 &lt;b&gt;" in root.findtext(
        "k:Document/k:description", "", NS
    )


def test_the_verdict_has_its_note_and_place() -> None:
    (mark,) = placemarks(document(located(), about=in_case({located().sha256: confirmed()})), "verdict")
    assert mark.findtext("k:Point/k:coordinates", "", NS) == "3.74000,31.26012"
    description = Page(mark.findtext("k:description", "", NS).replace("<br>", "\n"))
    assert "The tower is <unique>.\nSeen from the south." in description.text
    data = {d.get("name"): d.findtext("k:value", "", NS) for d in mark.iterfind(".//k:Data", NS)}
    assert data["note"] == confirmed().note
    assert data["by"] == "=Ana & Co"


def test_descriptions_hold_no_markup_but_ours() -> None:
    for text in document(hostile()).iterfind(".//k:description", NS):
        assert {tag for tag, _ in Page(text.text or "").elements} <= {"p", "br"}
        assert "$[" not in kml.page(["$[name]"])


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=40).filter(lambda s: "/" not in s and "\0" not in s))
def test_any_text_is_given_back_or_made_harmless(name: str) -> None:
    path = Path("folder") / f"x{name}"
    note = Verdict("confirmed", 1.0, 2.0, note=name, place=name, by=name)
    bad = replace(located(path), reason=name, warnings=(name,))
    root = document(bad, about=in_case({bad.sha256: note}, cells=None))
    assert folders(root)[0].findtext("k:name", "", NS) == printable(path.name)
    (mark,) = placemarks(root, "verdict")
    data = {d.get("name"): d.findtext("k:value", "", NS) for d in mark.iterfind(".//k:Data", NS)}
    assert data.get("by", "") == "\n".join(
        map(printable, name.encode("utf-8", "backslashreplace").decode().splitlines())
    )
    whole = stdlib_html.unescape(etree.tostring(root, encoding="unicode"))
    assert not [c for c in whole if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]


def test_one_candidate_alone_is_written_and_seen() -> None:
    for prediction in (located(), replace(located(), status="abstained", reason="flat")):
        root = document(prediction, about=replace(context(), candidate=2))
        (point,) = placemarks(root, "point")
        assert (point.findtext("k:name", "", NS), point.findtext("k:visibility", "", NS)) == (
            f"2  {prediction.candidates[1].place} · {percent(prediction.candidates[1].probability)}",
            "1",
        )
        assert len(placemarks(root, "radius")) == len(placemarks(root, "area")) == 1
        about = "".join(root.itertext())
        assert f"Candidate 2 of {len(prediction.candidates)}" in about
        assert LEAD in about
