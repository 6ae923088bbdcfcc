"""The command ``mtalign evaluate terms``."""

import json
from pathlib import Path
from typing import Any

import pytest

from mtalign.cli.main import main

FILES = {
    "hyp": "The seabed is deep.\nThe cells live.\nIt is late.\n",
    "free": "The bottom is deep.\nThe cells live.\nIt is late.\n",
    "src": "Il fondale è profondo.\nLe cellule vivono.\nÈ tardi.\n",
    "ref": "The ocean floor is deep.\nThe cells live.\nIt is late.\n",
    "terms": "concept_id,lang,term,status\nS,it,fondale,\nS,en,ocean floor,\nS,en,seabed,admitted\n"
    "C,it,cellule,\nC,en,cells,\n",
}


@pytest.fixture
def at(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def command(at: Path, *more: str, **changed: str) -> list[str]:
    asked = {"src": "src", "ref": "ref", "termbase": "terms"}
    paths = [part for name, file in asked.items() for part in (f"--{name}", str(at / file))]
    langs = {"from": "it", "to": "en", **changed}
    named = [part for name, value in langs.items() for part in (f"--{name}", value)]
    return ["evaluate", "terms", str(at / "hyp"), *paths, *named, *more]


def as_json(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, Any]:
    assert main([*args, "--format", "json"]) == 0
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(list(args)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_json_holds_every_measure_with_its_signature(
    at: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = as_json(capsys, *command(at))
    counts = {name: found[name] for name in ("segments", "segments_with_terms", "terms")}
    assert counts == {"segments": 3, "segments_with_terms": 2, "terms": 2}
    measures = found["measures"]
    assert {name: measures[name]["micro"] for name in ("success", "exact", "lenient")} == {
        "success": 1.0,
        "exact": 0.5,
        "lenient": 1.0,
    }
    assert all("mtalign:" in one["signature"] for one in measures.values())
    assert set(found["scores"]) == {"chrF++", "BLEU"}
    assert found["scores"]["BLEU"]["p"] is None
    assert found["misses"] == []


def test_a_baseline_is_compared(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = as_json(capsys, *command(at, "--baseline", str(at / "free")))
    chrf = found["scores"]["chrF++"]
    assert chrf["difference"] == pytest.approx(chrf["score"] - chrf["baseline"])
    assert 0 < chrf["p"] <= 1
    assert "bs:1000" in chrf["signature"]


def test_misses_are_listed(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (at / "hyp").write_bytes((at / "free").read_bytes())
    found = as_json(capsys, *command(at))
    assert found["measures"]["success"]["micro"] == 0.5
    assert found["misses"] == [
        {
            "line": 1,
            "concept": "S",
            "surface": "fondale",
            "required": ["ocean floor", "seabed"],
        }
    ]


def test_the_table_says_the_same(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(at, "--baseline", str(at / "free"))) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 segments, 2 of them with 2 terms of 2 concepts"
    assert f"{'exact':<24}  0.5000  0.5000" in lines
    assert any(line.startswith("exact = from:it|to:en|terms:") for line in lines)
    assert any(line.startswith("chrF++ = nrefs:1|bs:1000") for line in lines)


def test_instances_take_the_place_of_matches(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = {"direction": "it-en", "concept_id": "S", "src_span": [3, 10], "required": ["deep"]}
    records = [{**listed, "src": "Il fondale è profondo."}, {**listed, "src": "Il fondale, no."}]
    path = at / "instances.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    found = as_json(capsys, *command(at, "--instances", str(path)))
    assert (found["terms"], found["instances_left_out"]) == (1, 1)
    assert found["measures"]["success"]["micro"] == 1.0
    assert "required:instances-" in found["measures"]["success"]["signature"]


def test_no_terms_at_all_is_no_score(at: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (at / "src").write_text("Sì.\nNo.\nForse.\n", encoding="utf-8")
    found = as_json(capsys, *command(at))
    assert found["measures"]["success"]["micro"] is None
    assert main(command(at)) == 0
    assert "–" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["src", "ref", "baseline"])
def test_lengths_that_differ_name_both_files(
    at: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (at / name).write_text("one\ntwo\n", encoding="utf-8")
    more = ["--baseline", str(at / "baseline")] if name == "baseline" else []
    message = refused(capsys, *command(at, *more))
    assert f"{at / 'hyp'} has 3 lines and {at / name} has 2" in message


def test_other_mistakes_are_told_without_a_traceback(
    at: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 'has no terms in "fr"' in refused(capsys, *command(at, to="fr"))
    assert "cannot be read" in refused(capsys, *command(at, "--baseline", str(at / "gone")))
    nothing = at / "none.jsonl"
    nothing.write_text("", encoding="utf-8")
    assert "none of its 0 instances" in refused(capsys, *command(at, "--instances", str(nothing)))
    (at / "ref").write_bytes(b"good\nbad \xff\nx\n")
    assert f"{at / 'ref'}:2: is not UTF-8" in refused(capsys, *command(at))
    for name in ("hyp", "src", "ref"):
        (at / name).write_text("", encoding="utf-8")
    assert "has no lines" in refused(capsys, *command(at))


def test_line_ends_of_windows_and_a_last_line_without_an_end(
    at: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = as_json(capsys, *command(at))
    (at / "hyp").write_text(FILES["hyp"].rstrip("\n").replace("\n", "\r\n"), newline="")
    assert as_json(capsys, *command(at)) == plain
