"""Cut a segment that is too long for a model where a reader would pause."""

from __future__ import annotations

import re
import unicodedata

from mtalign.errors import MtalignError

_PAUSES = (
    re.compile(r"[;:…!?.][\"'»”’)\]]*(?=\s)|[；：。！？]"),
    re.compile(r",[\"'»”’)\]]*(?=\s)|[)\]](?=\s)|\s(?=[–—-]\s)|[，、،]"),
)
"""Best first; a piece ends where the match ends."""
_SPACE = re.compile(r"\s")
_JOINERS = frozenset("\u200c\u200d\ufe0e\ufe0f")
_LOOK = 2
"""How far, in code points, a pause is told apart by what follows it."""


def soft_split(text: str, limit: int) -> list[tuple[int, int]]:
    """Spans of at most ``limit`` code points that cover a text without its white space.

    A piece ends at the best pause that makes the pieces nearly even: after a semicolon, colon or
    stop, else after a comma, a closing parenthesis or before a dash, else at white space; inside a
    word only where a whole piece has no white space, and then not before a combining mark.

    :param limit: code points, at least 1
    :raises MtalignError: for a smaller limit

    >>> text = "Piove, disse; poi uscì senza ombrello, come sempre."
    >>> [text[start:end] for start, end in soft_split(text, 40)]
    ['Piove, disse;', 'poi uscì senza ombrello, come sempre.']
    """
    if limit < 1:
        raise MtalignError(f"limit {limit} leaves no room for text", todo="Give 1 or more.")
    spans = []
    stop = len(text.rstrip())
    start = len(text) - len(text.lstrip())
    while stop - start > limit:
        cut = _cut(text, start, stop, limit)
        spans.append((start, start + len(text[start:cut].rstrip())))
        start = cut
        while text[start].isspace():
            start += 1
    if start < stop:
        spans.append((start, stop))
    return spans


def _cut(text: str, start: int, stop: int, limit: int) -> int:
    pieces = -(-(stop - start) // limit)
    even = (stop - start) // pieces
    last = start + limit
    for pause in _PAUSES:
        found = pause.finditer(text, start, min(stop, last + _LOOK))
        cuts = [m.end() for m in found if start + even // 2 <= m.end() <= last]
        if cuts:
            return min(cuts, key=lambda cut: abs(cut - start - even))
    spaces = [m.start() for m in _SPACE.finditer(text, start, last + 1)]
    if spaces:
        return min(spaces, key=lambda cut: abs(cut - start - even))
    return _cut_word(text, start, start + max(1, even))


def _cut_word(text: str, start: int, cut: int) -> int:
    best = cut
    while best > start and (
        text[best] in _JOINERS
        or text[best - 1] == "\u200d"
        or unicodedata.category(text[best]).startswith("M")
    ):
        best -= 1
    return best if best > start else cut
