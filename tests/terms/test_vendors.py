"""Glossaries for services: their shapes, their limits, and what is said of what they leave out."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings

from mtalign.errors import MtalignError
from mtalign.terms import Term, Termbase, vendors
from mtalign.terms.columns import read_columns
from mtalign.terms.exchange import Loss
from mtalign.terms.formats import FORMATS, Options, write_glossary
from tests.terms.test_csvfile import termbases


def base(*rows: tuple[str, str, str], pos: str = "n") -> Termbase:
    return Termbase.of(
        Term(name, lang, term, pos=pos)
        for name, one, other in rows
        for lang, term in (("it", one), ("en", other))
    )


def reasons(losses: tuple[Loss, ...]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for loss in losses:
        if loss.what in ("row", "long term", "pair that is not a noun"):
            counts[loss.why] = loss.count
    return counts


SIMPLE = base(("1", "crisi", "crisis"), ("2", "a,b", 'say "x"'))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("deepl", 'crisi\tcrisis\na,b\t"say ""x"""\n'),
        ("microsoft", 'crisi\tcrisis\na,b\t"say ""x"""\n'),
        ("google", 'crisi,crisis\n"a,b","say ""x"""\n'),
        ("google-set", 'it,en\ncrisi,crisis\n"a,b","say ""x"""\n'),
        ("amazon", 'it,en\ncrisi,crisis\n"a,b","say ""x"""\n'),
        ("amazon-multi", 'it,en\ncrisi,crisis\n"a,b","say ""x"""\n'),
        (
            "microsoft-dictionary",
            'crisi\t<mstrans:dictionary translation="crisis">crisi</mstrans:dictionary>\n'
            "a,b\t<mstrans:dictionary translation='say \"x\"'>a,b</mstrans:dictionary>\n",
        ),
    ],
)
def test_shapes(name: str, expected: str) -> None:
    writing = write_glossary(SIMPLE, name, Options("it", "en"))
    assert writing.data.decode() == expected


@settings(max_examples=25)
@given(termbases())
def test_every_format_takes_every_termbase(termbase: Termbase) -> None:
    for name in FORMATS:
        if not name.startswith(("tbx", "csv")):
            assert isinstance(write_glossary(termbase, name, Options("it", "en")).data, bytes)


def test_tmx_names_its_source_and_reads_as_xml() -> None:
    writing = write_glossary(base(("1", "R&D", "R&D <x>")), "amazon-tmx", Options("it", "en"))
    root = ET.fromstring(writing.data)
    header = root.find("header")
    assert header is not None and header.get("srclang") == "it"
    assert [seg.text for seg in root.iter("seg")] == ["R&D", "R&D <x>"]
    assert writing.suffix == ".tmx"


@pytest.mark.parametrize(
    ("name", "limit"), [("deepl", 1024), ("amazon", 200), ("amazon-multi", 200)]
)
def test_a_text_of_so_many_bytes_is_in_and_one_more_is_out(name: str, limit: int) -> None:
    fits, over = "è" * (limit // 2), "è" * (limit // 2) + "a"
    writing = write_glossary(base(("1", fits, "x"), ("2", "y", over)), name, Options("it", "en"))
    assert fits in writing.data.decode() and over not in writing.data.decode()
    ((why, count),) = reasons(writing.losses).items()
    assert (f"{limit} bytes a text" in why, count) == (True, 1)


@pytest.mark.parametrize("name", ["deepl", "google", "google-set", "amazon", "amazon-tmx"])
def test_a_file_stops_at_its_limit(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small = vendors.Limits("Any", file_size=300)
    for service in ("DEEPL", "GOOGLE", "AMAZON"):
        monkeypatch.setattr(vendors, service, small)
    termbase = base(*((str(n), f"termine {n:03}", f"term {n:03}") for n in range(40)))
    writing = write_glossary(termbase, name, Options("it", "en"))
    assert len(writing.data) <= 300
    kept = writing.data.decode().count("termine")
    assert reasons(writing.losses) == {"the file would be over Any's limit of 300 bytes": 40 - kept}


def test_a_source_stands_once() -> None:
    termbase = base(("1", "banca", "bank"), ("2", "banca", "banking house"), ("3", "riva", "bank"))
    one = write_glossary(termbase, "deepl", Options("it", "en"))
    assert one.data == b"banca\tbank\nriva\tbank\n"
    assert ("source term", 1) in {(loss.what, loss.count) for loss in one.losses}
    both = write_glossary(termbase, "amazon-multi", Options("it", "en"))
    assert both.data == b"it,en\nbanca,bank\n"
    assert reasons(both.losses) == {"another concept has one of its terms too": 2}


def test_amazon_takes_ten_target_languages() -> None:
    codes = ["it", "en", "de", "fr", "es", "pt", "nl", "pl", "sv", "da", "fi", "el"]
    termbase = Termbase.of(Term("1", lang, "x") for lang in codes)
    with pytest.raises(MtalignError, match="11 target languages; Amazon takes 10"):
        write_glossary(termbase, "amazon", Options("it"))
    smaller = Termbase.of(Term("1", lang, "x") for lang in codes[:11])
    header = write_glossary(smaller, "amazon", Options("it")).data.decode().split("\n")[0]
    assert header.split(",")[0] == "it" and header.count(",") == 10


def test_microsofts_dictionary_takes_nouns_and_english() -> None:
    with pytest.raises(MtalignError, match="takes English"):
        write_glossary(SIMPLE, "microsoft-dictionary", Options("it", "de"))
    verb = base(("1", "andare", "go"), pos="v")
    writing = write_glossary(verb, "microsoft-dictionary", Options("it", "en"))
    assert writing.data == b"" and len(reasons(writing.losses)) == 1


def test_long_terms_are_kept_and_told() -> None:
    writing = write_glossary(
        base(("1", "uno", "one two three four five")), "google", Options("it", "en")
    )
    assert writing.data.count(b"\n") == 1
    assert sum(reasons(writing.losses).values()) == 1


@pytest.mark.parametrize("name", ["pairs", "deepl", "google", "microsoft"])
def test_one_direction_must_be_named(name: str) -> None:
    with pytest.raises(MtalignError, match="one direction"):
        write_glossary(SIMPLE, name, Options())
    with pytest.raises(MtalignError, match="one source language"):
        write_glossary(SIMPLE, "amazon", Options())


def test_sets_hold_one_term_a_language() -> None:
    rows = [Term("1", "en", "a"), Term("1", "en", "b", status="admitted"), Term("1", "it", "c")]
    writing = vendors.google_set(Termbase.of(rows), ["en", "it"])
    assert [(loss.what, loss.count) for loss in writing.losses] == [
        ("admitted term", 1),
        ("concept_id", 1),
    ]
    assert read_columns(writing.data, "x").termbase.languages == ("en", "it")
