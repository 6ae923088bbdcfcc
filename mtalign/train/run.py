"""The training loop: steps, log, checkpoints, until the budget is spent."""

from __future__ import annotations

import csv
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtalign.train.checkpoint import Progress, load_checkpoint, save_checkpoint
from mtalign.train.layout import Shape, layout
from mtalign.train.packed import Packed
from mtalign.train.parallel import Crew, StepStats
from mtalign.train.sampler import Micro, Sampler
from mtalign.train.settings import TrainSettings, learning_rate

if TYPE_CHECKING:
    from torch import Tensor

COLUMNS = ("step", "epoch", "seconds", "cpu", "tokens", "tokens_per_cpu_second", "rate", "nats",
           "guided", "norm")  # fmt: skip
LOG_STEPS = 20


def prepare_torch(threads: int = 1) -> None:
    """One thread a process, denormal numbers to zero, and room for many prepared products."""
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "20000")
    import torch

    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)


@dataclass(slots=True)
class Tally:
    """Sums since the last line of the log."""

    stats: StepStats
    steps: int = 0
    norm: float = 0.0


class Run:
    """One training run in a folder.

    :ivar master: float32 weights
    :ivar average: their exponential moving average, which is what is evaluated and exported
    """

    def __init__(
        self,
        settings: TrainSettings,
        shape: Shape,
        packed: Packed,
        lexicons: dict[str, Tensor],
        weights: Tensor,
        folder: Path,
        *,
        resume: bool = False,
    ) -> None:
        import torch

        from mtalign.train.optimizers import make_optimizer, shared_zeros

        self.settings, self.shape, self.folder = settings, shape, folder
        self.master, self.progress = shared_zeros(len(weights)), Progress()
        self.master.copy_(weights)
        self.average = weights.clone()
        self.optimizer = make_optimizer(settings.optimizer, self.master, layout(shape))
        if resume:
            self._load(load_checkpoint(folder))
        self.progress.starts.append(self.progress.step)
        working = torch.bfloat16 if settings.precision == "bf16" else torch.float32
        self.working = self.master.to(working)
        self.working.share_memory_()  # type: ignore[no-untyped-call]
        self.sampler = Sampler(
            packed,
            len(settings.directions),
            settings.corpora,
            settings.max_pieces,
            settings.micro_tokens,
            settings.micros,
            settings.seed,
        )
        self.crew = Crew(settings, shape, packed, lexicons, self.working, self.optimizer)
        self._steps: list[list[Micro]] = []
        self._tally = Tally(StepStats())
        self._stop = False

    def _load(self, state: dict[str, Any]) -> None:
        self.master.copy_(state["master"])
        self.average.copy_(state["average"])
        self.optimizer.load(state["optimizer"])
        self.progress = Progress(**state["progress"])

    def save(self) -> None:
        save_checkpoint(
            self.folder,
            {
                "master": self.master,
                "average": self.average,
                "optimizer": self.optimizer.state(),
                "progress": asdict(self.progress),
                "shape": asdict(self.shape),
                "directions": list(self.settings.directions),
            },
        )

    @property
    def spent(self) -> float:
        """Share of the budget that is gone."""
        if self.settings.steps is not None:
            return self.progress.step / self.settings.steps
        return self.progress.seconds / float(self.settings.seconds or 1.0)

    def train(self, evaluate: Callable[[Run], None] | None = None) -> bool:
        """Go on until the budget is spent; whether it was (or a signal came first).

        Time spent in ``evaluate`` is no training time and is not counted.
        """
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)
        started = time.monotonic() - self.progress.seconds
        saved = judged = self.progress.seconds
        while self.spent < 1.0 and not self._stop:
            self._step()
            self.progress.seconds = time.monotonic() - started
            if self.progress.step % LOG_STEPS == 0:
                self._log()
            if self.progress.seconds - saved > self.settings.checkpoint_seconds:
                saved = self.progress.seconds
                self.save()
            if evaluate and self.progress.seconds - judged > self.settings.evaluate_seconds:
                judged = self.progress.seconds
                pause = time.monotonic()
                evaluate(self)
                started += time.monotonic() - pause
        self._log()
        self.save()
        self.crew.close()
        return not self._stop

    def _on_signal(self, *_: object) -> None:
        self._stop = True

    def _step(self) -> None:
        import torch

        if self.progress.place >= len(self._steps):
            if self._steps:
                self.progress.epoch, self.progress.place = self.progress.epoch + 1, 0
            self._steps = self.sampler.epoch(self.progress.epoch)
            if self.progress.place >= len(self._steps):
                self.progress.epoch, self.progress.place = self.progress.epoch + 1, 0
                self._steps = self.sampler.epoch(self.progress.epoch)
        micros = self._steps[self.progress.place]
        number = self.progress.step + 1
        self.crew.clear()
        with torch.enable_grad():
            grad, stats = self.crew.gradient(micros, number)
        start = time.process_time()
        norm = float(grad.norm())
        if norm == norm and norm != float("inf"):
            grad.mul_(min(1.0, self.settings.clip / (norm + 1e-6)))
            rate = learning_rate(self.settings, number, self.spent)
            stats.cpu += self.crew.update(rate, number)
            self.working.copy_(self.master)
            decay = min(self.settings.ema, number / (number + 9.0))
            self.average.lerp_(self.master, 1.0 - decay)
        stats.cpu += time.process_time() - start
        self.progress.step, self.progress.place = number, self.progress.place + 1
        self.progress.cpu += stats.cpu
        self.progress.tokens += stats.tokens
        self.progress.pairs += sum(len(micro.pairs) for micro in micros)
        self._tally.stats.add(stats)
        self._tally.steps += 1
        self._tally.norm += norm

    def _log(self) -> None:
        tally, progress = self._tally, self.progress
        if not tally.steps:
            return
        targets = max(1, tally.stats.targets)
        row = (
            progress.step,
            progress.epoch,
            round(progress.seconds, 1),
            round(progress.cpu, 1),
            progress.tokens,
            round(tally.stats.tokens / max(1e-9, tally.stats.cpu)),
            f"{learning_rate(self.settings, progress.step, self.spent):.3g}",
            round(tally.stats.nats / targets, 4),
            round(tally.stats.guided / targets, 4),
            round(tally.norm / tally.steps, 3),
        )
        append_row(self.folder / "train.csv", COLUMNS, row)
        fields = dict(zip(COLUMNS, row, strict=True))
        print(" ".join(f"{key} {value}" for key, value in fields.items()), flush=True)
        self._tally = Tally(StepStats())


def append_row(path: Path, columns: tuple[str, ...], row: tuple[object, ...]) -> None:
    """One line of a CSV log, the heading first where the file is new."""
    new = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        if new:
            writer.writerow(columns)
        writer.writerow(row)
