"""The transformers engine: the only file that imports torch to decode."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np

from mtalign.errors import MissingExtraError, MtalignError
from mtalign.models import Model
from mtalign.translate.engine import Attention, Decoded, longest_output
from mtalign.translate.pieces import EOS, UNK, Pieces
from mtalign.translate.settings import TranslateSettings


class TransformersEngine:
    """A Marian model decoded by ``MarianMTModel.generate``; slower, and a check on the other.

    :raises MissingExtraError: torch or transformers is not installed
    :raises MtalignError: the directory does not load
    """

    def __init__(self, model: Model, tgt: str, settings: TranslateSettings) -> None:
        try:
            import torch
            from transformers import MarianMTModel, __version__
            from transformers.utils import logging
        except ImportError as error:
            raise MissingExtraError("transformers", "transformers") from error
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._torch = torch
        self.pieces = Pieces(model, tgt)
        self.version = f"transformers-{__version__}"
        self._settings = settings
        if settings.threads:
            torch.set_num_threads(settings.threads)
        cuda = settings.device == "cuda" or (
            settings.device == "auto" and torch.cuda.is_available()
        )
        self._device = "cuda" if cuda else "cpu"
        try:
            # Eager attention is the only kind that gives its weights back.
            loaded: Any = MarianMTModel.from_pretrained(model.path, attn_implementation="eager")
            self._model = loaded.to(self._device).float().eval()
        except (OSError, RuntimeError, ValueError, KeyError) as error:
            raise MtalignError(f"transformers cannot load it: {error}", where=model.path) from error
        self._names = {number: piece for piece, number in self.pieces.target_ids.items()}
        self._pad = int(self._model.config.pad_token_id)
        self._eos = self.pieces.target_ids[EOS]

    def decode(
        self,
        sources: Sequence[Sequence[str]],
        prefixes: Sequence[Sequence[str]] | None = None,
        attention: bool = False,
        beam: int | None = None,
    ) -> list[Decoded]:
        """See ``Engine.decode``."""
        beam = beam or self._settings.beam
        heads = prefixes or [()] * len(sources)
        # generate takes one prefix length a batch, and pads by the longest source.
        order = sorted(range(len(sources)), key=lambda i: (len(heads[i]), len(sources[i])))
        written: dict[int, list[str]] = {}
        for _, group in groupby(order, key=lambda i: len(heads[i])):
            for batch in self._batches(list(group), sources):
                found = self._generate([sources[i] for i in batch], [heads[i] for i in batch], beam)
                written.update(zip(batch, found, strict=True))
        return self._measured(sources, [written[i] for i in range(len(sources))], attention)

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[float]:
        """See ``Engine.score``."""
        return [one.score for one in self._measured(sources, targets, False)]

    def _batches(self, order: list[int], sources: Sequence[Sequence[str]]) -> list[list[int]]:
        """Cut an order by length so that rows times the longest row stays under the limit."""
        batches: list[list[int]] = []
        for number in order:
            last = batches[-1] if batches else []
            if last and (len(last) + 1) * len(sources[number]) <= self._settings.batch:
                last.append(number)
            else:
                batches.append([number])
        return batches

    def _generate(
        self, sources: Sequence[Sequence[str]], prefixes: Sequence[Sequence[str]], beam: int
    ) -> list[list[str]]:
        torch = self._torch
        ids, mask = self._padded(sources, self.pieces.source_ids)
        start = int(self._model.config.decoder_start_token_id)
        ids_of = self.pieces.target_ids
        heads = [[start, *(ids_of[piece] for piece in prefix)] for prefix in prefixes]
        banned = [[self._pad], [ids_of[UNK]]]
        with torch.inference_mode():
            out = self._model.generate(
                input_ids=ids,
                attention_mask=mask,
                decoder_input_ids=torch.tensor(heads, device=self._device),
                num_beams=beam,
                do_sample=False,
                early_stopping=False,
                length_penalty=self._settings.length_penalty,
                max_length=longest_output(sources, self.pieces.positions),
                bad_words_ids=banned,
            )
        return [self._text_pieces(row) for row in out[:, 1:].tolist()]

    def _text_pieces(self, row: list[int]) -> list[str]:
        end = row.index(self._eos) if self._eos in row else len(row)
        return [self._names[number] for number in row[:end] if number != self._pad]

    def _padded(self, rows: Sequence[Sequence[str]], ids: dict[str, int]) -> tuple[Any, Any]:
        torch = self._torch
        width = max(len(row) for row in rows)
        numbers = [[ids[piece] for piece in row] for row in rows]
        full = [row + [self._pad] * (width - len(row)) for row in numbers]
        mask = [[1] * len(row) + [0] * (width - len(row)) for row in numbers]
        return torch.tensor(full, device=self._device), torch.tensor(mask, device=self._device)

    def _measured(
        self,
        sources: Sequence[Sequence[str]],
        targets: Sequence[Sequence[str]],
        attention: bool,
    ) -> list[Decoded]:
        """Score hypotheses by one forced pass each, which gives the attention as well."""
        found: dict[int, Decoded] = {}
        order = sorted(range(len(sources)), key=lambda i: len(sources[i]) + len(targets[i]))
        for batch in self._batches(order, sources):
            rows = self._forced([sources[i] for i in batch], [targets[i] for i in batch], attention)
            for number, (score, weights) in zip(batch, rows, strict=True):
                found[number] = Decoded(tuple(targets[number]), score, weights)
        return [found[i] for i in range(len(sources))]

    def _forced(
        self,
        sources: Sequence[Sequence[str]],
        targets: Sequence[Sequence[str]],
        attention: bool,
    ) -> list[tuple[float, Attention | None]]:
        torch = self._torch
        ids, mask = self._padded(sources, self.pieces.source_ids)
        labels, seen = self._padded([[*row, EOS] for row in targets], self.pieces.target_ids)
        start = torch.full_like(labels[:, :1], int(self._model.config.decoder_start_token_id))
        with torch.inference_mode():
            out = self._model(
                input_ids=ids,
                attention_mask=mask,
                decoder_input_ids=torch.cat([start, labels[:, :-1]], dim=1),
                output_attentions=attention,
                use_cache=False,
            )
            logits = out.logits
            logits[:, :, self._pad] = float("-inf")
            chosen = logits.log_softmax(-1).gather(-1, labels.unsqueeze(-1)).squeeze(-1)
            chosen = chosen.masked_fill(seen == 0, 0.0)
            scores = (chosen.sum(1) / seen.sum(1)).tolist()
        weights = self._weights(out.cross_attentions, sources, targets) if attention else None
        return [(score, weights[i] if weights else None) for i, score in enumerate(scores)]

    def _weights(
        self, layers: Any, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[Attention]:
        """The first head of the last decoder layer, which Marian's guided alignment teaches."""
        taught = layers[-1][:, 0].float().cpu().numpy()
        return [
            np.ascontiguousarray(taught[i, : len(target), : len(source)])
            for i, (source, target) in enumerate(zip(sources, targets, strict=True))
        ]
