"""Which required terms a text holds, each occurrence counted once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mtalign.records import TermMatch

Span = tuple[int, int]

FindForms = Callable[[str, TermMatch], Sequence[Span]]
"""Spans of a target text, in code points, where an accepted form of the match stands."""


@dataclass(frozen=True, slots=True)
class TermSegment:
    """A translated segment and the terms its translation must hold.

    :ivar matches: terms that compete for places: one occurrence satisfies one of them
    :ivar nested: terms inside a longer one of ``matches``, which may share its place
    """

    hypothesis: str
    reference: str
    matches: tuple[TermMatch, ...]
    nested: tuple[TermMatch, ...] = ()

    @property
    def required(self) -> tuple[TermMatch, ...]:
        """All of them, the nested ones last."""
        return self.matches + self.nested


def places(text: str, segment: TermSegment, find: FindForms) -> list[Span | None]:
    """Where ``text`` holds each of ``segment.required``; None for a miss.

    :param text: the hypothesis or the reference
    """
    shared = place([find(text, match) for match in segment.matches])
    alone = [find(text, match) for match in segment.nested]
    return shared + [spans[0] if spans else None for spans in alone]


def place(offers: Sequence[Sequence[Span]]) -> list[Span | None]:
    """Give each term one of its spans, no two of them overlapping.

    Longer spans are given first, of equal ones the leftmost to the earliest term, as the
    translator proves its own hypotheses; then whoever went without may make one holder of its
    span move on (augmenting paths, Kuhn 1955), so that a measure never depends on who came first.

    :return: one entry a term, in order

    >>> place([[(0, 2), (5, 7)], [(0, 2)]])
    [(5, 7), (0, 2)]
    """
    found: list[Span | None] = [None] * len(offers)
    ranked = sorted(
        (start - end, start, number) for number, spans in enumerate(offers) for start, end in spans
    )
    for length, start, number in ranked:
        span = (start, start - length)
        if found[number] is None and not _holders(found, span):
            found[number] = span
    for number, spans in enumerate(offers):
        if found[number] is None and spans:
            _augment(offers, found, number, {number})
    return found


def _augment(
    offers: Sequence[Sequence[Span]], found: list[Span | None], number: int, asked: set[int]
) -> bool:
    for span in offers[number]:
        holders = _holders(found, span)
        if not holders:
            found[number] = span
            return True
        if len(holders) > 1 or holders[0] in asked:
            continue
        holder = holders[0]
        asked.add(holder)
        before, found[holder], found[number] = found[holder], None, span
        if _augment(offers, found, holder, asked):
            return True
        found[holder], found[number] = before, None
    return False


def _holders(found: Sequence[Span | None], span: Span) -> list[int]:
    return [
        number
        for number, other in enumerate(found)
        if other is not None and other[0] < span[1] and span[0] < other[1]
    ]
