"""Both engines on one model: the same hypotheses, scores and attention."""

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from mtalign.errors import MtalignError
from mtalign.models import find_model
from mtalign.models.find import BUNDLED
from mtalign.models.model import check_model
from mtalign.translate import TranslateSettings, open_engine
from mtalign.translate.pieces import EOS, UNK, Pieces

LINES = [
    "Il governo ha presentato il piano.",
    "La crescita economica delle regioni è la nostra priorità.",
    "Signor Presidente, onorevoli colleghi, vorrei ringraziare il relatore per il suo lavoro.",
    "Sì.",
]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The bundled model in float32 in either engine."""
    pytest.importorskip("transformers")
    model = find_model(None, "it", "en")
    made = {}
    for name in ("ctranslate2", "transformers"):
        settings = TranslateSettings(engine=name, quantization="float32", threads=1)
        made[name] = open_engine(model, "en", settings)
    return made["ctranslate2"], made["transformers"]


def test_free_hypotheses_agree(both) -> None:
    ours, theirs = (engine.decode(engine.pieces.encode(LINES), attention=True) for engine in both)
    for one, other in zip(ours, theirs, strict=True):
        assert one.pieces == other.pieces
        assert one.score == pytest.approx(other.score, abs=1e-3)
        assert one.attention.shape == (len(one.pieces), other.attention.shape[1])
        np.testing.assert_allclose(one.attention, other.attention, atol=1e-3)


def test_prefixes_are_kept_and_continued_alike(both) -> None:
    prefixes = [["\u2581The"], [], ["\u2581Mr", "\u2581President"], []]
    made = [engine.decode(engine.pieces.encode(LINES), prefixes) for engine in both]
    for one, other, prefix in zip(*made, prefixes, strict=True):
        assert list(one.pieces[: len(prefix)]) == prefix
        assert one.pieces == other.pieces


def test_scores_of_given_targets_agree_and_are_means(both) -> None:
    scores = []
    for engine in both:
        sources = engine.pieces.encode(LINES[:2])
        targets = [engine.pieces.encode_target(text) for text in ("The government.", "Growth")]
        scores.append(engine.score(sources, targets))
    assert scores[0] == pytest.approx(scores[1], abs=1e-3)
    assert all(score < 0 for score in scores[0])


def test_the_score_of_a_free_hypothesis_is_the_score_of_its_pieces(both) -> None:
    for engine in both:
        sources = engine.pieces.encode(LINES)
        made = engine.decode(sources)
        again = engine.score(sources, [one.pieces for one in made])
        assert [one.score for one in made] == pytest.approx(again, abs=1e-3)


def test_a_model_that_starts_from_another_vector_decodes_alike(tmp_path) -> None:
    pytest.importorskip("transformers")
    import shutil

    folder = shutil.copytree(BUNDLED / "it-en", tmp_path / "m", ignore=lambda *_: ["ct2"])
    weights = load_file(folder / "model.safetensors")
    table = weights["model.shared.weight"]
    table[-1] = table[5]
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    made = []
    for name in ("ctranslate2", "transformers"):
        settings = TranslateSettings(engine=name, quantization="float32", threads=1)
        engine = open_engine(check_model("m", folder), "en", settings)
        made.append([one.pieces for one in engine.decode(engine.pieces.encode(LINES))])
    assert made[0] == made[1]


def test_an_unknown_engine_is_told() -> None:
    with pytest.raises(MtalignError, match="no engine 'moses'"):
        open_engine(find_model(None, "it", "en"), "en", TranslateSettings(engine="moses"))


@pytest.mark.parametrize("field", ["beam", "threads"])
def test_settings_out_of_range_are_told(field: str) -> None:
    with pytest.raises(MtalignError, match=f"{field} is -1"):
        TranslateSettings(**{field: -1})


def test_pieces_come_back_as_text() -> None:
    pieces = Pieces(find_model(None, "it", "en"), "en")
    for text in ["The plan of the ministry.", "RE100 & M.AX", "5 Poles 3 Growth Engines"]:
        cut = pieces.encode_target(text)
        assert UNK not in cut
        assert pieces.decode(cut) == text
        starts = pieces.target_starts(cut)
        assert [
            text[at] for at, piece in zip(starts, cut, strict=True) if piece[0] == "\u2581"
        ] == [word[0] for word in text.split()]


def test_letters_the_vocabulary_lacks_are_not_lost() -> None:
    pieces = Pieces(find_model(None, "it", "en"), "en")
    for text in ["主体", "Ŵ ẞ ☃", "١٢٣", "😀"]:
        assert pieces.decode(pieces.encode_target(text)) == text


def test_source_spans_cover_the_words() -> None:
    pieces = Pieces(find_model(None, "it", "en"), "en")
    text = "  Il piano  dell’Industria "
    spans = pieces.source_spans(text)
    cut = pieces.encode([text])[0]
    assert len(spans) == len(cut) and cut[-1] == EOS
    covered = {n for start, end in spans for n in range(start, end)}
    assert {n for n, letter in enumerate(text) if not letter.isspace()} <= covered
