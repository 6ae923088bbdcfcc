"""What enforcing terms costs and gives, beside what else one could do.

    python benchmarks/terms.py [--direction it-en] [--rounds 3] [--lines N] [--grid-lines 60]
    python benchmarks/terms.py --sample 50 --seed 1     # enforced segments, to be read

Data: the source lines of ../shared/terms/iten-dev that have listed instances, both directions;
bundled models, beam 4, one thread. Rows:

none          the model by itself
replace       its hypothesis, the words that attention links to a missing term replaced by the
              preferred form
placeholders  each source term replaced by a code for the model to copy, then by the preferred form
grid N        lexically constrained beam search (Post & Vilar 2018) with beam N on transformers,
              preferred forms; slow, so on the first --grid-lines lines, with rows on the same lines
              for comparison
mtalign       the translator, with the termbase
+ random      the same with 5,000 entries added whose sources stand in no line
+ words       the same with entries added for 500 ordinary words of the bitext, by association, as
              the random mode of the WMT 2023 and 2025 tasks offers: they match, right or wrong

listed: success over the listed instances; matches: over all matches of the one matcher. chrF++ and
BLEU: difference to none, and p by paired bootstrap. CPU: seconds over those of none on the lines
with one to three terms, in rounds that alternate, the median round; a grid row over the same search
without constraints.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from grid_beam import GridBeam
from term_entries import SHARED, random_entries, word_entries

from mtalign.documents.read import read_document
from mtalign.evaluate import (
    InstanceFinder,
    instance_segments,
    paired_scores,
    read_instances,
    term_segments,
)
from mtalign.evaluate.places import place
from mtalign.evaluate.success import success
from mtalign.models import Model, find_model
from mtalign.records import Hypothesis, TermMatch
from mtalign.segment import segments, soft_split
from mtalign.terms import Matcher, Termbase, read_csv
from mtalign.translate import Engine, Request, TranslateSettings, Translator, open_engine

ROOT = Path(__file__).resolve().parents[1]
DEV = SHARED / "terms" / "iten-dev"
BEAM = 4
RANDOM_ENTRIES = 5_000
WORD_ENTRIES = 500

CODES = ("T-{}", "X{}", "XQ{}Z", "ISO {}", "{}", "__{}__")
CODE_LINES = 60

Matches = tuple[TermMatch, ...]
System = Callable[[Sequence[str], Sequence[Matches]], list[str]]


@dataclass
class Bench:
    """One direction: its lines, its terms and its model."""

    src: str
    tgt: str
    termbase: Termbase
    matcher: Matcher
    model: Model
    engine: Engine
    sources: list[str]
    references: list[str]
    code: str = CODES[0]

    @classmethod
    def load(cls, direction: str, lines: int | None) -> Bench:
        src, tgt = direction.split("-")
        records = map(json.loads, (DEV / "instances.jsonl").read_text("utf-8").splitlines())
        pairs = {r["src"]: r["ref"] for r in records if r["direction"] == direction}
        kept = list(pairs.items())[:lines]
        termbase = read_csv(DEV / "termbase.csv")
        model = find_model(None, src, tgt)
        engine = open_engine(model, tgt, TranslateSettings(beam=BEAM, threads=1))
        matcher = Matcher(termbase, src, tgt)
        return cls(src, tgt, termbase, matcher, model, engine, *map(list, zip(*kept, strict=True)))

    def translator(self, matcher: Matcher) -> Translator:
        """Without a cache, so that every round decodes."""
        return Translator(
            engine=self.engine,
            signed={},
            cut=soft_split,
            max_pieces=TranslateSettings().max_pieces,
            find_forms=matcher.find_required,
        )

    def hypotheses(self, matcher: Matcher, texts: Sequence[str]) -> list[Hypothesis]:
        """The translator's, matching included."""
        requests = [Request(text, tuple(matcher.match(text))) for text in texts]
        return self.translator(matcher).translate(requests)

    # The systems of the table.

    def none(self, texts: Sequence[str], matches: Sequence[Matches]) -> list[str]:
        made = self.translator(self.matcher).translate([Request(text) for text in texts])
        return [one.text for one in made]

    def enforced(self, texts: Sequence[str], matches: Sequence[Matches]) -> list[str]:
        return [one.text for one in self.hypotheses(self.matcher, texts)]

    def with_matcher(self, matcher: Matcher) -> System:
        return lambda texts, matches: [one.text for one in self.hypotheses(matcher, texts)]

    def replaced(self, texts: Sequence[str], matches: Sequence[Matches]) -> list[str]:
        pieces = self.engine.pieces
        decoded = self.engine.decode(pieces.encode(texts), attention=True)
        made = []
        for text, found, one in zip(texts, matches, decoded, strict=True):
            hypothesis = pieces.decode(one.pieces)
            starts = [*pieces.target_starts(one.pieces), len(hypothesis)]
            held = place([self.matcher.find_required(hypothesis, match) for match in found])
            spans = pieces.source_spans(text)
            edits = []
            for match, span in zip(found, held, strict=True):
                if span is None and one.pieces and one.attention is not None:
                    first, last = linked(one.pieces, one.attention, spans, match)
                    end = starts[last] if last < len(one.pieces) else len(hypothesis)
                    edits.append((starts[first], end, match.required[0]))
            made.append(spliced(hypothesis, edits))
        return made

    def placeholders(self, texts: Sequence[str], matches: Sequence[Matches]) -> list[str]:
        masked, codes = [], []
        for text, found in zip(texts, matches, strict=True):
            names = [self.code.format(101 + number) for number in range(len(found))]
            edits = [(m.start, m.end, name) for m, name in zip(found, names, strict=True)]
            masked.append(spliced(text, edits))
            codes.append(names)
        made = []
        for hypothesis, found, names in zip(self.none(masked, ()), matches, codes, strict=True):
            for match, name in zip(found, names, strict=True):
                hypothesis = hypothesis.replace(name, match.required[0], 1)
            made.append(hypothesis)
        return made

    def choose_code(self, matches: Sequence[Matches]) -> str:
        """Take the kind of code that this model copies best: the peer gets its best chance."""
        some = [n for n, found in enumerate(matches) if found][:CODE_LINES]
        texts, chosen = [self.sources[n] for n in some], [matches[n] for n in some]
        kept = {}
        for self.code in CODES:
            made = self.placeholders(texts, chosen)
            held = term_segments(texts, made, texts, self.matcher)
            kept[self.code] = success(held, self.matcher.find_required).micro or 0.0
        self.code = max(kept, key=lambda code: kept[code])
        return f"placeholders {self.code!r}, of " + ", ".join(
            f"{code!r} {share:.2f}" for code, share in kept.items()
        )

    def grid(self, beam: int, constrain: bool = True) -> System:
        pieces = self.engine.pieces
        search = GridBeam(self.model.path, pieces.target_ids, beam)
        names = {number: piece for piece, number in pieces.target_ids.items()}

        def run(texts: Sequence[str], matches: Sequence[Matches]) -> list[str]:
            made = []
            for source, found in zip(pieces.encode(texts), matches, strict=True):
                forms = [pieces.encode_target(m.required[0]) for m in found if constrain]
                wanted = [tuple(pieces.target_ids[p] for p in form) for form in forms]
                ids = search.decode([pieces.source_ids[p] for p in source], wanted)
                made.append(pieces.decode([names[number] for number in ids]))
            return made

        return run


def linked(
    written: Sequence[str],
    attention: np.ndarray,
    spans: Sequence[tuple[int, int]],
    match: TermMatch,
) -> tuple[int, int]:
    """The target words that attend most to the match: a half-open span of pieces."""
    columns = [n for n, (start, end) in enumerate(spans) if start < match.end and match.start < end]
    strongest = attention[:, :-1].argmax(axis=1)
    hits = np.flatnonzero(np.isin(strongest, columns))
    first = int(hits[0]) if hits.size else int(attention[:, columns].sum(axis=1).argmax())
    last = first + 1
    while last < len(written) and strongest[last] in columns:
        last += 1
    while first > 0 and not written[first].startswith("\u2581"):
        first -= 1
    while last < len(written) and written[last].isalnum():
        last += 1
    return first, last


def spliced(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """A text with spans replaced; of spans that overlap, the first."""
    out, done = "", 0
    for start, end, new in sorted(edits):
        if start >= done:
            parting = " " if text[start:end].endswith(" ") else ""
            out += text[done:start] + new + parting
            done = end
    return out + text[done:]


def measure(
    bench: Bench, rows: dict[str, list[str]], base: str, ratios: dict[str, float], count: int
) -> None:
    """Print a table over the first ``count`` lines."""
    sources, references = bench.sources[:count], bench.references[:count]
    instances = read_instances(DEV / "instances.jsonl", bench.matcher)
    finder = InstanceFinder(instances, bench.matcher)
    print(
        f"{'':<22}{'listed':>8}{'matches':>8}{'chrF++':>8}{'diff':>7}{'p':>7}"
        f"{'BLEU':>8}{'diff':>7}{'p':>7}{'CPU':>7}"
    )
    for name, hypotheses in rows.items():
        chosen, _ = instance_segments(instances, sources, hypotheses, references)
        listed = success(chosen, finder).micro
        found = term_segments(sources, hypotheses, references, bench.matcher)
        matched = success(found, bench.matcher.find_required).micro
        line = f"{name:<22}{listed:8.4f}{matched:8.4f}"
        for one in paired_scores(hypotheses, references, rows[base]):
            line += f"{one.score:8.2f}{one.difference:+7.2f}{one.p:7.3f}"
        print(line + (f"{ratios[name]:7.2f}" if name in ratios else f"{'':>7}"), flush=True)


def timed(
    systems: dict[str, System],
    bases: dict[str, str],
    texts: Sequence[str],
    matches: Sequence[Matches],
    rounds: int,
) -> dict[str, float]:
    """CPU seconds of each system over its base's, median over rounds that alternate."""
    for system in systems.values():
        system(texts[:4], matches[:4])
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(rounds):
        for name, system in systems.items():
            start = time.process_time()
            system(texts, matches)
            seconds[name].append(time.process_time() - start)
    return {
        name: statistics.median(
            one / base for one, base in zip(seconds[name], seconds[bases[name]], strict=True)
        )
        for name in systems
    }


def table(direction: str, args: argparse.Namespace) -> None:
    """Both tables of one direction."""
    bench = Bench.load(direction, args.lines)
    matches = [tuple(bench.matcher.match(text)) for text in bench.sources]
    few = [n for n, found in enumerate(matches) if 1 <= len(found) <= 3]
    texts, terms = [bench.sources[n] for n in few], [matches[n] for n in few]
    wide = Matcher(random_entries(bench, RANDOM_ENTRIES), bench.src, bench.tgt)
    ordinary = Matcher(word_entries(bench, WORD_ENTRIES), bench.src, bench.tgt)
    systems: dict[str, System] = {
        "none": bench.none,
        "replace": bench.replaced,
        "placeholders": bench.placeholders,
        "mtalign": bench.enforced,
        "mtalign + random": bench.with_matcher(wide),
        "mtalign + words": bench.with_matcher(ordinary),
    }
    print(
        f"{direction}: {len(texts)} of {len(bench.sources)} lines have one to three terms, "
        f"{sum(map(len, matches))} matches in all; {bench.model.name}@{bench.model.fingerprint}, "
        f"{bench.engine.version}, beam {BEAM}"
    )
    print(bench.choose_code(matches))
    for name, matcher in (("random", wide), ("words", ordinary)):
        found = [match.concept for text in bench.sources for match in matcher.match(text)]
        added = len(matcher.termbase) - len(bench.termbase)
        extra = sum(concept not in bench.termbase.by_id for concept in found)
        print(f"+ {name}: {added:,} entries added, {extra} matches of them")
    ratios = timed(systems, dict.fromkeys(systems, "none"), texts, terms, args.rounds)
    rows = {name: system(bench.sources, matches) for name, system in systems.items()}
    measure(bench, rows, "none", ratios, len(bench.sources))
    print(seeds(bench), flush=True)
    count = min(args.grid_lines, len(bench.sources))
    if count:
        print(f"the first {count} lines")
        grids = {f"grid {n}": bench.grid(n) for n in (BEAM, args.grid_beam)}
        grids |= {f"grid {n}, free": bench.grid(n, False) for n in (BEAM, args.grid_beam)}
        bases = {name: f"{name.split(',')[0]}, free" for name in grids}
        some = [n for n in few if n < count]
        given = [bench.sources[n] for n in some], [matches[n] for n in some]
        spent = timed(grids, bases, *given, 1)
        part = {name: made[:count] for name, made in rows.items() if "+" not in name}
        for name, system in grids.items():
            if not name.endswith("free"):
                part[name] = system(bench.sources[:count], matches[:count])
        measure(bench, part, "none", spent, count)


def seeds(bench: Bench) -> str:
    """Success over the matches of our own glossary in the seeds of the source language."""
    matcher = Matcher(read_csv(ROOT / "glossaries" / "ministry.csv"), bench.src, bench.tgt)
    files = sorted((ROOT / "seeds" / bench.src).glob("*.txt"))
    documents = [read_document(path, bench.src) for path in files]
    texts = [segment.text for document in documents for segment in segments(document)]
    made = [one.text for one in bench.hypotheses(matcher, texts)]
    found = success(term_segments(texts, made, texts, matcher), matcher.find_required)
    share = "none" if found.micro is None else f"{found.micro:.4f}"
    return f"seeds: success {share} over {found.count} matches of {found.concepts} concepts"


def sample(direction: str, args: argparse.Namespace) -> None:
    """Print enforced segments, drawn by a seed, beside what the model wrote by itself."""
    bench = Bench.load(direction, args.lines)
    made = bench.hypotheses(bench.matcher, bench.sources)
    changed = [
        number
        for number, one in enumerate(made)
        if any(use.method not in ("present", "missing") for use in one.uses)
    ]
    chosen = sorted(random.Random(args.seed).sample(changed, min(args.sample, len(changed))))
    texts = [bench.sources[number] for number in chosen]
    free = bench.none(texts, ())
    print(f"{direction}: {len(chosen)} of {len(changed)} enforced segments, seed {args.seed}")
    for number, before in zip(chosen, free, strict=True):
        print(f"\n{direction} {number + 1}\n  src   {bench.sources[number]}")
        print(f"  free  {before}\n  terms {made[number].text}\n  ref   {bench.references[number]}")
        for use in made[number].uses:
            what = f"{use.form!r} at {use.start}" if use.form is not None else use.reason
            print(f"        {use.match.concept} {use.match.surface!r}: {what} ({use.method})")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--direction", choices=("it-en", "en-it"), action="append")
    parser.add_argument("--lines", type=int, help="only the first so many lines")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--grid-lines", type=int, default=60, help="0: no constrained beam search")
    parser.add_argument("--grid-beam", type=int, default=10, help="a second, wider beam for it")
    parser.add_argument("--sample", type=int, help="print so many enforced segments instead")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not DEV.is_dir():
        print(f"skipped: {DEV} is not there")
        return
    directions = args.direction or ["it-en", "en-it"]
    for number, direction in enumerate(directions):
        if args.sample:
            # An even share of the sample to each direction.
            share = args.sample // len(directions) + (number < args.sample % len(directions))
            sample(direction, argparse.Namespace(**{**vars(args), "sample": share}))
        else:
            table(direction, args)
    if not args.sample:
        print("bars of mtalign: listed >= 0.995, seeds 1, chrF++ diff >= 0, CPU <= 1.5;")
        print("chrF++ of mtalign with added entries no more than 0.5 below mtalign")


if __name__ == "__main__":
    main()
