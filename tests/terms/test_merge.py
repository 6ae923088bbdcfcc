"""Merging and counting: conflicts are listed with both places, equal rows are kept once."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.errors import FaultsError
from mtalign.terms import Term, Termbase, parse_csv
from mtalign.terms.csvfile import csv_rows
from mtalign.terms.exchange import Reading
from mtalign.terms.merge import merge
from mtalign.terms.stats import fault_kinds, statistics
from tests.terms.test_csvfile import termbases

HEAD = "concept_id,lang,term,status\n"


def reading(text: str) -> Reading:
    return Reading("csv", tuple(csv_rows((HEAD + text).encode())))


def faults(*texts: str) -> list[str]:
    files = [(f"{name}.csv", reading(text)) for name, text in zip("abc", texts, strict=False)]
    with pytest.raises(FaultsError) as caught:
        merge(files)
    return [str(fault).split("\n")[0] for fault in caught.value.faults]


@given(termbases(), st.integers(2, 3))
def test_a_termbase_merged_with_itself_is_itself(termbase: Termbase, times: int) -> None:
    rows = tuple((term, line) for line, term in enumerate(termbase.terms(), start=2))
    merged = merge([("g.csv", Reading("csv", rows)) for _ in range(times)])
    assert merged.termbase == termbase
    assert merged.repeated == len(rows) * (times - 1)


@given(termbases())
def test_parts_of_a_termbase_merge_to_the_whole(termbase: Termbase) -> None:
    parts = [
        Reading("csv", tuple((term, 2) for term in termbase.terms() if (term.lang == "it") is one))
        for one in (True, False)
    ]
    merged = merge([("a", parts[0]), ("b", parts[1])])
    assert set(merged.termbase.terms()) == set(termbase.terms())


def test_other_files_add_languages_and_synonyms() -> None:
    files = ["1,it,crisi,\n1,en,crisis,\n", "1,it,crisi,\n1,de,Krise,\n1,it,dissesto,admitted\n"]
    merged = merge([(name, reading(text)) for name, text in zip("ab", files, strict=True)])
    assert [term.term for term in merged.termbase.terms()] == [
        "crisi",
        "crisis",
        "Krise",
        "dissesto",
    ]
    assert merged.repeated == 1


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            "1,it,crisi,\n",
            "1,it,crisi,admitted\n",
            'b.csv:2: concept 1 has the it term "crisi" at a.csv:2 too: '
            'status "preferred" there, "admitted" here',
        ),
        (
            "1,it,crisi,\n1,en,crisis,\n",
            "1,it,crisi,\n1,en,slump,\n",
            'b.csv:3: concept 1 has 2 preferred en terms: "crisis", "slump"',
        ),
        (
            "1,it,crisi,\n1,en,crisis,\n",
            "1,it,banca,admitted\n1,en,bank,admitted\n",
            "b.csv:2: concept 1 has no term in common with that at a.csv:2",
        ),
        (
            "1,it,crisi,\n1,en,crisis,\n",
            "X,it,crisi,\nX,en,crisis,\n",
            'b.csv:2: concept X and concept 1 at a.csv:2 both have it "crisi" and en "crisis"',
        ),
    ],
)
def test_conflicts_name_both_places(one: str, other: str, expected: str) -> None:
    assert faults(one, other) == [expected]


def test_homographs_are_no_conflict() -> None:
    one, other = "1,it,banca,\n1,en,bank,\n", "2,it,riva,\n2,en,bank,\n"
    assert len(merge([("a", reading(one)), ("b", reading(other))]).termbase) == 2


def test_statistics_count_each_language() -> None:
    rows = [
        Term("1", "it", "crisi", forms=("crisi", "le crisi")),
        Term("1", "en", "crisis"),
        Term("1", "en", "slump", status="forbidden"),
        Term("2", "it", "crisi"),
    ]
    en, it = statistics(Termbase.of(rows))
    assert (en.lang, en.by_status, en.forms, en.unlisted, en.missing, en.homographs) == (
        *("en", (1, 0, 0, 1), 2, 1, 1, 0),
    )
    assert (it.lang, it.by_status, it.forms, it.unlisted, it.missing, it.homographs) == (
        *("it", (2, 0, 0, 0), 3, 1, 0, 1),
    )


def test_faults_are_counted_by_kind() -> None:
    with pytest.raises(FaultsError) as caught:
        parse_csv((HEAD + "1,it,a,\n1,it,b,\n2,en,c,\n2,en,d,\n3,it,e,preferd\n").encode())
    assert fault_kinds(caught.value) == [
        ('concept … has … preferred it terms: "…"', 1),
        ('concept … has … preferred en terms: "…"', 1),
        ('unknown status "…"', 1),
    ]


def test_candidates_are_refused_until_accepted() -> None:
    with pytest.raises(FaultsError, match='"crisi" is a candidate that nobody has accepted'):
        parse_csv((HEAD + "1,it,crisi,candidate\n").encode(), Path("c.csv"))
