"""Which asterisks, underscores and tildes of a Markdown paragraph mark emphasis.

The algorithm is the one that CommonMark 0.31 gives under "process emphasis"; strikethrough takes
one or two tildes, the same number on both sides, as on GitHub.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(slots=True)
class Run:
    """A row of one such sign that may open or close emphasis.

    :ivar start: first sign not yet used
    :ivar end: one past the last not yet used
    :ivar size: how many there were at first
    """

    sign: str
    start: int
    end: int
    size: int
    opens: bool
    closes: bool

    @classmethod
    def of(cls, signs: str, start: int, before: str, after: str) -> Run:
        """Decide what the run may do from the characters around it."""
        left = not after.isspace() and (
            not is_punctuation(after) or before.isspace() or is_punctuation(before)
        )
        right = not before.isspace() and (
            not is_punctuation(before) or after.isspace() or is_punctuation(after)
        )
        opens, closes = left, right
        if signs[0] == "_":
            opens = left and (not right or is_punctuation(before))
            closes = right and (not left or is_punctuation(after))
        return cls(signs[0], start, start + len(signs), len(signs), opens, closes)

    @property
    def left(self) -> int:
        """How many signs are not yet used."""
        return self.end - self.start

    def pairs_with(self, closer: Run) -> bool:
        """Whether this run can open what the other closes."""
        if not self.opens or self.sign != closer.sign or not self.left:
            return False
        if self.sign == "~":
            return self.size == closer.size <= 2
        if (self.closes or closer.opens) and (self.size + closer.size) % 3 == 0:
            return self.size % 3 == 0 and closer.size % 3 == 0
        return True


def is_punctuation(character: str) -> bool:
    """Whether CommonMark counts it as punctuation: any symbol does."""
    return unicodedata.category(character)[0] in "PS"


def pair_runs(runs: list[Run], bottom: int, codes: list[tuple[int, int]]) -> None:
    """Pair the runs from number ``bottom`` on, take them off the list, and note their signs."""
    floors: dict[tuple[str, bool, int], int] = {}
    number = bottom
    while number < len(runs):
        closer = runs[number]
        if not closer.closes or not closer.left:
            number += 1
            continue
        # Below its floor no run of this kind found an opener before, so none is looked for again.
        kind = (closer.sign, closer.opens, closer.size % 3)
        place = number - 1
        while place >= bottom and runs[place].start >= floors.get(kind, 0):
            if runs[place].pairs_with(closer):
                break
            place -= 1
        else:
            floors[kind] = closer.start
            number += 1
            continue
        opener = runs[place]
        size = closer.size if closer.sign == "~" else min(opener.left, closer.left, 2)
        opener.end -= size
        closer.start += size
        codes += [(opener.end, opener.end + size), (closer.start - size, closer.start)]
        del runs[place + 1 : number]
        number = place + 1
    del runs[bottom:]
