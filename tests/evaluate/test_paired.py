"""Scores beside a baseline, pinned to sacrebleu."""

import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from mtalign.evaluate import paired_scores

REF = [f"The committee met on day {n} and adopted the report without a vote." for n in range(40)]
BAD = [f"A committee was met day {n} and the report took no vote." for n in range(40)]


def test_scores_are_those_of_sacrebleu() -> None:
    chrf, bleu = paired_scores(BAD, REF)
    assert chrf.score == pytest.approx(CHRF(word_order=2).corpus_score(BAD, [REF]).score)
    assert bleu.score == pytest.approx(BLEU().corpus_score(BAD, [REF]).score)
    assert (chrf.name, bleu.name) == ("chrF++", "BLEU")
    assert "nw:2" in chrf.signature
    assert "tok:13a" in bleu.signature
    assert chrf.baseline is chrf.p is chrf.difference is None


def test_a_clear_difference_is_told_from_chance() -> None:
    for one in paired_scores(REF, REF, BAD, resamples=100):
        assert one.difference is not None
        assert one.difference > 0
        assert one.p == pytest.approx(1 / 101)
        assert "bs:100" in one.signature
        assert "seed:" in one.signature


def test_chance_is_not_taken_for_a_difference() -> None:
    # Each run is worse on one half, by the same words.
    one, other = BAD[:20] + REF[20:], REF[:20] + BAD[20:]
    assert all(score.p is not None and score.p > 0.2 for score in paired_scores(one, REF, other))


def test_a_run_against_itself_is_no_difference() -> None:
    assert [(one.difference, one.p) for one in paired_scores(BAD, REF, BAD)] == [(0, 1.0)] * 2


def test_the_same_twice() -> None:
    assert paired_scores(BAD, REF, REF) == paired_scores(BAD, REF, REF)


@pytest.mark.parametrize("sides", [([], [], None), (BAD, REF[1:], None), (BAD, REF, BAD[1:])])
def test_lengths_that_differ_are_refused(sides: tuple[list[str], list[str], list[str]]) -> None:
    with pytest.raises(ValueError, match="of one length"):
        paired_scores(*sides)
