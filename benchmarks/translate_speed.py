"""Speed and memory of ``mtalign translate`` as ratios against its peers, in one run.

    python benchmarks/translate_speed.py [--shape opus|bundled] [--rounds 2] [--segments 64]

Every contestant decodes the same segments with the same weights at beam 4 on the cores there are,
in a process of its own; contestants alternate, round by round, and the median round counts.
Rates are target tokens per CPU-second of decoding, loading left out.

``opus``: random weights in the shape of an opus-mt model (6+6 layers, width 512, 60,000 pieces)
that never end a sentence, so that all outputs have the same fixed length. ``bundled``: the bundled
it-en model on sentences of the seeds and their like.
"""

import argparse
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from mtalign.models import Model, find_model
from mtalign.models.find import BUNDLED
from mtalign.models.ready import ready
from mtalign.segment import soft_split
from mtalign.translate import Request, TranslateSettings, Translator, open_engine
from mtalign.translate.engine import longest_output
from mtalign.translate.pieces import Pieces

BEAM = 4
WINDOW = 512
BATCHES = (16, 32)
PEER_SEGMENTS = {"float": 32, "int": 32, "single": 2}  # the peers are slow
BARS = {"float32": 3.0, "int8": 2.2, "single": 12.0, "bare": 0.95}
WIDTH, FEED, LAYERS, HEADS, VOCABULARY = 512, 2048, 6, 8, 60_000
LENGTH = 14
"""Source pieces of each segment of the random model; its outputs take 3 * 15 + 16 tokens."""


def opus_shape(out: Path) -> None:
    """Write a Marian directory of random weights in the shape of an opus-mt model."""
    from safetensors.numpy import save_file

    bundled = BUNDLED / "it-en"
    out.mkdir(parents=True)
    for name in ("source.spm", "target.spm", "tokenizer_config.json"):
        shutil.copy(bundled / name, out / name)
    known = json.loads((bundled / "vocab.json").read_text(encoding="utf-8"))
    pieces = [piece for piece in sorted(known, key=known.get) if piece != "<pad>"]
    pieces += [f"\u2581w{n}" for n in range(len(pieces), VOCABULARY)] + ["<pad>"]
    ids = {piece: number for number, piece in enumerate(pieces)}
    (out / "vocab.json").write_text(json.dumps(ids), encoding="utf-8")
    config = json.loads((bundled / "config.json").read_text(encoding="utf-8"))
    sizes = {"d_model": WIDTH, "max_position_embeddings": 512}
    sizes |= {f"{side}_layers": LAYERS for side in ("encoder", "decoder")}
    sizes |= {f"{side}_attention_heads": HEADS for side in ("encoder", "decoder")}
    sizes |= {f"{side}_ffn_dim": FEED for side in ("encoder", "decoder")}
    last = len(pieces) - 1
    ends = {"pad_token_id": last, "decoder_start_token_id": last, "dtype": "float32"}
    totals = {"vocab_size": len(pieces), "decoder_vocab_size": len(pieces)}
    config |= sizes | totals | ends | {"activation_function": "swish"}
    (out / "config.json").write_text(json.dumps(config), encoding="utf-8")
    save_file(random_weights(len(pieces)), out / "model.safetensors", {"format": "pt"})


def random_weights(vocabulary: int) -> dict[str, np.ndarray]:
    """Weights that decode at the usual cost and never end a sentence."""
    draw = np.random.default_rng(1)

    def normal(*shape: int) -> np.ndarray:
        return draw.normal(0, shape[-1] ** -0.5, shape).astype(np.float32)

    made = {"model.shared.weight": normal(vocabulary, WIDTH)}
    made["model.shared.weight"][-1] = 0
    made["final_logits_bias"] = np.zeros((1, vocabulary), np.float32)
    made["final_logits_bias"][0, 0] = -1e4
    for side, blocks in (("encoder", ["self_attn"]), ("decoder", ["self_attn", "encoder_attn"])):
        for number in range(LAYERS):
            name = f"model.{side}.layers.{number}"
            for block in blocks:
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    made[f"{name}.{block}.{part}.weight"] = normal(WIDTH, WIDTH)
                    made[f"{name}.{block}.{part}.bias"] = np.zeros(WIDTH, np.float32)
            for part, rows, columns in (("fc1", FEED, WIDTH), ("fc2", WIDTH, FEED)):
                made[f"{name}.{part}.weight"] = normal(rows, columns)
                made[f"{name}.{part}.bias"] = np.zeros(rows, np.float32)
            for norm in [f"{block}_layer_norm" for block in blocks] + ["final_layer_norm"]:
                made[f"{name}.{norm}.weight"] = np.ones(WIDTH, np.float32)
                made[f"{name}.{norm}.bias"] = np.zeros(WIDTH, np.float32)
    return made


def texts(pieces: Pieces, count: int, fixed: bool) -> list[str]:
    """Segments to translate: the development lines where they are at hand, or the seed's.

    :param fixed: words put together so that every segment has ``LENGTH`` pieces
    """
    if fixed:
        whole = [p[1:] for p in sorted(pieces.source_ids) if p[:1] == "\u2581" and p[1:].isalpha()]
        whole = [word for word in whole if len(pieces.encode([word])[0]) == 2]
        draw = np.random.default_rng(2)
        return [" ".join(draw.choice(whole, LENGTH)) for _ in range(count)]
    root = Path(__file__).parent.parent
    shared = root.parent / "shared" / "dev" / "europarl-dev.it"
    seed = root / "seeds" / "it" / "ministry-plan-2026.txt"
    lines = (shared if shared.exists() else seed).read_text(encoding="utf-8").splitlines()
    return [f"{lines[n % len(lines)]}" + " " * (n // len(lines)) for n in range(count)]


def work(kind: str, path: str, count: int, fixed: bool) -> dict[str, float]:
    """Decode in this process as one contestant; called in a process of its own."""
    model = find_model(path, "it", "en")
    pieces = Pieces(model, "en")
    lines = texts(pieces, count, fixed)
    decode = CONTESTANTS[kind.rstrip("0123456789")](model, pieces, kind, lines)
    decode(8)
    start = time.process_time()
    tokens = decode(count)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": tokens / seconds, "tokens": tokens, "peak": peak}


def mtalign(model: Model, pieces: Pieces, kind: str, lines: list[str]):
    settings = TranslateSettings(beam=BEAM)
    translator = Translator(
        engine=open_engine(model, "en", settings),
        signed=settings.signed(),
        cut=soft_split,
        max_pieces=settings.max_pieces,
    )
    counted = [0]
    inner = translator.engine.decode

    def counting(*args, **named):
        made = inner(*args, **named)
        counted[0] += sum(len(one.pieces) for one in made)
        return made

    translator.engine.decode = counting

    def decode(count: int) -> int:
        counted[0] = 0
        for start in range(0, count, WINDOW):
            end = min(start + WINDOW, count)
            translator.translate([Request(line) for line in lines[start:end]])
        return counted[0]

    return decode


def bare(model: Model, pieces: Pieces, kind: str, lines: list[str]):
    import ctranslate2

    from mtalign.home import cores

    translator = ctranslate2.Translator(
        str(ready(model)), compute_type="int8", inter_threads=cores(), intra_threads=1
    )
    prepared = pieces.encode(lines)

    def decode(count: int) -> int:
        sources = prepared[:count]
        made = translator.translate_batch(
            sources,
            max_batch_size=TranslateSettings().batch,
            batch_type="tokens",
            beam_size=BEAM,
            max_decoding_length=longest_output(sources, pieces.positions),
        )
        return sum(len(one.hypotheses[0]) for one in made)

    return decode


def transformers(model: Model, pieces: Pieces, kind: str, lines: list[str]):
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer = MarianTokenizer.from_pretrained(model.path)
    loaded = MarianMTModel.from_pretrained(model.path).float().eval()
    if kind.startswith("int"):
        linear = {torch.nn.Linear}
        loaded = torch.ao.quantization.quantize_dynamic(loaded, linear, dtype=torch.qint8)
    size = 1 if kind == "single" else int(kind.removeprefix("float").removeprefix("int"))

    def decode(count: int) -> int:
        total = 0
        ordered = sorted(lines[:count], key=len)
        for start in range(0, count, size):
            some = tokenizer(ordered[start : start + size], return_tensors="pt", padding=True)
            limit = 3 * some["input_ids"].shape[1] + 16
            with torch.inference_mode():
                out = loaded.generate(
                    **some,
                    num_beams=BEAM,
                    max_length=limit,
                    bad_words_ids=[[loaded.config.pad_token_id]],
                )
            ends = (loaded.config.eos_token_id, loaded.config.pad_token_id)
            total += sum(token not in ends for row in out[:, 1:].tolist() for token in row)
        return total

    return decode


CONTESTANTS = {
    "mtalign": mtalign,
    "bare": bare,
    "float": transformers,
    "int": transformers,
    "single": transformers,
}


def measured(kind: str, path: Path, count: int, fixed: bool) -> dict[str, float]:
    """Run one contestant in a process of its own."""
    task = json.dumps([kind, str(path), count, fixed])
    done = subprocess.run(
        [sys.executable, "-W", "ignore", __file__, "--worker", task],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    made = json.loads(done.stdout.splitlines()[-1])
    print(f"  {kind}: {made['rate']:.0f} tokens a CPU-second", file=sys.stderr, flush=True)
    return made


def compare(path: Path, count: int, rounds: int, fixed: bool) -> None:
    """Alternate the contestants and print the table."""
    ready(find_model(str(path), "it", "en"))  # so that no contestant is charged for the conversion
    first = {f"{k}{n}": 0.0 for k in ("float", "int") for n in BATCHES}
    for kind in first:
        first[kind] = measured(kind, path, PEER_SEGMENTS[kind.rstrip("0123456789")], fixed)["rate"]
    best = {k: max((n for n in first if n.startswith(k)), key=first.get) for k in ("float", "int")}
    kinds = {"mtalign": "mtalign", "bare": "bare", "float32": best["float"], "int8": best["int"]}
    kinds["single"] = "single"
    runs: dict[str, list[dict[str, float]]] = {label: [] for label in kinds}
    for _ in range(rounds):
        for label, kind in kinds.items():
            few = (
                count
                if label in ("mtalign", "bare")
                else min(count, 16 if kind == "single" else 64)
            )
            runs[label].append(measured(kind, path, few, fixed))
    rate = {label: statistics.median(run["rate"] for run in all_) for label, all_ in runs.items()}
    peak = {label: max(run["peak"] for run in all_) for label, all_ in runs.items()}
    print("contestant                        tokens/CPU-s   mtalign is   bar   peak MB")
    for label, kind in kinds.items():
        ratio = rate["mtalign"] / rate[label]
        bar = f"{BARS[label]:5.2f}" if label in BARS else "     "
        print(f"{label:<10} {kind:<22} {rate[label]:12.0f} {ratio:11.2f}x {bar} {peak[label]:9.0f}")
    share = peak["mtalign"] / peak["float32"]
    print(f"peak memory of mtalign over transformers float32: {share:.2f} (bar: 0.50)")


def command(*arguments: str, data: bytes) -> tuple[float, float]:
    """CPU-seconds and peak MB of one ``mtalign translate --lines`` run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code = (
        "import resource, sys; from mtalign.cli.main import main; code = main(sys.argv[1:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "translate", "--lines", *arguments],
        input=data,
        capture_output=True,
        check=True,
    )
    assert done.stdout.count(b"\n") == data.count(b"\n")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, int(done.stderr.split()[-1]) / 1024


def stream() -> None:
    """Start-up cost and flat memory of the filter, on the bundled model."""
    asked = ("--from", "it", "--to", "en", "--quiet", "--beam", "1")
    seconds, _ = command(*asked, data=b"Il governo ha presentato il piano.\n")
    print(f"one line, start to end: {seconds:.2f} CPU-seconds (bar: 1.50)")
    # Few distinct lines: a window decodes equal ones once, so the stream itself is what is tried.
    draw = np.random.default_rng(3)
    some = [f"Il numero {n} e il numero {n * 7} sono nel piano.\n" for n in range(64)]
    lines = [some[n] for n in draw.integers(0, len(some), 200_000)]
    peaks = [command(*asked, data="".join(lines[:n]).encode())[1] for n in (20_000, 200_000)]
    print(f"peak memory: {peaks[0]:.0f} MB at 20,000 lines, {peaks[1]:.0f} MB at 200,000:")
    print(f"{peaks[1] / peaks[0]:.3f} times (bar: 1.10)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=("opus", "bundled", "stream"), action="append")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--segments", type=int, default=64)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        print(json.dumps(work(*json.loads(args.worker))))
        return
    shapes = args.shape or ["opus", "bundled", "stream"]
    if "opus" in shapes:
        with tempfile.TemporaryDirectory() as folder:
            opus_shape(Path(folder) / "opus")
            print("opus-mt shape, random weights, beam 4")
            compare(Path(folder) / "opus", args.segments, args.rounds, fixed=True)
    if "bundled" in shapes:
        print("bundled it-en, beam 4")
        compare(BUNDLED / "it-en", args.segments, args.rounds, fixed=False)
    if "stream" in shapes:
        stream()


if __name__ == "__main__":
    main()
