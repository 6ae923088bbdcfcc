"""Settings of a training run, one frozen record."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from mtalign.errors import MtalignError


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """What decides the course of a run.

    :ivar directions: ``it-en``, or ``it-en`` and ``en-it`` for one model of both
    :ivar optimizer: a key of :data:`mtalign.train.optimizers.OPTIMIZERS`
    :ivar rate: peak learning rate
    :ivar warmup: steps to the peak, linear
    :ivar hold: steps at the peak before the rate falls with the inverse square root of the step
    :ivar cooldown: share of the budget, at its end, in which the rate goes to zero, linear
    :ivar seconds: budget of training time; None where ``steps`` is the budget
    :ivar steps: budget of steps
    :ivar micro_tokens: source and target pieces of a micro-batch
    :ivar micros: micro-batches a step
    :ivar max_pieces: longest side trained on
    :ivar smoothing: label smoothing, in [0, 1)
    :ivar guided: weight of the taught attention head's loss
    :ivar clip: largest norm of a step's gradient
    :ivar ema: decay of the moving average of the weights, per step
    :ivar corpora: how often a pair of each corpus returns in an epoch
    :ivar processes: worker processes, each on one core; 1 makes a run repeat bit by bit
    :ivar precision: ``bf16`` or ``fp32``
    :ivar device: ``cpu`` or ``cuda``, which one process drives
    """

    directions: tuple[str, ...]
    optimizer: str = "muon"
    rate: float = 2e-3
    warmup: int = 150
    hold: int = 2000
    cooldown: float = 0.3
    seconds: float | None = 3600.0
    steps: int | None = None
    micro_tokens: int = 2000
    micros: int = 6
    max_pieces: int = 100
    dropout: float = 0.0
    smoothing: float = 0.1
    guided: float = 0.2
    clip: float = 1.0
    ema: float = 0.998
    corpora: Mapping[str, float] = field(default_factory=dict)
    processes: int = 2
    precision: str = "bf16"
    device: str = "cpu"
    seed: int = 1
    checkpoint_seconds: float = 240.0
    evaluate_seconds: float = 600.0

    def __post_init__(self) -> None:
        for name, low, high in _BOUNDS:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise MtalignError(f"{name} is {value}", todo=f"Use {low} to {high}.")
        if self.device != "cpu" and self.processes != 1:
            raise MtalignError("a GPU is driven by one process", todo="Add --processes 1.")

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


_BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("rate", 1e-7, 1.0),
    ("warmup", 0, 10**6),
    ("hold", 1, 10**9),
    ("cooldown", 0.0, 1.0),
    ("seconds", 1e-3, 1e9),
    ("steps", 1, 10**9),
    ("micro_tokens", 16, 10**7),
    ("micros", 1, 1000),
    ("max_pieces", 1, 500),
    ("dropout", 0.0, 0.9),
    ("smoothing", 0.0, 0.9),
    ("guided", 0.0, 100.0),
    ("clip", 1e-6, 1e6),
    ("ema", 0.0, 0.999999),
    ("processes", 1, 256),
)

# Command-line options of the course: name, type or choices, default, help.
OPTIONS: tuple[tuple[str, type | tuple[str, ...], object, str], ...] = (
    ("optimizer", ("muon", "adamw"), "muon", "muon learns more a step on matrices"),
    ("rate", float, 2e-3, "peak learning rate"),
    ("warmup", int, 150, "steps to the peak"),
    ("hold", int, 2000, "step from which the rate falls with the inverse square root"),
    ("cooldown", float, 0.3, "last share of the budget, in which the rate goes to zero"),
    ("micro_tokens", int, 2000, "pieces of a micro-batch, both sides"),
    ("micros", int, 6, "micro-batches a step"),
    ("max_pieces", int, 100, "longest side trained on"),
    ("dropout", float, 0.0, "useful after several epochs"),
    ("smoothing", float, 0.1, "label smoothing"),
    ("guided", float, 0.2, "weight of the attention head's lesson; 0 for none"),
    ("clip", float, 1.0, "largest norm of a gradient"),
    ("ema", float, 0.998, "decay of the average of weights that is exported"),
    ("processes", int, 2, "one a core; 1 for a run that repeats bit by bit"),
    ("precision", ("bf16", "fp32"), "bf16", "of the arithmetic; weights are kept in fp32"),
    ("device", ("cpu", "cuda"), "cpu", "cuda wants larger --micro-tokens"),
    ("seed", int, 1, "of weights and order"),
)


def learning_rate(settings: TrainSettings, step: int, spent: float) -> float:
    """Rate of a step: warm-up, plateau, inverse square root, and a linear end.

    :param step: 1 for the first
    :param spent: share of the budget that is gone, in [0, 1]
    """
    rise = min(1.0, step / max(1, settings.warmup))
    fall = math.sqrt(settings.hold / max(settings.hold, step))
    end = min(1.0, (1.0 - spent) / settings.cooldown) if settings.cooldown else 1.0
    return settings.rate * rise * fall * max(0.0, end)
