"""Where the codes of a Markdown block go in its translation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from mtalign.documents.markdown_emphasis import is_punctuation
from mtalign.records import Block

_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])")
_VOID = re.compile(r"area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr")
# Scripts that part words with spaces: in others, a row of letters is no word to fit marks to.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[^\W_{_UNSPACED}]+")
_UNBROKEN = re.compile(r"\S+")
_ANY_WORD = re.compile(r"[^\W_]+")
_BARE_LINK = re.compile(r"https?://|www\.")
# What may stand before a bare link, and what may follow it without becoming a part of it.
_LINK_MAY_FOLLOW = "*_~("
_ENDS_LINK = "<`[]*_~"
_PARTED = re.compile(r"[?!.,:;]*(?:\s|$)")
_OPENING = "([{«“‘'\"-–—/*_~"


class Piece(NamedTuple):
    """A stretch of a block to be written: text, or one code."""

    text: str
    is_code: bool


@dataclass(slots=True)
class _Node:
    """A code, or two that belong together, with what lies between them.

    :ivar first: number of the code, or of the opening one
    :ivar last: number of the closing one; -1 for a code by itself
    :ivar hollow: whether the source has no text inside it
    :ivar start: in the target
    :ivar end: in the target
    """

    first: int
    last: int
    emphasis: bool
    hollow: bool
    inner: list[_Node] = field(default_factory=list)
    start: int = 0
    end: int = 0


def arrange(
    block: Block,
    text: str,
    places: Sequence[int],
    raws: Sequence[str],
    *,
    pad: bool,
    emphasis: bool,
) -> list[Piece]:
    """Text and codes in the order to write them.

    :param places: offset of each code in ``text``, as far as is known
    :param raws: each code as it is to be written
    :param pad: part marks by spaces where they would run into letters or one another
    :param emphasis: whether to keep marks of emphasis
    """
    nodes = _tree(block, 0, len(raws), _partners(block))
    work = _Work(block, text, places, raws, pad, emphasis)
    work.place(nodes, 0, len(text))
    work.emit(nodes, 0, len(text))
    return work.pieces


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _partners(block: Block) -> dict[int, int]:
    """Which code closes which."""
    partners: dict[int, int] = {}
    waiting: list[tuple[str, int]] = []
    for number, code in enumerate(block.codes):
        kind, opens, closes = _kind(code.raw)
        names = [name for name, _ in waiting]
        if closes and kind in names:
            place = len(names) - 1 - names[::-1].index(kind)
            partners[waiting[place][1]] = number
            del waiting[place:]
        elif opens:
            waiting.append((kind, number))
    return partners


def _kind(raw: str) -> tuple[str, bool, bool]:
    """What a code pairs with, whether it may open a pair, whether it may close one."""
    if raw in ("[", "!["):
        return "]", True, False
    if raw.startswith("]"):
        return "]", False, True
    if raw.strip("*") == "" or raw.strip("_") == "" or raw.strip("~") == "":
        return raw, True, True
    tag = _TAG.match(raw)
    if tag and not raw.endswith("/>") and not _VOID.fullmatch(tag[2].lower()):
        return "<" + tag[2].lower(), not tag[1], bool(tag[1])
    return "", False, False


def _tree(block: Block, first: int, stop: int, partners: dict[int, int]) -> list[_Node]:
    nodes = []
    while first < stop:
        last = partners.get(first, -1)
        emphasis = block.codes[first].raw[0] in "*_~"
        hollow = last < 0 or block.codes[first].offset == block.codes[last].offset
        node = _Node(first, last, emphasis, hollow)
        if last >= 0:
            node.inner = _tree(block, first + 1, last, partners)
        nodes.append(node)
        first = max(first, last) + 1
    return nodes


@dataclass(slots=True)
class _Work:
    block: Block
    text: str
    places: Sequence[int]
    raws: Sequence[str]
    pad: bool
    emphasis: bool
    pieces: list[Piece] = field(default_factory=list)

    def place(self, nodes: list[_Node], low: int, high: int) -> None:
        """Give each node its span, in order, apart from the others, within ``low`` and ``high``."""
        place = offset = -1
        for node in nodes:
            ends = [self.places[node.first]]
            if node.last >= 0 and not node.hollow:
                ends.append(self.places[node.last])
            if node.hollow and self.block.codes[node.first].offset == offset:
                ends = [place]  # Codes with no text between them stay together.
            node.start, node.end = min(ends), max(ends)
            place, offset = node.start, self.block.codes[node.first].offset if node.hollow else -1
        nodes.sort(key=lambda node: (node.start, node.first))
        for node in nodes:
            node.start = min(max(node.start, low), high)
            node.end = min(max(node.end, node.start), high)
            if not node.hollow:
                self._fit(node, low, high)
            else:
                node.start = node.end = min(self._between_words(node), high)
            self.place(node.inner, node.start, node.end)
            low = node.end

    def _between_words(self, node: _Node) -> int:
        """A place for what holds no text: not inside a word, and not where it would open a line.

        At the start of a line, a tag opens a block of HTML, and code that goes on in the next line
        a block of code.
        """
        at, raw = node.start, self.raws[node.first]
        moved = node.first or self.block.codes[0].offset
        if at == 0 and moved and (raw[0] == "<" or "\n" in raw or "\r" in raw):
            return _end_of(_UNBROKEN, self.text, 0)
        inside = at > 0 and _WORD.fullmatch(self.text, at - 1, at + 1)
        return _end_of(_WORD, self.text, at) if inside else at

    def _fit(self, node: _Node, low: int, high: int) -> None:
        """Widen a pair to whole words, and take white space and loose punctuation out of it."""
        text, start, end = self.text, node.start, node.end
        word = _ANY_WORD if self.raws[node.first][0] == "_" else _WORD
        if start < end:
            while low < start and word.fullmatch(text, start - 1, start + 1):
                start -= 1
            while end < high and word.fullmatch(text, end - 1, end + 1):
                end += 1
        while start < end and self._loose(node, start, start - 1):
            start += 1
        while start < end and self._loose(node, end - 1, end):
            end -= 1
        if start == end:
            found = word.search(text, start, high) or next(word.finditer(text, low, start), None)
            start, end = found.span() if found else (start, end)
        node.start, node.end = start, end

    def _loose(self, node: _Node, at: int, outside: int) -> bool:
        """Whether the character at the edge of a pair would spoil it."""
        sign = self.text[at]
        if sign.isspace() or not node.emphasis:
            return sign.isspace()
        beyond = self.text[outside] if 0 <= outside < len(self.text) else " "
        return is_punctuation(sign) and not (beyond.isspace() or is_punctuation(beyond))

    def emit(self, nodes: list[_Node], low: int, high: int) -> None:
        """Write the text from ``low`` to ``high`` with the nodes in it."""
        for node in nodes:
            self._text(low, node.start)
            if node.hollow and self._free(node.first, -1):
                self._space_unless(_OPENING)
            # Marks around nothing would be read as text; a mark by itself has its pair elsewhere.
            empty = node.start == node.end and not node.inner
            kept = not node.emphasis or node.last < 0 or (self.emphasis and not empty)
            if kept:
                self._code(node.first)
            self.emit(node.inner, node.start, node.end)
            if kept and node.last >= 0:
                self._code(node.last)
            low = node.end
            apart = node.hollow and self._free(max(node.first, node.last), 1)
            if apart or (self.pad and node.emphasis):
                self._space_before_word(low, high)
        self._text(low, high)

    def _text(self, start: int, end: int) -> None:
        if start >= end:
            return
        text = self.text[start:end]
        if self._after_link() and not _PARTED.match(text):
            text = " " + text
        self.pieces.append(Piece(text, False))

    def _after_link(self) -> bool:
        last = self.pieces[-1] if self.pieces else Piece("", False)
        return last.is_code and _BARE_LINK.match(last.text) is not None

    def _code(self, number: int) -> None:
        raw = self.raws[number]
        before = self.pieces[-1] if self.pieces else Piece(" ", False)
        padded = self.pad and raw[0] in "*_~"
        touches = before.is_code and before.text[-1] == raw[0] and (raw[0] == "`" or padded)
        in_word = padded and not before.is_code and before.text[-1].isalnum()
        if _BARE_LINK.match(raw):
            self._space_unless(_LINK_MAY_FOLLOW)
        elif touches or in_word or (self._after_link() and raw[0] not in _ENDS_LINK):
            self.pieces.append(Piece(" ", False))
        self.pieces.append(Piece(raw, True))

    def _free(self, number: int, side: int) -> bool:
        """Whether the source has a space, or its edge, and no other code on that side of a code."""
        codes, text = self.block.codes, self.block.text
        offset, beside = codes[number].offset, number + side
        if 0 <= beside < len(codes) and codes[beside].offset == offset:
            return False
        at = offset - 1 if side < 0 else offset
        return not 0 <= at < len(text) or text[at].isspace()

    def _space_unless(self, allowed: str) -> None:
        """Write a space, unless what is written ends in one, or in a sign that may stand there."""
        if self.pieces:
            last = self.pieces[-1].text[-1]
            if not last.isspace() and last not in allowed:
                self.pieces.append(Piece(" ", False))

    def _space_before_word(self, at: int, high: int) -> None:
        if at < high and self.text[at].isalnum():
            self.pieces.append(Piece(" ", False))
