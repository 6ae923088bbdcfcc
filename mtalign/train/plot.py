"""The learning curve as a picture."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any


def plot_curve(folder: Path, out: Path) -> None:
    """Draw ``train.csv`` and, where it is, ``dev.csv`` of a run's folder.

    :raises MissingExtraError: matplotlib is not installed
    """
    from mtalign.errors import MissingExtraError

    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("matplotlib", "train") from error

    figure = Figure(figsize=(9, 4), layout="constrained")
    loss, scores = figure.subplots(1, 2)
    train, dev = read_log(folder / "train.csv"), read_log(folder / "dev.csv")
    loss.plot(_column(train, "tokens", 1e-6), _column(train, "nats"), lw=0.7, label="training")
    for (name, direction), rows in sorted(_by_set(dev).items()):
        tokens, label = _column(rows, "tokens", 1e-6), f"{name} {direction}"
        loss.plot(tokens, _column(rows, "nats"), marker=".", label=label)
        scores.plot(tokens, _column(rows, "bleu"), marker=".", label=f"{label} BLEU")
    for axes, title in ((loss, "nats a target piece"), (scores, "BLEU, greedy, first lines")):
        axes.set_xlabel("million source and target pieces")
        axes.set_title(title)
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(fontsize=7)
    figure.savefig(out, dpi=110)


def read_log(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV log; none where there is no file."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _column(rows: list[dict[str, Any]], name: str, unit: float = 1.0) -> list[float]:
    return [float(row[name]) * unit for row in rows]


def _by_set(rows: list[dict[str, str]]) -> dict[tuple[str, str], list[dict[str, str]]]:
    sets: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        sets[row["set"], row["direction"]].append(row)
    return sets
