"""Make hypotheses hold their terms, on any engine that can score and continue a hypothesis.

The model writes freely first. Where required forms are missing, attention says which target words
render their source terms, and the forms take the place of those words. Where the result reads badly
to the model, it is asked again: what stands before a form is kept, the form is forced, and the
model goes on behind it by itself (prefix-constrained decoding, as in Wuebker et al. 2016), form by
form from left to right. Whatever scores best stands, and every form stands in it letter by letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mtalign.records import TermMatch
from mtalign.translate.casing import in_place
from mtalign.translate.check import FindForms, satisfied
from mtalign.translate.draft import Draft, Forced, hits, rendered_in, substitute
from mtalign.translate.engine import Engine
from mtalign.translate.pieces import SPACE

FORMS_TRIED = 2
"""Forms of a term that compete for a place by the model's score; the preferred come first."""

TOLERATED = 1.5
"""Nats per piece that forms may cost where they are put in, before the model is asked again."""

ECHOES = 2
"""Pieces that may still attend to an enforced term before the model is asked again."""

CONTINUING_BEAM = 1
"""Hypotheses kept while the model goes on behind a form."""


@dataclass(frozen=True, slots=True)
class Task:
    """One segment to enforce.

    :ivar source: its source pieces
    :ivar spans: span in the source text of each of them
    """

    source: Sequence[str]
    spans: Sequence[tuple[int, int]]
    matches: tuple[TermMatch, ...]

    def columns(self, match: TermMatch) -> list[int]:
        """Source pieces that overlap the match."""
        spans = enumerate(self.spans)
        return [n for n, (start, end) in spans if start < match.end and match.start < end]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A revised draft.

    :ivar missing: matches that it does not satisfy
    :ivar holds: whether its last form stands as a word of its own
    :ivar echoes: pieces outside the forms that render what the forms render: words said twice
    """

    draft: Draft
    missing: int
    holds: bool
    echoes: int

    @property
    def rank(self) -> tuple[int, bool, bool, float]:
        """The lesser is the better."""
        echoed = self.echoes > ECHOES
        return self.missing, not self.holds, echoed, -self.draft.decoded.score

    def poor(self, before: Draft) -> bool:
        """Whether the model should be asked again."""
        cost = before.decoded.score - self.draft.decoded.score
        clean = self.missing == 0 and self.holds and self.echoes <= ECHOES
        return not clean or cost > TOLERATED


@dataclass(frozen=True, slots=True)
class _Step:
    """A form, and the pieces of a draft that it is to replace.

    :ivar span: of those pieces; empty where the form is only added
    :ivar written: pieces of the form
    """

    span: tuple[int, int]
    written: tuple[str, ...]
    force: Forced


def enforce(
    engine: Engine, tasks: Sequence[Task], drafts: Sequence[Draft], find_forms: FindForms
) -> list[Draft]:
    """Drafts in which every match that has an accepted form is satisfied, with their scores.

    :param drafts: free hypotheses with attention, one per task
    """
    return _Enforcer(engine, find_forms).run(tasks, drafts)


class _Enforcer:
    def __init__(self, engine: Engine, find_forms: FindForms) -> None:
        self._engine, self._find_forms = engine, find_forms

    def run(self, tasks: Sequence[Task], drafts: Sequence[Draft]) -> list[Draft]:
        best = self._filled(tasks, drafts)
        poor = [number for number, one in best.items() if one.poor(drafts[number])]
        asked = self._asked_again([tasks[n] for n in poor], [drafts[n] for n in poor])
        for number, one in zip(poor, asked, strict=True):
            best[number] = min(best[number], one, key=lambda candidate: candidate.rank)
        return [best[n].draft if n in best else draft for n, draft in enumerate(drafts)]

    def _filled(self, tasks: Sequence[Task], drafts: Sequence[Draft]) -> dict[int, _Candidate]:
        """Put the missing forms in and touch no other word.

        Matches whose form the termbase leaves open take their first forms in one candidate, their
        second ones in the next, and so on; the best of each segment comes back.
        """
        made: dict[tuple[int, tuple[str, ...]], Draft] = {}
        for number, (task, draft) in enumerate(zip(tasks, drafts, strict=True)):
            for choice in range(FORMS_TRIED):
                filled = self._fill(task, draft, choice)
                if not filled.forced:
                    break
                made.setdefault((number, filled.decoded.pieces), filled)
        numbers = [number for number, _ in made]
        return self._best(numbers, [tasks[n] for n in numbers], list(made.values()))

    def _fill(self, task: Task, draft: Draft, choice: int) -> Draft:
        while steps := self._next_steps(task, draft):
            step = steps[min(choice, len(steps) - 1)]
            draft = substitute(draft, step.span, step.written, step.force)
        return draft

    def _asked_again(self, tasks: Sequence[Task], drafts: Sequence[Draft]) -> list[_Candidate]:
        """Force one form after the other and let the model go on behind each."""
        done = [
            _Candidate(draft, len(task.matches), True, 0)
            for task, draft in zip(tasks, drafts, strict=True)
        ]
        for _ in range(max((len(task.matches) for task in tasks), default=0)):
            steps = [
                (number, step)
                for number, (task, one) in enumerate(zip(tasks, done, strict=True))
                for step in self._next_steps(task, one.draft)
            ]
            if not steps:
                break
            for number, one in self._continued(tasks, [one.draft for one in done], steps).items():
                done[number] = one
        return done

    def _next_steps(self, task: Task, draft: Draft) -> list[_Step]:
        """The leftmost missing match in target order, with each form it may take."""
        found = satisfied(draft.text(self._engine.pieces), task.matches, self._find_forms)
        if None not in found:
            return []
        spent = Counter(task.matches[force.match].concept for force in draft.forced)
        asked = Counter(match.concept for match in task.matches)
        places = [
            (rendered_in(draft, task.columns(match)), number)
            for number, (match, span) in enumerate(zip(task.matches, found, strict=True))
            if span is None and match.required and spent[match.concept] < asked[match.concept]
        ]
        return self._steps(task, *min(places)) if places else []

    def _steps(self, task: Task, span: tuple[int, int], number: int) -> list[_Step]:
        steps = []
        match = task.matches[number]
        for listed in _forms(match):
            form = in_place(listed, match, span[0] == 0, self._find_forms)
            written = tuple(self._engine.pieces.encode_target(form))
            force = Forced(span[0], span[0] + len(written), number, form)
            steps.append(_Step(span, written, force))
        return steps

    def _continued(
        self, tasks: Sequence[Task], drafts: Sequence[Draft], steps: Sequence[tuple[int, _Step]]
    ) -> dict[int, _Candidate]:
        """Go on from each form, and again, with a nudge, where it did not hold as a word."""
        trials = [(n, (*drafts[n].decoded.pieces[: s.span[0]], *s.written), s) for n, s in steps]
        made = self._decode(tasks, drafts, trials)
        again = [
            (number, (*prefix, nudge), step)
            for (number, prefix, step), draft in zip(trials, made, strict=True)
            if not self._holds(tasks[number], draft)
            for nudge in self._nudges(drafts[number], step)
        ]
        made += self._decode(tasks, drafts, again)
        numbers = [number for number, _, _ in [*trials, *again]]
        return self._best(numbers, [tasks[n] for n in numbers], made)

    def _decode(
        self,
        tasks: Sequence[Task],
        drafts: Sequence[Draft],
        trials: Sequence[tuple[int, tuple[str, ...], _Step]],
    ) -> list[Draft]:
        decoded = self._engine.decode(
            [tasks[number].source for number, _, _ in trials],
            [prefix for _, prefix, _ in trials],
            attention=True,
            beam=CONTINUING_BEAM,
        )
        return [
            Draft(one, (*drafts[number].forced, step.force))
            for (number, _, step), one in zip(trials, decoded, strict=True)
        ]

    def _nudges(self, old: Draft, step: _Step) -> list[str]:
        """Pieces to force behind a form that did not hold: what followed the words it replaces, if
        that parts words, and a bare space."""
        end = step.span[1]
        parting = [piece for piece in old.decoded.pieces[end : end + 1] if not piece[0].isalnum()]
        return [piece for piece in (*parting, SPACE) if piece in self._engine.pieces.target_ids]

    def _best(
        self, numbers: Sequence[int], tasks: Sequence[Task], drafts: Sequence[Draft]
    ) -> dict[int, _Candidate]:
        """Score drafts and keep the best of each number; of equals the first."""
        pieces = [draft.decoded.pieces for draft in drafts]
        scores = self._engine.score([task.source for task in tasks], pieces)
        best: dict[int, _Candidate] = {}
        for number, task, draft, score in zip(numbers, tasks, drafts, scores, strict=True):
            one = self._candidate(task, draft.scored(score))
            if number not in best or one.rank < best[number].rank:
                best[number] = one
        return best

    def _candidate(self, task: Task, draft: Draft) -> _Candidate:
        text = draft.text(self._engine.pieces)
        missing = satisfied(text, task.matches, self._find_forms).count(None)
        return _Candidate(draft, missing, self._holds(task, draft), _echoes(task, draft))

    def _holds(self, task: Task, draft: Draft) -> bool:
        """Whether the last forced form stands as a word of its own."""
        if draft.glued:
            return False
        text, spans = draft.laid_out(self._engine.pieces)
        return spans[-1] in self._find_forms(text, task.matches[draft.forced[-1].match])


def _echoes(task: Task, draft: Draft) -> int:
    inside = {place for force in draft.forced for place in range(force.start, force.end)}
    columns = [n for force in draft.forced for n in task.columns(task.matches[force.match])]
    return sum(place not in inside for place in hits(draft, columns))


def _forms(match: TermMatch) -> Sequence[str]:
    """The forms to try: the counterpart of the form found, or else the first few."""
    return [match.counterpart] if match.counterpart else match.required[:FORMS_TRIED]
