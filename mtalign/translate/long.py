"""Segments too long for a model: cut at clauses, translated part by part, joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mtalign.records import Hypothesis, TermMatch

Cut = Callable[[str, int], list[tuple[int, int]]]
"""Spans of a text that are each at most so many code points, cut where a clause ends."""


@dataclass(frozen=True, slots=True)
class Part:
    """A span of a segment's text, its matches counted from its own start."""

    start: int
    text: str
    matches: tuple[TermMatch, ...]

    @property
    def end(self) -> int:
        """One past its last code point in the segment's text."""
        return self.start + len(self.text)


def whole(text: str, matches: tuple[TermMatch, ...]) -> list[Part]:
    """The one part of a text that need not be cut."""
    return [Part(0, text, matches)]


def parts(text: str, matches: tuple[TermMatch, ...], limit: int, cut: Cut) -> list[Part]:
    """Cut a text into parts of about ``limit`` code points, never inside a term match."""
    made: list[Part] = []
    for start, end in _spare(cut(text, limit), matches):
        own = tuple(
            replace(match, start=match.start - start, end=match.end - start)
            for match in matches
            if start <= match.start and match.end <= end
        )
        made.append(Part(start, text[start:end], own))
    return made or whole(text, matches)


def join(text: str, cut: Sequence[Part], hypotheses: Sequence[Hypothesis]) -> Hypothesis:
    """One hypothesis of the hypotheses of a text's parts, with the text's own gaps between.

    Its score is the mean of theirs, weighted by length in code points.
    """
    if len(cut) == 1:
        return hypotheses[0]
    out, uses, links, weighed, done = "", [], [], 0.0, 0
    for part, hyp in zip(cut, hypotheses, strict=True):
        out += text[done : part.start]
        for use in hyp.uses:
            match = replace(
                use.match, start=use.match.start + part.start, end=use.match.end + part.start
            )
            shift = len(out) if use.form is not None else 0
            uses.append(replace(use, match=match, start=use.start + shift, end=use.end + shift))
        links += [(src + part.start, tgt + len(out)) for src, tgt in hyp.links]
        out += hyp.text
        weighed += hyp.score * len(part.text)
        done = part.end
    size = sum(len(part.text) for part in cut)
    return Hypothesis(out + text[done:], weighed / size, tuple(uses), tuple(links))


def _spare(
    spans: Sequence[tuple[int, int]], matches: tuple[TermMatch, ...]
) -> list[tuple[int, int]]:
    """Join neighbouring spans that a match reaches across."""
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if kept and any(m.start < start < m.end or m.start < kept[-1][1] < m.end for m in matches):
            kept[-1] = (kept[-1][0], end)
        else:
            kept.append((start, end))
    return kept
