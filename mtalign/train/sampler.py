"""Which pairs each step trains on: fixed by seed and epoch, so that a run can stop anywhere.

Pairs are sorted by length and cut into micro-batches of about equal numbers of pieces, so there is
little padding; the micro-batches are then shuffled, and each step takes the next few.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mtalign.errors import MtalignError
from mtalign.train.packed import Packed

# Lengths are rounded up to a multiple of this: the math library prepares each new shape of product
# once, and few shapes keep it from doing little else.
GRAIN = 4

Indices = npt.NDArray[np.int64]


def rounded(size: int) -> int:
    """The next multiple of :data:`GRAIN`."""
    return -(-size // GRAIN) * GRAIN


@dataclass(frozen=True, slots=True)
class Micro:
    """One micro-batch: pairs of one direction.

    :ivar direction: number of the direction in ``Sampler.directions``
    :ivar pairs: numbers of the pairs in the packed corpus
    """

    direction: int
    pairs: Indices


@dataclass(frozen=True, slots=True)
class Sampler:
    """Draws epochs.

    :ivar directions: 1 for one direction, 2 for both in turn: a pair serves one direction in one
        epoch and the other in the next
    :ivar weights: how often a pair of each corpus returns in an epoch; fractions are drawn
    :ivar max_pieces: longer pairs are left out, by either side
    :ivar micro_tokens: source and target pieces, padding included, of a micro-batch
    :ivar micros: micro-batches a step
    """

    packed: Packed
    directions: int
    weights: Mapping[str, float]
    max_pieces: int
    micro_tokens: int
    micros: int
    seed: int

    def epoch(self, number: int) -> list[list[Micro]]:
        """The steps of one epoch, in order; a last incomplete step is left out if others remain.

        :raises MtalignError: no pair is short enough
        """
        random = np.random.default_rng((self.seed, number))
        weights = np.array([self.weights.get(name, 1.0) for name in self.packed.names])
        share = weights[self.packed.groups]
        sizes = np.maximum(self.packed.source.sizes, self.packed.target.sizes)
        share[sizes > self.max_pieces] = 0
        times = np.floor(share + random.random(len(share))).astype(np.int64)
        drawn = np.repeat(np.arange(len(share)), times)
        coin = np.random.default_rng(self.seed).random(len(share)) < 0.5
        turn = (coin ^ (number % 2 == 1))[drawn]
        micros = []
        for direction in range(self.directions):
            mine = drawn[turn == direction] if self.directions > 1 else drawn
            micros += [Micro(direction, pairs) for pairs in self._cut(mine, random)]
        if not micros:
            raise MtalignError(
                f"no pair has at most {self.max_pieces} pieces a side", todo="Raise --max-pieces."
            )
        order = random.permutation(len(micros))
        steps = [
            [micros[k] for k in order[start : start + self.micros]]
            for start in range(0, len(order), self.micros)
        ]
        return steps[:-1] if len(steps) > 1 and len(steps[-1]) < self.micros else steps

    def _cut(self, pairs: Indices, random: np.random.Generator) -> list[Indices]:
        source = self.packed.source.sizes[pairs] + 1
        target = self.packed.target.sizes[pairs] + 1
        order = np.lexsort((random.random(len(pairs)), source, target))
        pairs, source, target = pairs[order], source[order], target[order]
        cuts, start, wide, high = [], 0, 0, 0
        for k, (s, t) in enumerate(zip(source.tolist(), target.tolist(), strict=True)):
            wide, high = max(wide, rounded(s)), max(high, rounded(t))
            if k > start and (wide + high) * (k + 1 - start) > self.micro_tokens:
                cuts.append(pairs[start:k])
                start, wide, high = k, rounded(s), rounded(t)
        if start < len(pairs):
            cuts.append(pairs[start:])
        return cuts
