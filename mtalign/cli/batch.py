"""``mtalign translate`` on files: a batch that survives whatever stops it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from mtalign.cli.jobs import Job, groups, open_job, translate_back, translate_group
from mtalign.cli.opening import Direction, cache_place, open_cache, open_direction, read_terms
from mtalign.cli.outputs import Outputs, check_apart, choose_outputs, to_jsonl, write_text
from mtalign.cli.progress import Progress
from mtalign.cli.summary import Row, print_summary, print_worst, trip_records
from mtalign.cli.term_report import TermReport
from mtalign.documents import Input, Options, expand, read_bytes, read_document
from mtalign.errors import MtalignError
from mtalign.translate.records import segment_record


@dataclass
class Batch:
    """One run over many files.

    :ivar failed: inputs that could not be read or written
    :ivar written: documents written whole
    """

    args: argparse.Namespace
    outputs: Outputs
    forth: Direction
    back: Direction | None
    inputs: list[Input]
    failed: int = 0
    written: int = 0
    rows: list[Row] = field(default_factory=list)
    trips: list[dict[str, object]] = field(default_factory=list)
    terms: TermReport = field(default_factory=TermReport)

    def jobs(self) -> Iterator[Job]:
        """The documents that can be read; the others are reported."""
        options = Options(
            format="lines" if self.args.lines else None,
            columns=tuple(self.args.column),
            fields=tuple(self.args.field),
            header=not self.args.no_header,
        )
        for given in self.inputs:
            try:
                check_apart(given.path, self.outputs.path(given.name))
                if given.path is None:
                    document = read_bytes(sys.stdin.buffer.read(), self.args.src, options)
                else:
                    document = read_document(given.path, self.args.src, options, given.name)
                yield open_job(document, self.args.lines)
            except MtalignError as error:
                self.report(error)

    def report(self, error: MtalignError) -> None:
        """Say what failed and go on, or stop the run if that was asked for."""
        if self.args.fail_fast:
            raise error
        self.failed += 1
        print(f"mtalign: {error}", file=sys.stderr)

    def run(self) -> None:
        """Translate and write group by group."""
        rows = [Row.of(self.forth), *([Row.of(self.back)] if self.back else [])]
        with Progress("segments", None, self.args.quiet) as progress:
            for group in groups(self.jobs()):
                start = time.monotonic()
                translate_group(group, self.forth, progress)
                rows[0].count([h for job in group for h in job.hypotheses], start)
                if self.back:
                    start = time.monotonic()
                    translate_back(group, self.back, progress)
                    rows[1].count([h for job in group for h in job.back], start)
                for job in group:
                    self.write(job)
                    self.terms.add(job.segments, job.hypotheses, rows[0].direction)
                    if self.back:
                        self.terms.add(job.segments, job.back, rows[1].direction)
        self.rows = rows

    def write(self, job: Job) -> None:
        """Write all that one document gives."""
        name = job.document.path
        try:
            for path, text in self._results(job, name):
                write_text(path, text)
            self.written += 1
        except MtalignError as error:
            self.report(error)

    def _results(self, job: Job, name: str) -> Iterator[tuple[Path | None, str]]:
        if self.args.format == "jsonl":
            signature = self.forth.translator.signature
            records = [
                segment_record(segment.id, segment.text, hyp, self.forth.model, signature)
                for segment, hyp in zip(job.segments, job.hypotheses, strict=True)
            ]
            yield self.outputs.path(name, suffix=".jsonl"), to_jsonl(records)
        else:
            yield self.outputs.path(name), job.rendered(job.hypotheses)
        if self.back:
            trips = trip_records(job, self.forth, self.back)
            self.trips += trips
            yield self.outputs.path(name, label=".back"), job.rendered(job.back)
            yield self.outputs.path(name, ".jsonl", ".round-trip"), to_jsonl(trips)


def translate_files(args: argparse.Namespace, given: Sequence[str]) -> int:
    """Translate every input that can be read.

    :return: 0; 2 where an input failed; 130 when interrupted
    """
    inputs, skipped = expand(
        given,
        any_suffix=args.lines,
        output_name=_as_jsonl if args.format == "jsonl" else str,
        exclude=args.output,
    )
    if not args.quiet:
        for one in skipped:
            print(f"mtalign: {one.path}: skipped: {one.reason}", file=sys.stderr)
    one_file = len(given) == 1 and (given[0] == "-" or Path(given[0]).is_file())
    outputs = choose_outputs(args.output, [one.name for one in inputs], one_file)
    batch = _open(args, outputs, inputs)
    try:
        batch.run()
    except KeyboardInterrupt:
        print(_interrupted(batch), file=sys.stderr)
        return 130
    if batch.written and args.output is not None and not args.quiet:
        print_worst(batch.trips)
        print_summary(batch.rows, batch.trips, batch.written, args.output)
    return _closed(batch)


def _as_jsonl(name: str) -> str:
    return PurePosixPath(name).with_suffix(".jsonl").as_posix()


def _closed(batch: Batch) -> int:
    """Write the term report and say what failed; the exit code."""
    report, args = batch.terms, batch.args
    if args.term_report is not None:
        report.write(args.term_report)
        out = sys.stdout if args.output is not None else sys.stderr
        print(*([] if args.quiet else report.table()), sep="\n", file=out)
    if batch.failed:
        print(f"mtalign: {batch.failed} of {len(batch.inputs)} inputs failed", file=sys.stderr)
        return 2
    if args.strict_terms and report.missing:
        print(f"mtalign: {report.missing} required terms are missing", file=sys.stderr)
        return 1
    return 0


def _open(args: argparse.Namespace, outputs: Outputs, inputs: list[Input]) -> Batch:
    termbase, cache = read_terms(args), open_cache(args, default=True)
    forth = open_direction(args, termbase, cache)
    back = open_direction(args, termbase, cache, back=True) if args.round_trip else None
    return Batch(args, outputs, forth, back, inputs)


def _interrupted(batch: Batch) -> str:
    kept = "nothing is kept" if batch.args.no_cache else f"kept in {cache_place(batch.args)}"
    return (
        f"mtalign: interrupted: {batch.written} of {len(batch.inputs)} documents written; "
        f"translated segments: {kept}\n  Give the same command again to go on."
    )
