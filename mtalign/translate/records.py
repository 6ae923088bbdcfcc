"""The JSON form of what was translated: one object a segment."""

from __future__ import annotations

from typing import Any

from mtalign.records import Hypothesis, TermUse


def segment_record(
    name: str, src: str, hypothesis: Hypothesis, model: str, signature: str
) -> dict[str, Any]:
    """One segment as ``mtalign translate --format jsonl`` writes it.

    :param name: the segment's id
    :return: id, src, hyp, score (mean log-probability per token, nats), terms, model, signature
    """
    return {
        "id": name,
        "src": src,
        "hyp": hypothesis.text,
        "score": hypothesis.score,
        "terms": [term_record(use) for use in hypothesis.uses],
        "model": model,
        "signature": signature,
    }


def term_record(use: TermUse) -> dict[str, Any]:
    """What became of one required term.

    Spans are [start, end) in code points, of src and of hyp; tgt_span is null for a miss.
    """
    match = use.match
    found = use.form is not None
    return {
        "concept": match.concept,
        "src_span": [match.start, match.end],
        "surface": match.surface,
        "required": list(match.required),
        "form": use.form,
        "tgt_span": [use.start, use.end] if found else None,
        "method": use.method,
        "reason": use.reason,
    }
