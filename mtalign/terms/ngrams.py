"""Word n-grams that could be terms, and how often segments have them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from mtalign.terms.tokens import SPACE, Tokens, tokenise
from mtalign.terms.words import word_lists

Gram = tuple[str, ...]
"""Tokens in normal form, case folded, with the spaces, hyphens and apostrophes between them."""

_LINKS = (SPACE, "-", "'")
_COMMONEST = 100


def stop_words(segments: Sequence[str], lang: str) -> frozenset[str]:
    """Words that no term begins or ends with: from ``stops.txt``, or the commonest 100 here."""
    listed = word_lists("stops").get(lang.split("-")[0].lower())
    if listed is not None:
        return listed
    counts = Counter(
        token for segment in segments for token in tokenise(segment, lang).folded if _is_word(token)
    )
    return frozenset(word for word, _ in counts.most_common(_COMMONEST))


def grams(tokens: Tokens, stops: frozenset[str], longest: int) -> Iterator[tuple[Gram, int, int]]:
    """N-grams of up to ``longest`` words, with the tokens they begin and end at (half open).

    Words are joined by one space, hyphen or apostrophe; the first and the last have two letters or
    more, no digit, and are no stop words.

    >>> found = grams(tokenise("Creare un ordine d'acquisto", "it"), frozenset(["un", "d"]), 4)
    >>> ["".join(gram) for gram, _, _ in found]
    ['creare', 'creare un ordine', 'ordine', "ordine d'acquisto", 'acquisto']
    """
    folded = tokens.folded
    for start, first in enumerate(folded):
        if not _edge(first, stops):
            continue
        words, end = 1, start + 1
        yield (first,), start, end
        while words < longest and end + 1 < len(folded) and folded[end] in _LINKS:
            if not _is_word(folded[end + 1]):
                break
            words, end = words + 1, end + 2
            if _edge(folded[end - 1], stops):
                yield tuple(folded[start:end]), start, end


class Side:
    """The n-grams of one side of a bitext that enough segments have, numbered.

    :ivar names: the n-grams
    :ivar counts: how many segments have each
    :ivar ids: number of each n-gram
    """

    def __init__(
        self,
        segments: Sequence[str],
        lang: str,
        least: int,
        longest: int,
        progress: Callable[[int], None],
    ) -> None:
        self.lang, self._longest = lang, longest
        self._stops = stop_words(segments, lang)
        counts: Counter[Gram] = Counter()
        for segment in segments:
            counts.update({gram for gram, _, _ in self._grams(tokenise(segment, lang))})
            progress(1)
        # Sorted, since sets of strings come in another order in every process.
        kept = sorted((gram, count) for gram, count in counts.items() if count >= least)
        self.names = [gram for gram, _ in kept]
        self.counts = [count for _, count in kept]
        self.ids = {gram: number for number, gram in enumerate(self.names)}

    def numbers(self, segment: str) -> list[int]:
        """The n-grams of a segment, each once, ascending."""
        ids = self.ids
        found = {ids.get(gram, -1) for gram, _, _ in self._grams(tokenise(segment, self.lang))}
        return sorted(found - {-1})

    def spelt(self, segment: str, wanted: set[int]) -> Iterator[tuple[int, str]]:
        """The n-grams of a segment that are wanted, as they are written there."""
        tokens = tokenise(segment, self.lang)
        for gram, start, end in self._grams(tokens):
            number = self.ids.get(gram, -1)
            if number in wanted:
                yield number, segment[tokens.starts[start] : tokens.ends[end - 1]]

    def _grams(self, tokens: Tokens) -> Iterator[tuple[Gram, int, int]]:
        return grams(tokens, self._stops, self._longest)


def _is_word(token: str) -> bool:
    return any(char.isalnum() for char in token)


def _edge(token: str, stops: frozenset[str]) -> bool:
    return len(token) > 1 and token not in stops and token.replace("_", "a").isalpha()
