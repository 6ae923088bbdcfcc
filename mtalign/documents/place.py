"""From a place in a block's text to its place in the document."""

from __future__ import annotations

from mtalign.documents.formats import by_name
from mtalign.documents.lines import line_col
from mtalign.documents.units import raw_places
from mtalign.records import Document

__all__ = ["line_col", "position", "raw_spans", "span"]


def position(document: Document, number: int, offset: int) -> int:
    """Where in ``Document.text`` an offset into a block's text lies.

    :param number: of the block, from 0
    :param offset: 0 to ``len(block.text)``; the last is the end of the last character, before any
        markup that closes the block
    :raises IndexError: there is no such block or offset
    """
    places = raw_spans(document, number)
    if not 0 <= offset <= len(places):
        raise IndexError(f"offset {offset} in a block of {len(places)} code points")
    return places[offset][0] if offset < len(places) else places[-1][1]


def span(document: Document, number: int, start: int, end: int) -> tuple[int, int]:
    """Where in ``Document.text`` a span of a block's text lies, without markup at its ends.

    :raises IndexError: it is empty, or reaches out of the block's text
    """
    places = raw_spans(document, number)
    if not 0 <= start < end <= len(places):
        raise IndexError(f"span {start} to {end} in a block of {len(places)} code points")
    return places[start][0], places[end - 1][1]


def raw_spans(document: Document, number: int) -> list[tuple[int, int]]:
    """Where in ``Document.text`` each character of a block's text has its raw form.

    :return: (start, end) a character, in order; an escape's whole span for what it stands for
    """
    unit = by_name(document.format).unit
    return raw_places(document.text, document.blocks[number], unit)[0]
