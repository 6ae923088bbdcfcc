"""The one matcher: which terms stand in a segment, and whether its translation has them.

Decoding, flags and scores all ask here, so that a term enforced is a term found.
"""

from __future__ import annotations

from mtalign.records import TermMatch
from mtalign.signature import digest
from mtalign.terms.guard import is_meant
from mtalign.terms.index import Entry, Hit, Index, Span, as_listed, find_forms, longest_first
from mtalign.terms.spellings import spellings
from mtalign.terms.termbase import ACCEPTED, AVOIDED, Term, Termbase, required_forms
from mtalign.terms.tokens import tokenise

SOURCE_STATUSES = ("preferred", "admitted", "deprecated")
"""Terms looked for in a source text: a deprecated word still means its concept."""


class Matcher:
    """Finds the terms of a termbase in one direction.

    :param termbase: what counts as a term
    :param src_lang: BCP 47 code of the texts given to :meth:`match`
    :param tgt_lang: BCP 47 code of their translations
    """

    def __init__(self, termbase: Termbase, src_lang: str, tgt_lang: str) -> None:
        self.termbase, self.src_lang, self.tgt_lang = termbase, src_lang, tgt_lang
        self.signature = digest(part.encode() for part in (termbase.signature, src_lang, tgt_lang))
        self._required = {
            concept.id: required_forms(concept, tgt_lang) for concept in termbase.concepts
        }
        terms = (
            term
            for concept in termbase.concepts
            for term in concept.in_language(src_lang, SOURCE_STATUSES)
        )
        self._source = Index(
            (Entry(term, path) for term in terms for path in spellings(term, src_lang)), src_lang
        )
        self._targets: dict[str, Index] = {}

    def match(self, text: str) -> list[TermMatch]:
        """Terms in a source segment, left to right, no two overlapping.

        The longest term wins, and one nested in it does not count. A concept with no accepted
        term in the target language takes its place in that contest and is then left out: there is
        nothing to require of it.

        >>> from mtalign.terms import Term, Termbase
        >>> rows = [Term("1", "it", "ricorso"), Term("1", "en", "appeal")]
        >>> [m.required for m in Matcher(Termbase.of(rows), "it", "en").match("L’altro ricorso.")]
        [('appeal',)]
        """
        tokens = tokenise(text, self.src_lang)
        meant = (
            hit
            for hit in self._source.hits(text, tokens)
            if is_meant(hit, text, tokens, self.src_lang)
        )
        found = (self._match(text, hit) for hit in longest_first(meant))
        return [match for match in found if match.required]

    def find_required(self, text: str, match: TermMatch) -> list[Span]:
        """Where a target text holds an accepted form of a match; spans in code points.

        Each form counts within the case policy of its own term. An accepted form inside a longer
        deprecated or forbidden one of the same concept does not count.
        """
        if match.dnt:
            return find_forms(text, match.required, self.tgt_lang, "sensitive")
        return self._find(text, match.concept, ACCEPTED)

    def find_avoided(self, text: str, match: TermMatch) -> list[Span]:
        """Where a target text holds a deprecated or forbidden form of a match's concept."""
        return self._find(text, match.concept, AVOIDED)

    def _match(self, text: str, hit: Hit) -> TermMatch:
        term, surface = hit.entry.term, text[hit.start : hit.end]
        if term.dnt:
            return TermMatch(term.concept_id, hit.start, hit.end, surface, (surface,), True)
        required = self._required[term.concept_id]
        counterpart = self._counterpart(term, surface)
        return TermMatch(
            term.concept_id, hit.start, hit.end, surface, required, counterpart=counterpart
        )

    def _counterpart(self, term: Term, surface: str) -> str:
        """The preferred target form in the place that ``surface`` has among its term's forms.

        Lists of one length are taken to run alike (lemma first, then plural); others say nothing.
        """
        accepted = self.termbase.by_id[term.concept_id].in_language(self.tgt_lang, ACCEPTED)
        if not accepted or len(accepted[0].forms) != len(term.forms):
            return ""
        wanted = self._folded(surface)
        pairs = zip(term.forms, accepted[0].forms, strict=True)
        return next((other for form, other in pairs if self._folded(form) == wanted), "")

    def _folded(self, text: str) -> str:
        return "".join(tokenise(text, self.src_lang).cased).casefold()

    def _find(self, text: str, concept: str, statuses: tuple[str, ...]) -> list[Span]:
        if concept not in self._targets:
            self._targets[concept] = self._target_index(concept)
        tokens = tokenise(text, self.tgt_lang)
        hits = longest_first(self._targets[concept].hits(text, tokens))
        return [(hit.start, hit.end) for hit in hits if hit.entry.term.status in statuses]

    def _target_index(self, concept: str) -> Index:
        terms = self.termbase.by_id[concept].in_language(self.tgt_lang)
        entries = (entry for term in terms for entry in as_listed(term, self.tgt_lang))
        return Index(entries, self.tgt_lang)
