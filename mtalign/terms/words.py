"""The small word lists that lie beside the matcher, read once.

A line is ``key word word …``; lines that begin with ``#`` say where the words are from.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def word_lists(name: str) -> dict[str, frozenset[str]]:
    """Words of ``NAME.txt`` by key; a key may take several lines.

    >>> "hn" in word_lists("apostrophes")["it-cut"], "po" in word_lists("apostrophes")["it-cut"]
    (False, True)
    """
    lists: dict[str, set[str]] = {}
    text = files("mtalign.terms").joinpath(f"{name}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, *words = line.split()
            lists.setdefault(key, set()).update(words)
    return {key: frozenset(words) for key, words in lists.items()}
