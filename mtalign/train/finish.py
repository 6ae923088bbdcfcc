"""What a run leaves behind: a model a direction, its scores, its history, its card."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtalign.models.model import READY
from mtalign.train.card import write_card
from mtalign.train.dev import LOSS_LINES, DevSet, dev_loss
from mtalign.train.export import write_model
from mtalign.train.plot import plot_curve
from mtalign.train.prepare import VOCABULARY
from mtalign.train.score import Decoder, DevScore, score

if TYPE_CHECKING:
    from torch import Tensor

    from mtalign.train.run import Run

HISTORY = "training.json"
# One entry for each run that led to the weights, first to last: directions, settings, counts.
Lineage = dict[str, Any]


def read_lineage(folder: Path) -> list[Lineage]:
    """The runs that led to the weights of a directory; none where it does not say."""
    path = folder / HISTORY
    if not path.exists():
        return []
    runs: list[Lineage] = json.loads(path.read_text(encoding="utf-8"))["runs"]
    return runs


def lineage_of(run: Run, work: Path) -> Lineage:
    meta = json.loads((work / "packed" / "meta.json").read_text(encoding="utf-8"))
    return {
        "settings": json.loads(run.settings.to_json()),
        "progress": asdict(run.progress),
        "data": {key: value for key, value in meta.items() if key != "bitexts"},
    }


def finish(
    run: Run,
    out: Path,
    work: Path,
    devs: Sequence[DevSet],
    sources: dict[str, dict[str, str]],
    before: list[Lineage],
    say: Callable[[str], None],
) -> None:
    """Write ``out/DIRECTION`` for each direction, whole or not at all."""
    runs = [*before, lineage_of(run, work)]
    weights, runs[-1]["weights"] = better_weights(run, devs)
    for direction in run.settings.directions:
        new = out / f".{direction}.new"
        shutil.rmtree(new, ignore_errors=True)
        write_model(new, run.shape, weights, work / VOCABULARY, direction)
        decoder = Decoder(new / READY, work / VOCABULARY)
        scores = [score(decoder, dev) for dev in devs if dev.direction == direction]
        for one in scores:
            say(tell(one))
        plot_curve(out, new / "curve.png")
        _write_history(new / HISTORY, runs, scores)
        write_card(new, direction, runs, scores, sources)
        _swap(new, out / direction)
        say(f"model: {out / direction}")


def better_weights(run: Run, devs: Sequence[DevSet]) -> tuple[Tensor, str]:
    """The averaged weights or the last, by loss on the development sets; averaged without any.

    A rate that goes to zero averages by itself, and then the moving average may lag behind.

    :return: flat weights, and ``average`` or ``last``
    """
    choices = {"average": run.average, "last": run.master}
    losses = {
        name: sum(dev_loss(run.shape, weights, dev, LOSS_LINES) for dev in devs)
        for name, weights in choices.items()
    }
    best = min(losses, key=lambda name: losses[name])
    return choices[best], best


def tell(one: DevScore) -> str:
    figures = one.scores
    return (
        f"{one.direction} {one.name}, {figures.lines} lines: "
        f"BLEU {figures.bleu:.2f} {figures.bleu_signature} "
        f"chrF++ {figures.chrf:.2f} {figures.chrf_signature}"
    )


def _write_history(path: Path, runs: list[Lineage], scores: Sequence[DevScore]) -> None:
    content = {"runs": runs, "scores": [asdict(one) for one in scores]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _swap(new: Path, place: Path) -> None:
    """Put the new folder in the place of the old one."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if place.exists():
        place.rename(old)
    new.rename(place)
    shutil.rmtree(old, ignore_errors=True)
