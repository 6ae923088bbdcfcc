"""Drafts: where a term was rendered, what takes its place, how it reads."""

import numpy as np
import pytest

from mtalign.models import find_model
from mtalign.translate.draft import Draft, Forced, hits, links, rendered_in, substitute
from mtalign.translate.engine import Decoded
from mtalign.translate.pieces import Pieces

# "The new Motors of growth": one target piece per row, the source piece it looks at at most.
WRITTEN = ("\u2581The", "\u2581new", "\u2581Mot", "ors", "\u2581of", "\u2581growth", ".")
LOOKS = (0, 1, 2, 2, 3, 4, 5)
SOURCES = 7  # the end of sentence included


def draft(looks: tuple[int, ...] = LOOKS, forced: tuple[Forced, ...] = ()) -> Draft:
    weights = np.full((len(WRITTEN), SOURCES), 0.01, np.float32)
    weights[np.arange(len(WRITTEN)), looks] = 0.9
    weights[:, -1] = 0.95  # the end of sentence draws most, and must not count
    return Draft(Decoded(WRITTEN, -1.0, weights), forced)


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(find_model(None, "it", "en"), "en")


def test_hits_leave_the_end_of_sentence_out() -> None:
    assert hits(draft(), [2]) == [2, 3]
    assert hits(draft(), [SOURCES - 1]) == []


@pytest.mark.parametrize(
    ("columns", "expect"),
    [
        ([2], (2, 4)),
        ([2, 4], (2, 6)),  # over the gap of "of"
        ([0], (0, 1)),
        ([1, 5], (1, 2)),  # the full stop is too far away to belong to it
        ([], (7, 7)),
    ],
)
def test_a_rendering_is_whole_words_over_small_gaps(columns, expect) -> None:
    assert rendered_in(draft(), columns) == expect


def test_a_rendering_that_begins_inside_a_word_takes_the_word() -> None:
    assert rendered_in(draft((0, 1, 6, 2, 3, 4, 5)), [2]) == (2, 4)


def test_nothing_before_the_lock_is_touched() -> None:
    locked = draft(forced=(Forced(0, 4, 0, "x"),))
    assert rendered_in(locked, [2])[0] >= 4


def test_a_form_takes_the_place_of_its_rendering(pieces: Pieces) -> None:
    made = substitute(draft(), (2, 6), ("\u2581Engines",), Forced(2, 3, 0, "Engines"))
    assert made.text(pieces) == "The new Engines."
    assert made.laid_out(pieces)[1] == [(8, 15)]
    assert made.decoded.attention is not None
    assert made.decoded.attention.shape == (4, SOURCES)


def test_a_form_without_a_rendering_is_added(pieces: Pieces) -> None:
    made = substitute(draft(), (7, 7), ("\u2581Engines",), Forced(7, 8, 0, "Engines"))
    assert made.text(pieces).endswith("growth. Engines")


def test_a_form_the_vocabulary_cannot_spell_stands_by_its_letters(pieces: Pieces) -> None:
    made = substitute(draft(), (2, 4), ("\u2581", "<unk>"), Forced(2, 4, 0, "主体"))
    assert made.text(pieces) == "The new 主体 of growth."
    assert not made.spelled
    assert links(made, [(n, n + 1) for n in range(SOURCES)], pieces) == ()


def test_a_form_that_would_grow_into_another_word_is_parted(pieces: Pieces) -> None:
    made = substitute(draft(), (2, 3), ("\u2581Mot",), Forced(2, 3, 0, "Mot"))
    assert made.glued
    assert made.text(pieces) == "The new Mot ors of growth."


def test_links_lead_from_source_to_target_letters(pieces: Pieces) -> None:
    spans = [(10 * n, 10 * n + 5) for n in range(SOURCES)]
    assert links(draft(), spans, pieces) == (
        (0, 0),
        (10, 4),
        (20, 8),
        (20, 11),
        (30, 15),
        (40, 18),
        (50, 24),
    )
