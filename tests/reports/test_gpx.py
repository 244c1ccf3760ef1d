"""GPX: valid by TopoGrafix's schema, a waypoint where there is something to say, hostile names as text."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.reports import gpx
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.text import printable
from tests.reports.predictions import abstained, confirmed, context, failed, hostile, in_case, located, undecodable
from tests.reports.schemas import valid

NS = {"g": gpx.NAMESPACE, "p": gpx.OURS}


def document(*predictions: Prediction, about: ReportContext | None = None) -> etree._Element:
    out = io.StringIO()
    gpx.write(predictions, out, about or context())
    return valid("gpx", out.getvalue())


def waypoints(root: etree._Element) -> list[etree._Element]:
    return root.findall("g:wpt", NS)


def elsewhere(name: str) -> Prediction:
    """A photograph with a hash of its own."""
    return replace(located(Path(name)), sha256=name.encode().hex().ljust(64, "0"))


def test_a_waypoint_for_each_photograph_that_has_a_place() -> None:
    sure, wrong, unsure = elsewhere("sure"), elsewhere("wrong"), replace(abstained(), sha256="ee" * 32)
    verdicts = {sure.sha256: confirmed(), wrong.sha256: Verdict("rejected", note="no")}
    root = document(located(), sure, wrong, unsure, failed(), about=in_case(verdicts))
    first, second = waypoints(root)
    assert (float(first.get("lat", "")), float(first.get("lon", ""))) == (31.25, 3.75)
    assert first.findtext("g:name", "", NS) == "a photo.jpg"
    assert "Candidate 1 of 3: Lisbon, Portugal, probability 50 %, within 120 km" in first.findtext("g:desc", "", NS)
    assert LEAD in first.findtext("g:desc", "", NS).lower()
    assert first.findtext("g:type", "", NS) == "candidate"
    assert float(first.findtext("g:extensions/p:probability", "", NS)) == 0.5
    assert (float(second.get("lat", "")), float(second.get("lon", ""))) == (31.26012, 3.74)
    assert second.findtext("g:type", "", NS) == "verdict"
    assert confirmed().note in second.findtext("g:desc", "", NS)
    assert first.findtext("g:sym", "", NS) != second.findtext("g:sym", "", NS)
    counts = {etree.QName(e).localname: int(e.text or 0) for e in root.find("g:extensions/p:photographs", NS)}
    assert counts == {"abstained": 1, "candidate": 1, "failed": 1, "rejected": 1, "verdict": 1}


def test_a_confirmed_photograph_that_could_not_be_told_is_there() -> None:
    root = document(abstained(), about=in_case({abstained().sha256: confirmed()}))
    assert [w.findtext("g:type", "", NS) for w in waypoints(root)] == ["verdict"]


def test_no_time_of_capture_is_made_up() -> None:
    root = document(located(), about=in_case({located().sha256: confirmed()}))
    assert root.findall("g:wpt/g:time", NS) == []
    assert root.findtext("g:metadata/g:time", "", NS) == "2026-01-31T12:00:05Z"


def test_the_document_says_who_spoke() -> None:
    about = document(about=in_case({})).findtext("g:metadata/g:desc", "", NS)
    for words in ("A lead, not proof", "ab" * 32, "Pigeon Desktop 9.9", "0.9999 of 1", "5 candidates", "9f" * 32):
        assert words in about
    assert "CPU (of a kind)" in about


@pytest.mark.parametrize("longitude", [180.0, 179.999999, -180.0, 0.0])
def test_the_antimeridian_is_written_as_the_schema_wants(longitude: float) -> None:
    at = located()
    moved = replace(at, candidates=(replace(at.candidates[0], longitude=longitude),))
    (point,) = waypoints(document(moved))
    assert abs(float(point.get("lon", ""))) == pytest.approx(abs(longitude), abs=1e-5)


def test_names_that_are_no_text_and_hostile_ones() -> None:
    names = [w.findtext("g:name", "", NS) for w in waypoints(document(hostile(), undecodable()))]
    assert names == [printable(hostile().path.name), "caf\\udce9.jpg"]


@settings(max_examples=60)
@given(st.text(st.characters(), max_size=40).filter(lambda s: "/" not in s and "\0" not in s))
def test_any_text_is_given_back_or_made_harmless(name: str) -> None:
    bad = replace(located(Path("folder") / f"x{name}"), warnings=(name,), device=name)
    (point,) = waypoints(document(bad, about=in_case({bad.sha256: Verdict("confirmed", 1.0, 2.0, note=name, by=name)})))
    assert point.findtext("g:name", "", NS) == printable(bad.path.name)
    assert (point.findtext("g:extensions/p:by", "", NS) or "") == printable(name)
