"""Hypotheses set back into their block, and the places of its markup with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtalign.records import Block, Hypothesis, Segment


@dataclass(frozen=True, slots=True)
class _Placed:
    """A segment's span in the block and its hypothesis's span in the translation."""

    start: int
    end: int
    tgt_start: int
    tgt_end: int
    links: tuple[tuple[int, int], ...]


def set_back(
    block: Block, segments: Sequence[Segment], hypotheses: Sequence[Hypothesis]
) -> tuple[str, tuple[int, ...]]:
    """The translation of a block and the offset in it of each of the block's codes.

    Gaps between segments stay as they are. A code inside a segment goes where the hypothesis's
    links put the words it stands at; without links, in proportion, at a word's edge.

    :param segments: the block's segments, in order
    :param hypotheses: one per segment
    :return: text, and one offset in it (code points) per code
    """
    out, done, placed = "", 0, []
    for segment, hypothesis in zip(segments, hypotheses, strict=True):
        out += block.text[done : segment.start]
        tgt_end = len(out) + len(hypothesis.text)
        placed.append(_Placed(segment.start, segment.end, len(out), tgt_end, hypothesis.links))
        out += hypothesis.text
        done = segment.end
    tail = len(out) - done
    out += block.text[done:]
    return out, tuple(_target(code.offset, placed, tail, block.text, out) for code in block.codes)


def _target(offset: int, placed: Sequence[_Placed], tail: int, src: str, tgt: str) -> int:
    shift = 0
    for span in placed:
        if offset <= span.start:
            return offset + span.tgt_start - span.start
        if offset < span.end:
            return _inside(offset, span, src, tgt)
        if offset == span.end:
            return span.tgt_end
        shift = span.tgt_end - span.end
    return offset + (shift if placed else tail)


def _inside(offset: int, span: _Placed, src: str, tgt: str) -> int:
    if src[span.start : span.end] == tgt[span.tgt_start : span.tgt_end]:
        return offset + span.tgt_start - span.start
    closes = not src[offset - 1].isspace() and not src[offset].isalnum()
    links = [(span.start + s, span.tgt_start + t) for s, t in span.links]
    if closes:
        word = max((s for s, _ in links if s < offset), default=None)
        hits = [t for s, t in links if s == word]
        return _word_end(tgt, max(hits), span.tgt_end) if hits else _share(offset, span, tgt)
    word = min((s for s, _ in links if s >= offset), default=None)
    hits = [t for s, t in links if s == word]
    return _word_start(tgt, min(hits), span.tgt_start) if hits else _share(offset, span, tgt)


def _share(offset: int, span: _Placed, tgt: str) -> int:
    share = (offset - span.start) / (span.end - span.start)
    at = span.tgt_start + round(share * (span.tgt_end - span.tgt_start))
    return _word_start(tgt, min(at, span.tgt_end), span.tgt_start)


def _word_start(text: str, at: int, lowest: int) -> int:
    while at > lowest and at < len(text) and text[at].isalnum() and text[at - 1].isalnum():
        at -= 1
    return at


def _word_end(text: str, at: int, highest: int) -> int:
    at += 1
    while at < highest and text[at].isalnum() and text[at - 1].isalnum():
        at += 1
    return min(at, highest)
