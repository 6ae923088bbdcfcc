"""Term success: how many required terms a translation holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtalign.evaluate.places import FindForms, TermSegment, places
from mtalign.evaluate.shares import Share, share
from mtalign.records import TermMatch
from mtalign.terms import find_forms


@dataclass(frozen=True, slots=True)
class Success:
    """Term success in three strengths; see the functions below for each.

    :ivar success: occurrences in any accepted form
    :ivar exact: occurrences in the first form listed
    :ivar lenient: a segment's concepts in any accepted form, as letters anywhere
    """

    success: Share
    exact: Share
    lenient: Share


def success(segments: Sequence[TermSegment], find: FindForms) -> Share:
    """Share of required occurrences that stand in the hypothesis in an accepted form.

    The exact-match accuracy of Alam et al. (2021, "On the Evaluation of Machine Translation for
    Terminology Consistency", section 3.1; the WMT 2021 terminology task) in its last published
    form: alternatives count, a place in the hypothesis satisfies one occurrence, and what has no
    exact match is looked for by lemma. Departures: no lemmatiser is installed, so the forms that
    the termbase lists are the lemma fallback; words begin and end, and capitals fold, as the one
    matcher has it, where the task splits at white space; a concept's share is given as well.
    """
    return share(
        (match.concept, span is not None)
        for segment in segments
        for match, span in zip(
            segment.required, places(segment.hypothesis, segment, find), strict=True
        )
    )


def exact(segments: Sequence[TermSegment], find: FindForms, lang: str) -> Share:
    """``success`` without the fallback: only the first required form, capitals folded.

    For a preferred term that is its base form, what a two-column glossary would list.
    """

    def find_first(text: str, match: TermMatch) -> list[tuple[int, int]]:
        allowed = set(find(text, match))
        spans = find_forms(text, match.required[:1], lang)
        return [span for span in spans if span in allowed]

    return success(segments, find_first)


def lenient(segments: Sequence[TermSegment]) -> Share:
    """Share of the concepts required in each segment that its hypothesis spells anywhere.

    The term success rate of the WMT 2025 terminology task, track 1 (its ``evaluate_track1.py``):
    once a segment and dictionary entry, lower case, as a substring, so "rate" is found in
    "separate", and one occurrence can serve several entries. The accepted forms stand in for its
    lemmas.
    """
    values = []
    for segment in segments:
        text = segment.hypothesis.lower()
        forms = {match.concept: match.required for match in segment.required}
        values += [
            (concept, any(form.lower() in text for form in required))
            for concept, required in forms.items()
        ]
    return share(values)


def all_success(segments: Sequence[TermSegment], find: FindForms, lang: str) -> Success:
    """The three of them.

    :param lang: target language
    """
    return Success(success(segments, find), exact(segments, find, lang), lenient(segments))
