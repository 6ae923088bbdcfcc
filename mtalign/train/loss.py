"""Label-smoothed cross-entropy over the whole vocabulary with a gradient written out by hand.

On a CPU the output layer's memory traffic, not its arithmetic, is what costs. The smoothing term's
gradient is the same for every entry, so it is added as one vector, and the one pass over the
(positions x vocabulary) table is an exponential in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.autograd import Function

if TYPE_CHECKING:
    from torch import Tensor

_GRAIN = 64  # positions are padded to a multiple, see mtalign.train.sampler.GRAIN
_HIGHEST = 60.0  # e^60 times any vocabulary stays within float32's and bfloat16's range


class _Embed(Function):
    """Rows of the embedding; the gradient is summed in float32, for frequent pieces add up."""

    @staticmethod
    def forward(ctx: Any, ids: Tensor, table: Tensor, pad: int) -> Tensor:
        ctx.save_for_backward(ids)
        ctx.rows, ctx.pad = table.shape[0], pad
        return torch.nn.functional.embedding(ids, table)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[None, Tensor, None]:
        (ids,) = ctx.saved_tensors
        table = torch.ops.aten.embedding_dense_backward(
            grads[0].float(), ids, ctx.rows, ctx.pad, False
        )
        return None, table.to(grads[0].dtype), None


def embed(source: Tensor, target: Tensor, table: Tensor, pad: int) -> tuple[Tensor, Tensor]:
    """Vectors of both sides by one look-up. <pad> learns nothing: its row stays zero."""
    rows: Tensor = _Embed.apply(  # type: ignore[no-untyped-call]
        torch.cat([source.flatten(), target.flatten()]), table, pad
    )
    cut = source.numel()
    return rows[:cut].view(*source.shape, -1), rows[cut:].view(*target.shape, -1)


class _OutputLoss(Function):
    """See :func:`output_loss`. Logits above :data:`_HIGHEST` are cut, which training never sees."""

    @staticmethod
    def forward(
        ctx: Any, states: Tensor, table: Tensor, wanted: Tensor, smoothing: float, scale: float
    ) -> Tensor:
        weight, real = table[:-1], len(wanted)
        spare = -real % _GRAIN
        states = torch.nn.functional.pad(states, (0, 0, 0, spare))
        wanted = torch.nn.functional.pad(wanted, (0, spare))
        odds = states @ weight.t()
        hit = odds.gather(1, wanted[:, None]).squeeze(1).float()
        odds.clamp_(max=_HIGHEST).exp_()
        total = (odds @ odds.new_ones(len(weight), 1)).squeeze(1).float()
        nats = (total.log() - hit.clamp(max=_HIGHEST))[:real].sum()
        rows = torch.arange(len(wanted), device=wanted.device)
        odds[rows, wanted] -= ((1 - smoothing) * total).to(odds.dtype)
        share = smoothing / len(weight) * scale
        by_row = (scale / total)[:, None].to(odds.dtype)
        common = (share * weight.sum(0, dtype=torch.float32)).to(odds.dtype)
        of_states = ((odds @ weight) * by_row - common)[:real]
        of_table = torch.zeros_like(table)
        torch.mm(odds.t(), states * by_row, out=of_table[:-1])
        of_table[:-1] -= (share * states.sum(0, dtype=torch.float32)).to(odds.dtype)
        ctx.save_for_backward(of_states, of_table)
        return nats

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, Tensor, None, None, None]:
        of_states, of_table = ctx.saved_tensors
        return of_states, of_table, None, None, None


def output_loss(
    states: Tensor, table: Tensor, wanted: Tensor, smoothing: float, scale: float
) -> Tensor:
    """Cross-entropy of the wanted pieces, in nats, summed and without smoothing: what is reported.

    Its gradient is that of the smoothed loss times ``scale``, whatever factor reaches it.

    :param states: shape (positions, width)
    :param table: shape (vocabulary, width), <pad> last, which is never produced
    :param wanted: shape (positions,)
    :param smoothing: probability spread evenly over the vocabulary, in [0, 1)
    """
    nats: Tensor = _OutputLoss.apply(  # type: ignore[no-untyped-call]
        states, table, wanted, smoothing, scale
    )
    return nats
