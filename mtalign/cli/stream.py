"""``mtalign translate --lines`` as a Unix filter: as many lines out as in, in flat memory."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from mtalign.cli.opening import Direction, open_cache, open_direction, read_terms
from mtalign.cli.progress import Progress
from mtalign.cli.windows import WINDOW
from mtalign.errors import MtalignError
from mtalign.records import Hypothesis
from mtalign.translate import Request
from mtalign.translate.records import segment_record

_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the text to translate and what stands around it.

    :ivar number: 1-based
    :ivar before: byte order mark and white space in front
    :ivar after: white space behind, the line end included
    """

    number: int
    before: str
    text: str
    after: str


def translate_stream(args: argparse.Namespace) -> int:
    """Translate standard input to standard output or ``-o FILE``."""
    direction = open_direction(args, read_terms(args), open_cache(args, default=False))
    source = _chunks(sys.stdin.buffer)
    if args.output is None:
        return _filter(args, direction, source, sys.stdout.buffer)
    from mtalign.atomic import atomic_stream

    with atomic_stream(args.output) as sink:
        return _filter(args, direction, source, sink)


def _filter(
    args: argparse.Namespace, direction: Direction, source: Iterable[bytes], sink: BinaryIO
) -> int:
    write = _jsonl if args.format == "jsonl" else _text
    with Progress("lines", None, args.quiet) as progress:
        for window in windows(lines(source, "standard input")):
            hypotheses = direction.translator.translate(
                [Request(line.text, direction.match(line.text)) for line in window]
            )
            sink.write(write(direction, window, hypotheses).encode("utf-8"))
            sink.flush()
            progress.add(len(window))
    return 0


def _text(direction: Direction, window: list[Line], hypotheses: list[Hypothesis]) -> str:
    return "".join(
        line.before + hyp.text.replace("\n", " ").replace("\r", " ") + line.after
        for line, hyp in zip(window, hypotheses, strict=True)
    )


def _jsonl(direction: Direction, window: list[Line], hypotheses: list[Hypothesis]) -> str:
    signature = direction.translator.signature
    records = [
        segment_record(f"-:{line.number - 1}", line.text, hyp, direction.model, signature)
        for line, hyp in zip(window, hypotheses, strict=True)
    ]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """What is there to read, as soon as it is there."""
    read = getattr(stream, "read1", stream.read)
    while chunk := read(_READ):
        yield chunk


def lines(chunks: Iterable[bytes], name: str) -> Iterator[list[Line]]:
    """The whole lines that each chunk completes.

    :raises MtalignError: bytes that are not UTF-8, after the lines before them were yielded
    """
    number, rest = 0, b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        group = []
        for raw in whole:
            number += 1
            try:
                group.append(_line(number, raw + b"\n", name))
            except MtalignError:
                yield group
                raise
        yield group
    if rest:
        yield [_line(number + 1, rest, name)]


def windows(groups: Iterable[list[Line]]) -> Iterator[list[Line]]:
    """Cut groups of lines into windows; a window never waits for the next group."""
    for group in groups:
        for start in range(0, len(group), WINDOW):
            yield group[start : start + WINDOW]


def _line(number: int, raw: bytes, name: str) -> Line:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MtalignError(
            f"not UTF-8: {error.object[error.start]:#04x} at byte {error.start + 1} of the line",
            where=name,
            line=number,
            todo="Convert it first, for example with iconv -t UTF-8.",
        ) from error
    mark = "\ufeff" if number == 1 and text.startswith("\ufeff") else ""
    body = text[len(mark) :].strip()
    start = text.index(body, len(mark)) if body else len(text)
    return Line(number, text[:start], body, text[start + len(body) :])
