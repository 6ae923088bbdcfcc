"""TERm: translation edit rate in which an error on a term counts twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

import numpy as np
from numpy.typing import NDArray

from mtalign.evaluate.places import FindForms, TermSegment, places
from mtalign.evaluate.words import covered, words

TERM_COST = 2.0
"""Cost of an edit on a word of a term (Alam et al. 2021; ``lc`` of the task's script)."""

MAX_DISTANCE = 50
"""Words a block may be shifted over, as in tercom (Snover et al. 2006)."""

MAX_SHIFTS = 1000
"""Shifts tried at each step, as in sacrebleu's TER."""

MAX_WORK = 20_000_000
"""Cells of edit tables filled at each step: fewer shifts are tried where both sides have more than
140 words, and none beyond 4,400, so that a line as long as a book ends too."""


def one_minus_term(
    segments: Sequence[TermSegment], find: FindForms, lang: str, cost: float = TERM_COST
) -> float | None:
    """1 − TERm, the mean over all segments, at most 1; higher is better. None without segments.

    Alam et al. (2021, section 3.3); the WMT 2021 terminology task. Segments without terms count,
    with their plain TER, as in the task. A long hypothesis makes it negative.

    :param lang: target language
    :param cost: of an edit on a reference word that belongs to a required term
    """
    rates = []
    for segment in segments:
        reference, spans = words(segment.reference, lang)
        held = [span for span in places(segment.reference, segment, find) if span is not None]
        inside = {number for span in held for number in covered(spans, span)}
        costs = [cost if number in inside else 1.0 for number in range(len(reference))]
        rates.append(term_ter(words(segment.hypothesis, lang)[0], reference, costs))
    return 1 - sum(rates) / len(rates) if rates else None


def term_ter(hypothesis: Sequence[str], reference: Sequence[str], costs: Sequence[float]) -> float:
    """TERm of one segment: the cost of its edits over the number of reference words.

    Edits are those of TER (Snover et al. 2006): insertion, deletion and substitution of a word,
    and the shift of a block to where the reference has it, chosen greedily while it saves edits.
    A substituted or missing reference word costs what ``costs`` says; a word too many and a shift
    cost 1. With all costs 1 it is TER. An empty reference gives 0 for an empty hypothesis and 1
    for any other, as in sacrebleu.

    :param costs: cost of an error on each reference word

    >>> term_ter("the cat sat".split(), "the big cat sat".split(), [1, 2, 1, 1])
    0.5
    """
    if not reference:
        return 1.0 if hypothesis else 0.0
    ids = {word: number for number, word in enumerate(dict.fromkeys([*reference, *hypothesis]))}
    ours, theirs = ([ids[word] for word in side] for side in (hypothesis, reference))
    weights = np.asarray(costs, dtype=np.float64)
    edits, shifts = float(_distances([ours], theirs, weights)[0]), 0
    most = min(MAX_SHIFTS, MAX_WORK // max(1, len(ours) * len(theirs)))
    while trials := [*islice(_shifted(ours, theirs), most)]:
        totals = _distances(trials, theirs, weights)
        best = int(totals.argmin())
        if totals[best] >= edits:
            break
        ours, edits, shifts = trials[best], float(totals[best]), shifts + 1
    return (shifts + edits) / len(reference)


def _shifted(ours: list[int], theirs: list[int]) -> Iterator[list[int]]:
    """The hypothesis with one block of words put where the reference has the same block."""
    for start, word in enumerate(ours):
        for goal, other in enumerate(theirs):
            if word != other or start == goal or abs(start - goal) > MAX_DISTANCE:
                continue
            length = _same(ours[start:], theirs[goal:])
            rest = ours[:start] + ours[start + length :]
            yield rest[:goal] + ours[start : start + length] + rest[goal:]


def _same(one: list[int], other: list[int]) -> int:
    """How many words two lists begin with in common."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in pairs)


def _distances(
    trials: Sequence[list[int]], theirs: list[int], costs: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weighted edit distance of each trial to the reference; trials are of one length.

    All trials go through the table together, one word of theirs at a time; within a row, the
    running minimum of (value − cost so far) stands for the chain of missing reference words.

    :return: shape (trials,)
    """
    goal = np.asarray(theirs)
    missing = np.concatenate(([0.0], np.cumsum(costs)))
    table = np.tile(missing, (len(trials), 1))
    for column in np.asarray(trials, dtype=np.int64).reshape(len(trials), -1).T:
        step = np.where(column[:, None] == goal[None, :], 0.0, costs[None, :])
        row = table + 1.0
        row[:, 1:] = np.minimum(row[:, 1:], table[:, :-1] + step)
        table = np.minimum.accumulate(row - missing, axis=1) + missing
    return table[:, -1]
