"""What is measured on the development sets while a model trains."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mtalign.train.dev import LOSS_LINES, DevSet, dev_loss
from mtalign.train.export import write_model
from mtalign.train.run import append_row
from mtalign.train.score import Decoder, score

if TYPE_CHECKING:
    from mtalign.train.run import Run

SCORE_LINES = 100
LOG = "dev.csv"
COLUMNS = ("step", "seconds", "tokens", "set", "direction", "nats", "bleu", "chrf")


class Evaluator:
    """Appends loss, and BLEU and chrF++ of greedy search, on the first lines of each set.

    The averaged weights are judged, in the form in which they will ship.
    """

    def __init__(self, folder: Path, devs: Sequence[DevSet], spm: Path) -> None:
        self._folder, self._devs, self._spm = folder, list(devs), spm

    def __call__(self, run: Run) -> None:
        weights = run.average.to(run.working.dtype)
        for direction in run.settings.directions:
            devs = [dev for dev in self._devs if dev.direction == direction]
            if not devs:
                continue
            with tempfile.TemporaryDirectory() as place:
                out = Path(place) / "model"
                write_model(out, run.shape, run.average, self._spm, direction)
                decoder = Decoder(out / "ct2", self._spm)
                for dev in devs:
                    nats = dev_loss(run.shape, weights, dev, LOSS_LINES)
                    self._record(run, dev, nats, decoder)

    def _record(self, run: Run, dev: DevSet, nats: float, decoder: Decoder) -> None:
        figures = score(decoder, dev, beam=1, lines=SCORE_LINES).scores
        progress = run.progress
        row = (progress.step, round(progress.seconds, 1), progress.tokens, dev.name, dev.direction)
        rounded = (round(nats, 4), round(figures.bleu, 2), round(figures.chrf, 2))
        append_row(self._folder / LOG, COLUMNS, (*row, *rounded))
        told = f"dev {dev.name} {dev.direction} nats {rounded[0]} BLEU {rounded[1]}"
        print(f"{told} chrF++ {rounded[2]}", flush=True)
