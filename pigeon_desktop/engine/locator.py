"""The front door: photographs in, predictions out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from pigeon_desktop.earth.atlas import Atlas, load_atlas
from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.engine.belief import SCORE_KM, Belief, smooth_together
from pigeon_desktop.engine.calibration import Calibration
from pigeon_desktop.engine.candidates import MODE_KM, Coordinates, Region, regions
from pigeon_desktop.engine.encoder import Features
from pigeon_desktop.engine.head import Head, read_head
from pigeon_desktop.engine.prediction import Candidate, PackMark, Prediction
from pigeon_desktop.engine.prototypes import Prototypes, read_prototypes
from pigeon_desktop.engine.self_check import checked_encoder
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.engine.threads import in_threads
from pigeon_desktop.engine.within import Filter
from pigeon_desktop.errors import DeviceError, PigeonError
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
class Believed:
    """A photograph about which there is a belief, of shape (cells,), before any filter; `coordinates` are those of the
    pack's prototypes, `seconds` those that it took so far."""

    path: Path
    sha256: str
    warnings: tuple[str, ...]
    probability: NDArray[np.floating]
    coordinates: Coordinates = field(default_factory=dict)
    seconds: float = 0.0


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
    photographs are worked on at once, by default as many as keep the encoder busy.

    Raises:
        PigeonError: the pack is damaged or incomplete, or the self-check fails on the CPU too.
    """

    def __init__(self, pack: Pack, *, device: str = "auto", threads: int | None = None) -> None:
        pack.verify()
        manifest = pack.manifest
        self.pack = pack
        self.mark = PackMark(manifest.name, manifest.version, pack.sha256)
        ThreadpoolController().limit(limits=1, user_api="blas")
        # The encoder takes as long to load and check as all the rest takes to unpack; neither holds on to Python.
        with ThreadPoolExecutor(1, thread_name_prefix="encoder") as beside:
            checking = beside.submit(checked_encoder, pack, device)
            self.atlas: Atlas = load_atlas()
            self.cells: GeocellSet = GeocellSet.read(pack.path_of(manifest.geocells))
            if len(self.cells) != manifest.geocells.count:
                raise PigeonError(
                    f"{pack.path_of(manifest.geocells)}: holds {len(self.cells):,} geocells, and pack {manifest.name} "
                    f"says {manifest.geocells.count:,}. Install the pack again."
                )
            self.head: Head = read_head(pack.path_of(manifest.head), manifest.head, len(self.cells))
            self.prototypes = _prototypes(pack, len(self.cells))
            self.calibration = (
                Calibration.read(pack.path_of(manifest.calibration)) if manifest.calibration else Calibration()
            )
            checked = checking.result()
        self.encoder, self.self_check, self.notes = checked.encoder, checked.cosine, checked.notes
        self.workers = threads or self.encoder.workers
        self._require_fit(checked.features)

    def _require_fit(self, features: Features) -> None:
        """That the head takes what the encoder gives, and makes probabilities of it. Raises PigeonError."""
        spec = self.pack.manifest.head
        try:
            probability = self.believe(features)[0]
        except (ValueError, IndexError) as error:
            raise PigeonError(
                f"{spec.file}: the head does not fit the encoder's features ({error}). Install the pack again."
            ) from error
        if probability.shape != (1, len(self.cells)):
            raise PigeonError(f"{spec.file}: the head does not fit the geocells. Install the pack again.")

    @property
    def device(self) -> str:
        """The device that ran the self-check and runs the photographs."""
        return self.encoder.session.device

    @property
    def encoder_sha256(self) -> str:
        """That of `Encoder`."""
        return self.encoder.sha256

    @property
    def head_key(self) -> str:
        """SHA-256, in hex, of all that makes a belief of features: what has the same gives the same beliefs."""
        manifest = self.pack.manifest
        parts = [manifest.head.sha256, *manifest.head.features, repr(manifest.head.temperature)]
        parts += [manifest.geocells.sha256, manifest.prototypes.sha256 if manifest.prototypes else ""]
        return hashlib.sha256("\n".join(parts).encode("utf-8")).hexdigest()

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
            Cancelled: by `cancel`; DeviceError: it fails, and would with all others.
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
        except DeviceError:
            raise
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
        probability, coordinates = self.believe(features)
        return self.say([Believed(path, photo.sha256, photo.warnings, probability[0], coordinates[0])], settings)[0]

    def believe(self, features: Features) -> tuple[NDArray[np.float64], list[Coordinates]]:
        """Beliefs about n photographs, shape (n, cells), before any filter; and where in some cells the pack's
        prototypes put each of them.

        Raises:
            PigeonError: the pack's numbers are such that no probabilities come out.
        """
        probability = self.head.probabilities(features)
        if not np.all(np.abs(probability.sum(axis=1) - 1) < 1e-6):
            raise PigeonError(
                f"{self.pack.manifest.head.file}: the head gives no probabilities. Install the pack again."
            )
        if self.prototypes is None:
            return probability, [{}] * len(probability)
        refined = self.prototypes.refine(self.cells, probability, features)
        return refined.probability, [refined.coordinates(row) for row in range(len(probability))]

    def say(self, photographs: Sequence[Believed], settings: Settings) -> list[Prediction]:
        """What is said of photographs about which there is a belief. Many at once cost less than one by one, and differ
        from it in the last of six digits at most, for sums run in another order."""
        beliefs = [Belief(self.cells, np.asarray(one.probability, np.float64)) for one in photographs]
        removed = [0.0] * len(beliefs)
        if settings.within is not None:
            mask = settings.within.mask
            # Where nothing is left the belief stays whole, and is not spoken of.
            removed = [float(belief.probability[~mask].sum()) for belief in beliefs]
            kept = [bool(belief.probability[mask].any()) for belief in beliefs]
            beliefs = [belief.within(mask)[0] if some else belief for belief, some in zip(beliefs, kept, strict=True)]
        smooth_together(beliefs, (SCORE_KM, MODE_KM))
        found = [regions(one, settings.top, of.coordinates) for one, of in zip(beliefs, photographs, strict=True)]
        candidates = named(found, self.cells, self.atlas, self.calibration)
        return [
            self._prediction(*each, settings) for each in zip(photographs, beliefs, removed, candidates, strict=True)
        ]

    def _prediction(
        self, one: Believed, belief: Belief, removed: float, candidates: tuple[Candidate, ...], settings: Settings
    ) -> Prediction:
        warnings = one.warnings
        if settings.within is not None:
            if not one.probability[settings.within.mask].any():
                reason = f"{one.path}: the filter leaves no probability anywhere. Search within more."
                return replace(self._failed(one.path, reason), sha256=one.sha256)
            if removed > 0.5:
                warnings += (f'"Search within {settings.within.text}" removed {removed:.0%} of the probability.',)
        reason = self.calibration.abstains(belief)
        return Prediction(
            path=one.path,
            sha256=one.sha256,
            status="abstained" if reason else "located",
            reason=reason,
            warnings=warnings,
            candidates=candidates,
            countries=tuple((code, p) for code, p in belief.countries if p >= FAINT_COUNTRY),
            removed_by_filter=removed,
            pack=self.mark,
            device=self.device,
            seconds=one.seconds,
            probability=belief.probability.astype(np.float32),
        )


def named(
    found: Sequence[Sequence[Region]], cells: GeocellSet, atlas: Atlas, calibration: Calibration
) -> list[tuple[Candidate, ...]]:
    """Candidates of the regions of several beliefs over these cells: with names, and with their calibrated radius."""
    together = [region for some in found for region in some]
    places = iter(atlas.places(np.array([r.latitude for r in together]), np.array([r.longitude for r in together])))
    return [
        tuple(
            Candidate(
                rank=rank,
                probability=region.probability,
                latitude=region.latitude,
                longitude=region.longitude,
                radius_km=calibration.radius_km(region.radius_km),
                place=next(places),
                cells=tuple(cells.ids[region.cells].tolist()),
            )
            for rank, region in enumerate(some, start=1)
        )
        for some in found
    ]


def _prototypes(pack: Pack, cells: int) -> Prototypes | None:
    """The pack's prototypes, where it has some; how wide its features are is known from its self-check."""
    manifest = pack.manifest
    if manifest.prototypes is None:
        return None
    names, expected = manifest.head.features, manifest.self_check.features
    width = sum(len(expected.get(name, ())) for name in names)
    return read_prototypes(pack.path_of(manifest.prototypes), names, width, cells)
