"""Concepts and their terms: what a glossary says, whatever file it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from mtalign.signature import digest

STATUSES = ("preferred", "admitted", "deprecated", "forbidden")
"""Standing of a term in its concept, after the administrative status of ISO 30042 (TBX)."""

ACCEPTED = ("preferred", "admitted")
AVOIDED = ("deprecated", "forbidden")

CASES = ("sensitive", "insensitive")

POS = ("", "n", "propn", "v", "adj", "adv", "phrase", "other")
"""Parts of speech, short as in the Universal Dependencies; empty where nobody has said."""

_PART_START = re.compile(r"(?:^|['’-])\w")


@dataclass(frozen=True, slots=True)
class Term:
    """A word for a concept in one language: one row of a glossary.

    :ivar concept_id: the concept it names
    :ivar lang: BCP 47 code, ``it`` or ``pt-BR``
    :ivar term: its base form
    :ivar status: one of STATUSES
    :ivar pos: one of POS
    :ivar forms: every form it takes in a text, the base form first; given without it, it is added
    :ivar case: ``sensitive`` or ``insensitive``; see docs/terms.md for what each lets pass
    :ivar dnt: do not translate: the target repeats what the source writes
    :ivar context: words of which one must stand in the same segment for the term to count; with
        ``!`` before it, a word that must not
    """

    concept_id: str
    lang: str
    term: str
    status: str = "preferred"
    pos: str = ""
    forms: tuple[str, ...] = ()
    case: str = "insensitive"
    dnt: bool = False
    domain: str = ""
    context: tuple[str, ...] = ()
    note: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        others = tuple(form for form in self.forms if form != self.term)
        object.__setattr__(self, "forms", (self.term, *others))


@dataclass(frozen=True, slots=True)
class Concept:
    """One meaning and its terms in every language, in the order of the file."""

    id: str
    terms: tuple[Term, ...]

    def in_language(self, lang: str, statuses: Iterable[str] = STATUSES) -> list[Term]:
        """Its terms in a language, in the order of ``statuses``, then of the file."""
        spoken = [term for term in self.terms if serves(term.lang, lang)]
        return [term for status in statuses for term in spoken if term.status == status]


@dataclass(frozen=True)
class Termbase:
    """All concepts of a glossary, in the order of the file."""

    concepts: tuple[Concept, ...] = ()

    @classmethod
    def of(cls, terms: Iterable[Term]) -> Termbase:
        """Gather terms by concept, concepts in order of their first term."""
        groups: dict[str, list[Term]] = {}
        for term in terms:
            groups.setdefault(term.concept_id, []).append(term)
        return cls(tuple(Concept(name, tuple(group)) for name, group in groups.items()))

    def __len__(self) -> int:
        return len(self.concepts)

    def terms(self) -> Iterator[Term]:
        """Every term, concept by concept."""
        return (term for concept in self.concepts for term in concept.terms)

    @cached_property
    def by_id(self) -> dict[str, Concept]:
        """Concepts by their ids."""
        return {concept.id: concept for concept in self.concepts}

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages its terms are in, sorted."""
        return tuple(sorted({term.lang for term in self.terms()}))

    @cached_property
    def signature(self) -> str:
        """Fingerprint of all that can change a match: notes, sources and domains are left out."""
        parts = []
        for concept in sorted(self.concepts, key=lambda concept: concept.id):
            for term in sorted(concept.terms, key=lambda term: term.lang):
                parts += [term.concept_id, term.lang, term.status, term.pos, term.case]
                parts += ["dnt" if term.dnt else "", str(len(term.forms)), *term.forms]
                parts += [str(len(term.context)), *term.context]
        return digest(part.encode("utf-8", "surrogatepass") for part in parts)


def serves(term_lang: str, lang: str) -> bool:
    """Whether a term of one language code is of use where another is asked for.

    >>> serves("pt", "pt-BR"), serves("en-GB", "en"), serves("en-GB", "en-US")
    (True, True, False)
    """
    one, other = term_lang.lower(), lang.lower()
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")


def default_case(term: str) -> str:
    """Case policy of a term that states none: one word with capitals inside it is sensitive.

    Folding "AI" would find the Italian preposition "ai", folding "US" the English pronoun; a
    phrase is in no such danger, and headings write "AI Factory".

    >>> [default_case(term) for term in ("AI", "M.AX", "GfK", "C")]
    ['sensitive', 'sensitive', 'sensitive', 'sensitive']
    >>> [default_case(term) for term in ("crisi", "Daegu", "Coca-Cola", "AI factory")]
    ['insensitive', 'insensitive', 'insensitive', 'insensitive']
    """
    inner = _PART_START.sub("", term)
    capitals = term.isupper() or any(letter.isupper() for letter in inner)
    return "sensitive" if capitals and not re.search(r"\s", term) else "insensitive"


def required_forms(concept: Concept, lang: str) -> tuple[str, ...]:
    """Forms that satisfy a concept in a language: the preferred term's first, then admitted."""
    return _forms(concept.in_language(lang, ACCEPTED))


def avoided_forms(concept: Concept, lang: str) -> tuple[str, ...]:
    """Forms that must not be written for a concept: deprecated and forbidden terms'."""
    return _forms(concept.in_language(lang, AVOIDED))


def _forms(terms: Iterable[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for term in terms for form in term.forms))
