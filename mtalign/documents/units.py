"""What a format's parser and renderer share: the shapes of its functions, and raw places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from mtalign.records import Block

Renderer: TypeAlias = Callable[[Block, str, Sequence[int]], str]
"""(block, its translation, target offset of each of its codes) to the raw form to write."""

Unit: TypeAlias = Callable[[str, int], tuple[int, int]]
"""(document text, offset) to the raw length and text length of the escape or character there."""


def raw_places(
    text: str, block: Block, unit: Unit | None
) -> tuple[list[tuple[int, int]], list[int]]:
    """Where each character of a block's text, and each of its codes, has its raw form.

    :param text: of the document
    :return: (start, end) in ``text`` of each character, an escape's whole span for what it stands
        for; and the start of each code
    """
    if block.end - block.start == len(block.text) + sum(len(code.raw) for code in block.codes):
        unit = None  # No escape is shorter than what it stands for, so there is none.
    characters: list[tuple[int, int]] = []
    codes: list[int] = []
    at = block.start
    for code in [*block.codes, None]:
        stop = len(block.text) if code is None else code.offset
        while len(characters) < stop:
            raw, width = unit(text, at) if unit else (1, 1)
            characters += [(at, at + raw)] * width
            at += raw
        if code is not None:
            codes.append(at)
            at += len(code.raw)
    return characters, codes
