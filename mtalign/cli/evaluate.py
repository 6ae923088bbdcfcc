"""``mtalign evaluate``: hypotheses against references and termbases."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mtalign.errors import MtalignError

if TYPE_CHECKING:
    from mtalign.evaluate.places import TermSegment
    from mtalign.terms import Matcher

_EPILOG = """\
example:
  mtalign evaluate terms hyp.en --src text.it --ref text.en --termbase glossary.csv \\
      --from it --to en --baseline free.en

Every file has one segment a line. docs/evaluate.md says what each measure counts.
"""


def add_parser(commands: Any) -> None:
    """Add the command to the ``mtalign`` parser."""
    parser = commands.add_parser(
        "evaluate",
        help="score translations",
        description="Score hypotheses against references and termbases.",
    )
    kinds = parser.add_subparsers(title="what to score", metavar="WHAT", required=True)
    _add_terms(kinds)


def _add_terms(kinds: Any) -> None:
    parser = kinds.add_parser(
        "terms",
        help="the measures of the terminology shared tasks",
        description="Score how hypotheses keep the terms of a termbase, by the measures of the "
        "terminology shared tasks.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    parser.add_argument("hyp", type=Path, metavar="HYP", help="the hypotheses")
    for name, what in (("src", "their sources"), ("ref", "their references")):
        parser.add_argument(f"--{name}", type=Path, required=True, metavar="FILE", help=what)
    parser.add_argument("--termbase", type=Path, required=True, metavar="FILE", help="CSV of terms")
    parser.add_argument(
        "--from", dest="src_lang", required=True, metavar="LANG", help="source language"
    )
    parser.add_argument(
        "--to", dest="tgt_lang", required=True, metavar="LANG", help="target language"
    )
    parser.add_argument(
        "--baseline",
        type=Path,
        metavar="FILE",
        help="other hypotheses, to compare chrF++ and BLEU with by paired bootstrap",
    )
    parser.add_argument(
        "--instances",
        type=Path,
        metavar="FILE",
        help="JSON Lines of the terms to score, in place of those found in the sources",
    )
    parser.add_argument(
        "--format", choices=("table", "json"), default="table", help="table (default) or json"
    )


def run(args: argparse.Namespace) -> int:
    """Run the command; see ``mtalign.cli.main`` for what it returns."""
    from mtalign.cli.outputs import write_text
    from mtalign.cli.term_scores import to_json, to_table
    from mtalign.evaluate import paired_scores, term_scores
    from mtalign.terms import Matcher, read_csv

    matcher = Matcher(read_csv(args.termbase), args.src_lang, args.tgt_lang)
    _check_languages(args, matcher)
    hypotheses = _lines(args.hyp)
    sources, references = (_beside(args.hyp, hypotheses, path) for path in (args.src, args.ref))
    baseline = args.baseline and _beside(args.hyp, hypotheses, args.baseline)
    if not hypotheses:
        raise MtalignError("has no lines: nothing to score", where=args.hyp)
    segments, finder, required, left_out = _required(args, matcher, sources, hypotheses, references)
    found = term_scores(segments, matcher, finder, required)
    general = paired_scores(hypotheses, references, baseline)
    write = to_json if args.format == "json" else to_table
    write_text(None, write(found, general, left_out) + "\n")
    return 0


def _required(
    args: argparse.Namespace,
    matcher: Matcher,
    sources: list[str],
    hypotheses: list[str],
    references: list[str],
) -> tuple[list[TermSegment], Any, str, int]:
    """Segments with what is required of them, its finder, its fingerprint, and what fits none."""
    from mtalign.evaluate import InstanceFinder, instance_segments, read_instances, term_segments
    from mtalign.signature import file_digest

    if args.instances is None:
        segments = term_segments(sources, hypotheses, references, matcher)
        return segments, matcher.find_required, "matches", 0
    instances = read_instances(args.instances, matcher)
    segments, others = instance_segments(instances, sources, hypotheses, references)
    if len(others) == len(instances):
        raise MtalignError(
            f"none of its {len(instances)} instances from {args.src_lang} to {args.tgt_lang} "
            f"has its source in {args.src}",
            where=args.instances,
            todo="Give the source file that the instances were taken from.",
        )
    name = f"instances-{file_digest(args.instances)}"
    return segments, InstanceFinder(instances, matcher), name, len(others)


def _check_languages(args: argparse.Namespace, matcher: Matcher) -> None:
    for lang in (args.src_lang, args.tgt_lang):
        if not any(concept.in_language(lang) for concept in matcher.termbase.concepts):
            known = ", ".join(matcher.termbase.languages) or "none"
            raise MtalignError(
                f'has no terms in "{lang}"', where=args.termbase, todo=f"It has: {known}."
            )


def _beside(first: Path, hypotheses: list[str], path: Path) -> list[str]:
    lines = _lines(path)
    if len(lines) != len(hypotheses):
        raise MtalignError(
            f"{first} has {len(hypotheses)} lines and {path} has {len(lines)}",
            todo="Give files with one segment a line, in the same order.",
        )
    return lines


def _lines(path: Path) -> list[str]:
    """Lines of a text file; they end at LF and CR LF, and the last may have no end."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise MtalignError(f"cannot be read: {error.strerror or error}", where=path) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise MtalignError("is not UTF-8", where=path, line=line, todo="Save it as UTF-8.") from (
            error
        )
    lines = text.split("\n")
    return [line.removesuffix("\r") for line in (lines if lines[-1] else lines[:-1])]
