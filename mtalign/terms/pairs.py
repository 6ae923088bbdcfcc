"""What a termbase says in one direction: source term, target term, and what a pair cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtalign.terms.exchange import Losses
from mtalign.terms.termbase import ACCEPTED, Concept, Term, Termbase, default_case

_NO_PLACE = "the format has no place for it"
_SOURCES = (*ACCEPTED, "deprecated")


@dataclass(frozen=True, slots=True)
class Pair:
    """A source term and the one translation that a list of pairs gives it."""

    src: str
    tgt: str
    pos: str = ""


def pairs_of(termbase: Termbase, src: str, tgt: str, losses: Losses) -> list[Pair]:
    """One pair for each source term that means its concept, in the order of the file.

    The translation is the concept's preferred term, else its first admitted one; for a
    do-not-translate term it is the term itself.

    :param losses: takes what pairs cannot say
    """
    pairs: dict[str, Pair] = {}
    for concept in termbase.concepts:
        named, targets = concept.in_language(src, _SOURCES), concept.in_language(tgt, ACCEPTED)
        sources = named if targets else [term for term in named if term.dnt]
        if not sources:
            side = tgt if named else src
            losses.add("concept", f"it has no {side} term that could be used")
            continue
        _count_terms(concept, src, tgt, losses)
        why = f"its concept has no {tgt} term"
        losses.add("source term", why, count=len(named) - len(sources))
        for term in sources:
            pair = Pair(term.term, _target(term, targets), term.pos)
            known = pairs.setdefault(pair.src, pair)
            if known.tgt != pair.tgt:
                losses.add("source term", "another concept has it too, with another translation")
            elif known is not pair:
                losses.add("source term", "the same pair again, from another concept")
        losses.add("concept_id", _NO_PLACE)
        count_columns([*sources, *targets], losses)
    return list(pairs.values())


def rows_of(termbase: Termbase, languages: Sequence[str], losses: Losses) -> list[list[str]]:
    """One row a concept, one term a language, empty where it has none.

    :param losses: takes what such rows cannot say
    """
    rows = []
    for concept in termbase.concepts:
        found = [concept.in_language(lang, ACCEPTED) for lang in languages]
        if sum(map(bool, found)) < 2:
            losses.add("concept", "it has no usable term in two of the languages")
            continue
        for lang in languages:
            accepted = len(concept.in_language(lang, ACCEPTED))
            losses.add("admitted term", "one term a language", count=max(0, accepted - 1))
            avoided = len(concept.in_language(lang)) - accepted
            losses.add("deprecated or forbidden term", "no place for it", count=avoided)
        losses.add("concept_id", _NO_PLACE)
        count_columns([terms[0] for terms in found if terms], losses)
        rows.append([terms[0].term if terms else "" for terms in found])
    return rows


def count_columns(terms: Sequence[Term], losses: Losses) -> None:
    """Record the columns of terms that lists of bare terms have no place for."""
    present = {
        "status": lambda term: term.status != "preferred",
        "forms": lambda term: len(term.forms) > 1,
        "pos": lambda term: term.pos,
        "case": lambda term: term.case != default_case(term.term),
        "context": lambda term: term.context,
        "domain": lambda term: term.domain,
        "note": lambda term: term.note,
        "source": lambda term: term.source,
    }
    for column, has in present.items():
        losses.add(column, _NO_PLACE, count=sum(map(bool, map(has, terms))))


def _target(term: Term, targets: Sequence[Term]) -> str:
    return term.term if term.dnt else targets[0].term


def _count_terms(concept: Concept, src: str, tgt: str, losses: Losses) -> None:
    accepted = len(concept.in_language(tgt, ACCEPTED))
    avoided = len(concept.in_language(tgt)) - accepted
    forbidden = len(concept.in_language(src, ("forbidden",)))
    losses.add("admitted target term", "one translation a term", count=max(0, accepted - 1))
    losses.add("deprecated or forbidden target term", "no place for it", count=avoided)
    losses.add("forbidden source term", "not looked for in a source", count=forbidden)
