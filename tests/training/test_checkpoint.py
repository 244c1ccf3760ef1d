"""Checkpoints that cannot be used say why, and nothing is left of them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
import safetensors.torch
from tokenizers import Tokenizer

from pigeon_desktop.cli import NOTHING
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.training.checkpoints.checkpoint import STREETCLIP, read_checkpoint, read_tokenizer
from tests.commands import Capture, code_of
from tests.training.checkpoints import build_tiny, write_checkpoint

TEXTS = ["A Street View photo in France.", "A Street View photo in Portugal.", "the view of the photo"]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("checkpoint") / "tiny")


def configured(file: str, **changed: Any) -> Callable[[Path], object]:
    """Write some keys of one of the checkpoint's JSON files anew; `vision` and `text` are of config.json's parts."""

    def change(folder: Path) -> None:
        values = json.loads((folder / file).read_text("utf-8"))
        values |= {
            key: {**values[key], **value} if key.endswith("_config") else value for key, value in changed.items()
        }
        (folder / file).write_text(json.dumps(values), "utf-8")

    return change


def without_weights(prefix: str) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        path = folder / "model.safetensors"
        kept = {key: value for key, value in safetensors.torch.load_file(path).items() if not key.startswith(prefix)}
        safetensors.torch.save_file(kept, path)

    return change


def other_end(folder: Path) -> None:
    text = (folder / "tokenizer.json").read_text("utf-8")
    values = json.loads(text)
    values["post_processor"] = None
    (folder / "tokenizer.json").write_text(json.dumps(values), "utf-8")


def more_words(folder: Path) -> None:
    values = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    values["model"]["vocab"]["zzz"] = 5000
    (folder / "tokenizer.json").write_text(json.dumps(values), "utf-8")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (configured("config.json", model_type="bert"), "is not a CLIP checkpoint: its model_type is 'bert'"),
        (configured("config.json", model_type="clip_vision_model"), "has no text tower"),
        (without_weights("text_model."), "has no text tower"),
        (without_weights("vision_model."), "has no image tower"),
        (without_weights("text_model.encoder.layers.1.mlp.fc1.bias"), "lacks 1 of CLIP's weights"),
        (configured("config.json", vision_config={"patch_size": 8}), "contradict config.json.*patch 8"),
        (configured("config.json", vision_config={"image_size": 128}), "contradict config.json.*image 128"),
        (configured("preprocessor_config.json", crop_size={"height": 32, "width": 32}), "but the tower takes 64"),
        (configured("preprocessor_config.json", do_center_crop=False), "cut the middle out"),
        (lambda folder: (folder / "model.safetensors").unlink(), "holds no weights"),
        (lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"), "pickled"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"\0" * 100), "as safetensors"),
        (lambda folder: (folder / "config.json").write_text("{"), r"config\.json: cannot be read"),
        (lambda folder: (folder / "config.json").unlink(), r"config\.json: cannot be read"),
        (lambda folder: (folder / "README.md").write_text("# No licence"), "--licence TEXT"),
        (other_end, "tokenizer ends a text with"),
        (more_words, "knows more words than its text tower"),
        (lambda folder: (folder / "tokenizer.json").write_text("{}"), "tokenizer cannot be read"),
    ],
)
def test_a_checkpoint_that_cannot_be_used_says_why(
    checkpoint: Path, tmp_path: Path, change: Callable[[Path], object], said: str
) -> None:
    folder = Path(shutil.copytree(checkpoint, tmp_path / "wrong"))
    change(folder)
    with pytest.raises(PigeonError, match=said) as error:
        build_tiny(folder, tmp_path / "out")
    assert str(folder) in str(error.value)
    assert list(tmp_path.iterdir()) == [folder]


def test_a_tokenizer_without_tokenizer_json_is_put_together(checkpoint: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(checkpoint, tmp_path / "old"))
    (folder / "tokenizer.json").unlink()
    found = read_checkpoint(str(folder))
    made = read_tokenizer(found)
    given = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    assert [made.encode(text).ids for text in TEXTS] == [given.encode(text).ids for text in TEXTS]
    long = made.encode("photo " * 200).ids
    assert (len(long), long[-1]) == (77, found.end_token), "a long text is cut, not its end"
    for file in ("vocab.json", "merges.txt"):
        (folder / file).unlink()
    with pytest.raises(PigeonError, match="has no tokenizer"):
        read_tokenizer(read_checkpoint(str(folder)))


def test_the_licence_is_that_of_the_card_or_of_streetclip(checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_checkpoint(str(checkpoint)).licence == "mit"
    asked: list[bool] = []

    def download(name: str, allow_patterns: list[str], local_files_only: bool) -> str:
        asked.append(local_files_only)
        return str(checkpoint)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    found = read_checkpoint(STREETCLIP)
    read_checkpoint(STREETCLIP, fetch=True)
    assert asked == [True, False], "only who asks for it goes to the network"
    assert (found.source, found.folder) == (STREETCLIP, checkpoint)
    assert found.licence.startswith("CC BY-NC 4.0")


def test_without_a_network_it_says_how_to_get_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    assert code_of("packs", "build", "streetclip", "--checkpoint", STREETCLIP, "--out", tmp_path / "out") == NOTHING
    said = capsys.readouterr().err
    assert f"hf download {STREETCLIP} --local-dir FOLDER" in said
    assert "Traceback" not in said
    assert code_of("packs", "build", "streetclip", "--checkpoint", "./gone", "--out", tmp_path / "out") == NOTHING
    assert "there is no such folder" in capsys.readouterr().err
