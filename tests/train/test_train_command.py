"""``mtalign train`` from bitext to a model that both engines load, with a kill in between."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from mtalign.cli.main import main
from tests.train import toy

torch = pytest.importorskip("torch")

OPTIONS = [
    *("--size", "toy", "--vocabulary", "600", "--micro-tokens", "500", "--micros", "2"),
    *("--warmup", "10", "--rate", "4e-3", "--ema", "0.8", "--processes", "1"),
    *("--evaluate-minutes", "60"),
]


def make_data(folder: Path, count: int = 240) -> list[str]:
    """Arguments that name a toy bitext and its held-out lines."""
    rows = toy.pairs(count + 20)
    toy.write(folder / "toy.tsv", rows[20:])
    for name, column in (("dev.it", 0), ("dev.en", 1)):
        (folder / name).write_text("".join(row[column] + "\n" for row in rows[:20]))
    dev = [str(folder / "dev.it"), str(folder / "dev.en")]
    return ["--bitext", str(folder / "toy.tsv"), "--dev", *dev, "--exclude", *dev]


def train(*arguments: str) -> int:
    return main(["train", "--from", "it", "--to", "en", *OPTIONS, *arguments])


def log(folder: Path, name: str = "train.csv") -> list[dict[str, str]]:
    with (folder / name).open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def nats(folder: Path) -> list[tuple[str, str]]:
    return [(row["step"], row["nats"]) for row in log(folder)]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trained")
    assert train(*make_data(folder), "--steps", "100", "-o", str(folder / "run")) == 0
    return folder


def test_the_loss_falls(trained: Path) -> None:
    course = [float(row["nats"]) for row in log(trained / "run")]
    assert course[0] > 4.0
    assert course[-1] < 0.8
    assert [row["step"] for row in log(trained / "run")] == ["20", "40", "60", "80", "100"]


def test_the_folder_holds_model_card_and_curve(trained: Path) -> None:
    model = trained / "run" / "it-en"
    names = {path.name for path in model.iterdir()}
    assert names >= {"config.json", "model.safetensors", "source.spm", "target.spm", "vocab.json"}
    assert names >= {"README.md", "curve.png", "training.json", "ct2"}
    card = (model / "README.md").read_text(encoding="utf-8")
    history = json.loads((model / "training.json").read_text(encoding="utf-8"))
    (score,) = history["scores"]
    assert "| toy | 240 | 240 | 1 | not stated |" in card
    assert f"| dev | 20 | {score['scores']['bleu']:.1f} |" in card
    assert score["scores"]["bleu_signature"].startswith("nrefs:1|")
    assert "{" not in card
    assert history["runs"][0]["progress"]["step"] == 100


def test_both_engines_write_the_same(trained: Path) -> None:
    transformers = pytest.importorskip("transformers")
    import ctranslate2

    from mtalign.models.convert import convert
    from mtalign.models.model import check_model

    path = trained / "run" / "it-en"
    convert(check_model("toy", path), trained / "float", "float32")
    engine = ctranslate2.Translator(str(trained / "float"), intra_threads=1)
    tokenizer = transformers.MarianTokenizer.from_pretrained(path)
    model = transformers.MarianMTModel.from_pretrained(path, dtype=torch.float32)
    lines = (trained / "dev.it").read_text().splitlines()
    given = tokenizer(lines, return_tensors="pt", padding=True)
    with torch.no_grad():
        theirs = model.generate(**given, num_beams=4, max_new_tokens=60)
    pieces = [[*tokenizer.tokenize(line), "</s>"] for line in lines]
    ours = engine.translate_batch(pieces, beam_size=4, max_decoding_length=60)
    decoded = tokenizer.batch_decode(theirs, skip_special_tokens=True)
    assert [tokenizer.convert_tokens_to_string(one.hypotheses[0]) for one in ours] == decoded
    assert sum(map(str.__eq__, decoded, (trained / "dev.en").read_text().splitlines())) > 10


def test_the_taught_head_is_what_ctranslate2_returns(trained: Path) -> None:
    import ctranslate2
    import sentencepiece

    from mtalign.models.convert import convert
    from mtalign.models.model import check_model
    from mtalign.train.collate import collate
    from mtalign.train.network import Network
    from mtalign.train.weights import read_weights

    path = trained / "run" / "it-en"
    convert(check_model("toy", path), trained / "forced", "float32")
    engine = ctranslate2.Translator(str(trained / "forced"), intra_threads=1)
    model = sentencepiece.SentencePieceProcessor(model_file=str(path / "source.spm"))
    lexicon = torch.from_numpy(np.load(trained / "run/work/lexicon.it-en.npy")).view(-1)
    shape, weights = read_weights(path)
    sides = [model.encode([pair[column] for pair in toy.pairs(20)]) for column in (0, 1)]
    arrays = [[np.array(row, dtype=np.uint16) for row in side] for side in sides]
    batch = collate(arrays[0], arrays[1], shape.pad, lexicon)
    with torch.no_grad():
        _, attention = Network(shape, weights).hidden(batch)
    for number, (source, target) in enumerate(zip(*sides, strict=True)):
        pieces = [[model.id_to_piece(k) for k in side] for side in (source, target)]
        result = engine.translate_batch(
            [[*pieces[0], "</s>"]], target_prefix=[pieces[1]], return_attention=True, beam_size=1
        )[0]
        forced = np.array(result.attention[0])[: len(target), : len(source) + 1]
        ours = attention[number, : len(target), : len(source) + 1].numpy()
        np.testing.assert_allclose(forced, ours, atol=1e-4)
    # It has learnt most of the lesson, which is no foregone conclusion.
    guide, real = batch.guide, batch.source != shape.pad
    even = (real / real.sum(-1, keepdim=True))[:, None]
    away, untaught = (
        (guide * ((guide + 1e-9).log() - (other + 1e-9).log())).sum() / guide.sum()
        for other in (attention, even)
    )
    assert untaught > 1.0
    assert away < 0.3 * untaught


def test_ten_sentences_are_learnt_by_heart(tmp_path: Path) -> None:
    rows = toy.pairs(10, seed=7)
    bitext = toy.write(tmp_path / "ten.tsv", rows)
    for name, column in (("dev.it", 0), ("dev.en", 1)):
        (tmp_path / name).write_text("".join(row[column] + "\n" for row in rows))
    code = train(
        *("--bitext", str(bitext), "--dev", str(tmp_path / "dev.it"), str(tmp_path / "dev.en")),
        *("--steps", "100", "--no-augment", "-o", str(tmp_path / "run")),
    )
    assert code == 0
    (score,) = json.loads((tmp_path / "run/it-en/training.json").read_text())["scores"]
    assert score["scores"]["bleu"] == pytest.approx(100.0, abs=1e-6)


def test_a_started_run_is_neither_overwritten_nor_changed(trained: Path, capsys) -> None:
    data = make_data(trained)
    assert train(*data, "--steps", "100", "-o", str(trained / "run")) == 2
    assert "holds a run already" in capsys.readouterr().err
    assert (
        train(*data, "--steps", "120", "--smoothing", "0", "--resume", "-o", str(trained / "run"))
        == 2
    )
    assert "smoothing was 0.1 and is now 0.0" in capsys.readouterr().err
    assert train(*data, "--resume", "-o", str(trained / "other")) == 2
    assert "holds no run" in capsys.readouterr().err


def test_other_data_in_a_work_folder_is_told(trained: Path, tmp_path: Path, capsys) -> None:
    data = make_data(tmp_path, count=30)
    work = str(trained / "run" / "work")
    assert train(*data, "--steps", "1", "--work", work, "-o", str(tmp_path / "run")) == 2
    assert "made from other data" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("extra", "fault"),
    [
        (["--repeat", "toy=often"], "is not NAME=TIMES"),
        (["--repeat", "europarl=2"], "names no corpus"),
        (["--rate", "-1"], "rate is -1"),
        (["--init", "nowhere"], "no such file"),
        (["--columns", "it-fr"], "does not name it and en"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, capsys, extra: list[str], fault: str) -> None:
    data = make_data(tmp_path, count=10)
    assert train(*data, "--steps", "1", "-o", str(tmp_path / "run"), *extra) == 2
    assert fault in capsys.readouterr().err


@pytest.mark.slow
def test_a_killed_run_resumes_on_the_same_curve(tmp_path: Path) -> None:
    data = make_data(tmp_path)
    work = ["--work", str(tmp_path / "work")]
    steps = ["--steps", "120", "--checkpoint-minutes", "0.02"]
    assert train(*data, *work, *steps, "-o", str(tmp_path / "whole")) == 0

    broken = tmp_path / "broken"
    code = "import sys; from mtalign.cli.main import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "train", "--from", "it", "--to", "en", *OPTIONS]
    process = subprocess.Popen([*command, *data, *work, *steps, "-o", str(broken)])
    files = [broken / "checkpoint.pt", broken / "train.csv"]
    wait_for(lambda: all(path.exists() for path in files) and len(nats(broken)) >= 2, process)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    reached = torch.load(broken / "checkpoint.pt", weights_only=True)["progress"]["step"]
    assert 0 < reached < 120
    assert train(*data, *work, *steps, "--resume", "-o", str(broken)) == 0

    # Lines of the log cover the steps since the last line, which a kill cuts short once.
    whole, course = dict(nats(tmp_path / "whole")), dict(nats(broken))
    assert whole.keys() == course.keys()
    cut = {str(reached // 20 * 20 + 20)}
    assert {step: whole[step] for step in whole.keys() - cut} == {
        step: course[step] for step in course.keys() - cut
    }
    models = [folder / "it-en" / "model.safetensors" for folder in (tmp_path / "whole", broken)]
    assert models[0].read_bytes() == models[1].read_bytes()


def wait_for(ready, process: subprocess.Popen, seconds: float = 120) -> None:
    start = time.monotonic()
    while not ready():
        assert process.poll() is None, "the run ended before it could be killed"
        assert time.monotonic() - start < seconds
        time.sleep(0.05)


@pytest.mark.slow
def test_one_model_of_both_directions_branches_into_each(tmp_path: Path) -> None:
    data = make_data(tmp_path, count=300)
    shared = [*data, "--work", str(tmp_path / "work")]
    parent = ["--both", "--steps", "150", "--cooldown", "0", "--processes", "2"]
    assert train(*shared, *parent, "-o", str(tmp_path / "parent")) == 0
    histories = {}
    for direction in ("it-en", "en-it"):
        model = tmp_path / "parent" / direction
        histories[direction] = json.loads((model / "training.json").read_text())
        assert histories[direction]["scores"][0]["scores"]["bleu"] > 30
    ways = ["--init", str(tmp_path / "parent" / "it-en"), "--warmup", "5", "--cooldown", "1"]
    packed = (tmp_path / "work/packed/meta.json").stat().st_mtime_ns
    assert train(*shared, *ways, "--steps", "60", "-o", str(tmp_path / "child")) == 0
    assert (tmp_path / "work/packed/meta.json").stat().st_mtime_ns == packed, "packed once"
    child = json.loads((tmp_path / "child/it-en/training.json").read_text())
    assert [len(run["settings"]["directions"]) for run in child["runs"]] == [2, 1]
    before = histories["it-en"]["scores"][0]["scores"]["bleu"]
    assert child["scores"][0]["scores"]["bleu"] >= before


def test_columns_in_the_other_order_are_turned(tmp_path: Path) -> None:
    rows = toy.pairs(60)
    bitext = toy.write(tmp_path / "toy.tsv", [(target, source) for source, target in rows])
    options = ["--columns", "en-it", "--steps", "2", "-o", str(tmp_path / "run")]
    assert train("--bitext", str(bitext), *options) == 0
    from mtalign.train.packed import load_packed

    packed = load_packed(tmp_path / "run/work/packed")
    assert packed.langs == ("en", "it")
    assert (packed.side("it").ids == packed.target.ids).all()


def test_the_better_of_average_and_last_weights_ships(trained: Path) -> None:
    from types import SimpleNamespace

    from mtalign.train.dev import load_dev
    from mtalign.train.finish import better_weights
    from mtalign.train.weights import draw_weights, read_weights

    path = trained / "run" / "it-en"
    files = [trained / "dev.it", trained / "dev.en"]
    devs = [load_dev("dev", "it-en", *files, path / "source.spm")]
    shape, learnt = read_weights(path)
    fresh = draw_weights(shape, 1)
    run = SimpleNamespace(shape=shape, average=learnt, master=fresh)
    assert better_weights(run, devs)[1] == "average"
    run = SimpleNamespace(shape=shape, average=fresh, master=learnt)
    assert better_weights(run, devs)[1] == "last"
    assert better_weights(run, [])[1] == "average"
