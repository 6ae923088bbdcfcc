"""``mtalign terms``: convert, merge, count and propose terms."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtalign.errors import FaultsError, MtalignError

if TYPE_CHECKING:
    from mtalign.terms.exchange import Loss, Reading
    from mtalign.terms.extract import ExtractSettings

_EPILOG = """\
examples:
  mtalign terms convert glossary.tbx glossary.csv
  mtalign terms convert glossary.csv deepl.tsv --format deepl --from it --to en
  mtalign terms merge fiscal.csv legal.tbx -o all.csv
  mtalign terms stats all.csv
  mtalign terms extract plans.it plans.en --from it --to en -o candidates.csv
"""
_STDIN = Path("-")


def add_parser(commands: Any) -> None:
    """Add the command to the ``mtalign`` parser."""
    parser = commands.add_parser(
        "terms",
        help="convert, merge and count termbases; propose terms from a bitext",
        description="Work on termbases: CSV, TBX, lists of two columns, services' glossaries.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    _add_convert(actions)
    _add_merge(actions)
    _add_stats(actions)
    _add_extract(actions)


def run(args: argparse.Namespace) -> int:
    """Run the action; see ``mtalign.cli.main`` for what it returns."""
    code: int = args.action(args)
    return code


def _add_convert(actions: Any) -> None:
    parser = actions.add_parser("convert", help="write a termbase in another format")
    parser.add_argument("input", type=Path, metavar="IN", help="CSV, TSV or TBX, or - for stdin")
    parser.add_argument("output", type=Path, metavar="OUT", help="file to write, or - for stdout")
    _add_format(parser)
    _add_languages(parser)
    parser.set_defaults(run=run, action=_convert)


def _add_merge(actions: Any) -> None:
    parser = actions.add_parser("merge", help="put several termbases together")
    parser.add_argument("inputs", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT")
    _add_format(parser)
    _add_languages(parser)
    parser.set_defaults(run=run, action=_merge)


def _add_stats(actions: Any) -> None:
    parser = actions.add_parser("stats", help="count concepts, terms, forms and faults")
    parser.add_argument("input", type=Path, metavar="FILE")
    _add_languages(parser)
    parser.set_defaults(run=run, action=_stats)


def _add_extract(actions: Any) -> None:
    parser = actions.add_parser("extract", help="propose terms from a bitext")
    parser.add_argument("bitext", nargs="+", type=Path, metavar="FILE", help="SRC TGT, or one TSV")
    _add_languages(parser, required=True)
    parser.add_argument("-o", "--output", type=Path, default=_STDIN, metavar="OUT")
    parser.add_argument(
        "--min-count", type=int, default=5, metavar="N", help="segments a pair must stand in (5)"
    )
    parser.add_argument(
        "--max-words", type=int, default=4, metavar="N", help="words of the longest term (4)"
    )
    parser.add_argument(
        "--min-words", type=int, default=1, metavar="N", help="words of the longer of the two (1)"
    )
    parser.add_argument(
        "--limit", type=int, default=1000, metavar="N", help="candidates to write, best first"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress")
    parser.set_defaults(run=run, action=_extract)


def _add_format(parser: Any) -> None:
    from mtalign.terms.formats import FORMATS

    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        metavar="NAME",
        help=f"one of: {', '.join(FORMATS)} (default: by the suffix of OUT)",
    )


def _add_languages(parser: Any, required: bool = False) -> None:
    parser.add_argument("--from", dest="src", default="", required=required, metavar="LANG")
    parser.add_argument("--to", dest="tgt", default="", required=required, metavar="LANG")


def _convert(args: argparse.Namespace) -> int:
    reading = _read(args.input, args)
    _write(reading, args)
    return 0


def _merge(args: argparse.Namespace) -> int:
    from mtalign.terms.exchange import Reading
    from mtalign.terms.merge import merge

    readings: list[tuple[str, Reading]] = []
    faults: list[MtalignError] = []
    for path in args.inputs:
        try:
            readings.append((str(path), _read(path, args)))
        except FaultsError as error:
            faults += error.faults
    if faults:
        raise FaultsError(faults)
    merged = merge(readings)
    count = sum(len(reading.rows) for _, reading in readings)
    kept = tuple((term, 0) for term in merged.termbase.terms())
    _say(f"{count} terms in, {len(kept)} out, {merged.repeated} repeated")
    _write(Reading("merged", kept), args)
    return 0


def _stats(args: argparse.Namespace) -> int:
    from mtalign.terms.stats import fault_kinds, statistics
    from mtalign.terms.termbase import STATUSES

    try:
        reading = _read(args.input, args)
    except FaultsError as error:
        for kind, count in fault_kinds(error):
            print(f"{count}\t{kind}")
        count = len(error.faults)
        raise MtalignError(
            f"{count} fault{'s' if count > 1 else ''}: no termbase",
            where=args.input,
            todo="mtalign terms convert lists them, each with its line.",
        ) from error
    termbase = reading.termbase
    print(f"format\t{reading.format}\nconcepts\t{len(termbase)}\nterms\t{len(reading.rows)}\n")
    print(
        "\t".join(("lang", *STATUSES, "forms", "base form only", "concepts without", "homographs"))
    )
    for line in statistics(termbase):
        tail = (line.forms, line.unlisted, line.missing, line.homographs)
        print("\t".join(map(str, (line.lang, *line.by_status, *tail))))
    return 0


def _extract(args: argparse.Namespace) -> int:
    from mtalign.cli.progress import Progress
    from mtalign.terms.candidates import format_candidates
    from mtalign.terms.extract import extract, read_bitext

    if len(args.bitext) > 2:
        raise MtalignError(f"{len(args.bitext)} files", todo="Give SRC TGT, or one TSV.")
    settings = _settings(args)
    pairs = read_bitext(args.bitext)
    with Progress("pairs", 2 * len(pairs), args.quiet) as progress:
        found = extract(pairs, args.src, args.tgt, settings, progress.add)
    _put(args.output, format_candidates(found, pairs, (args.src, args.tgt)).encode("utf-8"))
    _say(f"{len(pairs)} pairs in, {len(found)} candidates out")
    return 0


def _settings(args: argparse.Namespace) -> ExtractSettings:
    from mtalign.terms.extract import ExtractSettings

    for name, least in (("min_count", 2), ("max_words", 1), ("min_words", 1), ("limit", 1)):
        if getattr(args, name) < least:
            raise MtalignError(f"--{name.replace('_', '-')} must be {least} or more")
    return ExtractSettings(args.min_count, args.max_words, args.min_words, args.limit)


def _read(path: Path, args: argparse.Namespace) -> Reading:
    from mtalign.terms.formats import read_glossary, read_stream

    if path == _STDIN:
        reading = read_stream(sys.stdin.buffer, "<stdin>", args.src, args.tgt)
    else:
        reading = read_glossary(path, args.src, args.tgt)
    _say_losses(path, reading.losses)
    return reading


def _write(reading: Reading, args: argparse.Namespace) -> None:
    from mtalign.terms.formats import Options, format_of, write_glossary

    name = args.format or format_of(args.output)
    options = Options(args.src, args.tgt, args.output.suffix.lower())
    writing = write_glossary(reading.termbase, name, options)
    _put(args.output, writing.data)
    _say_losses(args.output, writing.losses)


def _put(path: Path, data: bytes) -> None:
    from mtalign.cli.outputs import write_text

    write_text(None if path == _STDIN else path, data.decode("utf-8"))


def _say_losses(path: Path, losses: Iterable[Loss]) -> None:
    for loss in losses:
        _say(f"{path}: {loss}")


def _say(text: str) -> None:
    print(f"mtalign: {text}", file=sys.stderr)
