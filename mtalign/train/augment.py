"""Variants of training pairs that make a model sturdy: case, headings, quotes, copies.

Parliament writes whole sentences in mixed case; documents also hold headings, capitals, titles,
names and codes. A share of pairs is added once more in such a form, the same change on both sides.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator

_FINAL = re.compile(r"[.;:!]+$")
_CODE = re.compile(r"[A-Z][\w.-]*[A-Z\d][\w.-]*\w|\d[\w.,:/-]*\w|[A-Z][a-z]{2,}")
_STRAIGHT = re.compile(r'"([^"]+)"')
MAX_WORDS = 30


def _heading(text: str) -> str:
    return _FINAL.sub("", text)


def _low_quotes(text: str) -> str:
    return _STRAIGHT.sub("«\\1»", text).replace("'", "’")


def _curly_quotes(text: str) -> str:
    return _STRAIGHT.sub("“\\1”", text).replace("'", "’")


# Share of the pairs that return in this form.
FORMS: tuple[tuple[str, float, Callable[[str], str]], ...] = (
    ("lower", 0.02, str.lower),
    ("upper", 0.02, str.upper),
    ("title", 0.01, str.title),
    ("heading", 0.02, _heading),
    ("curly-quotes", 0.03, _curly_quotes),
    ("low-quotes", 0.01, _low_quotes),
)
COPY_SHARE = 0.02


def _draw(text: str, salt: str) -> float:
    """A number in [0, 1) that depends on the text alone, so that every run draws alike."""
    return zlib.crc32(f"{salt}\0{text}".encode()) / 2**32


def copies(source: str, target: str) -> str | None:
    """Names, numbers and codes that stand on both sides, as one line to be copied.

    >>> copies("La norma ISO 9001 di Oslo", "The ISO 9001 standard from Oslo")
    'ISO 9001 Oslo'
    """
    there = set(_CODE.findall(target))
    return " ".join(code for code in _CODE.findall(source) if code in there) or None


def variants(source: str, target: str) -> Iterator[tuple[str, str, str]]:
    """Further forms of a pair, mostly none: (form, source, target).

    Only pairs of at most :data:`MAX_WORDS` blanks change case: whole paragraphs in capitals
    are rare.
    """
    if source.count(" ") < MAX_WORDS:
        for name, share, change in FORMS:
            if _draw(source, name) < share:
                changed = change(source), change(target)
                if changed != (source, target):
                    yield (name, *changed)
    if _draw(source, "copy") < COPY_SHARE and (line := copies(source, target)):
        yield "copy", line, line
