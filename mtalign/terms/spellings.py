"""The ways a form may be typed in a source text, beyond what normalisation evens out.

Listed forms rule; nothing here guesses an inflection of a noun. The target side gets none of this:
there a form is accepted as it is listed.
"""

from __future__ import annotations

from collections.abc import Iterator

from mtalign.terms.index import Path
from mtalign.terms.termbase import Term
from mtalign.terms.tokens import SPACE, tokenise
from mtalign.terms.words import word_lists

_BARE = str.maketrans("àèéìòùÀÈÉÌÒÙ", "aeeiouAEEIOU")


def spellings(term: Term, lang: str) -> Iterator[Path]:
    """Token paths, in normal form but with case, that count as the term in a source text.

    >>> term = Term("1", "it", "attività chiave")
    >>> ["".join(path) for path in spellings(term, "it")]
    ['attività chiave', 'attività-chiave', "attivita' chiave"]
    """
    for form in (*term.forms, *_with_enclitics(term, lang)):
        path = tuple(tokenise(form, lang).cased)
        yield path
        yield from _hyphenated(path)
        if lang[:2] == "it" and (bare := _accents_as_apostrophes(path)) != path:
            yield bare


def _hyphenated(path: Path) -> Iterator[Path]:
    """Compounds are hyphenated before a noun: "foreign policy", "foreign-policy adviser".

    Not the other way: "warm-up" is a noun where "warm up" may be a verb, "Il-76" an aeroplane
    where "Il 76" begins "il 76 per cento".
    """
    spaces = [number for number, token in enumerate(path) if token == SPACE]
    for space in spaces:
        yield (*path[:space], "-", *path[space + 1 :])
    if len(spaces) > 1:
        yield tuple("-" if token == SPACE else token for token in path)


def _accents_as_apostrophes(path: Path) -> Path:
    """Capitals and foreign keyboards write a final accent as an apostrophe: ATTIVITA'."""
    typed: list[str] = []
    for token in path:
        bare = token[-1].translate(_BARE)
        typed += [token] if bare == token[-1] or len(token) == 1 else [token[:-1] + bare, "'"]
    return tuple(typed)


def _with_enclitics(term: Term, lang: str) -> Iterator[str]:
    """Pronouns join an Italian infinitive: "distribuire", "distribuirlo", "distribuirglielo"."""
    if lang[:2] == "it" and term.pos == "v" and term.term.endswith(("are", "ere", "ire", "rre")):
        stem = term.term.removesuffix("re") if term.term.endswith("rre") else term.term[:-1]
        for pronoun in sorted(word_lists("enclitics")["it"]):
            yield stem + pronoun
