"""Find a model by name: bundled, a directory, or a hub id."""

from __future__ import annotations

import re
from pathlib import Path

from mtalign.errors import MtalignError
from mtalign.models.hub import download
from mtalign.models.model import Model, check_model

BUNDLED = Path(__file__).parent / "bundled"
_CODE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")


def bundled_directions() -> list[str]:
    """Directions that the package translates by itself, as ``it-en``, sorted."""
    found = BUNDLED.glob("*/config.json")
    return sorted(path.parent.name for path in found)


def check_language(code: str) -> str:
    """``code`` if it has the form of a language code (BCP 47, language first).

    :raises MtalignError: it does not

    >>> check_language("it")
    'it'
    """
    if _CODE.fullmatch(code):
        return code
    raise MtalignError(
        f"{code!r} is not a language code", todo="Use ISO 639 codes, such as it, en or pt-BR."
    )


def find_model(name: str | None, src: str, tgt: str) -> Model:
    """The Marian model called ``name``, or the bundled one of the direction.

    :param name: None for the bundled model; a directory; or a hub id, ``ORG/NAME`` or
        ``ORG/NAME@REVISION``
    :raises MtalignError: a code that is none, no such model, or one of another direction
    """
    check_language(src), check_language(tgt)
    if src == tgt:
        raise MtalignError(f"source and target language are both {src!r}")
    model = _bundled(src, tgt) if name is None else _named(name)
    _check_direction(model, src, tgt)
    return model


def _bundled(src: str, tgt: str) -> Model:
    name = f"{src}-{tgt}"
    if name not in bundled_directions():
        known = ", ".join(bundled_directions()) or "none"
        raise MtalignError(
            f"no bundled model translates {name} (bundled: {known})",
            todo=f"Name one with --model, such as Helsinki-NLP/opus-mt-{name} or a directory.",
        )
    return check_model(name, BUNDLED / name)


def _named(name: str) -> Model:
    path = Path(name)
    if path.is_dir():
        return check_model(path.resolve().name, path)
    if _HUB_ID.fullmatch(name) and not name.startswith("."):
        return check_model(name, download(name))
    raise MtalignError(
        f"no model {name!r}: neither a directory nor a hub id",
        todo="Give a Marian directory, or ORG/NAME as the hub spells it.",
    )


def _check_direction(model: Model, src: str, tgt: str) -> None:
    for asked, stated, side in zip((src, tgt), model.languages, ("source", "target"), strict=True):
        if stated is not None and _CODE.fullmatch(stated) and not _same(asked, stated):
            raise MtalignError(
                f"the model's {side} language is {stated!r}, not {asked!r}", where=model.path
            )


def _same(asked: str, stated: str) -> bool:
    """Compare primary subtags; three-letter codes and language groups are left to the user."""
    first, second = asked.split("-")[0], stated.split("-")[0]
    return first == second or len(first) != 2 or len(second) != 2
