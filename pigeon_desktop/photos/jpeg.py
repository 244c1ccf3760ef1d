"""A JPEG file taken apart at its markers, before any decoder sees it."""

from __future__ import annotations

import struct
from dataclasses import dataclass

MOST_SEGMENTS = 400
"""A colour profile may take 255 segments, and all else that cameras write some dozens."""

_KEPT = frozenset((0xC4, 0xCC, 0xDA, 0xDB, 0xDD, 0xE0, 0xEE))
"""Of the segments before the picture's data, besides its frame, those that tell how it is decoded: tables, and the
markers of JFIF and Adobe, which tell the kind of its colours. Comments, EXIF and profiles do not."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = (0xC0, 0xC1)
_ALONE = frozenset((0x00, 0x01, *range(0xD0, 0xDA), 0xFF))
"""No segment follows these, and none of them has a place before the picture's data."""
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"


@dataclass(frozen=True)
class Jpeg:
    """`head` is what is needed of the segments before `start`, where the picture's data begin; `exif` and `xmp` are
    what they said besides.

    `work` is how many pixels are decoded over all scans, at most. `at_once` tells that each row is decoded and done
    with; otherwise `held` bytes of coefficients are kept until the last scan is read. `inks` is the number of
    components, 1..4, and `adobe` tells that Adobe's marker says what they are.
    """

    head: bytes
    start: int
    exif: bytes
    xmp: bytes
    width: int
    height: int
    inks: int
    adobe: bool
    at_once: bool
    held: int
    work: int

    def bare(self, data: bytes) -> bytes:
        """The file, given in full, without what is not needed to decode it."""
        return b"".join((self.head, memoryview(data)[self.start :]))


def taken_apart(data: bytes) -> Jpeg | None:
    """None where the markers before the picture are no plain row of segments: damaged, or made to be slow to read."""
    kept, at = [data[:2]], 2
    frame, exif, xmp, adobe = b"", b"", b"", False
    kind = 0
    for _ in range(MOST_SEGMENTS):
        lead = at
        while data[at : at + 2] == b"\xff\xff" and at < lead + MOST_SEGMENTS:  # any number of these may lead a marker
            at += 1
        if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] in _ALONE:
            return None
        marker, end = data[at + 1], at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            return None
        body = data[at + 4 : end]
        if marker == 0xDA:
            if not frame or not body:
                return None
            at_once = kind in _SEQUENTIAL and body[0] == frame[5]
            # Scans of a thumbnail would count, had it not been left out with the EXIF block.
            scans = 1 if at_once else data.count(b"\xff\xda", at)
            height, width = struct.unpack(">HH", frame[1:5])
            held = 0 if at_once else _coefficients(frame)
            return Jpeg(
                b"".join(kept), at, exif, xmp, width, height, frame[5], adobe, at_once, held, width * height * scans
            )
        if marker in _FRAMES:
            if frame or len(body) < 9 or len(body) < 6 + 3 * body[5]:
                return None
            frame, kind = body, marker
        if marker in _KEPT or marker in _FRAMES:
            kept.append(data[at:end])
        elif marker == 0xE1 and body.startswith(_EXIF):
            exif = exif or body
        elif marker == 0xE1 and body.startswith(_XMP):
            xmp = xmp or body
        adobe = adobe or (marker == 0xEE and body.startswith(b"Adobe"))
        at = end
    return None


def _coefficients(frame: bytes) -> int:
    """Bytes of all coefficients, two each; of odd samplings more than in truth."""
    height, width, inks = struct.unpack(">HHB", frame[1:6])
    sampling = [max(1, frame[at] >> 4) * max(1, frame[at] & 15) for at in range(7, 6 + 3 * inks, 3)]
    return 2 * width * height * sum(sampling) // max(sampling) if sampling else 0
