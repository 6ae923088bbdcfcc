"""Translate segments, window by window, with terms and a cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        keys = [self._key(request) for request in wanted]
        found = self._cached(keys, wanted)
        fresh = [request for request in wanted if request not in found]
        made = dict(zip(fresh, self._translate_all(fresh), strict=True))
        if self.cache is not None and made:
            by_request = dict(zip(wanted, keys, strict=True))
            self.cache.put((by_request[request], hyp) for request, hyp in made.items())
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

    def _cached(
        self, keys: Sequence[bytes], wanted: Sequence[Request]
    ) -> dict[Request, Hypothesis]:
        if self.cache is None:
            return {}
        kept = self.cache.get(keys, [request.matches for request in wanted])
        return {r: hyp for r, hyp in zip(wanted, kept, strict=True) if hyp is not None}

    def _translate_all(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Cut what is too long for the model, decode, and put the parts together again."""
        self.decoded += len(requests)
        cuts = self._cuts(requests)
        flat = [
            Request(part.text, part.matches, request.links)
            for request, cut in zip(requests, cuts, strict=True)
            for part in cut
        ]
        made = iter(self._decode(flat))
        return [
            join(request.text, cut, [next(made) for _ in cut])
            for request, cut in zip(requests, cuts, strict=True)
        ]

    def _cuts(self, requests: Sequence[Request]) -> list[list[Part]]:
        longest = min(self.max_pieces, self.engine.pieces.longest)
        lengths = [len(cut) for cut in self.engine.pieces.encode([r.text for r in requests])]
        cuts = []
        for request, length in zip(requests, lengths, strict=True):
            # A text's pieces are spread unevenly, so its parts aim below the limit.
            limit = max(1, int(0.8 * len(request.text) * longest / max(length, 1)))
            fits = length <= longest
            cuts.append(
                whole(request.text, request.matches)
                if fits
                else parts(request.text, request.matches, limit, self.cut)
            )
        return cuts

    def _decode(self, requests: Sequence[Request]) -> list[Hypothesis]:
        plain = [r for r in requests if not (r.matches or r.links)]
        careful = [r for r in requests if r.matches or r.links]
        made = [*self._decode_plain(plain), *self._decode_careful(careful)]
        found = dict(zip([*plain, *careful], made, strict=True))
        return [found[request] for request in requests]

    def _decode_plain(self, requests: Sequence[Request]) -> list[Hypothesis]:
        pieces = self.engine.pieces
        decoded = self.engine.decode(pieces.encode([r.text for r in requests]))
        texts = pieces.decode_all([one.pieces for one in decoded])
        return [
            Hypothesis(text, round(one.score, SCORE_DIGITS))
            for text, one in zip(texts, decoded, strict=True)
        ]

    def _decode_careful(self, requests: Sequence[Request]) -> list[Hypothesis]:
        """Decode with attention, which places forms and links."""
        pieces = self.engine.pieces
        sources = pieces.encode([request.text for request in requests])
        tasks = [
            Task(source, pieces.source_spans(request.text), request.matches)
            for source, request in zip(sources, requests, strict=True)
        ]
        free = [Draft(one) for one in self.engine.decode(sources, attention=True)]
        drafts = enforce(self.engine, tasks, free, self.find_forms)
        scores = self._scores(tasks, drafts)
        return [
            self._hypothesis(request, task, draft, score)
            for request, task, draft, score in zip(requests, tasks, drafts, scores, strict=True)
        ]

    def _scores(self, tasks: Sequence[Task], drafts: Sequence[Draft]) -> list[float]:
        """Scores of whole hypotheses; an engine leaves the forced prefix out of its own."""
        pairs = [
            (t.source, d.decoded.pieces) for t, d in zip(tasks, drafts, strict=True) if d.forced
        ]
        again = iter(self.engine.score([s for s, _ in pairs], [t for _, t in pairs]))
        return [next(again) if draft.forced else draft.decoded.score for draft in drafts]

    def _hypothesis(self, request: Request, task: Task, draft: Draft, score: float) -> Hypothesis:
        text, forced = draft.laid_out(self.engine.pieces)
        return Hypothesis(
            text,
            round(score, SCORE_DIGITS),
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
