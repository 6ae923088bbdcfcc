"""Hypotheses and markup set back into a block."""

from hypothesis import given
from hypothesis import strategies as st

from mtalign.records import Block, Code, Hypothesis, Segment
from mtalign.translate.blocks import set_back


def block(text: str, *offsets: int) -> Block:
    return Block(0, len(text), text, tuple(Code(offset, "*") for offset in offsets))


def segment(text: str, start: int, end: int, number: int = 0) -> Segment:
    return Segment("d", number, 0, "it", start, end, text[start:end])


def test_gaps_stay_and_segments_are_replaced() -> None:
    text = "  Uno.  Due. "
    parts = [segment(text, 2, 6), segment(text, 8, 12, 1)]
    out, _ = set_back(block(text), parts, [Hypothesis("One.", 0.0), Hypothesis("Two!", 0.0)])
    assert out == "  One.  Two! "


def test_codes_follow_the_links() -> None:
    # "Il *piano* nuovo" -> "The new *plan*": opening and closing mark go with their word.
    text = "Il piano nuovo"
    links = ((0, 0), (9, 4), (3, 8))
    out, offsets = set_back(
        block(text, 3, 8), [segment(text, 0, 14)], [Hypothesis("The new plan", 0.0, (), links)]
    )
    assert (out, offsets) == ("The new plan", (8, 12))


def test_codes_at_the_edges_of_a_segment_stay_at_its_edges() -> None:
    text = "Uno. Due."
    parts = [segment(text, 0, 4), segment(text, 5, 9, 1)]
    hyps = [Hypothesis("Number one.", 0.0), Hypothesis("Two.", 0.0)]
    out, offsets = set_back(block(text, 0, 4, 5, 9), parts, hyps)
    assert out == "Number one. Two."
    assert offsets == (0, 11, 12, 16)


def test_without_links_a_code_goes_in_proportion_to_a_word_edge() -> None:
    text = "aaaa bbbb cccc"
    _, offsets = set_back(
        block(text, 5), [segment(text, 0, 14)], [Hypothesis("xxxx yyyy zzzz", 0.0)]
    )
    assert offsets == (5,)


@given(
    st.text(max_size=40),
    st.lists(st.integers(0, 40), max_size=6),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8),
    st.text(max_size=40),
)
def test_offsets_stay_in_the_text_whatever_the_links_say(
    text: str, codes: list[int], links: list[tuple[int, int]], hyp: str
) -> None:
    where = sorted(min(code, len(text)) for code in codes)
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    parts = [segment(text, start, end)] if end > start else []
    kept = tuple((s, t) for s, t in links if t < len(hyp) and s < end - start)
    hyps = [Hypothesis(hyp, 0.0, (), kept)] if parts else []
    out, offsets = set_back(block(text, *where), parts, hyps)
    assert len(offsets) == len(where)
    assert all(0 <= offset <= len(out) for offset in offsets)
    if not parts:
        assert out == text


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_an_identity_translation_moves_no_code(text: str, codes: list[int]) -> None:
    where = tuple(sorted(min(code, len(text)) for code in codes))
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    parts = [segment(text, start, end)] if end > start else []
    links = tuple((n, n) for n in range(end - start))
    hyps = [Hypothesis(text[start:end], 0.0, (), links)] if parts else []
    out, offsets = set_back(block(text, *where), parts, hyps)
    assert out == text
    assert offsets == where
