"""A lexicon of piece translations, learnt from a bitext with NumPy alone.

IBM model 1 (Brown et al., 1993) by expectation maximisation, with the diagonal prior of fast_align
(Dyer, Chahuneau and Smith, 2013). The last source piece, the end of the sentence, stands for the
empty word. Only pairs of pieces that meet in some sentence have a cell, so that the vocabulary may
be as large as one likes; memory grows with the number of (source, target) positions, some 50 bytes
each: 100,000 pairs, most of them from Europarl, take 5.4 GB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Places = NDArray[np.int32]

TENSION = 4.0  # fast_align's starting value
EMPTY = 0.08  # fast_align's p0
ITERATIONS = 3


@dataclass(frozen=True)
class Lexicon:
    """Pairs of pieces that met, sorted by source piece, likeliest target first.

    :ivar source: source piece ids, shape (cells,)
    :ivar target: target piece ids, shape (cells,)
    :ivar share: t(target | source), shape (cells,), in [0, 1]; sums to one over a source piece
    """

    source: Ids
    target: Ids
    share: NDArray[np.float32]

    def best(self, count: int, least: float = 0.0) -> dict[int, list[int]]:
        """The ``count`` likeliest targets of each source piece, likeliest first.

        :param least: leave out targets with a smaller share, in [0, 1]
        """
        starts = np.flatnonzero(np.diff(self.source, prepend=-1))
        rank = np.arange(len(self.source))
        rank -= np.repeat(starts, np.diff(starts, append=len(self.source)))
        kept = (rank < count) & (self.share >= least)
        best: dict[int, list[int]] = {}
        for source, target in zip(self.source[kept], self.target[kept], strict=True):
            best.setdefault(int(source), []).append(int(target))
        return best


def learn_lexicon(
    sources: Sequence[Ids], targets: Sequence[Ids], iterations: int = ITERATIONS
) -> Lexicon:
    """Learn t(target piece | source piece) from pairs of sentences.

    :param sources: ids of each source, the end of the sentence last; two at least
    :param targets: ids of each target, one at least
    :raises ValueError: no pairs, or lists of different lengths
    """
    if not sources or len(sources) != len(targets):
        raise ValueError(f"{len(sources)} sources, {len(targets)} targets")
    columns, rows, prior = _cells([len(one) for one in sources], [len(one) for one in targets])
    flat_source, flat_target = np.concatenate(sources), np.concatenate(targets)
    width = int(flat_target.max()) + 1
    keys = flat_source[columns] * width + flat_target[rows]
    del columns
    met, cell = np.unique(keys, return_inverse=True)
    cell = cell.astype(np.int32)
    del keys
    source, target = met // width, met % width
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    counted = np.diff(starts, append=len(rows))
    del rows
    share = np.full(len(met), 1.0, dtype=np.float32)
    for _ in range(iterations):
        posterior = share[cell] * prior
        posterior /= np.repeat(np.maximum(np.add.reduceat(posterior, starts), 1e-12), counted)
        counts = np.bincount(cell, posterior, len(met))
        share = (counts / np.maximum(np.bincount(source, counts), 1e-12)[source]).astype(np.float32)
    order = np.lexsort((-share, source))
    return Lexicon(source[order], target[order], share[order])


def _cells(wide: Sequence[int], high: Sequence[int]) -> tuple[Places, Places, NDArray[np.float32]]:
    """Place of source and target piece of every cell, and the prior of that link by place alone.

    Cells of one target piece lie together; their priors sum to one.
    """
    columns, rows, priors = [], [], []
    before_source = before_target = 0
    known: dict[tuple[int, int], NDArray[np.float32]] = {}
    for width, height in zip(wide, high, strict=True):
        if (width, height) not in known:
            known[width, height] = _prior(width - 1, height).reshape(-1)
        priors.append(known[width, height])
        columns.append(np.tile(np.arange(width, dtype=np.int32) + np.int32(before_source), height))
        rows.append(np.repeat(np.arange(height, dtype=np.int32) + np.int32(before_target), width))
        before_source, before_target = before_source + width, before_target + height
    return np.concatenate(columns), np.concatenate(rows), np.concatenate(priors)


def _prior(width: int, height: int) -> NDArray[np.float32]:
    """fast_align's prior, the empty word last; shape (height, width + 1), rows sum to one."""
    i, j = np.arange(width)[None, :], np.arange(height)[:, None]
    near = np.exp(-TENSION * np.abs((i + 0.5) / width - (j + 0.5) / height))
    near *= (1 - EMPTY) / near.sum(1, keepdims=True)
    return np.concatenate([near, np.full((height, 1), EMPTY)], axis=1).astype(np.float32)
