"""Candidates from a bitext: the score by hand, what is proposed, and files that do not fit."""

import gzip
import lzma
import math
from pathlib import Path

import numpy as np
import pytest

from mtalign.errors import FaultsError, MtalignError
from mtalign.terms import parse_csv
from mtalign.terms.candidates import format_candidates
from mtalign.terms.extract import ExtractSettings, extract, log_likelihood, read_bitext
from mtalign.terms.ngrams import Side

FILLER = [
    ("Il gatto dorme.", "The cat sleeps."),
    ("La casa brucia.", "The house burns."),
    ("Il cane mangia.", "The dog eats."),
    ("La barca affonda.", "The boat sinks."),
]
PAIRS = [
    *(("Creare un ordine cliente nuovo.", "Create a new sales order."),) * 3,
    *(("L'ordine cliente è chiuso.", "The sales order is closed."),) * 3,
    ("Gli ORDINI cliente arrivano.", "Sales orders arrive."),
    *(("La fattura arriva.", "The invoice arrives."),) * 2,
    *(("Una fattura manca.", "An invoice is missing."),) * 2,
    ("Ogni fattura conta.", "Each Invoice counts."),
    *FILLER * 5,
]
FEW = ExtractSettings(min_count=3)


def test_log_likelihood_is_dunnings() -> None:
    # k = [[110, 2442], [111, 29114]] is the table of Dunning (1993, section 6) for "the swiss".
    table = np.array([[110.0, 2442.0], [111.0, 29114.0]])
    total = table.sum()
    expected = 2 * sum(
        cell * math.log(cell * total / (row * column))
        for line, row in zip(table, table.sum(axis=1), strict=True)
        for cell, column in zip(line, table.sum(axis=0), strict=True)
    )
    ints = [np.array([int(number)]) for number in (110, 110 + 2442, 110 + 111)]
    (score,) = log_likelihood(*ints, int(total))
    assert score == pytest.approx(expected, rel=1e-12)
    assert score == pytest.approx(270.72, abs=0.01)


def test_log_likelihood_of_independent_events_is_nought() -> None:
    (score,) = log_likelihood(np.array([5]), np.array([10]), np.array([50]), 100)
    assert score == pytest.approx(0, abs=1e-9)


def test_terms_are_proposed_whole_with_counts_and_an_example() -> None:
    found = {one.src: one for one in extract(PAIRS, "it", "en", FEW)}
    order = found["ordine cliente"]
    assert (order.tgt, order.count, order.src_count, order.tgt_count) == ("sales order", 6, 6, 6)
    assert PAIRS[order.example] == ("L'ordine cliente è chiuso.", "The sales order is closed.")
    assert found["fattura"].tgt == "invoice"
    assert not {"ordine", "cliente", "la fattura"} & set(found)
    assert "sales" not in {one.tgt for one in found.values()}


def test_settings_bound_what_is_proposed() -> None:
    long = extract(PAIRS, "it", "en", ExtractSettings(min_count=3, min_words=2))
    assert "ordine cliente" in [one.src for one in long]
    assert all(" " in one.src or " " in one.tgt for one in long)
    assert len(extract(PAIRS, "it", "en", ExtractSettings(min_count=3, limit=1))) == 1
    assert extract(PAIRS, "it", "en", ExtractSettings(min_count=100)) == []
    assert extract([], "it", "en") == []
    assert extract(PAIRS, "it", "en", FEW) == extract(list(PAIRS), "it", "en", FEW)


def test_n_grams_are_numbered_alike_in_every_process() -> None:
    side = Side([pair[0] for pair in PAIRS], "it", 3, 4, lambda count: None)
    assert side.names == sorted(side.names)
    assert side.numbers("Un ordine cliente") == [
        side.ids[gram] for gram in (("cliente",), ("ordine",), ("ordine", " ", "cliente"))
    ]


def test_a_language_without_a_list_takes_its_commonest_words() -> None:
    found = extract(PAIRS, "xx", "en", FEW)
    assert all(one.src.casefold() not in ("il", "la") for one in found)


def test_candidates_need_a_person() -> None:
    found = extract(PAIRS, "it", "en", FEW)
    text = format_candidates(found, PAIRS, ("it", "en"))
    with pytest.raises(FaultsError, match="is a candidate that nobody has accepted") as caught:
        parse_csv(text.encode())
    assert len([one for one in caught.value.faults if "candidate" in one.what]) == 2 * len(found)
    accepted = parse_csv(text.replace(",candidate,", ",preferred,").encode())
    assert len(accepted) == len(found)
    term = next(term for term in accepted.terms() if term.term == "ordine cliente")
    assert term.note.startswith("6 pairs (it 6, en 6), log-likelihood ratio ")
    assert term.source == "line 4: L'ordine cliente è chiuso."


def test_bitexts_of_every_kind_read_the_same(tmp_path: Path) -> None:
    pairs = [("è", "is"), ("", ""), ("a b", "c")]
    tsv = "".join(f"{one}\t{other}\n" for one, other in pairs).encode()
    (tmp_path / "b.tsv").write_bytes(tsv.replace(b"\n", b"\r\n"))
    (tmp_path / "b.tsv.gz").write_bytes(gzip.compress(tsv))
    (tmp_path / "b.tsv.xz").write_bytes(lzma.compress(tsv))
    for side, name in enumerate(("b.it", "b.en")):
        (tmp_path / name).write_text("\n".join(pair[side] for pair in pairs), encoding="utf-8")
    for names in (["b.tsv"], ["b.tsv.gz"], ["b.tsv.xz"], ["b.it", "b.en"]):
        assert read_bitext([tmp_path / name for name in names]) == pairs


def test_bitexts_that_do_not_fit(tmp_path: Path) -> None:
    for name, data in {
        "short": b"a\nb\n",
        "long": b"a\nb\nc\n",
        "torn.tsv": b"a\tb\na\na\tb\tc\n",
        "latin": b"\xe8\n",
        "no.xz": b"text",
    }.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(MtalignError, match="2 lines, and 3 in "):
        read_bitext([tmp_path / "short", tmp_path / "long"])
    with pytest.raises(FaultsError) as caught:
        read_bitext([tmp_path / "torn.tsv"])
    assert [(fault.line, fault.what) for fault in caught.value.faults] == [
        (2, "1 fields, where 2 belong"),
        (3, "3 fields, where 2 belong"),
    ]
    with pytest.raises(MtalignError, match="not UTF-8"):
        read_bitext([tmp_path / "latin"])
    for name in ("no.xz", "missing"):
        with pytest.raises(MtalignError, match="cannot be read"):
            read_bitext([tmp_path / name])
