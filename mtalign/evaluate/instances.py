"""Listed term instances: which terms to score, chosen by hand rather than by the matcher."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtalign.errors import FaultsError, MtalignError
from mtalign.evaluate.places import Span, TermSegment
from mtalign.records import TermMatch
from mtalign.terms import Matcher, find_forms

_FIELDS = {
    "src": str,
    "direction": str,
    "concept_id": str,
    "src_span": list,
    "required": list,
}


@dataclass(frozen=True, slots=True)
class Instance:
    """A term at a place in a source segment.

    :ivar src: the source segment
    :ivar case: ``sensitive`` or ``insensitive``, for the required forms
    :ivar nested_in: concepts of the longer terms that cover it, any of which satisfies it
    """

    src: str
    match: TermMatch
    case: str = "insensitive"
    nested_in: tuple[str, ...] = ()


def read_instances(path: Path, matcher: Matcher) -> list[Instance]:
    """Instances of the matcher's direction from a JSON Lines file; others are passed over.

    Each object has ``src``, ``direction`` (``it-en``), ``concept_id``, ``src_span`` (code points)
    and ``required`` (forms), and may have ``case`` and ``nested_in``; other fields are ignored.

    :raises MtalignError: the file cannot be read
    :raises FaultsError: every fault in it, each with its line
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise MtalignError(f"cannot be read: {error.strerror or error}", where=path) from error
    except UnicodeDecodeError as error:
        raise MtalignError("is not UTF-8", where=path) from error
    direction = f"{matcher.src_lang}-{matcher.tgt_lang}"
    found, faults = [], []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = _record(line)
            if record["direction"] == direction:
                found.append(_instance(record, matcher))
        except ValueError as error:
            faults.append(MtalignError(str(error), where=path, line=number))
    if faults:
        raise FaultsError(faults)
    return found


def instance_segments(
    instances: Sequence[Instance],
    sources: Sequence[str],
    hypotheses: Sequence[str],
    references: Sequence[str],
) -> tuple[list[TermSegment], list[Instance]]:
    """Segments with the instances listed for their sources, and the instances of no source here.

    Where a source is there several times, its instances are required of the first.
    """
    wanted: dict[str, list[Instance]] = {}
    for instance in instances:
        wanted.setdefault(instance.src, []).append(instance)
    segments = []
    for source, hypothesis, reference in zip(sources, hypotheses, references, strict=True):
        here = wanted.pop(source, [])
        free = tuple(instance.match for instance in here if not instance.nested_in)
        nested = tuple(instance.match for instance in here if instance.nested_in)
        segments.append(TermSegment(hypothesis, reference, free, nested))
    return segments, [instance for group in wanted.values() for instance in group]


class InstanceFinder:
    """Finds the required forms of instances, which need not be those of the termbase."""

    def __init__(self, instances: Sequence[Instance], matcher: Matcher) -> None:
        self._instances = {instance.match: instance for instance in instances}
        self._matcher = matcher

    def __call__(self, text: str, match: TermMatch) -> list[Span]:
        """See ``places.FindForms``. A nested instance is also found in a longer term's form."""
        instance = self._instances[match]
        lang = self._matcher.tgt_lang
        return find_forms(text, match.required, lang, instance.case) + [
            span
            for concept in instance.nested_in
            for span in self._matcher.find_required(text, TermMatch(concept, 0, 0, "", ()))
        ]


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if not isinstance(record, dict):
        raise ValueError("is not a JSON object")
    for name, kind in _FIELDS.items():
        if not isinstance(record.get(name), kind):
            raise ValueError(f'has no "{name}", or not as a {kind.__name__}')
    try:
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError("has half of a surrogate pair") from error
    return record


def _instance(record: dict[str, Any], matcher: Matcher) -> Instance:
    nested = record.get("nested_in") or []
    if not isinstance(nested, list):
        raise ValueError('"nested_in" is not a list')
    for concept in (record["concept_id"], *nested):
        if not isinstance(concept, str) or concept not in matcher.termbase.by_id:
            raise ValueError(f'concept "{concept}" is not in the termbase')
    start, end = _span(record)
    required = tuple(record["required"])
    if not required or not all(isinstance(form, str) and form for form in required):
        raise ValueError('"required" lists no forms')
    case = record.get("case", "insensitive")
    if case not in ("sensitive", "insensitive"):
        raise ValueError(f'unknown case "{case}"')
    surface = record["src"][start:end]
    match = TermMatch(record["concept_id"], start, end, surface, required)
    return Instance(record["src"], match, case, tuple(nested))


def _span(record: dict[str, Any]) -> Iterator[int]:
    span = record["src_span"]
    whole = len(span) == 2 and all(type(place) is int for place in span)
    if not whole or not 0 <= span[0] < span[1] <= len(record["src"]):
        raise ValueError(f'"src_span" {span} is no place in "src"')
    return iter(span)
