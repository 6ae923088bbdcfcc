"""Lists with a column a language: headers, faults by line, and pairs that come back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.errors import FaultsError
from mtalign.terms import Term, Termbase
from mtalign.terms.columns import format_pairs, read_columns
from tests.terms.test_csvfile import termbases

_word = st.one_of(
    st.sampled_from(['say "x"', "a,b", "a;b", "'", "città", '"', "x y"]),
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8),
)


def terms(data: str, src: str = "", tgt: str = "") -> list[tuple[str, str, str]]:
    reading = read_columns(data.encode(), "g.tsv", src, tgt)
    return [(term.concept_id, term.lang, term.term) for term, _ in reading.rows]


def faults(data: str, src: str = "", tgt: str = "") -> list[str]:
    with pytest.raises(FaultsError) as caught:
        read_columns(data.encode(), "g.tsv", src, tgt)
    return [str(fault) for fault in caught.value.faults]


@given(
    st.dictionaries(_word, _word, min_size=1, max_size=6),
    st.sampled_from([".tsv", ".csv"]),
    st.booleans(),
)
def test_pairs_come_back(pairs: dict[str, str], suffix: str, header: bool) -> None:
    rows = [term for s, t in pairs.items() for term in (Term(s, "it", s), Term(s, "en", t))]
    writing = format_pairs(Termbase.of(rows), "it", "en", header, suffix)
    told = ("", "") if header else ("it", "en")
    reading = read_columns(writing.data, "x", *told)
    found = [concept.terms for concept in reading.termbase.concepts]
    assert [(one.term, other.term) for one, other in found] == list(pairs.items())
    assert format_pairs(reading.termbase, "it", "en", header, suffix).data == writing.data


@given(termbases())
def test_any_termbase_gives_a_list_that_reads(termbase: Termbase) -> None:
    writing = format_pairs(termbase, "it", "en")
    reading = read_columns(writing.data, "x")
    sources = [term.term for term, _ in reading.rows if term.lang == "it"]
    assert len(set(sources)) == len(sources)
    assert set(sources) <= {term.term for term in termbase.terms() if term.lang == "it"}


@pytest.mark.parametrize("header", ["it\ten\n", "IT\tEN\n", "source\ttarget\n", ""])
def test_headers(header: str) -> None:
    expected = [("crisi", "it", "crisi"), ("crisi", "en", "crisis")]
    assert terms(header + "crisi\tcrisis\n", "it", "en") == expected


def test_a_header_in_the_other_order_rules() -> None:
    assert terms("target,source\ncrisis,crisi\n", "it", "en")[0] == ("crisis", "en", "crisis")
    assert terms("en,it\ncrisis,crisi\n", "it", "en")[0] == ("crisis", "en", "crisis")


def test_a_header_of_other_languages_is_no_pair_of_words() -> None:
    assert faults("no\tsi\n", "it", "en") == [
        f"g.tsv:1: the first line names the languages no, si, and not {lang}\n"
        "  If it holds terms, put a line like it,en above it."
        for lang in ("it", "en")
    ]
    assert terms("it\ten\nno\tsi\n", "it", "en")[1] == ("no", "en", "si")
    assert terms("sci\tski\n", "it", "en") == [("sci", "it", "sci"), ("sci", "en", "ski")]


def test_wider_lists_with_googles_columns() -> None:
    data = (
        "en,it,de,pos,description\nbank,banca,,noun,money\nbank,riva,,noun,river\n"
        "Fiat,Fiat,Fiat,,\n"
    )
    reading = read_columns(data.encode(), "g.csv")
    found = [(t.concept_id, t.lang, t.term, t.pos, t.note) for t, _ in reading.rows]
    assert found == [
        ("bank", "en", "bank", "n", "money"),
        ("bank", "it", "banca", "n", "money"),
        ("bank (2)", "en", "bank", "n", "river"),
        ("bank (2)", "it", "riva", "n", "river"),
        ("Fiat", "en", "Fiat", "", ""),
        ("Fiat", "it", "Fiat", "", ""),
        ("Fiat", "de", "Fiat", "", ""),
    ]


def test_every_fault_is_listed_with_its_line() -> None:
    data = "it,en\ncrisi,crisis\ncrisi,slump\ncrisi,crisis\nuno,\na,b,c\ntre,x\u0007\n"
    assert faults(data) == [
        'g.tsv:3: "crisi" has two translations: "crisis" on line 2, "slump" here\n'
        "  Keep one row, or tell the meanings apart in a CSV with concept ids.",
        'g.tsv:4: the row of "crisi" stands there twice, first on line 2',
        "g.tsv:5: a term is empty",
        "g.tsv:6: 3 cells, where 2 belong\n  A cell with a comma or a quote is put in quotes.",
        "g.tsv:7: term 'x\\x07' has a control character",
    ]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("", "the file is empty"),
        ("crisi\tcrisis\n", "which languages the columns hold is not said"),
        ("it,it\na,b\n", "two columns are of one language"),
    ],
)
def test_lists_that_cannot_be_read(data: str, what: str) -> None:
    assert what in faults(data)[0]


def test_what_pairs_cannot_say_is_named() -> None:
    rows = [
        Term("1", "it", "crisi", forms=("crisi",), pos="n", note="x"),
        Term("1", "en", "crisis", forms=("crises",)),
        Term("1", "en", "slump", status="admitted"),
        Term("1", "en", "crash", status="forbidden"),
        Term("2", "it", "crisi", context=("nervi",)),
        Term("2", "en", "breakdown"),
        Term("3", "it", "solo"),
        Term("4", "it", "Fiat", dnt=True),
    ]
    writing = format_pairs(Termbase.of(rows), "it", "en")
    assert writing.data == b"it\ten\ncrisi\tcrisis\nFiat\tFiat\n"
    found = {loss.what: loss.count for loss in writing.losses}
    assert found == {
        "admitted target term": 1,
        "deprecated or forbidden target term": 1,
        "concept_id": 3,
        **{"status": 1, "forms": 1, "pos": 1, "context": 1, "note": 1},
        "source term": 1,
        "concept": 1,
    }


def test_files_choose_their_reader(tmp_path: Path) -> None:
    from mtalign.terms.formats import read_glossary

    files = {
        "a.csv": ("concept_id,lang,term\n1,it,x\n", "csv"),
        "b.tsv": ("concept_id\tlang\tterm\n1\tit\tx\n", "csv"),
        "c.csv": ("it,en\nx,y\n", "pairs"),
        "d.txt": ("x\ty\n", "pairs"),
        "e.xml": (
            '<martif><text><body><termEntry id="a"><langSet xml:lang="it"><tig><term>x</term>'
            "</tig></langSet></termEntry></body></text></martif>",
            "tbx",
        ),
    }
    for name, (text, kind) in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        reading = read_glossary(tmp_path / name, "it", "en")
        assert (reading.format, reading.rows[0][0].term) == (kind, "x")
    (tmp_path / "f.tbx").write_text("it,en\n", encoding="utf-8")
    with pytest.raises(FaultsError, match="not well-formed"):
        read_glossary(tmp_path / "f.tbx")
