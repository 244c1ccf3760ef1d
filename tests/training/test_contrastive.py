"""`pigeon train contrastive` as it is run: real photographs, a tiny CLIP, real kills."""

import csv
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from accelerate import Accelerator
from safetensors.torch import load_file
from transformers import CLIPModel, CLIPTokenizerFast

from pigeon_desktop.cli import DONE, INTERRUPTED, NOTHING, SOME_FAILED, USAGE
from pigeon_desktop.earth.atlas import load_atlas
from pigeon_desktop.engine.prompts import country_caption
from pigeon_desktop.engine.session import CancelToken
from pigeon_desktop.errors import Cancelled, PigeonError
from pigeon_desktop.training.checkpoints.clip import open_clip
from pigeon_desktop.training.pretraining.captions import PARTS, Facts, caption, known_facts
from pigeon_desktop.training.pretraining.contrastive import Watch, _Run, measured, train_contrastive
from pigeon_desktop.training.pretraining.learner import ContrastiveOptions, Learner
from pigeon_desktop.training.pretraining.pairs import Pairs, batches, pixels, split_by_place
from pigeon_desktop.training.pretraining.restart import CHECKPOINTS, Progressed
from pigeon_desktop.training.pretraining.retrieval import figures, hits
from pigeon_desktop.training.tables import Truth, read_table
from tests.commands import PIGEON, Capture, code_of
from tests.training.checkpoints import SIDE, write_checkpoint

COUNT = 16
QUICK = ("--steps", "8", "--batch", "8", "--part", "4", "--every", "2", "--warm-up", "2", "--learning-rate", "1e-3")
HELD = ("--held-out", "0.25", "--device", "cpu")


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def table(photo_table: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of photographs from many countries."""
    path = tmp_path_factory.mktemp("table") / "photos.csv"
    countries = {row["country_code"]: row for row in photo_table}
    write_table(path, list(countries.values())[:COUNT])
    return path


def write_table(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, ["path", "latitude", "longitude", "country_code", "place"], extrasaction="ignore")
        out.writeheader()
        out.writerows(rows)


def texts_of(table: Path) -> list[str]:
    facts = known_facts(read_table(table, load_atlas()).rows, load_atlas())
    random = np.random.default_rng(0)
    return [caption(fact, PARTS, 0.0, random).text for fact in facts]


@pytest.fixture(scope="module")
def checkpoint(table: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that says neither what its pixels look like nor what its licence is: training needs neither."""
    folder = write_checkpoint(
        tmp_path_factory.mktemp("clip") / "tiny", texts_of(table), width=32, text={"hidden_size": 32}
    )
    for name in ("preprocessor_config.json", "README.md"):
        (folder / name).unlink()
    return folder


def arguments(table: Path, checkpoint: Path, out: Path) -> list[str]:
    return ["train", "contrastive", str(table), "--checkpoint", str(checkpoint), "--out", str(out), *QUICK, *HELD]


@pytest.fixture(scope="module")
def made(table: Path, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that nothing has disturbed."""
    out = tmp_path_factory.mktemp("made") / "out"
    assert code_of(*arguments(table, checkpoint, out)) == DONE
    return out


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return load_file(folder / "model.safetensors")


def record(folder: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / "run.json").read_text("utf-8"))
    return read


def test_what_is_written_is_a_clip_checkpoint(made: Path, checkpoint: Path) -> None:
    model = CLIPModel.from_pretrained(made)
    before = weights(checkpoint)
    assert {name for name, p in model.state_dict().items() if not torch.equal(p, before[name])} >= {
        "visual_projection.weight",
        "text_projection.weight",
        "logit_scale",
    }
    text = "A Street View photo in Sweden."
    assert CLIPTokenizerFast.from_pretrained(made)(text) == CLIPTokenizerFast.from_pretrained(checkpoint)(text)
    assert json.loads((made / "preprocessor_config.json").read_text())["crop_size"] == {"height": SIDE, "width": SIDE}
    assert not list(made.glob("**/*.part"))
    assert not (made / CHECKPOINTS).exists()
    assert open_clip(str(made)).checkpoint.image_size == SIDE, "and can be learnt on from"


def test_the_record_says_how_to_do_it_again(made: Path, table: Path, checkpoint: Path) -> None:
    said = record(made)
    begun = said["begun_with"]
    assert (said["table"], said["checkpoint"]) == (str(table), str(checkpoint))
    assert (begun["steps"], begun["batch"], begun["seed"], begun["loss"]) == (8, 8, 0, "infonce")
    assert begun["checkpoint_sha256"] == open_clip(str(checkpoint)).checkpoint.sha256
    assert [figure["step"] for figure in said["figures"]] == [0, 2, 4, 6, 8]
    assert len(said["losses"]) == 8
    assert all(figure["n"] == 4 and figure["countries"] == COUNT for figure in said["figures"])
    assert set(said["versions"]) >= {"torch", "transformers", "accelerate"}


def test_the_same_again_is_the_same(made: Path, table: Path, checkpoint: Path, tmp_path: Path, capsys: Capture) -> None:
    assert code_of(*arguments(table, checkpoint, tmp_path / "again")) == DONE
    said = capsys.readouterr().err
    for step in (0, 2, 4, 6, 8):
        assert f"Step {step} of 8" in said
    assert "12 photographs to learn from, 4 at places that are held out" in said
    assert "blindly 6.2% and 31.2%" in said
    assert_same(tmp_path / "again", made)


def assert_same(one: Path, other: Path) -> None:
    """Bit for bit."""
    a, b = weights(one), weights(other)
    assert a.keys() == b.keys()
    assert [name for name in a if not torch.equal(a[name], b[name])] == []
    for key in ("losses", "figures", "rows"):
        assert record(one)[key] == record(other)[key]


def started(arguments: list[str]) -> subprocess.Popen[str]:
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([*PIGEON, *arguments], stderr=subprocess.PIPE, text=True, env=env)


def wait_for_checkpoint(process: subprocess.Popen[str], out: Path) -> None:
    deadline = time.monotonic() + 120
    while not list((out / CHECKPOINTS).glob("step-*")):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.long
def test_a_killed_run_ends_as_if_nothing_had_happened(
    made: Path, table: Path, checkpoint: Path, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "out"
    with started(arguments(table, checkpoint, out)) as process:
        try:
            wait_for_checkpoint(process, out)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL
    assert not (out / "config.json").exists()
    with pytest.raises(OSError, match="no file named"):
        CLIPModel.from_pretrained(out)
    assert code_of(*arguments(table, checkpoint, out), "--seed", "1") == NOTHING
    assert "was begun with seed 0, not 1" in capsys.readouterr().err
    other = tmp_path / "other.csv"
    other.write_text(table.read_text("utf-8") + "\n", "utf-8")
    assert code_of(*arguments(other, checkpoint, out)) == NOTHING
    assert "was begun with table sha256" in capsys.readouterr().err
    assert code_of(*arguments(table, checkpoint, out)) == DONE
    assert "goes on at step " in capsys.readouterr().err
    assert_same(out, made)


@pytest.mark.long
def test_ctrl_c_keeps_what_was_learnt(table: Path, checkpoint: Path, tmp_path: Path, made: Path) -> None:
    out = tmp_path / "out"
    with started([*arguments(table, checkpoint, out), "--steps", "100000"]) as process:
        try:
            wait_for_checkpoint(process, out)
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[1]
        finally:
            process.kill()
    assert process.returncode == INTERRUPTED
    assert "the same command goes on from there" in said
    assert "Traceback" not in said
    (last,) = (out / CHECKPOINTS).iterdir()
    state = json.loads((last / "state.json").read_text())
    assert len(state["losses"]) == state["step"] >= 2
    assert CLIPModel.from_pretrained(last).config.projection_dim == 32


@pytest.mark.parametrize("after", [0, 3, 4, 8])
def test_a_stopped_run_ends_as_if_nothing_had_happened(
    made: Path, table: Path, checkpoint: Path, tmp_path: Path, after: int
) -> None:
    out, token = tmp_path / "out", CancelToken()
    begun = record(made)["begun_with"]
    fields = {field.name: begun[field.name] for field in dataclasses.fields(ContrastiveOptions)}
    options = ContrastiveOptions(**{**fields, "caption_parts": tuple(fields["caption_parts"])})

    def stop(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("Learning", after):
            token.cancel()

    def say(message: str) -> None:
        if not after and message.startswith("Step 0"):
            token.cancel()

    with pytest.raises(Cancelled):
        train_contrastive(table, str(checkpoint), out, options, "cpu", Watch(say, stop, token))
    (last,) = (out / CHECKPOINTS).iterdir()
    assert last.name == f"step-{after:08}"
    assert code_of(*arguments(table, checkpoint, out)) == DONE
    assert_same(out, made)


def test_a_frozen_image_tower_looks_once_and_a_stopped_run_ends_the_same(
    table: Path, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ContrastiveOptions(
        freeze="vision", steps=8, batch=8, part=4, every=2, warm_up=2, learning_rate=1e-3, held_out=0.25
    )
    decoded: list[int] = []

    def counted(*args: Any) -> Any:
        for picture in pixels(*args):
            decoded.append(1)
            yield picture

    monkeypatch.setattr("pigeon_desktop.training.pretraining.contrastive.pixels", counted)

    def go(out: str, token: CancelToken, stop_at: int = -1) -> Progressed:
        def stop(stage: str, done: int, total: int) -> None:
            if (stage, done) == ("Learning", stop_at):
                token.cancel()

        watch = Watch(lambda message: None, stop, token)
        return train_contrastive(table, str(checkpoint), tmp_path / out, options, "cpu", watch)[0]

    whole = go("whole", CancelToken())
    assert len(decoded) == COUNT
    with pytest.raises(Cancelled):
        go("stopped", CancelToken(), 3)
    go("stopped", CancelToken())
    assert_same(tmp_path / "stopped", tmp_path / "whole")
    monkeypatch.setattr(_Run, "_look", lambda run: None)
    decoded.clear()
    each_time = go("each time", CancelToken())
    assert len(decoded) > COUNT
    assert each_time.losses == pytest.approx(whole.losses, abs=1e-4)
    assert each_time.figures == whole.figures


def test_stopping_before_there_is_anything(
    table: Path, checkpoint: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*args: object) -> None:
        raise Cancelled

    monkeypatch.setattr("pigeon_desktop.training.pretraining.contrastive.readable", stopped)
    assert code_of(*arguments(table, checkpoint, tmp_path / "out")) == INTERRUPTED
    assert "before the first step: the same command begins again" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_half_a_checkpoint_is_none(made: Path, table: Path, checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / CHECKPOINTS / ".step-00000004.part").mkdir(parents=True)
    (out / CHECKPOINTS / ".step-00000004.part" / "state.json").write_text("{")
    assert code_of(*arguments(table, checkpoint, out)) == DONE
    assert_same(out, made)


def test_what_cannot_be_used_is_said(
    made: Path, table: Path, checkpoint: Path, tmp_path: Path, capsys: Capture
) -> None:
    def said(table: Path, checkpoint: Path | str, out: Path, *more: str) -> str:
        assert code_of(*arguments(table, Path(checkpoint), out), *more) == NOTHING
        return capsys.readouterr().err

    new, empty, bare = tmp_path / "new", tmp_path / "empty.csv", tmp_path / "bare.csv"
    empty.write_text("path,latitude,longitude,country_code\n")
    bare.write_text("path,latitude\n")
    assert "holds no photographs" in said(empty, checkpoint, new)
    assert "has no column longitude" in said(bare, checkpoint, new)
    assert "weather: captions have no such part" in said(table, checkpoint, new, "--parts", "town,weather")
    assert "no checkpoint of this name is on this machine" in said(table, "nobody/nothing", new)
    assert "holds a checkpoint that is done" in said(table, checkpoint, made)
    assert "is not empty" in said(table, checkpoint, table.parent)
    bert = tmp_path / "bert"
    bert.mkdir()
    (bert / "config.json").write_text('{"model_type": "bert"}')
    assert "is not a CLIP checkpoint: its model_type is 'bert'" in said(table, bert, new)
    assert "config.json: cannot be read" in said(table, tmp_path, new)
    broken = shutil.copytree(checkpoint, tmp_path / "broken")
    (broken / "model.safetensors").write_bytes((checkpoint / "model.safetensors").read_bytes()[:5000])
    assert "cannot be read as safetensors" in said(table, broken, new)
    (broken / "model.safetensors").unlink()
    assert "holds no weights" in said(table, broken, new)
    (broken / "model.safetensors").write_bytes((checkpoint / "model.safetensors").read_bytes())
    (broken / "tokenizer.json").unlink()
    (broken / "vocab.json").unlink()
    assert "has no tokenizer" in said(table, broken, new)
    assert not new.exists()
    assert code_of(*arguments(table, checkpoint, new), "--batch", "1") == USAGE


def test_unreadable_photographs_are_left_out_by_name(
    photo_table: list[dict[str, str]], checkpoint: Path, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    shutil.copy(photo_table[0]["path"], tmp_path / "copy.jpg")
    rows = [*photo_table[:40:5], {**photo_table[3], "path": "torn.jpg"}, {**photo_table[0], "path": "copy.jpg"}]
    write_table(tmp_path / "t.csv", rows)
    once = ("--steps", "1", "--held-out", "0", "--loss", "margin", "--freeze", "text")
    assert code_of(*arguments(tmp_path / "t.csv", checkpoint, tmp_path / "out"), *once) == SOME_FAILED
    said = capsys.readouterr().err
    assert "torn.jpg: " in said
    assert "copy.jpg: is the same file as" in said
    assert "no places are held out" in said
    assert record(tmp_path / "out")["left_out"] == ["torn.jpg", "copy.jpg"]


def pairs_of(table: Path) -> Pairs:
    rows = read_table(table, load_atlas()).rows
    return Pairs(rows, tuple(known_facts(rows, load_atlas())))


@pytest.mark.long
def test_a_tiny_model_learns_a_handful_of_photographs_by_heart(table: Path, checkpoint: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    more = ("--steps", "150", "--batch", "16", "--part", "0", "--every", "150", "--warm-up", "10", "--held-out", "0")
    assert code_of(*arguments(table, checkpoint, out), *more, "--learning-rate", "3e-3", "--dropped", "0.5") == DONE
    losses = record(out)["losses"]
    assert losses[0] == pytest.approx(np.log(COUNT), abs=0.5)
    assert np.mean(losses[-10:]) < 0.3
    pairs, everything = pairs_of(table), np.arange(COUNT)
    accelerator = Accelerator(cpu=True)
    before, after = (
        measured(
            Learner(open_clip(str(folder)), ContrastiveOptions(), accelerator),
            pairs,
            everything,
            everything,
            accelerator,
            CancelToken(),
        )
        for folder in (checkpoint, out)
    )
    assert before.top1 <= 0.25
    assert after.top1 >= 0.8
    assert (after.chance1, after.chance5) == (1 / COUNT, 5 / COUNT)


def test_places_are_never_on_both_sides() -> None:
    rows = tuple(Truth(Path(f"{i}.jpg"), 0.0, 0.0, "GA", f"place {i % 7}") for i in range(50))
    pairs = Pairs(rows, (Facts("Gabon"),) * 50)
    learnt, held = split_by_place(pairs, 0.3, seed=0)
    assert sorted([*learnt, *held]) == list(range(50))
    assert {rows[i].place for i in learnt}.isdisjoint({rows[i].place for i in held})
    assert len({rows[i].place for i in held}) == 2
    assert len(split_by_place(pairs, 0.0, seed=0)[1]) == 0
    assert held.tolist() != split_by_place(pairs, 0.3, seed=1)[1].tolist()
    with pytest.raises(PigeonError, match="too few to learn from"):
        split_by_place(Pairs(rows[:2], pairs.facts[:2]), 0.5, seed=0)


def test_batches_go_on_anywhere() -> None:
    rows = np.arange(10)
    stream = batches(rows, 3, seed=5)
    first = [next(stream).tolist() for _ in range(7)]
    assert all(len({row for batch in first[k : k + 3] for row in batch}) == 9 for k in (0, 3))
    assert first[:3] != first[3:6]
    for step in range(7):
        assert next(batches(rows, 3, seed=5, first=step)).tolist() == first[step]


def test_figures_are_counted_by_hand() -> None:
    images = torch.eye(3)
    captions = torch.tensor([[1.0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0], [0, 1, 0]])
    # The first is found, the second is fourth behind nothing but equals, the third lies behind.
    assert hits(images, captions, torch.tensor([0, 2, 0])).tolist() == [1, 2]
    got = figures(np.array([1, 2]), np.array([0, 2, 0]), np.array([2, 2, 2, 0, 0, 1]), 7)
    assert (got.top1, got.top5, got.chance1, got.chance5) == pytest.approx((1 / 3, 2 / 3, 1 / 7, 5 / 7))
    assert (got.commonest1, got.commonest5) == pytest.approx((1 / 3, 1.0))
    nothing = torch.zeros(4, 2)
    assert hits(nothing, torch.zeros(9, 2), torch.zeros(4, dtype=torch.int64)).tolist() == [0, 0]
    assert country_caption("Fiji").endswith("in Fiji.")
