"""The nouns of mtalign: frozen records that the rooms hand to one another.

All offsets are code points, half open: ``text[start:end]``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """Inline markup that stands between two characters of a block's text.

    :ivar offset: where in ``Block.text``, 0 to ``len(text)``
    :ivar raw: the markup as the document writes it
    """

    offset: int
    raw: str


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text to translate: one paragraph, heading, cell or field.

    :ivar start: first code point of the block's raw form in ``Document.text``
    :ivar end: one past its last
    :ivar text: the plain text, without markup and escapes
    :ivar codes: the markup taken out of it, in order of offset
    """

    start: int
    end: int
    text: str
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One text in one language, as read from a file.

    :ivar path: its name as the user gave it, with forward slashes
    :ivar lang: ISO 639-1 code
    :ivar format: key of the format that read it and can write it
    :ivar text: the whole file, decoded, line ends and byte order mark as they stand
    :ivar blocks: what is to be translated, in order, never overlapping
    """

    path: str
    lang: str
    format: str
    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence-like span of a block.

    :ivar document: path of its document
    :ivar number: 0-based place in the document
    :ivar block: 0-based number of its block in the document
    :ivar start: first code point in the block's text
    :ivar end: one past its last
    :ivar text: ``block.text[start:end]``
    """

    document: str
    number: int
    block: int
    lang: str
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """Stable name of the segment within a run."""
        return f"{self.document}:{self.number}"


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A term of the termbase found in a segment.

    :ivar concept: concept id
    :ivar start: first code point in the segment's text
    :ivar end: one past its last
    :ivar surface: ``segment.text[start:end]``
    :ivar required: target forms any of which satisfies the concept, preferred first
    :ivar dnt: whether the surface itself is required
    :ivar counterpart: the one of ``required`` that the termbase lists in the same place as the
        form found (singular for singular); empty where their lists do not correspond
    """

    concept: str
    start: int
    end: int
    surface: str
    required: tuple[str, ...]
    dnt: bool = False
    counterpart: str = ""


@dataclass(frozen=True, slots=True)
class TermUse:
    """How one term match was satisfied in a hypothesis, or why it was not.

    :ivar match: what was required
    :ivar form: the form that stands in the hypothesis; None for a miss
    :ivar start: first code point of the form in the hypothesis; -1 for a miss
    :ivar end: one past its last; -1 for a miss
    :ivar method: ``present`` (the model wrote it unasked), ``constrained`` (the decoder was
        made to write it), ``missing``
    :ivar reason: why it is missing; empty otherwise
    """

    match: TermMatch
    form: str | None
    start: int
    end: int
    method: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the system wrote for one segment.

    :ivar score: mean log-probability per target token, end of sentence included; nats, <= 0
    :ivar uses: one per term match of the segment, in source order
    :ivar links: (source code point, target code point) pairs, where pieces begin, ascending in
        the target; empty where the engine gives none
    """

    text: str
    score: float
    uses: tuple[TermUse, ...] = ()
    links: tuple[tuple[int, int], ...] = ()
