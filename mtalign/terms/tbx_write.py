"""Termbases as TBX; see ``tbx_names`` for the dialects and docs/terms.md for what goes where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms.csvfile import join_items
from mtalign.terms.exchange import Losses, Writing
from mtalign.terms.faults import conflicts, term_faults
from mtalign.terms.tbx_names import (
    DIALECTS,
    MODULES,
    NAMESPACE,
    POS_TO_TBX,
    STATUS_TO_TBX,
    Dialect,
    read_note,
    write_note,
)
from mtalign.terms.termbase import Concept, Term, Termbase, default_case

# An NCName (Namespaces in XML 1.0), as the type ID of the schema demands; ASCII is enough here.
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
# What XML 1.0 has no way to write and a term could hold all the same.
_UNWRITABLE = re.compile("[\ufffe\uffff]")

_MODULE = {
    "subjectField": "min",
    "administrativeStatus": "min",
    "partOfSpeech": "min",
    "termType": "basic",
    "source": "basic",
}
_META = {
    "subjectField": "descrip",
    "administrativeStatus": "termNote",
    "partOfSpeech": "termNote",
    "termType": "termNote",
    "source": "admin",
}
_AS_NOTE = "no data category for it; in a note that only mtalign reads"

_SCHEMAS = "https://raw.githubusercontent.com/LTAC-Global/TBX-{0}_dialect/master/"
_RNG = "http://relaxng.org/ns/structure/1.0"
_NVDL = "http://purl.oclc.org/dsdl/nvdl/ns/structure/1.0"


def format_tbx(termbase: Termbase, dialect: str = "tbx") -> Writing:
    """A termbase as TBX, UTF-8; equal termbases give equal bytes.

    Terms of one language stand together, so that a concept which mixes languages comes back
    grouped. Nothing is lost: what TBX cannot say stands in notes, and the losses name it.

    :param dialect: a key of ``tbx_names.DIALECTS``
    :raises FaultsError: a term holds what no format can, or terms contradict one another
    """
    _check(termbase)
    writer = _Writer(DIALECTS[dialect])
    data = "".join(writer.document(termbase)).encode("utf-8")
    return Writing(data, tuple(writer.losses), ".tbx")


def _check(termbase: Termbase) -> None:
    terms = [(term, None) for term in termbase.terms()]
    faults = []
    for term, _ in terms:
        whats = term_faults(term)
        if _UNWRITABLE.search("".join(_texts(term))):
            whats.append(f'the term "{term.term}" holds U+FFFE or U+FFFF, which XML cannot')
        faults += [MtalignError(f"concept {term.concept_id}: {what}") for what in whats]
    faults += conflicts(terms, None)
    if faults:
        raise FaultsError(faults)


def _texts(term: Term) -> Iterator[str]:
    yield from (term.concept_id, term.domain, term.note, term.source)
    yield from (*term.forms, *term.context)


class _Writer:
    def __init__(self, dialect: Dialect) -> None:
        self.losses = Losses()
        self._dialect = dialect
        self._third = dialect.version == 3
        self._names = ("termEntry", "langSet", "tig")
        if self._third:
            self._names = ("conceptEntry", "langSec", "termSec")

    def document(self, termbase: Termbase) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield from self._opening()
        # The schema wants a body to hold an entry, and a text no body.
        body = bool(termbase.concepts) or not self._third
        yield f"<text>{'<body>' if body else ''}\n"
        ids = _Ids(termbase)
        for concept in termbase.concepts:
            yield from self._concept(concept, ids.of(concept.id))
        yield f"{'</body>' if body else ''}</text>\n</{'tbx' if self._third else 'martif'}>\n"

    def _opening(self) -> Iterator[str]:
        kind, style = self._dialect.name, self._dialect.style
        describe = "<fileDesc><sourceDesc><p>A termbase of mtalign</p></sourceDesc></fileDesc>"
        if not self._third:
            dtd, xcs = ("TBXcoreStructV02.dtd", "TBXXCSV02.xcs")
            if kind == "TBX-Basic":
                dtd, xcs = ("TBXBasiccoreStructV02.dtd", "TBXBasicXCSV02.xcs")
            yield f'<!DOCTYPE martif SYSTEM "{dtd}">\n'
            yield f'<martif type="{kind}" xml:lang="en">\n<martifHeader>{describe}'
            yield f'<encodingDesc><p type="XCSURI">{xcs}</p></encodingDesc></martifHeader>\n'
        else:
            yield _model(kind, style)
            modules = "".join(f' xmlns:{name}="{uri}"' for name, uri in MODULES.items())
            yield f'<tbx type="{kind}" style="{style}" xml:lang="en" xmlns="{NAMESPACE}"'
            yield f"{modules if style == 'dct' else ''}>\n<tbxHeader>{describe}</tbxHeader>\n"

    def _concept(self, concept: Concept, xml_id: str) -> Iterator[str]:
        entry, section, _ = self._names
        yield f'<{entry} id="{xml_id}">\n'
        domains = {term.domain for term in concept.terms}
        shared = "domain" in self._dialect.holds and len(domains) == 1
        if shared and concept.terms[0].domain:
            yield self._category("subjectField", concept.terms[0].domain)
        if xml_id != concept.id:
            yield self._as_note("concept_id", concept.id)
        languages: dict[str, list[Term]] = {}
        for term in concept.terms:
            languages.setdefault(term.lang, []).append(term)
        for lang, terms in languages.items():
            yield f"<{section} xml:lang={quoteattr(lang)}>\n"
            for term in terms:
                yield from self._term(term, "" if shared else term.domain)
            yield f"</{section}>\n"
        yield f"</{entry}>\n"

    def _term(self, term: Term, domain: str) -> Iterator[str]:
        holds = self._dialect.holds
        name = self._names[2]
        yield f"<{name}><term>{_text(term.term)}</term>\n"
        yield from self._pos(term.pos)
        if "status" in holds:
            yield self._category("administrativeStatus", STATUS_TO_TBX[term.status])
        if term.source and "source" in holds:
            yield self._category("source", term.source)
        for key, value in self._rest(term, domain):
            yield self._as_note(key, value)
        if term.note:
            # A note of the user's own that looks like one of ours is written as ours.
            mine = read_note(term.note) != ("note", term.note)
            text = write_note("note", term.note) if mine else term.note
            yield f"<note>{_text(text)}</note>\n"
        yield f"</{name}>\n"

    def _pos(self, pos: str) -> Iterator[str]:
        value = POS_TO_TBX.get(pos)
        if value in self._dialect.pos and "pos" in self._dialect.holds:
            yield self._category("partOfSpeech", value)
        elif pos == "phrase" and "phrase" in self._dialect.holds:
            yield self._category("termType", "phrase")
        elif value == "properNoun" and "pos" in self._dialect.holds:
            yield self._category("partOfSpeech", "noun")

    def _rest(self, term: Term, domain: str) -> Iterator[tuple[str, str]]:
        """What goes into notes: columns of which the dialect says nothing, or not all."""
        holds = self._dialect.holds
        if "status" not in holds or term.status == "forbidden":
            yield "status", term.status
        told = "pos" in holds and POS_TO_TBX.get(term.pos) in self._dialect.pos
        if term.pos and not told and not (term.pos == "phrase" and "phrase" in holds):
            yield "pos", term.pos
        if len(term.forms) > 1:
            yield "forms", join_items(term.forms)
        if term.case != default_case(term.term):
            yield "case", term.case
        if term.dnt:
            yield "dnt", "yes"
        if domain:
            yield "domain", domain
        if term.context:
            yield "context", join_items(term.context)
        if term.source and "source" not in holds:
            yield "source", term.source

    def _category(self, category: str, value: str | None) -> str:
        text = _text(value or "")
        if self._dialect.style == "dct":
            name = f"{_MODULE[category]}:{category}"
            return f"<{name}>{text}</{name}>\n"
        meta = _META[category]
        return f'<{meta} type="{category}">{text}</{meta}>\n'

    def _as_note(self, key: str, value: str) -> str:
        what, why = key, _AS_NOTE
        if key == "concept_id":
            why = "not a name that XML takes as an id; in a note that only mtalign reads"
        elif key == "status" and "status" in self._dialect.holds:
            what, why = f"status {value}", "no such value; written as deprecated, with a note"
        elif key == "pos" and "pos" in self._dialect.holds:
            what, why = f"pos {value}", "no such value; written as noun, with a note"
        elif key == "domain" and "domain" in self._dialect.holds:
            why = "its terms have several, and a concept one; in notes that only mtalign reads"
        self.losses.add(what, why, kept=True)
        return f"<note>{_text(write_note(key, value))}</note>\n"


class _Ids:
    """Names for concepts that XML takes as ids; those that are such names keep them."""

    def __init__(self, termbase: Termbase) -> None:
        self._taken = {concept.id for concept in termbase.concepts if _ID.fullmatch(concept.id)}
        self._next = 1

    def of(self, concept_id: str) -> str:
        if _ID.fullmatch(concept_id):
            return concept_id
        while (name := f"c{self._next}") in self._taken:
            self._next += 1
        self._next += 1
        return name


def _model(kind: str, style: str) -> str:
    """Where validators find the schema of the dialect (W3C Note xml-model, 2011)."""
    short = kind.removeprefix("TBX-")
    if short != "Basic":
        return ""
    path, schema = f"DCA/TBXcoreStructV03_{kind}_integrated.rng", _RNG
    if style == "dct":
        path, schema = f"DCT/{kind}.nvdl", _NVDL
    href = _SCHEMAS.format(short) + path
    return f'<?xml-model href="{href}" type="application/xml" schematypens="{schema}"?>\n'


def _text(text: str) -> str:
    return escape(text)
