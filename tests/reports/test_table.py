"""The terminal's table, and the words and numbers that all reports share."""

import io
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.reports import table
from pigeon_desktop.reports.context import LEAD
from pigeon_desktop.reports.text import coordinate, fitted, kilometres, percent, printable, utf8, width
from tests.reports.predictions import HOSTILE, abstained, context, failed, hostile, located


def test_the_table_says_it_all() -> None:
    out = io.StringIO()
    table.write([located(), abstained(), failed()], out, context())
    text = out.getvalue()
    assert "Lisbon, Portugal" in text
    assert "31.25° N, 3.75° E" in text
    assert "16.50° S, 179.90° E" in text
    assert "50 %" in text
    assert "15 %  elsewhere" in text
    assert "can't tell: The belief is too flat." in text
    assert "note: small: 9 pixels" in text
    assert "could not be read: broken.jpg: holds no picture." in text
    assert "ab" * 32 in text
    assert "0.9999" in text
    assert LEAD in text.lower()


@pytest.mark.parametrize("columns", [70, 80, 120])
def test_lines_fit_the_terminal(columns: int) -> None:
    assert max(width(line) for line in table.lines(located(), columns)) <= columns


def test_hostile_names_cannot_steer_the_terminal() -> None:
    text = "".join(table.lines(hostile(), 100))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "\\x1b[31m" in text


@given(st.text())
def test_printable_text_is_one_line_without_controls(text: str) -> None:
    for c in printable(text):
        assert unicodedata.category(c)[0] not in "CZ" or c == " "


@given(st.text(st.characters(categories=["L", "N", "P"]), max_size=30), st.integers(2, 20))
def test_fitted_text_takes_exactly_its_columns(text: str, columns: int) -> None:
    assert width(fitted(text, columns)) == columns


@given(st.text(st.characters()))
def test_utf8_can_be_stored(text: str) -> None:
    utf8(text).encode("utf-8")
    assert printable("a b") == "a b"


def test_a_path_shows_its_bytes() -> None:
    assert printable(str(Path(HOSTILE))).count("\\u202e") == 1


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0, "0 %"),
        (0.001, "<1 %"),
        (0.004999, "<1 %"),
        (0.414, "41 %"),
        (0.994, "99 %"),
        (0.9999, ">99 %"),
        (1, "100 %"),
    ],
)
def test_probabilities_never_round_to_certainty(p: float, text: str) -> None:
    assert percent(p) == text


@pytest.mark.parametrize(("km", "text"), [(0.4, "0 km"), (7, "7 km"), (123.4, "120 km"), (2540, "2,500 km")])
def test_distances_do_not_claim_more_than_is_known(km: float, text: str) -> None:
    assert kilometres(km) == text


def test_coordinates_name_their_hemispheres() -> None:
    assert coordinate(-33.868, -151.2) == "33.87° S, 151.20° W"
