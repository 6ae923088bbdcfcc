"""Glossaries become termbases, and a termbase finds its terms in segments."""

from mtalign.terms.csvfile import format_csv, parse_csv, read_csv, write_csv
from mtalign.terms.formats import read_termbase
from mtalign.terms.index import find_forms
from mtalign.terms.match import Matcher
from mtalign.terms.termbase import Concept, Term, Termbase, avoided_forms, required_forms

__all__ = [
    "Concept",
    "Matcher",
    "Term",
    "Termbase",
    "avoided_forms",
    "find_forms",
    "format_csv",
    "parse_csv",
    "read_csv",
    "read_termbase",
    "required_forms",
    "write_csv",
]
