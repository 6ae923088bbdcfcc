"""The CTranslate2 engine: the only file that imports ctranslate2 to decode."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from mtalign.errors import MtalignError
from mtalign.home import cores
from mtalign.models import Model
from mtalign.models.ready import ready
from mtalign.translate.engine import Decoded, longest_output
from mtalign.translate.pieces import EOS, Pieces
from mtalign.translate.settings import TranslateSettings

_SCORED_TOGETHER = 16
"""Pairs scored in one batch: more take longer each, since the whole batch's logits leave the CPU's
cache (2.2 ms a pair at 8 and 16, 4.2 ms at 32, on the bundled model)."""


class CTranslate2Engine:
    """A Marian model decoded by CTranslate2, one core per batch.

    :raises MtalignError: the model cannot be converted or loaded
    """

    def __init__(self, model: Model, tgt: str, settings: TranslateSettings) -> None:
        import ctranslate2

        self.pieces = Pieces(model, tgt)
        self.version = f"ctranslate2-{ctranslate2.__version__}"
        self._settings = settings
        place = ready(model, settings.quantization)
        self._adds_eos = bool(json.loads((place / "config.json").read_bytes())["add_source_eos"])
        try:
            self._translator = ctranslate2.Translator(
                str(place),
                device=settings.device,
                compute_type=settings.quantization,
                inter_threads=settings.threads or cores(),
                intra_threads=1,
            )
        except (RuntimeError, ValueError) as error:
            raise MtalignError(
                f"CTranslate2 cannot load the model: {error}", where=place
            ) from error

    def decode(
        self,
        sources: Sequence[Sequence[str]],
        prefixes: Sequence[Sequence[str]] | None = None,
        attention: bool = False,
        beam: int | None = None,
    ) -> list[Decoded]:
        """See ``Engine.decode``."""
        beam = beam or self._settings.beam
        if not sources:
            return []
        results = self._translator.translate_batch(
            self._inputs(sources),
            None if prefixes is None else [list(prefix) for prefix in prefixes],
            max_batch_size=self._settings.batch,
            batch_type="tokens",
            beam_size=beam,
            length_penalty=self._settings.length_penalty,
            max_input_length=0,
            max_decoding_length=longest_output(sources, self.pieces.positions),
            disable_unk=True,
            return_scores=True,
            return_attention=attention,
        )
        made = [self._decoded(result, attention) for result in results]
        return self._with_first_rows(sources, made) if attention and beam > 1 else made

    def _with_first_rows(
        self, sources: Sequence[Sequence[str]], made: list[Decoded]
    ) -> list[Decoded]:
        """Put right the attention of first pieces.

        Under a beam, CTranslate2 (seen in 4.8.5) gives in their place those of another sentence
        of the batch; without one, as here, for one step that forces the same pieces, they are
        right.
        """
        numbers = [number for number, one in enumerate(made) if one.pieces]
        if len(numbers) < 2:
            return made
        results = self._translator.translate_batch(
            self._inputs([sources[number] for number in numbers]),
            [list(made[number].pieces[:1]) for number in numbers],
            max_batch_size=self._settings.batch,
            batch_type="tokens",
            beam_size=1,
            max_input_length=0,
            max_decoding_length=1,
            return_attention=True,
        )
        for number, result in zip(numbers, results, strict=True):
            weights = made[number].attention
            assert weights is not None
            weights[0] = result.attention[0][0]
        return made

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[float]:
        """See ``Engine.score``."""
        if not sources:
            return []
        results = self._translator.score_batch(
            self._inputs(sources),
            [list(target) for target in targets],
            max_batch_size=_SCORED_TOGETHER,
            max_input_length=0,
        )
        return [float(np.mean(result.log_probs)) for result in results]

    def _inputs(self, sources: Sequence[Sequence[str]]) -> list[list[str]]:
        if self._adds_eos:
            return [[piece for piece in source if piece != EOS] for source in sources]
        return [list(source) for source in sources]

    def _decoded(self, result: Any, attention: bool) -> Decoded:
        pieces = tuple(result.hypotheses[0])
        weights = np.asarray(result.attention[0], dtype=np.float32) if attention else None
        if self._settings.length_penalty == 1.0:
            return Decoded(pieces, result.scores[0], weights)
        length = len(pieces) + 1
        total = result.scores[0] * length**self._settings.length_penalty
        return Decoded(pieces, total / length, weights)
