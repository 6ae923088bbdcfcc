"""Which term matches a hypothesis satisfies: the proof that enforcement rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mtalign.records import TermMatch, TermUse

FindForms = Callable[[str, TermMatch], list[tuple[int, int]]]
"""Spans in a target text where an accepted form of the match stands, by the one term matcher."""


def satisfied(
    text: str, matches: Sequence[TermMatch], find_forms: FindForms
) -> list[tuple[int, int] | None]:
    """Give each match a span of its own in ``text``, or None.

    Longer spans are given first and no two overlap, so a form inside a longer term's form does
    not count; of equal spans the leftmost goes to the earliest match.

    :return: one entry per match, in order
    """
    offers = [
        (start - end, start, number)
        for number, match in enumerate(matches)
        for start, end in find_forms(text, match)
    ]
    found: list[tuple[int, int] | None] = [None] * len(matches)
    taken: list[tuple[int, int]] = []
    for length, start, number in sorted(offers):
        span = (start, start - length)
        if found[number] is None and not any(_overlap(span, other) for other in taken):
            found[number] = span
            taken.append(span)
    return found


def uses(
    text: str,
    matches: Sequence[TermMatch],
    find_forms: FindForms,
    forced: Sequence[tuple[int, int]] = (),
) -> tuple[TermUse, ...]:
    """What became of each match in ``text``.

    :param forced: spans of ``text`` that the decoder was made to write
    """
    found = satisfied(text, matches, find_forms)
    return tuple(
        _use(text, match, span, forced) for match, span in zip(matches, found, strict=True)
    )


def _use(
    text: str,
    match: TermMatch,
    span: tuple[int, int] | None,
    forced: Sequence[tuple[int, int]],
) -> TermUse:
    if span is None:
        reason = "the form did not hold" if match.required else "no accepted form is listed"
        return TermUse(match, None, -1, -1, "missing", reason)
    method = "constrained" if any(_overlap(span, other) for other in forced) else "present"
    return TermUse(match, text[span[0] : span[1]], *span, method)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
