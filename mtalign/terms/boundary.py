"""Where a word begins and ends: a term never counts inside one.

Two tokens that touch are not always one word. "dell'AI" and "AI-based" hold the word "AI"; "M.AX",
"R&D", "C++" and "can't" are one word each. In scripts that write no spaces the edge of a word
cannot be seen, and every character edge serves.
"""

from __future__ import annotations

import regex

from mtalign.terms.tokens import SPACE, Tokens, unbounded
from mtalign.terms.words import word_lists

# Parts of a word that a hyphen ties so close that the rest is no word of its own: e-mail, U-Boot,
# co-operation, ri-elezione. In non-EU, ex-ministro or anti-AI it is.
_TIED_PREFIXES = frozenset(("co", "re", "ri", "de"))
_HANGUL = regex.compile(r"\p{Hangul}")


def stands_free(tokens: Tokens, first: int, end: int, lang: str) -> bool:
    """Whether tokens ``first`` to ``end`` (half open) begin and end at the edges of words."""
    return _free_before(tokens, first, lang[:2]) and _free_after(tokens, end, lang[:2])


def _free_before(tokens: Tokens, first: int, lang: str) -> bool:
    glue = tokens.cased[first - 1] if first else SPACE
    if glue == SPACE:
        return True
    word = tokens.cased[first]
    if unbounded(word) or unbounded(glue):
        return True
    if not _is_word(word):
        return not _is_word(glue)
    if _is_word(glue):
        return _is_hangul(word) != _is_hangul(glue)
    before = tokens.cased[first - 2] if first > 1 else SPACE
    if glue in "@°":
        return False
    if not _is_word(before):
        return glue != "." or before != SPACE
    if glue == "'":
        heads = word_lists("apostrophes").get(f"{lang}-head")
        return heads is None or before.casefold() in heads
    if glue == "-":
        return not _is_tied(before)
    return not _one_word(before, glue, word)


def _free_after(tokens: Tokens, end: int, lang: str) -> bool:
    glue = tokens.cased[end] if end < len(tokens.cased) else SPACE
    if glue == SPACE:
        return True
    word = tokens.cased[end - 1]
    if unbounded(word) or unbounded(glue):
        return True
    if not _is_word(word):
        return not _is_word(glue) and not (word == glue and glue in "+#")
    if _is_word(glue):
        alike = _is_hangul(word) == _is_hangul(glue)
        return not alike or (_is_hangul(word) and _is_particle(tokens, end))
    after = tokens.cased[end + 1] if end + 1 < len(tokens.cased) else SPACE
    if glue == "#" or (glue == "+" and not _is_word(after)):
        return False
    if glue == "'":
        return _free_before_apostrophe(word.casefold(), after.casefold(), lang)
    return not (_is_word(after) and _one_word(word, glue, after))


def _free_before_apostrophe(word: str, after: str, lang: str) -> bool:
    lists = word_lists("apostrophes")
    if _is_word(after):
        tails = lists.get(f"{lang}-tail")
        return tails is None or after in tails
    return word not in lists.get(f"{lang}-cut", ())


def _is_tied(before: str) -> bool:
    single = len(before) == 1 and before.isalpha() and not unbounded(before)
    return single or before.casefold() in _TIED_PREFIXES


def _one_word(before: str, glue: str, after: str) -> bool:
    """Whether a mark between two words, with no space, makes them one."""
    if unbounded(before) or unbounded(after):
        return False
    if glue == ".":
        # "finita.Il" is two sentences typed without a space; "M.AX" and "node.js" are names.
        ended = before.islower() or before.isdigit()
        return not (ended and len(after) > 1 and after[0].isupper() and not after.isupper())
    if glue in ",:/":
        return before[-1].isdigit() and after[0].isdigit()
    return glue in "&@"


def _is_particle(tokens: Tokens, end: int) -> bool:
    """Whether the Hangul from ``end`` to the end of its word is made of particles alone."""
    rest = []
    for token in tokens.cased[end:]:
        if not _is_hangul(token):
            break
        rest.append(token)
    return _PARTICLES.fullmatch("".join(rest)) is not None


def _is_hangul(token: str) -> bool:
    return _HANGUL.match(token) is not None


def _is_word(token: str) -> bool:
    return token[0].isalnum() or token[0] == "_"


_PARTICLES = regex.compile(f"(?:{'|'.join(sorted(word_lists('particles')['ko']))}){{1,3}}")
