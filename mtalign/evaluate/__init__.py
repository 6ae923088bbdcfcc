"""Hypotheses against references: scores with their signatures."""

from mtalign.evaluate.scores import SegmentScores, corpus_chrf, segment_scores, segment_signatures

__all__ = ["SegmentScores", "corpus_chrf", "segment_scores", "segment_signatures"]
