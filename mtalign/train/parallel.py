"""Gradients of one step, computed by one or several processes over shared memory.

Each process runs on one core and takes micro-batches until none is left. On the short tensors of a
small model that wastes less than several threads on one product, and a core that other programs
slow down takes fewer micro-batches instead of holding up the rest.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from mtalign.errors import MtalignError
from mtalign.train.collate import collate
from mtalign.train.layout import Shape
from mtalign.train.network import Network
from mtalign.train.packed import Packed
from mtalign.train.sampler import Micro
from mtalign.train.settings import TrainSettings

if TYPE_CHECKING:
    from torch import Tensor

    from mtalign.train.optimizers import Adam, Muon


_PATIENCE = 5.0  # seconds


@dataclass(slots=True)
class StepStats:
    """Sums over a step.

    :ivar nats: cross-entropy of the target pieces
    :ivar guided: cross-entropy of the taught head
    :ivar targets: target pieces, end symbols included
    :ivar tokens: source and target pieces
    :ivar cpu: CPU seconds of all processes
    """

    nats: float = 0.0
    guided: float = 0.0
    targets: int = 0
    tokens: int = 0
    cpu: float = 0.0

    def add(self, other: StepStats) -> None:
        self.nats += other.nats
        self.guided += other.guided
        self.targets += other.targets
        self.tokens += other.tokens
        self.cpu += other.cpu


class MicroGradient:
    """Loss and gradient of micro-batches, summed into one buffer."""

    def __init__(
        self,
        settings: TrainSettings,
        shape: Shape,
        packed: Packed,
        lexicons: dict[str, Tensor],
        weights: Tensor,
        grad: Tensor,
    ) -> None:
        self.settings, self.packed, self.lexicons = settings, packed, lexicons
        self.network, self.grad = Network(shape, weights), grad
        self.sides = [
            tuple(packed.side(lang) for lang in direction.split("-"))
            for direction in settings.directions
        ]

    def __call__(self, micro: Micro, step_targets: int, seed: int) -> StepStats:
        """Add the gradient of one micro-batch; ``step_targets`` scales it to the step's mean."""
        import torch

        torch.manual_seed(seed)
        source, target = self.sides[micro.direction]
        sources = [source[k] for k in micro.pairs]
        targets = [target[k] for k in micro.pairs]
        lexicon = self.lexicons.get(self.settings.directions[micro.direction])
        batch = collate(sources, targets, self.network.shape.pad, lexicon).to(self.grad.device)
        nats, guided = losses(self.network, batch, self.settings, 1.0 / step_targets)
        loss = nats if guided is None else nats + guided * (self.settings.guided / step_targets)
        leaves = self.network.leaves
        for span, grad in zip(
            self.network.layout.blocks.values(),
            torch.autograd.grad(loss, list(leaves.values())),
            strict=True,
        ):
            self.grad[span.start : span.stop].add_(grad.reshape(-1))
        count = sum(len(row) + 1 for row in targets)
        return StepStats(
            float(nats.detach()),
            0.0 if guided is None else float(guided.detach()),
            count,
            count + sum(len(row) + 1 for row in sources),
        )


def losses(
    network: Network, batch: Any, settings: TrainSettings, scale: float
) -> tuple[Tensor, Tensor | None]:
    """Summed cross-entropy of the pieces, and of the taught head, in nats."""
    from mtalign.train.loss import output_loss

    states, attention = network.hidden(batch, settings.dropout)
    real = (batch.target_out != network.shape.pad).flatten().nonzero().squeeze(1)
    nats = output_loss(
        states.flatten(0, 1)[real],
        network.leaves["embedding"],
        batch.target_out.flatten()[real],
        settings.smoothing,
        scale,
    )
    if batch.guide is None:
        return nats, None
    return nats, -(batch.guide * (attention.float() + 1e-6).log()).sum()


class Crew:
    """Runs a step's micro-batches on ``settings.processes`` processes, this one among them."""

    def __init__(
        self,
        settings: TrainSettings,
        shape: Shape,
        packed: Packed,
        lexicons: dict[str, Tensor],
        weights: Tensor,
        optimizer: Adam | Muon,
    ) -> None:
        from mtalign.train.optimizers import shared_zeros

        self.settings, self.optimizer = settings, optimizer
        count = max(1, settings.processes)
        total = Network(shape, weights).layout.total
        self.grads = [shared_zeros(total).to(weights.device) for _ in range(count)]
        context = multiprocessing.get_context("fork")
        self.next = context.Value("l", 0)
        self.mates: list[tuple[Any, Connection]] = []
        make = partial(MicroGradient, settings, shape, packed, lexicons, weights)
        for number in range(1, count):
            near, far = context.Pipe()
            given = (make, self.grads, number, self.next, optimizer, far)
            mate = context.Process(target=_serve, args=given, daemon=True)
            mate.start()
            far.close()
            self.mates.append((mate, near))
        self.work = make(self.grads[0])

    def gradient(self, micros: list[Micro], step: int) -> tuple[Tensor, StepStats]:
        """Mean gradient of a step, valid until the next call.

        :return: shape (layout.total,), float32; and the step's sums
        """
        stats = StepStats()
        with self.next.get_lock():
            self.next.value = 0
        total = self._targets(micros)
        for _, pipe in self.mates:
            pipe.send((micros, total, step))
        start = time.process_time()
        _drain(self.work, self.next, micros, total, step, stats)
        stats.cpu = time.process_time() - start
        for mate, pipe in self.mates:
            stats.add(_receive(mate, pipe))
        grad = self.grads[0]
        for other in self.grads[1:]:
            grad.add_(other)
        return grad, stats

    def update(self, rate: float, number: int) -> float:
        """Make one optimizer step with the gradient that :meth:`gradient` gave, as clipped since.

        :return: CPU seconds of the other processes
        """
        parts = len(self.grads)
        for _, pipe in self.mates:
            pipe.send((rate, number))
        self.optimizer.step(self.grads[0], rate, number, 0, parts)
        return sum(_receive(mate, pipe).cpu for mate, pipe in self.mates)

    def clear(self) -> None:
        """Zero the gradients before the next step."""
        for grad in self.grads:
            grad.zero_()

    def _targets(self, micros: list[Micro]) -> int:
        return sum(
            int(self.work.sides[micro.direction][1].sizes[micro.pairs].sum()) + len(micro.pairs)
            for micro in micros
        )

    def close(self) -> None:
        for mate, pipe in self.mates:
            pipe.close()
            mate.join(timeout=5)
            if mate.is_alive():
                mate.terminate()


def _receive(mate: Any, pipe: Connection) -> StepStats:
    try:
        stats: StepStats = pipe.recv()
    except EOFError as error:
        raise MtalignError(
            f"a worker process died (exit code {mate.exitcode})",
            todo="Free some memory, or train with --processes 1, and --resume.",
        ) from error
    return stats


def _drain(
    work: MicroGradient, next_: Any, micros: list[Micro], total: int, step: int, stats: StepStats
) -> None:
    while True:
        with next_.get_lock():
            number = next_.value
            next_.value = number + 1
        if number >= len(micros):
            return
        stats.add(work(micros[number], total, step * 1000 + number))


def _serve(
    make: Callable[[Tensor], MicroGradient],
    grads: list[Tensor],
    part: int,
    next_: Any,
    optimizer: Adam | Muon,
    pipe: Connection,
) -> None:
    """A mate's life: a share of a step's micro-batches, then a share of the optimizer's work."""
    import signal

    import torch

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    work = make(grads[part])
    parent = os.getppid()
    while True:
        # A killed parent closes no pipe that a sibling of ours has inherited.
        while not pipe.poll(_PATIENCE):
            if os.getppid() != parent:
                return
        try:
            order = pipe.recv()
        except EOFError:
            return
        stats, start = StepStats(), time.process_time()
        if len(order) == 2:
            rate, step = order
            optimizer.step(grads[0], rate, step, part, len(grads))
        else:
            micros, total, step = order
            _drain(work, next_, micros, total, step, stats)
        stats.cpu = time.process_time() - start
        pipe.send(stats)
