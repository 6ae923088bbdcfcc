"""What may enter training and what may not, by cases."""

import json
from pathlib import Path

import pytest

from mtalign.errors import MtalignError
from mtalign.train.clean import clean, words
from mtalign.train.exclude import Exclusion, read_excluded
from mtalign.train.filters import FILTERS, fault, function_words, make_pair

CASES = Path(__file__).parent.parent / "cases" / "train"
FILTER_CASES = json.loads((CASES / "filters.json").read_text(encoding="utf-8"))
EXCLUDE = json.loads((CASES / "exclude.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", FILTER_CASES, ids=lambda case: case["label"])
def test_filters(case: dict) -> None:
    pair = make_pair(clean(case["src"]), clean(case["tgt"]), ("it", "en"))
    assert fault(pair) == case["expect"]


def test_every_filter_but_length_has_a_case() -> None:
    assert {name for name, _ in FILTERS} - {case["expect"] for case in FILTER_CASES} == {"too-long"}
    assert fault(make_pair("parola " * 100, "word " * 100, ("it", "en"))) == "too-long"


def test_a_language_without_a_list_is_not_judged() -> None:
    assert not function_words("xx")
    swapped = make_pair("The report is what the house asked for.", "Ist so.", ("xx", "en"))
    assert fault(swapped) != "wrong-language"


def test_the_lists_share_no_word() -> None:
    assert not function_words("it") & function_words("en")


@pytest.mark.parametrize("case", EXCLUDE["cases"], ids=lambda case: case["label"])
def test_exclusion(case: dict) -> None:
    exclusion = Exclusion(EXCLUDE["excluded"])
    assert exclusion.covers(words(clean(case["text"]))) is case["covered"]


def test_files_of_excluded_sentences(tmp_path: Path) -> None:
    lines, table, records = (tmp_path / name for name in ("a.it", "b.tsv", "c.jsonl"))
    lines.write_text("È vero.\nUna riga.\n", encoding="utf-8")
    table.write_text("id1\tThis is a sentence.\tQuesta è una frase.\n", encoding="utf-8")
    records.write_text('{"id": "x1", "src": {"text": ["Words in a deep place."]}}\n')
    assert list(read_excluded(lines)) == ["È vero.", "Una riga."]
    assert list(read_excluded(table)) == ["This is a sentence.", "Questa è una frase."]
    assert list(read_excluded(records)) == ["Words in a deep place."]


def test_a_damaged_record_is_told_by_line(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"src": "one two three four"}\n{"src"\n')
    with pytest.raises(MtalignError, match="no JSON") as error:
        list(read_excluded(path))
    assert error.value.line == 2
