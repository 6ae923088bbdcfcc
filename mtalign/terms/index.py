"""Where in a text any form of many terms stands: a few lookups per token, however many terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from mtalign.terms.boundary import stands_free
from mtalign.terms.termbase import Term
from mtalign.terms.tokens import Tokens, fold, tokenise

Path = tuple[str, ...]
Span = tuple[int, int]

# What may come between the start of a sentence and its first word: quotes, brackets, bullets, "1."
_SENTENCE_START = re.compile(r"(?:^|[.!?:…])(?:\W*|\W*\w{1,3}[.)]\s*)\Z")

_LOOK_BACK = 40
"""Code points searched for the start of a sentence; nothing longer than a bullet stands there."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One spelling of a term.

    :ivar path: its tokens in normal form
    """

    term: Term
    path: Path


@dataclass(frozen=True, slots=True)
class Hit:
    """A spelling of a term at a place in a text, within its case policy.

    :ivar start: first code point
    :ivar end: one past the last
    :ivar first: number of its first token
    :ivar last: one past the number of its last token
    :ivar exact: whether capitals are as listed
    """

    entry: Entry
    start: int
    end: int
    first: int
    last: int
    exact: bool


class Index:
    """Spellings by their tokens.

    Looking up costs one probe per token, and one more per length that a spelling which begins with
    that token has; it does not grow with the number of terms.
    """

    def __init__(self, entries: Iterable[Entry], lang: str) -> None:
        self._lang = lang
        self._entries: dict[Path, list[Entry]] = {}
        lengths: dict[str, set[int]] = {}
        for entry in entries:
            folded = tuple(fold(token, lang) for token in entry.path)
            if folded:
                self._entries.setdefault(folded, []).append(entry)
                lengths.setdefault(folded[0], set()).add(len(folded))
        self._lengths = {token: tuple(sorted(found)) for token, found in lengths.items()}

    def hits(self, text: str, tokens: Tokens) -> Iterator[Hit]:
        """Every spelling that stands as a word of its own, overlapping ones too."""
        folded = tokens.folded
        for first, token in enumerate(folded):
            for length in self._lengths.get(token, ()):
                path = tuple(folded[first : first + length])
                last = first + len(path)
                entries = self._entries.get(path) if len(path) == length else None
                if entries and stands_free(tokens, first, last, self._lang):
                    found = (_hit(entry, text, tokens, first, last) for entry in entries)
                    yield from (hit for hit in found if hit is not None)


def find_forms(text: str, forms: Sequence[str], lang: str, case: str = "insensitive") -> list[Span]:
    """Where any of some forms stands in a text, as listed but for the typing.

    Apostrophes, quotes, hyphens, spaces and Unicode forms may differ; inflection may not.

    :param case: ``sensitive`` or ``insensitive``, as in a glossary
    :return: spans in code points, half open, longest form first wins, ascending

    >>> find_forms("Le mega‑regioni, non le regioni.", ["regioni", "mega-regioni"], "it")
    [(3, 15), (24, 31)]
    """
    index = _index_of(tuple(forms), lang, case)
    hits = longest_first(index.hits(text, tokenise(text, lang)))
    return [(hit.start, hit.end) for hit in hits]


def as_listed(term: Term, lang: str) -> Iterator[Entry]:
    """One entry per listed form."""
    return (Entry(term, tuple(tokenise(form, lang).cased)) for form in term.forms)


def longest_first(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that stay when no two may overlap, in order of place.

    The longer hit wins; of equal length the one that begins first; on the same span the one
    whose capitals are as listed, then the lowest concept id.
    """
    kept: list[Hit] = []
    taken: set[int] = set()
    for hit in sorted(hits, key=_rank):
        places = range(hit.first, hit.last)
        if taken.isdisjoint(places):
            kept.append(hit)
            taken.update(places)
    return sorted(kept, key=lambda hit: hit.start)


@lru_cache(maxsize=1 << 12)
def _index_of(forms: tuple[str, ...], lang: str, case: str) -> Index:
    terms = (Term("", lang, form, case=case) for form in forms)
    return Index((entry for term in terms for entry in as_listed(term, lang)), lang)


def _rank(hit: Hit) -> tuple[int, int, bool, str]:
    return hit.start - hit.end, hit.start, not hit.exact, hit.entry.term.concept_id


def _hit(entry: Entry, text: str, tokens: Tokens, first: int, last: int) -> Hit | None:
    start, end = tokens.starts[first], tokens.ends[last - 1]
    written = tuple(tokens.cased[first:last])
    exact = written == entry.path
    if exact or entry.term.case == "insensitive" or _excused(entry.path, written, text, start):
        return Hit(entry, start, end, first, last, exact)
    return None


def _excused(listed: Path, written: Path, text: str, start: int) -> bool:
    """Whether capitals that a sensitive form does not list come from its place alone.

    The first word of a sentence takes a capital, and in a line of capitals all words do.
    """
    if text.isupper() and tuple(token.upper() for token in listed) == written:
        return True
    capital = listed[0][0].upper() + listed[0][1:]
    if (capital, *listed[1:]) != written:
        return False
    return _SENTENCE_START.search(text, max(0, start - _LOOK_BACK), start) is not None
