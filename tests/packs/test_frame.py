"""Frames: filled they are the file they were cut from, byte for byte, and a wrong one is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pigeon_desktop.earth import shapes
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.frame import Frame, Hole, quantised
from pigeon_desktop.packs.tensors import read_tensors

from .tensors import framed


def test_a_filled_frame_is_the_file_it_was_cut_from(tmp_path):
    weights, whole, frame = framed()
    path = tmp_path / "frame.xz"
    frame.write(path)
    read = Frame.read(path)
    assert vars(read) == vars(frame)
    assert read.filled(read_tensors(weights, "x")) == whole
    assert len(read.rest) < len(whole) / 5


def test_other_weights_give_another_file():
    _, whole, frame = framed()
    other, _, _ = framed(seed=1)
    assert frame.filled(read_tensors(other, "x")) != whole


def test_a_file_that_is_not_made_of_the_tensors_has_no_frame():
    weights, whole, frame = framed()
    tensors = read_tensors(weights, "x")
    at = frame.holes[0].start + 5
    with pytest.raises(ValueError, match="does not give back"):
        Frame.cut(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], frame.holes, tensors, "0" * 64)


def test_values_are_rounded_to_even_and_kept_in_range():
    values = np.array([[0.5, 1.5, 2.5, -0.5, -1.5, 300.0, -300.0]], np.float32).T
    rounded = quantised(values, np.ones(1, np.float32))
    assert rounded.ravel().tolist() == [0, 2, 2, 0, -2, 127, -128]


@pytest.mark.parametrize(
    ("hole", "says"),
    [
        (Hole("absent", 9, "copy"), "no tensor absent"),
        (Hole("words", 9, "int8"), "lie outside the file"),
        (Hole("words", 9, "int8", False, 2**40), "lie outside the file"),
        (Hole("words", 2**40, "copy"), "outside the file"),
        (Hole("words", -5, "copy"), "overlaps"),
        (Hole("words", 9, "int8", False, 9), "no numbers above 0"),
    ],
)
def test_a_hole_that_cannot_be_is_refused(hole, says):
    weights, _, frame = framed()
    with pytest.raises(ValueError, match=says):
        replace(frame, holes=(hole,)).filled(read_tensors(weights, "x"))
    with pytest.raises(ValueError, match="overlaps"):
        replace(frame, holes=(frame.holes[0], frame.holes[0])).filled(read_tensors(weights, "x"))


def test_a_file_that_would_be_too_large_is_refused(monkeypatch):
    weights, _, frame = framed()
    monkeypatch.setattr("pigeon_desktop.packs.frame.MOST_BYTES", 1000)
    with pytest.raises(ValueError, match="more than"):
        frame.filled(read_tensors(weights, "x"))


def test_what_is_no_frame_is_refused_by_name(tmp_path):
    _, _, frame = framed()
    path = tmp_path / "frame.xz"
    path.write_bytes(b"none")
    with pytest.raises(PigeonError, match=r"frame\.xz: damaged"):
        Frame.read(path)
    frame.write(path)
    arrays = shapes.read_arrays(path)
    for name in arrays:
        shapes.write_arrays(path, {key: value for key, value in arrays.items() if key != name})
        with pytest.raises(PigeonError, match=r"frame\.xz: is no frame of a file"):
            Frame.read(path)
    shapes.write_arrays(path, {**arrays, "start": arrays["start"][1:]})
    with pytest.raises(PigeonError, match="is no frame of a file"):
        Frame.read(path)
