"""What passes between a termbase and a file of some format, and what is lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms.faults import conflicts
from mtalign.terms.termbase import Term, Termbase


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that did not pass as it was.

    :ivar what: the column, data category or rule, as the side that has it calls it
    :ivar count: how often, at least 1
    :ivar why: the reason, in words
    :ivar kept: it is still in the result, though not as it was, as ``why`` says
    """

    what: str
    count: int
    why: str
    kept: bool = False

    def __str__(self) -> str:
        return f"{self.what}: {self.count} {'kept' if self.kept else 'left out'}: {self.why}"


class Losses:
    """Counts losses by what, why and kept, in the order they are first met."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, bool], int] = {}

    def add(self, what: str, why: str, kept: bool = False, count: int = 1) -> None:
        """So many more; none is not recorded."""
        if count:
            key = (what, why, kept)
            self._counts[key] = self._counts.get(key, 0) + count

    def __iter__(self) -> Iterator[Loss]:
        return (Loss(what, n, why, kept) for (what, why, kept), n in self._counts.items())


@dataclass(frozen=True)
class Reading:
    """A file, read.

    :ivar format: name of its format, a key of ``formats.READERS``
    :ivar rows: its terms, each with its 1-based line
    :ivar losses: what the file has and a termbase cannot hold
    """

    format: str
    rows: tuple[tuple[Term, int], ...]
    losses: tuple[Loss, ...] = ()
    termbase: Termbase = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "termbase", Termbase.of(term for term, _ in self.rows))


@dataclass(frozen=True)
class Writing:
    """A file, ready to be written.

    :ivar data: its bytes
    :ivar losses: what the termbase has and the format cannot hold
    :ivar suffix: what such a file is called, ``.tbx``
    """

    data: bytes
    losses: tuple[Loss, ...]
    suffix: str


def raise_faults(
    faults: Iterable[MtalignError], rows: Iterable[tuple[Term, int]], where: str | Path
) -> None:
    """:raises FaultsError: ``faults`` and whatever terms say against one another, by line"""
    found = [*faults, *conflicts(rows, where)]
    if found:
        raise FaultsError(sorted(found, key=lambda fault: fault.line or 0))
