"""`pigeon packs build streetclip`: tiny checkpoints in the hub's files become packs that the engine opens."""

import csv
import resource
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer

from pigeon_desktop.cli import DONE, NOTHING, USAGE
from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine import self_check
from pigeon_desktop.engine.devices import PROVIDERS
from pigeon_desktop.engine.locator import Locator
from pigeon_desktop.engine.session import Session
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.packs.store import Pack, open_pack
from pigeon_desktop.training.checkpoints import streetclip
from pigeon_desktop.training.checkpoints.caption_head import TOWNS, captions_of
from pigeon_desktop.training.checkpoints.checkpoint import load_clip, read_checkpoint
from pigeon_desktop.training.measuring.calibration import TEMPERATURES
from tests.cells import some_countries
from tests.commands import PIGEON, Capture, code_of
from tests.training.checkpoints import build_tiny, write_checkpoint

TEXTS = ["A Street View photo in France.", "A Street View photo in Portugal.", "the view of the photo"]
COUNTRIES = ["DE", "ES", "GB", "IT", "LI", "PT", "SE", "SG"]
"""Countries of photographs and some others: the captions of all the world would take minutes."""
FILES = {"card.md", "geocells.xz", "head.xz", "image.fp16.onnx", "image.int8.onnx", "pack.toml", "text.int8.onnx"}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("checkpoint") / "tiny")


@pytest.fixture(scope="module")
def cells_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cells") / "cells.xz"
    some_countries(streetclip._cells(None), COUNTRIES).write(path)
    return path


@pytest.fixture(scope="module")
def pack(checkpoint: Path, cells_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """A pack over the cells of some countries, built by the command."""
    folder = tmp_path_factory.mktemp("packs") / "tiny"
    args = ("--checkpoint", checkpoint, "--cells", cells_file, "--out", folder)
    assert code_of("packs", "build", "streetclip", *args) == DONE
    assert {path.name for path in folder.parent.iterdir()} == {"tiny"}
    return open_pack(str(folder))


def test_a_pack_is_built_and_opened_and_answers(pack: Pack, photographs: list[Path]) -> None:
    pack.verify()
    assert {path.name for path in pack.folder.iterdir()} == {*FILES, "tokenizer.json"}, "nothing is left beside it"
    about = pack.manifest
    assert about.head.features == ("embedding",)
    assert set(about.encoder.outputs) == {"embedding", "mean_token", "tokens"}
    assert about.encoder.mean == (0.5, 0.4, 0.3), "the checkpoint's own"
    assert about.text is not None
    assert about.text.context_length == 77
    assert about.text.scale == pytest.approx(1 / 0.07, rel=1e-3), "what CLIP begins with"
    assert about.evaluation == {}
    assert "Not measured" in (pack.folder / "card.md").read_text("utf-8")
    locator = Locator(pack, device="cpu")
    assert locator.self_check > 0.999
    answers = [locator.locate(path) for path in (photographs[0], photographs[-1])]
    for answer in answers:
        assert answer.status == "located", answer.reason
        assert answer.probability is not None
        assert answer.probability.sum() == pytest.approx(1.0, abs=1e-4)
        assert np.all(answer.probability > 0)
        assert len(answer.candidates) >= 3
    first, second = (answer.probability for answer in answers)
    assert not np.allclose(first, second, rtol=1e-3), "the answers depend on the picture"


def test_the_belief_is_what_transformers_says(pack: Pack, checkpoint: Path, photographs: list[Path]) -> None:
    """P(country) from the two towers in torch, against the head with int8 on either side."""
    locator, clip = Locator(pack, device="cpu"), load_clip(read_checkpoint(str(checkpoint)))
    tokenizer = Tokenizer.from_file(str(pack.folder / "tokenizer.json"))
    names = {country.code: country.name for country in load_atlas().countries}
    codes = locator.cells.countries[0].tolist()
    tokenizer.enable_padding(pad_id=read_checkpoint(str(checkpoint)).end_token)
    ids = [one.ids for one in tokenizer.encode_batch([f"A Street View photo in {names[code]}." for code in codes])]
    with torch.inference_mode(), Image.open(photographs[0]) as image:
        texts = clip.text_projection(clip.text_model(torch.tensor(ids)).pooler_output).numpy()
        pixels = locator.encoder.transform(image.convert("RGB"))[None]
        picture = clip.visual_projection(clip.vision_model(torch.tensor(pixels)).pooler_output).numpy()[0]
        scale = float(clip.logit_scale.exp())
    logits = scale * (texts @ picture) / np.linalg.norm(texts, axis=1) / np.linalg.norm(picture)
    wanted = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
    got = dict(locator.locate(photographs[0]).countries)
    assert len(got) == len(COUNTRIES)
    np.testing.assert_allclose(
        [got.get(code, np.nan) for code in got], [wanted[codes.index(code)] for code in got], rtol=0.1
    )


def test_show_names_the_licence(pack: Pack, capsys: Capture) -> None:
    assert code_of("packs", "show", pack.folder) == DONE
    said = capsys.readouterr().out
    assert "licence, weights  mit" in said
    assert "captions, embedding" in said


def test_wrong_usage(checkpoint: Path, pack: Pack, tmp_path: Path, capsys: Capture) -> None:
    args = ("packs", "build", "streetclip", "--checkpoint", checkpoint, "--out")
    assert code_of(*args, tmp_path / "No Name") == USAGE
    assert "cannot name a pack" in capsys.readouterr().err
    before = (pack.folder / "pack.toml").read_bytes()
    assert code_of(*args, pack.folder) == NOTHING
    assert "is there already" in capsys.readouterr().err
    assert (pack.folder / "pack.toml").read_bytes() == before


def test_a_kill_leaves_no_pack_and_the_next_build_clears_up(checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "tiny"
    part = tmp_path / ".tiny.part"
    command = [*PIGEON, "packs", "build", "streetclip", "--checkpoint", str(checkpoint), "--out", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (part / "tokenizer.json").is_file():
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        with pytest.raises(PigeonError, match="another installation or build is going on"):
            build_tiny(checkpoint, out)
        process.kill()
    assert [path.name for path in tmp_path.iterdir()] == [part.name], "only what nothing looks at"
    with pytest.raises(PigeonError, match="no such pack"):
        open_pack(str(out))
    left = set(part.iterdir())
    assert part / "tokenizer.json" in left

    def cancel(what: str) -> None:
        if what == "Writing captions":
            raise Cancelled

    (part / "left.onnx").write_text("old")
    with pytest.raises(Cancelled):
        build_tiny(checkpoint, out, cancel)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_takes_no_more_leaves_nothing(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PigeonError, match=r"out: cannot be written .*--out"), files_no_longer_than(5000):
        build_tiny(checkpoint, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=1000))
    with pytest.raises(PigeonError, match="out: the disk is full"):
        build_tiny(checkpoint, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(PigeonError, match=r"out: cannot be written .*--out"):
        build_tiny(checkpoint, Path("/proc/none/out"))


@pytest.mark.long
def test_it_is_measured_on_photographs(
    checkpoint: Path, cells_file: Path, photo_table: list[dict[str, str]], tmp_path: Path
) -> None:
    rows = [row for row in photo_table if row["latitude"] and row["country_code"] in COUNTRIES][::4][:14]
    table, out = tmp_path / "photos.csv", tmp_path / "measured"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["path", "latitude", "longitude", "country_code"], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    args = ("--checkpoint", checkpoint, "--cells", cells_file, "--photographs", table, "--device", "cpu")
    assert code_of("packs", "build", "streetclip", *args, "--out", out) == DONE
    measured = open_pack(str(out))
    measured.verify()
    about = measured.manifest
    assert about.evaluation["all"]["n"] == len(rows)
    assert about.head.temperature in TEMPERATURES
    assert about.calibration is not None
    assert "| all | 14 |" in (out / "card.md").read_text("utf-8")
    wanted = {*FILES, "tokenizer.json", "calibration.json", "reliability.svg", "coverage.svg"}
    assert {path.name for path in out.iterdir()} == wanted
    locator = Locator(measured, device="cpu")
    assert locator.head.temperature == about.head.temperature  # type: ignore[attr-defined]
    answer = locator.locate(Path(rows[0]["path"]))
    assert {code for code, _ in answer.countries} <= set(COUNTRIES)


def test_gpus_run_the_file_in_half_precision(
    pack: Pack, photographs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[tuple[str, str]] = []

    class Pretended(Session):
        """Says CUDA ran what the processor ran, if it `starts`."""

        starts = True

        def __init__(self, model: Path, device: str = "auto", threads: int | None = None, graph: bytes | None = None):
            super().__init__(model, "cpu", threads, graph)
            loaded.append((model.name, device))
            if device == "cuda" and self.starts:
                self.provider = PROVIDERS["cuda"]

    monkeypatch.setattr(self_check, "Session", Pretended)
    Locator(pack, device="auto")
    assert loaded == [("image.int8.onnx", "cpu")], "a build of ONNX Runtime without CUDA does not try"
    monkeypatch.setattr(self_check, "has_device", lambda device: device == "cuda")
    monkeypatch.setattr(self_check, "starts", lambda device: device == "cuda")
    loaded.clear()
    assert Locator(pack, device="auto").locate(photographs[0]).status == "located"
    assert loaded == [("image.fp16.onnx", "cuda")]
    Pretended.starts = False
    for device in ("auto", "cuda"):
        loaded.clear()
        Locator(pack, device=device)
        assert loaded == [("image.fp16.onnx", "cuda"), ("image.int8.onnx", "cpu")], "half precision never on a CPU"
    loaded.clear()
    Locator(pack, device="cpu")
    assert loaded == [("image.int8.onnx", "cpu")]


def test_captions_name_what_is_in_the_cell() -> None:
    atlas, cells = load_atlas(), streetclip._cells(None)
    assert len(cells) == open_pack("default").manifest.geocells.count
    captions = captions_of(cells, atlas)
    assert np.unique(captions.cell).tolist() == list(range(len(cells))), "every cell has one"
    assert len(captions.countries) == len(cells.countries[0])
    assert captions.countries[list(cells.countries[0]).index("PT")] == "A Street View photo in Portugal."
    lisbon = int(cells.cells_at(np.array([38.72]), np.array([-9.14]))[0])
    own = [text for text, cell in zip(captions.texts, captions.cell, strict=True) if cell == lisbon]
    assert "A Street View photo in the region of Lisbon in Portugal." in own
    assert "A Street View photo close to the town of Lisbon in the region of Lisbon in Portugal." in own
    assert all(text.endswith(" in Portugal.") for text in own), "none from across the border"
    assert len(own) == len(set(own))
    towns = np.bincount([c for t, c in zip(captions.texts, captions.cell, strict=True) if "the town of" in t])
    assert towns.max() == TOWNS
