"""Features files: the photographs of a table and their mirror images, encoded with a pack's encoder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pigeon_desktop.engine.devices import physical_cores
from pigeon_desktop.engine.self_check import checked_encoder
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.threads import in_threads
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack, Progress, data_folder
from pigeon_desktop.packs.writing import whole_file
from pigeon_desktop.photos.loading import PhotoError, load_photo
from pigeon_desktop.photos.reading import read_photo_bytes
from pigeon_desktop.training.feature_cache import EncodedPhoto, FeatureCache
from pigeon_desktop.training.tables import Table, Truth

ID_LENGTH = 16
"""Hex digits of the SHA-256 of a photograph's file that are its id: they tell nothing of folders and names."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Written:
    """How many photographs are in the file, how many of them were encoded now, and how many could not be read."""

    photographs: int
    encoded: int
    unreadable: int


@dataclass(frozen=True)
class _File:
    """A photograph of the table and the SHA-256 of its file."""

    truth: Truth
    sha256: str


def default_cache() -> Path:
    """Where features are kept if nobody names another file."""
    return data_folder() / "cache" / "features.sqlite"


def write_features(
    table: Table,
    pack: Pack,
    out: Path,
    cache_file: Path,
    device: str,
    say: Say,
    progress: Progress,
    cancel: CancelToken,
) -> Written:
    """Encode the photographs of a table and write them with what is known of them; `out` appears whole or not at all.

    What the cache holds is not encoded again, and the encoder is not loaded where it holds all. A photograph that
    cannot be read is told to `say` and left out, and so is one whose file is the same, byte by byte, as an earlier
    one's.

    Raises:
        Cancelled: by `cancel`; the cache keeps what was encoded until then.
        PigeonError: no photograph can be read, the pack or the cache is damaged, or `out` cannot be written.
    """
    if not out.resolve().parent.is_dir():
        raise PigeonError(f"{out}: its folder is not there. Make it, or name a file elsewhere with --out.")
    readable = list(_files(table, say, progress, cancel))
    files = list(_distinct(readable, say))
    encoder = pack.manifest.encoder.sha256
    widths = {name: len(values) for name, values in pack.manifest.self_check.features.items()}
    with FeatureCache(cache_file, encoder, widths) as cache:
        encoded = cache.read(file.sha256 for file in files)
        missing = [file for file in files if file.sha256 not in encoded]
        for done, (file, answer) in enumerate(_encoded(missing, pack, device, say, cancel), start=1):
            progress(f"Encoding {len(missing):,} photographs", done, len(missing))
            if isinstance(answer, str):
                say(answer)
            else:
                cache.put(file.sha256, answer)
                encoded[file.sha256] = answer
    usable = [file for file in files if file.sha256 in encoded]
    if not usable:
        raise PigeonError(f"{out}: none of the photographs can be read. Check the paths in the table.")
    with whole_file(out) as stream:
        np.savez(stream, **_arrays(usable, encoded, encoder))  # type: ignore[arg-type]  # numpy 2.3 has a flag there
    failed = len(files) - len(usable)
    return Written(len(usable), len(missing) - failed, len(table.rows) - len(readable) + failed)


def _files(table: Table, say: Say, progress: Progress, cancel: CancelToken) -> Iterator[_File]:
    """The photographs of the table that can be read, in its order; the others are told."""

    def read(truth: Truth) -> _File | str:
        cancel.check()
        try:
            return _File(truth, read_photo_bytes(truth.path)[1])
        except PhotoError as error:
            return str(error)
        except MemoryError:
            return _too_large(truth.path)

    found = in_threads(read, table.rows, physical_cores(), cancel, in_order=True)
    for done, file in enumerate(found, start=1):
        progress(f"Reading {len(table.rows):,} photographs", done, len(table.rows))
        if isinstance(file, str):
            say(file)
        else:
            yield file


def _distinct(files: Iterable[_File], say: Say) -> Iterator[_File]:
    """Each content once: one picture under two names would count twice, and might stand on both sides of a split."""
    first: dict[str, _File] = {}
    for file in files:
        before = first.setdefault(file.sha256, file)
        if before is file:
            yield file
        else:
            say(
                f"{file.truth.path}: is the same file, byte by byte, as {before.truth.path}, which counts once with "
                "its own row. Delete the other row."
            )


def _encoded(
    files: Sequence[_File], pack: Pack, device: str, say: Say, cancel: CancelToken
) -> Iterator[tuple[_File, EncodedPhoto | str]]:
    """Each file's features as they come, or what is wrong with it; raises what concerns all photographs."""
    if not files:
        return
    pack.verify()
    checked = checked_encoder(pack, device)
    for note in checked.notes:
        say(note)
    encoder = checked.encoder

    def encode(file: _File) -> tuple[_File, EncodedPhoto | str]:
        cancel.check()
        path = file.truth.path
        try:
            photo = load_photo(path, encoder.spec.input_size)
        except PhotoError as error:
            return file, str(error)
        except MemoryError:
            return file, _too_large(path)
        if photo.sha256 != file.sha256:
            return file, f"{path}: was changed while it was read. Run this again when it is done."
        # One picture a run: an int8 encoder rounds by what else is in the batch.
        plain, mirrored = (
            encoder.encode(encoder.transform(pixels)[None], cancel)
            for pixels in (photo.pixels, photo.pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        )
        vectors = (plain.embedding, mirrored.embedding, plain.mean_token, mirrored.mean_token)
        return file, EncodedPhoto(*(vector[0].astype(np.float16) for vector in vectors))

    yield from in_threads(encode, files, encoder.workers, cancel, in_order=False)


def _too_large(path: Path) -> str:
    return f"{path}: too large for this machine's memory. Make a smaller copy of it."


def _arrays(files: Sequence[_File], encoded: Mapping[str, EncodedPhoto], encoder: str) -> dict[str, NDArray[Any]]:
    """The arrays of the file, one row a photograph; `TrainingPhotographs.read` reads them."""
    truths = [file.truth for file in files]
    vectors = [encoded[file.sha256] for file in files]
    return {
        "photo": np.array([file.sha256[:ID_LENGTH] for file in files]),
        **{field.name: np.stack([getattr(one, field.name) for one in vectors]) for field in fields(EncodedPhoto)},
        "latitude": np.array([truth.latitude for truth in truths], np.float32),
        "longitude": np.array([truth.longitude for truth in truths], np.float32),
        **{
            name: np.array([getattr(t, name) for t in truths])
            for name in ("country_code", "place", "domain", "quality")
        },
        "label": np.array(["coordinate" if truth.has_coordinate else "country" for truth in truths]),
        "encoder_sha256": np.array(encoder),
    }
