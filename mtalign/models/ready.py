"""A Marian directory in the form CTranslate2 loads, converted at most once."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from mtalign.errors import MtalignError
from mtalign.home import cache_home
from mtalign.models.convert import convert
from mtalign.models.model import READY, Model

QUANTIZATIONS = ("int8", "float32")


def ready(model: Model, quantization: str = "int8", home: Path | None = None) -> Path:
    """Directory of the model's CTranslate2 form: shipped, cached, or converted now.

    :param quantization: one of ``QUANTIZATIONS``
    :param home: folder for conversions; the user's cache where None
    :raises MtalignError: the model cannot be converted, or the folder cannot be written
    """
    shipped = model.path / READY
    if quantization == "int8" and (shipped / "model.bin").is_file():
        return shipped
    place = (home or cache_home()) / "ct2" / f"{model.fingerprint}-{quantization}"
    if not (place / "model.bin").is_file():
        _convert_into(model, place, quantization)
    return place


def _convert_into(model: Model, place: Path, quantization: str) -> None:
    """Convert beside ``place`` and rename, so that no run ever sees half a model."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=place.parent, prefix=".converting-"))
    except OSError as error:
        raise MtalignError(
            f"cannot keep the converted model: {error.strerror}",
            where=place.parent,
            todo="Set XDG_CACHE_HOME to a folder that can be written.",
        ) from error
    try:
        convert(model, work / "out", quantization)
        _move(work / "out", place)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _move(made: Path, place: Path) -> None:
    try:
        made.rename(place)
    except OSError:
        # Another process was first; its conversion of the same bytes is as good.
        if not (place / "model.bin").is_file():
            raise
