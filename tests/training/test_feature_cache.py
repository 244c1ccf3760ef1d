"""The cache of features on a real SQLite file."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.manifest import Feature
from pigeon_desktop.training.feature_cache import KIND, EncodedPhoto, FeatureCache

WIDTHS: dict[Feature, int] = {"embedding": 5, "mean_token": 7}


def encoded(seed: int) -> EncodedPhoto:
    random = np.random.default_rng(seed)
    return EncodedPhoto(*(random.normal(size=n).astype(np.float16) for n in (5, 5, 7, 7)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cache with a hundred photographs."""
    path = tmp_path / "deep" / "cache.sqlite"
    with FeatureCache(path, "encoder", WIDTHS) as cache:
        for i in range(100):
            cache.put(f"photo{i}", encoded(i))
    return path


def test_what_was_put_is_read(path: Path) -> None:
    with FeatureCache(path, "encoder", WIDTHS) as cache:
        found = cache.read(["photo7", "photo8", "none"])
    assert set(found) == {"photo7", "photo8"}
    for name in ("embedding", "embedding_flipped", "mean_token", "mean_token_flipped"):
        vector = getattr(found["photo7"], name)
        assert vector.dtype == np.float16
        np.testing.assert_array_equal(vector, getattr(encoded(7), name))


def test_another_encoder_has_other_features(path: Path) -> None:
    with FeatureCache(path, "other", {"embedding": 3, "mean_token": 3}) as cache:
        assert cache.read(["photo7"]) == {}


def test_it_is_on_disk_at_once(path: Path) -> None:
    with FeatureCache(path, "encoder", WIDTHS) as cache, FeatureCache(path, "encoder", WIDTHS) as other:
        cache.put("new", encoded(1))
        assert set(other.read(["new"])) == {"new"}
        assert len(list(path.parent.glob("*-wal"))) == 1


def test_vectors_of_another_width_are_refused(path: Path) -> None:
    with FeatureCache(path, "encoder", WIDTHS) as cache, pytest.raises(ValueError, match="not of the widths"):
        cache.put("new", EncodedPhoto(*(np.zeros(5, np.float16) for _ in range(4))))


def change(statement: str) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database:
            database.execute(statement)
            database.commit()

    return apply


def overwrite_pages(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xa5" * (len(data) - 4096))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (change("UPDATE features SET mean_token = x'0001' WHERE photo = 'photo7'"), "is damaged, .* wrong length"),
        (overwrite_pages, "is damaged .*Delete it: it is made again"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is damaged .*Delete it"),
        (lambda path: path.write_bytes(b"no database" * 1000), "is not a cache of features"),
        (change("PRAGMA application_id = 17"), "is not a cache of features"),
        (change(f"PRAGMA user_version = {2**20}"), "newer version of the program"),
        (change("DROP TABLE features"), "holds the index|cannot be used"),
    ],
)
def test_a_damaged_or_foreign_file_is_named(path: Path, damage: Callable[[Path], object], message: str) -> None:
    damage(path)
    before = path.read_bytes()
    with (
        pytest.raises(PigeonError, match=message) as error,
        FeatureCache(path, "encoder", WIDTHS) as cache,
    ):
        cache.read(f"photo{i}" for i in range(100))
    assert str(error.value).startswith(f"{path}: ")
    assert path.read_bytes() == before, "it is for a person to delete"


def test_another_programs_database_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "theirs.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    with pytest.raises(PigeonError, match="is not a cache of features"):
        FeatureCache(path, "encoder", WIDTHS)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["theirs.sqlite"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, message in ((tmp_path / "file" / "cache.sqlite", "permissions"), (tmp_path, "is a link, or no file")):
        with pytest.raises(PigeonError, match=message):
            FeatureCache(path, "encoder", WIDTHS)


def test_an_empty_file_becomes_a_cache(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.touch()
    with FeatureCache(path, "encoder", WIDTHS) as cache:
        assert cache.read(["x"]) == {}
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA application_id").fetchone() == (KIND.application_id,)
