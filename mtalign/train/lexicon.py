"""A lexicon of piece translations, learnt from the packed bitext, that teaches one attention head.

IBM model 1 (Brown et al., 1993) by expectation maximisation, with the diagonal prior of fast_align
(Dyer, Chahuneau and Smith, 2013); the end of the source stands for the empty word.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]

TENSION = 4.0  # fast_align's starting value
EMPTY = 0.08  # fast_align's p0
ITERATIONS = 4
_CELLS = 4_000_000  # source times target positions handled at once


def diagonal_prior(
    source_sizes: npt.NDArray[np.int64],
    target_sizes: npt.NDArray[np.int64],
    width: int,
    height: int,
) -> Floats:
    """How likely a target position comes from a source position, by place alone.

    Sizes count the pieces without the end symbol, which is the source's last position and has
    probability :data:`EMPTY` throughout.

    :return: shape (pairs, height, width), zero beyond a sentence's end; rows sum to one
    """
    n, m = source_sizes[:, None, None], target_sizes[:, None, None]
    i, j = np.arange(width)[None, None, :], np.arange(height)[None, :, None]
    prior = np.exp(-TENSION * np.abs((i + 0.5) / n - (j + 0.5) / m)).astype(np.float32)
    prior *= i < n
    prior *= (1 - EMPTY) / np.maximum(prior.sum(-1, keepdims=True), 1e-9)
    prior += EMPTY * (i == n)
    result: Floats = prior * (j < m)
    return result


def learn_lexicon(
    batches: list[tuple[Ids, Ids, Ids, Ids]], size: int, iterations: int = ITERATIONS
) -> npt.NDArray[np.float16]:
    """Probabilities t(target piece | source piece).

    :param batches: padded (source, target, source sizes, target sizes); the source holds the
        end symbol at index ``size``; padding may be any id
    :param size: number of pieces of the vocabulary
    :return: shape (target piece, source piece), each column summing to one where the source
        piece was seen
    """
    table = np.full(size * size, 1 / size, dtype=np.float32)
    for _ in range(iterations):
        counts = np.zeros(size * size, dtype=np.float32)
        for source, target, source_sizes, target_sizes in batches:
            prior = diagonal_prior(source_sizes, target_sizes, source.shape[1], target.shape[1])
            cells = target[:, :, None] * size + source[:, None, :]
            posterior = table[cells] * prior
            posterior /= np.maximum(posterior.sum(-1, keepdims=True), 1e-12)
            used = prior > 0
            np.add.at(counts, cells[used], posterior[used])
        square = counts.reshape(size, size)
        square /= np.maximum(square.sum(0, keepdims=True), 1e-9)
        table = counts
    return table.reshape(size, size).astype(np.float16)


def padded_batches(
    sources: list[npt.NDArray[np.uint16]], targets: list[npt.NDArray[np.uint16]], end: int
) -> Iterator[tuple[Ids, Ids, Ids, Ids]]:
    """Pairs sorted by length and padded, a few million cells a batch, the end symbol appended to
    the source."""
    order = sorted(range(len(sources)), key=lambda k: (len(sources[k]), len(targets[k])))
    start = 0
    while start < len(order):
        stop, width, height = start, 0, 0
        while stop < len(order):
            wide = max(width, len(sources[order[stop]]) + 1)
            high = max(height, len(targets[order[stop]]))
            if stop > start and wide * high * (stop + 1 - start) > _CELLS:
                break
            stop, width, height = stop + 1, wide, high
        rows = order[start:stop]
        source = np.full((len(rows), width), end, dtype=np.int64)
        target = np.full((len(rows), height), end, dtype=np.int64)
        for row, k in enumerate(rows):
            source[row, : len(sources[k])] = sources[k]
            target[row, : len(targets[k])] = targets[k]
        yield (
            source,
            target,
            np.array([len(sources[k]) for k in rows], dtype=np.int64),
            np.array([len(targets[k]) for k in rows], dtype=np.int64),
        )
        start = stop
