"""The losses, against their formulas written out, and what their gradients do."""

import math

import pytest
import torch
from torch.nn.functional import normalize

from pigeon_desktop.training.pretraining.losses import LOSSES, infonce, pairwise_margin

pytestmark = pytest.mark.usefixtures("one_thread")
N, WIDTH = 5, 3


def vectors(seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return normalize(torch.randn(N, WIDTH, generator=generator, dtype=torch.float64), dim=-1)


def same(*pairs: tuple[int, int]) -> torch.Tensor:
    matrix = torch.eye(N, dtype=torch.bool)
    for i, j in pairs:
        matrix[i, j] = True
    return matrix


SCALE = torch.tensor(3.0, dtype=torch.float64)


@pytest.mark.parametrize("masked", [same(), same((0, 1), (1, 0), (4, 2))])
def test_infonce_is_its_formula(masked: torch.Tensor) -> None:
    v, x = vectors(1), vectors(2)
    total = 0.0
    for i in range(N):
        row = [math.exp(3.0 * float(v[i] @ x[j])) for j in range(N) if i == j or not masked[i, j]]
        column = [math.exp(3.0 * float(v[j] @ x[i])) for j in range(N) if i == j or not masked[j, i]]
        right = math.exp(3.0 * float(v[i] @ x[i]))
        total -= (math.log(right / sum(row)) + math.log(right / sum(column))) / 2
    assert float(infonce(v, x, SCALE, masked)) == pytest.approx(total / N, rel=1e-12)


@pytest.mark.parametrize("masked", [same(), same((0, 1), (1, 0), (4, 2))])
@pytest.mark.parametrize("alpha", [0.5, 1.0])
def test_the_margin_loss_is_its_formula(masked: torch.Tensor, alpha: float) -> None:
    v, x = vectors(1), vectors(2)
    total = 0.0
    for i in range(N):
        for j in range(N):
            distance = 1.0 - float(v[i] @ x[j])
            if i == j:
                total += distance
            elif not masked[i, j]:
                total += max(0.0, alpha - distance)
    assert float(pairwise_margin(v, x, SCALE, masked, alpha)) == pytest.approx(total / N, rel=1e-12)


def test_values_that_can_be_told_by_heart() -> None:
    v = torch.eye(2, dtype=torch.float64)
    alone = torch.eye(2, dtype=torch.bool)
    assert float(infonce(v, v, SCALE, alone)) == pytest.approx(math.log(1 + math.exp(-3.0)))
    assert float(infonce(v, v.flip(0), SCALE, alone)) == pytest.approx(math.log(1 + math.exp(3.0)))
    assert float(infonce(v, v.flip(0), SCALE, torch.ones(2, 2, dtype=torch.bool))) == 0.0, "no negatives are left"
    assert float(pairwise_margin(v, v, SCALE, alone)) == 0.0
    assert float(pairwise_margin(v, v, SCALE, alone, 1.5)) == pytest.approx(0.5)
    assert float(pairwise_margin(v, v.flip(0), SCALE, alone)) == pytest.approx(2.0)


@pytest.mark.parametrize("name", ["infonce", "margin"])
def test_gradients_are_those_of_differences(name: str) -> None:
    loss, masked = LOSSES[name], same((0, 1))
    inputs = [tensor.clone().requires_grad_() for tensor in (vectors(1), vectors(2), SCALE)]
    assert torch.autograd.gradcheck(lambda v, x, s: loss(v, x, s, masked, 0.9), inputs)


@pytest.mark.parametrize("name", ["infonce", "margin"])
def test_descending_brings_together_what_belongs_together(name: str) -> None:
    v, x = vectors(1), vectors(2)
    for _ in range(200):
        v, x = (tensor.detach().requires_grad_() for tensor in (v, x))
        LOSSES[name](v, x, SCALE, same(), 0.8).backward()
        v, x = (normalize(tensor - 0.3 * tensor.grad, dim=-1) for tensor in (v, x))
    cosine = v @ x.T
    assert (cosine.argmax(dim=1) == torch.arange(N)).all()
    assert (cosine.diagonal() > 0.6).all()


@pytest.mark.parametrize("name", ["infonce", "margin"])
def test_a_masked_pair_has_no_part_in_it(name: str) -> None:
    v = torch.eye(3, dtype=torch.float64)[[0, 0, 1]].requires_grad_()
    x = v.detach().clone()
    equal = torch.tensor([[1, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=torch.bool)
    LOSSES[name](v, x, SCALE, torch.eye(3, dtype=torch.bool), 1.0).backward()
    assert v.grad is not None
    as_negatives = v.grad.clone()
    v.grad = None
    LOSSES[name](v, x, SCALE, equal, 1.0).backward()
    # As negatives, equal captions push a photograph off its own; masked, they do not.
    assert float(as_negatives[0] @ x[0]) > float(v.grad[0] @ x[0])
    assert float(v.grad[0] @ x[0]) < 0.0
