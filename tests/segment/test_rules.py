"""The files of languages: all of them read, none with a word that would never work."""

import pytest

from mtalign.errors import MtalignError
from mtalign.segment import rules, split
from mtalign.segment.rules import Rules, languages, rules_for


@pytest.mark.parametrize("lang", languages())
def test_a_language_has_words_of_its_own(lang):
    own, every = rules_for(lang), rules_for("und")
    assert own != every
    assert own.never >= every.never - own.tail


@pytest.mark.parametrize("lang", [*languages(), "und"])
def test_no_word_is_under_two_keys_or_beyond_reach(lang):
    found = rules_for(lang)
    kinds = (found.never, found.number, found.tail)
    assert sum(map(len, kinds)) == len(frozenset().union(*kinds))
    for word in frozenset().union(*kinds):
        assert len(word) > 1, f"{word}: a single letter is an initial already"
        assert word == word.lower().rstrip("."), word


@pytest.mark.parametrize("lang", [*languages(), "und"])
def test_a_file_says_where_its_words_are_from(lang):
    text = (rules._LANGUAGES / f"{lang}.txt").read_text("utf-8")
    assert text.startswith("# ")
    assert "written by hand for mtalign" in text


@pytest.mark.parametrize(
    ("code", "same"),
    [("ita", "it"), ("it-IT", "it"), ("ita_Latn", "it"), ("IT", "it"), ("nn", "nb"), ("qqq", "")],
)
def test_other_codes_of_a_language(code, same):
    assert rules_for(code) == rules_for(same)


def test_an_unknown_key_is_named_with_its_place(tmp_path, monkeypatch):
    (tmp_path / "und.txt").write_text("# every language\nalways: dr\n", "utf-8")
    monkeypatch.setattr(rules, "_LANGUAGES", tmp_path)
    for cached in (rules.rules_for, rules._files, rules._read):
        cached.cache_clear()
    try:
        with pytest.raises(MtalignError, match='unknown key "always"') as error:
            rules_for("en")
        assert error.value.line == 2
    finally:
        for cached in (rules.rules_for, rules._files, rules._read):
            cached.cache_clear()


@pytest.mark.parametrize("lang", languages())
def test_every_abbreviation_holds_its_sentence_together(lang):
    """A name in capitals follows, which begins no sentence."""
    found: Rules = rules_for(lang)
    for word in sorted(found.never):
        text = f"abcd efgh {word}. Ждзоква 15 abcd."
        assert len(split(text, lang)) == 1, word
