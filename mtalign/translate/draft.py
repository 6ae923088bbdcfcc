"""A hypothesis under revision: its pieces, and the forms it was made to hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mtalign.translate.engine import Decoded
from mtalign.translate.pieces import UNK, Pieces, starts_word

GAP = 2
"""Pieces of other words, articles and the like, that may stand inside the rendering of a term."""


@dataclass(frozen=True, slots=True)
class Forced:
    """A form written into the prefix of a hypothesis.

    :ivar start: first piece of the form
    :ivar end: one past its last
    :ivar match: number of the term match it satisfies
    """

    start: int
    end: int
    match: int
    form: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A decoded hypothesis and the forms forced on it, left to right."""

    decoded: Decoded
    forced: tuple[Forced, ...] = ()

    @property
    def lock(self) -> int:
        """Pieces that later forms must not undo: up to the end of the last forced one."""
        return self.forced[-1].end if self.forced else 0

    def laid_out(self, pieces: Pieces) -> tuple[str, list[tuple[int, int]]]:
        """The hypothesis in plain text, and the span in it of each forced form.

        A form is set in letter by letter, whatever its pieces decode to: a vocabulary without its
        letters cannot spell it. Where a form would grow into a longer word, a space parts the two.
        """
        out, done, spans = "", 0, []
        written = self.decoded.pieces
        for force in self.forced:
            out = _append(out, pieces.decode(written[done : force.start]), written, done)
            out = _append(out, force.form, written, force.start)
            spans.append((len(out) - len(force.form), len(out)))
            done = force.end
        return _append(out, pieces.decode(written[done:]), written, done), spans

    def scored(self, score: float) -> Draft:
        """The same with its score: mean log-probability per piece, end included; nats."""
        return replace(self, decoded=replace(self.decoded, score=score))

    def text(self, pieces: Pieces) -> str:
        """The hypothesis in plain text."""
        return self.laid_out(pieces)[0]

    @property
    def glued(self) -> bool:
        """Whether the model went on inside the word that the last forced form ends."""
        following = self.decoded.pieces[self.lock : self.lock + 1]
        return bool(self.forced) and any(piece[:1].isalnum() for piece in following)

    @property
    def spelled(self) -> bool:
        """Whether the pieces alone give the text, so that offsets of pieces hold in it."""
        return all(UNK not in self.decoded.pieces[f.start : f.end] for f in self.forced)


def _append(out: str, more: str, written: Sequence[str], at: int) -> str:
    """Put the text of the pieces from ``at`` behind the text before them."""
    parted = at < len(written) and starts_word(written[at])
    grown = at > 0 and out[-1:].isalnum() and more[:1].isalnum()
    return f"{out} {more}" if out and more and (parted or grown) else out + more


def substitute(draft: Draft, span: tuple[int, int], written: Sequence[str], force: Forced) -> Draft:
    """A draft with the pieces of ``span`` replaced by those of a form.

    The form's pieces take the mean attention of those they replace.
    """
    start, end = span
    old = draft.decoded
    pieces = (*old.pieces[:start], *written, *old.pieces[end:])
    weights = old.attention
    if weights is not None:
        given = weights[start:end] if end > start else np.zeros((1, weights.shape[1]), np.float32)
        middle = np.repeat(given.mean(axis=0, keepdims=True), len(written), axis=0)
        weights = np.concatenate([weights[:start], middle, weights[end:]])
    return Draft(Decoded(pieces, old.score, weights), (*draft.forced, force))


def rendered_in(draft: Draft, columns: Sequence[int]) -> tuple[int, int]:
    """Target pieces that render the source pieces ``columns``, by attention.

    From the first piece after the lock whose strongest source piece is in ``columns`` on, over gaps
    of at most ``GAP`` pieces, widened to whole words; where there is none, the word that attends
    most to them.

    :return: half-open span of target pieces; empty at the end where nothing is left to replace
    """
    written, lock = draft.decoded.pieces, draft.lock
    if draft.decoded.attention is None or lock >= len(written) or not columns:
        return len(written), len(written)
    found = [place for place in hits(draft, columns) if place >= lock]
    if not found:
        sums = draft.decoded.attention[lock:, list(columns)].sum(axis=1)
        found = [lock + int(sums.argmax())]
    start, end = found[0], found[0] + 1
    for place in found:
        if place - end <= GAP:
            end = place + 1
    while start > lock and not starts_word(written[start]):
        start -= 1
    while end < len(written) and not starts_word(written[end]) and written[end].isalnum():
        end += 1
    return start, end


def hits(draft: Draft, columns: Sequence[int]) -> list[int]:
    """Target pieces whose strongest source piece, the end left out, is one of ``columns``."""
    weights = draft.decoded.attention
    if weights is None or weights.shape[1] < 2:
        return []
    strongest = weights[:, :-1].argmax(axis=1)
    return [int(place) for place in np.flatnonzero(np.isin(strongest, list(columns)))]


def links(
    draft: Draft, spans: Sequence[tuple[int, int]], pieces: Pieces
) -> tuple[tuple[int, int], ...]:
    """(source code point, target code point) of each target piece and its strongest source piece.

    Empty where a form had to be set in by its letters, since pieces then lose their places.

    :param spans: span in the source text of each source piece
    """
    weights = draft.decoded.attention
    if weights is None or not draft.spelled or weights.shape[1] < 2:
        return ()
    strongest = weights[:, :-1].argmax(axis=1)
    starts = pieces.target_starts(draft.decoded.pieces)
    return tuple(
        (spans[int(column)][0], start) for column, start in zip(strongest, starts, strict=True)
    )
