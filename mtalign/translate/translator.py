"""Translate segments, window by window, with terms and a cache."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from mtalign.records import Hypothesis, TermMatch
from mtalign.signature import digest, signature
from mtalign.translate.cache import Cache
from mtalign.translate.check import FindForms, uses
from mtalign.translate.draft import Draft, links
from mtalign.translate.enforce import Task, enforce
from mtalign.translate.engine import Engine
from mtalign.translate.long import Cut, Part, join, parts, whole

KEY_BYTES = 16
SCORE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Request:
    """One segment to translate.

    :ivar matches: its term matches, in source order
    :ivar links: whether the hypothesis shall carry links, for markup to be set back in
    """

    text: str
    matches: tuple[TermMatch, ...] = ()
    links: bool = False


@dataclass(frozen=True, slots=True)
class _Work:
    """A segment, or a part of one, and its source pieces."""

    request: Request
    source: list[str]


def _no_forms(text: str, match: TermMatch) -> list[tuple[int, int]]:
    raise AssertionError(f"no matcher was given for {match.concept}")


def _no_concept(match: TermMatch) -> str:
    return match.concept


@dataclass
class Translator:
    """One engine with the settings, the terms and the cache that go with it.

    :ivar signed: all that can change a result but text and terms; part of every cache key
    :ivar terms: fingerprint of the termbase, for signatures
    :ivar concept_key: all that the termbase says of a match's concept; part of the cache key of
        segments where it applies, so that an edit of one concept leaves the others cached
    :ivar find_forms: where accepted forms stand in a target text; needed where requests carry
        matches
    :ivar cut: splits an over-long text, see ``mtalign.segment.soft_split``
    :ivar decoded: segments decoded so far, cached and copied ones not counted
    """

    engine: Engine
    signed: dict[str, object]
    cut: Cut
    max_pieces: int
    terms: str = "none"
    find_forms: FindForms = _no_forms
    concept_key: Callable[[TermMatch], str] = _no_concept
    cache: Cache | None = None
    decoded: int = field(default=0, init=False)

    def translate(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Hypotheses for one window of segments, in order.

        Equal requests are decoded once. A window is cached whole or not at all, so that a run
        begun again decodes in the same batches as an unbroken one.

        :raises MtalignError: the cache cannot be used
        """
        wanted = list(dict.fromkeys(request for request in requests if _has_words(request.text)))
        keys = {} if self.cache is None else {request: self._key(request) for request in wanted}
        found = self._cached(keys)
        fresh = [request for request in wanted if request not in found]
        made = dict(zip(fresh, self._translate_all(fresh), strict=True))
        if self.cache is not None and made:
            self.cache.put((keys[request], hyp) for request, hyp in made.items())
        found.update(made)
        return [found[r] if r in found else self._copied(r) for r in requests]

    @property
    def signature(self) -> str:
        """One line that names every setting that can change a result."""
        return signature({**self.signed, "terms": self.terms})

    def _key(self, request: Request) -> bytes:
        matches = [
            f"{m.start}\t{m.end}\t{m.dnt}\t{'|'.join(m.required)}\t{self.concept_key(m)}"
            for m in request.matches
        ]
        fields = [signature(self.signed), str(request.links), request.text, *matches]
        return bytes.fromhex(digest((part.encode() for part in fields), KEY_BYTES))

    def _cached(self, keys: Mapping[Request, bytes]) -> dict[Request, Hypothesis]:
        if self.cache is None:
            return {}
        kept = self.cache.get(list(keys.values()), [request.matches for request in keys])
        return {r: hyp for r, hyp in zip(keys, kept, strict=True) if hyp is not None}

    def _translate_all(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Cut what is too long for the model, decode, and put the parts together again."""
        self.decoded += len(requests)
        encode = self.engine.pieces.encode
        sources = encode([request.text for request in requests])
        cuts = [
            self._cut(request, len(cut)) for request, cut in zip(requests, sources, strict=True)
        ]
        works = []
        for request, source, cut in zip(requests, sources, cuts, strict=True):
            own = [source] if len(cut) == 1 else encode([part.text for part in cut])
            works += [
                _Work(Request(part.text, part.matches, request.links), pieces)
                for part, pieces in zip(cut, own, strict=True)
            ]
        made = iter(self._decode(works))
        return [
            join(request.text, cut, [next(made) for _ in cut])
            for request, cut in zip(requests, cuts, strict=True)
        ]

    def _cut(self, request: Request, length: int) -> list[Part]:
        """Parts of a segment of ``length`` pieces that the model can read."""
        longest = min(self.max_pieces, self.engine.pieces.longest)
        if length <= longest:
            return whole(request.text, request.matches)
        # A text's pieces are spread unevenly, so its parts aim below the limit.
        limit = max(1, int(0.8 * len(request.text) * longest / length))
        return parts(request.text, request.matches, limit, self.cut)

    def _decode(self, works: Sequence[_Work]) -> list[Hypothesis]:
        """Decode with attention only what needs it: forms and markup to be placed."""
        careful = [work.request.matches != () or work.request.links for work in works]
        plain_made = iter(
            self._plain([w for w, slow in zip(works, careful, strict=True) if not slow])
        )
        careful_made = iter(
            self._careful([w for w, slow in zip(works, careful, strict=True) if slow])
        )
        return [next(careful_made if slow else plain_made) for slow in careful]

    def _plain(self, works: Sequence[_Work]) -> list[Hypothesis]:
        decoded = self.engine.decode([work.source for work in works])
        texts = self.engine.pieces.decode_all([one.pieces for one in decoded])
        return [
            Hypothesis(text, round(one.score, SCORE_DIGITS))
            for text, one in zip(texts, decoded, strict=True)
        ]

    def _careful(self, works: Sequence[_Work]) -> list[Hypothesis]:
        spans = self.engine.pieces.source_spans
        tasks = [Task(w.source, spans(w.request.text), w.request.matches) for w in works]
        free = [Draft(one) for one in self.engine.decode([w.source for w in works], attention=True)]
        drafts = enforce(self.engine, tasks, free, self.find_forms)
        return [
            self._hypothesis(work.request, task, draft)
            for work, task, draft in zip(works, tasks, drafts, strict=True)
        ]

    def _hypothesis(self, request: Request, task: Task, draft: Draft) -> Hypothesis:
        text, forced = draft.laid_out(self.engine.pieces)
        return Hypothesis(
            text,
            round(draft.decoded.score, SCORE_DIGITS),
            uses(text, request.matches, self.find_forms, forced),
            links(draft, task.spans, self.engine.pieces) if request.links else (),
        )

    def _copied(self, request: Request) -> Hypothesis:
        """A segment without a letter is no language: it stays as it is."""
        return Hypothesis(
            request.text, 0.0, uses(request.text, request.matches, self.find_forms), ()
        )


def _has_words(text: str) -> bool:
    return any(character.isalpha() for character in text)
