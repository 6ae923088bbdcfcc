"""Cut a text into sentences.

A run of stops and what closes after it ("…»", '?!"') is a candidate; what stands before and after
decides. The cases follow the sentence boundaries of Unicode Standard Annex 29, with two
observations of Kiss and Strunk (Unsupervised Multilingual Sentence Boundary Detection, 2006): an
abbreviation ends a sentence when a frequent sentence opener follows it with a capital, and an
initial hardly ever does.

Every step looks at a bounded stretch of text, so time is linear in its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtalign.segment.ends import ends, opens
from mtalign.segment.marks import BULLETS, candidates
from mtalign.segment.rules import Rules, rules_for

_BREAK = r"(?:\r(?!\n)|[\n\v\f\x85\u2028])"
_BLANK = re.compile(
    rf"{_BREAK}[^\S\n\v\f\x85\u2028]*{_BREAK}\s*|\u2029|{_BREAK}[ \t]?(?=[{BULLETS}]\s)"
)
_SPACE = re.compile(r"\s*")
_ASIDE = 300
"""How far ahead, in code points, a parenthesis may close and still hold a sentence together."""


def split(text: str, lang: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a text.

    Every character that is no white space is in exactly one span; no span begins or ends with
    white space. A single line end is white space; a blank line, or a bullet on a new line, ends a
    sentence. Scripts that write no stops (Thai, Lao) come back whole: see ``soft_split``.

    :param lang: ISO 639 code; one without a file of its own gets what holds in every language
    :return: half-open spans in code points, in order

    >>> text = "Il 17, l'on. Rossi citò l'art. 5. «Costa 3,5 euro?» Sì…"
    >>> [text[start:end] for start, end in split(text, "it")]
    ["Il 17, l'on. Rossi citò l'art. 5.", '«Costa 3,5 euro?»', 'Sì…']
    """
    rules = rules_for(lang)
    spans: list[tuple[int, int]] = []
    begin = 0
    for blank in _BLANK.finditer(text):
        spans.extend(_paragraph(text, begin, blank.start(), rules))
        begin = blank.end()
    spans.extend(_paragraph(text, begin, len(text), rules))
    return spans


def _paragraph(text: str, begin: int, bound: int, rules: Rules) -> Iterator[tuple[int, int]]:
    start = seen = _skip_space(text, begin, bound)
    depth = 0
    for run in candidates(rules.stop).finditer(text, start, bound):
        at, after = run.span()
        if after == bound or not ends(text, start, (at, after), bound, rules):
            continue
        depth += text.count("(", seen, at) - text.count(")", seen, at)
        seen = at
        if depth > 0 and text[start] != "(" and _is_aside(text, (at, after), bound, rules):
            continue
        yield start, after
        start = seen = _skip_space(text, after, bound)
        depth = 0
    last = start + len(text[start:bound].rstrip())
    if start < last:
        yield start, last


def _skip_space(text: str, at: int, bound: int) -> int:
    space = _SPACE.match(text, at, bound)
    return space.end() if space else at


def _is_aside(text: str, run: tuple[int, int], bound: int, rules: Rules) -> bool:
    """Whether an open parenthesis goes on past the run, or closes in the middle of a sentence."""
    at, after = run
    if ")" in text[at:after]:
        return not opens(text, after, bound, rules)
    close = text.find(")", after, min(bound, after + _ASIDE))
    return close >= 0 and text.find("(", after, close) < 0
