"""Our glossary format: UTF-8 CSV (RFC 4180), a header line, one row a term.

``concept_id``, ``lang`` and ``term`` are required; the other columns may be missing, and all may
stand in any order. A list in one cell (``forms``, ``context``) is separated by ``|``; ``\\|`` and
``\\\\`` write a bar and a backslash. Commas, semicolons and tabs are told apart by the header line,
so that what a spreadsheet saves in any country can be read; commas are written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from mtalign.atomic import write_atomic
from mtalign.errors import FaultsError, MtalignError
from mtalign.terms.faults import conflicts, nearest, term_faults
from mtalign.terms.termbase import Term, Termbase, default_case

REQUIRED = ("concept_id", "lang", "term")
COLUMNS = (
    *REQUIRED,
    *("status", "pos", "forms", "case", "dnt", "domain", "context", "note", "source"),
)

_DNT = {"": False, "no": False, "false": False, "0": False, "yes": True, "true": True, "1": True}
_BAR = re.compile(r"\\([\\|])|\|")
_BEGIN = f"Begin it with a line: {','.join(REQUIRED)}"
_REENCODE = 'Save it as "CSV UTF-8".'


def read_csv(path: Path) -> Termbase:
    """Read a glossary from a CSV file.

    :raises MtalignError: the file cannot be read
    :raises FaultsError: every fault in it, each with its line; see :func:`parse_csv`
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise MtalignError(f"cannot be read: {reason}", where=path) from error
    return parse_csv(data, path)


def write_csv(termbase: Termbase, path: Path) -> None:
    """Write a glossary to a CSV file: whole or not at all.

    :raises MtalignError: the file cannot be written
    :raises FaultsError: a term holds what the format cannot, or terms contradict one another
    """
    write_atomic(path, format_csv(termbase).encode("utf-8"))


def parse_csv(data: bytes, where: str | Path = "<csv>") -> Termbase:
    """Read a glossary from the bytes of a CSV file. A header with no rows is an empty termbase.

    :param where: name of the file, for messages
    :raises FaultsError: bytes that are not UTF-8, a missing, unknown or doubled column, a row with
        too few or too many fields, an empty or unknown value, a form listed twice, a row given
        twice, two preferred terms of one language in a concept, a form both accepted and forbidden

    >>> parse_csv(b"concept_id,lang,term\\n1,it,ricorso\\n1,en,appeal\\n").languages
    ('en', 'it')
    """
    return Termbase.of(term for term, _ in csv_rows(data, where))


def csv_rows(data: bytes, where: str | Path = "<csv>") -> list[tuple[Term, int]]:
    """Terms of a CSV file, each with the line its row begins on.

    :raises FaultsError: as :func:`parse_csv`
    """
    reader = _Reader(decode(data, where), where)
    terms = list(reader.terms())
    faults = [*reader.faults, *conflicts(terms, where)]
    if faults:
        raise FaultsError(sorted(faults, key=lambda fault: fault.line or 0))
    return terms


def format_csv(termbase: Termbase) -> str:
    """A glossary as CSV: every column, rows in order, line feeds; equal termbases, equal text.

    :raises FaultsError: a term holds what the format cannot, or terms contradict one another
    """
    terms = [(term, None) for term in termbase.terms()]
    faults = [
        MtalignError(f"concept {term.concept_id}: {fault}")
        for term, _ in terms
        for fault in term_faults(term)
    ]
    faults += conflicts(terms, None)
    if faults:
        raise FaultsError(faults)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(_cells, termbase.terms()))
    return stream.getvalue()


def csv_records(
    text: str, report: Callable[[int, str, str], None]
) -> Iterator[tuple[int, list[str]]]:
    """Records that hold something, with the line each begins on; cells without outer spaces.

    Tabs separate if the first line has any, else whichever of comma and semicolon it has more of.

    :param report: called with line, fault and advice for what is not CSV
    """
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first else max(",;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.replace("\r\n", "\n").strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            report(line, f"not CSV: {error}", 'A quote in a quoted cell is doubled: "".')
            continue
        if any(cells):
            yield line, cells


class _Reader:
    """Rows into terms; what is wrong is gathered in ``faults``, line by line."""

    def __init__(self, text: str, where: str | Path) -> None:
        self.faults: list[MtalignError] = []
        self._text, self._where = text, where

    def terms(self) -> Iterator[tuple[Term, int]]:
        rows = csv_records(self._text, self._fault)
        header = next(rows, None)
        if header is None:
            self._fault(1, "the file is empty", _BEGIN)
            return
        columns = self._columns(*header)
        if not set(REQUIRED) <= set(columns):
            return
        for line, cells in rows:
            while len(cells) > len(columns) and not cells[-1]:
                cells.pop()  # spreadsheets add empty columns at the right
            if len(cells) != len(columns):
                self._fault(line, _count(len(cells), len(columns)))
            else:
                yield from self._term(line, dict(zip(columns, cells, strict=True)))

    def _columns(self, line: int, header: Sequence[str]) -> list[str]:
        columns = ",".join(header).lower().rstrip(",").split(",")
        if not set(columns) & set(COLUMNS):
            self._fault(line, "there is no header line", _BEGIN)
            return []
        for name in REQUIRED:
            if name not in columns:
                self._fault(line, f'column "{name}" is missing')
        for number, name in enumerate(columns):
            if name in columns[:number]:
                self._fault(line, f'column "{name}" stands there twice')
            elif name not in COLUMNS:
                self._fault(line, f'unknown column "{name}"; {nearest(name, COLUMNS)}')
        return columns

    def _term(self, line: int, row: dict[str, str]) -> Iterator[tuple[Term, int]]:
        empty = [name for name in REQUIRED if not row[name]]
        dnt = _DNT.get(row.get("dnt", "").lower())
        for name in empty:
            self._fault(line, f"{name} is empty")
        if dnt is None:
            self._fault(line, f'unknown dnt "{row["dnt"]}"; known are: yes, no')
        term = Term(
            concept_id=row["concept_id"],
            lang=language_tag(row["lang"]),
            term=row["term"],
            status=row.get("status", "").lower() or "preferred",
            pos=row.get("pos", "").lower(),
            forms=split_items(row.get("forms", "")),
            case=row.get("case", "").lower() or default_case(row["term"]),
            dnt=bool(dnt),
            domain=row.get("domain", ""),
            context=split_items(row.get("context", "")),
            note=row.get("note", ""),
            source=row.get("source", ""),
        )
        if not empty:
            for fault in term_faults(term, split_items(row.get("forms", ""))):
                self._fault(line, fault)
            yield term, line

    def _fault(self, line: int, what: str, todo: str | None = None) -> None:
        self.faults.append(MtalignError(what, where=self._where, line=line, todo=todo))


def decode(data: bytes, where: str | Path) -> str:
    """The text of a UTF-8 file, without its byte order mark.

    :raises FaultsError: other encodings, with every line that is not UTF-8
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FaultsError([MtalignError("not UTF-8 but UTF-16", where=where, todo=_REENCODE)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FaultsError(list(_undecodable(data, where))) from None


def _undecodable(data: bytes, where: str | Path) -> Iterator[MtalignError]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            what = f"not UTF-8: byte 0x{line[error.start]:02x} at byte {error.start + 1}"
            yield MtalignError(what, where=where, line=number, todo=_REENCODE)


def _count(found: int, wanted: int) -> str:
    fields = "1 field" if found == 1 else f"{found} fields"
    return f"{fields}, where the header has {wanted}"


def language_tag(code: str) -> str:
    """A language code with the capitals that BCP 47 gives it.

    >>> language_tag("IT"), language_tag("pt-br"), language_tag("zh-hans-cn")
    ('it', 'pt-BR', 'zh-Hans-CN')
    """
    first, *rest = code.split("-")
    cased = {2: str.upper, 4: str.title}
    return "-".join([first.lower(), *(cased.get(len(part), str.lower)(part) for part in rest)])


def split_items(cell: str) -> tuple[str, ...]:
    r"""The items of a cell.

    >>> split_items(r"crisi | crisi\|nera")
    ('crisi', 'crisi|nera')
    """
    if not cell:
        return ()
    parked = _BAR.sub(lambda found: found[1] or "\n", cell)
    return tuple(item.strip() for item in parked.split("\n"))


def join_items(items: Iterable[str]) -> str:
    """Items as one cell, so that :func:`split_items` gives them back."""
    return "|".join(item.replace("\\", "\\\\").replace("|", "\\|") for item in items)


def _cells(term: Term) -> list[str]:
    special: dict[str, Callable[[], str]] = {
        "forms": lambda: join_items(term.forms),
        "context": lambda: join_items(term.context),
        "dnt": lambda: "yes" if term.dnt else "",
    }
    return [special[name]() if name in special else getattr(term, name) for name in COLUMNS]
