"""What every decoding engine does, and the table of engines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mtalign.errors import MtalignError
from mtalign.models import Model
from mtalign.translate.pieces import Pieces
from mtalign.translate.settings import TranslateSettings

Attention = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Decoded:
    """One best hypothesis in pieces.

    :ivar pieces: target pieces, without the end of sentence
    :ivar score: mean log-probability per piece, end of sentence included, prefix left out; nats
    :ivar attention: weights, shape (target pieces, source pieces), rows sum to about 1; None
        where not asked for
    """

    pieces: tuple[str, ...]
    score: float
    attention: Attention | None = None


class Engine(Protocol):
    """A loaded Marian model that decodes batches of source pieces.

    :ivar version: name and version of the library that decodes, as ``ctranslate2-4.8.5``
    """

    pieces: Pieces
    version: str

    def decode(
        self,
        sources: Sequence[Sequence[str]],
        prefixes: Sequence[Sequence[str]] | None = None,
        attention: bool = False,
        beam: int | None = None,
    ) -> list[Decoded]:
        """Best hypothesis of each source; each begins with its prefix, if one is given.

        :param beam: hypotheses kept at each step; the settings' own where None
        """
        ...

    def score(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> list[float]:
        """Mean log-probability per piece of each target given its source, end included; nats."""
        ...


def _ctranslate2(model: Model, tgt: str, settings: TranslateSettings) -> Engine:
    from mtalign.translate.ct2 import CTranslate2Engine

    return CTranslate2Engine(model, tgt, settings)


def _transformers(model: Model, tgt: str, settings: TranslateSettings) -> Engine:
    from mtalign.translate.marian import TransformersEngine

    return TransformersEngine(model, tgt, settings)


ENGINES: dict[str, Callable[[Model, str, TranslateSettings], Engine]] = {
    "ctranslate2": _ctranslate2,
    "transformers": _transformers,
}


def open_engine(model: Model, tgt: str, settings: TranslateSettings) -> Engine:
    """Load the model in the engine that the settings name.

    :raises MtalignError: no such engine, or the model does not load in it
    """
    if settings.engine not in ENGINES:
        raise MtalignError(f"no engine {settings.engine!r}", todo=f"Engines: {', '.join(ENGINES)}.")
    return ENGINES[settings.engine](model, tgt, settings)


def longest_output(sources: Sequence[Sequence[str]], positions: int) -> int:
    """Most target pieces a batch may take: three times its longest source, and some.

    A runaway loop ends there; Marian's own decoder uses the factor 3 (``max-length-factor``).

    :param positions: places the model has, one of them for its start
    """
    wanted = 3 * max((len(source) for source in sources), default=0) + 16
    return min(wanted, positions - 1)
