"""A document of A4 pages: text in any script, drawings that pages share, and pieces that are stacked on a page.

Lengths are millimetres, from the upper left; sizes of text are points.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fpdf import FPDF
from fpdf.errors import FPDFException
from fpdf.fonts import TTFFont
from fpdf.image_datastructures import RasterImageInfo
from fpdf.output import OutputProducer
from fpdf.syntax import Name, PDFArray, PDFContentStream

from pigeon_desktop.reports import fonts
from pigeon_desktop.reports.pdf_map import INK, Colour
from pigeon_desktop.reports.pdf_scripts import in_order, joined
from pigeon_desktop.reports.text import printable

MARGIN, WIDTH, BOTTOM = 15.0, 180.0, 279.0
"""White on all sides, the width between, and where content ends."""
SOFT, LINE = (104, 115, 122), (227, 225, 218)
MILLIMETRE = 72 / 25.4
LEADING = 1.35
"""A line's height in sizes of its text."""
PAGES = "\ue000" * 6
"""Stands for the number of pages until that is known, six digits wide. `printable` lets no name hold it."""


@dataclass(frozen=True)
class Piece:
    """Something `height` high that can be drawn with its upper left at x, y."""

    height: float
    draw: Callable[[float, float], None]


def space(height: float) -> Piece:
    return Piece(height, lambda x, y: None)


def stack(pieces: Sequence[Piece]) -> Piece:
    """Pieces below each other."""

    def draw(x: float, y: float) -> None:
        for piece in pieces:
            piece.draw(x, y)
            y += piece.height

    return Piece(sum(piece.height for piece in pieces), draw)


def beside(left: Piece, right: Piece, across: float) -> Piece:
    """Two pieces next to each other, the right one's edge `across` from the left one's."""

    def draw(x: float, y: float) -> None:
        left.draw(x, y)
        right.draw(x + across, y)

    return Piece(max(left.height, right.height), draw)


class _Form(PDFContentStream):
    """A drawing in the unit square that any page may refer to."""

    def __init__(self, content: bytes) -> None:
        super().__init__(contents=content, compress=True)
        self.type, self.subtype = Name("XObject"), Name("Form")
        self.b_box = PDFArray([0, 0, 1, 1])


class _Producer(OutputProducer):
    """Writes forms where the library writes pictures: it has names and references for these."""

    def _add_image(self, info):  # type: ignore[no-untyped-def]
        if "form" not in info:
            return super()._add_image(info)
        form = _Form(info["form"])
        info["obj_id"] = self._add_pdf_obj(form, "images")
        return form


class Sheet(FPDF):
    """The document. `foot` stands below each page."""

    def __init__(self, foot: str) -> None:
        super().__init__("portrait", "mm", "A4")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(False)
        self.alias_nb_pages(PAGES)
        self.c_margin = 0
        self.add_font("dejavu", "", fonts.REGULAR)
        self.add_font("dejavu", "B", fonts.BOLD)
        self._own = [fonts.characters(path) for path in (fonts.REGULAR, fonts.BOLD)]
        self._borrows: dict[str, frozenset[int]] = {}
        self._shown: dict[str, str] = {}
        self._widths: dict[tuple[str, bool], float] = {}
        self._foot = foot
        self.next_y = BOTTOM

    # Texts

    def readable(self, text: str) -> str:
        """`text` on one line with nothing that no font has: such characters become \\uXXXX."""
        return "".join(map(self._glyph, joined(printable(text), self._drawable)))

    def _drawable(self, character: str) -> bool:
        """Whether the program's own font has a character."""
        return all(ord(character) in own for own in self._own)

    def _glyph(self, character: str) -> str:
        shown = self._shown.get(character)
        if shown is None:
            known = self._drawable(character) or self._borrowed(character)
            shown = self._shown[character] = character if known else ascii(character)[1:-1]
        return shown

    def _borrowed(self, character: str) -> bool:
        """Whether another font has a character; it is then in use."""
        if ord(character) in self._own[0]:
            self._use("dejavu", self._own[0])
            return True
        if any(ord(character) in characters for characters in self._borrows.values()):
            return True
        for path in fonts.with_character(character):
            key = f"borrowed{len(self.fonts)}"
            try:
                self.add_font(key, "", path)
            except (*fonts.UNREADABLE, FPDFException, NotImplementedError):
                continue
            self._use(key, fonts.characters(path))
            return True
        return False

    def _use(self, key: str, characters: frozenset[int]) -> None:
        self._borrows[key] = characters
        self.set_fallback_fonts(list(self._borrows), exact_match=False)

    def text_width(self, text: str, size: float, *, bold: bool = False) -> float:
        """Without kerning a text is as wide as its characters."""
        width = 0.0
        for character in text:
            known = self._widths.get((character, bold))
            if known is None:
                self.set_font("dejavu", "B" if bold else "", 100)
                known = self._widths[character, bold] = self.get_string_width(character) / 100
            width += known
        return width * size

    def lines(self, text: str, width: float, size: float, *, bold: bool = False, most: int = 100) -> list[str]:
        """`text`, readable, in lines at most `width` wide; what exceeds `most` lines ends with an ellipsis."""
        out: list[str] = []
        for paragraph in text.splitlines() or [""]:
            line = ""
            for word in self.readable(paragraph).split(" "):
                longer = f"{line} {word}" if line else word
                if self.text_width(longer, size, bold=bold) <= width:
                    line = longer
                    continue
                out += [line] if line else []
                line = word
                while (cut := self._fitting(line, width, size, bold)) < len(line):
                    out.append(line[:cut])
                    line = line[cut:]
            out.append(line)
        if len(out) > most:
            last = out[most - 1] + "…"
            while len(last) > 1 and self.text_width(last, size, bold=bold) > width:
                last = last[:-2] + "…"
            out = [*out[: most - 1], last]
        return out

    def _fitting(self, word: str, width: float, size: float, bold: bool) -> int:
        """How many characters of a word fit, at least one."""
        used = 0.0
        for n, character in enumerate(word):
            used += self.text_width(character, size, bold=bold)
            if used > width:
                return max(n, 1)
        return len(word)

    def line_of(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
        align: str = "L",
        width: float = 0.0,
    ) -> None:
        """One line of readable text; `align` L, C or R within `width`."""
        if not text:
            return
        self.set_font("dejavu", "B" if bold else "", size)
        self.set_text_color(*colour)
        self.set_xy(x, y)
        self.cell(width or None, size * LEADING / MILLIMETRE, in_order(text), align=align)

    def paragraph(
        self,
        text: str,
        width: float,
        size: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
        most: int = 100,
        after: float = 0.8,
    ) -> Piece:
        """Text that wraps, with a space below."""
        wrapped = self.lines(text, width, size, bold=bold, most=most)
        high = size * LEADING / MILLIMETRE

        def draw(x: float, y: float) -> None:
            for n, line in enumerate(wrapped):
                self.line_of(x, y + n * high, line, size, bold=bold, colour=colour)

        return Piece(len(wrapped) * high + after, draw)

    def boxed(self, inner: Piece, width: float, back: Colour | None, edge: Colour | None = None) -> Piece:
        """A piece, made `2 * 2.5` narrower than `width`, on a tinted ground or beside a coloured edge."""

        def draw(x: float, y: float) -> None:
            if back is not None:
                self.set_fill_color(*back)
                self.rect(x, y, width, inner.height + 2.4, "F", round_corners=True, corner_radius=1.2)
            if edge is not None:
                self.set_fill_color(*edge)
                self.rect(x, y, 1.0, inner.height + 2.4, "F")
            inner.draw(x + 2.5, y + 1.6)

        return Piece(inner.height + 4.0, draw)

    # Drawings

    def form(self, name: str, content: bytes, x: float, y: float, width: float, height: float) -> None:
        """A drawing in the unit square (`pdf_map.form`); one of the same name is written once."""
        images = self.image_cache.images
        if name not in images:
            images[name] = RasterImageInfo(form=content, i=len(images) + 1, usages=0, w=1, h=1)
        self.image(name, x, y, width, height)

    def jpeg(self, data: bytes, x: float, y: float, width: float, height: float) -> None:
        self.image(io.BytesIO(data), x, y, width, height)

    def bar(self, x: float, y: float, width: float, share: float, colour: Colour) -> None:
        """A share of 1 as a bar."""
        for part, shade in ((1.0, LINE), (share, colour)):
            if part > 0:
                self.set_fill_color(*shade)
                self.rect(x, y, max(width * part, 0.3), 1.1, "F")

    # Pages

    def place(self, piece: Piece, after: float = 0.0) -> None:
        """Draw a piece below the last one, on a new page where it does not fit."""
        if self.next_y + piece.height > BOTTOM:
            self.add_page()
            self.next_y = MARGIN
        elif self.next_y > MARGIN:
            self.set_draw_color(*LINE)
            self.set_line_width(0.2)
            self.line(MARGIN, self.next_y - after / 2, MARGIN + WIDTH, self.next_y - after / 2)
        piece.draw(MARGIN, self.next_y)
        self.next_y += piece.height + after

    def footer(self) -> None:
        """Called by the library at the end of each page."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.2)
        self.line(MARGIN, 284, MARGIN + WIDTH, 284)
        # On the left, for nobody knows yet how wide the number of pages is.
        self.line_of(MARGIN, 285.2, f"{self.page_no()} of {PAGES}", 6, colour=SOFT)
        foot = self.lines(self._foot, WIDTH - 20, 6, most=1)[0]
        self.line_of(MARGIN + 20, 285.2, foot, 6, colour=SOFT, align="R", width=WIDTH - 20)

    def close(self) -> None:
        """Close the files of the fonts."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()

    def whole(self) -> bytes:
        """The document, written out."""
        return bytes(self.output(output_producer_class=_Producer))
