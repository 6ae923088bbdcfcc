"""The measures of the terminology shared tasks, over the segments of one run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtalign.evaluate.consistency import MODES, consistency, preferred, renderings
from mtalign.evaluate.places import FindForms, TermSegment, places
from mtalign.evaluate.shares import Share
from mtalign.evaluate.success import Success, all_success
from mtalign.evaluate.term_ter import TERM_COST, one_minus_term
from mtalign.evaluate.window import WindowOverlap, window_overlap
from mtalign.records import TermMatch
from mtalign.signature import signature
from mtalign.terms import Matcher

WINDOWS = (2, 3)
"""Words on each side that the WMT 2021 task reports."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A required term that a hypothesis lacks.

    :ivar segment: number of its segment, from 0
    """

    segment: int
    match: TermMatch


@dataclass(frozen=True, slots=True)
class TermScores:
    """Every measure of one run.

    :ivar with_terms: segments that require a term
    :ivar windows: window overlap by window size
    :ivar one_minus_term: 1 − TERm, at most 1
    :ivar consistency: by mode: first, frequent, predefined
    :ivar signatures: of each measure, by its name
    """

    segments: int
    with_terms: int
    success: Success
    windows: Mapping[int, WindowOverlap]
    one_minus_term: float | None
    consistency: Mapping[str, Share]
    misses: tuple[Miss, ...]
    signatures: Mapping[str, str]


def term_segments(
    sources: Sequence[str], hypotheses: Sequence[str], references: Sequence[str], matcher: Matcher
) -> list[TermSegment]:
    """Segments with the terms that the matcher finds in their sources.

    :raises ValueError: sides of different lengths
    """
    return [
        TermSegment(hypothesis, reference, tuple(matcher.match(source)))
        for source, hypothesis, reference in zip(sources, hypotheses, references, strict=True)
    ]


def term_scores(
    segments: Sequence[TermSegment],
    matcher: Matcher,
    find: FindForms | None = None,
    required: str = "matches",
) -> TermScores:
    """All measures.

    :param matcher: of the direction scored
    :param find: where a text has an accepted form; by default the matcher's ``find_required``
    :param required: what was required, for signatures: the matcher's matches, or a fingerprint of
        the instances listed
    """
    find = find or matcher.find_required
    lang = matcher.tgt_lang
    rendered = renderings(segments, find, matcher)
    known = preferred(segments, matcher)
    return TermScores(
        len(segments),
        sum(bool(segment.required) for segment in segments),
        all_success(segments, find, lang),
        {size: window_overlap(segments, find, lang, size) for size in WINDOWS},
        one_minus_term(segments, find, lang),
        {mode: consistency(rendered, mode, known) for mode in MODES},
        tuple(_misses(segments, find)),
        signatures(matcher, required),
    )


def signatures(matcher: Matcher, required: str) -> dict[str, str]:
    """The signature of each measure: all that can change it, the version last."""
    base: dict[str, object] = {
        "from": matcher.src_lang,
        "to": matcher.tgt_lang,
        "terms": matcher.signature,
        "required": required,
    }
    forms = {"lemmas": "listed"}
    own: dict[str, dict[str, object]] = {
        "success": {"count": "occurrence", "words": "whole", **forms},
        "exact": {"count": "occurrence", "words": "whole", "lemmas": "none"},
        "lenient": {"count": "segment", "words": "substring", **forms},
        "1-TERm": {"case": "mixed", "tok": "matcher", "cost": f"{TERM_COST:g}", **forms},
    }
    for size in WINDOWS:
        own[f"window{size}"] = {"case": "mixed", "tok": "matcher", "window": size, **forms}
    for mode in MODES:
        own[f"consistency-{mode}"] = {"align": "forms", "pseudo": mode, **forms}
    return {name: signature({**base, **fields}) for name, fields in own.items()}


def _misses(segments: Sequence[TermSegment], find: FindForms) -> list[Miss]:
    return [
        Miss(number, match)
        for number, segment in enumerate(segments)
        for match, span in zip(
            segment.required, places(segment.hypothesis, segment, find), strict=True
        )
        if span is None
    ]
