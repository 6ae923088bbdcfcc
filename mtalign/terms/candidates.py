"""Candidates as a glossary that cannot be used before a person has been through it.

The columns are those of our CSV, but the status of every row is ``candidate``, which no reader
takes: whoever accepts a candidate writes ``preferred`` or ``admitted`` there, and deletes the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mtalign.terms.columns import delimited
from mtalign.terms.csvfile import COLUMNS
from mtalign.terms.extract import Bitext, Candidate
from mtalign.terms.faults import CANDIDATE
from mtalign.terms.termbase import default_case


def format_candidates(
    candidates: Iterable[Candidate], pairs: Bitext, languages: Sequence[str]
) -> str:
    """Candidates as CSV, two rows each: counts in ``note``, an example in ``source``."""
    rows = [list(COLUMNS)]
    for number, candidate in enumerate(candidates, start=1):
        src, tgt = languages
        note = (
            f"{candidate.count} pairs ({src} {candidate.src_count}, {tgt} {candidate.tgt_count}), "
            f"log-likelihood ratio {candidate.llr:.1f}"
        )
        texts = (candidate.src, candidate.tgt)
        for lang, term, example in zip(languages, texts, pairs[candidate.example], strict=True):
            row = {
                "concept_id": f"CAND-{number:04}",
                "lang": lang,
                "term": term,
                "status": CANDIDATE,
                "case": default_case(term),
                "note": note,
                "source": f"line {candidate.example + 1}: {' '.join(example.split())}",
            }
            rows.append([row.get(column, "") for column in COLUMNS])
    return delimited(rows, ".csv").decode("utf-8")
