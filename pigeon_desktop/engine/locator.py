"""The front door: photographs in, predictions out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import ThreadpoolController

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.belief import Belief
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.candidates import Coordinates, regions
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import Head, read_head
from pigeon_desktop.engine.prediction import Candidate, PackMark, Prediction, Status
from pigeon_desktop.engine.prototypes import Prototypes, read_prototypes
from pigeon_desktop.engine.self_check import checked_encoder
from pigeon_desktop.engine.session import CancelToken, physical_cores
from pigeon_desktop.engine.threads import in_threads
from pigeon_desktop.engine.within import Filter
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.photos.loading import Photo, load_photo

FAINT_COUNTRY = 0.001
"""Countries below this probability are left out of a prediction's list."""


@dataclass(frozen=True)
class Settings:
    """How to answer: at most `top` candidates, and only `within` a part of the world."""

    top: int = 5
    within: Filter | None = None


@dataclass(frozen=True, eq=False)
class _Seen:
    """A photograph and its features, and the seconds that they took."""

    photo: Photo
    features: Features
    seconds: float


class Locator:
    """A pack on a device, ready to answer.

    Loads, verifies and self-checks the pack. A device that computes wrong numbers is refused in favour of
    the CPU, and `notes` says so. `self_check` is the lowest cosine that was reached. `threads` is how many
    photographs are worked on at once, by default one a processor core.

    Raises:
        PigeonError: the pack is damaged or incomplete, or the self-check fails on the CPU too.
    """

    def __init__(self, pack: Pack, *, device: str = "auto", threads: int | None = None) -> None:
        pack.verify()
        manifest = pack.manifest
        self.pack = pack
        self.mark = PackMark(manifest.name, manifest.version, pack.sha256)
        self.atlas: Atlas = load_atlas()
        self.cells: GeocellSet = GeocellSet.read(pack.path_of(manifest.geocells))
        self.head: Head = read_head(pack.path_of(manifest.head), manifest.head, len(self.cells))
        self.prototypes = _prototypes(pack, len(self.cells))
        self.calibration = (
            Calibration.read(pack.path_of(manifest.calibration)) if manifest.calibration else Calibration()
        )
        # One photograph a thread gives more than all threads on one photograph, and hides decoding and candidates.
        self.workers = threads or physical_cores()
        ThreadpoolController().limit(limits=1, user_api="blas")
        checked = checked_encoder(pack, device)
        self.encoder, self.self_check, self.notes = checked.encoder, checked.cosine, checked.notes

    @property
    def device(self) -> str:
        """The device that ran the self-check and runs the photographs."""
        return self.encoder.session.device

    def locate(self, path: Path, settings: Settings | None = None, cancel: CancelToken | None = None) -> Prediction:
        """One photograph. One that cannot be read gives a prediction of status "failed".

        Raises:
            Cancelled: by `cancel`.
        """
        return next(self.locate_all([path], settings, cancel))

    def locate_all(
        self, paths: Iterable[Path], settings: Settings | None = None, cancel: CancelToken | None = None
    ) -> Iterator[Prediction]:
        """A prediction for every path, in their order; some are worked on ahead, in threads.

        Raises:
            Cancelled: by `cancel`.
        """
        settings, cancel = settings or Settings(), cancel or CancelToken()
        for seen in in_threads(lambda path: self._look(path, cancel), paths, self.workers, cancel, in_order=True):
            yield self._answer(seen, settings)

    def _look(self, path: Path, cancel: CancelToken) -> _Seen | Prediction:
        """One photograph from its file to its features, in a thread; a failed prediction if it cannot be read."""
        cancel.check()
        start = time.perf_counter()
        try:
            photo = load_photo(path, self.encoder.spec.input_size)
            features = self.encoder.encode(self.encoder.transform(photo.pixels)[None], cancel)
        except PigeonError as error:
            message = str(error)
            return self._failed(path, message if str(path) in message else f"{path}: {message}")
        except MemoryError:
            return self._failed(path, f"{path}: too large for this machine's memory. Make a smaller copy of it.")
        return _Seen(photo, features, time.perf_counter() - start)

    def _answer(self, seen: _Seen | Prediction, settings: Settings) -> Prediction:
        if isinstance(seen, Prediction):
            return seen
        start = time.perf_counter()
        prediction = self.predict(seen.photo.path, seen.photo, seen.features, settings)
        return replace(prediction, seconds=seen.seconds + time.perf_counter() - start)

    def _failed(self, path: Path, reason: str) -> Prediction:
        return Prediction(path, "", "failed", reason, (), (), (), 0.0, self.mark, self.device, 0.0)

    def predict(self, path: Path, photo: Photo, features: Features, settings: Settings) -> Prediction:
        """The prediction for one photograph's features, shape (1, ...)."""
        probability, coordinates = self.head.probabilities(features), None
        if self.prototypes is not None:
            refined = self.prototypes.refine(self.cells, probability, features)
            probability, coordinates = refined.probability, refined.coordinates(0)
        belief = Belief(self.cells, probability[0])
        warnings, removed = photo.warnings, 0.0
        if settings.within is not None:
            try:
                belief, removed = belief.within(settings.within.mask)
            except ValueError as error:
                return replace(self._failed(path, f"{path}: {error}. Search within more."), sha256=photo.sha256)
            if removed > 0.5:
                warnings += (f'"Search within {settings.within.text}" removed {removed:.0%} of the probability.',)
        reason = self.calibration.abstains(belief)
        status: Status = "abstained" if reason else "located"
        return Prediction(
            path=path,
            sha256=photo.sha256,
            status=status,
            reason=reason,
            warnings=warnings,
            candidates=self.candidates(belief, settings.top, coordinates),
            countries=tuple((code, p) for code, p in belief.countries if p >= FAINT_COUNTRY),
            removed_by_filter=removed,
            pack=self.mark,
            device=self.device,
            seconds=0.0,
            probability=belief.probability.astype(np.float32),
        )

    def candidates(self, belief: Belief, top: int, refined: Coordinates | None = None) -> tuple[Candidate, ...]:
        """The belief's regions with their names and calibrated radius, at `refined` coordinates where given."""
        found = regions(belief, top, refined)
        places = self.atlas.places(np.array([r.latitude for r in found]), np.array([r.longitude for r in found]))
        return tuple(
            Candidate(
                rank=rank,
                probability=region.probability,
                latitude=region.latitude,
                longitude=region.longitude,
                radius_km=self.calibration.radius_km(region.radius_km),
                place=places[rank - 1],
                cells=tuple(str(i) for i in self.cells.ids[region.cells]),
            )
            for rank, region in enumerate(found, start=1)
        )


def _prototypes(pack: Pack, cells: int) -> Prototypes | None:
    """The pack's prototypes, where it has some; how wide its features are is known from its self-check."""
    manifest = pack.manifest
    if manifest.prototypes is None:
        return None
    names, expected = manifest.head.features, manifest.self_check.features
    width = sum(len(expected.get(name, ())) for name in names)
    return read_prototypes(pack.path_of(manifest.prototypes), names, width, cells)
