"""Homographs: when a word that is spelled like a term is plainly not the term.

Two guards, both decided on the surface. A noun's spelling directly beside words that call for a
verb is a verb ("they share their food"). And a term may list words of which one must stand in the
segment, or must not. What neither can tell is left as a match: a missed term is a silent fault,
a wrong one shows in the report.
"""

from __future__ import annotations

from mtalign.terms.index import Hit, find_forms
from mtalign.terms.termbase import Term
from mtalign.terms.tokens import SPACE, Tokens
from mtalign.terms.words import word_lists


def is_meant(hit: Hit, text: str, tokens: Tokens, lang: str) -> bool:
    """Whether nothing on the surface says that the hit is another word."""
    term = hit.entry.term
    if term.context and not _in_context(term, text, lang):
        return False
    # A capital says noun: "So should EU producers gain?"
    noun = term.pos == "n" and hit.last == hit.first + 1 and tokens.cased[hit.first].islower()
    return not (noun and _reads_as_verb(hit, tokens, lang))


def _in_context(term: Term, text: str, lang: str) -> bool:
    barred = tuple(word[1:].strip() for word in term.context if word.startswith("!"))
    wanted = tuple(word for word in term.context if not word.startswith("!"))
    if barred and find_forms(text, barred, lang):
        return False
    return not wanted or bool(find_forms(text, wanted, lang))


def _reads_as_verb(hit: Hit, tokens: Tokens, lang: str) -> bool:
    cues = word_lists("verb_cues")
    before = _neighbour(tokens, hit.first - 1, -1)
    after = _neighbour(tokens, hit.last, 1)

    def cued(word: str, place: str) -> bool:
        return word in cues.get(f"{lang[:2]}-{place}", ())

    if cued(before, "before") or cued(after, "after"):
        return True
    return cued(before, "infinitive") and cued(after, "determiner")


def _neighbour(tokens: Tokens, number: int, step: int) -> str:
    """The word one space away, folded; empty where something else stands between."""
    beyond = number + step
    if 0 <= number < len(tokens.folded) and tokens.folded[number] == SPACE:
        return tokens.folded[beyond] if 0 <= beyond < len(tokens.folded) else ""
    return ""
