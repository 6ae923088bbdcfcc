"""Markdown: paragraphs, headings, list items, quotes and table cells, one block each.

Front matter, code, HTML blocks, link definitions and addresses are left alone. A paragraph's line
ends are spaces in its block, so that no sentence is cut; a line end that the author forces (two
spaces, or a backslash) parts two blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.entities import html5

from mtalign.documents.lines import EOL, trimmed
from mtalign.documents.markdown_blocks import layout
from mtalign.documents.markdown_inline import scan
from mtalign.documents.options import Options
from mtalign.records import Block, Code

_UNIT = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|&(?:#[xX](?P<hex>[0-9a-fA-F]{1,6})|#(?P<decimal>[0-9]{1,7})|(?P<name>[A-Za-z][A-Za-z0-9]*));"
    rf"|(?<![ \t])[ \t]*{EOL}[ \t>]*"
)


def parse(text: str, options: Options) -> Iterator[Block]:
    """Blocks of a Markdown document; those without any text are left out."""
    found = layout(text)
    labels = frozenset(found.labels)
    for start, end in found.leaves:
        yield from blocks_of(text, start, end, labels)


def blocks_of(text: str, start: int, end: int, labels: frozenset[str]) -> Iterator[Block]:
    """Blocks of one paragraph, heading or cell.

    :param labels: normalised labels of the document's link reference definitions
    """
    inline = scan(text, start, end, labels)
    for mark in [*inline.breaks, (end, end)]:
        codes = [code for code in inline.codes if start <= code[0] < mark[0]]
        block = _block(text, *trimmed(text, start, mark[0], " \t"), codes)
        if block is not None:
            yield block
        start = mark[1]


def unit(text: str, offset: int) -> tuple[int, int]:
    """Raw and text length of the escape, entity, line end or character at an offset."""
    match = _UNIT.match(text, offset)
    value = _meaning(match) if match else None
    return (1, 1) if match is None or value is None else (len(match[0]), len(value))


def _block(text: str, start: int, end: int, spans: Iterable[tuple[int, int]]) -> Block | None:
    parts, codes, at, offset = [], [], start, 0
    for first, last in spans:
        part = _plain(text, at, first)
        parts.append(part)
        offset += len(part)
        codes.append(Code(offset, text[first:last]))
        at = last
    plain = "".join([*parts, _plain(text, at, end)])
    return Block(start, end, plain, tuple(codes)) if plain.strip() else None


def _plain(text: str, start: int, end: int) -> str:
    """Text between two pieces of markup, escapes undone."""
    parts, at = [], start
    for match in _UNIT.finditer(text, start, end):
        value = _meaning(match)
        if value is not None:
            parts += [text[at : match.start()], value]
            at = match.end()
    return "".join([*parts, text[at:end]])


def _meaning(match: re.Match[str]) -> str | None:
    """What an escape stands for; None for what only looks like one. A line end is a space."""
    if match["escaped"]:
        return match["escaped"]
    if match["name"]:
        value = html5.get(match["name"] + ";")
    elif match["hex"] or match["decimal"]:
        number = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
        valid = 0 < number < 0x110000 and not 0xD800 <= number < 0xE000
        value = chr(number) if valid else "\ufffd"
    else:
        return " "
    return " " if value in ("\n", "\r") else value
