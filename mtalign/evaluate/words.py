"""Texts in words, for measures that compare word by word."""

from __future__ import annotations

from mtalign.evaluate.places import Span
from mtalign.terms.tokens import tokenise


def words(text: str, lang: str) -> tuple[list[str], list[Span]]:
    """Words and marks of a text as the term matcher cuts them, and the span of each.

    The task's scripts take text cut beforehand and split it at spaces; a mark is a word of its
    own either way. Capitals stay.

    >>> words("L’acqua, pura.", "it")[0]
    ['L', "'", 'acqua', ',', 'pura', '.']
    """
    tokens = tokenise(text, lang)
    rows = zip(tokens.cased, tokens.starts, tokens.ends, strict=True)
    kept = [(word, (start, end)) for word, start, end in rows if not word.isspace()]
    return [word for word, _ in kept], [span for _, span in kept]


def covered(spans: list[Span], place: Span) -> list[int]:
    """Numbers of the words that overlap a place in the text."""
    return [
        number for number, (start, end) in enumerate(spans) if start < place[1] and place[0] < end
    ]
