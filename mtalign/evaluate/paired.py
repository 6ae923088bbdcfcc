"""Two runs over the same segments: scores, their difference, and whether chance would give it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.significance import PairedTest, Result

RESAMPLES = 1000
"""Resamples of the bootstrap (Koehn 2004 uses 1,000)."""


@dataclass(frozen=True, slots=True)
class Score:
    """A score of a run, in [0, 100], and of the run it is compared with, if any.

    :ivar p: chance of so large a difference were the two equally good; None without a baseline
    """

    name: str
    score: float
    signature: str
    baseline: float | None = None
    p: float | None = None

    @property
    def difference(self) -> float | None:
        """Score less the baseline's."""
        return None if self.baseline is None else self.score - self.baseline


def paired_scores(
    hypotheses: Sequence[str],
    references: Sequence[str],
    baseline: Sequence[str] | None = None,
    resamples: int = RESAMPLES,
) -> list[Score]:
    """chrF++ and BLEU of a run, and the paired bootstrap (Koehn 2004) against another, if given.

    sacrebleu's own test and signatures; its seed is 12345 unless ``SACREBLEU_SEED`` says other.
    Departure: of a run compared with itself p is 1, where sacrebleu counts strictly larger
    differences only and gives its smallest p.

    :raises ValueError: sides of different lengths, or empty
    """
    if not references or any(
        len(side) != len(references) for side in (hypotheses, baseline or hypotheses)
    ):
        raise ValueError("hypotheses, references and baseline must be of one length, not 0")
    metrics: dict[str, Metric] = {"chrF++": CHRF(word_order=2), "BLEU": BLEU()}
    if baseline is None:
        alone = {name: m.corpus_score(hypotheses, [references]) for name, m in metrics.items()}
        return [
            Score(name, float(alone[name].score), str(m.get_signature()))
            for name, m in metrics.items()
        ]
    test = PairedTest(
        [("baseline", baseline), ("run", hypotheses)],
        metrics,
        references=[references],
        test_type="bs",
        n_samples=resamples,
    )
    signatures, table = test()
    same = list(hypotheses) == list(baseline)
    return [
        _compared(name, str(signatures[column]), table[column], same)
        for name, column in zip(metrics, signatures, strict=True)
    ]


def _compared(name: str, signature: str, column: Sequence[str | Result], same: bool) -> Score:
    base, run = column
    assert isinstance(base, Result)
    assert isinstance(run, Result)
    return Score(name, float(run.score), signature, float(base.score), 1.0 if same else run.p_value)
