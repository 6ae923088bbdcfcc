"""Several termbases into one; what they say against one another is listed, never decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms.exchange import Reading
from mtalign.terms.faults import Row, conflicts
from mtalign.terms.termbase import ACCEPTED, Term, Termbase

_ONE_ID = "Give them one id in both files, or a context that parts them."
_OTHER_IDS = "Give one of them another id; or, if they mean the same, repeat a term in both files."


@dataclass(frozen=True)
class Merged:
    """:ivar repeated: terms that several files have, equal in every column"""

    termbase: Termbase
    repeated: int


def merge(readings: Sequence[tuple[str, Reading]]) -> Merged:
    """Put termbases together: concepts of one id become one, equal terms are kept once.

    :param readings: the name of each file, for messages, and what was read from it
    :raises FaultsError: every conflict, each with ``path:line``: one term with different columns,
        two preferred terms, a form both accepted and avoided, one id for what seem different
        concepts, two ids for what seems one concept
    """
    rows: dict[tuple[str, str, str], tuple[Term, str]] = {}
    owners: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    faults: list[MtalignError] = []
    repeated = 0
    for name, reading in readings:
        for term, line in reading.rows:
            place = f"{name}:{line}"
            key = (term.concept_id, term.lang, term.term)
            owners[term.concept_id][name].append((term, place))
            if key not in rows:
                rows[key] = (term, place)
            elif rows[key][0] == term:
                repeated += 1
            else:
                faults.append(_differing(term, place, *rows[key]))
    faults += conflicts(list(rows.values()), None)
    faults += _one_id_for_two(owners)
    faults += _two_ids_for_one(owners)
    if faults:
        raise FaultsError(faults)
    return Merged(Termbase.of(term for term, _ in rows.values()), repeated)


def _differing(term: Term, place: str, first: Term, first_place: str) -> MtalignError:
    names = [
        item.name for item in fields(Term) if getattr(term, item.name) != getattr(first, item.name)
    ]
    said = "; ".join(
        f"{name} {_shown(getattr(first, name))} there, {_shown(getattr(term, name))} here"
        for name in names
    )
    what = f'concept {term.concept_id} has the {term.lang} term "{term.term}" at {first_place} too'
    return MtalignError(f"{what}: {said}", where=place, todo="Make the rows equal, or delete one.")


def _shown(value: object) -> str:
    return f'"{"|".join(value) if isinstance(value, tuple) else value}"'


def _one_id_for_two(owners: dict[str, dict[str, list[Row]]]) -> Iterator[MtalignError]:
    """Files that use one id, have a language in common, and no term in it."""
    for concept_id, files in owners.items():
        names = list(files)
        for number, name in enumerate(names[1:], start=1):
            for other in names[:number]:
                mine, yours = _words(files[name]), _words(files[other])
                languages = {lang for lang, _ in mine} & {lang for lang, _ in yours}
                if languages and not mine & yours:
                    place = files[name][0][1]
                    first = files[other][0][1]
                    what = f"concept {concept_id} has no term in common with that at {first}"
                    yield MtalignError(what, where=str(place), todo=_OTHER_IDS)


def _two_ids_for_one(owners: dict[str, dict[str, list[Row]]]) -> Iterator[MtalignError]:
    """Concepts of different files and ids that share accepted terms in two languages."""
    having: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    told = set()
    for concept_id, files in owners.items():
        for name, rows in files.items():
            shared: dict[tuple[str, str, str], list[str]] = defaultdict(list)
            parted = any(term.context for term, _ in rows)
            for term, _ in rows:
                if term.status not in ACCEPTED or parted:
                    continue
                for other in having[term.lang, term.term]:
                    if other[0] != concept_id and other[1] != name:
                        shared[other].append(f'{term.lang} "{term.term}"')
                having[term.lang, term.term].append((concept_id, name, str(rows[0][1])))
            for (other_id, _, place), words in shared.items():
                pair = frozenset((concept_id, other_id))
                if len({word.split()[0] for word in words}) > 1 and pair not in told:
                    told.add(pair)
                    what = f"concept {concept_id} and concept {other_id} at {place} both have "
                    where = str(rows[0][1])
                    yield MtalignError(what + " and ".join(words), where=where, todo=_ONE_ID)


def _words(rows: Sequence[Row]) -> set[tuple[str, str]]:
    return {(term.lang, term.term) for term, _ in rows}
