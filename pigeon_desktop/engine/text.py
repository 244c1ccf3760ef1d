"""The text tower: captions in, embeddings out, and how well captions fit a photograph."""

from __future__ import annotations

import threading
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from pigeon_desktop.engine.encoder import Encoder
from pigeon_desktop.engine.head import unit
from pigeon_desktop.engine.prediction import PackMark
from pigeon_desktop.engine.prompts import Prompt, require_choice
from pigeon_desktop.engine.session import CancelToken, Session
from pigeon_desktop.errors import PigeonError
from pigeon_desktop.packs.store import Pack, file_sha256
from pigeon_desktop.photos.loading import load_photo

KEPT = 256
"""Photographs whose embeddings are kept, so that another set of captions is answered at once."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Words:
    """What the tower makes of a caption: `vector` (e,) of length 1; what is to be known of it in `notes`."""

    vector: NDArray[np.float32]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """How probable a prompt is among those it was asked with; `notes` say what makes it less worth than others."""

    prompt: Prompt
    probability: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """One photograph held against captions, likeliest first. The probabilities sum to 1: they say which of the
    captions fits best, not whether any does."""

    path: Path
    sha256: str
    answers: tuple[Answer, ...]
    warnings: tuple[str, ...]
    pack: PackMark
    device: str
    seconds: float


class TextTower:
    """A pack's text tower on the CPU.

    Raises:
        PigeonError: the pack has none, its files are not here or damaged, or it lacks an output.
    """

    def __init__(self, pack: Pack) -> None:
        manifest = pack.manifest
        if manifest.text is None:
            raise PigeonError(
                f"Pack {manifest.name} has no text tower, so it cannot be asked by captions. Take another pack."
            )
        self.spec = manifest.text
        graph, tokens = pack.path_of(self.spec), pack.path_of(self.spec.tokenizer)
        for path, spec in ((graph, self.spec), (tokens, self.spec.tokenizer)):
            _require(path, spec.sha256, manifest.name)
        self._session = Session(graph, "cpu")
        if "embedding" not in self._session.outputs:
            raise PigeonError(f"{graph}: the graph has no output 'embedding'. Install the pack again.")
        try:
            self._tokenizer = Tokenizer.from_file(str(tokens))
        except Exception as error:  # the tokenizers' own errors are bare Exceptions
            raise PigeonError(f"{tokens}: cannot be read ({error}). Install the pack again.") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._known: dict[Prompt, Words] = {}

    def token_ids(self, text: str) -> tuple[list[int], bool]:
        """The ids that the tower is given for a text, with those that begin and end it; whether it had to be cut."""
        ids: list[int] = self._tokenizer.encode(text).ids
        most = self.spec.context_length
        return (ids, False) if len(ids) <= most else ([*ids[: most - 1], ids[-1]], True)

    def words(
        self,
        prompts: Sequence[Prompt],
        cancel: CancelToken | None = None,
        progress: Progress = lambda done, total: None,
    ) -> list[Words]:
        """What the tower makes of n prompts, in their order. Each is computed once for as long as the tower lives.

        Raises:
            Cancelled: by `cancel`; PigeonError: the graph failed.
        """
        new = [prompt for prompt in dict.fromkeys(prompts) if prompt not in self._known]
        for done, prompt in enumerate(new, start=1):
            ids, cut = self.token_ids(prompt.caption)
            (vector,) = self._run("embedding", ids, cancel)
            if not np.all(np.isfinite(vector)):
                raise PigeonError(
                    f"{self.spec.file}: the text tower gives numbers that are none. Install the pack again."
                )
            outside = self._is_outside(prompt, cancel)
            self._known[prompt] = Words(unit(vector[None])[0], tuple(self._notes(prompt, outside=outside, cut=cut)))
            progress(done, len(new))
        return [self._known[prompt] for prompt in prompts]

    def _run(self, output: str, ids: list[int], cancel: CancelToken | None) -> NDArray[np.float32]:
        """One text alone: an int8 graph scales its activations by all that it is given at once, and an answer must not
        depend on what else was asked."""
        return self._session.run([output], np.array([ids], np.int64), cancel)[0]

    def _is_outside(self, prompt: Prompt, cancel: CancelToken | None) -> bool:
        """Whether the caption does not come near to what the tower was taught, and of a place not its bare name either:
        a sentence around a name makes it look like other sentences."""
        least = self.spec.least_seen
        if least is None or "seen" not in self._session.outputs:
            return False
        texts = (prompt.name, prompt.caption) if prompt.within else (prompt.caption,)
        return all(float(self._run("seen", self.token_ids(text)[0], cancel)[0]) < least for text in texts)

    def _notes(self, prompt: Prompt, *, outside: bool, cut: bool) -> list[str]:
        notes, text = [], prompt.caption
        if outside:
            notes.append("outside what the text tower has seen")
        if any(c.isalpha() and not unicodedata.name(c, "").startswith("LATIN") for c in text):
            notes.append("not in Latin letters; the text tower learnt from English")
        if cut:
            notes.append(f"only its first {self.spec.context_length} tokens are read")
        return notes


def _require(path: Path, sha256: str, pack: str) -> None:
    again = f"Run `pigeon packs install {pack}`."
    try:
        digest, _ = file_sha256(path)
    except OSError as error:
        raise PigeonError(f"{path}: cannot be read ({error.strerror}). {again}") from error
    if digest != sha256:
        raise PigeonError(
            f"{path}: is not the file that pack {pack} is made of: its SHA-256 is {digest}, it must be {sha256}. "
            f"{again}"
        )


class Asker:
    """Photographs against captions: the encoder of a pack, which is loaded already, and its text tower, loaded when
    first asked. One question at a time, from any thread."""

    def __init__(self, pack: Pack, mark: PackMark, encoder: Encoder) -> None:
        self.pack, self._mark, self._encoder = pack, mark, encoder
        self._tower: TextTower | None = None
        self._lock = threading.Lock()
        self._seen: dict[Path, _Look] = {}

    def ask(
        self,
        path: Path,
        prompts: Sequence[Prompt],
        cancel: CancelToken | None = None,
        progress: Progress = lambda done, total: None,
    ) -> Asked:
        """How well the captions of `prompts` fit the photograph in `path`.

        Raises:
            Cancelled: by `cancel`.
            PigeonError: fewer than two captions or too many; the photograph cannot be read; the pack has no text
                tower, or it is not here.
        """
        require_choice(len(prompts))
        start = time.perf_counter()
        with self._lock:
            tower = self._text_tower()
            look = self._look(path, cancel)
            words = tower.words(prompts, cancel, progress)
        p = probabilities(look.embedding, np.stack([of.vector for of in words]), tower.spec.scale)
        answers = [Answer(*of) for of in zip(prompts, p.tolist(), (of.notes for of in words), strict=True)]
        return Asked(
            path=path,
            sha256=look.sha256,
            answers=tuple(sorted(answers, key=lambda answer: -answer.probability)),
            warnings=look.warnings,
            pack=self._mark,
            device=self._encoder.session.device,
            seconds=time.perf_counter() - start,
        )

    def _text_tower(self) -> TextTower:
        if self._tower is None:
            self._tower = TextTower(self.pack)
        return self._tower

    def _look(self, path: Path, cancel: CancelToken | None) -> _Look:
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        look = self._seen.get(path)
        if look is None or look.stamp != stamp:
            photo = load_photo(path, self._encoder.spec.input_size)
            features = self._encoder.encode(self._encoder.transform(photo.pixels)[None], cancel)
            look = _Look(stamp, photo.sha256, tuple(photo.warnings), unit(features.embedding)[0])
            self._seen.pop(path, None)
            self._seen[path] = look
            if len(self._seen) > KEPT:
                self._seen.pop(next(iter(self._seen)))
        return look


@dataclass(frozen=True, eq=False)
class _Look:
    """A photograph as it was at `stamp`; `embedding` (e,) of length 1."""

    stamp: int
    sha256: str
    warnings: tuple[str, ...]
    embedding: NDArray[np.float32]


def probabilities(image: NDArray[np.float32], captions: NDArray[np.float32], scale: float) -> NDArray[np.float64]:
    """CLIP's choice among captions: softmax of `scale` times their cosines, shape (n,).

    `image` (e,) and `captions` (n, e) have length 1.
    """
    logits = scale * (captions @ image).astype(np.float64)
    odds = np.exp(logits - logits.max())
    return np.asarray(odds / odds.sum())
