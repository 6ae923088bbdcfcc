"""Reads bitext files, a pair at a time: TSV, TSV.xz, TSV.gz, or two files side by side."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from mtalign.errors import MtalignError


def _open(path: Path) -> AbstractContextManager[Iterable[bytes]]:
    if path.suffix == ".xz":
        return lzma.open(path)
    return gzip.open(path) if path.suffix == ".gz" else path.open("rb")


def read_lines(path: Path) -> Iterator[str]:
    """Lines of a UTF-8 file, without their ends, unpacked where the suffix is .xz or .gz.

    :raises MtalignError: the file is missing, damaged or not UTF-8, with the line reached
    """
    if not path.exists():
        raise MtalignError("no such file", where=path)
    number = 0
    try:
        with _open(path) as stream:
            for line in stream:
                number += 1
                yield line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise MtalignError(
            "not UTF-8", where=path, line=number, todo="Convert the file to UTF-8."
        ) from error
    except (EOFError, OSError, lzma.LZMAError) as error:
        raise MtalignError(f"cannot be read: {error}", where=path, line=number + 1) from error


def read_bitext(name: str) -> Iterator[tuple[str, str]]:
    """Pairs of one ``--bitext`` argument: a TSV path, or two paths joined by a comma.

    :raises MtalignError: a line has not exactly two columns, or two files differ in length
    """
    if "," in name and not Path(name).exists():
        yield from _read_paired(*(Path(part) for part in name.split(",", 1)))
        return
    for number, line in enumerate(read_lines(Path(name)), 1):
        columns = line.split("\t")
        if len(columns) != 2:
            raise MtalignError(
                f"{len(columns)} columns where two belong",
                where=name,
                line=number,
                todo="Write one pair a line: source, TAB, target.",
            )
        yield columns[0], columns[1]


def _read_paired(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    sources, targets = read_lines(source), read_lines(target)
    count = 0
    for line in sources:
        other = next(targets, None)
        if other is None:
            raise MtalignError("is shorter than its source", where=target, line=count)
        count += 1
        yield line, other
    if next(targets, None) is not None:
        raise MtalignError("is longer than its source", where=target, line=count + 1)
