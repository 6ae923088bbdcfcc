"""Loss on development sets, in nats a target piece: cheap enough to follow a run by."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from mtalign.errors import MtalignError
from mtalign.train.bitext import read_lines
from mtalign.train.clean import clean
from mtalign.train.collate import collate
from mtalign.train.layout import Shape
from mtalign.train.network import Network

if TYPE_CHECKING:
    from torch import Tensor

LOSS_LINES = 300  # as many as a loss needs that is looked at often
_ROWS = 32


@dataclass(frozen=True, slots=True)
class DevSet:
    """A development set of one direction, as text and as piece ids."""

    name: str
    direction: str
    source: tuple[str, ...]
    target: tuple[str, ...]
    ids: tuple[tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]], ...]


def load_dev(name: str, direction: str, source: Path, target: Path, spm: Path) -> DevSet:
    """Read the two files of a set.

    :raises MtalignError: they differ in length, or are empty
    """
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_file=str(spm))
    sides = [[clean(line) for line in read_lines(path)] for path in (source, target)]
    if len(sides[0]) != len(sides[1]) or not sides[0]:
        raise MtalignError(
            f"{len(sides[0])} lines, its reference {len(sides[1])}",
            where=source,
            todo="Give two files of equal length.",
        )
    ids = [[np.array(pieces, dtype=np.uint16) for pieces in model.encode(side)] for side in sides]
    return DevSet(name, direction, tuple(sides[0]), tuple(sides[1]), tuple(zip(*ids, strict=True)))


def dev_loss(shape: Shape, weights: Tensor, dev: DevSet, lines: int | None = None) -> float:
    """Mean cross-entropy of a target piece, in nats, without smoothing.

    :param lines: only the first so many; all of them if None
    """
    import torch

    network = Network(shape, weights)
    table = network.leaves["embedding"][:-1]
    chosen = sorted(dev.ids[:lines], key=lambda pair: len(pair[1]))
    nats, count = 0.0, 0
    with torch.no_grad():
        for start in range(0, len(chosen), _ROWS):
            pairs = chosen[start : start + _ROWS]
            batch = collate([pair[0] for pair in pairs], [pair[1] for pair in pairs], shape.pad)
            batch = batch.to(weights.device)
            states, _ = network.hidden(batch)
            real = batch.target_out != shape.pad
            logits = (states[real] @ table.t()).float()
            wanted = batch.target_out[real]
            nats += float(torch.nn.functional.cross_entropy(logits, wanted, reduction="sum"))
            count += int(real.sum())
    return nats / max(1, count)
