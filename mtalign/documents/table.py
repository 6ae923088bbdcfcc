"""Tables: CSV as in RFC 4180, with any of four delimiters, and TSV with or without quotes.

A cell holds one block per line of text in it. Which delimiter and which quoting a file uses is
read from the file itself, so that what was read can be written the same way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

from mtalign.documents.lines import BOM, EOL, FILLED, line_col, trimmed
from mtalign.documents.options import Options
from mtalign.documents.units import Renderer
from mtalign.errors import MtalignError
from mtalign.records import Block, Code, Document

# Before the comma: where decimals are written 3,5 the spreadsheet writes semicolons, and a
# delimiter that cuts every record into as many columns is no chance.
DELIMITERS = "\t;|,"

_QUOTED = r'"[^"]*(?:""[^"]*)*"'
_QUOTED_IN_LINE = r'"[^"\t\r\n]*(?:""[^"\t\r\n]*)*"'
_PLAIN = r'(?!")[^%s\r\n]*'
_PLAIN_STRICT = r'[^"%s\r\n]*'
_PLAIN_TSV = r"[^%s\r\n]*"
_READ_AS_QUOTED = re.compile(_QUOTED_IN_LINE)
_RISKY = re.compile(r'[",;|\t\r\n]')
_RISKY_TSV = re.compile(r'["\t\r\n]')
_LISTED = 30


class Field(NamedTuple):
    """One cell's raw form, quotes included."""

    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """Every record of a table, blank lines left out.

    :ivar quoting: whether a quoted cell may hold delimiters and line ends
    """

    delimiter: str
    quoting: bool
    records: list[list[Field]]


def parse_csv(text: str, options: Options) -> Iterator[Block]:
    """Blocks of the chosen columns.

    :raises MtalignError: a quote is never closed; a record has more or fewer fields than the
        first; a column is not there, or none was named where there are several
    """
    return _parse(text, _csv(text), options)


def parse_tsv(text: str, options: Options) -> Iterator[Block]:
    """Blocks of the chosen columns; errors as :func:`parse_csv`."""
    return _parse(text, _tsv(text), options)


def csv_renderer(document: Document) -> Renderer:
    """Quote what needs it, and whatever was quoted."""
    return _renderer(_csv(document.text))


def tsv_renderer(document: Document) -> Renderer:
    """Quote only in a file that quotes; a tab in a translation becomes a space."""
    render = _renderer(_tsv(document.text))
    return lambda block, text, offsets: render(block, text.replace("\t", " "), offsets)


def unit(text: str, offset: int) -> tuple[int, int]:
    """Raw and text length of the doubled quote or character at an offset of the document."""
    return (2, 1) if text.startswith('""', offset) else (1, 1)


def _csv(text: str) -> Grid:
    """Read with the first delimiter that makes two or more even columns.

    Readings where no bare cell holds a quote come first. Where no delimiter fits, the one that
    makes the most of the first record says what is wrong.
    """
    for plain in (_PLAIN_STRICT, _PLAIN):
        for mark in DELIMITERS:
            with suppress(MtalignError):
                if len(next(_records(text, mark, plain=plain), ())) > 1:
                    return Grid(mark, True, list(_even(text, _records(text, mark, plain=plain))))
    widest = max(reversed(DELIMITERS), key=lambda mark: _first_width(text, mark))
    return Grid(widest, True, list(_even(text, _records(text, widest))))


def _tsv(text: str) -> Grid:
    """Read a record a line; if that is uneven, with quoted cells that may span lines.

    In files of the first kind, which IANA registers, a quote is a character like any other. One
    pair that encloses a whole cell stays out of its text and is put back all the same.
    """
    try:
        return Grid(
            "\t", False, list(_even(text, _records(text, "\t", _QUOTED_IN_LINE, _PLAIN_TSV)))
        )
    except MtalignError:
        with suppress(MtalignError):
            return Grid("\t", True, list(_even(text, _records(text, "\t"))))
        raise


def _first_width(text: str, delimiter: str) -> int:
    try:
        return len(next(_records(text, delimiter), ()))
    except MtalignError:
        return 0


def _records(
    text: str, delimiter: str, quoted: str = _QUOTED, plain: str = _PLAIN
) -> Iterator[list[Field]]:
    """Records in order; a line with nothing in it is none.

    :raises MtalignError: a quoted cell does not end, or does not end where its quotes do
    """
    mark = re.escape(delimiter)
    cell = re.compile(rf"(?:({quoted})|({plain % mark}))(?:({mark})|{EOL}|\Z)")
    record: list[Field] = []
    at, length = int(text.startswith(BOM)), len(text)
    while at < length or record:
        match = cell.match(text, at)
        if match is None:
            raise _quote_fault(text, at)
        group = match.lastindex or 0
        more = group == 3
        if more:
            group = 1 if match.start(1) >= 0 else 2
        record.append(Field(at, match.end(group), group == 1))
        at = match.end()
        if not more:
            if len(record) > 1 or record[0].end > record[0].start:
                yield record
            record = []


def _even(text: str, records: Iterator[list[Field]]) -> Iterator[list[Field]]:
    width = 0
    for record in records:
        width = width or len(record)
        if len(record) != width:
            raise MtalignError(
                f"{len(record)} fields where the first record has {width}",
                line=line_col(text, record[0].start)[0],
                todo="Quote the fields that hold a delimiter, a quote or a line end.",
            )
        yield record


def _quote_fault(text: str, at: int) -> MtalignError:
    closed = re.compile(_QUOTED).match(text, at)
    line = line_col(text, closed.end() if closed else at)[0]
    if closed:
        what = "a quoted field goes on after its closing quote"
        return MtalignError(what, line=line, todo='Write a quote inside a field as "".')
    return MtalignError("a quote is opened and never closed", line=line, todo="Close it.")


def _parse(text: str, grid: Grid, options: Options) -> Iterator[Block]:
    if not grid.records:
        return
    columns = _columns(text, grid.records[0], options)
    for record in grid.records[options.header :]:
        for column in columns:
            yield from _cell(text, record[column])


def _columns(text: str, first: list[Field], options: Options) -> list[int]:
    """0-based numbers of the chosen columns, ascending."""
    names = [_value(text, field).strip() for field in first] if options.header else []
    if not options.columns:
        if len(first) == 1:
            return [0]
        raise MtalignError(
            "no column to translate was named", todo=f"Use --column. {_there(first, names)}"
        )
    chosen = set()
    for wanted in options.columns:
        found = [number for number, name in enumerate(names) if name == wanted.strip()]
        if not found and wanted.isdecimal() and 1 <= int(wanted) <= len(first):
            found = [int(wanted) - 1]
        if not found:
            raise MtalignError(f'there is no column "{wanted}"', todo=_there(first, names))
        chosen.update(found)
    return sorted(chosen)


def _there(first: list[Field], names: list[str]) -> str:
    if not names:
        return f"The columns are 1 to {len(first)}."
    listed = ", ".join(f'{number} "{name}"' for number, name in enumerate(names[:_LISTED], 1))
    return f"The columns are {listed}{' and others' if len(names) > _LISTED else ''}."


def _value(text: str, field: Field) -> str:
    raw = text[field.start : field.end]
    return raw[1:-1].replace('""', '"') if field.quoted else raw


def _cell(text: str, field: Field) -> Iterator[Block]:
    if not field.quoted:
        start, end = trimmed(text, field.start, field.end)
        if start < end:
            # A cell that has to be quoted later takes its outer white space into the quotes, so
            # the block spans the whole cell.
            edges = ((0, text[field.start : start]), (end - start, text[end : field.end]))
            codes = tuple(Code(offset, raw) for offset, raw in edges if raw)
            yield Block(field.start, field.end, text[start:end], codes)
        return
    for line in FILLED.finditer(text, field.start + 1, field.end - 1):
        start, end = trimmed(text, *line.span())
        if start < end:
            yield Block(start, end, text[start:end].replace('""', '"'))


def _renderer(grid: Grid) -> Renderer:
    quoted = [field for record in grid.records for field in record if field.quoted]
    starts = [field.start for field in quoted]
    risky = _RISKY if grid.delimiter != "\t" else _RISKY_TSV
    literal = not grid.quoting and not quoted

    def render(block: Block, text: str, offsets: Sequence[int]) -> str:
        before = bisect_right(starts, block.start) - 1
        if before >= 0 and block.end <= quoted[before].end:
            return text.replace('"', '""')
        lead = "".join(code.raw for code in block.codes if code.offset == 0)
        trail = "".join(code.raw for code in block.codes if code.offset)
        value = lead + text + trail
        if literal or (value and not risky.search(value)):
            return value
        if not grid.quoting and not _READ_AS_QUOTED.fullmatch(value):
            return value
        return '"' + value.replace('"', '""') + '"'

    return render
