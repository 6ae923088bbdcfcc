"""Required terms stand in the hypothesis, whatever the model would have written."""

import pytest

from mtalign.terms import Matcher, Term, Termbase
from mtalign.translate import Request, Translator

PAIRS = {
    "plan": ("piano", "blueprint"),
    "gov": ("governo", "Cabinet of Ministers"),
    "han": ("crescita", "主体"),
    "odd": ("regioni", "Xÿqž-42"),
    "long": ("crescita economica", "5 Poles 3 Growth Engines"),
}
TEXTS = [
    "Il governo ha presentato il piano.",
    "La crescita economica delle regioni è la nostra priorità.",
    "Il piano del governo è un piano per la crescita.",
    "Piano.",
    "Le regioni, il governo, le regioni e ancora le regioni.",
    "Non c'è nulla qui.",
]


def matcher_of(pairs: dict[str, tuple[str, str]]) -> Matcher:
    rows = [
        Term(key, lang, term)
        for key, both in pairs.items()
        for lang, term in zip(("it", "en"), both, strict=True)
    ]
    return Matcher(Termbase.of(rows), "it", "en")


def enforced(translator: Translator, texts: list[str], matcher: Matcher):
    translator.find_forms = matcher.find_required
    return translator.translate([Request(text, tuple(matcher.match(text))) for text in texts])


def test_every_required_term_stands_in_the_hypothesis(translator: Translator) -> None:
    matcher = matcher_of(PAIRS)
    for text, hyp in zip(TEXTS, enforced(translator, TEXTS, matcher), strict=True):
        matches = matcher.match(text)
        assert [use.match for use in hyp.uses] == matches
        for use in hyp.uses:
            forms = [form.casefold() for form in use.match.required]
            assert use.form.casefold() in forms, (text, hyp.text)
            assert hyp.text[use.start : use.end] == use.form
            assert use.method in {"present", "constrained"}
        for concept in {match.concept for match in matches}:
            form = PAIRS[concept][1].casefold()
            asked = sum(match.concept == concept for match in matches)
            assert hyp.text.casefold().count(form) >= asked, (text, hyp.text)
        assert hyp.score < 0


def test_a_segment_without_terms_is_left_as_the_model_wrote_it(translator: Translator) -> None:
    matcher = matcher_of(PAIRS)
    plain = translator.translate([Request("Non c'è nulla qui.")])
    assert enforced(translator, ["Non c'è nulla qui."], matcher) == plain


def test_what_the_model_writes_by_itself_is_not_forced(translator: Translator) -> None:
    text = "Il governo ha presentato il piano."
    free = translator.translate([Request(text)])[0].text
    word = next(word for word in free.strip(".").split() if word.isalpha())
    hyp = enforced(translator, [text], matcher_of({"own": ("governo", word)}))[0]
    assert hyp.text == free
    assert [use.method for use in hyp.uses] == ["present"]


def test_a_do_not_translate_term_is_copied(translator: Translator) -> None:
    rows = [Term("dnt", "it", "M.AX", dnt=True), Term("dnt", "en", "M.AX", dnt=True)]
    matcher = Matcher(Termbase.of(rows), "it", "en")
    hyp = enforced(translator, ["Il piano M.AX è la priorità del governo."], matcher)[0]
    assert "M.AX" in hyp.text
    assert [use.form for use in hyp.uses] == ["M.AX"]


def test_the_transformers_engine_enforces_too() -> None:
    pytest.importorskip("transformers")
    from mtalign.models import find_model
    from mtalign.segment import soft_split
    from mtalign.translate import TranslateSettings, open_engine

    settings = TranslateSettings(engine="transformers", threads=1, beam=2)
    engine = open_engine(find_model(None, "it", "en"), "en", settings)
    slow = Translator(engine=engine, signed={}, cut=soft_split, max_pieces=192)
    for hyp in enforced(slow, TEXTS[:3], matcher_of(PAIRS)):
        assert all(use.form is not None for use in hyp.uses)
