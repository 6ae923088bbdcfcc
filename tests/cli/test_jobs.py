"""The identity translation of a document is the document, byte for byte, in every format."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtalign.cli.jobs import groups, open_job
from mtalign.cli.windows import WINDOW
from mtalign.documents.options import Options
from mtalign.documents.read import read_bytes
from mtalign.records import Hypothesis

WORDS = st.sampled_from(
    [
        "Il",
        "piano",
        "M.AX",
        "**nuovo**",
        "`x`",
        "[qui](http://a.b)",
        "5,3",
        "«Sì»",
        "Fine.",
        "\u2028",
    ]
)
TEXT = st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=30).map(" ".join)


def identity(data: bytes, name: str, options: Options) -> bytes:
    """Take a file apart, cut it into segments, and put it together from the same segments."""
    job = open_job(read_bytes(data, "it", options, name), options.format == "lines")
    hyps = [
        Hypothesis(segment.text, 0.0, (), tuple((n, n) for n in range(len(segment.text))))
        for segment in job.segments
    ]
    return job.rendered(hyps).encode()


@given(TEXT)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_plain_text_and_markdown(name: str, text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert identity(data, name, Options()) == data


@given(TEXT)
def test_lines(text: str) -> None:
    data = text.encode("utf-8", "replace")
    assert identity(data, "a.any", Options(format="lines")) == data


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5))
def test_tables(rows: list[tuple[str, str]]) -> None:
    quoted = [
        "id,testo",
        *(",".join('"' + cell.replace('"', '""') + '"' for cell in r) for r in rows),
    ]
    data = "\r\n".join(quoted).encode("utf-8", "replace")
    assert identity(data, "a.csv", Options(columns=("testo",))) == data


@given(st.lists(TEXT, min_size=1, max_size=5), st.booleans())
def test_json_lines(texts: list[str], ascii_only: bool) -> None:
    lines = [json.dumps({"id": 1, "t": text}, ensure_ascii=ascii_only) for text in texts]
    data = "\n".join(lines).encode("utf-8", "replace")
    assert identity(data, "a.jsonl", Options(fields=("t",))) == data


def test_small_documents_are_gathered_into_windows() -> None:
    jobs = [
        open_job(read_bytes(b"Uno. Due.\n" * size, "it", Options(), f"{size}.txt"), False)
        for size in (1, 2, WINDOW, 3)
    ]
    sizes = [[len(job.segments) for job in group] for group in groups(jobs)]
    assert sizes == [[2, 4, 2 * WINDOW], [6]]
