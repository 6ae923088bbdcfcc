"""``mtalign terms``, run as a user runs it: files, exit codes, and what is said on stderr."""

import io
import sys
from pathlib import Path

import pytest

from mtalign.cli.main import main
from mtalign.terms import read_termbase

GLOSSARY = Path(__file__).parents[2] / "glossaries" / "ministry.csv"
FILES = Path(__file__).parents[1] / "cases" / "terms" / "files"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


@pytest.mark.parametrize("name", ["tbx", "tbx-dct", "tbx-core", "tbx2", "tbx2-default"])
def test_there_and_back_gives_the_same_bytes(name: str, tmp_path: Path) -> None:
    tbx, csv = tmp_path / "g.tbx", tmp_path / "g.csv"
    assert main(["terms", "convert", str(GLOSSARY), str(tbx), "--format", name]) == 0
    assert main(["terms", "convert", str(tbx), str(csv)]) == 0
    assert csv.read_bytes() == GLOSSARY.read_bytes()


def test_what_is_left_out_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "deepl.tsv"
    arguments = ["--format", "deepl", "--from", "it", "--to", "en"]
    assert main(["terms", "convert", str(GLOSSARY), str(out), *arguments]) == 0
    assert out.read_text(encoding="utf-8").startswith("M.AX\tM.AX\n")
    text = said(capsys)
    assert f"mtalign: {out}: forms: " in text and " left out: the format has no place" in text
    tbx = FILES / "astronomy-v3-dca.tbx"
    assert main(["terms", "convert", str(tbx), str(tmp_path / "a.csv")]) == 0
    assert f"mtalign: {tbx}: grammaticalGender: 1 left out" in said(capsys)


def test_standard_streams(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stdin:
        buffer = io.BytesIO(GLOSSARY.read_bytes())

    monkeypatch.setattr(sys, "stdin", Stdin)
    assert main(["terms", "convert", "-", "-", "--format", "csv"]) == 0
    assert capsysbinary.readouterr().out == GLOSSARY.read_bytes()


def test_every_fault_is_listed_and_nothing_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, out = tmp_path / "bad.csv", tmp_path / "out.tbx"
    bad.write_text("concept_id,lang,term\n1,it,\n1,italian,x\n", encoding="utf-8")
    out.write_text("before", encoding="utf-8")
    assert main(["terms", "convert", str(bad), str(out)]) == 2
    text = said(capsys)
    assert f"{bad}:2: term is empty" in text
    assert f'{bad}:3: "italian" is not a language code' in text
    assert out.read_text(encoding="utf-8") == "before"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["convert", "missing.csv", "x.csv"], "missing.csv: cannot be read"),
        (["convert", str(GLOSSARY), "x.docx"], "x.docx: no format is known by that name"),
        (["convert", str(GLOSSARY), "x.tsv"], "the format holds one direction"),
        (["extract", "a", "b", "c", "--from", "it", "--to", "en"], "3 files"),
        (["extract", "a", "--from", "it", "--to", "en", "--min-count", "1"], "must be 2 or more"),
        (["extract", "a", "--from", "it", "--to", "en"], "a: cannot be read"),
    ],
)
def test_mistakes_exit_2_with_a_reason(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["terms", *arguments]) == 2
    assert message in said(capsys)


def test_merge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, out = tmp_path / "o.csv", tmp_path / "all.csv"
    other.write_text("concept_id,lang,term\nX-1,it,collaudo\nX-1,en,acceptance test\n")
    assert main(["terms", "merge", str(GLOSSARY), str(other), "-o", str(out)]) == 0
    assert len(read_termbase(out)) == len(read_termbase(GLOSSARY)) + 1
    assert "158 terms in, 158 out, 0 repeated" in said(capsys)
    other.write_text("concept_id,lang,term,status\nMIN-001,it,M.AX,deprecated\n")
    assert main(["terms", "merge", str(GLOSSARY), str(other), "-o", str(tmp_path / "no.csv")]) == 2
    assert f"{other}:2: concept MIN-001 has the it term" in said(capsys)
    assert not (tmp_path / "no.csv").exists()


def test_stats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["terms", "stats", str(GLOSSARY)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["format\tcsv", "concepts\t55", "terms\t156"]
    assert lines[-2].split("\t")[:5] == ["en", "55", "17", "1", "1"]
    bad = tmp_path / "bad.csv"
    bad.write_text("concept_id,lang,term\n1,it,\n2,it,\n3,Italian,x\n", encoding="utf-8")
    assert main(["terms", "stats", str(bad)]) == 2
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0] == "2\tterm is empty"
    assert f"{bad}: 3 faults: no termbase" in captured.err


def test_extract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ["L'ordine cliente è chiuso.\tThe sales order is closed."] * 6
    lines += [f"Frase {n}.\tSentence {n}." for n in range(30)]
    bitext, out = tmp_path / "b.tsv", tmp_path / "c.csv"
    bitext.write_text("\n".join(lines) + "\n", encoding="utf-8")
    arguments = ["--from", "it", "--to", "en", "--min-words", "2", "-o", str(out)]
    assert main(["terms", "extract", str(bitext), *arguments]) == 0
    assert "CAND-0001,it,ordine cliente" in out.read_text(encoding="utf-8")
    assert "36 pairs in, 1 candidates out" in said(capsys)


def test_translate_takes_every_format(tmp_path: Path) -> None:
    from argparse import Namespace

    from mtalign.cli.opening import read_terms

    pairs = tmp_path / "pairs.tsv"
    pairs.write_text("crisi\tcrisis\n", encoding="utf-8")
    termbase = read_terms(Namespace(termbase=pairs, src="it", tgt="en"))
    assert termbase is not None and termbase.languages == ("en", "it")
    tbx = FILES / "astronomy-v3-dct.tbx"
    assert len(read_terms(Namespace(termbase=tbx, src="it", tgt="en")) or ()) == 1
