"""What may not enter training, and why: each rule drops a pair under its own name.

The thresholds follow OpusFilter's usual ones (Aulamo et al., 2020), loosened where Italian and
English differ by nature.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mtalign.train.clean import words

MAX_CHARS = 600
MAX_RATIO = 2.2
RATIO_SLACK = 15  # characters: short lines differ by more than long ones
MIN_LATIN = 0.7
COPY_WORDS = 4  # shorter copies are names and commands, which must be learnt

_NUMBER = re.compile(r"\d+(?:[.,\u202f ']\d{3})*")
_FUNCTION_WORDS = Path(__file__).parent / "function_words"


@dataclass(frozen=True, slots=True)
class Pair:
    """One cleaned pair of the bitext.

    :ivar words: lower-case words of source and target, in this order
    """

    source: str
    target: str
    langs: tuple[str, str]
    words: tuple[list[str], list[str]]


def make_pair(source: str, target: str, langs: tuple[str, str]) -> Pair:
    return Pair(source, target, langs, (words(source), words(target)))


def empty(pair: Pair) -> bool:
    return not pair.words[0] or not pair.words[1]


def too_long(pair: Pair) -> bool:
    return max(len(pair.source), len(pair.target)) > MAX_CHARS


def length_ratio(pair: Pair) -> bool:
    short, long = sorted((len(pair.source), len(pair.target)))
    return long > MAX_RATIO * short + RATIO_SLACK


def _digits(text: str) -> list[str]:
    return sorted(re.sub(r"\D", "", number) for number in _NUMBER.findall(text))


def digit_mismatch(pair: Pair) -> bool:
    """Numbers written in figures differ, separators aside."""
    return _digits(pair.source) != _digits(pair.target)


def foreign_script(pair: Pair) -> bool:
    """Too few letters are Latin (code points below U+0250)."""
    for text in (pair.source, pair.target):
        letters = [char for char in text if char.isalpha()]
        if sum(char < "\u0250" for char in letters) < MIN_LATIN * len(letters):
            return True
    return False


@cache
def function_words(lang: str) -> frozenset[str]:
    """The list beside this file; empty for a language that has none, which then is not judged."""
    path = _FUNCTION_WORDS / f"{lang}.txt"
    if not path.exists():
        return frozenset()
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def wrong_language(pair: Pair) -> bool:
    """A side holds more function words of the other side's language than of its own."""
    lists = [function_words(lang) for lang in pair.langs]
    if not all(lists):
        return False
    for own, side in enumerate(pair.words):
        mine = sum(word in lists[own] for word in side)
        other = sum(word in lists[1 - own] for word in side)
        if other > mine + 1:
            return True
    return False


def copied(pair: Pair) -> bool:
    return len(pair.words[0]) >= COPY_WORDS and pair.words[0] == pair.words[1]


# In order of report; the first that holds names the drop.
FILTERS: tuple[tuple[str, Callable[[Pair], bool]], ...] = (
    ("empty", empty),
    ("too-long", too_long),
    ("length-ratio", length_ratio),
    ("foreign-script", foreign_script),
    ("copied", copied),
    ("digit-mismatch", digit_mismatch),
    ("wrong-language", wrong_language),
)


def fault(pair: Pair) -> str | None:
    """Name of the first filter that drops the pair.

    >>> fault(make_pair("Nel 1999", "In 1998", ("it", "en")))
    'digit-mismatch'
    """
    return next((name for name, holds in FILTERS if holds(pair)), None)
