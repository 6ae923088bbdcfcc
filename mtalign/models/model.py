"""What a Marian directory holds, and what it must hold to be used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mtalign.errors import MtalignError
from mtalign.signature import digest, file_digest

REQUIRED = ("config.json", "source.spm", "target.spm", "vocab.json")
WEIGHTS = ("model.safetensors", "pytorch_model.bin")
READY = "ct2"
"""Folder inside a Marian directory that holds its CTranslate2 form, where it ships one."""


@dataclass(frozen=True)
class Model:
    """A Marian directory in the Hugging Face layout.

    :ivar name: what the user called it; stands in signatures and records
    :ivar path: the directory
    """

    name: str
    path: Path

    @cached_property
    def config(self) -> dict[str, object]:
        """``config.json`` as read."""
        return _read_json(self.path / "config.json")

    @cached_property
    def stated(self) -> dict[str, object]:
        """``tokenizer_config.json`` as read; empty where there is none."""
        path = self.path / "tokenizer_config.json"
        return _read_json(path) if path.is_file() else {}

    @cached_property
    def languages(self) -> tuple[str | None, str | None]:
        """Source and target language as the tokenizer states them; None where it does not."""
        src, tgt = self.stated.get("source_lang"), self.stated.get("target_lang")
        return (src if isinstance(src, str) else None, tgt if isinstance(tgt, str) else None)

    @cached_property
    def weights(self) -> Path:
        """The file of weights, safetensors before a pickle.

        :raises MtalignError: the directory has neither
        """
        for name in WEIGHTS:
            if (self.path / name).is_file():
                return self.path / name
        raise MtalignError("no weights", where=self.path, todo=f"Put {' or '.join(WEIGHTS)} there.")

    @cached_property
    def fingerprint(self) -> str:
        """Hex digest of the weights, the vocabulary and both sentencepiece models."""
        names = ("vocab.json", "source.spm", "target.spm")
        files = [self.weights, *(self.path / name for name in names)]
        return digest(file_digest(path).encode() for path in files)


def check_model(name: str, path: Path) -> Model:
    """The model in ``path``, after a look at what the directory holds.

    :raises MtalignError: a required file is missing, or the configuration is not Marian's
    """
    missing = [file for file in REQUIRED if not (path / file).is_file()]
    if missing:
        raise MtalignError(
            f"not a Marian directory: {', '.join(missing)} missing",
            where=path,
            todo="Give what MarianMTModel and MarianTokenizer, or mtalign train, have saved.",
        )
    model = Model(name, path)
    kind = model.config.get("model_type")
    if kind != "marian":
        raise MtalignError(f"model_type is {kind!r}, not 'marian'", where=path / "config.json")
    return model


def _read_json(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise MtalignError(f"cannot be read as JSON: {error}", where=path) from error
    if not isinstance(value, dict):
        raise MtalignError("holds no JSON object", where=path)
    return value
