"""Windows of segments: order, duplicates, the cache, long and wordless segments."""

from pathlib import Path

from mtalign.records import Hypothesis
from mtalign.segment import soft_split
from mtalign.translate import Request, Translator
from mtalign.translate.cache import Cache

TEXT = "Il governo ha presentato il piano."


def test_order_is_kept_and_equal_segments_are_decoded_once(translator: Translator) -> None:
    texts = [TEXT, "Sì.", TEXT, "", "12 %", TEXT]
    made = translator.translate([Request(text) for text in texts])
    assert translator.decoded == 2
    assert made[0] == made[2] == made[5]
    assert made[3] == Hypothesis("", 0.0)
    assert made[4] == Hypothesis("12 %", 0.0)
    alone = translator.translate([Request("Sì.")])
    assert made[1].text == alone[0].text


def test_nothing_cached_is_decoded_again(engine, tmp_path: Path) -> None:
    def run(signed: dict[str, object]) -> tuple[int, list[Hypothesis]]:
        cache = Cache(tmp_path / "cache.sqlite")
        translator = Translator(
            engine=engine, signed=signed, cut=soft_split, max_pieces=192, cache=cache
        )
        made = translator.translate([Request(TEXT), Request("Sì.")])
        cache.close()
        return translator.decoded, made

    first = run({"beam": 4})
    assert first[0] == 2
    assert run({"beam": 4}) == (0, first[1])
    assert run({"beam": 5})[0] == 2, "another signature is another hypothesis"


def test_a_text_longer_than_the_model_reads_is_cut_and_joined(engine) -> None:
    text = ", ".join(["il governo ha presentato il piano per la crescita"] * 30) + "."
    short = Translator(engine=engine, signed={}, cut=soft_split, max_pieces=40)
    hyp = short.translate([Request(text, links=True)])[0]
    assert len(hyp.text) > len(text) / 4
    assert all(0 <= s < len(text) and 0 <= t < len(hyp.text) for s, t in hyp.links)
    assert [t for _, t in hyp.links] == sorted(t for _, t in hyp.links)


def test_one_word_of_a_million_letters_ends(engine) -> None:
    short = Translator(engine=engine, signed={}, cut=soft_split, max_pieces=64)
    hyp = short.translate([Request("a" * 3000)])[0]
    assert isinstance(hyp.text, str) and hyp.score < 0
