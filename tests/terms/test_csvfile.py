"""The CSV format: nothing lost both ways, and every fault at once."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms import Term, Termbase, format_csv, parse_csv, read_csv, write_csv
from mtalign.terms.faults import conflicts, homographs, term_faults
from mtalign.terms.termbase import CASES, POS, STATUSES

FAULTS = json.loads(
    (Path(__file__).parents[1] / "cases" / "terms" / "csv_faults.json").read_text(encoding="utf-8")
)
HEAD = b"concept_id,lang,term\n"

_cell = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=12).map(str.strip)
_word = st.one_of(st.sampled_from(["crisi", 'a"b', "a|b", "a\\", "a,b;c", "\\|"]), _cell).filter(
    lambda text: any(char.isprintable() and not char.isspace() for char in text)
)
_note = st.text(st.sampled_from('ab ,;"|\\\n\té')).map(str.strip)
_terms = st.builds(
    Term,
    concept_id=st.sampled_from(["1", "2", "α|β", "C,3"]),
    lang=st.sampled_from(["it", "en", "pt-BR", "zh-Hant-TW", "es-419"]),
    term=_word,
    status=st.sampled_from(STATUSES),
    pos=st.sampled_from(POS),
    forms=st.lists(_word, unique=True, max_size=3).map(tuple),
    case=st.sampled_from(CASES),
    dnt=st.booleans(),
    domain=_cell,
    context=st.lists(_word, unique=True, max_size=2).map(tuple),
    note=_note,
    source=_note,
)


@st.composite
def termbases(draw: st.DrawFn) -> Termbase:
    kept: list[Term] = []
    for term in draw(st.lists(_terms, max_size=8)):
        together = [(one, None) for one in (*kept, term)]
        if not term_faults(term) and not conflicts(together, None):
            kept.append(term)
    return Termbase.of(kept)


@given(termbases())
def test_what_is_written_reads_back(termbase: Termbase) -> None:
    written = format_csv(termbase)
    again = parse_csv(written.encode())
    assert again == termbase
    assert again.signature == termbase.signature
    assert format_csv(again) == written


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_give_a_termbase_or_faults(tail: bytes, headed: bool) -> None:
    try:
        termbase = parse_csv((HEAD if headed else b"") + tail)
    except FaultsError as error:
        assert error.faults
        assert all(fault.where for fault in error.faults)
    else:
        assert parse_csv(format_csv(termbase).encode()) == termbase


@pytest.mark.parametrize("case", FAULTS, ids=lambda case: case["label"])
def test_every_fault_is_listed_with_its_line(case: dict[str, Any]) -> None:
    with pytest.raises(FaultsError) as caught:
        parse_csv(case["csv"].encode(), "g.csv")
    assert [str(fault) for fault in caught.value.faults] == case["faults"]


def test_header_alone_is_an_empty_termbase() -> None:
    assert parse_csv(HEAD) == Termbase()
    assert format_csv(Termbase()).count("\n") == 1


def test_columns_in_any_order_and_defaults() -> None:
    termbase = parse_csv(b"term,note,LANG,concept_id\nAI,why,IT,1\ncrisi,,it,2\n")
    assert termbase.by_id["1"].terms == (
        Term("1", "it", "AI", forms=("AI",), case="sensitive", note="why"),
    )
    assert termbase.by_id["2"].terms[0].case == "insensitive"


@pytest.mark.parametrize("mark", [b",", b";", b"\t"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_spreadsheets_save(mark: bytes, end: bytes) -> None:
    rows = [b"concept_id,lang,term,forms,", b'1,it,"ri""corso",a | b', b",,,,", b"1,en, appeal ,,"]
    data = b"\xef\xbb\xbf" + end.join(rows).replace(b",", mark)
    found = [(term.term, term.forms) for term in parse_csv(data).terms()]
    assert found == [('ri"corso', ('ri"corso', "a", "b")), ("appeal", ("appeal",))]


def test_every_line_that_is_not_utf8_is_named() -> None:
    with pytest.raises(FaultsError) as caught:
        parse_csv(HEAD + "1,it,unità\n2,it,così\n".encode("latin-1"), "g.csv")
    assert [(fault.line, fault.what) for fault in caught.value.faults] == [
        (2, "not UTF-8: byte 0xe0 at byte 10"),
        (3, "not UTF-8: byte 0xec at byte 9"),
    ]
    with pytest.raises(FaultsError, match="UTF-16"):
        parse_csv(HEAD.decode().encode("utf-16"))


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    termbase = Termbase.of([Term("1", "it", "unità")])
    write_csv(termbase, path)
    assert read_csv(path) == termbase
    with pytest.raises(MtalignError, match=r"missing\.csv: cannot be read"):
        read_csv(tmp_path / "missing.csv")
    with pytest.raises(MtalignError, match="cannot be read"):
        read_csv(tmp_path)


def test_writing_refuses_what_it_could_not_read_back(tmp_path: Path) -> None:
    path = tmp_path / "terms.csv"
    bad = [Term("1", "IT", "a"), Term("2", "it", " b"), Term("3", "it", "c\x00", note="d\r")]
    with pytest.raises(FaultsError) as caught:
        write_csv(Termbase.of(bad), path)
    assert len(caught.value.faults) == 4
    assert not path.exists()


def test_signature_keys_on_what_changes_a_match() -> None:
    rows = [Term("1", "it", "a"), Term("1", "en", "b"), Term("1", "en", "d", status="admitted")]
    one = Termbase.of([*rows, Term("2", "it", "c")]).signature
    rows.append(Term("2", "it", "c"))
    assert Termbase.of([rows[3], rows[1], rows[0], rows[2]]).signature == one
    assert Termbase.of([rows[0], rows[2], rows[1], rows[3]]).signature != one
    assert Termbase.of([Term("1", "it", "a", note="n", source="s"), *rows[1:]]).signature == one
    assert Termbase.of([Term("1", "it", "a", dnt=True), *rows[1:]]).signature != one
    assert Termbase.of([Term("1", "it", "a", forms=("aa",)), *rows[1:]]).signature != one


def test_homographs_are_known() -> None:
    rows = [
        Term("1", "en", "Bank"),
        Term("2", "en", "shore", forms=("bank",)),
        Term("3", "en", "bank", status="forbidden"),
        Term("4", "it", "bank"),
    ]
    assert homographs(Termbase.of(rows), "en") == {"bank": ("1", "2")}
