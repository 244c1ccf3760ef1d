"""pack.toml: what a pack is and which bytes belong to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

from pigeon_desktop.earth.geocells import MOST_CELLS
from pigeon_desktop.packs.toml import Table, Values, is_plain_name, parse_toml, read_toml, toml_text

FORMAT = 1
"""The one pack format that this program reads."""

MANIFEST_NAME = "pack.toml"
CARD_NAME = "card.md"

HeadKind = Literal["linear", "location", "captions"]
Feature = Literal["embedding", "mean_token"]
Resize = Literal["clip"]


@dataclass(frozen=True)
class PackFile:
    """A file of a pack: its plain name, and the SHA-256 of its bytes as 64 lower-case hex digits."""

    file: str
    sha256: str


@dataclass(frozen=True)
class EncoderSpec(PackFile):
    """The ONNX image tower; `source` says in words where it comes from.

    `input_size` is the side of the square it takes, in pixels (16..4096); `mean` and `std` are per RGB
    channel on pixels in 0..1. `outputs` names the graph's outputs: "embedding" and "mean_token" always (the
    latter may be the token matrix, which the engine averages), "tokens" where single tokens can be looked at.
    `gpu` is the same tower in half precision, with the same outputs, for devices that are faster so.
    """

    source: str
    input_size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    resize: Resize
    outputs: Mapping[str, str]
    gpu: PackFile | None = None


@dataclass(frozen=True)
class TextSpec(PackFile):
    """The ONNX text tower: token ids (n, t) in, text embeddings (n, e) out, comparable with the image embedding.

    `tokenizer` is the tokenizer.json that makes the ids, at most `context_length` of a text; `scale` > 0 times the
    cosine of a text's and a picture's embedding is the text's logit. `source` says in words where the two come from,
    empty where they lie in the pack. `least_seen`, in -1..1: a text of which the graph's output `seen` is lower lies
    outside what the tower was taught. `frame` is the file that, with published weights, makes the tower on this
    machine: then pack and tower travel apart.
    """

    tokenizer: PackFile
    context_length: int
    scale: float
    source: str = ""
    least_seen: float | None = None
    frame: PackFile | None = None


@dataclass(frozen=True)
class HeadSpec(PackFile):
    """What turns `features`, joined in this order, into a belief; `temperature` > 0 divides the logits."""

    kind: HeadKind
    features: tuple[Feature, ...]
    temperature: float


@dataclass(frozen=True)
class GeocellsSpec(PackFile):
    """The geocell file, which holds `count` cells."""

    count: int


@dataclass(frozen=True)
class SelfCheck:
    """What the built-in test pattern must give: features by name, and the ids of its likeliest cells."""

    features: Mapping[Feature, tuple[float, ...]]
    top_cells: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """A pack.toml. `created` is an ISO 8601 time with its offset; `evaluation` and `training` are free."""

    name: str
    version: str
    summary: str
    created: str
    licence_code: str
    licence_weights: str
    encoder: EncoderSpec
    head: HeadSpec
    geocells: GeocellsSpec
    self_check: SelfCheck
    prototypes: PackFile | None = None
    text: TextSpec | None = None
    calibration: PackFile | None = None
    evaluation: Values = field(default_factory=dict)
    training: Values = field(default_factory=dict)
    format: int = FORMAT

    def files(self) -> tuple[PackFile, ...]:
        """Every file that the manifest names, the encoder first."""
        frame = self.text.frame if self.text else None
        optional = (self.encoder.gpu, self.prototypes, *self.text_files(), frame, self.calibration)
        return (self.encoder, self.head, self.geocells, *(spec for spec in optional if spec))

    def text_files(self) -> tuple[PackFile, ...]:
        """The text tower and its tokenizer: without them photographs are located, and prompts not answered."""
        return (self.text, self.text.tokenizer) if self.text else ()


_PACK_NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")


def is_pack_name(name: str) -> bool:
    """Whether `name` may name a pack, and so a folder: lower-case letters, digits, dot, dash, underscore."""
    return bool(_PACK_NAME.fullmatch(name)) and is_plain_name(name)


def read_manifest(path: Path) -> Manifest:
    """Read a pack.toml strictly: nothing missing, nothing unknown, nothing of another type.

    Raises:
        PigeonError: names the file and the key that is wrong.
    """
    return _manifest(read_toml(path))


def parse_manifest(path: Path, data: bytes) -> Manifest:
    """The manifest in the bytes of a pack.toml; `path` only names it. Raises as `read_manifest` does."""
    return _manifest(parse_toml(path, data))


def _manifest(top: Table) -> Manifest:
    # First of all: another format may have other keys, and its own message must win.
    top.whole("format", FORMAT, FORMAT)
    licence = top.table("licence")
    evaluation, training = top.optional("evaluation"), top.optional("training")
    manifest = Manifest(
        name=top.text("name", "1 to 64 lower-case letters, digits, '.', '-' or '_'", is_pack_name),
        version=top.text("version"),
        summary=top.text("summary"),
        created=top.text("created", "a time such as '2026-01-31T12:00:00+00:00'", _is_time),
        licence_code=licence.text("code"),
        licence_weights=licence.text("weights"),
        encoder=_encoder(top.table("encoder")),
        head=_head(top.table("head")),
        geocells=_geocells(top.table("geocells")),
        self_check=_self_check(top.table("self_check")),
        prototypes=_pack_file(top.optional("prototypes")),
        text=_text(top.optional("text")),
        calibration=_pack_file(top.optional("calibration")),
        evaluation=evaluation.free() if evaluation else {},
        training=training.free() if training else {},
    )
    licence.end()
    top.end()
    hashes: dict[str, str] = {}
    for spec in manifest.files():
        # Case-folded, because two such names are one file on Windows and macOS.
        name = spec.file.casefold()
        if name in (MANIFEST_NAME, CARD_NAME) or hashes.setdefault(name, spec.sha256) != spec.sha256:
            raise top.refusal(spec.file, "stands for two different files")
    return manifest


def _is_time(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _encoder(table: Table) -> EncoderSpec:
    outputs = table.table("outputs")
    names = ("embedding", "mean_token", *(["tokens"] if "tokens" in outputs else []))
    spec = EncoderSpec(
        file=table.file(),
        sha256=table.sha256(),
        source=table.text("source"),
        input_size=table.whole("input_size", 16, 4096),
        mean=_three(table, "mean", lambda x: 0 <= x <= 1),
        std=_three(table, "std", lambda x: 0 < x <= 1),
        resize=cast(Resize, table.one_of("resize", Resize)),
        outputs={name: outputs.text(name, "the name of an output of the graph") for name in names},
        gpu=_pack_file(table.optional("gpu")),
    )
    outputs.end()
    table.end()
    return spec


def _three(table: Table, key: str, good: Callable[[float], bool]) -> tuple[float, float, float]:
    values = table.numbers(key, "three numbers in 0..1", good)
    if len(values) != 3:
        raise table.refusal(key, f"has {len(values)} numbers; it must have three")
    return values[0], values[1], values[2]


def _head(table: Table) -> HeadSpec:
    known = get_args(Feature)
    features = table.texts("features", "a list of " + ", ".join(known), known.__contains__)
    if not features or len(set(features)) != len(features):
        raise table.refusal("features", "must name at least one feature, and none twice")
    spec = HeadSpec(
        file=table.file(),
        sha256=table.sha256(),
        kind=cast(HeadKind, table.one_of("kind", HeadKind)),
        features=cast(tuple[Feature, ...], features),
        temperature=table.number("temperature", "a number above 0", lambda x: x > 0),
    )
    table.end()
    return spec


def _geocells(table: Table) -> GeocellsSpec:
    spec = GeocellsSpec(file=table.file(), sha256=table.sha256(), count=table.whole("count", 1, MOST_CELLS))
    table.end()
    return spec


def _self_check(table: Table) -> SelfCheck:
    features = table.table("features")
    known: tuple[Feature, ...] = get_args(Feature)
    expected = {name: features.numbers(name, "a list of numbers") for name in known if name in features}
    features.end()
    if not expected or not all(map(any, expected.values())):
        raise table.refusal("features", "must hold at least one feature, and none that is all zero")
    check = SelfCheck(expected, table.texts("top_cells", "a list of geocell ids"))
    table.end()
    return check


def _pack_file(table: Table | None) -> PackFile | None:
    return _present(table) if table is not None else None


def _present(table: Table) -> PackFile:
    spec = PackFile(file=table.file(), sha256=table.sha256())
    table.end()
    return spec


def _text(table: Table | None) -> TextSpec | None:
    if table is None:
        return None
    spec = TextSpec(
        file=table.file(),
        sha256=table.sha256(),
        tokenizer=_present(table.table("tokenizer")),
        context_length=table.whole("context_length", 1, 4096),
        scale=table.number("scale", "a number above 0", lambda x: x > 0),
        source=table.text("source") if "source" in table else "",
        least_seen=table.number("least_seen", "a number between -1 and 1", lambda x: -1 < x < 1)
        if "least_seen" in table
        else None,
        frame=_pack_file(table.optional("frame")),
    )
    table.end()
    return spec


def manifest_toml(manifest: Manifest) -> str:
    """The text of the pack.toml that `read_manifest` reads as `manifest`.

    Raises:
        PigeonError: the manifest would be refused on reading.
        ValueError: `evaluation` or `training` holds something that TOML tables of ours do not.
    """
    optional = {"prototypes": manifest.prototypes, "text": manifest.text, "calibration": manifest.calibration}
    free = {"evaluation": manifest.evaluation, "training": manifest.training}
    text = toml_text(
        {
            "format": manifest.format,
            "name": manifest.name,
            "version": manifest.version,
            "summary": manifest.summary,
            "created": manifest.created,
            "licence": {"code": manifest.licence_code, "weights": manifest.licence_weights},
            "encoder": _fields(manifest.encoder),
            "head": _fields(manifest.head),
            "geocells": _fields(manifest.geocells),
            **{key: _fields(spec) for key, spec in optional.items() if spec},
            "self_check": _fields(manifest.self_check),
            **{key: values for key, values in free.items() if values},
        }
    )
    parse_manifest(Path(MANIFEST_NAME), text.encode("utf-8"))
    return text


def _fields(spec: PackFile | SelfCheck) -> dict[str, Any]:
    """The fields of a spec: their names are the keys of its table. Those that are not there are left out."""
    fields = {key: _fields(value) if isinstance(value, PackFile) else value for key, value in vars(spec).items()}
    return {key: value for key, value in fields.items() if value not in (None, "")}
