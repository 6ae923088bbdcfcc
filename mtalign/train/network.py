"""Marian's transformer (Junczys-Dowmunt et al., 2018) as a lean forward pass over one flat buffer.

The arithmetic is that of Hugging Face's ``MarianMTModel`` (post-norm, sinusoidal positions, one
embedding for source, target and output), so the weights are saved under its names. What is lean:
all weights lie in one buffer of the working precision, query, key and value are one product, only
real target positions reach the output layer, and its gradient is written out by hand
(:mod:`mtalign.train.loss`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtalign.train.layout import Layout, Shape, layout

if TYPE_CHECKING:
    from torch import Tensor

_MASKED = -1e4  # far below any score, within bfloat16's and float16's range


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded ids of one micro-batch.

    :ivar source: shape (pairs, source positions), the end symbol last
    :ivar target_in: shape (pairs, target positions), <pad> first, as the decoder is fed
    :ivar target_out: the same moved by one place, the end symbol last
    :ivar guide: what the taught head should look at, shape (pairs, target positions, source
        positions), rows summing to one or to zero; None where nothing is taught
    """

    source: Tensor
    target_in: Tensor
    target_out: Tensor
    guide: Tensor | None = None

    def to(self, device: object) -> Batch:
        guide = None if self.guide is None else self.guide.to(device)  # type: ignore[call-overload]
        moved = [ids.to(device) for ids in (self.source, self.target_in, self.target_out)]  # type: ignore[call-overload]
        return Batch(moved[0], moved[1], moved[2], guide)


def sinusoids(positions: int, width: int) -> Tensor:
    """Sine in the first half of the columns, cosine in the second, as MarianMTModel has it."""
    import torch

    rates = torch.pow(10000.0, -torch.arange(0, width, 2, dtype=torch.float64) / width)
    angles = torch.arange(positions, dtype=torch.float64)[:, None] * rates[None]
    return torch.cat([angles.sin(), angles.cos()], dim=1).float()


class Network:
    """The forward pass over a flat buffer of weights.

    :ivar leaves: the buffer's blocks, by name, as tensors that gradients are taken for
    """

    def __init__(self, shape: Shape, weights: Tensor) -> None:
        """:param weights: shape (layout.total,), kept as a view: later changes are seen"""
        self.shape = shape
        self.layout: Layout = layout(shape)
        self.leaves = {
            name: weights[span.start : span.stop].view(span.shape).detach().requires_grad_()
            for name, span in self.layout.blocks.items()
        }
        self._positions = sinusoids(shape.positions, shape.width).to(weights)

    def hidden(self, batch: Batch, dropout: float = 0.0) -> tuple[Tensor, Tensor]:
        """Decoder states before the output layer, and the taught head's attention.

        :return: shapes (pairs, target positions, width), (pairs, target positions, source
            positions)
        """
        from mtalign.train.loss import embed

        both = embed(batch.source, batch.target_in, self.leaves["embedding"], self.shape.pad)
        mask = (batch.source == self.shape.pad)[:, None, None, :]
        bias = mask.to(both[0].dtype) * _MASKED
        memory = self._encode(self._place(both[0], dropout), bias, dropout)
        return self._decode(self._place(both[1], dropout), memory, bias, dropout)

    def _place(self, vectors: Tensor, dropout: float) -> Tensor:
        scaled = vectors * math.sqrt(self.shape.width) + self._positions[: vectors.shape[1]]
        return _dropped(scaled, dropout)

    def _linear(self, x: Tensor, name: str) -> Tensor:
        from torch.nn.functional import linear

        return linear(x, self.leaves[f"{name}.weight"], self.leaves[f"{name}.bias"])

    def _add_norm(self, x: Tensor, y: Tensor, name: str, dropout: float) -> Tensor:
        from torch.nn.functional import layer_norm

        weight, bias = self.leaves[f"{name}.weight"], self.leaves[f"{name}.bias"]
        return layer_norm(x + _dropped(y, dropout), (self.shape.width,), weight, bias)

    def _feed(self, x: Tensor, name: str, dropout: float) -> Tensor:
        inner = self._linear(x, f"{name}.fc1").relu()
        return self._add_norm(x, self._linear(inner, f"{name}.fc2"), f"{name}.fc_norm", dropout)

    def _encode(self, x: Tensor, bias: Tensor, dropout: float) -> Tensor:
        for number in range(self.shape.encoder_layers):
            name = f"encoder.{number}"
            query, key, value = self._linear(x, f"{name}.self.qkv").chunk(3, -1)
            seen, _ = _attend(query, key, value, bias, self.shape.heads)
            y = self._linear(seen, f"{name}.self.out")
            x = self._add_norm(x, y, f"{name}.self_norm", dropout)
            x = self._feed(x, name, dropout)
        return x

    def _decode(
        self, x: Tensor, memory: Tensor, bias: Tensor, dropout: float
    ) -> tuple[Tensor, Tensor]:
        steps = x.shape[1]
        future = x.new_full((steps, steps), _MASKED).triu(1)
        for number in range(self.shape.decoder_layers):
            name = f"decoder.{number}"
            query, key, value = self._linear(x, f"{name}.self.qkv").chunk(3, -1)
            seen, _ = _attend(query, key, value, future, self.shape.heads)
            y = self._linear(seen, f"{name}.self.out")
            x = self._add_norm(x, y, f"{name}.self_norm", dropout)
            key, value = self._linear(memory, f"{name}.cross.kv").chunk(2, -1)
            query = self._linear(x, f"{name}.cross.q")
            seen, attention = _attend(query, key, value, bias, self.shape.heads)
            y = self._linear(seen, f"{name}.cross.out")
            x = self._add_norm(x, y, f"{name}.cross_norm", dropout)
            x = self._feed(x, name, dropout)
        return x, attention[:, 0]


def _dropped(x: Tensor, rate: float) -> Tensor:
    from torch.nn.functional import dropout

    return dropout(x, rate) if rate else x


def _attend(
    query: Tensor, key: Tensor, value: Tensor, bias: Tensor, heads: int
) -> tuple[Tensor, Tensor]:
    """Scaled dot products; spelt out, for torch's fused kernel is slower on such short lines.

    :return: what was seen, shape (pairs, steps, width), and where it was looked at, shape
        (pairs, heads, steps, keys)
    """
    pairs, steps, width = query.shape
    size = width // heads
    query = (query * size**-0.5).view(pairs, steps, heads, size).transpose(1, 2)
    key = key.reshape(pairs, -1, heads, size).transpose(1, 2)
    value = value.reshape(pairs, -1, heads, size).transpose(1, 2)
    attention = (query @ key.transpose(-1, -2) + bias).softmax(-1)
    return (attention @ value).transpose(1, 2).reshape(pairs, steps, width), attention
