"""Photographs of a case taken together: where they are from, if somebody is right that they are from one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pigeon_desktop.cases.case import Case
from pigeon_desktop.cases.contents import Row, Run, hashes, likenesses, runs
from pigeon_desktop.cases.recall import pack_of
from pigeon_desktop.earth.atlas import Atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.candidates import regions
from pigeon_desktop.engine.fusion import ONE_PLACE_KM, Agreement, Fusion, fuse
from pigeon_desktop.engine.locator import FAINT_COUNTRY, named
from pigeon_desktop.engine.prediction import Prediction
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos.likeness import ALONE, near_duplicates

MOST_NAMED = 8
"""Photographs that do not agree are named, so many of them."""


@dataclass(frozen=True, eq=False)
class Member:
    """One of the photographs: how it goes with the others, and with which of them it shares one vote."""

    row: Row
    agreement: Agreement
    shares_vote_with: tuple[Path, ...]


@dataclass(frozen=True, eq=False)
class Fused:
    """What photographs say together: `prediction` as of a single one, under the assumption that its warnings state.

    `left_out` are those of which nothing is known that could be taken together.
    """

    prediction: Prediction
    fusion: Fusion
    members: tuple[Member, ...]
    left_out: tuple[Row, ...]

    def record(self) -> dict[str, Any]:
        """As plain data."""
        answer = self.prediction.record()
        return {
            "assumption": {"same_place_within_km": self.fusion.within_km, "plausible": not self.fusion.implausible},
            "support": round(self.fusion.support, 3),
            "votes": self.fusion.votes,
            "effective_votes": round(self.fusion.effective_votes, 3),
            **{key: answer[key] for key in ("status", "reason", "warnings", "candidates", "countries", "pack")},
            "members": [
                {
                    "path": str(member.row.path),
                    "stance": member.agreement.stance,
                    "lift": round(member.agreement.lift, 3),
                    "shares_vote_with": [str(path) for path in member.shares_vote_with],
                }
                for member in self.members
            ],
            "left_out": [str(row.path) for row in self.left_out],
        }


def fuse_rows(
    case: Case,
    chosen: Sequence[Row],
    atlas: Atlas,
    within_km: float = ONE_PLACE_KM,
    top: int = 5,
    known: Pack | None = None,
) -> Fused:
    """Take photographs together that were run with one pack, `known` or installed; a filter of that run does not count.

    Raises:
        PigeonError: fewer than two of them can be taken together, or the pack is not on this machine.
    """
    run = _run(case)
    pack = pack_of(run, known)
    if pack is None:
        raise PigeonError(
            f"{run.pack.name} {run.pack.version}: is not on this machine, and the case was run with it. Install it, or "
            "run the case with another pack."
        )
    manifest = pack.manifest
    cells = GeocellSet.read(pack.path_of(manifest.geocells))
    calibration = Calibration.read(pack.path_of(manifest.calibration)) if manifest.calibration else Calibration()
    sha256 = hashes(case)
    vectors = case.vectors()
    try:
        asked = [sha256[row.photo] for row in chosen if row.photo is not None]
        beliefs = vectors.beliefs(asked, run.model, len(cells))
    finally:
        vectors.close()
    members = [row for row in chosen if row.photo is not None and sha256[row.photo] in beliefs]
    left_out = tuple(row for row in chosen if row not in members)
    if len(members) < 2:
        raise PigeonError(
            f"{case.folder}: of these photographs {len(members)} can be taken together, and it takes two. Choose more, "
            "or run the case first."
        )
    photos = [row.photo for row in members if row.photo is not None]
    likeness = likenesses(case, photos)
    votes = near_duplicates([likeness.get(photo, ALONE) for photo in photos])
    together = np.stack([beliefs[sha256[photo]] for photo in photos]).astype(np.float64)
    fusion = fuse(cells, together / together.sum(axis=1, keepdims=True), within_km, votes)
    reason = calibration.abstains(fusion.belief).replace("The picture fits", "Together they fit")
    prediction = Prediction(
        path=Path(f"{len(members)} photographs"),
        sha256="",
        status="abstained" if reason else "located",
        reason=reason,
        warnings=tuple(_warnings(fusion, [row.name for row in members])),
        candidates=named([regions(fusion.belief, top)], cells, atlas, calibration)[0],
        countries=tuple((code, p) for code, p in fusion.belief.countries if p >= FAINT_COUNTRY),
        removed_by_filter=0.0,
        pack=run.pack,
        device=run.device,
        seconds=0.0,
        probability=fusion.belief.probability.astype(np.float32),
    )
    sharing = [
        tuple(other.path for j, other in enumerate(members) if j != i and votes[j] == votes[i])
        for i in range(len(members))
    ]
    return Fused(
        prediction,
        fusion,
        tuple(Member(*each) for each in zip(members, fusion.agreements, sharing, strict=True)),
        left_out,
    )


def _run(case: Case) -> Run:
    ran = runs(case)
    if not ran:
        raise PigeonError(f"{case.folder}: nothing was said of any photograph yet. Run the case first.")
    return ran[-1]


def _warnings(fusion: Fusion, names: Sequence[str]) -> list[str]:
    members = len(names)
    near = f"within {fusion.within_km:,.0f} km of one place"
    said = [f"Assumed, not found out: all {members:,} photographs were taken {near}."]
    if fusion.votes < members:
        said.append(f"{members:,} photographs, {fusion.votes:,} different ones: near-duplicates share one vote.")
    if fusion.implausible:
        said.append("These photographs do not look like one place: the assumption is probably wrong.")
    against = [name for name, one in zip(names, fusion.agreements, strict=True) if one.stance == "disagrees"]
    if against:
        more = f" and {len(against) - MOST_NAMED:,} more" if len(against) > MOST_NAMED else ""
        said.append(f"Not in agreement with the others: {', '.join(against[:MOST_NAMED])}{more}.")
    return said
