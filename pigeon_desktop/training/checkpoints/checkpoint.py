"""CLIP checkpoints as `transformers` keeps them: found, looked through before anything is loaded, and loaded.

There is no other way into one: packs are built from what is read here, and training begins with it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import huggingface_hub
import safetensors
import tokenizers
import transformers
from transformers.utils import logging

from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import file_sha256
from pigeon_desktop.training.pack import CLIP_MEAN, CLIP_STD

STREETCLIP = "geolocal/StreetCLIP"
STREETCLIP_LICENCE = "CC BY-NC 4.0: not for commercial use (StreetCLIP, Haas, Alberti and Skreta 2023)"

_FETCHED = ("*.safetensors", "*.safetensors.index.json", "*config.json", "tokenizer.json", "vocab.json", "merges.txt")
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_LICENCE = re.compile(r"\A---\n.*?^license: *[\"']?([^\"'\n]+?)[\"']? *$.*?^---$", re.MULTILINE | re.DOTALL)

Three = tuple[float, float, float]


@dataclass(frozen=True)
class Checkpoint:
    """A CLIP checkpoint in a folder; `source` is its name on the hub, or that of the folder.

    `licence` is what its model card says, StreetCLIP's own for that name, and empty where nothing is said.
    `image_size` in pixels, `mean` and `std` per RGB channel on pixels in 0..1, `context_length` in tokens,
    `words` the tokens that the text tower knows, `parameters` of both towers together. `sha256` stands for its weights.
    """

    folder: Path
    source: str
    licence: str
    image_size: int
    mean: Three
    std: Three
    context_length: int
    end_token: int
    words: int
    parameters: int
    sha256: str


def find_checkpoint(name: str, *, fetch: bool) -> Path:
    """The folder of a checkpoint: `name` itself, else what the hub has under it, from its cache on this machine and,
    with `fetch`, over the network.

    Raises:
        PigeonError: no such folder, and no such name on this machine, or the hub cannot be reached or has none.
    """
    if Path(name).is_dir():
        return Path(name)
    if not _HUB_NAME.fullmatch(name):
        raise PigeonError(f"{name}: there is no such folder. Name the folder of a checkpoint, or {STREETCLIP}.")
    try:
        wanted = [*_FETCHED, "README.md"]
        return Path(huggingface_hub.snapshot_download(name, allow_patterns=wanted, local_files_only=not fetch))
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        lacks = (
            f"it cannot be had from the hub ({reason})" if fetch else "no checkpoint of this name is on this machine"
        )
        raise PigeonError(
            f"{name}: there is no such folder, and {lacks}. On a machine with a network run "
            f"`hf download {name} --local-dir FOLDER`, carry the folder over and give it to --checkpoint."
        ) from error


def read_checkpoint(name: str, *, fetch: bool = False) -> Checkpoint:
    """Look through a checkpoint's configuration, and through its weights without loading them.

    Raises:
        PigeonError: not a whole CLIP checkpoint in safetensors, or one that contradicts itself; as `find_checkpoint`.
    """
    folder = find_checkpoint(name, fetch=fetch)
    config = _json(folder / "config.json")
    kind = config.get("model_type")
    if kind == "clip_vision_model":
        raise PigeonError(f"{folder}: has no text tower, only CLIP's image tower. Take the whole CLIP checkpoint.")
    if kind != "clip":
        raise PigeonError(f"{folder}: is not a CLIP checkpoint: its model_type is {kind!r}. Take one of CLIP's.")
    try:
        whole = transformers.CLIPConfig(**{key: value for key, value in config.items() if key != "model_type"})
    except Exception as error:  # transformers checks fields with errors of its own
        raise PigeonError(f"{folder}: its config.json is no CLIP configuration ({error}). Get it again.") from error
    files = _weights(folder)
    shapes = _shapes(files)
    _require_towers(folder, shapes, whole)
    size = int(whole.vision_config.image_size)
    mean, std = _normalisation(folder, size)
    return Checkpoint(
        folder=folder,
        source=name if not Path(name).is_dir() else folder.resolve().name,
        licence=STREETCLIP_LICENCE if name == STREETCLIP else _licence(folder),
        image_size=size,
        mean=mean,
        std=std,
        context_length=int(whole.text_config.max_position_embeddings),
        end_token=_end_token(whole.text_config),
        words=int(whole.text_config.vocab_size),
        parameters=sum(_count(shape) for shape in shapes.values()),
        sha256=hashlib.sha256("".join(file_sha256(file)[0] for file in files).encode("ascii")).hexdigest(),
    )


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(values, dict):
            raise ValueError("no object")
        return values
    except (OSError, ValueError) as error:
        raise PigeonError(f"{path}: cannot be read ({error}). Give the folder of a whole checkpoint.") from error


def _weights(folder: Path) -> list[Path]:
    """The checkpoint's safetensors files. Pickled weights are code: they are not opened."""
    files = sorted(folder.glob("*.safetensors"))
    if files:
        return files
    what = "its weights are pickled (.bin), which may run code" if any(folder.glob("*.bin")) else "holds no weights"
    raise PigeonError(
        f"{folder}: {what}; only *.safetensors are read. Where there are none, let transformers make them on a machine "
        "that has nothing to lose: CLIPModel.from_pretrained(NAME).save_pretrained(FOLDER)."
    )


def _shapes(files: list[Path]) -> dict[str, tuple[int, ...]]:
    """The shape of every tensor, by its name."""
    shapes: dict[str, tuple[int, ...]] = {}
    for path in files:
        try:
            with safetensors.safe_open(path, "pt") as file:
                shapes |= {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
        except (OSError, safetensors.SafetensorError) as error:
            raise PigeonError(f"{path}: cannot be read as safetensors ({error}). Get the file again.") from error
    return shapes


def _require_towers(folder: Path, shapes: Mapping[str, tuple[int, ...]], config: Any) -> None:
    """Refuse weights without one of the towers, and those that contradict the configuration."""
    vision, text = config.vision_config, config.text_config
    for what, prefix in (("text", "text_model."), ("image", "vision_model.")):
        if not any(key.startswith(prefix) for key in shapes):
            raise PigeonError(f"{folder}: has no {what} tower. Take the whole CLIP checkpoint.")
    patches = (vision.image_size // vision.patch_size) ** 2 + 1
    width, joint = vision.hidden_size, config.projection_dim
    for key, wanted in (
        ("vision_model.embeddings.patch_embedding.weight", (width, 3, vision.patch_size, vision.patch_size)),
        ("vision_model.embeddings.position_embedding.weight", (patches, width)),
        ("visual_projection.weight", (joint, width)),
        ("text_model.embeddings.token_embedding.weight", (text.vocab_size, text.hidden_size)),
        ("text_model.embeddings.position_embedding.weight", (text.max_position_embeddings, text.hidden_size)),
        ("text_projection.weight", (joint, text.hidden_size)),
        ("logit_scale", ()),
    ):
        if shapes.get(key) != wanted:
            raise PigeonError(
                f"{folder}: its weights contradict config.json (image {vision.image_size}, patch {vision.patch_size}): "
                f"{key} has the shape {shapes.get(key)}, not {wanted}. Get the whole checkpoint again."
            )


def _end_token(text: Any) -> int:
    """The id that ends a text. Configurations from before transformers 4.31 say 2 and mean the highest id."""
    return int(text.vocab_size - 1 if text.eos_token_id == 2 else text.eos_token_id)


def _count(shape: tuple[int, ...]) -> int:
    count = 1
    for size in shape:
        count *= size
    return count


def preprocessor(folder: Path) -> tuple[Path, Mapping[str, Any]]:
    """The file in which a checkpoint says what its pixels look like, and what it says; newer ones say it in the file of
    the whole processor. Empty where neither says anything."""
    path = folder / "preprocessor_config.json"
    values = _json(path) if path.is_file() else {}
    if not values and (folder / "processor_config.json").is_file():
        path = folder / "processor_config.json"
        values = _json(path).get("image_processor") or {}
    return path, values


def _normalisation(folder: Path, image_size: int) -> tuple[Three, Three]:
    """Mean and standard deviation of the checkpoint's preprocessor, CLIP's where it has none.

    Raises:
        PigeonError: the preprocessor makes pictures of another size than the image tower takes, or not by CLIP's way.
    """
    path, values = preprocessor(folder)
    side = values.get("crop_size") or values.get("size") or image_size
    sides = set(side.values()) if isinstance(side, dict) else {side}
    if sides != {image_size}:
        raise PigeonError(f"{path}: makes pictures of {side}, but the tower takes {image_size}. Get the right file.")
    if not values.get("do_center_crop", True) or values.get("resample", 3) != 3:
        raise PigeonError(f"{path}: does not scale bicubically and cut the middle out, as CLIP does. Take another.")
    return _three(path, values.get("image_mean", CLIP_MEAN)), _three(path, values.get("image_std", CLIP_STD))


def _three(path: Path, values: Any) -> Three:
    try:
        red, green, blue = map(float, values)
    except (TypeError, ValueError) as error:
        raise PigeonError(f"{path}: {values!r} are not three numbers. Get the right file.") from error
    return red, green, blue


def _licence(folder: Path) -> str:
    card = folder / "README.md"
    said = _LICENCE.search(card.read_text(encoding="utf-8", errors="replace")) if card.is_file() else None
    return said[1] if said else ""


def read_tokenizer(checkpoint: Checkpoint) -> tokenizers.Tokenizer:
    """The checkpoint's tokenizer, which cuts a text to the context length and fills none up.

    Raises:
        PigeonError: there is none, or it does not fit the text tower.
    """
    folder, again = checkpoint.folder, "Get the whole checkpoint again."
    given = folder / "tokenizer.json"
    if not given.is_file() and not (folder / "vocab.json").is_file():
        raise PigeonError(f"{folder}: has no tokenizer (tokenizer.json, or vocab.json and merges.txt). {again}")
    try:
        if given.is_file():
            tokenizer = tokenizers.Tokenizer.from_file(str(given))
        else:
            made = transformers.CLIPTokenizerFast.from_pretrained(folder, local_files_only=True)
            tokenizer = made.backend_tokenizer
    except Exception as error:  # the tokenizers' own errors are bare Exceptions
        raise PigeonError(f"{folder}: its tokenizer cannot be read ({error}). {again}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(checkpoint.context_length)
    ids = tokenizer.encode("A Street View photo in France.").ids
    if ids[-1:] != [checkpoint.end_token]:
        raise PigeonError(
            f"{folder}: its tokenizer ends a text with {ids[-1:]}, its text tower looks for {checkpoint.end_token}. "
            f"{again}"
        )
    if max(tokenizer.get_vocab().values()) >= checkpoint.words:
        raise PigeonError(f"{folder}: its tokenizer knows more words than its text tower. {again}")
    return tokenizer


def load_clip(checkpoint: Checkpoint) -> Any:
    """The checkpoint's CLIPModel in single precision, ready to be asked.

    Raises:
        PigeonError: the weights are damaged or incomplete.
    """
    logging.disable_progress_bar()
    before = logging.get_verbosity()
    logging.set_verbosity_error()  # what it would warn of, weights that are missing, is an error below
    try:
        model, found = transformers.CLIPModel.from_pretrained(
            checkpoint.folder, local_files_only=True, use_safetensors=True, output_loading_info=True
        )
    except Exception as error:  # transformers and safetensors raise many kinds
        raise PigeonError(f"{checkpoint.folder}: cannot be loaded ({error}). Get the checkpoint again.") from error
    finally:
        logging.set_verbosity(before)
    missing = sorted(key for key in found["missing_keys"] if not key.endswith("position_ids"))
    if missing:
        raise PigeonError(
            f"{checkpoint.folder}: lacks {len(missing)} of CLIP's weights, {missing[0]} among them. "
            "Get the whole checkpoint again."
        )
    return model.float().eval()
