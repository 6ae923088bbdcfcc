"""Consistency: whether a concept is rendered the same way through a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from mtalign.evaluate.places import FindForms, TermSegment, places
from mtalign.evaluate.shares import Share, share
from mtalign.records import TermMatch
from mtalign.terms import Matcher

Rendering = tuple[str, str | None]
"""A concept and what an occurrence of it became, in base form; None where that is not known."""

MODES = ("first", "frequent", "predefined")


def consistency(
    rendered: Sequence[Rendering], mode: str, predefined: Mapping[str, str] | None = None
) -> Share:
    """Share of the occurrences that are rendered as the pseudo-reference of their concept.

    Semenov & Bojar (2022, "Automated Evaluation Metric for Terminology Consistency in MT") in the
    form of the WMT 2025 terminology task (``termbasedmetric.py``). The pseudo-reference is the
    concept's first rendering, its most frequent one (of equals the first in code point order), or
    the one that a termbase prefers. An unknown rendering never agrees, and where the first or the
    most frequent one is unknown, nothing agrees. Departure: the macro mean is over concepts, the
    task's over pseudo-references, which differs where two concepts share one.

    :param rendered: every occurrence, in the order of the text
    :param mode: one of MODES
    :param predefined: base form of each concept's preferred term, for ``predefined``
    :raises ValueError: an unknown mode

    >>> rendered = [("1", "fee"), ("1", "tax"), ("1", "tax"), ("2", None)]
    >>> [consistency(rendered, mode).micro for mode in ("first", "frequent")]
    [0.25, 0.5]
    """
    groups: dict[str, list[str | None]] = {}
    for concept, rendering in rendered:
        groups.setdefault(concept, []).append(rendering)
    if mode == "first":
        chosen = {concept: group[0] for concept, group in groups.items()}
    elif mode == "frequent":
        chosen = {concept: _frequent(group) for concept, group in groups.items()}
    elif mode == "predefined":
        chosen = {concept: (predefined or {}).get(concept) for concept in groups}
    else:
        raise ValueError(f"unknown mode {mode!r}")
    return share(
        (concept, rendering is not None and rendering == chosen[concept])
        for concept, rendering in rendered
    )


def _frequent(group: Iterable[str | None]) -> str | None:
    counts = Counter(group)
    return min(counts, key=lambda name: (-counts[name], name is None, name or ""))


def renderings(
    segments: Sequence[TermSegment], find: FindForms, matcher: Matcher
) -> list[Rendering]:
    """What each required occurrence became, as far as the termbase has a name for it.

    The task aligns words by a language model; here a rendering is known if it is a form of the
    concept, accepted or avoided, and its base form stands for the lemma. Any other rendering is
    unknown, so the figures are lower bounds wherever success is below 1.
    """
    bases = {}
    for concept in matcher.termbase.concepts:
        for term in concept.in_language(matcher.tgt_lang):
            bases.update({(concept.id, form.casefold()): term.term for form in term.forms})
    rendered: list[Rendering] = []
    for segment in segments:
        text = segment.hypothesis
        avoided = Counter[str]()
        for match, span in zip(segment.required, places(text, segment, find), strict=True):
            if span is None:
                others = matcher.find_avoided(text, match)[avoided[match.concept] :]
                avoided[match.concept] += 1
                span = others[0] if others else None
            rendered.append((match.concept, _base(bases, match, text, span)))
    return rendered


def _base(
    bases: Mapping[tuple[str, str], str],
    match: TermMatch,
    text: str,
    span: tuple[int, int] | None,
) -> str | None:
    if span is None:
        return None
    form = text[span[0] : span[1]].casefold()
    return form if match.dnt else bases.get((match.concept, form), form)


def preferred(segments: Sequence[TermSegment], matcher: Matcher) -> dict[str, str]:
    """Base form of each concept's first accepted term; what must not be translated is its own."""
    found = {
        match.concept: match.surface.casefold()
        for segment in segments
        for match in segment.required
        if match.dnt
    }
    for concept in matcher.termbase.concepts:
        terms = concept.in_language(matcher.tgt_lang, ("preferred", "admitted"))
        if terms:
            found.setdefault(concept.id, terms[0].term)
    return found
