"""JSON Lines: the strings of chosen fields, one block per line of text in each.

Strings are found at their exact place, so spacing, key order, escapes and every other value stay
as they are. JSON as in RFC 8259; NaN and Infinity, which Python writes, are let through.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from mtalign.documents.lines import BOM, FILLED, line_col
from mtalign.documents.options import Options
from mtalign.documents.units import Renderer
from mtalign.errors import MtalignError
from mtalign.records import Block, Document

_STRING = r'"([^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*)"'
_SCALAR = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null|NaN|-?Infinity"
_SPACE = r"[ \t\r\n]*"
_VALUE = rf"(?:{_STRING}|{_SCALAR}|(?=([{{\[])))"
_MEMBER = re.compile(rf"{_SPACE}{_STRING}{_SPACE}:{_SPACE}{_VALUE}(?:{_SPACE}([,}}]))?")
_ITEM = re.compile(rf"{_SPACE}{_VALUE}")
_NEXT = re.compile(rf"{_SPACE}([,}}\]])")
_OPEN = re.compile(rf"{_SPACE}\{{{_SPACE}(\}})?")
_END = re.compile(_SPACE)

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|[^u])"
)
_LINE_BREAK = r"\\(?:[nr]|u000[aAdD])"
_RUN = re.compile(rf"((?:[^\\]|(?!{_LINE_BREAK})\\.)+)|{_LINE_BREAK}")
_NON_ASCII_ESCAPE = re.compile(r"\\u(?!00[0-7])")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_decode = json.JSONDecoder().raw_decode
_LISTED = 20


def parse(text: str, options: Options) -> Iterator[Block]:
    """Blocks of the fields asked for.

    :raises MtalignError: a line is not a JSON object; no field is asked for; one asked for is in
        no record, or never holds text
    """
    scanner = _Scanner(text, frozenset(options.fields))
    for match in FILLED.finditer(text, text.startswith(BOM)):
        if match.group().strip(" \t"):
            scanner.line(match.start(), match.end())
    if not options.fields or not scanner.found.issuperset(options.fields):
        _explain(text, options.fields)
    for start, end in scanner.strings:
        yield from _string(text, start, end)


def renderer(document: Document) -> Renderer:
    """Write non-ASCII characters as escapes if the document writes all of its own so."""
    text = document.text
    ascii_only = text.isascii() and _NON_ASCII_ESCAPE.search(text) is not None
    encode = json.JSONEncoder(ensure_ascii=ascii_only).encode

    def render(block: Block, text: str, offsets: Sequence[int]) -> str:
        return encode(text)[1:-1]

    return render


def unit(text: str, offset: int) -> tuple[int, int]:
    """Raw and text length of the escape or character at an offset of the document."""
    match = _ESCAPE.match(text, offset)
    return (match.end() - offset, 1) if match else (1, 1)


class _SyntaxError(Exception):
    pass


class _Scanner:
    """Finds the wanted strings of one line after another.

    :ivar strings: (start, end) between the quotes, in order
    :ivar found: the wanted paths that held a string
    """

    def __init__(self, text: str, wanted: frozenset[str]) -> None:
        self.strings: list[tuple[int, int]] = []
        self.found: set[str] = set()
        self._text, self._wanted = text, wanted
        # Only the containers on the way to a wanted path are walked; others are skipped whole.
        self._ways = {
            path[:place] for path in wanted for place, sign in enumerate(path) if sign == "."
        }

    def line(self, start: int, end: int) -> None:
        """Take in one record.

        :raises MtalignError: it is not a JSON object
        """
        opening = _OPEN.match(self._text, start, end)
        try:
            if not opening:
                raise _SyntaxError
            stop = opening.end() if opening.group(1) else self._object(opening.end(), end, "")
            if _END.fullmatch(self._text, stop, end) is None:
                raise _SyntaxError
        except (_SyntaxError, ValueError, RecursionError):
            raise _fault(self._text, start, end) from None

    def _object(self, at: int, end: int, prefix: str) -> int:
        """Read members from after the opening brace; return the place after the closing one."""
        text = self._text
        while True:
            member = _MEMBER.match(text, at, end)
            if member is None:
                raise _SyntaxError
            key = member[1]
            path = prefix + (json.loads(f'"{key}"') if "\\" in key else key)
            at, sign = self._value(member, 2, path, end), member[4]
            if sign is None:
                closing = _NEXT.match(text, at, end)
                if closing is None or closing[1] == "]":
                    raise _SyntaxError
                at, sign = closing.end(), closing[1]
            if sign == "}":
                return at

    def _array(self, at: int, end: int, path: str) -> int:
        """Read items from after the opening bracket; return the place after the closing one."""
        closing = _NEXT.match(self._text, at, end)
        while closing is None or closing[1] == ",":
            item = _ITEM.match(self._text, at, end)
            if item is None:
                raise _SyntaxError
            at = self._value(item, 1, path, end)
            closing = _NEXT.match(self._text, at, end)
            if closing is None:
                raise _SyntaxError
            at = closing.end()
        if closing[1] == "}":
            raise _SyntaxError
        return closing.end()

    def _value(self, match: re.Match[str], group: int, path: str, end: int) -> int:
        """Note the value if it is wanted; return the place after it."""
        at = match.end()
        if match[group] is not None:
            if path in self._wanted:
                self.found.add(path)
                self.strings.append(match.span(group))
            return at
        bracket = match[group + 1]
        if bracket is None:
            return at
        if bracket == "[" and (path in self._wanted or path in self._ways):
            return self._array(at + 1, end, path)
        if bracket == "{" and path in self._ways:
            opening = _OPEN.match(self._text, at, end)
            if opening and opening[1]:
                return opening.end()
            return self._object(at + 1, end, path + ".")
        stop = _decode(self._text, at)[1]
        if stop > end:
            raise _SyntaxError
        return stop


def _fault(text: str, start: int, end: int) -> MtalignError:
    line = line_col(text, start)[0]
    todo = "Each line must be one JSON object."
    try:
        json.loads(text[start:end])
    except json.JSONDecodeError as error:
        what = f"not JSON: {error.msg}, column {error.pos + 1}"
    except ValueError as error:
        what = f"JSON that cannot be read: {error}"
    except RecursionError:
        what = "JSON nested too deeply"
    else:
        what = "JSON, but not an object"
    return MtalignError(what, line=line, todo=todo)


def _explain(text: str, fields: Sequence[str]) -> None:
    """Raise the error of the first field that is not there, naming those that are."""
    seen: dict[str, bool] = {}
    for match in FILLED.finditer(text, text.startswith(BOM)):
        if match.group().strip(" \t"):
            _survey(json.loads(match.group(), parse_int=float), seen)
    if not seen:
        return
    textual = [f'"{path}"' for path, holds_text in seen.items() if holds_text]
    there = ", ".join(textual[:_LISTED]) + (" and others" if len(textual) > _LISTED else "")
    todo = f"Fields that hold text: {there or 'none'}."
    if not fields:
        raise MtalignError("no field to translate was named", todo=f"Use --field. {todo}")
    for name in fields:
        if name not in seen:
            raise MtalignError(f'no record has the field "{name}"', todo=todo)
        if not seen[name]:
            raise MtalignError(f'the field "{name}" holds no text in any record', todo=todo)


def _survey(record: object, seen: dict[str, bool]) -> None:
    """Note every path of a record, in order, and whether it holds text anywhere."""
    waiting = [("", record)]
    while waiting:
        path, value = waiting.pop()
        if path:
            seen[path] = seen.get(path, False) or isinstance(value, str)
        if isinstance(value, dict):
            prefix = f"{path}." if path else ""
            waiting += [(prefix + key, member) for key, member in reversed(value.items())]
        elif isinstance(value, list):
            waiting += [(path, item) for item in reversed(value)]


def _string(text: str, start: int, end: int) -> Iterator[Block]:
    """Blocks of one string, given without its quotes."""
    if text.find("\\", start, end) < 0:
        value = text[start:end]
        bare = value.strip()
        if bare:
            start += len(value) - len(value.lstrip())
            yield Block(start, start + len(bare), bare)
        return
    for run in _RUN.finditer(text, start, end):
        if run[1] is None:
            continue
        first, last = run.span()
        value = _unescape(run[1])
        bare = value.strip()
        if len(bare) < len(value):
            # Escapes can stand for white space too, so each character has its place looked up.
            lead = len(value) - len(value.lstrip())
            places = list(_places(text, first, last))
            first, last = places[lead], places[lead + len(bare)]
        if bare:
            yield Block(first, last, bare)


def _places(text: str, start: int, end: int) -> Iterator[int]:
    """Where each character of an escaped string lies, and where the last ends."""
    while start < end:
        yield start
        start += unit(text, start)[0]
    yield end


def _unescape(raw: str) -> str:
    if "\\" not in raw:
        return raw
    value: str = _decode(f'"{raw}"')[0]
    return _SURROGATE.sub("\ufffd", value)
