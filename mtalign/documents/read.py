"""Bytes to a Document, every one of them accounted for."""

from __future__ import annotations

import codecs
import errno
from pathlib import Path

from mtalign.documents.formats import Format, by_name, by_suffix, suffixes
from mtalign.documents.lines import line_col
from mtalign.documents.options import DEFAULTS, Options
from mtalign.errors import MtalignError
from mtalign.records import Document

STDIN = "-"

_OTHER_ENCODINGS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def read_document(
    path: Path, lang: str, options: Options = DEFAULTS, name: str | None = None
) -> Document:
    """Read a file in the format that its suffix, or the options, say.

    :param lang: ISO 639-1 code of its language
    :param name: what to call it in ``Document.path`` and in errors; the path as given by default
    :raises MtalignError: it cannot be read, is not UTF-8, has an unknown suffix, or breaks the
        rules of its format
    """
    name = path.as_posix() if name is None else name
    _format(name, options)  # An unknown suffix is told before a large file is read.
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(name, error) from error
    return read_bytes(data, lang, options, name)


def read_bytes(data: bytes, lang: str, options: Options = DEFAULTS, name: str = STDIN) -> Document:
    """Read what is already in memory, such as standard input, which is plain text by default.

    :raises MtalignError: as :func:`read_document`
    """
    known = _format(name, options)
    text = _decode(data, name)
    try:
        blocks = tuple(known.parse(text, options))
    except MtalignError as error:
        error.where = name
        raise
    return Document(name, lang, known.name, text, blocks)


def _format(name: str, options: Options) -> Format:
    if options.format is not None:
        return by_name(options.format)
    known = by_name("text") if name == STDIN else by_suffix(name)
    if known is None:
        raise MtalignError(
            "its suffix is that of no known format",
            where=name,
            todo=f"Known suffixes: {suffixes()}. For other plain text, name the format.",
        )
    return known


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        for mark, encoding in _OTHER_ENCODINGS:
            if data.startswith(mark):
                raise MtalignError(
                    f"not UTF-8: it begins with the byte order mark of {encoding}",
                    where=name,
                    todo=f"Save it as UTF-8, for example: iconv -f {encoding} -t UTF-8.",
                ) from error
        before = data[: error.start].decode("utf-8")
        raise MtalignError(
            f"not UTF-8: byte 0x{data[error.start]:02x} at byte offset {error.start}",
            where=name,
            line=line_col(before, len(before))[0],
            todo="Save it as UTF-8, for example: iconv -f WINDOWS-1252 -t UTF-8.",
        ) from error


def _unreadable(name: str, error: OSError) -> MtalignError:
    if error.errno == errno.ENOENT:
        return MtalignError("there is no such file", where=name, todo="Check the path.")
    if error.errno == errno.EISDIR:
        return MtalignError("it is a folder, not a file", where=name, todo="Name a file in it.")
    return MtalignError(
        f"cannot be read: {(error.strerror or str(error)).lower()}",
        where=name,
        todo="Make it readable, or leave it out.",
    )
