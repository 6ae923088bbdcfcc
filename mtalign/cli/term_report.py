"""The report that proves the terms: one record a required term, and a table by concept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtalign.cli.outputs import to_jsonl, write_text
from mtalign.records import Hypothesis, Segment
from mtalign.translate.records import term_record

_SHOWN = 40


@dataclass
class TermReport:
    """What became of every required term of a run.

    :ivar records: in order of documents and segments
    """

    records: list[dict[str, Any]] = field(default_factory=list)

    def add(self, segments: Sequence[Segment], hypotheses: Sequence[Hypothesis], way: str) -> None:
        """Take in the uses of some segments.

        :param way: direction, as ``it-en``
        """
        for segment, hypothesis in zip(segments, hypotheses, strict=True):
            for use in hypothesis.uses:
                place = {"id": segment.id, "direction": way}
                self.records.append({**place, **term_record(use), "hyp": hypothesis.text})

    @property
    def missing(self) -> int:
        """Required terms that no hypothesis holds."""
        return sum(record["form"] is None for record in self.records)

    def write(self, path: Path) -> None:
        """Write the records as JSON Lines."""
        write_text(path, to_jsonl(self.records))

    def table(self) -> Iterator[str]:
        """Lines of the table: the concepts, those with misses first, then the most required."""
        concepts: dict[tuple[str, str], Counter[str]] = {}
        forms: dict[tuple[str, str], Counter[str]] = {}
        for record in self.records:
            key = record["direction"], record["concept"]
            concepts.setdefault(key, Counter())[record["method"]] += 1
            if record["form"] is not None:
                forms.setdefault(key, Counter())[record["form"]] += 1
        yield "direction  concept               required  present  constrained  missing  forms"
        for key in sorted(
            concepts, key=lambda k: (-concepts[k]["missing"], -concepts[k].total(), k)
        ):
            counts, written = concepts[key], ", ".join(forms.get(key, {}))
            yield (
                f"{key[0]:<9}  {key[1]:<20}  {counts.total():>8}  {counts['present']:>7}  "
                f"{counts['constrained']:>11}  {counts['missing']:>7}  {written[:_SHOWN]}"
            )
