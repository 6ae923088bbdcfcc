"""One concept of a TBX file at a time, from its texts to terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from mtalign.errors import MtalignError
from mtalign.terms.csvfile import language_tag, split_items
from mtalign.terms.exchange import Losses
from mtalign.terms.faults import nearest, term_faults
from mtalign.terms.tbx_names import POS_FROM_TBX, SAME_STATUS, STATUS_FROM_TBX, read_note
from mtalign.terms.termbase import Term, default_case

LEVELS = {
    **{"conceptEntry": "concept", "termEntry": "concept"},
    **{"langSec": "language", "langSet": "language"},
    **{"termSec": "term", "tig": "term", "ntig": "term"},
}

_LEVEL_NAMES = {"concept": "concept entry", "language": "language section", "term": "term section"}
_ABOVE = {"concept": None, "language": "concept", "term": "language"}
_STATUS = ("administrativeStatus", "normativeAuthorization")
_DESCRIPTIONS = ("subjectField", "definition", "context")
_NO_COLUMN = "a termbase has no column for it"
_WRAPPED = re.compile(r"\s*[\n\t]\s*")


@dataclass
class _Level:
    """What stands at one level of the entry that is open."""

    line: int
    label: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def add(self, key: str, value: str) -> None:
        self.values.setdefault(key, []).append(value)


class Entries:
    """Gathers ``rows`` (a term and its line), ``faults`` and ``losses`` as the tags pass."""

    def __init__(self, where: str | Path) -> None:
        self.rows: list[tuple[Term, int]] = []
        self.faults: list[MtalignError] = []
        self.losses = Losses()
        self._where = where
        self._levels: dict[str, _Level] = {}
        self._drafts: list[tuple[dict[str, str], str, _Level]] = []
        self._ids: dict[str, int] = {}

    def begin(self, level: str, attributes: dict[str, str], line: int) -> None:
        """A level opens."""
        above = _ABOVE[level]
        if level in self._levels or (above and above not in self._levels):
            self._fault(line, f"a {_LEVEL_NAMES[level]} stands where none may")
        label = attributes.get("id" if level == "concept" else "xml:lang", "").strip()
        if level == "language" and not label:
            self._fault(line, "a language section has no xml:lang")
        self._levels[level] = _Level(line, label)

    def end(self, level: str) -> None:
        """A level closes; with the concept, its terms are made."""
        closed = self._levels.pop(level, None)
        if closed is None:
            return
        if level == "term":
            self._close_term(closed)
        elif level == "concept":
            self._close_concept(closed)

    def leaf(self, element: str, category: str, text: str, group: str, line: int) -> None:
        """A text.

        :param category: its ``type``; empty where the tag itself is the category
        :param group: the element it stands in
        """
        level = next((name for name in ("term", "language", "concept") if name in self._levels), "")
        name = category or element
        if not level:
            self.lose(name)
            return
        here = self._levels[level]
        if name == "term" and level == "term":
            if "term" in here.values:
                self._fault(line, "a term section has two terms")
            here.line = line
            here.add("term", _WRAPPED.sub(" ", text))
        elif not text:
            return
        elif group in ("descripGrp", "transacGrp") and name not in _DESCRIPTIONS:
            self.lose(f"{name} in {group}" if name in ("note", "source") else name)
        elif name == "note":
            key, value = read_note(text)
            if key == "note":
                here.add("note", value)
            else:
                here.marks[key] = value
        elif name in _STATUS and level == "term":
            self._status(here, text, line)
        elif name == "partOfSpeech" and level == "term":
            self._pos(here, text)
        elif name == "termType" and text == "phrase":
            here.add("phrase", text)
        elif name in ("subjectField", "source"):
            here.add(name, _WRAPPED.sub(" ", text) if name == "subjectField" else text)
        elif name in ("definition", "context"):
            here.add("note", f"{name}: {_WRAPPED.sub(' ', text)}")
            self.losses.add(name, "as a line of the note", kept=True)
        else:
            self.lose(name)

    def inline(self, element: str) -> None:
        """Markup inside a text."""
        self.losses.add(f"<{element}> inside a text", "the text, without the markup", True)

    def lose(self, what: str) -> None:
        """Something for which there is no column."""
        self.losses.add(what, _NO_COLUMN)

    def _status(self, here: _Level, text: str, line: int) -> None:
        known = text.removesuffix("-admn-sts").removesuffix("Term").removesuffix("Name").lower()
        status = STATUS_FROM_TBX.get(known)
        if status is None:
            self._fault(line, f'unknown status "{text}"; {nearest(text, STATUS_FROM_TBX)}')
            return
        if known not in SAME_STATUS:
            self.losses.add(f"status {text}", f"read as {status}", kept=True)
        here.add("status", status)

    def _pos(self, here: _Level, text: str) -> None:
        pos = POS_FROM_TBX.get(text.lower())
        if pos is None:
            self.losses.add(f"partOfSpeech {text}", "read as other", kept=True)
        here.add("pos", pos or "other")

    def _close_term(self, here: _Level) -> None:
        language = self._levels.get("language")
        if not here.values.get("term", [""])[0]:
            self._fault(here.line, "a term section has no term")
        elif language is not None and language.label:
            values = {name: items[-1] for name, items in here.values.items()}
            for name in ("note", "source", "subjectField"):
                values[name] = "\n".join(self._inherited(name, here))
            self._drafts.append((values, language_tag(language.label), here))

    def _inherited(self, name: str, here: _Level) -> Iterable[str]:
        """Values of a level and of those above it: what stands there goes for every term."""
        if name == "subjectField" and name in here.values:
            return here.values[name]
        levels = [self._levels.get("concept"), self._levels.get("language"), here]
        found = [item for level in levels if level for item in level.values.get(name, [])]
        return [", ".join(found)] if name == "subjectField" and found else found

    def _close_concept(self, here: _Level) -> None:
        concept_id = here.marks.get("concept_id") or here.label
        if not concept_id:
            concept_id = self._free_id()
            self.losses.add("entry without an id", "given one", kept=True)
        elif concept_id in self._ids:
            what = f'two entries have the id "{concept_id}", first on line {self._ids[concept_id]}'
            self._fault(here.line, what)
        self._ids.setdefault(concept_id, here.line)
        if not self._drafts:
            self._fault(here.line, f'the entry "{concept_id}" has no term')
        preferred = {
            lang
            for values, lang, level in self._drafts
            if (level.marks.get("status") or values.get("status")) == "preferred"
        }
        for values, lang, level in self._drafts:
            status = level.marks.get("status") or values.get("status")
            if status is None:
                status = "admitted" if lang in preferred else "preferred"
                preferred.add(lang)
                why = "the first of its language is read as preferred, others as admitted"
                self.losses.add("term without a status", why, kept=True)
            self._row(_term(concept_id, lang, status, values, level.marks), level)
        self._drafts.clear()

    def _row(self, term: Term, level: _Level) -> None:
        forms = split_items(level.marks.get("forms", ""))
        for fault in term_faults(term, forms or None):
            self._fault(level.line, fault)
        self.rows.append((term, level.line))

    def _free_id(self) -> str:
        number = len(self._ids) + 1
        while (name := f"entry-{number}") in self._ids:
            number += 1
        return name

    def _fault(self, line: int, what: str, todo: str | None = None) -> None:
        self.faults.append(MtalignError(what, where=self._where, line=line, todo=todo))


def _term(
    concept_id: str, lang: str, status: str, values: dict[str, str], marks: dict[str, str]
) -> Term:
    """A term from its TBX values, and from the notes of mtalign, which rule."""
    text, note = values["term"], values.get("note", "")
    if "note" in marks:
        note = "\n".join(filter(None, (note, marks["note"])))
    return Term(
        concept_id=concept_id,
        lang=lang,
        term=text,
        status=status,
        pos=marks.get("pos") or values.get("pos") or ("phrase" if "phrase" in values else ""),
        forms=split_items(marks.get("forms", "")),
        case=marks.get("case") or default_case(text),
        dnt=marks.get("dnt") == "yes",
        domain=marks.get("domain") or values["subjectField"],
        context=split_items(marks.get("context", "")),
        note=note,
        source=marks.get("source") or values["source"],
    )
