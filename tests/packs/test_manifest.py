"""A manifest is read strictly, and written so that it reads back equal."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import (
    Manifest,
    PackFile,
    TextSpec,
    manifest_toml,
    parse_manifest,
    read_manifest,
)
from pigeon_desktop.packs.toml import toml_text

from .manifests import SHA, manifests, small_manifest

PATH = Path("pack.toml")


@settings(max_examples=40, deadline=None)
@given(manifests())
def test_a_manifest_round_trips(manifest: Manifest):
    assert parse_manifest(PATH, manifest_toml(manifest).encode("utf-8")) == manifest


def test_read_manifest_reads_the_file(tmp_path):
    path = tmp_path / "pack.toml"
    path.write_text(manifest_toml(small_manifest()), encoding="utf-8")
    assert read_manifest(path) == small_manifest()
    assert [spec.file for spec in small_manifest().files()] == ["encoder.onnx", "head.npz", "geocells.npz.xz"]


@pytest.mark.parametrize(
    ("table", "key", "toml"),
    [
        ("", "format", "2"),
        ("", "format", "true"),
        ("", "name", "'../evil'"),
        ("", "name", "'Default'"),
        ("", "name", "'nul'"),
        ("", "version", "1.0"),
        ("", "created", "'yesterday'"),
        ("", "created", "'2026-01-31T12:00:00'"),
        ("", "stray", "1"),
        ("licence", "weights", "''"),
        ("licence", "stray", "'x'"),
        ("encoder", "file", "'sub/encoder.onnx'"),
        ("encoder", "file", "'..\\encoder.onnx'"),
        ("encoder", "sha256", f"'{SHA.upper()}'"),
        ("encoder", "sha256", f"'{SHA[:-1]}'"),
        ("encoder", "input_size", "0"),
        ("encoder", "input_size", "224.0"),
        ("encoder", "mean", "[0.5, 0.5]"),
        ("encoder", "mean", "[0.5, 0.5, 2.0]"),
        ("encoder", "std", "[0.5, 0.5, 0.0]"),
        ("encoder", "std", "[0.5, 0.5, nan]"),
        ("encoder", "resize", "'squash'"),
        ("encoder", "outputs", "1"),
        ("encoder.outputs", "embedding", "''"),
        ("encoder.outputs", "stray", "'z'"),
        ("head", "kind", "'forest'"),
        ("head", "features", "[]"),
        ("head", "features", "['embedding', 'embedding']"),
        ("head", "features", "['pixels']"),
        ("head", "temperature", "0"),
        ("head", "temperature", "inf"),
        ("geocells", "count", "0"),
        ("geocells", "stray", "1"),
        ("self_check", "features", "{}"),
        ("self_check", "features", "{embedding = [0.0]}"),
        ("self_check.features", "stray", "[1.0]"),
        ("self_check", "top_cells", "[1]"),
    ],
)
def test_a_wrong_key_is_refused_by_name(table, key, toml):
    data = tomllib.loads(manifest_toml(small_manifest()))
    place = data
    for part in filter(None, table.split(".")):
        place = place[part]
    place[key] = "MARK"
    text = toml_text(data).replace('"MARK"', toml)
    with pytest.raises(PigeonError, match=rf"^pack\.toml: {re.escape(f'[{table}] ' if table else '')}{key} "):
        parse_manifest(PATH, text.encode())


@pytest.mark.parametrize("name", ["geocells.npz.xz", "GEOCELLS.npz.xz", "pack.toml", "card.md"])
def test_one_name_for_two_files_is_refused(name):
    data = tomllib.loads(manifest_toml(small_manifest(head="f" * 64)))
    data["head"]["file"] = name
    with pytest.raises(PigeonError, match="stands for two different files"):
        parse_manifest(PATH, toml_text(data).encode())


@pytest.mark.parametrize(
    "table", ["licence", "encoder", "head", "geocells", "self_check", "format", "name", "summary", "created"]
)
def test_a_missing_key_is_refused_by_name(table):
    data = tomllib.loads(manifest_toml(small_manifest()))
    del data[table]
    with pytest.raises(PigeonError, match=rf"^pack\.toml: {table} is missing"):
        parse_manifest(PATH, toml_text(data).encode())


def with_text_and_gpu() -> Manifest:
    """A manifest with the files that only some packs have beside an encoder and a head."""
    small = small_manifest()
    tokenizer, frame = PackFile("tokenizer.json", "2" * 64), PackFile("text.frame.xz", "4" * 64)
    text = TextSpec("text.onnx", "1" * 64, tokenizer, 77, 100.0, "published weights", 0.5, frame)
    return replace(small, encoder=replace(small.encoder, gpu=PackFile("encoder.fp16.onnx", "3" * 64)), text=text)


def test_the_text_tower_its_tokenizer_and_the_file_for_gpus_are_files_of_the_pack():
    names = {spec.file for spec in with_text_and_gpu().files()} - {spec.file for spec in small_manifest().files()}
    assert names == {"text.onnx", "tokenizer.json", "text.frame.xz", "encoder.fp16.onnx"}
    assert [spec.file for spec in with_text_and_gpu().text_files()] == ["text.onnx", "tokenizer.json"]
    assert small_manifest().text_files() == ()


def test_a_text_tower_without_source_frame_and_threshold_is_read_as_before():
    whole = with_text_and_gpu()
    text = whole.text
    assert text is not None
    plain = replace(whole, text=replace(text, source="", least_seen=None, frame=None))
    written = manifest_toml(plain)
    assert "least_seen" not in written
    assert "[text.frame]" not in written
    for manifest in (plain, whole):
        assert parse_manifest(PATH, manifest_toml(manifest).encode()) == manifest


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("text", "stray", 1),
        ("text", "scale", 0),
        ("text", "scale", None),
        ("text", "context_length", 0),
        ("text", "context_length", 77.0),
        ("text", "tokenizer", None),
        ("text", "source", " "),
        ("text", "least_seen", 1.0),
        ("text", "least_seen", "high"),
        ("text.frame", "file", "../frame.xz"),
        ("text.frame", "sha256", None),
        ("text.tokenizer", "file", "../tokenizer.json"),
        ("text.tokenizer", "sha256", None),
        ("text.tokenizer", "stray", 1),
        ("encoder.gpu", "file", "a/b.onnx"),
        ("encoder.gpu", "sha256", None),
        ("encoder.gpu", "stray", 1),
    ],
)
def test_a_wrong_key_of_a_table_that_may_be_there_is_refused_by_name(table, key, value):
    data = tomllib.loads(manifest_toml(with_text_and_gpu()))
    place = data
    for part in table.split("."):
        place = place[part]
    place.pop(key, None)
    if value is not None:
        place[key] = value
    with pytest.raises(PigeonError, match=rf"^pack\.toml: \[{re.escape(table)}\] {key} "):
        parse_manifest(PATH, toml_text(data).encode())


def test_a_manifest_that_could_not_be_read_is_not_written():
    with pytest.raises(PigeonError, match="name"):
        manifest_toml(small_manifest(name="No Such Name"))
