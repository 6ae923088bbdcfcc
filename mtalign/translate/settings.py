"""Settings of the translate room."""

from __future__ import annotations

from dataclasses import dataclass

from mtalign.errors import MtalignError


@dataclass(frozen=True, slots=True)
class TranslateSettings:
    """How segments are decoded. All but ``threads`` and ``batch`` can change a result.

    :ivar engine: ``ctranslate2`` or ``transformers``
    :ivar beam: hypotheses kept at each step, 1 to 64
    :ivar length_penalty: exponent of the length that divides a hypothesis's log-probability
        (Wu et al. 2016 write it differently; 1 is the mean per token, what Marian models expect)
    :ivar quantization: weights of the CTranslate2 engine: ``int8`` or ``float32``
    :ivar device: ``cpu``, ``cuda`` or ``auto``
    :ivar threads: batches decoded side by side, one core each; 0 for all cores
    :ivar batch: source pieces in one batch, padding included
    :ivar max_pieces: longest source decoded in one go, in pieces, unless the model states less;
        longer ones are cut at clauses
    """

    engine: str = "ctranslate2"
    beam: int = 4
    length_penalty: float = 1.0
    quantization: str = "int8"
    device: str = "cpu"
    threads: int = 0
    batch: int = 256
    max_pieces: int = 192

    def __post_init__(self) -> None:
        if not 1 <= self.beam <= 64:
            raise MtalignError(f"beam is {self.beam}", todo="Use a number from 1 to 64.")
        if self.threads < 0:
            raise MtalignError(f"threads is {self.threads}", todo="Use 0 for all cores, or more.")

    def signed(self) -> dict[str, object]:
        """The settings that change a result, for signatures and cache keys."""
        kept: dict[str, object] = {
            "engine": self.engine,
            "beam": self.beam,
            "lp": self.length_penalty,
            "cut": self.max_pieces,
        }
        if self.engine == "ctranslate2":
            kept["weights"] = self.quantization
        return kept
