"""The one door to every format: which reader a file takes, and which writer a format name means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mtalign.errors import MtalignError
from mtalign.terms import vendors
from mtalign.terms.columns import format_pairs, header_languages, read_columns
from mtalign.terms.csvfile import REQUIRED, csv_records, csv_rows, format_csv
from mtalign.terms.exchange import Reading, Writing
from mtalign.terms.tbx_names import DIALECTS
from mtalign.terms.tbx_read import read_tbx
from mtalign.terms.tbx_write import format_tbx
from mtalign.terms.termbase import Termbase

_HEAD = 1 << 16
_XML = (b"<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
_DIRECTION = "Name the languages with --from and --to."


@dataclass(frozen=True)
class Options:
    """What some formats need to know.

    :ivar src: source language; empty where nobody has said
    :ivar tgt: target language, likewise
    :ivar suffix: of the file to write, which parts TSV from CSV
    """

    src: str = ""
    tgt: str = ""
    suffix: str = ""


def read_termbase(path: Path, src: str = "", tgt: str = "") -> Termbase:
    """Read a glossary of any format.

    :param src: language of the first column of a list that does not name its languages
    :param tgt: language of the second
    :raises MtalignError: the file cannot be read
    :raises FaultsError: every fault in it, each with its line
    """
    return read_glossary(path, src, tgt).termbase


def read_glossary(path: Path, src: str = "", tgt: str = "") -> Reading:
    """Read a glossary of any format, with the line of each term and what could not be held.

    The content decides, not the name: XML is TBX; a header with ``concept_id``, ``lang`` or
    ``term`` is our CSV; two columns, or a header of languages, are a list of pairs.

    :raises MtalignError: the file cannot be read
    :raises FaultsError: every fault in it, each with its line
    """
    try:
        with path.open("rb") as stream:
            return read_stream(stream, path, src, tgt)
    except OSError as error:
        reason = error.strerror or str(error)
        raise MtalignError(f"cannot be read: {reason}", where=path) from error


def read_stream(stream: BinaryIO, where: str | Path, src: str = "", tgt: str = "") -> Reading:
    """Read a glossary from a stream; see :func:`read_glossary`."""
    head = stream.read(_HEAD)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_XML) or Path(where).suffix == ".tbx":
        return read_tbx(_Joined(head, stream), where)
    data = head + stream.read()
    if _is_list(head, src, tgt):
        return read_columns(data, where, src, tgt)
    return Reading("csv", tuple(csv_rows(data, where)))


def write_glossary(termbase: Termbase, name: str, options: Options) -> Writing:
    """A termbase in the format of that name.

    :param name: a key of :data:`FORMATS`
    :raises MtalignError: the format needs languages that are not named, or does not take them
    :raises FaultsError: a term holds what the format cannot, or terms contradict one another
    """
    return FORMATS[name](termbase, options)


def format_of(path: Path) -> str:
    """The format that the name of an output file means.

    :raises MtalignError: none
    """
    known = {".csv": "csv", ".tbx": "tbx", ".xml": "tbx", ".tsv": "pairs"}
    if path.suffix.lower() not in known:
        what = "no format is known by that name"
        raise MtalignError(what, where=path, todo=f"Name one with --format: {', '.join(FORMATS)}.")
    return known[path.suffix.lower()]


def _is_list(head: bytes, src: str, tgt: str) -> bool:
    text = head.decode("utf-8-sig", "replace").partition("\n")[0]
    lines = list(csv_records(text, lambda *_: None))
    cells = lines[0][1] if lines else []
    if {cell.lower() for cell in cells} & set(REQUIRED):
        return False
    return (
        len([cell for cell in cells if cell]) == 2 or header_languages(cells, src, tgt) is not None
    )


class _Joined:
    """A stream whose beginning has been read."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            size = len(self._head)
        part, self._head = self._head[:size], self._head[size:]
        return part or self._rest.read(size)


def _direction(options: Options) -> tuple[str, str]:
    if not (options.src and options.tgt):
        raise MtalignError("the format holds one direction", todo=_DIRECTION)
    return options.src, options.tgt


def _languages(termbase: Termbase, options: Options) -> list[str]:
    if options.src and options.tgt:
        return [options.src, options.tgt]
    if options.tgt:
        raise MtalignError("--to without --from", todo=_DIRECTION)
    others = [lang for lang in termbase.languages if lang != options.src]
    found = [options.src, *others] if options.src else others
    if len(found) < 2:
        raise MtalignError("the format needs two languages", todo=_DIRECTION)
    return found


def _sourced(termbase: Termbase, options: Options) -> list[str]:
    if not options.src:
        what = "the format has one source language"
        raise MtalignError(what, todo="Name it with --from, and with --to if you want one target.")
    return _languages(termbase, options)


def _suffix(options: Options, default: str) -> str:
    return options.suffix if options.suffix in (".tsv", ".csv") else default


def _tbx(name: str) -> Callable[[Termbase, Options], Writing]:
    return lambda termbase, options: format_tbx(termbase, name)


def _pairs(header: bool) -> Callable[[Termbase, Options], Writing]:
    return lambda termbase, options: format_pairs(
        termbase, *_direction(options), header=header, suffix=_suffix(options, ".tsv")
    )


def _csv(termbase: Termbase, options: Options) -> Writing:
    return Writing(format_csv(termbase).encode("utf-8"), (), ".csv")


FORMATS: dict[str, Callable[[Termbase, Options], Writing]] = {
    "csv": _csv,
    **{name: _tbx(name) for name in DIALECTS},
    "pairs": _pairs(header=True),
    "pairs-bare": _pairs(header=False),
    "deepl": lambda base, options: vendors.deepl(
        base, *_direction(options), suffix=_suffix(options, ".tsv")
    ),
    "google": lambda base, options: vendors.google(
        base, *_direction(options), suffix=_suffix(options, ".csv")
    ),
    "google-set": lambda base, options: vendors.google_set(base, _languages(base, options)),
    "amazon": lambda base, options: vendors.amazon(base, _sourced(base, options)),
    "amazon-multi": lambda base, options: vendors.amazon(
        base, _languages(base, options), multi=True
    ),
    "amazon-tmx": lambda base, options: vendors.amazon_tmx(base, _sourced(base, options)),
    "microsoft": lambda base, options: vendors.microsoft(
        base, *_direction(options), suffix=_suffix(options, ".tsv")
    ),
    "microsoft-dictionary": lambda base, options: vendors.microsoft_dictionary(
        base, *_direction(options)
    ),
}
"""Writers by the names that ``mtalign terms convert --format`` takes."""
