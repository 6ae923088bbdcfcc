"""From a document to its segments, with offsets."""

from mtalign.segment.blocks import gaps, rebuild, segments
from mtalign.segment.soft import soft_split
from mtalign.segment.split import split

__all__ = ["gaps", "rebuild", "segments", "soft_split", "split"]
