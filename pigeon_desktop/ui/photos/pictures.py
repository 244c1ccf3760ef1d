"""Photographs as pictures for the screen, decoded in a thread of their own, the latest wish first."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThread
from PySide6.QtGui import QImage

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.ui.workers import Post

THUMBNAIL = 112
"""Pixels of a thumbnail's side: sharp at two pixels a point."""

LARGE = 1100
"""Pixels of the large picture's height, at most."""

CORNER = 720
"""Pixels of the longer side of the picture in the window's corner: little is left to scale in the window's thread."""

MOST_WISHES = 120
"""Thumbnails waiting to be made; older wishes are dropped, for the list has scrolled on."""


@dataclass(frozen=True)
class Picture:
    """A photo as a picture. `image` is None where the file cannot be shown, or the wish was `dropped`.

    `corner` is the same, smaller, for those that were wished for `large`.
    `width` and `height` are those of the photo at full size, upright. `gone`: there is no such file.
    """

    path: Path
    large: bool
    image: QImage | None
    corner: QImage | None = None
    width: int = 0
    height: int = 0
    problem: str = ""
    dropped: bool = False
    gone: bool = False


class PictureThread(QThread):
    """Makes thumbnails and large pictures; `post` delivers `Picture`s."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.post = Post(self)
        self._awake = threading.Condition()
        self._thumbnails: list[Path] = []
        self._large: Path | None = None
        self._closed = False

    def thumbnail(self, path: Path) -> None:
        """Wish for a thumbnail."""
        with self._awake:
            self._thumbnails.append(path)
            if len(self._thumbnails) > MOST_WISHES:
                self.post.put(Picture(self._thumbnails.pop(0), False, None, dropped=True))
            self._awake.notify()

    def large(self, path: Path) -> None:
        """Wish for the large picture, before all thumbnails; an earlier such wish is forgotten."""
        with self._awake:
            self._large = path
            self._awake.notify()

    def close(self) -> None:
        """End the thread as soon as the picture in hand is done."""
        with self._awake:
            self._closed = True
            self._awake.notify()

    def run(self) -> None:
        """The thread itself."""
        while (wish := self._next()) is not None:
            self.post.put(make_picture(*wish))

    def _next(self) -> tuple[Path, bool] | None:
        with self._awake:
            while not (self._closed or self._large or self._thumbnails):
                self._awake.wait()
            if self._closed:
                return None
            if self._large is not None:
                path, self._large = self._large, None
                return path, True
            return self._thumbnails.pop(), False


def make_picture(path: Path, large: bool) -> Picture:
    """Decode a photo for the screen; never raises for a bad one."""
    # Imported in the thread: the window shows before the decoders are there.
    from PIL import Image, ImageOps

    from pigeon_desktop.photos.loading import load_photo

    try:
        photo = load_photo(path, LARGE // 2 if large else THUMBNAIL // 2)
    except PigeonError as error:
        return Picture(path, large, None, problem=str(error), gone=not path.exists())
    pixels = photo.pixels
    if large:
        pixels.thumbnail((2 * LARGE, LARGE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    else:
        pixels = ImageOps.fit(pixels, (THUMBNAIL, THUMBNAIL), Image.Resampling.BILINEAR)
    data = pixels.tobytes()
    seen = QImage(data, pixels.width, pixels.height, 3 * pixels.width, QImage.Format.Format_RGB888)
    image = seen.convertToFormat(QImage.Format.Format_RGB32)  # what the screen takes, and a copy
    corner = None
    if large:
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        corner = image.scaled(CORNER, CORNER, keep, smooth) if max(pixels.size) > CORNER else image
    return Picture(path, large, image, corner, photo.width, photo.height)
