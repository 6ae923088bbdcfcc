"""``mtalign translate`` as a user runs it: real processes, real files, the bundled models."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SEED = ROOT / "seeds/it/ministry-plan-2026.txt"
GLOSSARY = ROOT / "glossaries/ministry.csv"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A user's home with nothing in it."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(home: Path, tmp_path: Path):
    """Run the command in an empty folder, in an almost empty environment."""

    def command(*args: object, data: bytes = b"", code: int | None = 0):
        done = subprocess.run(
            [sys.executable, "-m", "mtalign", "translate", *map(str, args)],
            input=data,
            capture_output=True,
            cwd=tmp_path,
            env=environment(home),
            timeout=300,
        )
        if code is not None:
            assert done.returncode == code, done.stderr.decode()
        assert b"Traceback" not in done.stderr
        return done

    return command


def environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}


WAY = ("--from", "it", "--to", "en")
LINES = ["Il governo ha presentato il piano.", "", "  Grazie.  ", "12 %", "La crescita economica."]


class TestLines:
    def test_as_many_lines_come_out_as_go_in(self, run) -> None:
        out = run("--lines", *WAY, data="\n".join(LINES).encode() + b"\n").stdout.decode()
        assert out.count("\n") == len(LINES) and out.endswith("\n")
        lines = out.split("\n")
        assert lines[0] and lines[1] == "" and lines[3] == "12 %"
        assert lines[2].startswith("  ") and lines[2].endswith("  ") and lines[2].strip()

    def test_mark_line_ends_and_missing_final_newline_are_kept(self, run) -> None:
        out = run("--lines", *WAY, data="\ufeffGrazie.\r\nGrazie.\nGrazie.".encode()).stdout
        text = out.decode()
        assert text.startswith("\ufeff")
        assert [line.endswith("\r") for line in text.split("\n")] == [True, False, False]
        assert not text.endswith("\n")

    def test_odd_separators_are_no_line_ends(self, run) -> None:
        out = run("--lines", *WAY, data="Grazie.\u2028Grazie.\x0bGrazie.\n".encode()).stdout
        assert out.decode().count("\n") == 1

    def test_nothing_in_nothing_out(self, run) -> None:
        assert run("--lines", *WAY).stdout == b""

    def test_bytes_that_are_not_utf8_end_the_run_at_their_line(self, run) -> None:
        done = run("--lines", *WAY, data=b"Grazie.\nperch\xe9\n", code=2)
        assert done.stdout.decode().count("\n") == 1
        assert b"standard input:2: not UTF-8: 0xe9 at byte 6" in done.stderr

    def test_lines_stream_before_the_input_ends(self, home: Path) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "mtalign", "translate", "--lines", *WAY],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(home),
        ) as process:
            assert process.stdin and process.stdout
            process.stdin.write(b"Grazie.\n")
            process.stdin.flush()
            assert process.stdout.readline().endswith(b"\n")
            process.stdin.write("Sì.\n".encode())
            process.stdin.close()
            assert process.stdout.readline().endswith(b"\n")
            assert process.wait(30) == 0

    def test_jsonl_has_one_record_a_line(self, run) -> None:
        data = b"Il piano M.AX del Ministero.\nGrazie.\n"
        out = run("--lines", *WAY, "--format", "jsonl", "--termbase", GLOSSARY, data=data).stdout
        first, second = map(json.loads, out.decode().splitlines())
        assert set(first) == {"id", "src", "hyp", "score", "terms", "model", "signature"}
        assert (first["id"], first["src"]) == ("-:0", "Il piano M.AX del Ministero.")
        assert first["score"] < 0
        assert [term["surface"] for term in first["terms"]] == ["M.AX", "Ministero"]
        for term in first["terms"]:
            start, end = term["tgt_span"]
            assert first["hyp"][start:end] == term["form"] and term["form"] in term["required"]
        assert second["terms"] == []
        for part in ("model:it-en@", "beam:4", "terms:", "mtalign:"):
            assert part in first["signature"]

    def test_a_reader_that_stops_reading_is_no_error(self, home: Path) -> None:
        shell = f"yes Grazie. | head -2000 | {sys.executable} -m mtalign translate --lines"
        done = subprocess.run(
            ["bash", "-c", f"{shell} --from it --to en --beam 1 | head -1"],
            capture_output=True,
            env=environment(home),
            timeout=120,
        )
        assert done.stdout.count(b"\n") == 1
        assert done.stderr == b""


class TestDocuments:
    def test_the_seed_holds_its_terms_there_and_back(self, run, tmp_path: Path) -> None:
        folder = SEED.parent
        done = run(folder, *WAY, "--termbase", GLOSSARY, "--round-trip", "-o", "out")
        out = tmp_path / "out"
        assert sorted(path.name for path in out.iterdir()) == [
            "ministry-plan-2026.back.txt",
            "ministry-plan-2026.round-trip.jsonl",
            "ministry-plan-2026.txt",
        ]
        english = (out / "ministry-plan-2026.txt").read_text(encoding="utf-8")
        for term in ("M.AX", "RE100", "5 Poles 3 Growth Engines"):
            assert term in english or term.replace("3 Growth", "3 Special Growth") in english
        italian = (out / "ministry-plan-2026.back.txt").read_text(encoding="utf-8")
        assert english.count("\n") == italian.count("\n") == SEED.read_text().count("\n")
        for term in ("M.AX", "RE100", "5 Poli 3 Motori di Crescita"):
            assert term in italian
        trips = [
            json.loads(line)
            for line in (out / "ministry-plan-2026.round-trip.jsonl").read_text().splitlines()
        ]
        assert {"id", "src", "hyp", "back", "chrf", "bleu", "signature", "metrics"} <= set(trips[0])
        assert all(0 <= trip["chrf"] <= 100 for trip in trips)
        assert "nw:2" in trips[0]["metrics"]["chrf"]
        report = done.stdout.decode()
        assert "1 document written to out" in report
        rows = [line.split() for line in report.splitlines() if line[:5] in ("it-en", "en-it")]
        assert [row[0] for row in rows] == ["it-en", "en-it"]
        assert all(row[1] == str(len(trips)) and row[3] == row[4] for row in rows)

    def test_a_tree_of_formats_is_mirrored(self, run, tmp_path: Path) -> None:
        (tmp_path / "in/deep").mkdir(parents=True)
        (tmp_path / "in/a.txt").write_bytes(b"Grazie.\r\n\r\nIl piano.")
        (tmp_path / "in/deep/b.md").write_text(
            "# Il piano\n\n```\ncodice\n```\n\nIl **piano** `x`.\n"
        )
        (tmp_path / "in/deep/c.csv").write_text('id,testo\n1,"Il piano, oggi."\n2,Grazie.\n')
        (tmp_path / "in/d.jsonl").write_text('{"id": 1, "testo": "Il piano."}\n')
        (tmp_path / "in/e.bin").write_bytes(b"\x00\x01")
        done = run("in", *WAY, "-o", "out", "--column", "testo", "--field", "testo")
        out = tmp_path / "out"
        assert {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} == {
            "a.txt",
            "deep/b.md",
            "deep/c.csv",
            "d.jsonl",
        }
        assert b"e.bin: skipped" in done.stderr
        text = (out / "a.txt").read_bytes()
        assert text.count(b"\r\n\r\n") == 1 and not text.endswith(b"\n")
        markdown = (out / "deep/b.md").read_text()
        assert markdown.startswith("# ") and "```\ncodice\n```" in markdown and "`x`" in markdown
        assert markdown.count("**") == 2
        table = (out / "deep/c.csv").read_text().splitlines()
        assert table[0] == "id,testo" and [row.split(",")[0] for row in table[1:]] == ["1", "2"]
        assert json.loads((out / "d.jsonl").read_text())["id"] == 1

    def test_one_file_goes_to_standard_output_or_to_the_file_named(self, run, tmp_path) -> None:
        (tmp_path / "a.txt").write_text("Grazie.\n")
        printed = run("a.txt", *WAY).stdout
        run("a.txt", *WAY, "-o", "b.txt")
        assert (tmp_path / "b.txt").read_bytes() == printed

    def test_standard_input_is_a_document_too(self, run) -> None:
        out = run("-", *WAY, data=b"Il piano. Grazie.\n").stdout.decode()
        assert out.endswith("\n") and out.count("\n") == 1

    def test_segments_of_a_document_as_jsonl(self, run, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Il piano è pronto. Grazie.\n")
        run("a.txt", *WAY, "--format", "jsonl", "-o", "out")
        records = [json.loads(line) for line in (tmp_path / "out/a.jsonl").read_text().splitlines()]
        assert [record["id"] for record in records] == ["a.txt:0", "a.txt:1"]
        assert [record["src"] for record in records] == ["Il piano è pronto.", "Grazie."]

    def test_an_empty_file_gives_an_empty_file(self, run, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes(b"")
        run("a.txt", *WAY, "-o", "out")
        assert (tmp_path / "out/a.txt").read_bytes() == b""

    def test_scripts_translate_is_the_same_command(self, home: Path, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Grazie.\n")
        outs = [
            subprocess.run(
                [sys.executable, *way, "a.txt", *WAY],
                cwd=tmp_path,
                env=environment(home) | {"PYTHONPATH": path},
                capture_output=True,
                check=True,
            ).stdout
            for way, path in (
                ([str(ROOT / "scripts/translate.py")], ""),
                (["-m", "mtalign", "translate"], str(ROOT)),
            )
        ]
        assert outs[0] == outs[1] != b""


class TestFaults:
    @pytest.mark.parametrize(
        ("args", "told"),
        [
            (["a.txt", "--from", "it", "--to", "fr"], "no bundled model translates it-fr"),
            (["a.txt", "--from", "italiano", "--to", "en"], "'italiano' is not a language code"),
            (["a.txt", *WAY, "--model", "nowhere"], "no model 'nowhere'"),
            (["a.txt", *WAY, "--beam", "0"], "beam is 0"),
            (["a.txt", *WAY, "--termbase", "no.csv"], "no.csv: cannot be read"),
            (["a.txt", *WAY, "--round-trip"], "Name a folder with -o"),
            (["a.txt", "b.txt", *WAY], "Name a folder for them with -o"),
            (["gone.txt", *WAY], "gone.txt"),
            (["a.txt", *WAY, "-o", "."], "its own source"),
            (["a.txt", *WAY, "--cache", "a.txt/x"], "cannot be made"),
        ],
        ids=lambda value: value if isinstance(value, str) else " ".join(value)[:40],
    )
    def test_a_users_mistake_is_told_in_a_line(self, run, tmp_path, args, told) -> None:
        for name in ("a.txt", "b.txt"):
            (tmp_path / name).write_text("Grazie.\n")
        done = run(*args, code=2)
        message = done.stderr.decode()
        assert told in message and message.startswith("mtalign: ")
        assert done.stdout == b""
        assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]
        assert (tmp_path / "a.txt").read_text() == "Grazie.\n"

    def test_the_other_files_of_a_batch_are_still_done(self, run, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in/a.txt").write_bytes(b"perch\xe9\n")
        (tmp_path / "in/b.txt").write_text("Grazie.\n")
        done = run("in", *WAY, "-o", "out", code=2)
        assert b"a.txt:1: not UTF-8" in done.stderr
        assert b"1 of 2 inputs failed" in done.stderr
        assert [path.name for path in (tmp_path / "out").iterdir()] == ["b.txt"]

    def test_fail_fast_stops_at_the_first(self, run, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in/a.txt").write_bytes(b"perch\xe9\n")
        (tmp_path / "in/b.txt").write_text("Grazie.\n")
        run("in", *WAY, "-o", "out", "--fail-fast", code=2)
        assert not (tmp_path / "out").exists()

    def test_a_termbase_with_faults_lists_them_all(self, run, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Grazie.\n")
        (tmp_path / "t.csv").write_text("concept_id,lang,term\n1,it,\n2,en,x,y\n")
        done = run("a.txt", *WAY, "--termbase", "t.csv", code=2)
        assert b"t.csv:2: " in done.stderr and b"t.csv:3: " in done.stderr

    def test_an_output_folder_that_cannot_be_made_is_told(self, run, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Grazie.\n")
        (tmp_path / "file").write_text("")
        done = run("a.txt", *WAY, "-o", "file/out", code=2)
        assert b"mtalign: file" in done.stderr


def documents(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        lines = [f"Il piano numero {number}-{line} è pronto." for line in range(90)]
        (folder / f"{number:02}.txt").write_text("\n".join(lines) + "\n")


def start(home: Path, tmp_path: Path, cache: str, out: str) -> subprocess.Popen[bytes]:
    args = ["in", *WAY, "--beam", "1", "--threads", "1", "--cache", cache, "-o", out]
    return subprocess.Popen(
        [sys.executable, "-m", "mtalign", "translate", *args],
        cwd=tmp_path,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def outputs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


class TestSurvival:
    @pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
    def test_a_stopped_run_goes_on_to_the_same_bytes(self, home, tmp_path: Path, sign) -> None:
        documents(tmp_path / "in", 18)
        whole = start(home, tmp_path, "whole.sqlite", "whole")
        whole.communicate(timeout=300)
        assert whole.returncode == 0
        expected = outputs(tmp_path / "whole")
        assert len(expected) == 18
        cut = start(home, tmp_path, "cut.sqlite", "cut")
        deadline = time.monotonic() + 120
        while not outputs(tmp_path / "cut") and time.monotonic() < deadline:
            time.sleep(0.02)
        cut.send_signal(sign)
        _, told = cut.communicate(timeout=120)
        part = outputs(tmp_path / "cut")
        assert part and all(expected.get(name) == data for name, data in part.items())
        if sign == signal.SIGINT:
            assert cut.returncode == 130
            assert b"Give the same command again to go on" in told
        again = start(home, tmp_path, "cut.sqlite", "cut")
        again.communicate(timeout=300)
        assert again.returncode == 0
        assert outputs(tmp_path / "cut") == expected

    def test_nothing_cached_is_translated_again(self, run, tmp_path: Path) -> None:
        documents(tmp_path / "in", 1)
        args = ("in", *WAY, "--beam", "1", "--cache", "c.sqlite")
        run(*args, "-o", "one")
        (tmp_path / "c.sqlite").rename(tmp_path / "d.sqlite")
        code = (
            "import sys, mtalign.translate.ct2 as ct2; from mtalign.cli.main import main\n"
            "ct2.CTranslate2Engine.decode = lambda self, sources, *rest, **named: "
            "[] if not sources else sys.exit('decoded again')\n"
            "sys.exit(main(sys.argv[1:]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "translate", *args[:-1], "d.sqlite", "-o", "two"],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 0, done.stderr
        assert outputs(tmp_path / "one") == outputs(tmp_path / "two")

    def test_two_runs_on_one_cache_agree(self, home, tmp_path: Path) -> None:
        documents(tmp_path / "in", 6)
        runs = [start(home, tmp_path, "shared.sqlite", out) for out in ("one", "two")]
        for process in runs:
            process.communicate(timeout=300)
            assert process.returncode == 0
        assert outputs(tmp_path / "one") == outputs(tmp_path / "two")
        assert len(outputs(tmp_path / "one")) == 6

    def test_a_full_disk_leaves_no_half_file(self, run, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Grazie. " * 400 + "\n")
        code = (
            "import resource, sys; from mtalign.cli.main import main\n"
            "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))\n"
            "sys.exit(main(sys.argv[1:]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, "translate", "a.txt", *WAY, "--no-cache", "-o", "out/"],
            cwd=tmp_path,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr and b"a.txt" in done.stderr
        assert outputs(tmp_path / "out") == {}


class TestTerms:
    def test_the_report_has_one_record_a_required_term(self, run, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("Il piano M.AX del Ministero.\nGrazie.\nIl Ministero.\n")
        args = ("a.txt", *WAY, "--termbase", GLOSSARY, "--term-report", "r.jsonl")
        done = run(*args, "--strict-terms", "-o", "out")
        records = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
        assert [(one["id"], one["surface"]) for one in records] == [
            ("a.txt:0", "M.AX"),
            ("a.txt:0", "Ministero"),
            ("a.txt:2", "Ministero"),
        ]
        for one in records:
            start, end = one["tgt_span"]
            assert one["hyp"][start:end] == one["form"]
            assert one["method"] in {"present", "constrained"} and one["direction"] == "it-en"
        table = done.stdout.decode().splitlines()
        row = next(line.split() for line in table if "MIN-007" in line)
        assert row[:3] == ["it-en", "MIN-007", "2"] and row[5] == "0"

    def test_a_miss_is_an_exit_code_where_terms_are_strict(self, run, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text("12 %\n")
        (tmp_path / "t.csv").write_text("concept_id,lang,term\n1,it,12 %\n1,en,twelve percent\n")
        args = ("a.txt", *WAY, "--termbase", "t.csv")
        assert run(*args).stdout == b"12 %\n"
        strict = run(*args, "--strict-terms", code=1)
        assert strict.stdout == b"12 %\n"
        assert b"1 required terms are missing" in strict.stderr

    def test_no_terms_to_report_on_is_told(self, run) -> None:
        done = run("--lines", *WAY, "--strict-terms", code=2)
        assert b"Name a termbase" in done.stderr
