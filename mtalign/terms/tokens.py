"""Cut text into tokens that compare equal when only the typing differs.

Keyboards, word processors and PDF writers give the same word different characters. Each token is
normalised on its own and keeps its place, so a match found in the normal form has exact offsets in
the original. Normal form: NFKC (Unicode Standard Annex 15), one apostrophe, one double quote, one
hyphen, no soft hyphens or zero-width characters, and one space for any run of white space that
holds no blank line.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import regex

SPACE = " "

_APOSTROPHES = "'’‘‛ʼʹ′´`＇"
_HYPHENS = "-‐‑‒–−﹣－"
_QUOTES = '"“”„‟«»″＂'
_INVISIBLE = r"\u00AD\u034F\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF"

# Scripts that write no space between words, and Hangul, whose particles stick to the noun: here
# every character cluster is a token.
_FREE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\uFF66-\uFF9F"
_WORD = rf"[[\p{{L}}\p{{N}}\p{{M}}_]--[{_FREE}\p{{Hangul}}ʼʹ]]"
_TOKEN = rf"{_WORD}+(?:[{_INVISIBLE}]+{_WORD}+)*|\s+|[{_INVISIBLE}]+|\X"
# In Ukrainian and Belarusian the apostrophe is a letter.
_JOINED = rf"{_WORD}+(?:[{_APOSTROPHES}{_INVISIBLE}]+{_WORD}+)*|\s+|[{_INVISIBLE}]+|\X"
_ADDRESS = r"(?:https?|ftp)://[!-~]*[\w/]|www\.[!-~]*[\w/]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"

_PATTERNS = {
    (joined, addresses): regex.compile(
        (f"{_ADDRESS}|" if addresses else "") + (_JOINED if joined else _TOKEN), regex.V1
    )
    for joined in (False, True)
    for addresses in (False, True)
}
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]", regex.V1)
_UNBOUNDED = regex.compile(rf"[{_FREE}]", regex.V1)
_DROPPED = regex.compile(rf"[{_INVISIBLE}]+", regex.V1)
_TYPED = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-") | dict.fromkeys(_QUOTES, '"')
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text in tokens; four lists of one length.

    :ivar cased: normal form of each token; white space between words is a token, ``" "``
    :ivar folded: the same, case folded
    :ivar starts: first code point of each in the text
    :ivar ends: one past its last
    """

    cased: list[str]
    folded: list[str]
    starts: list[int]
    ends: list[int]


def tokenise(text: str, lang: str) -> Tokens:
    """Tokens of a text.

    >>> tokenise("dell’AI", "it").folded
    ['dell', "'", 'ai']
    """
    turkic = _is_turkic(lang)
    addresses = "@" in text or "://" in text or "www." in text
    tokens = Tokens([], [], [], [])
    end = 0
    for raw in _PATTERNS[lang[:2] in ("uk", "be"), addresses].findall(text):
        start, end = end, end + len(raw)
        cased, folded = _normal(raw, turkic)
        if cased:
            tokens.cased.append(cased)
            tokens.folded.append(folded)
            tokens.starts.append(start)
            tokens.ends.append(end)
    return tokens if text.isascii() else _without_free_spaces(tokens)


def fold(token: str, lang: str) -> str:
    """One token, as :func:`tokenise` folds it."""
    return _normal(token, _is_turkic(lang))[1]


def unbounded(token: str) -> bool:
    """Whether a token is of a script where the edge of a word cannot be seen."""
    return _UNBOUNDED.match(token) is not None


def _is_turkic(lang: str) -> bool:
    return lang[:2] in ("tr", "az")


@lru_cache(maxsize=1 << 16)
def _normal(raw: str, turkic: bool) -> tuple[str, str]:
    """A token's normal form, and the same case folded."""
    if raw.isspace():
        blank_line = raw.count("\n") > 1
        return (raw, raw) if blank_line else (SPACE, SPACE)
    if raw.isascii():
        typed = raw.translate(_TYPED)
    else:
        typed = unicodedata.normalize("NFKC", _DROPPED.sub("", raw).translate(_TYPED))
    folded = typed.replace("İ", "i").replace("I", "ı") if turkic else typed
    return typed, unicodedata.normalize("NFKC", folded.casefold())


def _without_free_spaces(tokens: Tokens) -> Tokens:
    """Leave out spaces beside Chinese and Japanese characters: "AI 产业" is also typed "AI产业"."""
    near = [_SPACELESS.match(token) is not None for token in tokens.cased]
    if not any(near):
        return tokens
    kept = [
        number
        for number, token in enumerate(tokens.cased)
        if token != SPACE or not any(near[max(0, number - 1) : number + 2])
    ]
    columns = (tokens.cased, tokens.folded)
    cased, folded = ([column[number] for number in kept] for column in columns)
    places = (tokens.starts, tokens.ends)
    starts, ends = ([place[number] for number in kept] for place in places)
    return Tokens(cased, folded, starts, ends)
