"""What an exported model reaches on development sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mtalign.train.dev import DevSet

if TYPE_CHECKING:
    from mtalign.evaluate.corpus import CorpusScores

BEAM = 4
_MAX_LENGTH = 250  # pieces


@dataclass(frozen=True, slots=True)
class DevScore:
    """The scores of one model on one development set."""

    name: str
    direction: str
    scores: CorpusScores


class Decoder:
    """An exported model in CTranslate2, text to text, sentence by sentence."""

    def __init__(self, ct2: Path, spm: Path, threads: int = 1) -> None:
        import ctranslate2
        import sentencepiece

        self._spm = sentencepiece.SentencePieceProcessor(model_file=str(spm))
        self._engine = ctranslate2.Translator(str(ct2), inter_threads=1, intra_threads=threads)

    def __call__(self, lines: Sequence[str], beam: int = BEAM) -> list[str]:
        """:param beam: 1 for greedy search"""
        pieces = [[*self._spm.encode(line, out_type=str), "</s>"] for line in lines]
        results = self._engine.translate_batch(
            pieces,
            beam_size=beam,
            max_batch_size=1024,
            batch_type="tokens",
            max_decoding_length=_MAX_LENGTH,
        )
        return [self._spm.decode(result.hypotheses[0]) for result in results]


def score(decoder: Decoder, dev: DevSet, beam: int = BEAM, lines: int | None = None) -> DevScore:
    """Translate and compare.

    :param lines: only the first so many; all of them if None
    """
    from mtalign.evaluate.corpus import corpus_scores

    hypotheses = decoder(dev.source[:lines], beam)
    return DevScore(dev.name, dev.direction, corpus_scores(hypotheses, dev.target[:lines]))
