"""The model card: a template filled from what the run counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mtalign.train.score import DevScore

_TEMPLATE = Path(__file__).with_name("card.txt")
_UNSTATED = "not stated"
_WEIGHTS = {"average": "an exponential moving average", "last": "those of the last step"}


def write_card(
    folder: Path,
    direction: str,
    runs: Sequence[dict[str, Any]],
    scores: Sequence[DevScore],
    sources: dict[str, dict[str, str]],
) -> None:
    """Write ``README.md`` beside the model.

    :param runs: all that led to the weights, first to last; see :mod:`mtalign.train.finish`
    :param sources: ``licence``, ``title`` and ``url`` by corpus, each optional
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    source, target = direction.split("-")
    totals = Counter[str]()
    for run in runs:
        totals.update({key: run["progress"][key] for key in ("tokens", "seconds", "cpu")})
    data = runs[-1]["data"]
    text = _TEMPLATE.read_text(encoding="utf-8").format(
        source=source,
        target=target,
        direction=direction,
        parameters=f"{_parameters(folder) / 1e6:.1f} million",
        encoder_layers=config["encoder_layers"],
        decoder_layers=config["decoder_layers"],
        width=config["d_model"],
        vocabulary=f"{config['vocab_size']:,}",
        scores=_scores(scores),
        training="\n".join(_training(number, run) for number, run in enumerate(runs, 1)),
        tokens=f"{totals['tokens']:,}",
        hours=f"{totals['seconds'] / 3600:.2f}",
        cpu_hours=f"{totals['cpu'] / 3600:.2f}",
        data=_data(runs, sources),
        weights=_WEIGHTS[runs[-1].get("weights", "average")],
        dropped=_dropped(data),
        excluded=f"{data['excluded_sentences']:,}",
        augmented=f"{data['pairs'].get('augmented', 0):,}",
    )
    (folder / "README.md").write_text(text, encoding="utf-8")


def _parameters(folder: Path) -> int:
    from safetensors.numpy import load_file

    tensors = load_file(folder / "model.safetensors")
    return sum(array.size for name, array in tensors.items() if name != "final_logits_bias")


def _table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _scores(scores: Sequence[DevScore]) -> str:
    if not scores:
        return "Not measured."
    rows = [
        (one.name, str(one.scores.lines), f"{one.scores.bleu:.1f}", f"{one.scores.chrf:.1f}")
        for one in scores
    ]
    signatures = {
        "BLEU": scores[0].scores.bleu_signature,
        "chrF++": scores[0].scores.chrf_signature,
    }
    named = "\n".join(f"- {name}: `{signature}`" for name, signature in signatures.items())
    table = _table(("set", "lines", "BLEU", "chrF++"), rows)
    return f"{table}\n\nBeam 4, int8, sacrebleu's signatures:\n\n{named}"


def _training(number: int, run: dict[str, Any]) -> str:
    settings, progress = run["settings"], run["progress"]
    return (
        f"{number}. {' and '.join(settings['directions'])}: {progress['step']:,} steps, "
        f"{progress['tokens']:,} pieces, {progress['seconds'] / 60:.0f} minutes on "
        f"{settings['processes']} cores, {progress['cpu'] / 60:.0f} CPU minutes; "
        f"{settings['optimizer']}, peak rate {settings['rate']:g}, cooldown "
        f"{settings['cooldown']:g}, at most {settings['max_pieces']} pieces a side, "
        f"{settings['precision']}, seed {settings['seed']}"
    )


def _data(runs: Sequence[dict[str, Any]], sources: dict[str, dict[str, str]]) -> str:
    data, repeat = runs[-1]["data"], runs[-1]["settings"]["corpora"]
    rows = []
    for name, lines in data["lines"].items():
        known = sources.get(name, {})
        title = known.get("title", name)
        rows.append(
            (
                f"[{title}]({known['url']})" if "url" in known else title,
                f"{lines:,}",
                f"{data['pairs'].get(name, 0):,}",
                f"{repeat.get(name, 1.0):g}",
                known.get("licence", _UNSTATED),
            )
        )
    return _table(("corpus", "lines", "pairs kept", "times an epoch", "licence"), rows)


def _dropped(data: dict[str, Any]) -> str:
    reasons = Counter[str]()
    for counts in data["dropped"].values():
        reasons.update(counts)
    order = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{reason} {count:,}" for reason, count in order) or "none"
