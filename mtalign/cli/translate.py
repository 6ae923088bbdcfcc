"""``mtalign translate``: documents and streams through a Marian model, terms enforced."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from mtalign.errors import MtalignError

_EPILOG = """\
examples:
  mtalign translate seeds/it --from it --to en --termbase glossaries/ministry.csv -o out
  mtalign translate --lines --from it --to en < lines.it > lines.en
  mtalign translate "docs/**/*.md" --from en --to it -o docs-it
  mtalign translate a.csv --column description --from it --to en -o a.en.csv

A run that was stopped goes on where it was when the same command is given again.
"""


def add_parser(commands: Any) -> None:
    """Add the command to the ``mtalign`` parser."""
    parser = commands.add_parser(
        "translate",
        help="translate documents, with the terms of a termbase",
        description="Translate documents, folders or standard input with a Marian model.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    _add_main(parser)
    _add_input(parser.add_argument_group("input and output"))
    _add_terms(parser.add_argument_group("terms"))
    _add_decoding(parser.add_argument_group("decoding"))
    _add_run(parser.add_argument_group("the run"))


def _add_main(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "inputs", nargs="*", metavar="INPUT", help="files, folders, globs, or - (the default)"
    )
    parser.add_argument("--from", dest="src", required=True, metavar="LANG", help="source language")
    parser.add_argument("--to", dest="tgt", required=True, metavar="LANG", help="target language")
    parser.add_argument(
        "--termbase",
        type=Path,
        metavar="FILE",
        help="terms that hypotheses must hold: CSV, TSV or TBX",
    )


def _add_input(group: Any) -> None:
    group.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="folder, or file for a single INPUT"
    )
    group.add_argument(
        "--format",
        choices=("text", "jsonl"),
        default="text",
        help="text: the documents in their own format; jsonl: one record a segment",
    )
    group.add_argument(
        "--lines", action="store_true", help="one segment a line: as many lines out as in"
    )
    group.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME",
        help="column of a .csv or .tsv to translate, by name or 1-based number; may be repeated",
    )
    group.add_argument(
        "--no-header", action="store_true", help="the first record of a table is no header"
    )
    group.add_argument(
        "--field",
        action="append",
        default=[],
        metavar="PATH",
        help="field of each .jsonl record to translate, dotted where nested; may be repeated",
    )
    group.add_argument(
        "--round-trip",
        action="store_true",
        help="also translate the hypotheses back, and score them against the source",
    )


def _add_terms(group: Any) -> None:
    group.add_argument(
        "--term-report",
        type=Path,
        metavar="FILE",
        help="write what became of each required term (jsonl), and print a table by concept",
    )
    group.add_argument(
        "--strict-terms", action="store_true", help="exit 1 if a hypothesis misses a required term"
    )


def _add_decoding(group: Any) -> None:
    group.add_argument(
        "--model", metavar="NAME", help="directory or hub id (default: the bundled model)"
    )
    group.add_argument("--back-model", metavar="NAME", help="model of the way back, likewise")
    group.add_argument("--engine", choices=("ctranslate2", "transformers"), default="ctranslate2")
    group.add_argument(
        "--beam", type=int, default=4, metavar="N", help="hypotheses kept at each step (4)"
    )
    group.add_argument(
        "--weights",
        choices=("int8", "float32"),
        default="int8",
        help="precision of the ctranslate2 engine's weights (int8)",
    )
    group.add_argument("--device", choices=("cpu", "cuda", "auto"), default="cpu")
    group.add_argument(
        "--threads", type=int, default=0, metavar="N", help="cores to use (default: all)"
    )


def _add_run(group: Any) -> None:
    group.add_argument("--cache", type=Path, metavar="FILE", help="translation cache to use")
    group.add_argument("--no-cache", action="store_true", help="keep no translation cache")
    group.add_argument("--fail-fast", action="store_true", help="stop at the first file that fails")
    group.add_argument("-q", "--quiet", action="store_true", help="no progress and no summary")


def run(args: argparse.Namespace) -> int:
    """Run the command; see ``mtalign.cli.main`` for what it returns."""
    from mtalign.cli.batch import translate_files
    from mtalign.cli.stream import translate_stream

    inputs = args.inputs or ["-"]
    if args.termbase is None and (args.term_report or args.strict_terms):
        raise MtalignError("there are no terms to report on", todo="Name a termbase: --termbase.")
    if args.round_trip and args.output is None:
        raise MtalignError("--round-trip writes several files", todo="Name a folder with -o.")
    if args.cache is not None and args.no_cache:
        raise MtalignError("--cache and --no-cache exclude each other")
    summed_up = args.round_trip or args.term_report or args.strict_terms
    if inputs == ["-"] and args.lines and not summed_up:
        return translate_stream(args)
    return translate_files(args, inputs)
