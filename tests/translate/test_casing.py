"""Capitals follow the place, within the term's policy."""

import pytest

from mtalign.terms import Matcher, Term, Termbase
from mtalign.translate.casing import in_place

ROWS = [
    Term("F", "it", "fabbrica AI", case="insensitive"),
    Term("F", "en", "AI factory", case="insensitive"),
    Term("P", "it", "prezzo", case="insensitive"),
    Term("P", "en", "price", case="insensitive"),
    Term("I", "it", "telefonino", case="insensitive"),
    Term("I", "en", "iPhone", case="sensitive"),
]
MATCHER = Matcher(Termbase.of(ROWS), "it", "en")


@pytest.mark.parametrize(
    ("source", "at_start", "expect"),
    [
        ("Il prezzo sale", False, "price"),
        ("Il prezzo sale", True, "Price"),
        ("IL PREZZO SALE", False, "PRICE"),
        ("LA FABBRICA AI", False, "AI FACTORY"),
        ("la fabbrica AI", True, "AI factory"),
        ("IL TELEFONINO", False, "iPhone"),
        ("Il telefonino", False, "iPhone"),
    ],
)
def test_a_form_in_its_place(source: str, at_start: bool, expect: str) -> None:
    match = MATCHER.match(source)[0]
    assert in_place(match.required[0], match, at_start, MATCHER.find_required) == expect
