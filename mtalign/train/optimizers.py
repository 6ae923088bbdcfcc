"""AdamW and Muon on the flat buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from mtalign.train.layout import Layout, Span

BETAS = (0.9, 0.98)  # Vaswani et al., 2017
EPSILON = 1e-9
MOMENTUM = 0.95  # Jordan et al., 2024
# Newton-Schulz coefficients of Jordan et al., 2024, and their number of rounds.
_SCHULZ = (3.4445, -4.7750, 2.0315)
_ROUNDS = 5
# Scales an orthogonal update to AdamW's usual size, so one rate serves both (Liu et al., 2025).
_MATCH = 0.2


def shared_zeros(size: int) -> Tensor:
    """A float32 buffer that forked processes see and change together."""
    return torch.zeros(size).share_memory_()  # type: ignore[no-untyped-call,no-any-return]


def _orthogonal(matrices: Tensor) -> Tensor:
    """Nearest semi-orthogonal matrices, roughly; shape (n, rows, columns), rows <= columns."""
    x: Tensor = matrices.bfloat16()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    a, b, c = _SCHULZ
    for _ in range(_ROUNDS):
        square = x @ x.mT
        x = a * x + (b * square + c * (square @ square)) @ x
    return x


class Adam:
    """AdamW without decay over a span of the buffer.

    The state lies in shared memory, and ``part`` of ``parts`` says which share of the work a call
    does, so that several processes can make one step together.
    """

    def __init__(self, weights: Tensor) -> None:
        self.weights = weights
        self.first = shared_zeros(len(weights)).to(weights.device)
        self.second = shared_zeros(len(weights)).to(weights.device)

    def step(self, grad: Tensor, rate: float, number: int, part: int = 0, parts: int = 1) -> None:
        """:param number: of the step, 1 for the first"""
        size = len(self.weights)
        cut = slice(size * part // parts, size * (part + 1) // parts)
        first, second, grad = self.first[cut], self.second[cut], grad[cut]
        first.lerp_(grad, 1 - BETAS[0])
        second.mul_(BETAS[1]).addcmul_(grad, grad, value=1 - BETAS[1])
        spread = (second / (1 - BETAS[1] ** number)).sqrt_().add_(EPSILON)
        self.weights[cut].addcdiv_(first, spread, value=-rate / (1 - BETAS[0] ** number))

    def state(self) -> dict[str, Any]:
        return {"first": self.first, "second": self.second}

    def load(self, state: dict[str, Any]) -> None:
        self.first.copy_(state["first"])
        self.second.copy_(state["second"])


class Muon:
    """Muon for the matrices of the hidden layers (Jordan et al., 2024), AdamW for the rest."""

    def __init__(self, weights: Tensor, layout: Layout) -> None:
        self.weights, self.cut = weights, layout.matrices
        self.rest = Adam(weights[self.cut :])
        self.momentum = shared_zeros(self.cut).to(weights.device)
        spans = [span for span in layout.tensors.values() if span.start < self.cut]
        shapes = sorted({span.shape for span in spans})
        self.groups = [[span for span in spans if span.shape == shape] for shape in shapes]

    def step(self, grad: Tensor, rate: float, number: int, part: int = 0, parts: int = 1) -> None:
        """As :meth:`Adam.step`."""
        self.rest.step(grad[self.cut :], rate, number, part, parts)
        for group in self.groups:
            if share := group[part::parts]:
                self._step_group(share, grad, rate)

    def _step_group(self, spans: list[Span], grad: Tensor, rate: float) -> None:
        rows, columns = spans[0].shape
        ahead = []
        for span in spans:
            fresh, momentum = (x[span.start : span.stop] for x in (grad, self.momentum))
            momentum.lerp_(fresh, 1 - MOMENTUM)
            ahead.append(torch.lerp(fresh, momentum, MOMENTUM).view(rows, columns))
        stack = torch.stack(ahead)
        update = _orthogonal(stack) if rows <= columns else _orthogonal(stack.mT).mT
        size = -rate * _MATCH * max(rows, columns) ** 0.5
        for span, one in zip(spans, update, strict=True):
            self.weights[span.start : span.stop].view(rows, columns).add_(one, alpha=size)

    def state(self) -> dict[str, Any]:
        return {"momentum": self.momentum, "rest": self.rest.state()}

    def load(self, state: dict[str, Any]) -> None:
        self.momentum.copy_(state["momentum"])
        self.rest.load(state["rest"])


OPTIMIZERS = ("adamw", "muon")


def make_optimizer(name: str, weights: Tensor, layout: Layout) -> Adam | Muon:
    """:param name: one of :data:`OPTIMIZERS`"""
    return Muon(weights, layout) if name == "muon" else Adam(weights)
