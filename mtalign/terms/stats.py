"""A termbase in numbers, and the faults of a file by kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mtalign.errors import FaultsError
from mtalign.terms.faults import homographs
from mtalign.terms.termbase import ACCEPTED, STATUSES, Termbase

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
_CONCEPT = re.compile(r"(concept|id) \S+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class LanguageStats:
    """Counts of one language.

    :ivar by_status: terms by status, in the order of STATUSES
    :ivar forms: forms listed, base forms among them
    :ivar unlisted: accepted terms for which only the base form is listed
    :ivar missing: concepts without an accepted term in it
    :ivar homographs: forms that accepted terms of several concepts share
    """

    lang: str
    by_status: tuple[int, ...]
    forms: int
    unlisted: int
    missing: int
    homographs: int


def statistics(termbase: Termbase) -> list[LanguageStats]:
    """Counts for each language of a termbase, in alphabetical order of their codes."""
    return [_of_language(termbase, lang) for lang in termbase.languages]


def fault_kinds(error: FaultsError) -> list[tuple[str, int]]:
    """Faults by kind, commonest first: what they say, without the words and numbers quoted."""
    kinds = Counter(_kind(fault.what) for fault in error.faults)
    return kinds.most_common()


def _of_language(termbase: Termbase, lang: str) -> LanguageStats:
    terms = [term for term in termbase.terms() if term.lang == lang]
    statuses = Counter(term.status for term in terms)
    missing = sum(
        not any(term.lang == lang and term.status in ACCEPTED for term in concept.terms)
        for concept in termbase.concepts
    )
    return LanguageStats(
        lang=lang,
        by_status=tuple(statuses[status] for status in STATUSES),
        forms=sum(len(term.forms) for term in terms),
        unlisted=sum(term.status in ACCEPTED and len(term.forms) == 1 for term in terms),
        missing=missing,
        homographs=len(homographs(termbase, lang)),
    )


def _kind(what: str) -> str:
    """A fault without its particulars.

    >>> _kind('concept FISC-0012 has 2 preferred en terms: "VAT", "value added tax"')
    'concept … has … preferred en terms: "…"'
    """
    bare = _CONCEPT.sub(r"\1 …", _QUOTED.sub('"…"', what.partition("; did you mean")[0]))
    return re.sub(r'"…"(, "…")+', '"…"', _NUMBER.sub("…", bare))
