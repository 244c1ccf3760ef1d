"""Pictures with bytes changed by chance: each is shown or refused, whatever was changed.

`PIGEON_FUZZ_SECONDS` says for how long (60), `PIGEON_FUZZ_SEED` where chance begins, by default somewhere else each
time. Inputs that say something are kept in `PIGEON_FUZZ_KEEP`, or else thrown away with the other files of the test.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections import defaultdict
from pathlib import Path

from pigeon_desktop.photos.formats import format_of
from tests.photos.hostile_files import HOSTILE

from .fuzzing import damaged, fuzz

SECONDS = float(os.environ.get("PIGEON_FUZZ_SECONDS", "60"))
MOST_BYTES = 60_000
"""Of a file to begin with: small ones are many."""

TARGET = """
import sys
from pathlib import Path
from pigeon_desktop.photos.loading import PhotoError, load_photo
for line in sys.stdin:
    try:
        photo = load_photo(Path(line[:-1]))
        assert photo.pixels.mode == "RGB" and photo.width > 0 and photo.height > 0
        said = "damaged" if photo.warnings else "shown"
    except PhotoError as error:
        words = str(error)
        said = "crash" if "decoder crash" in words else "slow" if "took longer" in words else "refused"
    print(said, flush=True)
"""


def test_pictures(hard_folder: Path, tmp_path: Path) -> None:
    kinds: dict[str, list[bytes]] = defaultdict(list)
    for path in sorted(hard_folder.iterdir()):
        if path.stat().st_size <= MOST_BYTES and (name := format_of(path.read_bytes())):
            kinds[name].append(path.read_bytes())
    for name, hostile in HOSTILE.items():
        if "-cut-at-" not in name and not name.startswith("bomb"):
            data = hostile.make()
            if len(data) <= MOST_BYTES and (kind := format_of(data)):
                kinds[kind].append(data)
    assert len(kinds) == 8

    def make(chance: random.Random) -> tuple[bytes, str]:
        files = kinds[chance.choice(sorted(kinds))]
        return damaged(chance, chance.choice(files), chance.choice(files)), ".jpg"

    folder = Path(os.environ.get("PIGEON_FUZZ_KEEP", tmp_path))
    seed = int(os.environ.get("PIGEON_FUZZ_SEED", time.time_ns() % 10**9))
    command = [sys.executable, "-c", TARGET]
    found = fuzz(command, make, folder, SECONDS, seed=seed, most_seconds=10, keep=("crash", "slow"))
    said = ", ".join(f"{count:,} {word}" for word, count in found.answers.most_common())
    rate = found.inputs / found.seconds
    print(f"\nseed {seed}: {found.inputs:,} pictures in {found.seconds:.0f} s, {rate:.0f}/s: {said}")
    assert found.ends == []
    assert [path for path in found.slow if path.exists()] == []
