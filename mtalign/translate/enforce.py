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
from mtalign.translate.draft import Draft, Forced, rendered_in
from mtalign.translate.engine import Engine
from mtalign.translate.pieces import SPACE

FORMS_TRIED = 4
"""Forms of a term that compete for a place by the model's score; the preferred come first."""


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
    """A prefix to continue: which task it is for and what it forces."""

    task: int
    prefix: tuple[str, ...]
    forced: tuple[Forced, ...]


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
        made = _decode(engine, tasks, done, trials, find_forms)
        best = _best(engine, tasks, made, find_forms)
        for number, draft in best.items():
            done[number] = draft
    return done


def _trials(
    engine: Engine, tasks: Sequence[Task], drafts: Sequence[Draft], find_forms: FindForms
) -> list[_Trial]:
    """The next form to force in each segment that misses one, in each shape it may take."""
    trials = []
    for number, (task, draft) in enumerate(zip(tasks, drafts, strict=True)):
        chosen = _next_missing(engine, task, draft, find_forms)
        if chosen is None:
            continue
        match, start = chosen
        kept = draft.decoded.pieces[:start]
        for form in task.matches[match].required[:FORMS_TRIED]:
            written = engine.pieces.encode_target(form)
            force = Forced(start, start + len(written), match, form)
            trials.append(_Trial(number, (*kept, *written), (*draft.forced, force)))
    return trials


def _next_missing(
    engine: Engine, task: Task, draft: Draft, find_forms: FindForms
) -> tuple[int, int] | None:
    """The leftmost missing match in target order and the piece to put its form at."""
    found = satisfied(draft.text(engine.pieces), task.matches, find_forms)
    spent = Counter(task.matches[force.match].concept for force in draft.forced)
    asked = Counter(match.concept for match in task.matches)
    places = [
        (rendered_in(draft, _columns(task, match))[0], number)
        for number, (match, span) in enumerate(zip(task.matches, found, strict=True))
        if span is None and match.required and spent[match.concept] < asked[match.concept]
    ]
    if not places:
        return None
    start, number = min(places)
    return number, start


def _columns(task: Task, match: TermMatch) -> list[int]:
    """Source pieces that overlap the match."""
    return [
        number
        for number, (start, end) in enumerate(task.spans)
        if start < match.end and match.start < end
    ]


def _decode(
    engine: Engine,
    tasks: Sequence[Task],
    drafts: Sequence[Draft],
    trials: Sequence[_Trial],
    find_forms: FindForms,
) -> list[tuple[int, Draft]]:
    """Continue each trial, and once more, with a nudge, where the form did not hold as a word."""
    made = _continue(engine, tasks, trials)
    again = [
        _Trial(trial.task, (*trial.prefix, nudge), trial.forced)
        for trial, draft in zip(trials, made, strict=True)
        if not _holds(engine, tasks[trial.task], draft, find_forms)
        for nudge in _nudges(engine, tasks[trial.task], drafts[trial.task], trial)
    ]
    both = [*zip(trials, made, strict=True)]
    both += zip(again, _continue(engine, tasks, again), strict=True)
    return [(trial.task, draft) for trial, draft in both]


def _holds(engine: Engine, task: Task, draft: Draft, find_forms: FindForms) -> bool:
    """Whether the last forced form stands as a word of its own."""
    if draft.glued:
        return False
    text, spans = draft.laid_out(engine.pieces)
    return spans[-1] in find_forms(text, task.matches[draft.forced[-1].match])


def _continue(engine: Engine, tasks: Sequence[Task], trials: Sequence[_Trial]) -> list[Draft]:
    sources = [tasks[trial.task].source for trial in trials]
    decoded = engine.decode(sources, [trial.prefix for trial in trials], attention=True)
    return [Draft(one, trial.forced) for one, trial in zip(decoded, trials, strict=True)]


def _nudges(engine: Engine, task: Task, old: Draft, trial: _Trial) -> list[str]:
    """Pieces to force after a form that did not hold: what followed the rendering it replaces,
    if that parts words, and a bare space."""
    end = rendered_in(old, _columns(task, task.matches[trial.forced[-1].match]))[1]
    following = old.decoded.pieces[end : end + 1]
    parting = [piece for piece in following if not piece[:1].isalnum()]
    return [piece for piece in (*parting, SPACE) if piece in engine.pieces.target_ids]


def _best(
    engine: Engine,
    tasks: Sequence[Task],
    made: Sequence[tuple[int, Draft]],
    find_forms: FindForms,
) -> dict[int, Draft]:
    """Of each segment's trials the one that misses least and scores best."""
    sources = [tasks[number].source for number, _ in made]
    scores = engine.score(sources, [draft.decoded.pieces for _, draft in made])
    best: dict[int, tuple[tuple[int, bool, float], Draft]] = {}
    for (number, draft), score in zip(made, scores, strict=True):
        found = satisfied(draft.text(engine.pieces), tasks[number].matches, find_forms)
        rank = (found.count(None), draft.glued, -score)
        if number not in best or rank < best[number][0]:
            best[number] = (rank, draft)
    return {number: draft for number, (_, draft) in best.items()}
