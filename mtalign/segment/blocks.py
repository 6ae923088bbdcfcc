"""From a document to its segments, and from segments and gaps back to a block's text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from mtalign.errors import MtalignError
from mtalign.records import Document, Segment
from mtalign.segment.split import split


def segments(document: Document) -> Iterator[Segment]:
    """The segments of a document, block by block, numbered from 0 through the document.

    A block without text has no segments.
    """
    number = 0
    for index, block in enumerate(document.blocks):
        for start, end in split(block.text, document.lang):
            yield Segment(
                document=document.path,
                number=number,
                block=index,
                lang=document.lang,
                start=start,
                end=end,
                text=block.text[start:end],
            )
            number += 1


def gaps(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """What stands before, between and after spans, one more than there are spans.

    :param spans: half open, in order, not overlapping

    >>> gaps(" Sì.  No.", [(1, 4), (6, 9)])
    [' ', '  ', '']
    """
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    if any(left > right for left, right in pairwise(edges)):
        raise MtalignError(f"spans {list(spans)} overlap or leave the text of {len(text)}")
    return [text[left:right] for left, right in zip(edges[::2], edges[1::2], strict=True)]


def rebuild(between: Sequence[str], texts: Sequence[str]) -> str:
    """The text of a block from its gaps and the texts that go between them.

    With the segments' own texts this is the block's text again.

    :param between: gaps, one more than texts
    :raises MtalignError: for another number of texts

    >>> rebuild([" ", "  ", ""], ["Yes.", "No."])
    ' Yes.  No.'
    """
    if len(between) != len(texts) + 1:
        raise MtalignError(
            f"{len(texts)} texts do not fit between {len(between)} gaps",
            todo="Give one text per segment.",
        )
    pairs = zip(between[:-1], texts, strict=True)
    return "".join(gap + text for gap, text in pairs) + between[-1]
