"""chrF++ and BLEU of segments and corpora, by sacrebleu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF


@dataclass(frozen=True, slots=True)
class SegmentScores:
    """Scores of one hypothesis against one reference, each in [0, 100], higher is better.

    :ivar chrf: chrF++ (Popović 2017), character 6-grams and word bigrams
    :ivar bleu: BLEU of the segment with exponential smoothing (Chen & Cherry 2014, method 3),
        effective order
    """

    chrf: float
    bleu: float


@cache
def _chrf() -> CHRF:
    return CHRF(word_order=2)


@cache
def _segment_bleu() -> BLEU:
    return BLEU(effective_order=True)


def segment_scores(hypothesis: str, reference: str) -> SegmentScores:
    """chrF++ and BLEU of one segment, rounded to two digits.

    >>> segment_scores("the same words here", "the same words here")
    SegmentScores(chrf=100.0, bleu=100.0)
    """
    return SegmentScores(
        round(_chrf().sentence_score(hypothesis, [reference]).score, 2),
        round(_segment_bleu().sentence_score(hypothesis, [reference]).score, 2),
    )


def segment_signatures() -> dict[str, str]:
    """sacrebleu's signatures of ``segment_scores``, once it has scored anything."""
    return {
        "chrf": str(_chrf().get_signature()),
        "bleu": str(_segment_bleu().get_signature()),
    }


def corpus_chrf(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """chrF++ over all segments, [0, 100].

    :raises ValueError: the two sides differ in length, or are empty
    """
    if len(hypotheses) != len(references) or not references:
        raise ValueError(f"{len(hypotheses)} hypotheses, {len(references)} references")
    return float(CHRF(word_order=2).corpus_score(hypotheses, [references]).score)
