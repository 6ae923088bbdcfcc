"""The scores of ``mtalign evaluate terms``, as a table or as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtalign.evaluate import Score, TermScores


def _rows(found: TermScores) -> list[tuple[str, float | None, float | None]]:
    """Name, micro and macro of each measure; what is averaged one way only has no macro."""
    success = found.success
    rows = [
        ("success", success.success.micro, success.success.macro),
        ("exact", success.exact.micro, success.exact.macro),
        ("lenient", success.lenient.micro, success.lenient.macro),
    ]
    for size, overlap in found.windows.items():
        rows.append((f"window{size}", overlap.task, None))
        rows.append((f"window{size}-terms", overlap.terms.micro, overlap.terms.macro))
    rows.append(("1-TERm", found.one_minus_term, None))
    rows += [
        (f"consistency-{mode}", one.micro, one.macro) for mode, one in found.consistency.items()
    ]
    return rows


def to_table(found: TermScores, general: list[Score], left_out: int) -> str:
    """Figures in columns, then the signature of each.

    :param left_out: instances whose source is not among the segments
    """
    required = found.success.success
    lines = [
        f"{found.segments} segments, {found.with_terms} of them with {required.count} terms of "
        f"{required.concepts} concepts"
    ]
    if left_out:
        lines.append(f"{left_out} instances left out: their sources are not among the segments")
    lines += ["", f"{'measure':<24}{'micro':>8}{'macro':>8}"]
    lines += [f"{name:<24}{_share(micro)}{_share(macro)}" for name, micro, macro in _rows(found)]
    lines += ["", f"{'score':<24}{'run':>8}" + _heading(general)]
    lines += [f"{one.name:<24}{one.score:8.2f}{_against(one)}" for one in general]
    lines += [""] + [f"{name} = {line}" for name, line in found.signatures.items()]
    lines += [f"{one.name} = {one.signature}" for one in general]
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return f"{'–':>8}" if value is None else f"{value:8.4f}"


def _heading(general: list[Score]) -> str:
    return f"{'baseline':>10}{'diff':>8}{'p':>8}" if general[0].baseline is not None else ""


def _against(one: Score) -> str:
    if one.baseline is None or one.difference is None or one.p is None:
        return ""
    return f"{one.baseline:10.2f}{one.difference:+8.2f}{one.p:8.4f}"


def to_json(found: TermScores, general: list[Score], left_out: int) -> str:
    """One object: counts, measures, scores, and every miss with its line, from 1.

    :param left_out: instances whose source is not among the segments
    """
    required = found.success.success
    record = {
        "segments": found.segments,
        "segments_with_terms": found.with_terms,
        "terms": required.count,
        "concepts": required.concepts,
        "instances_left_out": left_out,
        "measures": {
            name: {
                "micro": micro,
                "macro": macro,
                "signature": found.signatures[name.removesuffix("-terms")],
            }
            for name, micro, macro in _rows(found)
        },
        "scores": {
            one.name: {
                "score": one.score,
                "baseline": one.baseline,
                "difference": one.difference,
                "p": one.p,
                "signature": one.signature,
            }
            for one in general
        },
        "misses": [
            {
                "line": miss.segment + 1,
                "concept": miss.match.concept,
                "surface": miss.match.surface,
                "required": list(miss.match.required),
            }
            for miss in found.misses
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=2)
