"""What a lexical shortlist gains in CTranslate2, and what it costs, in one run.

    python benchmarks/shortlist.py [--shape bundled] [--shape opus] [--rounds 3] [--segments 300]
        [--frequent 300] [--best 20] [--pairs 100000] [--batch 256] [--plain-batch 2048]
        [--list vmap.txt]

Both sides decode the same segments with the same int8 weights at beam 4 on one core, alternating,
in one process; the median round counts. Rates are target tokens per CPU-second of decoding.
CTranslate2 allows a batch the pieces of all its sentences, so the list wants small batches, which
cost plain decoding dear: each side has the batch that suits it.

``bundled``: the bundled it-en model on development lines, with BLEU against their references;
the shortlist is learnt from training bitext. ``opus``: random weights in the shape of an opus-mt
model that never end a sentence; its extra pieces have no bitext, so each source piece is given
random ones, ``--best`` of them, and ``--frequent`` are always allowed.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from translate_speed import opus_shape, texts

from mtalign.models import Model, find_model
from mtalign.models.ready import ready
from mtalign.models.shortlist import (
    FILE,
    Shortlist,
    ShortlistSettings,
    build_shortlist,
    read_bitext,
    write_shortlist,
)
from mtalign.translate.engine import longest_output
from mtalign.translate.pieces import EOS, Pieces

BEAM = 4
SHARED = Path(__file__).parent.parent.parent / "shared"
BITEXT = ("europarl", "msdocs-tech", "web-prose", "tatoeba-val")
BARS = {"bundled": 1.2, "opus": 1.5}


def random_shortlist(pieces: Pieces, args: argparse.Namespace) -> Shortlist:
    """A list of the right size for a model that has learnt nothing."""
    draw = np.random.default_rng(4)
    names = np.array([one for one in pieces.target_ids if one not in (EOS, "<pad>")])
    always = (EOS, *draw.choice(names, args.frequent, replace=False).tolist())
    by_source = {
        piece: tuple(draw.choice(names, args.best, replace=False).tolist())
        for piece in pieces.source_ids
    }
    return Shortlist(always, by_source, 0, {})


def shares(shortlist: Shortlist, sources: list[list[str]], size: int) -> float:
    """Mean share of the vocabulary that a single sentence keeps."""
    return statistics.mean(len(shortlist.allowed(one)) for one in sources) / size


def compare(
    shape: str, model: Model, shortlist: Shortlist | Path, args: argparse.Namespace
) -> None:
    """Decode with and without, alternating, and print the table."""
    import ctranslate2
    import sacrebleu

    pieces = Pieces(model, "en")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(shutil.copytree(ready(model, "int8", Path(folder)), f"{folder}/listed"))
        if isinstance(shortlist, Path):
            shutil.copy(shortlist, place / FILE)
            shortlist = read_shortlist(shortlist)
        else:
            write_shortlist(shortlist, place / FILE)
        translator = ctranslate2.Translator(str(place), compute_type="int8", intra_threads=1)
    lines, references = segments(shape, pieces, args.segments)
    sources = pieces.encode(lines)
    kept, size = shares(shortlist, sources, len(pieces.target_ids)), len(pieces.target_ids)
    print(f"{shape}: a sentence keeps {kept:.1%} of {size} pieces")
    print(f"  batches of {args.batch} tokens with, {args.plain_batch} without")

    def decode(with_list: bool) -> tuple[float, list[str]]:
        start = time.process_time()
        made = translator.translate_batch(
            sources,
            max_batch_size=args.batch if with_list else args.plain_batch,
            batch_type="tokens",
            beam_size=BEAM,
            max_decoding_length=longest_output(sources, pieces.positions),
            disable_unk=True,
            use_vmap=with_list,
        )
        seconds = time.process_time() - start
        tokens = sum(len(one.hypotheses[0]) for one in made)
        return tokens / seconds, pieces.decode_all([one.hypotheses[0] for one in made])

    rates: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(args.rounds):
        for with_list in (False, True):
            rate, hypotheses = decode(with_list)
            rates[with_list].append(rate)
            if references and len(rates[with_list]) == 1:
                bleu = sacrebleu.corpus_bleu(hypotheses, [references]).score
                print(f"  BLEU {'with' if with_list else 'without'}: {bleu:.2f}")
    plain, short = (statistics.median(rates[one]) for one in (False, True))
    print(f"  tokens/CPU-s: {plain:.0f} without, {short:.0f} with")
    print(f"  {short / plain:.2f} times (bar: {BARS[shape]:.1f})")


def segments(shape: str, pieces: Pieces, count: int) -> tuple[list[str], list[str]]:
    """Lines to translate, and their references where there are any."""
    if shape == "opus":
        return texts(pieces, min(count, 64), fixed=True), []
    sides = (SHARED / "dev" / f"flores-dev.{lang}" for lang in ("it", "en"))
    lines, references = (side.read_text(encoding="utf-8").splitlines()[:count] for side in sides)
    return lines, references


def read_shortlist(path: Path) -> Shortlist:
    """A list that was written before."""
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    by_source = {source: tuple(targets.split(" ")) for source, targets in rows}
    return Shortlist(tuple(by_source.pop("")), by_source, 0, {})


def main() -> None:
    settings = ShortlistSettings()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shape", choices=tuple(BARS), action="append")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--segments", type=int, default=300)
    for name in ("frequent", "best", "pairs"):
        parser.add_argument(f"--{name}", type=int, default=getattr(settings, name))
    parser.add_argument("--batch", type=int, default=256, help="source tokens, with the list")
    parser.add_argument("--plain-batch", type=int, default=2048, help="without: mtalign's batch")
    parser.add_argument("--list", type=Path, help="of the bundled shape, learnt before")
    args = parser.parse_args()
    if not args.shape or "bundled" in args.shape:
        model = find_model(None, "it", "en")
        shortlist = args.list
        if shortlist is None:
            files = [str(SHARED / "bitext" / f"{name}.it-en.tsv.xz") for name in BITEXT]
            chosen = ShortlistSettings(args.frequent, args.best, args.pairs)
            shortlist = build_shortlist(model, read_bitext(files), chosen)
        compare("bundled", model, shortlist, args)
    if not args.shape or "opus" in args.shape:
        with tempfile.TemporaryDirectory() as folder:
            opus_shape(Path(folder) / "opus")
            model = find_model(str(Path(folder) / "opus"), "it", "en")
            compare("opus", model, random_shortlist(Pieces(model, "en"), args), args)


if __name__ == "__main__":
    main()
