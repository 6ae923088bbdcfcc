"""Packed ids to padded tensors, and what the taught attention head should see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mtalign.train.lexicon import diagonal_prior
from mtalign.train.network import Batch
from mtalign.train.sampler import rounded

if TYPE_CHECKING:
    import torch

END = 0  # id of </s>
# A row whose best cell has less than this is no link and teaches nothing.
MIN_LINK = 1e-4


def collate(
    sources: list[npt.NDArray[np.uint16]],
    targets: list[npt.NDArray[np.uint16]],
    pad: int,
    lexicon: torch.Tensor | None = None,
) -> Batch:
    """Pad ids, add the end symbols, move the target by one place.

    :param lexicon: t(target | source), shape (target piece, source piece), flattened; see
        :mod:`mtalign.train.lexicon`
    """
    import torch

    source = _padded(sources, pad)
    target = _padded(targets, pad)
    fed = np.full_like(target, pad)
    fed[:, 1:] = np.where(target[:, :-1] == END, pad, target[:, :-1])
    return Batch(
        torch.from_numpy(source),
        torch.from_numpy(fed),
        torch.from_numpy(target),
        None if lexicon is None else _guide(source, target, sources, targets, lexicon),
    )


def _padded(rows: list[npt.NDArray[np.uint16]], pad: int) -> npt.NDArray[np.int64]:
    width = rounded(1 + max(len(row) for row in rows))
    ids = np.full((len(rows), width), pad, dtype=np.int64)
    for k, row in enumerate(rows):
        ids[k, : len(row)] = row
        ids[k, len(row)] = END
    return ids


def _guide(
    source: npt.NDArray[np.int64],
    target: npt.NDArray[np.int64],
    sources: list[npt.NDArray[np.uint16]],
    targets: list[npt.NDArray[np.uint16]],
    lexicon: torch.Tensor,
) -> torch.Tensor:
    """Posterior links of each target position, its end symbol tied to the source's."""
    import torch

    size = int(lexicon.numel() ** 0.5)
    sizes = [np.array([len(row) for row in rows], dtype=np.int64) for rows in (sources, targets)]
    prior = diagonal_prior(sizes[0], sizes[1], source.shape[1], target.shape[1])
    # Padding has no column in the lexicon, and no prior either.
    cells = np.minimum(target, size - 1)[:, :, None] * size + np.minimum(source, size - 1)[:, None]
    likely = lexicon[torch.from_numpy(cells)].float() * torch.from_numpy(prior)
    total = likely.sum(-1, keepdim=True)
    guide = torch.where(total > MIN_LINK * MIN_LINK, likely / total.clamp_min(1e-12), 0.0)
    rows = torch.arange(len(source))
    guide[rows, torch.from_numpy(sizes[1])] = 0.0
    guide[rows, torch.from_numpy(sizes[1]), torch.from_numpy(sizes[0])] = 1.0
    return guide
