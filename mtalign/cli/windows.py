"""How many segments are translated, and cached, at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

WINDOW = 512
"""Segments decoded together: enough to sort by length into even batches, few enough that a run
killed at any moment loses seconds."""


def cut(items: Sequence[Item], size: int = WINDOW) -> Iterator[Sequence[Item]]:
    """Windows of at most ``size`` items, in order.

    >>> list(cut("abcde", 2))
    ['ab', 'cd', 'e']
    """
    for start in range(0, len(items), size):
        yield items[start : start + size]
