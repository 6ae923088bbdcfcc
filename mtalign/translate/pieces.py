"""Text to pieces and back, as one Marian model cuts it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from mtalign.errors import MtalignError
from mtalign.models import Model

EOS = "</s>"
UNK = "<unk>"
SPACE = "\u2581"
"""sentencepiece's mark for a space, in front of a piece that begins a word."""


class Pieces:
    """The two sentencepiece models of a Marian directory, and its vocabulary.

    ``longest`` is the most source pieces the model says it can read, ``positions`` the most of
    either side that it has places for.

    :param tgt: target language; a model of several target languages is told by a ``>>code<<``
        piece, which must be in its vocabulary
    :raises MtalignError: unreadable files, or a target language the model does not have
    """

    def __init__(self, model: Model, tgt: str) -> None:
        import sentencepiece

        def load(name: str) -> Any:
            try:
                return sentencepiece.SentencePieceProcessor(model_file=str(model.path / name))
            except (OSError, RuntimeError) as error:
                raise MtalignError("not a sentencepiece model", where=model.path / name) from error

        self._source, self._target = load("source.spm"), load("target.spm")
        ids: dict[str, int] = json.loads((model.path / "vocab.json").read_text(encoding="utf-8"))
        target = model.path / "target_vocab.json"
        self.source_ids = ids
        self.target_ids: dict[str, int] = (
            json.loads(target.read_text(encoding="utf-8")) if target.is_file() else ids
        )
        self.positions = _positions(model)
        self.longest = _longest(model, self.positions)
        self._head = _language_pieces(model, ids, tgt)

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Source pieces of each text, the end of sentence included, none outside the vocabulary."""
        cut = self._source.encode(list(texts), return_type=str)
        return [[*self._head, *_known(pieces, self.source_ids), EOS] for pieces in cut]

    def source_spans(self, text: str) -> list[tuple[int, int]]:
        """Span in ``text`` of each piece of ``encode``; language and end pieces are empty spans."""
        found = self._source.encode(text, return_type="offset_mapping")["offsets"]
        spans = [(_skip_space(text, start, end), end) for start, end in found]
        return [*[(0, 0)] * len(self._head), *spans, (len(text), len(text))]

    def encode_target(self, text: str) -> list[str]:
        """Target pieces of a text that starts a word; no end of sentence."""
        pieces: list[str] = self._target.encode(text, return_type=str)
        return _known(pieces, self.target_ids)

    def decode(self, pieces: Sequence[str]) -> str:
        """Text of target pieces, outer white space trimmed."""
        text: str = self._target.decode(list(pieces))
        return text.replace(SPACE, " ").strip()

    def decode_all(self, batch: Sequence[Sequence[str]]) -> list[str]:
        """``decode`` of many."""
        texts: list[str] = self._target.decode([list(pieces) for pieces in batch])
        return [text.replace(SPACE, " ").strip() for text in texts]

    def target_starts(self, pieces: Sequence[str]) -> list[int]:
        """Code point in ``decode(pieces)`` where each piece's first letter stands."""
        if any(piece.startswith("<0x") for piece in pieces):
            return [len(self.decode(pieces[:i])) for i in range(len(pieces))]
        ends = list(accumulate(len(piece) for piece in pieces))
        trim = 1 if pieces and pieces[0].startswith(SPACE) else 0
        starts = [0, *ends[:-1]] if pieces else []
        return [
            max(0, start - trim + (1 if piece.startswith(SPACE) else 0))
            for start, piece in zip(starts, pieces, strict=True)
        ]


def starts_word(piece: str) -> bool:
    """Whether a piece begins a word.

    >>> starts_word("\u2581the"), starts_word("s")
    (True, False)
    """
    return piece.startswith(SPACE)


def _known(pieces: Sequence[str], ids: dict[str, int]) -> list[str]:
    return [piece if piece in ids else UNK for piece in pieces]


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _language_pieces(model: Model, ids: dict[str, int], tgt: str) -> list[str]:
    codes = sorted(piece for piece in ids if piece.startswith(">>") and piece.endswith("<<"))
    if not codes or f">>{tgt}<<" in codes:
        return [f">>{tgt}<<"] if codes else []
    raise MtalignError(
        f"the model has no target language {tgt!r}",
        where=model.path,
        todo="It has: " + ", ".join(code.strip("<>") for code in codes),
    )


def _positions(model: Model) -> int:
    stated = model.config.get("max_position_embeddings")
    return stated if isinstance(stated, int) else 512


def _longest(model: Model, positions: int) -> int:
    """An absent limit of the tokenizer is written by transformers as a huge number."""
    stated = model.stated.get("model_max_length")
    return min(int(stated), positions) if isinstance(stated, (int, float)) else positions
