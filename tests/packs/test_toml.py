"""TOML is read strictly and written so that it reads back equal."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.toml import MOST_BYTES, Table, is_plain_name, parse_toml, read_toml, toml_text

scalars = (
    st.text() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(), values, max_size=6))
def test_free_tables_round_trip(table):
    read = parse_toml(Path("t.toml"), toml_text(table).encode("utf-8")).free()
    assert read == table
    assert repr(sorted(read)) == repr(sorted(table))  # True is not 1, 1.0 is not 1


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_a_clear_error(data):
    outcome: object
    try:
        outcome = parse_toml(Path("some.toml"), data)
    except PigeonError as error:
        outcome = str(error)
    assert isinstance(outcome, Table) or outcome.startswith("some.toml: ")


def test_what_toml_cannot_hold_is_not_written():
    for wrong in (float("nan"), float("inf"), None, b"x", 2**63):
        with pytest.raises(ValueError, match="cannot be written"):
            toml_text({"key": wrong})


@pytest.mark.parametrize("text", ["a = nan", "a = [1, inf]", "a = 2026-01-01", "a.b.c = 12:00:00", f"a = {2**64}"])
def test_free_tables_refuse_what_they_cannot_hold(text):
    with pytest.raises(PigeonError, match=r"t\.toml: a holds more than"):
        parse_toml(Path("t.toml"), text.encode()).free()


def test_too_long_deep_or_missing_files_are_refused(tmp_path):
    with pytest.raises(PigeonError, match="longer than"):
        parse_toml(Path("t.toml"), b"#" * (MOST_BYTES + 1))
    with pytest.raises(PigeonError, match="not a TOML file"):
        parse_toml(Path("t.toml"), b"a = " + b"[" * 100_000)
    with pytest.raises(PigeonError, match=r"absent\.toml: cannot be read"):
        read_toml(tmp_path / "absent.toml")


@pytest.mark.parametrize(
    ("read", "data"),
    [
        (lambda t: t.text("k"), 1),
        (lambda t: t.text("k"), "  "),
        (lambda t: t.whole("k", 0, 9), True),
        (lambda t: t.whole("k", 0, 9), 1.0),
        (lambda t: t.whole("k", 0, 9), 10),
        (lambda t: t.number("k", "a number"), False),
        (lambda t: t.number("k", "a number"), float("nan")),
        (lambda t: t.number("k", "a number"), "1"),
        (lambda t: t.numbers("k", "numbers"), [1, True]),
        (lambda t: t.numbers("k", "numbers"), 1),
        (lambda t: t.texts("k", "texts"), ["a", 1]),
        (lambda t: t.table("k"), []),
        (lambda t: t.sha256("k"), "A" * 64),
        (lambda t: t.sha256("k"), "a" * 63),
        (lambda t: t.sha256("k"), "a" * 64 + "\n"),
        (lambda t: t.file("k"), "../a"),
    ],
)
def test_values_of_another_kind_name_the_file_and_the_key(read, data):
    with pytest.raises(PigeonError, match=r"t\.toml: \[at\] k is .*; it must be"):
        read(Table(Path("t.toml"), {"k": data}, "at"))
    with pytest.raises(PigeonError, match=r"t\.toml: \[at\] k is missing: it must be"):
        read(Table(Path("t.toml"), {}, "at"))


def test_unknown_keys_are_refused():
    table = Table(Path("t.toml"), {"known": "a", "stray": 1})
    table.text("known")
    with pytest.raises(PigeonError, match=r"t\.toml: stray is not known"):
        table.end()


@pytest.mark.parametrize("name", ["head.npz", "geocells.npz.xz", "a", "Kauai.png", "model v2.onnx", "_x"])
def test_plain_names(name):
    assert is_plain_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".hidden",
        "a/b",
        "a\\b",
        "/a",
        "C:a",
        "a:stream",
        "NUL",
        "con.txt",
        "Lpt1.npz",
        "a.",
        "a ",
        "a\n",
        "a\0b",
        "ä.npz",
        "x" * 129,
        "-rf",
    ],
)
def test_names_that_leave_their_folder_or_mean_something_else(name):
    assert not is_plain_name(name)
