"""The self-check: a pack's encoder on a device that computes what the pack says it must."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pigeon_desktop.engine.batches import best_size
from pigeon_desktop.engine.devices import PROVIDERS, has_device, int8_overflows, reason_of, starts
from pigeon_desktop.engine.encoder import Encoder, Features, test_pattern
from pigeon_desktop.engine.floating import floating, is_int8
from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import DeviceError, PigeonError
from pigeon_desktop.packs.manifest import EncoderSpec, Feature
from pigeon_desktop.packs.store import Pack

SELF_CHECK: dict[Feature, float] = {"mean_token": 0.99, "embedding": 0.95}
"""Cosines to the pack's features of the test pattern, below which a device is refused.

An int8 encoder is rounding all the way: another processor's kernels, or one pixel changed by one level, move its
embedding to 0.97 and its mean token to 0.998. A device that computes wrong numbers is far below either. What that does
to answers is in the default pack's card.
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
    notes: list[str] = []
    ways = _ways(pack, device)
    for at, way in enumerate(ways):
        try:
            session = way.session(pack)
        except PigeonError as error:
            if not way.on_cuda_alone:
                raise
            notes.append(f"{error} {_going_on(ways[at + 1], spec)}")
            continue
        notes += [note for note in session.notes if note not in notes]
        if way.on_cuda_alone and session.provider != PROVIDERS["cuda"]:
            continue
        encoder = Encoder(session, spec)
        missing = [name for name in spec.outputs.values() if name not in session.outputs]
        if missing:
            raise PigeonError(f"{way.model.name}: the graph has no output {missing[0]!r}. Install the pack again.")
        wrong, cosine, features = _wrong(encoder, pack)
        if features is not None and not wrong:
            if session.provider == PROVIDERS["cpu"] and int8_overflows():
                notes.append(SLOWER)
            return CheckedEncoder(_with_batches(encoder), cosine, tuple(notes), features)
        if session.provider != PROVIDERS["cpu"]:
            notes.append(f"{wrong} {_going_on(ways[at + 1], spec)}")
    raise PigeonError(f"{spec.file}: the self-check failed. {wrong} Install the pack again.")


@dataclass(frozen=True)
class _Way:
    """A file of the encoder, and the device to try it on; its integers `as_floats`, where that cannot do them."""

    model: Path
    device: str
    as_floats: bool = False
    half: bool = False

    @property
    def on_cuda_alone(self) -> bool:
        """Whether it is slow on a processor."""
        return self.as_floats or self.half

    def session(self, pack: Pack) -> Session:
        """Raises PigeonError: the file cannot be loaded."""
        tokens = pack.manifest.encoder.outputs["mean_token"]
        return Session(self.model, self.device, 1, floating(self.model, tokens) if self.as_floats else None)


def _ways(pack: Pack, device: str) -> list[_Way]:
    """What to try, the best first; the last is the CPU."""
    spec = pack.manifest.encoder
    model = pack.path_of(spec)
    asked = device in ("auto", "cuda") and has_device("cuda")
    on_cuda = asked and starts("cuda")
    ways = [_Way(pack.path_of(spec.gpu), "cuda", half=True)] if on_cuda and spec.gpu else []
    # To look into the graph takes a while, and is for nothing where there is a processor alone.
    if (has_device("cuda") or has_device("coreml")) and not is_int8(model):
        ways.append(_Way(model, device))
    elif on_cuda and not spec.gpu:
        ways.append(_Way(model, "cuda", as_floats=True))
    elif not on_cuda and (asked or device != "auto"):
        ways.append(_Way(model, device))  # a session says why it does not start
    return ways if ways and ways[-1].device == "cpu" else [*ways, _Way(model, "cpu")]


def _going_on(way: _Way, spec: EncoderSpec) -> str:
    return f"Going on with {'the CPU' if way.device == 'cpu' else spec.file}."


def _with_batches(encoder: Encoder) -> Encoder:
    """The encoder, with the batches that its device is quickest with. A processor gains nothing by any."""
    if encoder.session.provider != PROVIDERS["cuda"]:
        return encoder
    picture = encoder.transform(test_pattern(encoder.spec.input_size))
    try:
        return Encoder(encoder.session, encoder.spec, best_size(encoder.session, encoder.features_of, picture))
    except PigeonError:  # of memory, which somebody else has taken meanwhile; one by one it takes less
        return encoder


def _wrong(encoder: Encoder, pack: Pack) -> tuple[str, float, Features | None]:
    """What is wrong with the features of the test pattern, if anything, their lowest cosine, and the features."""
    try:
        features = encoder.encode(encoder.transform(test_pattern(encoder.spec.input_size))[None])
    except DeviceError as error:
        return f"{encoder.session.device} fails ({reason_of(error.__cause__ or error)}).", 0.0, None
    except PigeonError as error:
        return str(error), 0.0, None
    cosines = features.cosines(pack.manifest.self_check.features)
    low = [f"{name} {cosine:.4f}" for name, cosine in cosines.items() if cosine < SELF_CHECK[name]]
    lowest = min(cosines.values(), default=0.0)
    wrong = f"{encoder.session.device} computes wrong numbers (cosine of {', '.join(low)})." if low else ""
    return wrong, lowest, features
