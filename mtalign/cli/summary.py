"""What a run prints at its end: counts, terms, round trip."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtalign.cli.jobs import Job
from mtalign.cli.opening import Direction
from mtalign.evaluate import corpus_chrf, segment_scores, segment_signatures
from mtalign.records import Hypothesis

_WORST = 5
_SHOWN = 72


@dataclass
class Row:
    """The counts of one direction.

    :ivar seconds: wall-clock seconds of decoding, reading and writing left out
    :ivar required: term matches
    :ivar present: term matches whose form stands in the hypothesis
    """

    direction: str
    segments: int = 0
    seconds: float = 0.0
    required: int = 0
    present: int = 0

    @classmethod
    def of(cls, direction: Direction) -> Row:
        """An empty row."""
        return cls(f"{direction.src}-{direction.tgt}")

    def count(self, hypotheses: Sequence[Hypothesis], start: float) -> None:
        """Add the hypotheses made since ``start`` (``time.monotonic``)."""
        self.seconds += time.monotonic() - start
        self.segments += len(hypotheses)
        uses = [use for hypothesis in hypotheses for use in hypothesis.uses]
        self.required += len(uses)
        self.present += sum(use.form is not None for use in uses)


def trip_records(job: Job, forth: Direction, back: Direction) -> list[dict[str, Any]]:
    """One record a segment: source, hypothesis, back-translation, chrF++ and BLEU, signatures."""
    made = f"{forth.translator.signature} <> {back.translator.signature}"
    records = []
    for segment, hyp, again in zip(job.segments, job.hypotheses, job.back, strict=True):
        scores = segment_scores(again.text, segment.text)
        records.append(
            {
                "id": segment.id,
                "src": segment.text,
                "hyp": hyp.text,
                "back": again.text,
                "chrf": scores.chrf,
                "bleu": scores.bleu,
                "signature": made,
                "metrics": segment_signatures(),
            }
        )
    return records


def print_worst(trips: Sequence[dict[str, Any]]) -> None:
    """The segments that came back least like themselves, worst first."""
    if not trips:
        return
    print(f"round trip, the worst of {len(trips)} segments:")
    print("  chrF++   BLEU  segment")
    for record in sorted(trips, key=lambda record: (record["chrf"], record["id"]))[:_WORST]:
        print(f"  {record['chrf']:6.1f} {record['bleu']:6.1f}  {record['id']}")
        for key in ("src", "hyp", "back"):
            print(f"                   {key:<4} {_short(record[key])}")


def print_summary(
    rows: Sequence[Row], trips: Sequence[dict[str, Any]], written: int, place: Path
) -> None:
    """Counts by direction, and where the results are."""
    print("direction  segments  seconds  terms required  present  round-trip chrF++")
    for number, row in enumerate(rows):
        chrf = "-"
        if number and trips:
            score = corpus_chrf([str(r["back"]) for r in trips], [str(r["src"]) for r in trips])
            chrf = f"{score:.1f}"
        print(
            f"{row.direction:<9}  {row.segments:>8}  {row.seconds:>7.1f}  {row.required:>14}"
            f"  {row.present:>7}  {chrf:>17}"
        )
    print(f"{written} {'document' if written == 1 else 'documents'} written to {place}")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
