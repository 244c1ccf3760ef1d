"""The self-check: a pack's encoder on a device that computes what the pack says it must."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pigeon_desktop.engine.encoder import Encoder, Features, test_pattern
from pigeon_desktop.engine.session import PROVIDERS, Session, has_device, int8_overflows
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Feature
from pigeon_desktop.packs.store import Pack

SELF_CHECK: dict[Feature, float] = {"mean_token": 0.99, "embedding": 0.95}
"""Cosines to the pack's features of the test pattern, below which a device is refused.

An int8 encoder is rounding all the way: another processor's kernels, or one pixel changed by one level, move its
embedding to 0.97 and its mean token to 0.998. A device that computes wrong numbers is far below either.
"""

SLOWER = "This processor lacks fast exact int8 arithmetic, so the slower one is used."


@dataclass(frozen=True, eq=False)
class CheckedEncoder:
    """An encoder that passed: its lowest cosine, what a person should know of the devices that did not, and its
    `features` of the test pattern."""

    encoder: Encoder
    cosine: float
    notes: tuple[str, ...]
    features: Features


def checked_encoder(pack: Pack, device: str) -> CheckedEncoder:
    """The pack's encoder on `device`, else on the CPU. The pack's files must have been verified.

    Raises:
        PigeonError: there is no such device, the graph lacks an output, or the self-check fails on the CPU too.
    """
    spec = pack.manifest.encoder
    notes: tuple[str, ...] = ()
    for model, where in _ways(pack, device):
        session = Session(model, where, threads=1)
        if spec.gpu and model.name == spec.gpu.file and session.provider != PROVIDERS["cuda"]:
            continue  # half precision is slow on a processor; why CUDA did not start is said by the next session
        notes += session.notes
        encoder = Encoder(session, spec)
        missing = [name for name in spec.outputs.values() if name not in session.outputs]
        if missing:
            raise PigeonError(f"{model.name}: the graph has no output {missing[0]!r}. Install the pack again.")
        wrong, cosine, features = _wrong(encoder, pack)
        if features is not None and not wrong:
            if session.provider == PROVIDERS["cpu"] and int8_overflows():
                notes += (SLOWER,)
            return CheckedEncoder(encoder, cosine, notes, features)
        if session.provider != PROVIDERS["cpu"]:
            after = "the CPU" if model == pack.path_of(spec) else spec.file
            notes += (f"{wrong} Going on with {after}.",)
    raise PigeonError(f"{spec.file}: the self-check failed. {wrong} Install the pack again.")


def _ways(pack: Pack, device: str) -> Iterator[tuple[Path, str]]:
    """Files of the encoder, and devices to try them on; the best first."""
    spec = pack.manifest.encoder
    if spec.gpu is not None and device in ("auto", "cuda") and has_device("cuda"):
        yield pack.path_of(spec.gpu), "cuda"
    for where in (device, "cpu"):
        yield pack.path_of(spec), where


def _wrong(encoder: Encoder, pack: Pack) -> tuple[str, float, Features | None]:
    """What is wrong with the features of the test pattern, if anything, their lowest cosine, and the features."""
    try:
        features = encoder.encode(encoder.transform(test_pattern(encoder.spec.input_size))[None])
    except PigeonError as error:
        return str(error), 0.0, None
    cosines = features.cosines(pack.manifest.self_check.features)
    low = [f"{name} {cosine:.4f}" for name, cosine in cosines.items() if cosine < SELF_CHECK[name]]
    lowest = min(cosines.values(), default=0.0)
    wrong = f"{encoder.session.device} computes wrong numbers (cosine of {', '.join(low)})." if low else ""
    return wrong, lowest, features
