"""The training loop: steps, log, checkpoints, until the budget is spent."""

from __future__ import annotations

import csv
import io
import math
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtalign.atomic import write_atomic
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
LOG = "train.csv"
LOG_STEPS = 20
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


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
        self.progress = Progress()
        self.master = shared_zeros(len(weights)).to(settings.device)
        self.master.copy_(weights)
        self.average = self.master.clone()
        self.optimizer = make_optimizer(settings.optimizer, self.master, layout(shape))
        if resume:
            self._load(load_checkpoint(folder))
            for name in (LOG, "dev.csv"):
                trim_log(folder / name, self.progress.step)
        self.progress.starts.append(self.progress.step)
        working = torch.bfloat16 if settings.precision == "bf16" else torch.float32
        self.working = self.master.to(working)
        if settings.device == "cpu":
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
        handlers = {name: signal.signal(name, self._on_signal) for name in _SIGNALS}
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
        for name, handler in handlers.items():
            signal.signal(name, handler)
        return not self._stop

    def _on_signal(self, *_: object) -> None:
        self._stop = True

    def _next_micros(self) -> list[Micro]:
        """The next step's work; a new epoch is drawn where one ends."""
        progress = self.progress
        if not self._steps:
            self._steps = self.sampler.epoch(progress.epoch)
        if progress.place >= len(self._steps):
            progress.epoch, progress.place = progress.epoch + 1, 0
            self._steps = self.sampler.epoch(progress.epoch)
        progress.place += 1
        return self._steps[progress.place - 1]

    def _step(self) -> None:
        micros, number = self._next_micros(), self.progress.step + 1
        self.crew.clear()
        grad, stats = self.crew.gradient(micros, number)
        start = time.process_time()
        norm = float(grad.norm())
        if math.isfinite(norm):
            grad.mul_(min(1.0, self.settings.clip / (norm + 1e-6)))
            rate = learning_rate(self.settings, number, self.spent)
            stats.cpu += self.crew.update(rate, number)
            self.working.copy_(self.master)
            # The average forgets its first steps faster, as TensorFlow's does.
            decay = min(self.settings.ema, number / (number + 9.0))
            self.average.lerp_(self.master, 1.0 - decay)
        else:
            self.progress.skipped += 1
        stats.cpu += time.process_time() - start
        self._count(stats, sum(len(micro.pairs) for micro in micros), norm)

    def _count(self, stats: StepStats, pairs: int, norm: float) -> None:
        self.progress.step += 1
        self.progress.cpu += stats.cpu
        self.progress.tokens += stats.tokens
        self.progress.pairs += pairs
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
        append_row(self.folder / LOG, COLUMNS, row)
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


def trim_log(path: Path, step: int) -> None:
    """Drop the lines after a step: what was logged after the checkpoint will be done again."""
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8") as stream:
        heading, *rows = csv.reader(stream)
    text = io.StringIO()
    csv.writer(text).writerows([heading, *(row for row in rows if int(row[0]) <= step)])
    write_atomic(path, text.getvalue().encode())
