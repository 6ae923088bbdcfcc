"""Shares over term occurrences, and over concepts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """A mean over occurrences and the mean of the concepts' own means, each in [0, 1].

    With nothing to count there is no share: both are None, neither a perfect score nor a zero.

    :ivar micro: every occurrence weighs the same
    :ivar macro: every concept weighs the same, however often it occurs
    :ivar count: occurrences
    :ivar concepts: different concepts among them
    """

    micro: float | None
    macro: float | None
    count: int
    concepts: int


def share(values: Iterable[tuple[str, float]]) -> Share:
    """Average (concept, value) pairs.

    >>> share([("a", 1.0), ("a", 1.0), ("b", 0.5)])
    Share(micro=0.8333333333333334, macro=0.75, count=3, concepts=2)
    >>> share([]).micro is None
    True
    """
    groups: dict[str, list[float]] = defaultdict(list)
    for concept, value in values:
        groups[concept].append(float(value))
    count = sum(map(len, groups.values()))
    if not count:
        return Share(None, None, 0, 0)
    micro = sum(sum(group) for group in groups.values()) / count
    macro = sum(sum(group) / len(group) for group in groups.values()) / len(groups)
    return Share(micro, macro, count, len(groups))
