"""One document on its way: read, cut, translated, written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from mtalign.cli.opening import Direction
from mtalign.cli.progress import Progress
from mtalign.cli.windows import WINDOW, cut
from mtalign.documents import Rendering, rebuild
from mtalign.records import Document, Hypothesis, Segment
from mtalign.segment import segments
from mtalign.translate import Request
from mtalign.translate.blocks import set_back


@dataclass
class Job:
    """A document with its segments and what they have become so far.

    :ivar hypotheses: one per segment, once translated
    :ivar back: one per segment, the hypotheses translated back, where that was asked for
    """

    document: Document
    segments: list[Segment]
    hypotheses: list[Hypothesis] = field(default_factory=list)
    back: list[Hypothesis] = field(default_factory=list)

    def rendered(self, hypotheses: Sequence[Hypothesis]) -> str:
        """The document's text with the hypotheses in the place of its segments."""
        of_block = {
            number: list(pairs)
            for number, pairs in groupby(
                zip(self.segments, hypotheses, strict=True), key=lambda pair: pair[0].block
            )
        }
        renderings = []
        for number, block in enumerate(self.document.blocks):
            pairs = of_block.get(number, [])
            text, offsets = set_back(block, [s for s, _ in pairs], [h for _, h in pairs])
            renderings.append(Rendering(text, offsets))
        return rebuild(self.document, renderings)


def open_job(document: Document, lines: bool) -> Job:
    """Cut a document into segments.

    :param lines: every block is one segment, whatever sentences it holds
    """
    if not lines:
        return Job(document, list(segments(document)))
    whole = [
        Segment(document.path, number, number, document.lang, 0, len(block.text), block.text)
        for number, block in enumerate(document.blocks)
    ]
    return Job(document, whole)


def groups(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Gather jobs until they fill a window, so that many small files decode in full batches."""
    group: list[Job] = []
    size = 0
    for job in jobs:
        group.append(job)
        size += len(job.segments)
        if size >= WINDOW:
            yield group
            group, size = [], 0
    if group:
        yield group


def translate_group(group: Sequence[Job], direction: Direction, progress: Progress) -> None:
    """Fill in the hypotheses of each job."""
    requests = [
        Request(segment.text, direction.match(segment.text), _marked(job, segment))
        for job in group
        for segment in job.segments
    ]
    made = _translated(requests, direction, progress)
    for job in group:
        job.hypotheses = [next(made) for _ in job.segments]


def translate_back(group: Sequence[Job], direction: Direction, progress: Progress) -> None:
    """Fill in the back-translations of each job's hypotheses."""
    texts = [hypothesis.text for job in group for hypothesis in job.hypotheses]
    made = _translated([Request(t, direction.match(t)) for t in texts], direction, progress)
    for job in group:
        job.back = [next(made) for _ in job.segments]


def _translated(
    requests: Sequence[Request], direction: Direction, progress: Progress
) -> Iterator[Hypothesis]:
    made: list[Hypothesis] = []
    for window in cut(requests):
        made += direction.translator.translate(window)
        progress.add(len(window))
    return iter(made)


def _marked(job: Job, segment: Segment) -> bool:
    """Whether markup stands inside the segment, so that links must place it."""
    codes = job.document.blocks[segment.block].codes
    return any(segment.start < code.offset < segment.end for code in codes)
