"""Window overlap: whether a term stands among the words it stands among in the reference."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtalign.evaluate.places import FindForms, Span, TermSegment, places
from mtalign.evaluate.shares import Share, share
from mtalign.evaluate.words import covered, words


@dataclass(frozen=True, slots=True)
class WindowOverlap:
    """Overlap of the words around each term, in [0, 1].

    :ivar task: as the task averages: each segment's mean over the terms its hypothesis holds, 0
        where it holds none; then the mean over segments. None without segments
    :ivar terms: mean over all terms, where a term that is missing has overlap 0
    """

    task: float | None
    terms: Share


def window_overlap(
    segments: Sequence[TermSegment], find: FindForms, lang: str, window: int
) -> WindowOverlap:
    """Overlap of the ``window`` words left and right of each term with those of the reference.

    Alam et al. (2021, section 3.2), as the WMT 2021 terminology task computes it
    (``evaluate_term_wmt.py``): punctuation is passed over; the overlap is the share of the
    reference's window words that the hypothesis's window has, as a multiset; of a term that
    occurs several times the pairs that overlap most are taken first. A term with no word beside
    it in the reference has overlap 0. Departures: any accepted form in the hypothesis is compared
    with the one the reference has, in place of lemmas; segments whose reference holds none of the
    required terms are left out, since they have no window.

    :param lang: target language
    :param window: words on each side; the task reports 2 and 3
    """
    by_segment, by_term = [], []
    for segment in segments:
        values = [*_overlaps(segment, find, lang, window)]
        held = [value for _, value in values if value is not None]
        if values:
            by_segment.append(sum(held) / len(held) if held else 0.0)
        by_term += [(concept, value or 0.0) for concept, value in values]
    task = sum(by_segment) / len(by_segment) if by_segment else None
    return WindowOverlap(task, share(by_term))


def _overlaps(
    segment: TermSegment, find: FindForms, lang: str, window: int
) -> Iterator[tuple[str, float | None]]:
    """Concept and overlap of each term that the reference holds; None where missing."""
    ours, ours_spans = words(segment.hypothesis, lang)
    theirs, theirs_spans = words(segment.reference, lang)
    wanted: dict[str, list[Counter[str]]] = defaultdict(list)
    offered: dict[str, list[Counter[str]]] = {}
    for match, span in zip(segment.required, places(segment.reference, segment, find), strict=True):
        if span is not None:
            wanted[match.concept].append(_around(theirs, theirs_spans, span, window))
            offered[match.concept] = [
                _around(ours, ours_spans, other, window)
                for other in find(segment.hypothesis, match)
            ]
    for concept, windows in wanted.items():
        yield from ((concept, value) for value in _paired(windows, offered[concept]))


def _paired(wanted: Sequence[Counter[str]], offered: Sequence[Counter[str]]) -> list[float | None]:
    """Overlap of each wanted window with an offered one of its own, best pairs first."""
    pairs = [
        (-_overlap(one, other), first, second)
        for first, one in enumerate(wanted)
        for second, other in enumerate(offered)
    ]
    found: list[float | None] = [None] * len(wanted)
    used: set[int] = set()
    for negative, first, second in sorted(pairs):
        if found[first] is None and second not in used:
            found[first] = -negative
            used.add(second)
    return found


def _overlap(wanted: Counter[str], offered: Counter[str]) -> float:
    return (wanted & offered).total() / wanted.total() if wanted else 0.0


def _around(text: list[str], spans: list[Span], place: Span, window: int) -> Counter[str]:
    inside = covered(spans, place)
    before = [word for word in text[: inside[0]] if _is_word(word)]
    after = [word for word in text[inside[-1] + 1 :] if _is_word(word)]
    return Counter(before[-window:] + after[:window])


def _is_word(token: str) -> bool:
    return any(letter.isalnum() for letter in token)
