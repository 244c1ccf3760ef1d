"""Features files: what is read, what is left out and said, what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pigeon_desktop.earth.geocells import GeocellSet
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack
from pigeon_desktop.training.photographs import TOLD, TrainingPhotographs

N = 40
HASH = "a" * 64


def arrays_of(n: int = N, **changed: Any) -> dict[str, Any]:
    random = np.random.default_rng(0)
    arrays: dict[str, Any] = {
        name: random.normal(size=(n, width)).astype(np.float16)
        for name, width in {"embedding": 4, "embedding_flipped": 4, "mean_token": 6, "mean_token_flipped": 6}.items()
    }
    arrays["photo"] = np.array([f"photo{i}" for i in range(n)], "U8")
    arrays["latitude"] = np.full(n, 38.7, np.float32)
    arrays["longitude"] = np.full(n, -9.1, np.float32)
    arrays["country_code"] = np.full(n, "PT")
    arrays["place"] = np.array([f"place{i % 8}" for i in range(n)], "U8")
    arrays["domain"] = np.full(n, "street_view")
    arrays["quality"] = np.array(["A", "B"] * (n // 2), "U1")
    arrays["encoder_sha256"] = np.array(HASH)
    return {name: array for name, array in (arrays | changed).items() if array is not None}


def saved(folder: Path, **changed: Any) -> Path:
    path = folder / "features.npz"
    np.savez(path, **arrays_of(**changed))
    return path


def with_value(name: str, rows: slice | int | tuple[int, int], value: Any) -> dict[str, Any]:
    array = arrays_of()[name].copy()
    array[rows] = value
    return {name: array}


def test_the_real_file_is_whole(shared: Path, pack_folder: Pack) -> None:
    cells = GeocellSet.read(pack_folder.folder / pack_folder.manifest.geocells.file)
    photographs, problems = TrainingPhotographs.read(
        shared / "train" / "features.npz", set(cells.country_code.tolist()), folds=5
    )
    assert len(photographs) == 9293
    assert problems == ()
    assert photographs.encoder_sha256 == ""


def test_what_is_in_the_file_is_read(tmp_path: Path) -> None:
    photographs, problems = TrainingPhotographs.read(saved(tmp_path), {"PT"})
    assert problems == ()
    assert len(photographs) == N
    assert photographs.encoder_sha256 == HASH
    assert photographs.trust.tolist() == [1.0, 0.5] * (N // 2)
    np.testing.assert_array_equal(photographs.mirrored.mean_token, arrays_of()["mean_token_flipped"].astype(np.float32))


def test_what_may_be_absent(tmp_path: Path) -> None:
    absent = dict.fromkeys(("photo", "domain", "quality", "encoder_sha256"))
    photographs, problems = TrainingPhotographs.read(saved(tmp_path, **absent, **with_value("place", 3, "")))
    assert set(photographs.domain) == {"photo"}
    assert set(photographs.trust) == {1.0}
    assert "row 3 (38.7" in problems[0]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (with_value("embedding", (7, 2), np.nan), "not all finite numbers"),
        (with_value("mean_token_flipped", (7, 0), np.inf), "not all finite numbers"),
        (with_value("latitude", 7, 91), "not on the globe"),
        (with_value("longitude", 7, -np.inf), "not on the globe"),
        (with_value("longitude", 7, np.nan), "only one half of a coordinate"),
        (with_value("place", 7, " "), "names no place"),
        (with_value("country_code", 7, "ZZ"), "its country has no geocell"),
        (with_value("country_code", 7, ""), "its country has no geocell"),
    ],
)
def test_a_bad_row_is_left_out_and_named(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    path = saved(tmp_path, **changed)
    photographs, problems = TrainingPhotographs.read(path, {"PT"})
    assert len(photographs) == N - 1
    np.testing.assert_array_equal(
        photographs.features.embedding, np.delete(arrays_of()["embedding"], 7, axis=0).astype(np.float32)
    )
    assert photographs.trust.tolist() == np.delete([1.0, 0.5] * (N // 2), 7).tolist()
    row, count = problems
    assert row.startswith(f"{path}: row 7 (photo7, ")
    assert message in row
    assert count == f"{path}: 1 of 40 photographs are left out."


def test_without_geocells_a_country_is_not_looked_up(tmp_path: Path) -> None:
    photographs, problems = TrainingPhotographs.read(saved(tmp_path, **with_value("country_code", 7, "ZZ")))
    assert len(photographs) == N
    assert problems == ()


def test_of_many_rows_ten_are_told_and_the_others_counted(tmp_path: Path) -> None:
    changed = {**with_value("latitude", slice(0, 15), 100.0), **with_value("place", slice(10, 20), "")}
    photographs, problems = TrainingPhotographs.read(saved(tmp_path, **changed), {"PT"})
    assert len(photographs) == N - 20
    assert sum("its coordinate is not on the globe" in p for p in problems) == TOLD
    assert sum("names no place" in p for p in problems) == 5, "rows 10 to 14 are told once"
    assert sum("and 5 more rows like the last" in p for p in problems) == 1
    assert problems[-1].endswith(": 20 of 40 photographs are left out.")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"embedding": np.zeros(N, np.float16)}, "embedding must have 2 axes of numbers"),
        ({"mean_token": np.zeros((N, 6), np.int64)}, "mean_token must have 2 axes of numbers, it has 2 of int64"),
        ({"mean_token": np.full((N, 6), "x")}, "mean_token must have 2 axes of numbers"),
        ({"embedding_flipped": np.zeros((N, 5), np.float16)}, "embedding and embedding_flipped differ in shape"),
        ({"embedding": np.zeros((N - 1, 4), np.float16)}, "embedding has 39 rows of 40|differ in shape"),
        ({"latitude": np.zeros(N - 1, np.float32)}, "latitude has 39 rows of 40"),
        ({"longitude": np.full(N, "x")}, "longitude must have 1 axis of numbers"),
        ({"quality": np.full(3, "A")}, "quality has 3 rows of 40"),
        ({"place": np.zeros(N)}, "place must have 1 axis of text"),
        ({"place": np.array("one")}, "place must have 1 axis of text"),
        ({"encoder_sha256": np.full(N, HASH)}, "encoder_sha256 must have 0 axes of text"),
        ({"place": np.full(N, None)}, "not a features file"),
        ({"latitude": None}, "not a features file"),
        ({"n": 0}, "holds no photographs"),
        ({"place": np.full(N, "one")}, "of 1 place, and 2 folds need as many"),
        ({"place": np.full(N, "")}, "none of its 40 rows can be used.*names no place"),
    ],
)
def test_a_file_that_cannot_be_trained_on_is_refused(tmp_path: Path, changed: dict[str, Any], message: str) -> None:
    path = saved(tmp_path, **changed)
    with pytest.raises(PigeonError, match=message) as error:
        TrainingPhotographs.read(path)
    assert str(error.value).startswith(f"{path}: ")


def test_fewer_places_than_folds_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    assert len(TrainingPhotographs.read(path, folds=8)[0]) == N
    with pytest.raises(PigeonError, match="of 8 places, and 9 folds"):
        TrainingPhotographs.read(path, folds=9)


def test_features_of_another_encoder_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    photographs, _ = TrainingPhotographs.read(path)
    assert photographs.require_encoder(path, HASH) == ()
    with pytest.raises(PigeonError, match=f"{path}: .*{HASH}.*{'b' * 64}"):
        photographs.require_encoder(path, "b" * 64)
    path = saved(tmp_path, encoder_sha256=None)
    (note,) = TrainingPhotographs.read(path)[0].require_encoder(path, HASH)
    assert "does not say which encoder" in note


def test_what_is_no_features_file_is_refused_by_name(tmp_path: Path) -> None:
    fake = tmp_path / "features.npz"
    for content in (b"nothing", b"", b"PK\x03\x04 and no more"):
        fake.write_bytes(content)
        with pytest.raises(PigeonError, match=r"features\.npz: not a features file"):
            TrainingPhotographs.read(fake)
    np.save(tmp_path / "one.npy", np.zeros(3))
    np.savez(tmp_path / "some.npz", place=np.array(["a"]))
    for name in ("one.npy", "some.npz", "gone.npz"):
        with pytest.raises(PigeonError, match=f"{name}: not a features file"):
            TrainingPhotographs.read(tmp_path / name)


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    content = path.read_bytes()
    flags = content.index(b"PK\x01\x02") + 8  # of the first entry in the zip's directory
    path.write_bytes(content[:flags] + b"\x01" + content[flags + 1 :])
    with pytest.raises(PigeonError, match="encrypted"):
        TrainingPhotographs.read(path)


@given(st.data())
def test_a_damaged_file_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    with path.open("wb") as file:
        np.savez(file, **arrays_of(8))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    try:
        photographs, _ = TrainingPhotographs.read(path)
    except PigeonError:
        return
    assert 0 < len(photographs) <= 8
