"""The PDF, as it looks: pages are rendered, and their text is read back."""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from pigeon_desktop.cases.verdict import Verdict
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.reports import fonts, pdf
from pigeon_desktop.reports.context import LEAD, ReportContext
from pigeon_desktop.reports.pdf_map import HEAT, SURE
from pigeon_desktop.reports.thumbnail import CHANGED
from pigeon_desktop.reports.writers import BINARY_WRITERS
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


@pytest.fixture(autouse=True)
def no_other_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same on every machine: only the fonts that travel with the program."""
    monkeypatch.setattr(fonts, "files", lambda: ())


def written(*predictions: Prediction, about: ReportContext | None = None) -> bytes:
    out = io.BytesIO()
    pdf.write(predictions, out, about or context())
    return out.getvalue()


class Document:
    """The pages of a PDF: their texts, and their pictures at 72 pixels an inch."""

    def __init__(self, data: bytes) -> None:
        document = pypdfium2.PdfDocument(data)
        self.about = document.get_metadata_dict()
        self.outline = [entry.get_title() for entry in document.get_toc()]
        self.texts, self.pictures = [], []
        for page in document:
            text = page.get_textpage()
            self.texts.append(text.get_text_range().replace("\r\n", "\n"))
            bitmap = page.render()
            self.pictures.append(np.array(bitmap.to_pil().convert("RGB")))
            for part in (bitmap, text, page):
                part.close()
        document.close()

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def document(*predictions: Prediction, about: ReportContext | None = None) -> Document:
    return Document(written(*predictions, about=about))


STRONGEST = (197, 78, 28)
"""The likeliest cells: the heat, a little thinned by the land."""


def coloured(picture: NDArray[np.uint8], colour: tuple[int, int, int]) -> int:
    """Pixels of about this colour."""
    return int(np.sum(np.abs(picture.astype(int) - colour).max(axis=-1) < 12))


def test_the_document_says_it_all() -> None:
    made = document(located(), abstained(Path("sky.jpg")), failed(), about=in_case({located().sha256: confirmed()}))
    first = made.texts[0]
    for words in (
        "Where may these photographs have been taken?",
        "A lead, not proof.",
        "3 photographs: 1 located · 1 can't tell · 1 could not be read",
        "Verdicts: 2 confirmed",  # two of them have the same SHA-256
        "default 1.0",
        "ab" * 32,
        "Pigeon Desktop 9.9",
        "CPU (of a kind)",
        "0.9999 of 1",
        "2026-01-31 12:00:05 UTC",
        "5 candidates",
        "research use",
        "Who took these? File 7/26 <b>",
        f"{'9f' * 32} after 12 entries",
        "Natural Earth",
    ):
        assert words in first
    rest = "\n".join(made.texts[1:])
    for words in (
        "a photo.jpg",
        "Lisbon, Portugal",
        "31.25° N, 3.75° E · within 120 km",
        "50 %",
        "elsewhere",
        "Portugal 31 %",
        "removed 25 % of the",
        "can't tell",
        "The belief is too flat.",
        "small: 9 pixels",
        "broken.jpg: holds no picture.",
        "cd" * 32,
        "Confirmed: Lisbon, Portugal (candidate 1)",
        "The tower is <unique>.\nSeen from the south.",
        "=Ana & Co, 2026-02-01 08:00:00 UTC",
    ):
        assert words in rest


def test_every_page_says_who_spoke_and_where_it_stands(photo: Path) -> None:
    made = document(*[located(photo)] * 5)
    assert len(made.texts) == 4, "a first page, then two photographs to a page"
    for number, text in enumerate(made.texts, start=1):
        assert f"{LEAD.capitalize()} · Pigeon Desktop 9.9 · pack default 1.0 ({'ab' * 32})" in text
        assert f"{number} of 4" in text
    for picture in made.pictures:
        assert 0.02 < np.mean(np.any(picture < 250, axis=-1)) < 0.6, "neither blank nor covered"
    assert made.outline == ["holiday.jpg"] * 5


def test_the_document_knows_its_title_and_time() -> None:
    about = document(located()).about
    assert about["Title"] == "Where may these photographs have been taken?"
    assert about["Subject"] == LEAD.capitalize()
    assert about["Producer"] == about["Creator"] == "Pigeon Desktop 9.9"
    assert about["CreationDate"].startswith("D:20260131120005")
    assert not about["Author"]


@pytest.mark.parametrize("predictions", [(), (failed(),)])
def test_few_or_none_make_a_whole_document(predictions: tuple[Prediction, ...]) -> None:
    made = document(*predictions)
    assert len(made.texts) == 1 + len(predictions)
    assert f"{len(predictions)} photograph" in made.texts[0]


def test_the_map_shows_the_heat_where_there_is_one() -> None:
    flat = replace(located(), candidates=located().candidates[:1], probability=np.ones(len(CELLS), np.float32))
    with_heat, unseen = document(flat).pictures[1], document(flat, about=context(None)).pictures[1]
    assert coloured(with_heat, STRONGEST) > 2000
    assert (
        coloured(unseen, STRONGEST) == coloured(document(replace(flat, probability=None)).pictures[1], STRONGEST) < 20
    )


def test_a_confirmed_place_is_green_on_the_maps() -> None:
    far = Verdict("confirmed", -35.0, 149.0)
    decided, plain_one = document(located(), about=in_case({located().sha256: far})), document(located())
    # On its page the bar beside the verdict is green, too.
    assert coloured(decided.pictures[0], SURE) >= 3 > coloured(plain_one.pictures[0], SURE)
    edge = coloured(document(located(), about=in_case({located().sha256: Verdict("confirmed")})).pictures[1], SURE)
    assert coloured(decided.pictures[1], SURE) >= edge + 10


def test_the_first_page_has_a_dot_for_each_that_has_a_place() -> None:
    none = coloured(document(abstained()).pictures[0], HEAT)
    one = coloured(document(located()).pictures[0], HEAT)
    assert none == 0
    assert one >= 3
    wrong = in_case({located().sha256: Verdict("rejected")})
    assert coloured(document(located(), about=wrong).pictures[0], HEAT) == 0


NAMES = ["Москва — вечер.jpg", "Αθήνα Ακρόπολη.jpg", "São Tomé ß.jpg", "الأردن بلا.jpg", "תמונה (3).jpg"]


def plain(text: str) -> str:
    """Presentation forms as the letters that they are of."""
    return unicodedata.normalize("NFKC", text)


@pytest.mark.parametrize("name", NAMES)
def test_names_in_many_scripts_are_read_back(name: str) -> None:
    text = plain(document(located(Path(name))).texts[1])
    assert all(word.strip("().jpg") in text for word in plain(name).split(" "))
    assert "\\u" not in text


def test_characters_that_no_font_has_are_named() -> None:
    made = document(located(Path("北京.jpg")), hostile(), undecodable())
    assert "\\u5317\\u4eac.jpg" in made.text
    assert "caf\\udce9.jpg" in made.text
    assert "\\x1b[31m&\\u202e=cmd|'" in made.text
    assert "\u202e" not in made.text


def font(path: Path, characters: str, *, restricted: bool = False) -> Path:
    """A font in which these characters are squares."""
    pen = TTGlyphPen(None)
    for i, point in enumerate([(0, 0), (0, 700), (700, 700), (700, 0)]):
        (pen.lineTo if i else pen.moveTo)(point)
    pen.closePath()
    square, names = pen.glyph(), [f"g{i}" for i in range(len(characters))]
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names])
    builder.setupCharacterMap({ord(c): name for c, name in zip(characters, names, strict=True)})
    builder.setupGlyf(dict.fromkeys([".notdef", *names], square))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names], (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": path.stem, "styleName": "Regular"})
    builder.setupOS2(fsType=2 if restricted else 0)
    builder.setupPost()
    builder.save(path)
    return path


def test_another_font_helps_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    closed = font(tmp_path / "closed.ttf", "北京", restricted=True)
    squares = font(tmp_path / "squares.ttf", "北")
    monkeypatch.setattr(fonts, "files", lambda: (broken, closed, squares))
    text = document(located(Path("北京 вечер.jpg"))).texts[1]
    assert "北\\u4eac вечер.jpg" in text


def test_preferred_fonts_are_looked_into_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Aaa.ttf", "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "readme.txt"):
        (tmp_path / name).touch()
    monkeypatch.undo()
    monkeypatch.setattr(fonts, "folders", lambda: [tmp_path, tmp_path / "none"])
    fonts.files.cache_clear()
    assert [p.name for p in fonts.files()] == ["NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "Aaa.ttf"]
    fonts.files.cache_clear()


def test_the_picture_is_encoded_again_without_what_the_file_said(photo: Path) -> None:
    data = written(located(photo))
    assert b"\xff\xd8\xff" in data
    assert b"SECRET" not in data
    assert b"Exif\0" not in data
    assert "900 x 600 pixels" in Document(data).text


def test_a_file_that_changed_or_went_is_not_shown(photo: Path) -> None:
    before = located(photo)
    photo.write_bytes(photo.read_bytes() + b"\0")
    changed = written(before)
    assert b"\xff\xd8\xff" not in changed
    assert CHANGED in Document(changed).text.replace("\n", " ")
    photo.unlink()
    assert "is not there" in document(before).text


def test_pages_share_their_drawings(photo: Path) -> None:
    one, many = written(located(photo)), written(*[located(photo)] * 21)
    assert (len(many) - len(one)) / 20 < 12_000, "but for the photograph, which is the same here"
    forms = [len(re.findall(rb"/Subtype /Form", data)) for data in (one, many)]
    assert forms[1] - forms[0] == 20 * 2, "the heat and the radii of each"


def test_a_long_answer_goes_on_on_the_next_page() -> None:
    many = replace(located(), candidates=tuple(replace(located().candidates[0], rank=r) for r in range(1, 41)))
    made = document(many, about=in_case({many.sha256: confirmed("word " * 3000)}))
    assert 3 <= len(made.texts) <= 6
    assert "a photo.jpg, continued" in made.texts[2]
    assert made.text.count("Lisbon, Portugal") >= 41
    assert "…" in made.text, "the note is cut"
    for text in made.texts:
        assert LEAD.capitalize() in text


def test_an_error_while_locating_is_not_swallowed() -> None:
    def predictions() -> Iterator[Prediction]:
        yield located()
        raise PigeonError("the disk is gone")

    out = io.BytesIO()
    with pytest.raises(PigeonError, match="disk"):
        BINARY_WRITERS["pdf"](predictions(), out, context())
    assert out.getvalue() == b""


@settings(max_examples=8)
@given(st.text(st.characters(), max_size=40).filter(lambda s: "/" not in s and "\0" not in s))
def test_any_text_makes_a_document(name: str) -> None:
    bad = replace(located(Path("folder") / f"x{name}"), reason=name, warnings=(name,))
    made = document(bad, about=in_case({bad.sha256: Verdict("confirmed", 1.0, 2.0, note=name, place=name, by=name)}))
    assert "2 of 2" in made.texts[1]
