"""Does a stop end the sentence? One question a function, cheapest first.

Each looks at a bounded stretch of text before and after the stop.
"""

from __future__ import annotations

import re
from enum import Enum

from mtalign.segment.marks import CLOSE, OPEN, WEAK
from mtalign.segment.rules import Rules

_LEAD = re.escape(OPEN)
_AFTER = re.compile(rf"\s*((?:[{_LEAD}]\s?){{0,6}})(\w{{0,24}})")
_INSIDE_WORD = re.compile(rf"[{_LEAD}/_]")
_ELLIPSIS = re.compile(r"…|\.(?:[ \u00a0]?\.){2}")
_ROMAN = re.compile(r"[IVXLC]{1,6}\Z")
_CONSONANTS = frozenset("bcdfghjklmnpqrstvwxz")
_NO_START = frozenset(",;:)]}&")
_COMMAS = frozenset("、，,；;：:")
_QUOTED = ("と", "って", "の", "など")
"""Japanese particles after which a quotation is part of a longer sentence."""

_UNITS = frozenset("mglhst")
"""Letters that are units of measure after a number, and so may end a sentence: "8481 m."."""
_JOINED = "\u0900"
"""First character of the scripts whose stops need no white space after them."""
_KANA, _HAN_END = "\u3040", "\u9fff"
_GEORGIAN = range(0x10D0, 0x1100)
"""Lower case to Unicode, yet Georgian sentences begin with it."""
_WORD = 32
"""How far back, in code points, the word before a full stop is looked for."""


class Next(Enum):
    """What the text after a stop begins with, quotes and dashes aside."""

    NOTHING = 0
    LOWER = 1
    DIGIT = 2
    SYMBOL = 3
    CAPITAL = 4


def ends(text: str, start: int, run: tuple[int, int], bound: int, rules: Rules) -> bool:
    """Whether a run of stops ends the sentence that begins at ``start``.

    :param run: span of the run, closing quotes and parentheses included
    :param bound: end of the paragraph, beyond the run
    """
    at, after = run
    if at - start < 8 and not any(map(str.isalnum, text[start:at])):
        return False
    if text[at - 1] in "([":
        return False  # "[...]", "(!)"
    if not text[after].isspace():
        return _ends_unspaced(text, at, after)
    following = _AFTER.match(text, after, bound)
    assert following is not None
    kind = _kind(text, following, bound)
    if kind is Next.NOTHING:
        return False
    mark = text[at]
    if mark not in WEAK and mark not in rules.stop:
        return True
    if kind is Next.LOWER:
        return False
    if mark not in ".…․﹒":
        return True
    if _ELLIPSIS.match(text, at):
        return kind is Next.CAPITAL
    return _full_stop_ends(text, start, at, following, kind, rules)


def opens(text: str, after: int, bound: int, rules: Rules) -> bool:
    """Whether a word that often begins a sentence stands after a run."""
    following = _AFTER.match(text, after, bound)
    return following is not None and _opens(text, following, rules)


def _kind(text: str, following: re.Match[str], bound: int) -> Next:
    word = following[2]
    if not word:
        at = following.end()
        return Next.NOTHING if at >= bound or text[at] in _NO_START else Next.SYMBOL
    first = word[0]
    if first.isdigit():
        return Next.DIGIT
    if not first.islower() or ord(first) in _GEORGIAN:
        return Next.CAPITAL
    return Next.CAPITAL if word[1:2].isupper() else Next.LOWER  # "iPhone"


def _ends_unspaced(text: str, at: int, after: int) -> bool:
    mark, following, before = text[at], text[after], text[at - 1]
    if mark < _JOINED or mark in WEAK:
        if mark == "…" or not all(_KANA <= c <= _HAN_END for c in (before, following)):
            return False
    elif mark == "．" and before.isdigit() and following.isdigit():
        return False
    if following in _COMMAS:
        return False
    quoted = text[after - 1] in CLOSE or mark not in "。｡"
    return not (quoted and text.startswith(_QUOTED, after))


def _full_stop_ends(
    text: str, start: int, at: int, following: re.Match[str], kind: Next, rules: Rules
) -> bool:
    parts = text[max(start, at - _WORD) : at].split()
    if not parts or text[at - 1].isspace() or text[at - 1] in CLOSE:
        return True
    whole = parts[-1].lstrip(OPEN)
    word = _INSIDE_WORD.split(whole)[-1]
    forms = {whole.lower(), word.lower()}
    if forms & rules.never or _is_marker(text, start, at, word):
        return False
    if forms & rules.number:
        return kind is not Next.DIGIT and (
            not _ROMAN.match(following[2]) or _opens(text, following, rules)
        )
    if _is_initial(word) and not (word in _UNITS and parts[-2:-1] and parts[-2][-1].isdigit()):
        return _opens(text, following, rules, after_initial=True)
    if forms & rules.tail or _looks_shortened(word, rules):
        return _opens(text, following, rules)
    return True


def _is_marker(text: str, start: int, at: int, word: str) -> bool:
    """Whether the word numbers a list item: "1. Foo", "we need: a. Bar"."""
    begin = at - len(word)
    if not (begin == start or text[max(start, begin - 3) : begin].rstrip()[-1:] in (":", ";")):
        return False
    numeral = word.replace(".", "").isdigit() and len(word.split(".")[-1]) < 4
    return numeral or _is_initial(word) or bool(_ROMAN.match(word))


def _is_initial(word: str) -> bool:
    return len(word) == 1 and (word.isupper() or word.islower() or "\u0590" <= word <= "\u06ff")


def _looks_shortened(word: str, rules: Rules) -> bool:
    """Whether a word not listed has the form of an abbreviation or an ordinal."""
    parts = word.split(".")
    if len(parts) > 1 and all(len(part) < 3 and part.isalpha() for part in parts):
        return True
    if not word:
        return False
    if rules.ordinal and (_ROMAN.match(word) or all(p.isdigit() and len(p) < 3 for p in parts)):
        return True
    if len(word) > 5 or not rules.starter or word.isupper():
        return False
    return _CONSONANTS.issuperset(word.lower()) and rules.vowel.isdisjoint(word.lower())


def _opens(
    text: str, following: re.Match[str], rules: Rules, *, after_initial: bool = False
) -> bool:
    word, then = following[2].lower(), text[following.end() : following.end() + 1]
    if then in ("'", "’"):
        forms = {word, word + "'"}
    elif then in (".", "-"):
        return False
    else:
        forms = {word}
    return bool(forms & rules.starter or (not after_initial and forms & rules.particle))
