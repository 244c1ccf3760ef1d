"""Texts that try every format, in every place that a text from outside can have: each report is read back by a parser
that knows nothing of how it was written."""

from __future__ import annotations

import csv as stdlib_csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest
from lxml import etree
from lxml import html as lxml_html

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.verdict import CaseMark, Verdict
from pigeon_desktop.cases.verification import verify
from pigeon_desktop.earth.atlas import Place
from pigeon_desktop.engine.prediction import PackMark, Prediction
from pigeon_desktop.reports import csv, fonts, geojson, gpx, html, jsonl, kml, pdf, table
from pigeon_desktop.reports.context import ReportContext
from pigeon_desktop.reports.text import utf8
from tests.cases.made import made_case
from tests.reports.pages import Page
from tests.reports.predictions import HOSTILE, context, failed, located
from tests.reports.schemas import valid

TEXTS = [
    HOSTILE,
    *("=1+1", "+1", "-1", "@SUM(A1)", "\n=1", "\t=1", " =1", "\xa0=1", "a\r\n=1;2,3\r\n", "a\tb", '"";""', "'"),
    *("]]>", "<![CDATA[", "--><script>", "</style></svg><script>x</script>", "<?xml?>", "<!DOCTYPE a>", "&#0;&lt;&x;"),
    *("' onload='x", '" onload="x', "javascript:alert(1)", "$[name]", "${x}", "{{7*7}}", "url(http://a.example/x)"),
    *("'; DROP TABLE photos; --", '"; DELETE FROM chain; --', "%PDF-1.7 endstream endobj (\\)) Tj", "\\", "\\u0000"),
    *(
        "\0",
        "\x1b[2J\x1b]0;owned\x07",
        "\x7f\x9b",
        "\u2028\u2029\x85",
        "\u202e\u2066",
        "\ufffe\uffff",
        "\ud800",
        "\udce9",
    ),
    *("x" * 3000, "a" + "\u0301" * 300, "🏴\U000e0067", "\ufeff", "北京 עברית"),
]
"""What spreadsheets, markup, databases, terminals and file formats take for more than text."""


@pytest.fixture(autouse=True)
def no_other_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "files", lambda: ())


def said(text: str) -> tuple[Prediction, Prediction, ReportContext]:
    """Two photographs of which everything that is a text is this one, and a context of the same kind."""
    path = Path("photos") / (text.replace("/", "") or "x")
    place = Place(text, text, text, text, text, 2.5, text)
    pack = PackMark(text, text, text)
    first = located(path)
    candidates = tuple(replace(one, place=place, cells=(text,)) for one in first.candidates)
    one = replace(first, warnings=(text,), candidates=candidates, countries=((text, 0.5),), pack=pack, device=text)
    other = replace(failed(path), reason=text, pack=pack, device=text)
    verdict = Verdict("confirmed", 31.0, 3.0, 1, text, text, text, text)
    about = replace(context(), pack=pack, device=text, settings=text, licence=text, areas=True)
    return one, other, replace(about, case=CaseMark(text, 7, text), verdicts={one.sha256: verdict})


def written(text: str, write: Callable[..., None]) -> str:
    one, other, about = said(text)
    out = io.StringIO(newline="")
    write([one, other], out, about)
    out.getvalue().encode("utf-8")
    return out.getvalue()


@pytest.mark.parametrize("text", TEXTS)
def test_data_formats(text: str) -> None:
    one, other, _ = said(text)
    lines = written(text, jsonl.write).split("\n")
    first, second = (json.loads(line) for line in lines[:2])
    assert lines[2:] == [""]
    assert first["warnings"] == [text]
    assert (second["reason"], first["verdict"]["note"]) == (text, utf8(text))
    assert [first["path"], second["path"]] == [str(one.path), str(other.path)]

    rows = list(stdlib_csv.reader(io.StringIO(written(text, csv.write), newline=""), strict=True))
    assert [len(row) for row in rows] == [len(csv.COLUMNS)] * 5
    columns = {name: [row[at] for row in rows[1:]] for at, name in enumerate(csv.COLUMNS)}
    for name in (
        "reason",
        "warnings",
        "country",
        "city",
        "cells",
        "device",
        "pack",
        "licence",
        "verdict_note",
        "verdict_by",
    ):
        for value in columns[name]:
            assert value.lstrip()[:1] not in ("=", "+", "-", "@"), name
            assert value[:1] not in ("\t", "\r", "\n"), name

    features = json.loads(written(text, geojson.write))["features"]
    assert {feature["properties"]["kind"] for feature in features if feature["geometry"]} == {"verdict", "candidate"}


@pytest.mark.parametrize("text", TEXTS)
def test_xml(text: str) -> None:
    for name, write, count in (("kml", kml.write, "Folder"), ("gpx", gpx.write, "wpt")):
        root = valid(name, written(text, write))
        assert not root.xpath("//comment() | //processing-instruction()")
        assert len(root.findall(f".//{{*}}{count}")) == (5 if name == "kml" else 1)
        assert not {element.tag for element in root.iter()} & {"script", "img"}
        for described in root.iterfind(".//{*}description"):
            inside = lxml_html.fragment_fromstring(described.text or "", create_parent=True)
            assert {element.tag for element in inside.iter()} <= {"div", "p", "br"}
            assert "$[" not in (described.text or "")


@pytest.mark.parametrize("text", ["".join(TEXTS[at::6]) for at in range(6)])
def test_pages_with_their_drawings(text: str) -> None:
    page = written(text, html.write)
    nested = Page(page)  # fails where elements are not properly nested
    tree = lxml_html.document_fromstring(page.encode("utf-8"))
    tags = {element.tag for element in tree.iter()}
    assert not tags & {"script", "iframe", "object", "embed", "link", "form", "base", "img"}, tags
    assert "script" not in {tag for tag, _ in nested.elements}
    for element in tree.iter():
        for name, value in element.items():
            assert not name.startswith("on")
            assert name not in ("href", "src", "xlink:href") or value.startswith(("#", "data:image/jpeg")), value
    assert len(tree.findall(".//style")) == 1
    for start in [at for at in range(len(page)) if page.startswith("<svg", at)]:
        drawing = page[start : page.index("</svg>", start) + len("</svg>")]
        etree.fromstring(drawing.replace("&nbsp;", " ").encode("utf-8"))


@pytest.mark.parametrize("text", ["\n".join(TEXTS[:20]), "\n".join(TEXTS[20:]), *TEXTS[-2:]])
def test_pdf(text: str) -> None:
    one, other, about = said(text)
    out = io.BytesIO()
    pdf.write([one, other], out, about)
    document = pypdfium2.PdfDocument(out.getvalue())
    assert 1 <= len(document) < 40
    assert all(page.get_textpage().get_text_range() for page in document)
    assert not any(word in out.getvalue() for word in (b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile"))


@pytest.mark.parametrize("text", TEXTS)
def test_terminals(text: str) -> None:
    shown = written(text, table.write)
    assert not [c for c in shown if c != "\n" and (ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or c in "\u202e\u2066\u2028")]


def test_databases(tmp_path: Path) -> None:
    texts = [text for text in TEXTS if "\ud800" <= text[:1] <= "\udfff"] + ["".join(TEXTS[:-8])]
    with Case.open(made_case(tmp_path / "case")) as case:
        before = case.database.execute("SELECT count(*) FROM photos").fetchone()
        for text in [*TEXTS, *texts]:
            stored = text.encode("utf-8", "backslashreplace").decode()
            case.decide(1, Verdict("rejected", place=stored, note=stored, by=stored))
            assert case.database.execute("SELECT note FROM verdicts ORDER BY id DESC LIMIT 1").fetchone() == (stored,)
        assert case.database.execute("SELECT count(*) FROM photos").fetchone() == before
        assert verify(case).faults == ()
    Case.open(tmp_path / "case").close()
