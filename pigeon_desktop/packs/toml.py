"""TOML, strictly: reading key by key with every key accounted for, and writing."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from pigeon_desktop.errors import PigeonError

MOST_BYTES = 4 * 2**20
"""A manifest is a page of text; even with the features for the self-check it stays far below this."""

Values = Mapping[str, Any]
"""A free TOML table: text, finite numbers, true/false, lists and tables of these."""

_FILE_NAME = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9._ +-]{0,126}[A-Za-z0-9_+-])?")
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_SHA256 = re.compile(r"[0-9a-f]{64}")


def is_plain_name(name: str) -> bool:
    """Whether `name` stays inside its folder on every system: no separator, no "..", no device, no stream."""
    return bool(_FILE_NAME.fullmatch(name)) and not _WINDOWS_DEVICE.fullmatch(name)


def _any(_: object) -> bool:
    return True


class Table:
    """A TOML table that is read key by key; what was not asked for by `end` is unknown and refused.

    Every method that reads a key raises a PigeonError naming the file and the key when it is missing, of
    another type, or not `good`; `what` says in words what it must be.
    """

    def __init__(self, path: Path, data: Values, at: str = "") -> None:
        self._path = path
        self._data = dict(data)
        self._at = at

    def refusal(self, key: str, what: str) -> PigeonError:
        """The error that `key` of this table is wrong."""
        where = f"[{self._at}] " if self._at else ""
        return PigeonError(f"{self._path}: {where}{key} {what}. Get the file again, or correct it.")

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def _take(self, key: str, what: str, good: Callable[[Any], bool]) -> Any:
        if key not in self._data:
            raise self.refusal(key, f"is missing: it must be {what}")
        value = self._data.pop(key)
        if not good(value):
            text = repr(value)
            raise self.refusal(key, f"is {text if len(text) <= 70 else text[:67] + '...'}; it must be {what}")
        return value

    def text(self, key: str, what: str = "a text", good: Callable[[str], bool] = _any) -> str:
        text = str(self._take(key, what, lambda x: isinstance(x, str) and bool(x.strip()) and good(x)))
        # They are shown at terminals, which such characters steer.
        if any(unicodedata.category(c) == "Cc" and c not in "\n\t" for c in text):
            raise self.refusal(key, "holds characters that are not shown")
        return text

    def one_of(self, key: str, kind: Any) -> Any:
        """One of the texts of the Literal `kind`."""
        choices = get_args(kind)
        return self.text(key, "one of " + ", ".join(choices), choices.__contains__)

    def sha256(self, key: str = "sha256") -> str:
        return self.text(key, "64 lower-case hexadecimal digits", lambda x: bool(_SHA256.fullmatch(x)))

    def file(self, key: str = "file") -> str:
        return self.text(key, "the plain name of a file in the same folder", is_plain_name)

    def whole(self, key: str, low: int, high: int) -> int:
        what = f"a whole number from {low} to {high}" if low < high else str(low)
        # A bool is an int to Python; here it is not.
        return int(self._take(key, what, lambda x: type(x) is int and low <= x <= high))

    def number(self, key: str, what: str, good: Callable[[float], bool] = _any) -> float:
        return float(self._take(key, what, lambda x: _is_number(x) and good(x)))

    def numbers(self, key: str, what: str, good: Callable[[float], bool] = _any) -> tuple[float, ...]:
        values = self._take(
            key, what, lambda x: isinstance(x, list) and all(_is_number(item) and good(item) for item in x)
        )
        return tuple(map(float, values))

    def texts(self, key: str, what: str, good: Callable[[str], bool] = _any) -> tuple[str, ...]:
        values = self._take(
            key,
            what,
            lambda x: isinstance(x, list) and all(isinstance(item, str) and good(item) for item in x),
        )
        return tuple(values)

    def table(self, key: str) -> Table:
        data = self._take(key, "a table", lambda x: isinstance(x, dict))
        return Table(self._path, data, f"{self._at}.{key}" if self._at else key)

    def optional(self, key: str) -> Table | None:
        return self.table(key) if key in self else None

    def tables(self) -> dict[str, Table]:
        """All keys not yet read, each of which must be a table."""
        return {key: self.table(key) for key in tuple(self._data)}

    def free(self) -> dict[str, Any]:
        """All keys not yet read, which must be `Values`."""
        data, self._data = self._data, {}
        for key, value in data.items():
            if not _is_free(value):
                raise self.refusal(key, "holds more than text, finite numbers, true/false, lists and tables")
        return data

    def end(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._data:
            raise self.refusal(key, "is not known to this program")


def _is_number(value: object) -> bool:
    if type(value) is float:
        return math.isfinite(value)
    return type(value) is int and abs(value) < 2**63  # TOML's range; what is larger may not fit a float


def _is_free(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(_is_free, value.values()))
    if isinstance(value, list):
        return all(map(_is_free, value))
    return isinstance(value, str | bool) or _is_number(value)


def read_toml(path: Path) -> Table:
    """The top table of a TOML file. Raises PigeonError: it cannot be read, is too long, or is no TOML."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise PigeonError(f"{path}: cannot be read ({error.strerror or error}). Get the file again.") from error
    return parse_toml(path, data)


def parse_toml(path: Path, data: bytes) -> Table:
    """The top table of TOML bytes; `path` only names them. Raises PigeonError as `read_toml` does."""
    if len(data) > MOST_BYTES:
        raise PigeonError(f"{path}: is longer than {MOST_BYTES} bytes, so it is none of ours. Get the file again.")
    try:
        return Table(path, tomllib.loads(data.decode("utf-8")))
    except (ValueError, RecursionError) as error:  # ValueError: bad UTF-8, or tomllib.TOMLDecodeError
        raise PigeonError(f"{path}: is not a TOML file ({error}). Get the file again.") from error


def toml_text(values: Values) -> str:
    """Write nested tables as TOML that reads back equal.

    Raises:
        ValueError: a value is not of the kinds in `Values`.
    """
    return "\n\n".join(_blocks(values, ())) + "\n"


def _blocks(values: Values, at: tuple[str, ...]) -> list[str]:
    lines = [f"{_key(k)} = {_value(v)}" for k, v in values.items() if not isinstance(v, Mapping)]
    if at and (lines or not values):
        lines.insert(0, f"[{'.'.join(map(_key, at))}]")
    blocks = ["\n".join(lines)] if lines else []
    for key, value in values.items():
        if isinstance(value, Mapping):
            blocks += _blocks(value, (*at, key))
    return blocks


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _text(key)


def _text(text: str) -> str:
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    return (
        '"'
        + "".join(escapes.get(c) or (f"\\u{ord(c):04X}" if ord(c) < 0x20 or ord(c) == 0x7F else c) for c in text)
        + '"'
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if _is_number(value):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, Mapping):  # inside a list
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    raise ValueError(f"{value!r} cannot be written as TOML here")
