"""A small valid manifest, and hypothesis strategies for any."""

from __future__ import annotations

from typing import get_args

from hypothesis import strategies as st

from pigeon_desktop.packs.manifest import (
    EncoderSpec,
    Feature,
    GeocellsSpec,
    HeadKind,
    HeadSpec,
    Manifest,
    PackFile,
    SelfCheck,
    TextSpec,
    is_pack_name,
)

SHA = "0123456789abcdef" * 4


def small_manifest(name: str = "small", encoder: str = SHA, head: str = SHA, geocells: str = SHA) -> Manifest:
    """A manifest with the three files that every pack has."""
    return Manifest(
        name=name,
        version="1.0",
        summary="A pack for tests",
        created="2026-01-31T12:00:00+00:00",
        licence_code="MIT",
        licence_weights="research use",
        encoder=EncoderSpec(
            file="encoder.onnx",
            sha256=encoder,
            source="made for tests",
            input_size=224,
            mean=(0.5, 0.5, 0.5),
            std=(0.25, 0.25, 0.25),
            resize="clip",
            outputs={"embedding": "image_embeds", "mean_token": "onnx::Gather_1524"},
        ),
        head=HeadSpec("head.npz", head, "location", ("embedding", "mean_token"), 1.0),
        geocells=GeocellsSpec("geocells.npz.xz", geocells, 7),
        self_check=SelfCheck({"embedding": (0.5, -1.0)}, ("PT-001",)),
    )


_shown = st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t")
_words = st.text(_shown, min_size=1).filter(lambda text: bool(text.strip()))
_hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
_unit = st.floats(0, 1)
_positive = st.floats(0, 1, exclude_min=True)
_finite = st.floats(allow_nan=False, allow_infinity=False)
_free = st.dictionaries(
    st.text(), _finite | st.text() | st.booleans() | st.dictionaries(st.text(), st.lists(_finite)), max_size=4
)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    """Any valid manifest."""
    features = draw(st.lists(st.sampled_from(get_args(Feature)), min_size=1, max_size=2, unique=True))
    outputs = draw(st.fixed_dictionaries({"embedding": _words, "mean_token": _words}, optional={"tokens": _words}))
    optional = {
        key: draw(st.none() | st.builds(PackFile, st.just(f"{key}.npz"), _hashes))
        for key in ("prototypes", "calibration")
    }
    above_zero = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
    tokenizer = st.builds(PackFile, st.just("tokenizer.json"), _hashes)
    lengths = st.integers(1, 4096)
    text = draw(st.none() | st.builds(TextSpec, st.just("text.onnx"), _hashes, tokenizer, lengths, above_zero))
    vectors = st.lists(_finite, max_size=5).map(lambda rest: (1.0, *rest))
    return Manifest(
        name=draw(st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?", fullmatch=True).filter(is_pack_name)),
        version=draw(_words),
        summary=draw(_words),
        created=draw(st.datetimes(timezones=st.timezones())).isoformat(),
        licence_code=draw(_words),
        licence_weights=draw(_words),
        encoder=EncoderSpec(
            file="encoder.onnx",
            sha256=draw(_hashes),
            source=draw(_words),
            input_size=draw(st.integers(16, 4096)),
            mean=draw(st.tuples(_unit, _unit, _unit)),
            std=draw(st.tuples(_positive, _positive, _positive)),
            resize="clip",
            outputs=outputs,
            gpu=draw(st.none() | st.builds(PackFile, st.just("encoder.fp16.onnx"), _hashes)),
        ),
        head=HeadSpec(
            file="head.npz",
            sha256=draw(_hashes),
            kind=draw(st.sampled_from(get_args(HeadKind))),
            features=tuple(features),
            temperature=draw(above_zero),
        ),
        geocells=GeocellsSpec("geocells.npz.xz", draw(_hashes), draw(st.integers(1, 20_000))),
        self_check=SelfCheck({name: draw(vectors) for name in features}, tuple(draw(st.lists(st.text())))),
        evaluation=draw(_free),
        training=draw(_free),
        text=text,
        **optional,
    )
