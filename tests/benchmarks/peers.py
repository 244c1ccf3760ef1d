"""One way of placing photographs in a process of its own, timed; `test_peers.py` holds one against the other.

Run as `python -m tests.benchmarks.peers ORDER`, an Order in JSON; prints a Timed in JSON. What is imported is what the
way itself needs, so that its memory is its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Work = Callable[[Sequence[str], int], int]
"""Places photographs, so many at once; how many answers there were."""

TEMPLATE = "A photo I took in {}."


@dataclass(frozen=True)
class Order:
    """`way` is a name in WAYS, `model` a pack's folder or a checkpoint's, `photographs` paths, `batches` how many of
    them are worked on at once. A time is taken for each, on no fewer than `least` photographs. `device` is "cpu" or
    "cuda". `began`: when the process was started, by time.time."""

    way: str
    model: str
    photographs: list[str]
    countries: list[str] = field(default_factory=list)
    batches: list[int] = field(default_factory=lambda: [1])
    least: int = 2
    threads: int = 1
    device: str = "cpu"
    began: float = 0.0


@dataclass(frozen=True)
class Timed:
    """Seconds from the start of the process to the first answer; by the size of a batch, photographs a second and
    seconds of a processor core that one photograph takes; MiB at the most."""

    first_s: float
    rates: dict[int, float]
    core_s: dict[int, float]
    peak_mib: float

    @property
    def best(self) -> int:
        """The fastest size of a batch."""
        return max(self.rates, key=self.rates.__getitem__)

    @property
    def rate(self) -> float:
        return self.rates[self.best]


def ours(order: Order) -> Work:
    """From files to a case's records, as `pigeon case new`, `add` and `run` do it. Each time in a case of its own, for
    nothing is computed twice in one."""
    from pigeon_desktop.cases.case import Case
    from pigeon_desktop.cases.runner import Runner
    from pigeon_desktop.engine.locator import Locator, Settings
    from pigeon_desktop.engine.session import CancelToken
    from pigeon_desktop.packs.store import open_pack

    locator = Locator(open_pack(order.model), device=order.device)

    def work(photographs: Sequence[str], at_once: int) -> int:
        with (
            tempfile.TemporaryDirectory() as folder,
            Case.create(Path(folder, "case"), "To see how long it takes") as case,
        ):
            case.add([Path(path) for path in photographs])
            runner = Runner(case, locator, Settings())
            for _ in runner.run(CancelToken()):
                pass
            (records,) = case.database.execute("SELECT count(record) FROM answers").fetchone()
        return int(records)

    return work


def bare(order: Order) -> Work:
    """Our encoder alone on pixels that lie ready, on as many threads as the program uses: `at_once` in threads of
    their own with one each; 0: one after the other, all threads on each."""
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np

    from pigeon_desktop.engine.encoder import Encoder
    from pigeon_desktop.engine.session import Session
    from pigeon_desktop.packs.store import open_pack
    from pigeon_desktop.photos.loading import load_photo

    pack = open_pack(order.model)
    spec = pack.manifest.encoder
    encoders = {1: Encoder(Session(pack.path_of(spec), "cpu", threads=1), spec)}
    ready: dict[str, Any] = {}
    for path in order.photographs:
        pixels = encoders[1].transform(load_photo(Path(path), spec.input_size).pixels)
        ready[path] = np.ascontiguousarray(pixels[None])

    def work(photographs: Sequence[str], at_once: int) -> int:
        threads = 1 if at_once else order.threads
        if threads not in encoders:
            encoders.clear()
            encoders[threads] = Encoder(Session(pack.path_of(spec), "cpu", threads=threads), spec)
        encoder = encoders[threads]
        pixels = [ready[path] for path in photographs]
        if not at_once:
            return len([encoder.encode(one) for one in pixels])
        with ThreadPoolExecutor(at_once) as pool:
            return len(list(pool.map(encoder.encode, pixels)))

    return work


def trays(order: Order) -> Work:
    """Our encoder alone on a GPU: full batches of its own kind, one after the other, with nothing to wait for."""
    from pigeon_desktop.engine.batches import Tray
    from pigeon_desktop.engine.locator import Locator
    from pigeon_desktop.packs.store import open_pack

    encoder = Locator(open_pack(order.model), device=order.device).encoder
    made: dict[int, Tray] = {}

    def work(photographs: Sequence[str], at_once: int) -> int:
        if at_once not in made:
            made.clear()
            made[at_once] = Tray(encoder.session, encoder.features_of, at_once, encoder.spec.input_size)
        for _ in range(0, len(photographs), at_once):
            made[at_once].run()
        return len(photographs)

    return work


def pipeline(order: Order) -> Work:
    """`transformers`, as its documentation shows it: every batch is held against all captions, encoded anew."""
    import transformers

    _quiet(order)
    classifier = transformers.pipeline("zero-shot-image-classification", model=order.model, device=order.device)

    def work(photographs: Sequence[str], at_once: int) -> int:
        found = classifier(
            list(photographs),
            candidate_labels=order.countries,
            hypothesis_template=TEMPLATE,
            batch_size=at_once,
        )
        assert all(len(answer) == len(order.countries) for answer in found)
        return len(found)

    return work


def written(order: Order) -> Work:
    """The same model by a program that somebody has to write: captions are encoded once, beforehand."""
    import torch
    import transformers
    from PIL import Image

    _quiet(order)
    model: Any = transformers.CLIPModel.from_pretrained(order.model).eval()
    processor: Any = transformers.AutoImageProcessor.from_pretrained(order.model)
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(order.model)

    def normal(found: Any) -> Any:
        vectors = getattr(found, "pooler_output", found)
        return vectors / vectors.norm(dim=-1, keepdim=True)

    with torch.inference_mode():
        texts = tokenizer([TEMPLATE.format(name) for name in order.countries], padding=True, return_tensors="pt")
        captions = normal(model.get_text_features(**texts))

    def work(photographs: Sequence[str], at_once: int) -> int:
        answers = 0
        for at in range(0, len(photographs), at_once):
            images = [Image.open(path).convert("RGB") for path in photographs[at : at + at_once]]
            with torch.inference_mode():
                seen = normal(model.get_image_features(**processor(images=images, return_tensors="pt")))
                chances = (model.logit_scale.exp() * seen @ captions.T).softmax(dim=-1)
            answers += len(chances.topk(5).indices.tolist())
        return answers

    return work


def geoclip(order: Order) -> Work:
    """GeoCLIP, as its README shows it: a photograph a call, held against its gallery of 100,000 coordinates."""
    import torch
    import transformers  # before the stand-in below: it looks whether torchvision is there

    _quiet(order)
    transformers.CLIPModel  # noqa: B018
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):  # where it is not, or not for this torch. Only its training asks for it.
        import types

        absent = types.ModuleType("torchvision")
        absent.transforms = types.ModuleType("torchvision.transforms")  # type: ignore[attr-defined]
        sys.modules |= {"torchvision": absent, "torchvision.transforms": absent.transforms}
    from geoclip import GeoCLIP

    model = GeoCLIP(clip_path=order.model)
    joint, first = model.image_encoder.CLIP.config.projection_dim, model.image_encoder.mlp[0]
    if first.in_features != joint:  # its weights are for ViT-L/14's
        model.image_encoder.mlp[0] = torch.nn.Linear(joint, first.out_features)
    model.to(order.device)

    def work(photographs: Sequence[str], at_once: int) -> int:
        assert at_once == 1
        for path in photographs:
            coordinates, _ = model.predict(path, top_k=5)
            assert len(coordinates) == 5
        return len(photographs)

    return work


WAYS: dict[str, Callable[[Order], Work]] = {
    way.__name__: way for way in (ours, bare, trays, pipeline, written, geoclip)
}


def _quiet(order: Order) -> None:
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    torch.set_num_threads(order.threads)


def peak_mib() -> float:
    """Of this process; what `getrusage` says on Linux may be that of the one which started it."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text("ascii").split("VmHWM:")[1].split()[0]) / 2**10
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


def timed(order: Order) -> Timed:
    """The first photograph, which is to warm up as well, then as many as are asked for in each size of a batch."""
    work = WAYS[order.way](order)
    work(order.photographs[:1], order.batches[0])
    first_s = time.time() - order.began
    rates, core_s = {}, {}
    for batch in order.batches:
        some = order.photographs[: max(batch, order.least)]
        start, cores = time.perf_counter(), time.process_time()
        count = work(some, batch)
        assert count == len(some)
        rates[batch] = count / (time.perf_counter() - start)
        core_s[batch] = (time.process_time() - cores) / count
    return Timed(first_s, rates, core_s, peak_mib())


def measure(order: Order, extra: Path | None = None) -> Timed:
    """`order` carried out in a new process. `extra`: a folder with what is installed for the way alone."""
    paths = [str(Path(__file__).parents[2]), *([str(extra)] if extra else [])]
    own = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(order.threads), "PYTHONPATH": os.pathsep.join(paths)}
    given = json.dumps({**asdict(order), "began": time.time()})
    command = [sys.executable, "-m", "tests.benchmarks.peers", given]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **own}, check=False)
    if done.returncode:
        raise RuntimeError(f"{order.way}: {done.stderr[-2000:]}")
    found = json.loads(done.stdout.splitlines()[-1])
    for by_batch in ("rates", "core_s"):
        found[by_batch] = {int(batch): number for batch, number in found[by_batch].items()}
    return Timed(**found)


if __name__ == "__main__":
    print(json.dumps(asdict(timed(Order(**json.loads(sys.argv[1]))))))
