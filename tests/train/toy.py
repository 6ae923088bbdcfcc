"""A made-up pair of languages: small enough to learn in seconds, regular enough to be learnt.

The source is noun-adjective order with a verb at the end, the target turns both around, and every
word has one translation.
"""

from __future__ import annotations

import random
from pathlib import Path

NOUNS = {"gatto": "cat", "cane": "dog", "libro": "book", "fiume": "river", "ponte": "bridge",
         "mercato": "market", "treno": "train", "albero": "tree"}  # fmt: skip
ADJECTIVES = {"nero": "black", "vecchio": "old", "grande": "big", "rosso": "red", "lento": "slow"}
VERBS = {"vede": "sees", "trova": "finds", "perde": "loses", "disegna": "draws"}


def sentence(drawn: random.Random) -> tuple[str, str]:
    first, second = drawn.sample(sorted(NOUNS), 2)
    one, two = (drawn.choice(sorted(ADJECTIVES)) for _ in range(2))
    verb = drawn.choice(sorted(VERBS))
    source = f"Il {first} {one} {verb} il {second} {two}."
    target = (
        f"The {ADJECTIVES[one]} {NOUNS[first]} {VERBS[verb]} the {ADJECTIVES[two]} {NOUNS[second]}."
    )
    return source, target


def pairs(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Distinct pairs."""
    drawn = random.Random(seed)
    found: dict[str, str] = {}
    while len(found) < count:
        source, target = sentence(drawn)
        found[source] = target
    return list(found.items())


def write(path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("".join(f"{s}\t{t}\n" for s, t in rows), encoding="utf-8")
    return path
