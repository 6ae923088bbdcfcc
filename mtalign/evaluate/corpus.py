"""BLEU and chrF++ of a whole set, each with the signature that makes it comparable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF


@dataclass(frozen=True, slots=True)
class CorpusScores:
    """Scores in [0, 100], higher is better, with sacrebleu's signatures.

    :ivar bleu: BLEU (Papineni et al. 2002), sacrebleu's 13a tokens
    :ivar chrf: chrF++ (Popović 2017)
    """

    lines: int
    bleu: float
    chrf: float
    bleu_signature: str
    chrf_signature: str


def corpus_scores(hypotheses: Sequence[str], references: Sequence[str]) -> CorpusScores:
    """Both scores over all segments.

    :raises ValueError: the two sides differ in length, or are empty

    >>> corpus_scores(["the same four words here"], ["the same four words here"]).chrf
    100.0
    """
    if len(hypotheses) != len(references) or not references:
        raise ValueError(f"{len(hypotheses)} hypotheses, {len(references)} references")
    bleu, chrf = BLEU(), CHRF(word_order=2)
    return CorpusScores(
        len(references),
        float(bleu.corpus_score(hypotheses, [references]).score),
        float(chrf.corpus_score(hypotheses, [references]).score),
        str(bleu.get_signature()),
        str(chrf.get_signature()),
    )
