"""Make hypotheses hold their terms, on any engine that can continue a prefix.

The model writes freely first. Where a required form is missing, attention says which target words
render the source term; what stands before them is kept, the form is put in their place, and the
model continues from there (prefix-constrained decoding, as in Wuebker et al. 2016). Each round
moves the kept prefix to the right, so a segment takes at most one round per match, and every
forced form stands in the result letter by letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from mtalign.records import TermMatch
from mtalign.translate.check import FindForms, satisfied
from mtalign.translate.draft import Draft, Forced, rendered_in, substitute
from mtalign.translate.engine import Engine
from mtalign.translate.pieces import SPACE

FORMS_TRIED = 4
"""Forms of a term that compete for a place by the model's score; the preferred come first."""

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


@dataclass(frozen=True, slots=True)
class _Trial:
    """One form for one missing match.

    :ivar task: number of the segment
    :ivar span: pieces of the draft that the form takes the place of
    :ivar written: pieces of the form
    """

    task: int
    span: tuple[int, int]
    written: tuple[str, ...]
    force: Forced

    def prefix(self, draft: Draft) -> tuple[str, ...]:
        """What the model is to go on from."""
        return (*draft.decoded.pieces[: self.span[0]], *self.written)


def enforce(
    engine: Engine, tasks: Sequence[Task], drafts: Sequence[Draft], find_forms: FindForms
) -> list[Draft]:
    """Drafts in which every match that has an accepted form is satisfied.

    :param drafts: free hypotheses with attention, one per task
    """
    done = list(drafts)
    for _ in range(max((len(task.matches) for task in tasks), default=0)):
        trials = _trials(engine, tasks, done, find_forms)
        if not trials:
            break
        chosen = _best_forms(engine, tasks, done, trials, find_forms)
        made = [*chosen.values(), *_continued(engine, tasks, done, chosen, find_forms)]
        done = _best(engine, tasks, done, made, find_forms)
    return done


def _trials(
    engine: Engine, tasks: Sequence[Task], drafts: Sequence[Draft], find_forms: FindForms
) -> list[_Trial]:
    """The next match to satisfy in each segment that misses one, with each form it may take."""
    trials = []
    for number, (task, draft) in enumerate(zip(tasks, drafts, strict=True)):
        chosen = _next_missing(engine, task, draft, find_forms)
        if chosen is None:
            continue
        match, span = chosen
        for form in task.matches[match].required[:FORMS_TRIED]:
            written = tuple(engine.pieces.encode_target(form))
            force = Forced(span[0], span[0] + len(written), match, form)
            trials.append(_Trial(number, span, written, force))
    return trials


def _next_missing(
    engine: Engine, task: Task, draft: Draft, find_forms: FindForms
) -> tuple[int, tuple[int, int]] | None:
    """The leftmost missing match in target order, and the pieces that its form is to replace."""
    found = satisfied(draft.text(engine.pieces), task.matches, find_forms)
    spent = Counter(task.matches[force.match].concept for force in draft.forced)
    asked = Counter(match.concept for match in task.matches)
    places = [
        (rendered_in(draft, _columns(task, match)), number)
        for number, (match, span) in enumerate(zip(task.matches, found, strict=True))
        if span is None and match.required and spent[match.concept] < asked[match.concept]
    ]
    if not places:
        return None
    span, number = min(places)
    return number, span


def _columns(task: Task, match: TermMatch) -> list[int]:
    """Source pieces that overlap the match."""
    return [
        number
        for number, (start, end) in enumerate(task.spans)
        if start < match.end and match.start < end
    ]


def _best_forms(
    engine: Engine,
    tasks: Sequence[Task],
    drafts: Sequence[Draft],
    trials: Sequence[_Trial],
    find_forms: FindForms,
) -> dict[int, _Candidate]:
    """Of the forms of each segment's match the one that the model likes best in its place."""
    swapped = [
        substitute(drafts[trial.task], trial.span, trial.written, trial.force) for trial in trials
    ]
    made = _ranked(engine, tasks, list(zip(trials, swapped, strict=True)), find_forms)
    best: dict[int, _Candidate] = {}
    for one in made:
        if one.trial.task not in best or one.rank < best[one.trial.task].rank:
            best[one.trial.task] = one
    return best


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A revised draft; the lesser rank is the better."""

    trial: _Trial
    draft: Draft
    rank: tuple[int, bool, float]


def _ranked(
    engine: Engine,
    tasks: Sequence[Task],
    drafts: Sequence[tuple[_Trial, Draft]],
    find_forms: FindForms,
) -> list[_Candidate]:
    """Rank drafts: first what misses least, then what holds the form as a word, then the score."""
    sources = [tasks[trial.task].source for trial, _ in drafts]
    scores = engine.score(sources, [draft.decoded.pieces for _, draft in drafts])
    return [
        _Candidate(
            trial,
            draft,
            (
                _missing(engine, tasks[trial.task], draft, find_forms),
                not _holds(engine, tasks[trial.task], draft, find_forms),
                -score,
            ),
        )
        for (trial, draft), score in zip(drafts, scores, strict=True)
    ]


def _missing(engine: Engine, task: Task, draft: Draft, find_forms: FindForms) -> int:
    return satisfied(draft.text(engine.pieces), task.matches, find_forms).count(None)


def _holds(engine: Engine, task: Task, draft: Draft, find_forms: FindForms) -> bool:
    """Whether the last forced form stands as a word of its own."""
    if draft.glued:
        return False
    text, spans = draft.laid_out(engine.pieces)
    return spans[-1] in find_forms(text, task.matches[draft.forced[-1].match])


def _continued(
    engine: Engine,
    tasks: Sequence[Task],
    drafts: Sequence[Draft],
    chosen: dict[int, _Candidate],
    find_forms: FindForms,
) -> list[_Candidate]:
    """Let the model go on from each form, and once more, with a nudge, where it did not hold."""
    trials = [one.trial for one in chosen.values()]
    made = _continue(engine, tasks, [(t, t.prefix(drafts[t.task])) for t in trials], drafts)
    again = [
        (trial, (*trial.prefix(drafts[trial.task]), nudge))
        for trial, draft in made
        if not _holds(engine, tasks[trial.task], draft, find_forms)
        for nudge in _nudges(engine, drafts[trial.task], trial)
    ]
    made += _continue(engine, tasks, again, drafts)
    return _ranked(engine, tasks, made, find_forms)


def _continue(
    engine: Engine,
    tasks: Sequence[Task],
    trials: Sequence[tuple[_Trial, tuple[str, ...]]],
    drafts: Sequence[Draft],
) -> list[tuple[_Trial, Draft]]:
    sources = [tasks[trial.task].source for trial, _ in trials]
    prefixes = [prefix for _, prefix in trials]
    decoded = engine.decode(sources, prefixes, attention=True, beam=CONTINUING_BEAM)
    return [
        (trial, Draft(one, (*drafts[trial.task].forced, trial.force)))
        for (trial, _), one in zip(trials, decoded, strict=True)
    ]


def _nudges(engine: Engine, old: Draft, trial: _Trial) -> list[str]:
    """Pieces to force after a form that did not hold: what followed the rendering it replaces,
    if that parts words, and a bare space."""
    end = trial.span[1]
    following = old.decoded.pieces[end : end + 1]
    parting = [piece for piece in following if not piece[:1].isalnum()]
    return [piece for piece in (*parting, SPACE) if piece in engine.pieces.target_ids]


def _best(
    engine: Engine,
    tasks: Sequence[Task],
    drafts: Sequence[Draft],
    made: Sequence[_Candidate],
    find_forms: FindForms,
) -> list[Draft]:
    """Each segment's draft, replaced by the best candidate there is for it."""
    best: dict[int, _Candidate] = {}
    for one in made:
        if one.trial.task not in best or one.rank < best[one.trial.task].rank:
            best[one.trial.task] = one
    return [best[n].draft if n in best else draft for n, draft in enumerate(drafts)]
