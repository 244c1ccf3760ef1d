"""Packs on this machine: where they lie, how they are found, and whether their bytes are the right ones."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import platformdirs

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import MANIFEST_NAME, Manifest, PackFile, parse_manifest
from pigeon_desktop.packs.toml import MOST_BYTES
from pigeon_desktop.resources import resource

Progress = Callable[[str, int, int], None]
"""Called with the stage in words, the bytes done and the bytes in all (0: not known)."""

CHUNK = 2**20
"""Bytes read at a time when hashing and copying."""


class PackNotInstalled(PigeonError):  # noqa: N818 - reads as the state it is
    """The pack is known but its encoder, or its text tower, is not on this machine."""


def no_progress(stage: str, done: int, total: int) -> None:
    """A Progress that says nothing."""


def data_folder() -> Path:
    """The user's data folder; the environment's PIGEON_DATA wins. It need not exist."""
    chosen = os.environ.get("PIGEON_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("pigeon-desktop", appauthor=False)


def encoder_path(sha256: str, ending: str = ".onnx") -> Path:
    """Where the encoder, text tower or tokenizer (`ending` .json) with this hash lies once installed: beside the packs,
    for they share it."""
    return data_folder() / "encoders" / f"{sha256}{ending}"


@dataclass(frozen=True)
class Pack:
    """A pack on this machine. `sha256` is that of pack.toml, and so stands for all its files."""

    folder: Path
    manifest: Manifest
    sha256: str

    def paths_of(self, spec: PackFile) -> tuple[Path, ...]:
        """Where one of the manifest's files may lie: encoder, text tower and tokenizer in the data folder first."""
        beside = self.folder / spec.file
        if spec in (self.manifest.encoder, *self.manifest.text_files()):
            return encoder_path(spec.sha256, Path(spec.file).suffix), beside
        return (beside,)

    def _is_here(self, spec: PackFile) -> bool:
        return any(path.is_file() for path in self.paths_of(spec))

    @property
    def installed(self) -> bool:
        """Whether its encoder is here; whether the bytes are right is for `verify` to say."""
        return self._is_here(self.manifest.encoder)

    @property
    def text_installed(self) -> bool:
        """Whether it has a text tower, and that and its tokenizer are here."""
        return self.manifest.text is not None and all(map(self._is_here, self.manifest.text_files()))

    def path_of(self, spec: PackFile) -> Path:
        """The path of one of the manifest's files.

        Raises:
            PackNotInstalled: it is the encoder, text tower or tokenizer, and neither the pack's folder nor the data
                folder has it.
        """
        paths = self.paths_of(spec)
        for path in paths:
            if path.is_file() or len(paths) == 1:
                return path
        manifest = self.manifest
        of_text = spec in manifest.text_files()
        what = "its text tower, which answers prompts," if of_text else "its encoder"
        source = manifest.text.source if of_text and manifest.text else manifest.encoder.source
        raise PackNotInstalled(
            f"Pack {manifest.name}: {what} is not on this machine ({paths[0]} is missing). "
            f"Run `pigeon packs install {manifest.name}`. Without a network, fetch it on another machine "
            f"({source or 'it comes with the pack'}) and run `pigeon packs install {manifest.name} --from FILE`."
        )

    def verify(self, progress: Progress = no_progress) -> None:
        """Hash every file of the pack; of the text tower what is on this machine, for photographs need none of it.

        Raises:
            PackNotInstalled: the encoder is not here.
            PigeonError: a file is missing, unreadable, or not the one in the manifest (with both hashes).
        """
        apart = self.manifest.text_files()
        specs = [spec for spec in self.manifest.files() if spec not in apart or self._is_here(spec)]
        paths = [(spec, self.path_of(spec)) for spec in specs]
        done, total = 0, sum(path.stat().st_size for _, path in paths if path.is_file())
        for spec, path in paths:
            again = f"Run `pigeon packs install {self.manifest.name}`."
            if len(self.paths_of(spec)) == 1:
                again = "Install the program again, or the pack if it came on its own."
            if path.exists() and not path.is_file():
                raise PigeonError(f"{path}: is no file. {again}")
            check = partial(_shifted, progress, f"Checking {spec.file}", done, total)
            try:
                digest, size = file_sha256(path, check)
            except OSError as error:
                raise PigeonError(f"{path}: cannot be read ({error.strerror}). {again}") from error
            if digest != spec.sha256:
                raise PigeonError(
                    f"{path}: is not the file that pack {self.manifest.name} is made of: "
                    f"its SHA-256 is {digest}, it must be {spec.sha256}. {again}"
                )
            done += size


def _shifted(progress: Progress, stage: str, before: int, total: int, done: int) -> None:
    progress(stage, before + done, total)


def file_sha256(path: Path, progress: Callable[[int], None] = lambda _: None) -> tuple[str, int]:
    """SHA-256 in hex and size in bytes of a file; `progress` is told the bytes done. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            progress(size)
    return digest.hexdigest(), size


def read_pack(folder: Path) -> Pack:
    """The pack in `folder`; only its pack.toml is read. Raises PigeonError naming the file."""
    path = folder / MANIFEST_NAME
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PigeonError(f"{path}: cannot be read ({error.strerror}). Name a folder that holds a pack.") from error
    return Pack(folder, parse_manifest(path, data), hashlib.sha256(data).hexdigest())


def pack_folders() -> list[Path]:
    """Folders with a pack.toml: the user's first, then those that came with the program, each sorted.

    Raises:
        PigeonError: the folder that holds the packs cannot be listed.
    """
    folders: list[Path] = []
    for place in (data_folder() / "packs", resource("packs")):
        try:
            folders += sorted(place.iterdir()) if place.is_dir() else []
        except OSError as error:
            raise PigeonError(f"{place}: cannot be listed ({error.strerror}). Check its permissions.") from error
    # A dot in front: a pack that is being put together.
    return [folder for folder in folders if folder.name[0] != "." and (folder / MANIFEST_NAME).is_file()]


def find_packs(on_problem: Callable[[PigeonError], None] | None = None) -> list[Pack]:
    """All packs on this machine, one a name: the user's own goes before the one that came with the program.

    A pack whose manifest is refused is handed to `on_problem` and left out; without it the error is raised.
    """
    packs: dict[str, Pack] = {}
    for folder in pack_folders():
        try:
            pack = _named_pack(folder)
        except PigeonError as error:
            if on_problem is None:
                raise
            on_problem(error)
        else:
            packs.setdefault(pack.manifest.name, pack)
    return [packs[name] for name in sorted(packs)]


def _named_pack(folder: Path) -> Pack:
    """The pack in a folder that must carry its name: names are looked up as folders."""
    pack = read_pack(folder)
    if folder.name != pack.manifest.name:
        raise PigeonError(f"{folder}: holds the pack {pack.manifest.name}. Rename the folder to that name.")
    return pack


def open_pack(name_or_folder: str | Path) -> Pack:
    """A pack by its name, else by its folder. Its files are not hashed yet: call `verify`.

    Raises:
        PigeonError: there is no such pack, or its manifest is refused.
    """
    if isinstance(name_or_folder, str):
        for folder in pack_folders():
            if folder.name == name_or_folder:
                return _named_pack(folder)
    if (Path(name_or_folder) / MANIFEST_NAME).is_file():
        return read_pack(Path(name_or_folder))
    known = ", ".join(sorted({folder.name for folder in pack_folders()})) or "none"
    raise PigeonError(
        f"{name_or_folder}: there is no such pack, and no folder with a {MANIFEST_NAME}. "
        f"Packs on this machine: {known}. See `pigeon packs list`."
    )
