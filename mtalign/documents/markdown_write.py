"""A translated Markdown block: markup set into the new text, and text kept from being markup.

Whoever translates can only guess where a piece of markup belongs. Pairs are kept nested and apart,
emphasis is fitted to whole words, since it is none beside a space, and what stood free of its
neighbours stands free again. The result is read back: only where plain writing reads back as
something else are characters escaped, so that most text stays as a person would write it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from mtalign.documents.lines import EOL
from mtalign.documents.markdown_blocks import layout
from mtalign.documents.markdown_codes import Piece, arrange
from mtalign.documents.markdown_parse import blocks_of, unit
from mtalign.documents.units import Renderer, raw_places
from mtalign.records import Block, Document

_MARKS = re.compile(r"[\\`^*_\[\]<>&~|!{}]|(?<=http)(?=://)|(?<=https)(?=://)|(?<=www)(?=\.)")
_CLOSING = re.compile(r"(?:(?<=[ \t])|^)(?=#+$)")
_SLASHES = re.compile(r"\\+$")
_LABEL_BREAK = re.compile(rf"[ \t]*{EOL}[ \t>]*")
_NUMBER = re.compile(r"\d+")
# A line must be read as text wherever it may stand: alone, below another line of its paragraph,
# in a list, in a quote.
_SETTINGS = (("\n", 1), ("x\n", 0), ("- ", 2), ("> ", 2))


def renderer(document: Document) -> Renderer:
    """Write blocks so that they read back as the text and the markup given."""
    labels = frozenset(layout(document.text).labels)

    def render(block: Block, text: str, offsets: Sequence[int]) -> str:
        raws = _raws(document.text, block)
        source = document.text
        alone = tuple(blocks_of(source, block.start, block.end, labels)) == (block,)
        return _written(block, text, offsets, raws, labels if alone else None)

    return render


def _raws(text: str, block: Block) -> list[str]:
    """The codes as they are to be written: a link named by its own text gets that name."""
    raws = [code.raw for code in block.codes]
    if not any(raw in ("]", "][]") for raw in raws):
        return raws
    places = raw_places(text, block, unit)[1]
    open_at: list[int] = []
    for number, raw in enumerate(raws):
        if raw in ("[", "!["):
            open_at.append(places[number] + len(raw))
        elif raw.startswith("]") and open_at:
            start = open_at.pop()
            if raw in ("]", "][]"):
                raws[number] = f"][{_LABEL_BREAK.sub(' ', text[start : places[number]])}]"
    return raws


def _written(
    block: Block,
    text: str,
    places: Sequence[int],
    raws: Sequence[str],
    labels: frozenset[str] | None,
) -> str:
    """The first way of writing, from the plainest on, that reads back right.

    :param labels: of the document; None where the block's markup cannot be read by itself,
        because it is paired with that of another block
    """
    ways = [(False, False, True), (True, False, True), (True, True, True), (True, True, False)]
    if not text:
        # With nothing at all there, the lines around it could mean something else.
        codes = arrange(block, text, places, raws, pad=False, emphasis=False)
        return " ".join(["&nbsp;", *(piece.text for piece in codes)])
    if labels is None:
        ways = ways[1:2]
    elif "|" in text:
        ways = ways[1:]  # A bar parts cells whatever stands before it, but for an escape.
    written = ""
    for escape, pad, emphasis in ways:
        pieces = arrange(block, text, places, raws, pad=pad, emphasis=emphasis)
        written = _guarded(_joined(pieces, escape), pieces[0].is_code)
        if labels is None or _reads_back(written, pieces, labels):
            break
    return written


def _joined(pieces: Sequence[Piece], escape: bool) -> str:
    parts = [
        _MARKS.sub(lambda mark: "\\" + mark[0], text) if escape and not is_code else text
        for text, is_code in pieces
    ]
    if pieces and not pieces[-1].is_code:
        last = _SLASHES.search(parts[-1])
        if last and len(last[0]) % 2:
            # What follows the block would be escaped by it.
            parts[-1] += "\\"
        parts[-1] = _CLOSING.sub(r"\\", parts[-1], count=1)
    return "".join(parts)


def _guarded(line: str, code_first: bool) -> str:
    """The line with an escape at its start if it would open a list, heading or the like.

    :param code_first: whether it begins with a code, which must not be escaped
    """
    if line[0].isalpha() or _is_text(line):
        return line
    number = _NUMBER.match(line)
    for at in (number.end() if number else -1, line.find(":"), -1 if code_first else 0):
        escaped = f"{line[:at]}\\{line[at:]}"
        if at >= 0 and _is_text(escaped):
            return escaped
    return line


def _is_text(line: str) -> bool:
    return all(
        layout(before + line).leaves == [(start, len(before) + len(line))]
        for before, start in _SETTINGS
    )


def _reads_back(written: str, pieces: Sequence[Piece], labels: frozenset[str]) -> bool:
    text = ""
    marks: dict[int, str] = {}
    for piece in pieces:
        if piece.is_code:
            marks[len(text)] = marks.get(len(text), "") + piece.text
        else:
            text += piece.text
    blocks = tuple(blocks_of(written, 0, len(written), labels))
    if len(blocks) != 1 or blocks[0].text != text:
        return False
    found: dict[int, str] = {}
    for code in blocks[0].codes:
        found[code.offset] = found.get(code.offset, "") + code.raw
    return found == marks
