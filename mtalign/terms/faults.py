"""What is wrong with a term, and with terms taken together, whatever file they are from."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from mtalign.errors import MtalignError
from mtalign.terms.termbase import ACCEPTED, AVOIDED, CASES, POS, STATUSES, Term, Termbase
from mtalign.terms.tokens import fold, tokenise

Place = int | str | None
"""Line of the one file that is read, or ``path:line`` where there are several."""

Row = tuple[Term, Place]
"""A term and where it stands."""

# Language, script and region of BCP 47 (RFC 5646 section 2.1), in its recommended capitals.
_LANG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


CANDIDATE = "candidate"
"""Status of a proposed term that nobody has accepted: no termbase is loaded with one in it."""


def nearest(name: str, known: Collection[str]) -> str:
    """What to say of a name that is not among those known.

    >>> nearest("prefered", ("preferred", "admitted")), nearest("x", ("yes", "no"))
    ('did you mean "preferred"?', 'known are: yes, no')
    """
    close = difflib.get_close_matches(name, known, n=1)
    return (
        f'did you mean "{close[0]}"?' if close else f"known are: {', '.join(filter(None, known))}"
    )


def term_faults(term: Term, listed: Sequence[str] | None = None) -> list[str]:
    """Everything wrong with one term by itself.

    :param listed: its forms as its file has them, where they may repeat; else ``term.forms``
    """
    faults = [*_unknown_values(term), *_bad_text(term)]
    if not _LANG.fullmatch(term.lang):
        faults.append(f'"{term.lang}" is not a language code like "it" or "pt-BR"')
    for name, items in (("forms", listed or term.forms), ("context", term.context)):
        if any(not item.removeprefix("!" if name == "context" else "").strip() for item in items):
            faults.append(f"{name} has an empty item")
        doubled = {item for number, item in enumerate(items) if item and item in items[:number]}
        faults += [f'"{item}" is twice in {name}' for item in sorted(doubled)]
    return faults


def conflicts(
    rows: Iterable[tuple[Term, int]] | Iterable[Row], where: str | Path | None
) -> list[MtalignError]:
    """Everything that terms of one concept and language say against one another."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[0].concept_id, row[0].lang].append(row)
    return [
        fault_at(place, what, where, todo)
        for group in groups.values()
        if len(group) > 1
        for place, what, todo in (*_repeated(group), *_two_preferred(group), *_torn(group))
    ]


def fault_at(
    place: Place, what: str, where: str | Path | None, todo: str | None = None
) -> MtalignError:
    """A fault at a line of ``where``, or at a place that names its own file."""
    if isinstance(place, str):
        return MtalignError(what, where=place, todo=todo)
    return MtalignError(what, where=where, line=place, todo=todo)


def homographs(termbase: Termbase, lang: str) -> dict[str, tuple[str, ...]]:
    """Forms, case folded, that accepted terms of several concepts share, with the concepts' ids.

    No fault: languages have them. The matcher takes the lowest id; a ``context`` parts them.
    """
    owners: dict[str, dict[str, None]] = defaultdict(dict)
    for concept in termbase.concepts:
        for term in concept.in_language(lang, ACCEPTED):
            for form in term.forms:
                folded = "".join(fold(token, lang) for token in tokenise(form, lang).cased)
                owners[folded][concept.id] = None
    return {form: tuple(found) for form, found in owners.items() if len(found) > 1}


def _unknown_values(term: Term) -> Iterator[str]:
    for name, known in (("status", STATUSES), ("case", CASES), ("pos", POS)):
        value = getattr(term, name)
        if value == CANDIDATE:
            what = "set its status to preferred or admitted, or delete the row"
            yield f'"{term.term}" is a candidate that nobody has accepted: {what}'
        elif value not in known:
            yield f'unknown {name} "{value}"; {nearest(value, known)}'


def _bad_text(term: Term) -> Iterator[str]:
    names = ("concept_id", "lang", "term", "domain", "note", "source")
    cells = [(name, getattr(term, name)) for name in names]
    cells += [("forms", form) for form in term.forms[1:]]
    cells += [("context", word) for word in term.context]
    for name, text in cells:
        kept = "\n\t" if name in ("note", "source") else ""
        if any(unicodedata.category(char) in ("Cc", "Cs") and char not in kept for char in text):
            yield f"{name} {text!a} has a control character"
        elif text != text.strip():
            yield f"{name} {text!r} begins or ends with a space"
    for name in ("concept_id", "term"):
        text = getattr(term, name)
        if not any(char.isprintable() and not char.isspace() for char in text):
            yield f"{name} is empty"


def _repeated(group: Sequence[Row]) -> Iterator[tuple[Place, str, str]]:
    first: dict[str, Place] = {}
    for term, line in group:
        if term.term in first:
            what = f'concept {term.concept_id} has the {term.lang} term "{term.term}" twice'
            yield line, what + _at(first[term.term]), "Keep one of the rows."
        else:
            first[term.term] = line


def _two_preferred(group: Sequence[Row]) -> Iterator[tuple[Place, str, str]]:
    preferred = {term.term: line for term, line in group if term.status == "preferred"}
    if len(preferred) > 1:
        term, named = group[0][0], ", ".join(f'"{name}"' for name in preferred)
        what = (
            f"concept {term.concept_id} has {len(preferred)} preferred {term.lang} terms: {named}"
        )
        line = list(preferred.values())[-1]
        yield line, what, "Keep one preferred and mark the others admitted."


def _torn(group: Sequence[Row]) -> Iterator[tuple[Place, str, str]]:
    """Forms that one term of the concept allows and another forbids."""
    accepted = {
        form: line for term, line in group if term.status in ACCEPTED for form in term.forms
    }
    for term, line in group:
        for form in term.forms if term.status in AVOIDED else ():
            if form in accepted:
                what = f'concept {term.concept_id} both accepts and avoids the form "{form}"'
                yield line, what + _at(accepted[form]), f"Take it out of the {term.status} term."


def _at(place: Place) -> str:
    if place is None:
        return ""
    return f", first at {place}" if isinstance(place, str) else f", first on line {place}"
