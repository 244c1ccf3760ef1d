"""What `pigeon doctor` says: versions, folders, packs, and the devices that really run."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from pigeon_desktop import __version__
from pigeon_desktop.engine.devices import PROVIDERS, lack_of
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.self_check import SLOWER
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import data_folder, find_packs, open_pack
from pigeon_desktop.resources import resource

PACKAGES = (
    "onnxruntime",
    "onnxruntime-gpu",
    "onnx",
    "numpy",
    "pillow",
    "pillow-heif",
    "shapely",
    "PySide6-Essentials",
    "pyqtgraph",
)


def report(devices: Iterable[str]) -> tuple[list[str], bool]:
    """The lines, and whether the default pack runs on at least one of `devices`."""
    lines = [f"Pigeon Desktop {__version__}", f"Python {platform.python_version()} on {_system()}"]
    lines += ["", "Packages", *(f"  {name:<20}{_version(name)}" for name in PACKAGES)]
    lines += ["", "Folders", f"  {'data':<20}{data_folder()}", f"  {'resources':<20}{resource()}"]
    lines += ["", "Packs", *(f"  {line}" for line in _packs())]
    lines += ["", "Devices, each with the self-check of pack default"]
    runs = False
    for device in devices:
        line, ran = _device(device)
        lines.append(f"  {device:<8}{line}")
        runs = runs or ran
    return lines, runs


def _system() -> str:
    """The system and the kind of processor. Not by platform.platform(), which starts a process to be told."""
    about = platform.uname()
    return f"{about.system} {about.release} {about.machine}"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _packs() -> Iterator[str]:
    problems: list[PigeonError] = []
    for pack in find_packs(problems.append):
        name = f"{pack.manifest.name} {pack.manifest.version}"
        try:
            pack.verify()
        except PigeonError as error:
            problems.append(error)
        else:
            without = pack.manifest.text is not None and not pack.text_installed
            yield f"{name:<20}{pack.sha256}  whole{'; prompts not installed' if without else ''}"
    yield from map(str, problems)


def _device(device: str) -> tuple[str, bool]:
    """What running the self-check on `device` came to, and whether it was that device that ran."""
    if lacking := lack_of(device):
        return f"does not run: {lacking}", False
    try:
        locator = Locator(open_pack("default"), device=device)
    except PigeonError as error:
        return f"does not run: {error}", False
    if locator.encoder.session.provider != PROVIDERS[device]:
        return f"does not run: {' '.join(note for note in locator.notes if note != SLOWER)}", False
    batch = locator.encoder.batch
    together = f", photographs in batches of {batch}" if batch > 1 else ""
    return " ".join([f"runs: {locator.device}, self-check {locator.self_check:.5f}{together}.", *locator.notes]), True
