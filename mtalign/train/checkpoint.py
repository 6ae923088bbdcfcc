"""State of a run on disk: all that is needed to go on as if nothing had happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtalign.atomic import atomic_stream
from mtalign.errors import MtalignError

FILE = "checkpoint.pt"


@dataclass(slots=True)
class Progress:
    """How far a run has come.

    :ivar step: steps done
    :ivar epoch: number of the current epoch
    :ivar place: steps done in it
    :ivar seconds: wall-clock seconds of training, over all starts
    :ivar cpu: CPU seconds of all processes, over all starts
    :ivar tokens: source and target pieces seen
    :ivar pairs: pairs seen
    :ivar skipped: steps whose gradient was not finite and changed nothing
    :ivar starts: steps at which the run was started or resumed
    """

    step: int = 0
    epoch: int = 0
    place: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    tokens: int = 0
    pairs: int = 0
    skipped: int = 0
    starts: list[int] = field(default_factory=list)


def save_checkpoint(folder: Path, state: dict[str, Any]) -> None:
    """Write whole or not at all; the one before is kept until the new one stands."""
    import torch

    with atomic_stream(folder / FILE) as stream:
        torch.save(state, stream)


def load_checkpoint(folder: Path) -> dict[str, Any]:
    """:raises MtalignError: there is none, or it cannot be read"""
    import torch

    path = folder / FILE
    if not path.exists():
        raise MtalignError("no checkpoint", where=path, todo="Train without --resume.")
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise MtalignError(f"damaged checkpoint: {error}", where=path) from error
    return state
