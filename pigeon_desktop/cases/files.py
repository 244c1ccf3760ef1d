"""The files of a case: which of them have to be read, and what one look at a file finds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pigeon_desktop.cases import audit
from pigeon_desktop.cases.case import COPIES, Case
from pigeon_desktop.engine.encoder import Encoder, Features
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.errors import Cancelled, DeviceError, PigeonError
from pigeon_desktop.packs.writing import whole_file
from pigeon_desktop.photos.likeness import likeness
from pigeon_desktop.photos.loading import PhotoError, decode_photo
from pigeon_desktop.photos.reading import read_photo_bytes

NOTED_AT_ONCE = 10_000
"""Files of which one entry of the chain says that they are gone, or back."""


@dataclass(frozen=True)
class File:
    """A file of the case: `photo` and `sha256` as it was read last, None and "" if it never was."""

    id: int
    path: Path
    root: Path
    photo: int | None
    sha256: str


@dataclass(frozen=True)
class Survey:
    """What there is to read; `away` are folders that are not there, in which `waiting` files wait."""

    to_read: tuple[File, ...]
    away: tuple[Path, ...]
    waiting: int


class FolderGoneError(PigeonError):
    """A folder that was there is not any more: a disk was unplugged, and its files are not to blame."""


@dataclass(frozen=True, eq=False)
class Look:
    """What one look at a file has found.

    `problem`: why it could not be read this time. Else `sha256`, and `size` and `mtime_ns` of the file as it was. If it
    had to be decoded: `width`, `height`, `warnings`, its perceptual hash, and, if that was missing, its `features` of
    shape (1, ...); or the `damage` for which it cannot be. `copy`: where in the case's folder a copy of it lies.
    """

    file: File
    problem: str = ""
    sha256: str = ""
    size: int = 0
    mtime_ns: int = 0
    damage: str = ""
    width: int = 0
    height: int = 0
    warnings: tuple[str, ...] = ()
    likeness: int | None = None
    features: Features | None = None
    copy: str = ""
    seconds: float = 0.0


def survey(case: Case, known: set[str], cancelled: Callable[[], bool]) -> Survey:
    """Compare the case with the disk: note which files are gone or back, and say which have to be read.

    Those are files that are new or have changed, and one of each photograph that is not among those `known`, by their
    SHA-256.

    Raises:
        Cancelled: `cancelled` said so.
    """
    # Of a path that held several pictures one after the other the last row counts.
    question = (
        "SELECT f.id, f.path, r.path, f.photo, f.size, f.mtime_ns, f.gone, p.sha256 FROM files f "
        "JOIN roots r ON r.id = f.root LEFT JOIN photos p ON p.id = f.photo "
        "WHERE f.id IN (SELECT max(id) FROM files GROUP BY path) ORDER BY f.id"
    )
    with case.errors():
        rows = case.database.execute(question).fetchall()
    there = {root: is_there(Path(os.fsdecode(root))) for root in {row[2] for row in rows}}
    to_read, gone, back, waiting, sought = [], [], [], 0, set[str]()
    for id_, path, root, photo, size, mtime_ns, was_gone, sha256 in rows:
        if cancelled():
            raise Cancelled
        finished = sha256 in known
        if not there[root]:
            waiting += not finished
            continue
        file = File(id_, Path(os.fsdecode(path)), Path(os.fsdecode(root)), photo, sha256 or "")
        try:
            status = file.path.stat()
        except OSError:
            # One that was never read is looked at all the same: that says in words what is wrong.
            if photo is None:
                to_read.append(file)
            elif not was_gone:
                gone.append(file)
            continue
        if photo is None or (status.st_size, status.st_mtime_ns) != (size, mtime_ns):
            to_read.append(file)
            continue
        if was_gone:
            back.append(file)
        if not finished and sha256 not in sought:
            sought.add(sha256)
            to_read.append(file)
    _note(case, gone, back)
    away = tuple(Path(os.fsdecode(root)) for root, here in there.items() if not here)
    return Survey(tuple(to_read), away, waiting)


def _note(case: Case, gone: list[File], back: list[File]) -> None:
    if not (gone or back):
        return
    with case.writing() as database:
        for files, flag in ((gone, 1), (back, 0)):
            database.executemany("UPDATE files SET gone = ? WHERE id = ?", [(flag, file.id) for file in files])
        # No entry may be longer than a row: a disk may hold a million.
        for at in range(0, max(len(gone), len(back)), NOTED_AT_ONCE):
            some = slice(at, at + NOTED_AT_ONCE)
            body = {"gone": [str(file.path) for file in gone[some]], "back": [str(file.path) for file in back[some]]}
            audit.append(database, "files", body)


def is_there(folder: Path) -> bool:
    """Whether a folder is there and holds something: where a disk was mounted an empty one is left behind."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


class Looks:
    """A file to a Look, in any thread: read, hashed, and decoded and encoded if no other file was the same.

    By their SHA-256s, `known` are photographs that need not be decoded, `encoded` such that need not be encoded; with
    `copies` every photograph is copied to beneath that folder, which is the case's.
    """

    def __init__(
        self, encoder: Encoder, known: Iterable[str], encoded: set[str], copies: Path | None, cancel: CancelToken
    ) -> None:
        self._encoder, self._encoded, self._copies, self._cancel = encoder, encoded, copies, cancel
        self._claimed = set(known)
        self._lock = threading.Lock()

    def __call__(self, file: File) -> Look:
        """The look.

        Raises:
            Cancelled: by the token.
            FolderGoneError: the file cannot be read, because its folder is not there any more.
            PigeonError: a copy cannot be written.
        """
        self._cancel.check()
        found, data = opened(file)
        found = self.kept(found, data)
        if not self.claims(found):
            return found
        look = decoded(found, data, self._encoder, self._cancel, encode=self.encodes(found))
        if look.problem:
            self.release(found)
        return look

    @property
    def keeps_copies(self) -> bool:
        return self._copies is not None

    def kept(self, found: Look, data: bytes) -> Look:
        """The same, with a copy of what was read, where copies are kept. Raises PigeonError: it cannot be written."""
        if found.problem or self._copies is None:
            return found
        return replace(found, copy=self._copied(found.file.path, data, found.sha256))

    def claims(self, found: Look) -> bool:
        """Whether what was read is to be decoded: it could be read, and nobody else has decoded the same, or is at it.
        Who is told so has to do it, or to `release` it."""
        with self._lock:
            if found.problem or found.sha256 in self._claimed:
                return False
            self._claimed.add(found.sha256)
            return True

    def release(self, found: Look) -> None:
        """It could not be decoded this time: whoever comes by the same may try."""
        with self._lock:
            self._claimed.discard(found.sha256)

    def encodes(self, found: Look) -> bool:
        """Whether what is decoded has to be encoded as well."""
        return found.sha256 not in self._encoded

    def _copied(self, path: Path, data: bytes, sha256: str) -> str:
        assert self._copies is not None
        ending = path.suffix.lower()[:10]
        # Others may mean something to a file system; a case is refused that has them.
        plain = ending[1:].isascii() and ending[1:].isalnum()
        place = Path(COPIES, sha256[:2], sha256 + (ending if plain else ""))
        target = self._copies / place
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(target) as file:
                file.write(data)
        return place.as_posix()


def _too_large(path: Path) -> str:
    return f"{path}: too large for this machine's memory. Make a smaller copy of it."


def opened(file: File) -> tuple[Look, bytes]:
    """What a file holds, read and hashed; with a `problem`, and no bytes, where it cannot be read.

    Raises:
        FolderGoneError: for its folder is not there any more.
    """
    start = time.perf_counter()
    try:
        status = file.path.stat()
        data, sha256 = read_photo_bytes(file.path)
    except (OSError, ValueError, PhotoError) as error:
        return Look(file, problem=_unreadable(file, error)), b""
    except MemoryError:
        return Look(file, problem=_too_large(file.path)), b""
    seconds = time.perf_counter() - start
    return Look(file, sha256=sha256, size=status.st_size, mtime_ns=status.st_mtime_ns, seconds=seconds), data


def decoded(found: Look, data: bytes, encoder: Encoder, cancel: CancelToken, *, encode: bool) -> Look:
    """The look at a file that was read: decoded and, with `encode`, encoded. Raises Cancelled, DeviceError."""
    start, path = time.perf_counter(), found.file.path
    try:
        photo = decode_photo(path, data, found.sha256, encoder.spec.input_size)
        features = encoder.encode(encoder.transform(photo.pixels)[None], cancel) if encode else None
    except PhotoError as error:
        return replace(found, damage=str(error))
    except DeviceError:
        raise
    except (MemoryError, PigeonError) as error:
        # Not the photograph's fault: it is tried again the next time.
        return Look(found.file, problem=_too_large(path) if isinstance(error, MemoryError) else f"{path}: {error}")
    return replace(
        found,
        width=photo.width,
        height=photo.height,
        warnings=photo.warnings,
        likeness=likeness(photo.pixels),
        features=features,
        seconds=found.seconds + time.perf_counter() - start,
    )


def _unreadable(file: File, error: Exception) -> str:
    if not is_there(file.root):
        raise FolderGoneError(
            f"{file.root}: is not there any more. Plug its disk in again and go on; nothing was lost."
        ) from error
    if isinstance(error, PhotoError):
        return str(error)
    # `read_photo_bytes` would say the same in words, had it come so far.
    try:
        read_photo_bytes(file.path)
    except PhotoError as clear:
        return str(clear)
    return f"{file.path}: cannot be read ({error}). Check the disk."
