"""TBX into terms: versions 2 and 3, categories as attributes or as tags, any dialect.

The file is read as a stream, by expat. Nothing outside the file is ever fetched, and a file that
declares entities is refused: a few lines of them can unfold to gigabytes ("billion laughs"), or
point at other files of the reader's machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from xml.parsers import expat

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms.exchange import Reading, raise_faults
from mtalign.terms.tbx_entry import LEVELS, Entries

_ROOTS = ("tbx", "martif")
_HEADERS = ("tbxHeader", "martifHeader")
_GROUPS = {
    *("text", "body", "descripGrp", "adminGrp", "termNoteGrp", "transacGrp", "termGrp"),
    *("termCompList", "termCompGrp"),
}


class Readable(Protocol):
    """What a stream must be able to do: give at most so many bytes, none at its end."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes."""


def read_tbx(stream: Readable, where: str | Path = "<tbx>") -> Reading:
    """Read TBX.

    :param stream: the file, open in binary
    :param where: its name, for messages
    :raises FaultsError: not well-formed, not TBX, entities declared or used, and every fault of the
        terms, each with its line
    """
    parser = _Parser(where)
    parser.parse(stream)
    entries = parser.entries
    raise_faults(entries.faults, entries.rows, where)
    return Reading("tbx", tuple(entries.rows), tuple(entries.losses))


class _Parser:
    """Follows the tags, and hands texts with their level and data category to ``entries``."""

    def __init__(self, where: str | Path) -> None:
        self.entries = Entries(where)
        self._where = where
        self._open: list[str] = []
        self._skip = 0
        self._leaf: tuple[str, str, int, int] | None = None
        self._text: list[str] = []
        self._expat = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = self._entity_declared
        parser.SkippedEntityHandler = self._entity_skipped

    def parse(self, stream: Readable) -> None:
        try:
            self._expat.ParseFile(stream)
        except expat.ExpatError as error:
            what = f"not well-formed XML: {expat.ErrorString(error.code)}"
            found = [*self.entries.faults, self._error(what, error.lineno)]
            raise FaultsError(sorted(found, key=lambda fault: fault.line or 0)) from error
        except _RefusedError as refused:
            raise FaultsError([*self.entries.faults, *refused.args]) from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        line = self._expat.CurrentLineNumber
        if not self._open and local not in _ROOTS:
            what = f'not TBX: the root element is "{name}"'
            raise _RefusedError(self._error(what, line, "TBX begins with <tbx> or <martif>."))
        self._open.append(local)
        if self._skip or local in _HEADERS:
            self._skip += 1
        elif self._leaf is not None:
            self.entries.inline(local)
        elif local == "back":
            self.entries.lose("back matter")
            self._skip += 1
        elif local in LEVELS:
            self.entries.begin(LEVELS[local], attributes, line)
        elif local not in _GROUPS and local not in _ROOTS:
            self._leaf = (local, attributes.get("type", ""), len(self._open), line)
            self._text.clear()

    def _end(self, name: str) -> None:
        local = self._open.pop()
        if self._skip:
            self._skip -= 1
        elif self._leaf is None:
            if local in LEVELS:
                self.entries.end(LEVELS[local])
        elif self._leaf[2] > len(self._open):
            element, category, _, line = self._leaf
            group = next((one for one in reversed(self._open) if one not in ("termGrp",)), "")
            text = "".join(self._text).strip()
            self.entries.leaf(element, category, text, group, line)
            self._leaf = None

    def _entity_declared(self, name: str, *_: object) -> None:
        what = f'declares the entity "{name}", which is refused for safety'
        todo = "Save the file again with the characters themselves, and without <!ENTITY>."
        raise _RefusedError(self._error(what, self._expat.CurrentLineNumber, todo))

    def _entity_skipped(self, name: str, *_: object) -> None:
        what = f'the entity "{name}" is not known here: nothing outside the file is read'
        todo = "Write the character itself, or its number, as in &#233;."
        raise _RefusedError(self._error(what, self._expat.CurrentLineNumber, todo))

    def _error(self, what: str, line: int, todo: str | None = None) -> MtalignError:
        return MtalignError(what, where=self._where, line=line, todo=todo)


class _RefusedError(Exception):
    """Ends the reading of a file that must not, or cannot, be read further."""
