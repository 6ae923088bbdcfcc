"""The command ``mtalign models``, on the bundled models and a hub on loopback."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mtalign.cli.main import main
from mtalign.models import find_model
from mtalign.models.find import BUNDLED, bundled_directions
from mtalign.models.model import check_model
from tests.hub import COMMIT, serving

PAIRS = "La casa è bella.\tThe house is beautiful.\nIl piano è bello.\tThe plan is nice.\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "mtalign"


@pytest.fixture
def marian(tmp_path: Path) -> Path:
    """The bundled it-en model, as a directory without its CTranslate2 form."""
    return Path(
        shutil.copytree(BUNDLED / "it-en", tmp_path / "own", ignore=shutil.ignore_patterns("ct2"))
    )


def told(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["models", *args]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    assert main(["models", *args]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("mtalign: ")
    return err


def rows(text: str) -> list[list[str]]:
    return [line.split("\t") for line in text.splitlines()]


def test_without_an_action_the_bundled_models_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = told(capsys)
    assert out == told(capsys, "list")
    assert [row[0] for row in rows(out)] == bundled_directions()
    (row,) = [row for row in rows(out) if row[0] == "it-en"]
    folder = BUNDLED / "it-en"
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    scores = json.loads((folder / "training.json").read_text())["scores"]
    brief = ", ".join(f"{one['name']} {one['scores']['bleu']:.1f}" for one in scores)
    assert row == ["it-en", "it-en", f"{size / 1e6:.1f} MB", brief, str(folder)]


def test_conversions_are_listed_and_half_made_ones_are_not(
    capsys: pytest.CaptureFixture[str], cache: Path
) -> None:
    made = rows(told(capsys, "convert", "it-en", "--weights", "float32"))
    fingerprint = find_model(None, "it", "en").fingerprint
    assert made[0][3] == str(cache / "ct2" / f"{fingerprint}-float32")
    other = cache / "ct2" / "0123abcd-int8"
    half = cache / "ct2" / ".converting-x"
    for folder in (other, half):
        folder.mkdir()
        (folder / "model.bin").write_bytes(b"x" * 1_000_000)
    kept = rows(told(capsys, "list"))[len(bundled_directions()) :]
    assert kept[0] == ["0123abcd (int8)", "-", "1.0 MB", "-", str(other)]
    assert kept[1][:3] == ["it-en (float32)", "it-en", made[0][2]]
    assert len(kept) == 2


def test_show_says_what_a_model_is(capsys: pytest.CaptureFixture[str], marian: Path) -> None:
    out = told(capsys, "show", str(marian))
    model = check_model("own", marian)
    facts = dict(line.split(":", 1) for line in out.splitlines() if not line.startswith(" "))
    facts = {label: value.strip() for label, value in facts.items()}
    config = model.config
    assert facts["name"] == "own"
    assert facts["place"] == str(marian)
    assert facts["direction"] == "it-en"
    assert facts["fingerprint"] == model.fingerprint
    assert (
        facts["layers"] == f"{config['encoder_layers']} encoder, {config['decoder_layers']} decoder"
    )
    assert facts["width"] == str(config["d_model"])
    assert facts["vocabulary"] == f"{config['vocab_size']} pieces"
    assert f"{facts['parameters']} parameters" in (marian / "README.md").read_text()
    assert facts["CTranslate2"] == "not yet; made when first used"
    assert f"{(marian / 'vocab.json').stat().st_size:,}  vocab.json" in out


def test_show_tells_of_the_ctranslate2_form_and_its_shortlist(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, marian: Path
) -> None:
    assert f"{BUNDLED / 'it-en' / 'ct2'}\n" in told(capsys, "show", "it-en")
    (tmp_path / "pairs.tsv").write_text(PAIRS, encoding="utf-8")
    made = told(capsys, "shortlist", str(marian), "--bitext", str(tmp_path / "pairs.tsv"))
    path = Path(made.split(": ")[0])
    assert path.name == "vmap.txt"
    assert (path.parent / "model.bin").is_file()
    assert "from 2 pairs\n" in made
    assert f"{path.parent}, with a shortlist\n" in told(capsys, "show", str(marian))


def test_scores_are_read_from_the_card_where_nothing_else_holds_them(
    capsys: pytest.CaptureFixture[str], marian: Path
) -> None:
    first = told(capsys, "show", str(marian))
    assert first.count("scores:") == 3
    (marian / "training.json").unlink()
    again = told(capsys, "show", str(marian))
    assert [line for line in again.splitlines() if line.startswith("scores:")] == [
        line for line in first.splitlines() if line.startswith("scores:")
    ]
    (marian / "README.md").unlink()
    assert "scores:" not in told(capsys, "show", str(marian))


def test_convert_writes_a_model_that_decodes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, marian: Path
) -> None:
    import ctranslate2

    out = tmp_path / "new" / "it-en.ct2"
    assert rows(told(capsys, "convert", str(marian), "-o", str(out)))[0][3] == str(out)
    shipped = BUNDLED / "it-en" / "ct2"
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {
        p.name: p.read_bytes() for p in shipped.iterdir()
    }
    translator = ctranslate2.Translator(str(out), compute_type="int8")
    assert translator.translate_batch([["▁La", "▁casa", "</s>"]])[0].hypotheses[0]
    assert [path.name for path in out.parent.iterdir()] == ["it-en.ct2"]


def test_convert_replaces_nothing_and_leaves_nothing_of_a_failure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, marian: Path
) -> None:
    out = tmp_path / "made" / "out"
    out.mkdir(parents=True)
    (out / "mine").write_text("kept")
    assert "is there already" in refused(capsys, "convert", str(marian), "-o", str(out))
    assert (out / "mine").read_text() == "kept"
    (marian / "model.safetensors").write_bytes(b"not weights")
    bad = refused(capsys, "convert", str(marian), "-o", str(tmp_path / "made" / "new"))
    assert "weights cannot be read" in bad
    assert [path.name for path in (tmp_path / "made").iterdir()] == ["out"]


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["show", "no-such-model"], "no model 'no-such-model'"),
        (["convert", "../nowhere"], "no model '../nowhere'"),
        (["fetch", "it-en"], "'it-en' is not a hub id"),
        (["fetch", "./a/b"], "'./a/b' is not a hub id"),
        (["show", "."], "not a Marian directory: config.json"),
        (["shortlist", "it-en", "--bitext", "none.tsv"], "none.tsv: no such file"),
    ],
)
def test_a_mistake_is_told(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    reason: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert reason in refused(capsys, *args)


@pytest.mark.parametrize("text", ["0", "-1", "x", "²"])
def test_a_count_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], text: str) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["models", "shortlist", "it-en", "--bitext", "x.tsv", f"--best={text}"])
    assert caught.value.code == 2
    assert "is not a whole number above 0" in capsys.readouterr().err


def fetch(name: str, endpoint: str, home: Path) -> subprocess.CompletedProcess[str]:
    """``mtalign models fetch`` in a process whose hub and hub cache are the test's own."""
    env = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), "NO_PROXY": "127.0.0.1"}
    env |= {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    asked = [sys.executable, "-m", "mtalign", "models", "fetch", name]
    return subprocess.run(asked, env=env, capture_output=True, text=True, timeout=120)


def test_fetch_brings_a_model_from_the_hub(tmp_path: Path) -> None:
    pytest.importorskip("huggingface_hub")
    with serving({"org/opus-mt-it-en": BUNDLED / "it-en"}) as hub:
        done = fetch("org/opus-mt-it-en", hub.endpoint, tmp_path)
        gone = fetch("org/none", hub.endpoint, tmp_path)
    assert done.returncode == 0, done.stderr
    ((name, direction, size, place),) = rows(done.stdout)
    assert (name, direction, Path(place).name) == ("org/opus-mt-it-en", "it-en", COMMIT)
    assert float(size.removesuffix(" MB")) > 10
    weights = (Path(place) / "model.safetensors").read_bytes()
    assert weights == (BUNDLED / "it-en" / "model.safetensors").read_bytes()
    assert (gone.returncode, gone.stdout) == (2, "")
    assert gone.stderr.startswith("mtalign: model 'org/none' cannot be fetched: ")
    assert "Traceback" not in gone.stderr
