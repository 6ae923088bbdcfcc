"""The lexicon finds the translations of a made-up language, and the schedule its shape."""

import numpy as np
import pytest

from mtalign.errors import MtalignError
from mtalign.train.lexicon import EMPTY, diagonal_prior, learn_lexicon, padded_batches
from mtalign.train.settings import TrainSettings, learning_rate

SIZE = 40


def made_up(count: int) -> tuple[list, list]:
    """Word 2k translates to 2k + 1; order is turned around in pairs; 30 is a word without one."""
    random = np.random.default_rng(1)
    sources, targets = [], []
    for _ in range(count):
        words = random.choice(np.arange(2, 28, 2), size=random.integers(2, 8), replace=False)
        target = words + 1
        target[: len(words) // 2 * 2] = (
            target[: len(words) // 2 * 2].reshape(-1, 2)[:, ::-1].ravel()
        )
        sources.append(np.append(words, 30).astype(np.uint16))
        targets.append(target.astype(np.uint16))
    return sources, targets


def test_each_word_finds_its_translation() -> None:
    table = learn_lexicon(list(padded_batches(*made_up(300), end=0)), SIZE).astype(np.float32)
    assert table.shape == (SIZE, SIZE)
    for word in range(2, 28, 2):
        assert table[:, word].argmax() == word + 1
        assert table[word + 1, word] > 0.8
    np.testing.assert_allclose(table[:, 2:28:2].sum(0), 1, atol=0.01)
    assert table[:, 33].sum() == 0, "never seen"


def test_the_prior_is_a_distribution_near_the_diagonal() -> None:
    prior = diagonal_prior(np.array([4, 2]), np.array([4, 3]), 6, 5)
    assert prior.shape == (2, 5, 6)
    np.testing.assert_allclose(prior[0, :4].sum(-1), 1, atol=1e-6)
    np.testing.assert_allclose(prior[1, :3].sum(-1), 1, atol=1e-6)
    assert prior[0, 4:].sum() == prior[1, 3:].sum() == 0
    assert prior[0, :4].argmax(-1).tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(prior[0, :4, 4], EMPTY)
    np.testing.assert_allclose(prior[1, :3, 2], EMPTY)


def test_batches_hold_every_pair_once() -> None:
    sources, targets = made_up(50)
    batches = list(padded_batches(sources, targets, end=0))
    found = [
        (row[: n + 1].tolist(), other[:m].tolist())
        for source, target, sizes, lengths in batches
        for row, other, n, m in zip(source, target, sizes, lengths, strict=True)
    ]
    expected = [([*s.tolist(), 0], t.tolist()) for s, t in zip(sources, targets, strict=True)]
    assert sorted(found) == sorted(expected)


def test_the_rate_rises_holds_falls_and_ends_at_zero() -> None:
    settings = TrainSettings(("it-en",), rate=1.0, warmup=10, hold=100, cooldown=0.25)
    assert learning_rate(settings, 5, 0.0) == 0.5
    assert learning_rate(settings, 10, 0.1) == learning_rate(settings, 100, 0.5) == 1.0
    assert learning_rate(settings, 400, 0.7) == 0.5
    assert learning_rate(settings, 400, 0.875) == 0.25
    assert learning_rate(settings, 400, 1.0) == learning_rate(settings, 400, 1.01) == 0.0
    flat = TrainSettings(("it-en",), rate=1.0, warmup=0, cooldown=0.0)
    assert learning_rate(flat, 1, 0.99) == 1.0


@pytest.mark.parametrize(
    "wrong", [{"rate": 0}, {"smoothing": 1.0}, {"steps": 0}, {"device": "cuda", "processes": 2}]
)
def test_settings_out_of_range_are_told(wrong: dict) -> None:
    with pytest.raises(MtalignError):
        TrainSettings(("it-en",), **wrong)
