"""A step of contrastive learning: batches in parts, frozen towers, half precision, the schedule, several processes."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator

from pigeon_desktop.training.checkpoints.clip import open_clip
from pigeon_desktop.training.pretraining.learner import Batch, ContrastiveOptions, Learner, learning_rate
from tests.training.checkpoints import write_checkpoint

pytestmark = pytest.mark.usefixtures("one_thread")
CAPTIONS = [f"A Street View photo close to the town of {c} in Sweden." for c in ("Umeå", "Lund", "Kiruna", "Falun")]
N = 8
OPTIONS = ContrastiveOptions(batch=N, part=0, steps=10, warm_up=4, learning_rate=1e-2, precision="fp32")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    vision = {"image_size": 32, "patch_size": 8}
    return write_checkpoint(tmp_path_factory.mktemp("clip") / "tiny", CAPTIONS, width=16, vision=vision)


def learner_of(checkpoint: Path, options: ContrastiveOptions = OPTIONS, *, double: bool = False) -> Learner:
    clip = open_clip(str(checkpoint))
    if double:
        clip = replace(clip, model=clip.model.double())
    return Learner(clip, options, Accelerator(cpu=True))


def batch_of(learner: Learner) -> Batch:
    size = learner.clip.checkpoint.image_size
    some = torch.randn(N, 3, size, size, generator=torch.Generator().manual_seed(1))
    same = torch.tensor([[i % 4 == j % 4 for j in range(N)] for i in range(N)])
    return Batch(some.to(next(learner.model.parameters()).dtype), learner.clip.tokens(CAPTIONS * 2), same)


def exact(checkpoint: Path, options: ContrastiveOptions = OPTIONS) -> tuple[float, dict[str, torch.Tensor]]:
    """Loss and gradients in 64 bits, where equal means equal."""
    return gradients_of(learner_of(checkpoint, options, double=True))


def gradients_of(learner: Learner) -> tuple[float, dict[str, torch.Tensor]]:
    loss = learner.gradients(batch_of(learner), step=0)
    return loss, {name: p.grad.clone() for name, p in learner.model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("loss", ["infonce", "margin"])
def test_a_batch_in_parts_has_the_gradients_of_the_whole(checkpoint: Path, loss: Any) -> None:
    # The losses are not sums over parts: this is what making all vectors first is for.
    options = replace(OPTIONS, loss=loss, margin=1.2)
    whole, expected = exact(checkpoint, options)
    assert len(expected) > 40
    for part in (1, 3, 4):
        value, gradients = exact(checkpoint, replace(options, part=part))
        assert value == pytest.approx(whole, rel=1e-10)
        assert gradients.keys() == expected.keys()
        for name, gradient in gradients.items():
            torch.testing.assert_close(gradient, expected[name], rtol=1e-7, atol=1e-10, msg=f"{name}, parts of {part}")
    recomputed = exact(checkpoint, replace(options, part=4, recompute=True))[1]
    for name, gradient in recomputed.items():
        torch.testing.assert_close(gradient, expected[name], rtol=1e-7, atol=1e-10)


def test_the_gradients_are_those_of_plain_backward(checkpoint: Path) -> None:
    learner = learner_of(checkpoint, double=True)
    batch = batch_of(learner)
    _, gradients = gradients_of(learner)
    learner.optimiser.zero_grad()
    outputs = learner.model(pixel_values=batch.pixels, input_ids=batch.tokens)
    logits = outputs.logits_per_image.masked_fill(batch.same & ~torch.eye(N, dtype=torch.bool), float("-inf"))
    right = torch.arange(N)
    cross = torch.nn.functional.cross_entropy
    ((cross(logits, right) + cross(logits.T, right)) / 2).backward()
    plain = {name: p.grad for name, p in learner.model.named_parameters() if p.grad is not None}
    assert plain.keys() == gradients.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(gradient, plain[name], rtol=1e-7, atol=1e-10, msg=name)


def test_dropout_is_the_same_when_a_part_is_run_again(checkpoint: Path) -> None:
    learner = learner_of(checkpoint, replace(OPTIONS, part=4))
    for name in ("text_model", "vision_model"):
        for layer in getattr(learner.model, name).encoder.layers:
            layer.self_attn.dropout = 0.5
    batch = batch_of(learner)
    first, again, other = (learner._embed(batch, slice(0, 4), step) for step in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first[0], other[0])


@pytest.mark.parametrize(("freeze", "stays"), [("vision", "vision_model"), ("text", "text_model")])
def test_a_frozen_tower_stays_and_the_other_moves(checkpoint: Path, freeze: Any, stays: str) -> None:
    learner = learner_of(checkpoint, replace(OPTIONS, freeze=freeze, part=4))
    before = {name: p.detach().clone() for name, p in learner.model.named_parameters()}
    learner.learn(batch_of(learner), step=3)
    moved = {name.split(".")[0] for name, p in learner.model.named_parameters() if not torch.equal(p, before[name])}
    assert moved == {"vision_model", "text_model", "visual_projection", "text_projection", "logit_scale"} - {
        stays,
        "visual_projection" if freeze == "vision" else "text_projection",
    }


def test_half_precision_is_near_the_whole_one(checkpoint: Path) -> None:
    exact, expected = gradients_of(learner_of(checkpoint))
    learner = learner_of(checkpoint, replace(OPTIONS, precision="bf16"))
    assert learner.precision == "bf16"
    assert learner_of(checkpoint, replace(OPTIONS, precision="auto")).precision == "fp32", "on a processor"
    loss, gradients = gradients_of(learner)
    assert loss == pytest.approx(exact, rel=0.02)
    assert loss != exact
    name = "visual_projection.weight"
    cosine = torch.cosine_similarity(gradients[name].flatten(), expected[name].flatten(), dim=0)
    assert float(cosine) > 0.99
    assert all(gradient.dtype == torch.float32 for gradient in gradients.values())


def test_the_schedule_warms_up_and_falls_to_nothing() -> None:
    rates = [learning_rate(step, OPTIONS) for step in range(11)]
    assert rates[:4] == pytest.approx([0.0025, 0.005, 0.0075, 0.01])
    assert rates[4] == pytest.approx(0.01)
    assert rates[7] == pytest.approx(0.005)
    assert rates[10] == pytest.approx(0.0)
    assert learning_rate(0, replace(OPTIONS, warm_up=0)) == OPTIONS.learning_rate


def test_only_matrices_are_made_small(checkpoint: Path) -> None:
    decayed, kept = learner_of(checkpoint).optimiser.param_groups
    assert (decayed["weight_decay"], kept["weight_decay"]) == (OPTIONS.weight_decay, 0.0)
    assert min(p.ndim for p in decayed["params"]) == 2
    assert max(p.ndim for p in kept["params"]) == 1


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"batch": 1}, {"dropped": 1.1}, {"held_out": 1.0}, {"margin": 0.0}])
def test_options_that_cannot_be_meant(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        ContrastiveOptions(**wrong)


TWO = """
import sys
import torch
from accelerate import Accelerator
from tests.training.test_learner import *

learner = learner_of(Path(sys.argv[1]), replace(OPTIONS, part=2), double=True)
rank, batch = Accelerator(cpu=True).process_index, batch_of(learner)
mine = slice(4 * rank, 4 * rank + 4)
ours = Batch(batch.pixels[mine], batch.tokens[mine], batch.same)
assert learner.anybody(rank == 1)
loss = learner.gradients(ours, 0)
if rank == 0:
    gradients = {name: p.grad for name, p in learner.model.named_parameters() if p.grad is not None}
    torch.save({"loss": loss, **gradients}, sys.argv[2])
torch.distributed.destroy_process_group()
"""


@pytest.mark.long
def test_two_processes_have_the_gradients_of_one(checkpoint: Path, tmp_path: Path) -> None:
    whole, expected = exact(checkpoint)
    out = tmp_path / "two.pt"
    place = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29677", "ACCELERATE_USE_CPU": "true"}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TWO, str(checkpoint), str(out)],
            env={**os.environ, **place, "RANK": f"{rank}", "LOCAL_RANK": f"{rank}", "OMP_NUM_THREADS": "1"},
            cwd=Path(__file__).parents[2],
        )
        for rank in range(2)
    ]
    try:
        assert [process.wait(timeout=120) for process in started] == [0, 0]
    finally:
        for process in started:
            process.kill()
    two = torch.load(out, weights_only=True)
    assert two.pop("loss") == pytest.approx(whole, rel=1e-10)
    assert two.keys() == expected.keys()
    for name, gradient in expected.items():
        torch.testing.assert_close(two[name], gradient, rtol=1e-7, atol=1e-10, msg=name)
