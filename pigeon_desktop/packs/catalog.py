"""catalog.toml: what can be installed, from where, with which hash and licence."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pigeon_desktop.packs.toml import Table, is_plain_name, read_toml


@dataclass(frozen=True)
class WheelMember:
    """A file inside a wheel of the Python package index.

    `version` and `wheel_sha256` are empty and `wheel_bytes` 0 where the wheel differs by platform; `sha256` and
    `bytes` are those of the file itself.
    """

    package: str
    version: str
    wheel_sha256: str
    wheel_bytes: int
    member: str
    sha256: str
    bytes: int
    licence: str
    credit: str

    @property
    def requirement(self) -> str:
        """As pip wants it named."""
        return f"{self.package}=={self.version}" if self.version else self.package

    @property
    def wheel_prefix(self) -> str:
        """What the name of the wheel begins with."""
        return f"{self.package.replace('-', '_')}-{self.version}"


@dataclass(frozen=True)
class Catalog:
    """Encoders by the name of their pack, sample photographs by their file name, and what text towers are made of:
    weights and tokenizers, by their file name."""

    encoders: Mapping[str, WheelMember]
    samples: Mapping[str, WheelMember]
    sentences: Mapping[str, WheelMember] = field(default_factory=dict)

    def encoder(self, sha256: str) -> WheelMember | None:
        """Where the encoder with this hash can be had, if anywhere."""
        return next((member for member in self.encoders.values() if member.sha256 == sha256), None)

    def sentence_file(self, sha256: str) -> WheelMember | None:
        """Where the weights or the tokenizer with this hash can be had, if anywhere."""
        return next((member for member in self.sentences.values() if member.sha256 == sha256), None)


@functools.cache
def catalog() -> Catalog:
    """The catalogue that came with the program."""
    return read_catalog(Path(__file__).with_name("catalog.toml"))


def read_catalog(path: Path) -> Catalog:
    """Read a catalogue strictly. Raises PigeonError naming the file and the key that is wrong."""
    top = read_toml(path)
    encoders = {name: _member(table) for name, table in top.table("encoders").tables().items()}
    samples = {name: _member(table) for name, table in top.table("samples").tables().items()}
    more = top.optional("sentences")
    sentences = {name: _member(table) for name, table in more.tables().items()} if more else {}
    top.end()
    for name in samples:
        if not is_plain_name(name):
            raise top.refusal(name, "is not the plain name of a file")
    return Catalog(encoders, samples, sentences)


# Package and version go to pip's command line, so that they must not look like an option or a URL.
_PACKAGE = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")


def _member(table: Table) -> WheelMember:
    pinned = "version" in table
    member = WheelMember(
        package=table.text("package", "the name of a package", lambda x: bool(_PACKAGE.fullmatch(x))),
        version=table.text("version", "a version", lambda x: bool(_VERSION.fullmatch(x))) if pinned else "",
        wheel_sha256=table.sha256("wheel_sha256") if pinned else "",
        wheel_bytes=table.whole("wheel_bytes", 1, 2**32) if pinned else 0,
        member=table.text("member"),
        sha256=table.sha256(),
        bytes=table.whole("bytes", 1, 2**32),
        licence=table.text("licence"),
        credit=table.text("credit"),
    )
    table.end()
    return member
