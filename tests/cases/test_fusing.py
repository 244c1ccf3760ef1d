"""Photographs of a case taken together."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import rows
from pigeon_desktop.cases.fusing import fuse_rows
from pigeon_desktop.cases.runner import Runner
from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine.locator import Locator, Settings
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.errors import PigeonError

from .conftest import Run, pictures


def test_near_duplicates_have_one_vote(case: Case, run: Run, tiny: Locator, photographs: list[Path], tmp_path: Path):
    frames = []
    for i, path in enumerate(photographs[:3]):
        for quality in (95, 60) if i == 0 else (95,):
            frames.append(tmp_path / f"{i}-{quality}.jpg")
            with Image.open(path) as picture:
                picture.save(frames[-1], quality=quality)
    case.add(frames)
    run(case)
    found = fuse_rows(case, rows(case), load_atlas(), known=tiny.pack)
    assert (len(found.members), found.fusion.votes) == (4, 3)
    shared = {member.row.name: [path.name for path in member.shares_vote_with] for member in found.members}
    assert shared == {"0-95.jpg": ["0-60.jpg"], "0-60.jpg": ["0-95.jpg"], "1-95.jpg": [], "2-95.jpg": []}
    assert "near-duplicates share one vote" in " ".join(found.prediction.warnings)
    assert found.prediction.of_several
    assert sum(c.probability for c in found.prediction.candidates) + found.prediction.elsewhere == pytest.approx(1)
    record = found.record()
    assert record["assumption"] == {"same_place_within_km": 25.0, "plausible": not found.fusion.implausible}
    assert [member["stance"] for member in record["members"]] == [m.agreement.stance for m in found.members]


def test_a_stranger_is_named(case: Case, default_pack, photo_table: list[dict[str, str]], tmp_path: Path):
    singapore = [Path(row["path"]) for row in photo_table if row["place"] == "23a63973abe6"]
    lund = next(Path(row["path"]) for row in photo_table if row["place"] == "f06e88c047b8")
    assert len(singapore) == 6
    locator = Locator(default_pack)
    case.add([*singapore, lund])
    list(Runner(case, locator, Settings()).run(CancelToken()))
    found = fuse_rows(case, rows(case), load_atlas(), known=default_pack)
    stances = {member.row.path: member.agreement.stance for member in found.members}
    assert {stances[path] for path in singapore} == {"agrees"}
    assert stances[lund] == "disagrees"
    assert f"Not in agreement with the others: {lund.name}." in found.prediction.warnings
    assert "Assumed, not found out" in found.prediction.warnings[0]
    belief = found.prediction.probability
    assert belief is not None
    assert belief.sum() == pytest.approx(1, abs=1e-5)
    alone = fuse_rows(case, [row for row in rows(case) if row.path != lund], load_atlas(), known=default_pack)
    assert "Not in agreement" not in " ".join(alone.prediction.warnings)


def test_what_is_not_answered_is_left_out(case: Case, run: Run, tiny: Locator, tmp_path: Path):
    with pytest.raises(PigeonError, match="Run the case first"):
        fuse_rows(case, rows(case), load_atlas(), known=tiny.pack)
    case.add(pictures(tmp_path / "photos", 2))
    run(case)
    case.add(pictures(tmp_path / "photos", 1, first=9))
    found = fuse_rows(case, rows(case), load_atlas(), known=tiny.pack)
    assert [row.name for row in found.left_out] == ["0009.jpg"]
    with pytest.raises(PigeonError, match="it takes two"):
        fuse_rows(case, rows(case)[1:], load_atlas(), known=tiny.pack)


def test_a_filter_of_the_run_does_not_count(case: Case, run: Run, tiny: Locator, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 3))
    run(case)
    free = fuse_rows(case, rows(case), load_atlas(), known=tiny.pack)
    run(case, within="SE,NO")
    again = fuse_rows(case, rows(case), load_atlas(), known=tiny.pack)
    assert np.allclose(again.prediction.probability, free.prediction.probability, atol=1e-6)


def test_the_pack_must_be_on_the_machine(case: Case, run: Run, tmp_path: Path):
    case.add(pictures(tmp_path / "photos", 2))
    run(case)
    with pytest.raises(PigeonError, match="is not on this machine"):
        fuse_rows(case, rows(case), load_atlas())
