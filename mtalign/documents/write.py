"""A Document and its translations back to the text of a file in the same format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from mtalign.documents.formats import by_name
from mtalign.documents.lines import BOM
from mtalign.records import Document

_LINE_END = re.compile(r"[\r\n]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LEADING_MARK = re.compile(rf"^[\s{BOM}]+")


class Rendering(NamedTuple):
    """The translation of one block.

    :ivar text: plain text; markup characters in it are escaped where the format needs it, and
        white space at its ends is left out
    :ivar offsets: for each of the block's codes, where it goes in ``text``, 0 to ``len(text)``
    """

    text: str
    offsets: tuple[int, ...] = ()


def rebuild(document: Document, translations: Sequence[Rendering]) -> str:
    """The whole file with every block replaced, and all between the blocks as it stood.

    A block whose translation equals its text keeps its raw form, code point for code point. A
    line end in a translation becomes a space, so that no line, cell or record is added; an
    unpaired surrogate becomes U+FFFD.

    :param translations: one for each block, in order
    :raises ValueError: a count that does not fit, or an offset outside its text
    """
    if len(translations) != len(document.blocks):
        raise ValueError(f"{len(translations)} translations for {len(document.blocks)} blocks")
    render = by_name(document.format).renderer(document)
    parts, at = [], 0
    for block, (text, offsets) in zip(document.blocks, translations, strict=True):
        if text != block.text:
            if len(offsets) != len(block.codes):
                raise ValueError(f"{len(offsets)} offsets for {len(block.codes)} codes")
            if offsets and not 0 <= min(offsets) <= max(offsets) <= len(text):
                raise ValueError(f"offsets {offsets} in a text of {len(text)} code points")
            clean, places = _settled(text, offsets, first=block.start == 0)
            parts += [document.text[at : block.start], render(block, clean, places)]
            at = block.end
    return "".join([*parts, document.text[at:]])


def _settled(text: str, offsets: Sequence[int], first: bool) -> tuple[str, list[int]]:
    """A translation as a block can hold it, and where its codes go then.

    :param first: whether it opens the file, where U+FEFF would be a byte order mark
    """
    clean = _SURROGATE.sub("\ufffd", _LINE_END.sub(" ", text))
    clean = _LEADING_MARK.sub("", clean) if first else clean.lstrip()
    lead, clean = len(text) - len(clean), clean.rstrip()
    return clean, [min(max(offset - lead, 0), len(clean)) for offset in offsets]
