"""TBX: nothing lost both ways, the dialect's rules kept, hostile files refused."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtalign.errors import FaultsError
from mtalign.terms import Term, Termbase, read_termbase
from mtalign.terms.tbx_names import DIALECTS
from mtalign.terms.tbx_read import read_tbx
from mtalign.terms.tbx_write import format_tbx
from tests.terms.tbx_rules import breaches
from tests.terms.test_csvfile import termbases

CASES = Path(__file__).parents[1] / "cases" / "terms"
FAULTS = json.loads((CASES / "tbx_faults.json").read_text(encoding="utf-8"))
XML_CANNOT = ("\ufffe", "\uffff")


def grouped(termbase: Termbase) -> Termbase:
    """Terms of one language together, in the order of the first: what TBX can show."""
    terms: list[Term] = []
    for concept in termbase.concepts:
        order = list(dict.fromkeys(term.lang for term in concept.terms))
        terms += sorted(concept.terms, key=lambda term: order.index(term.lang))
    return Termbase.of(terms)


def in_xml(termbase: Termbase) -> bool:
    texts = (
        (term.concept_id, term.domain, term.note, term.source, *term.forms, *term.context)
        for term in termbase.terms()
    )
    return not any(char in text for found in texts for text in found for char in XML_CANNOT)


@settings(max_examples=40)
@given(termbases().filter(in_xml), st.sampled_from(sorted(DIALECTS)))
def test_what_is_written_reads_back(termbase: Termbase, dialect: str) -> None:
    writing = format_tbx(termbase, dialect)
    reading = read_tbx(io.BytesIO(writing.data))
    assert reading.termbase == grouped(termbase)
    assert reading.losses == ()
    assert all(loss.kept for loss in writing.losses)
    assert format_tbx(reading.termbase, dialect).data == writing.data


@settings(max_examples=40)
@given(termbases().filter(in_xml), st.sampled_from(["tbx", "tbx-dct", "tbx-core"]))
def test_what_is_written_keeps_the_rules(termbase: Termbase, dialect: str) -> None:
    assert breaches(format_tbx(termbase, dialect).data) == []


@pytest.mark.parametrize(
    ("good", "bad", "breach"),
    [
        ("preferredTerm-admn-sts", "preferred", "administrativeStatus 'preferred'"),
        ('id="a"', 'id="1"', "id '1'"),
        ("ed-2", "ed-3", "namespace of tbx"),
        ("<term>x</term>", "", "termSec holds CATEGORY;"),
        ("administrativeStatus", "usage", "category usage"),
    ],
)
def test_the_rules_can_be_broken(good: str, bad: str, breach: str) -> None:
    data = format_tbx(Termbase.of([Term("a", "it", "x")])).data
    assert breaches(data) == []
    assert breach in breaches(data.replace(good.encode(), bad.encode()))


def test_term_notes_come_first() -> None:
    data = format_tbx(Termbase.of([Term("a", "it", "x", pos="n", source="s")])).data
    pos, source = (
        b'<termNote type="partOfSpeech">noun</termNote>\n',
        b'<admin type="source">s</admin>\n',
    )
    assert breaches(data) == []
    moved = data.replace(pos, b"").replace(source, source + pos)
    assert breaches(moved) == ["a termNote in termSec stands after something else"]


def test_no_terms_are_a_text_without_a_body() -> None:
    for dialect in DIALECTS:
        data = format_tbx(Termbase(), dialect).data
        assert read_tbx(io.BytesIO(data)).termbase == Termbase()
    assert breaches(format_tbx(Termbase()).data) == []


def test_what_has_no_category_is_named() -> None:
    rows = [
        Term("a", "en", "tax", pos="propn", forms=("taxes",), case="sensitive", dnt=True),
        Term("a", "en", "duty", status="forbidden", context=("VAT",), domain="law"),
        Term("1", "en", "tax", note="mtalign.dnt: yes"),
    ]
    losses = format_tbx(Termbase.of(rows)).losses
    found = {loss.what: loss.count for loss in losses}
    assert found == {
        **{"pos propn": 1, "forms": 1, "case": 1, "dnt": 1, "status forbidden": 1},
        **{"context": 1, "domain": 1, "concept_id": 1},
    }
    assert {loss.what for loss in format_tbx(Termbase.of(rows), "tbx2").losses} == {
        *("forms", "case", "dnt", "status forbidden", "context", "domain", "concept_id")
    }


def test_ids_that_xml_does_not_take_get_free_ones() -> None:
    termbase = Termbase.of(Term(name, "it", "x") for name in ("1", "c1", "è", "c2"))
    data = format_tbx(termbase).data
    assert breaches(data) == []
    assert [concept.id for concept in read_tbx(io.BytesIO(data)).termbase.concepts] == [
        *("1", "c1", "è", "c2")
    ]


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["label"])
def test_every_fault_is_listed_with_its_line(case: dict[str, Any]) -> None:
    with pytest.raises(FaultsError) as caught:
        read_tbx(io.BytesIO(case["tbx"].encode()), "g.tbx")
    assert [str(fault) for fault in caught.value.faults] == case["faults"]


@given(st.binary(max_size=80), st.booleans())
def test_any_bytes_give_terms_or_faults(tail: bytes, begun: bool) -> None:
    head = b'<tbx><text><body><conceptEntry id="a"><langSec xml:lang="it">' if begun else b""
    with pytest.raises(FaultsError) as caught:
        read_tbx(io.BytesIO(head + tail))
    assert all(fault.where and fault.line for fault in caught.value.faults)


@pytest.mark.parametrize(
    "case", json.loads((CASES / "tbx_read.json").read_text("utf-8")), ids=lambda case: case["file"]
)
def test_files_of_other_tools(case: dict[str, Any]) -> None:
    path = CASES / "files" / case["file"]
    with path.open("rb") as stream:
        reading = read_tbx(stream, path)
    csv = (CASES / "files" / case["file"]).with_suffix(".csv")
    assert reading.termbase == read_termbase(csv)
    assert [str(loss) for loss in reading.losses] == case["losses"]
    assert [line for _, line in reading.rows] == case["lines"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_xml_names(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>' + (
        '<tbx><text><body><conceptEntry id="a"><langSec xml:lang="it">'
        "<termSec><term>unità</term></termSec></langSec></conceptEntry></body></text></tbx>"
    )
    reading = read_tbx(io.BytesIO(text.encode(encoding)))
    assert [term.term for term, _ in reading.rows] == ["unità"]


def test_noncharacters_are_refused() -> None:
    with pytest.raises(FaultsError, match="which XML cannot"):
        format_tbx(Termbase.of([Term("a", "it", "x\ufffe")]))
