"""Hypotheses against references: scores with their signatures."""

from mtalign.evaluate.instances import InstanceFinder, instance_segments, read_instances
from mtalign.evaluate.paired import Score, paired_scores
from mtalign.evaluate.scores import SegmentScores, corpus_chrf, segment_scores, segment_signatures
from mtalign.evaluate.shares import Share
from mtalign.evaluate.terms import TermScores, term_scores, term_segments

__all__ = [
    "InstanceFinder",
    "Score",
    "SegmentScores",
    "Share",
    "TermScores",
    "corpus_chrf",
    "instance_segments",
    "paired_scores",
    "read_instances",
    "segment_scores",
    "segment_signatures",
    "term_scores",
    "term_segments",
]
